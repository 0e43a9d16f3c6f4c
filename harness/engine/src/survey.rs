//! What a plan asks of the machine, told without a cluster.

use seatrial_manifest::demand::{self, Demand};
use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{Cancel, RenderAnswer, Renderer};

use crate::plan::{Plan, PlannedCell};
use crate::schedule::exclusive;
use crate::{masking, renders};

/// What a node of this machine offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Millicores.
    pub cpu: i64,
    /// Bytes.
    pub memory: i64,
}

/// Whether a cell fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It asks for this much.
    Fits(Box<Demand>),
    /// It can never be scheduled; one sentence each, with what to write.
    Never(Box<Demand>, Vec<String>),
    /// It does not render, as expected or not.
    NotRendered(Clean),
}

/// What a cell will be like on its cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// Whether it fits.
    pub fit: Fit,
    /// Why it will run alone on its cluster; empty when it will not.
    pub exclusive: Vec<Clean>,
}

/// Looks at one cell.
///
/// # Errors
/// Trouble when helm cannot be asked.
pub async fn look(
    cell: &PlannedCell,
    renderer: &dyn Renderer,
    capacity: Capacity,
    cancel: &Cancel,
) -> Result<Outlook, Trouble> {
    let redactor: Redactor = masking::of_values(cell);
    let request = renders::request(cell, &cell.cluster.kubernetes, &redactor, true);
    match renderer.render(&request, cancel).await? {
        RenderAnswer::Refused(refusal) => {
            Ok(Outlook { fit: Fit::NotRendered(refusal.message), exclusive: Vec::new() })
        }
        RenderAnswer::Rendered(text) => {
            let manifest = seatrial_manifest::Manifest::decode(&text);
            let demand = demand::of(&manifest);
            let why = misfits(cell, &demand, capacity);
            let demand = Box::new(demand);
            let fit = if why.is_empty() { Fit::Fits(demand) } else { Fit::Never(demand, why) };
            Ok(Outlook { fit, exclusive: exclusive(cell, &manifest, &redactor) })
        }
    }
}

/// Every cell of a plan, in its order.
///
/// # Errors
/// Trouble when helm cannot be asked.
pub async fn survey(
    plan: &Plan,
    renderer: &dyn Renderer,
    capacity: Capacity,
    cancel: &Cancel,
) -> Result<Vec<Outlook>, Trouble> {
    let mut outlooks = Vec::new();
    for cell in &plan.cells {
        outlooks.push(look(cell, renderer, capacity, cancel).await?);
    }
    Ok(outlooks)
}

/// Why a cell can never be scheduled on its cluster.
fn misfits(cell: &PlannedCell, demand: &Demand, capacity: Capacity) -> Vec<String> {
    const MIB: i64 = 1 << 20;
    let cluster = &cell.cluster;
    let mut why = Vec::new();
    if demand.cpu > capacity.cpu {
        why.push(format!(
            "its Pods request {}m CPU, the node has {}m: lower replicas or requests in an overlay",
            demand.cpu, capacity.cpu
        ));
    }
    if demand.memory > capacity.memory {
        why.push(format!(
            "its Pods request {} MiB, the node has {} MiB: lower replicas or requests in an overlay",
            demand.memory / MIB,
            capacity.memory / MIB
        ));
    }
    for (name, amount) in &demand.extended {
        let offered = cluster.extended_resources.get(name).copied().unwrap_or(0);
        if i64::try_from(offered).is_ok_and(|offered| *amount > offered) {
            why.push(format!(
                "it requests {amount} {name}, the node advertises {offered}: write `extendedResources: {{{name}: \
                 {amount}}}` in cluster {}",
                cluster.name
            ));
        }
    }
    for (label, value) in &demand.node_labels {
        let built_in = label.starts_with("kubernetes.io/");
        if !built_in && cluster.node_labels.get(label) != Some(value) {
            why.push(format!(
                "it selects nodes by {label}={value}: write `nodeLabels: {{{label}: {value}}}` in cluster {}",
                cluster.name
            ));
        }
    }
    if demand.spread > 1 {
        why.push(format!(
            "required anti-affinity by hostname keeps {} replicas on nodes of their own, and there is one node: one \
             replica in an overlay",
            demand.spread
        ));
    }
    why
}
