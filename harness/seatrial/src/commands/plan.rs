//! `plan`: cells, checks, overlays, requirements and whether each cell fits, without a cluster.

use seatrial_engine::survey::{self, Capacity, Fit, Outlook};
use seatrial_engine::{Plan, PlannedCell};
use seatrial_host::Machine;
use seatrial_model::suite::{Expectation, WaitMode};
use seatrial_model::time::Instant;
use seatrial_ports::Cancel;

use super::{Stop, load};
use crate::cli::PlanArgs;
use crate::project::Project;
use crate::reports;
use crate::state::State;

const MIB: i64 = 1 << 20;

pub(crate) async fn command(project: &Project, args: &PlanArgs) -> Result<u8, Stop> {
    let library = load::library(project)?;
    let suite = load::suite(project, &args.choice.suite, &library)?;
    let suite = load::with_versions(suite, args.choice.kubernetes.as_ref(), args.choice.helm)?;
    let plan = load::plan(project, suite, &args.choice, &project.reports())?;
    let run = State::find()?.begin(&reports::run_id(Instant::now()))?;
    let renderer = super::suite::drivers::helm(project, &plan, &run).await?;
    let capacity = capacity(Machine::read());
    let outlooks = survey::survey(&plan, &renderer, capacity, &Cancel::default()).await?;
    anstream::print!("{}", text(&plan, &outlooks, capacity));
    let unfit = plan.cells.iter().zip(&outlooks).any(|(cell, outlook)| is_unfit(cell, &outlook.fit));
    Ok(u8::from(unfit))
}

/// What a node of this machine offers: every processor and all memory.
fn capacity(machine: Machine) -> Capacity {
    Capacity {
        cpu: i64::from(machine.processors) * 1000,
        memory: i64::try_from(machine.memory).unwrap_or(i64::MAX),
    }
}

/// A profile that must be rejected does not render; any other must, and fit.
fn is_unfit(cell: &PlannedCell, fit: &Fit) -> bool {
    match fit {
        Fit::Fits(_) => cell.profile.expect != Expectation::Works,
        Fit::Never(..) => cell.is_live(),
        Fit::NotRendered(_) => cell.profile.expect == Expectation::Works,
    }
}

fn text(plan: &Plan, outlooks: &[Outlook], capacity: Capacity) -> String {
    let suite = &plan.suite;
    let mut out = format!(
        "suite {}: {} cells, node {}m CPU, {} MiB\n",
        suite.name,
        plan.cells.len(),
        capacity.cpu,
        capacity.memory / MIB
    );
    if let Some(selection) = &plan.selection {
        out += &format!("not the whole suite: {}\n", selection.sentence());
    }
    for cell in &plan.left_out {
        out += &format!("left out: {cell}, of which none of these checks asks anything\n");
    }
    for cluster in plan.clusters() {
        out +=
            &format!("cluster {}: Kubernetes {}, Helm {}\n", cluster.name, cluster.kubernetes, cluster.helm);
        for requirement in &cluster.requirements {
            out += &format!("    requires {} (whole cluster)\n", requirement.name);
        }
        for (name, value) in &cluster.node_labels {
            out += &format!("    node label {name}={value}\n");
        }
        for (name, amount) in &cluster.extended_resources {
            out += &format!("    advertises {name}: {amount}\n");
        }
    }
    for (cell, outlook) in plan.cells.iter().zip(outlooks) {
        out += &format!("\n{}\n", cell.id);
        let asked: Vec<_> =
            cell.checks.iter().filter(|(_, applies)| *applies).map(|(c, _)| c.name()).collect();
        out += &format!("    checks    {}\n", asked.join(", "));
        if cell.profile.expect != Expectation::Works {
            out += &format!("    expects   {}\n", cell.expectation());
        }
        if cell.profile.production {
            out += "    production rules apply\n";
        }
        if let Some(overlay) = &cell.profile.overlay {
            let file = overlay.file.file_name().unwrap_or_default().to_string_lossy();
            out += &format!("    overlay   {file}: {}\n", overlay.reason);
        }
        if cell.profile.wait == WaitMode::Helm {
            out += "    wait      helm decides when it is ready\n";
        }
        for requirement in &cell.profile.requirements {
            out += &format!("    requires  {}\n", requirement.name);
        }
        for (pack, setting) in &cell.profile.levels.packs {
            let setting = setting.map_or_else(|| "default".to_owned(), |level| level.to_string());
            out += &format!("    pack      {pack}: {setting}\n");
        }
        for (rule, enforcement) in &cell.profile.levels.rules {
            out += &format!("    rule      {rule}: {enforcement}\n");
        }
        for reason in &outlook.exclusive {
            out += &format!("    alone     {reason}\n");
        }
        out += &fit_text(cell, &outlook.fit);
    }
    out
}

fn fit_text(cell: &PlannedCell, fit: &Fit) -> String {
    let demand_text = |demand: &seatrial_manifest::demand::Demand| {
        format!("{}m CPU, {} MiB", demand.cpu, demand.memory / MIB)
    };
    match fit {
        Fit::Fits(_) if is_unfit(cell, fit) => "    RENDERS, but must be rejected\n".to_owned(),
        Fit::Fits(demand) => format!("    fits      {}, without its requirements\n", demand_text(demand)),
        Fit::Never(demand, why) => {
            let lines: String = why.iter().map(|line| format!("              {line}\n")).collect();
            format!("    NEVER FITS {}\n{lines}", demand_text(demand))
        }
        Fit::NotRendered(message) if is_unfit(cell, fit) => {
            format!("    DOES NOT RENDER: {message}\n")
        }
        Fit::NotRendered(message) => format!("    rejected  {message}\n"),
    }
}
