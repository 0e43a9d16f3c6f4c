//! Which Pods are the release's: by their owners, back to what was rendered. Pods of one template are one subject.

use seatrial_manifest::{Manifest, Object, live_pod, pod};
use seatrial_model::{ObjectRef, PodPath};
use seatrial_ports::LivePod;
use serde_json::Value;

/// Kinds that keep a number of Pods.
const REPLICATED: [&str; 4] = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];

/// What is judged once: Pods of one template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Subject {
    /// The rendered object that they run for.
    pub(crate) workload: ObjectRef,
    /// Whether it is a hook.
    pub(crate) hook: bool,
    /// Who made them, as far up as can be seen: what findings are about.
    pub(crate) owner: ObjectRef,
    /// One of them.
    pub(crate) pod: Value,
    /// How many there are.
    pub(crate) pods: usize,
    essence: Value,
}

/// Everybody who was on board.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Crew {
    pub(crate) subjects: Vec<Subject>,
    /// Pods of the release's namespace from which nothing leads to what was rendered.
    pub(crate) strangers: Vec<ObjectRef>,
    /// Rendered objects with a Pod template of which no Pod was seen.
    pub(crate) absent: Vec<(ObjectRef, Absence)>,
}

/// Why no Pod of an object was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absence {
    /// Nothing says why: it stands, and has Pods.
    Unexplained,
    /// A hook that ran: its Pods may have come and gone unseen.
    Missed,
    /// None had to run so far.
    Idle,
}

/// Sorts Pods by what was rendered. `home` is the release's namespace; `tested` says whether its test hooks ran.
pub(crate) fn sort(
    pods: Vec<LivePod>,
    render: &Manifest,
    home: &str,
    custom: &[PodPath],
    tested: bool,
) -> Crew {
    let mut crew = Crew::default();
    for LivePod { pod, owners } in pods {
        let itself = reference(&pod);
        let chain = std::iter::once(&itself).chain(&owners);
        let of_release =
            chain.clone().find_map(|one| render.objects.iter().find(|object| is(object, one, home)));
        let Some(object) = of_release else {
            if itself.namespace == home {
                crew.strangers.push(itself);
            }
            continue;
        };
        let top = owners.last().unwrap_or(&itself);
        let essence = live_pod::essence(&pod);
        let owner = if is(object, top, home) { object.reference.clone() } else { at_home(top, home) };
        let same = |one: &&mut Subject| {
            one.owner == owner && one.workload == object.reference && one.essence == essence
        };
        if let Some(subject) = crew.subjects.iter_mut().find(same) {
            subject.pods += 1;
            continue;
        }
        crew.subjects.push(Subject {
            workload: object.reference.clone(),
            hook: object.hook().is_some(),
            owner,
            pod,
            pods: 1,
            essence,
        });
    }
    let unseen = render.objects.iter().filter(|object| {
        pod::within(object, custom).is_some()
            && !crew.subjects.iter().any(|one| one.workload == object.reference)
    });
    crew.absent = unseen.map(|object| (object.reference.clone(), absence(object, tested))).collect();
    crew
}

fn reference(pod: &Value) -> ObjectRef {
    let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_owned();
    ObjectRef {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        namespace: text("namespace"),
        name: text("name"),
    }
}

/// Whether a rendered object is the one that a cluster holds. What lives in no namespace has none.
fn is(object: &Object, held: &ObjectRef, home: &str) -> bool {
    let rendered = &object.reference;
    let namespace = if rendered.namespace.is_empty() { home } else { &rendered.namespace };
    rendered.kind == held.kind
        && rendered.name == held.name
        && rendered.group() == held.group()
        && (held.namespace.is_empty() || held.namespace == namespace)
}

/// Named as a chart would: without the release's own namespace.
fn at_home(object: &ObjectRef, home: &str) -> ObjectRef {
    let namespace = if object.namespace == home { String::new() } else { object.namespace.clone() };
    ObjectRef { namespace, ..object.clone() }
}

fn absence(object: &Object, tested: bool) -> Absence {
    if let Some(hook) = object.hook() {
        let installed = hook.events.iter().any(|event| event == "pre-install" || event == "post-install");
        let ran = installed || hook.is_test() && tested;
        return if ran { Absence::Missed } else { Absence::Idle };
    }
    let spec = |field: &str| object.value.get("spec").and_then(|spec| spec.get(field));
    let runs = match object.reference.kind.as_str() {
        "Pod" => true,
        "Job" => spec("suspend") != Some(&Value::Bool(true)) && spec("parallelism") != Some(&Value::from(0)),
        kind if REPLICATED.contains(&kind) => spec("replicas") != Some(&Value::from(0)),
        // A DaemonSet may find no node, a CronJob's time may not have come, and nobody waits for custom kinds.
        _ => false,
    };
    if runs { Absence::Unexplained } else { Absence::Idle }
}

#[cfg(test)]
#[path = "crew_tests.rs"]
mod tests;
