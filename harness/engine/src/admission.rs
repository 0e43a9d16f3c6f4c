//! What a cell or a requirement of the whole cluster will create, as a shared cluster is told before anything is.
//!
//! It is read from renders: the installed one (overlay, hooks and `crds/` included) and those of requirements.

use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;

use seatrial_manifest::{Manifest, Object, crd, demand};
use seatrial_model::suite::{ClusterSpec, Requirement, RequirementSource};
use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{Cluster, Definition, Intended, Intent};

use crate::plan::PlannedCell;
use crate::renders::Renders;

/// For a cluster to look at what is there already.
const LOOKING: Duration = Duration::from_mins(1);

/// Tells a cluster what a cell and its requirements will create.
pub(crate) async fn of_cell(
    cluster: &dyn Cluster,
    cell: &PlannedCell,
    installed: &Manifest,
    renders: &Renders,
    redactor: &Redactor,
) -> Result<(), Trouble> {
    let mut intent = Intent {
        namespace: cell.namespace.clone(),
        releases: vec![cell.id.release()],
        objects: intended(installed, "the chart", true),
        ..Intent::default()
    };
    ask_of_nodes(&mut intent, installed);
    for requirement in &cell.profile.requirements {
        add(&mut intent, requirement, &cell.cluster, renders, redactor).await?;
    }
    told(cluster, &intent).await
}

/// Tells a cluster what a requirement of the whole of it will create.
pub(crate) async fn of_requirement(
    cluster: &dyn Cluster,
    requirement: &Requirement,
    spec: &ClusterSpec,
    renders: &Renders,
) -> Result<(), Trouble> {
    let mut intent = Intent { namespace: cluster.home(&requirement.name), ..Intent::default() };
    add(&mut intent, requirement, spec, renders, &Redactor::default()).await?;
    told(cluster, &intent).await
}

async fn told(cluster: &dyn Cluster, intent: &Intent) -> Result<(), Trouble> {
    timeout(LOOKING, cluster.admit(intent)).await.unwrap_or_else(|_| {
        let why = Clean::own("the API server did not answer in time");
        Err(Trouble::new(format!("look at what is there for {}", intent.namespace), why))
    })
}

async fn add(
    intent: &mut Intent,
    requirement: &Requirement,
    spec: &ClusterSpec,
    renders: &Renders,
    redactor: &Redactor,
) -> Result<(), Trouble> {
    let of = format!("the requirement {}", requirement.name);
    let what = format!("read what {of} would create");
    let is_chart = matches!(requirement.source, RequirementSource::Chart { .. });
    if is_chart {
        intent.releases.push(requirement.name.clone());
    }
    let text = renders.requirement(requirement, spec.helm, &intent.namespace, redactor).await?;
    let manifest = Manifest::decode(&text);
    if let Some(problem) = manifest.problems.iter().find(|problem| problem.code != "duplicate-key") {
        // What cannot be read cannot be judged.
        return Err(Trouble::new(what, redactor.clean(&problem.message)));
    }
    intent.objects.extend(intended(&manifest, &of, is_chart));
    ask_of_nodes(intent, &manifest);
    Ok(())
}

fn ask_of_nodes(intent: &mut Intent, manifest: &Manifest) {
    let demand = demand::of(manifest);
    intent.node_labels.extend(demand.node_labels);
    for (name, amount) in demand.extended {
        *intent.extended_resources.entry(name).or_default() += amount;
    }
}

/// The objects of a render, in its order.
fn intended(manifest: &Manifest, of: &str, is_chart: bool) -> Vec<Intended> {
    let all = manifest.objects.iter().map(|object| {
        let defines = definition(object);
        // A definition that a requirement brings by manifest is left alone where it is there, too.
        let yields = if is_chart {
            object.source.as_deref().is_some_and(crd::is_crd_source)
        } else {
            defines.is_some()
        };
        Intended { object: object.reference.clone(), of: of.to_owned(), yields, defines }
    });
    all.collect()
}

fn definition(object: &Object) -> Option<Definition> {
    let reference = &object.reference;
    if reference.kind != "CustomResourceDefinition" || reference.group() != "apiextensions.k8s.io" {
        return None;
    }
    let text = |pointer: &str| object.value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Some(Definition {
        group: text("/spec/group")?,
        kind: text("/spec/names/kind")?,
        namespaced: text("/spec/scope").as_deref() == Some("Namespaced"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RENDER: &str = "# Source: demo/crds/boats.yaml\napiVersion: apiextensions.k8s.io/v1\nkind: \
                          CustomResourceDefinition\nmetadata: {name: boats.sea.io}\nspec: {group: sea.io, scope: \
                          Namespaced, names: {kind: Boat}}\n---\n# Source: demo/templates/hook.yaml\napiVersion: \
                          v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\nspec: {nodeSelector: \
                          {disk: ssd}, containers: [{name: c}]}\n";

    #[test]
    fn hooks_and_definitions_are_told_and_only_what_lies_in_crds_yields() {
        let told = intended(&Manifest::decode(RENDER), "the chart", true);
        let shown: Vec<_> = told.iter().map(|one| (one.object.to_string(), one.yields)).collect();
        let expected = [("CustomResourceDefinition/boats.sea.io", true), ("Pod/t", false)];
        assert_eq!(shown, expected.map(|(name, yields)| (name.to_owned(), yields)));
        let boat = Definition { group: "sea.io".to_owned(), kind: "Boat".to_owned(), namespaced: true };
        assert_eq!(told[0].defines, Some(boat));
        let template = RENDER.replace("/crds/", "/templates/");
        assert!(!intended(&Manifest::decode(&template), "the chart", true)[0].yields);
        assert!(intended(&Manifest::decode(&template), "the requirement boats", false)[0].yields);
    }

    #[test]
    fn what_pods_ask_of_nodes_is_told() {
        let mut intent = Intent::default();
        ask_of_nodes(&mut intent, &Manifest::decode(RENDER));
        assert_eq!(intent.node_labels, [("disk".to_owned(), "ssd".to_owned())].into());
    }
}
