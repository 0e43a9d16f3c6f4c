//! Where objects hold a `PodSpec`: kinds of Kubernetes itself, custom ones that are met often, and those of a suite.
//!
//! Only names and paths; `manifest` looks into objects.

/// Groups of Kubernetes' own kinds that hold Pods.
const GROUPS: [&str; 3] = ["", "apps", "batch"];

/// Kubernetes' own kinds: the nine that `k8s.io/pod-security-admission` extracts Pods from (`admission.go`).
const WORKLOADS: [(&str, &str); 9] = [
    ("Pod", "spec"),
    ("PodTemplate", "template.spec"),
    ("ReplicationController", "spec.template.spec"),
    ("ReplicaSet", "spec.template.spec"),
    ("Deployment", "spec.template.spec"),
    ("StatefulSet", "spec.template.spec"),
    ("DaemonSet", "spec.template.spec"),
    ("Job", "spec.template.spec"),
    ("CronJob", "spec.jobTemplate.spec.template.spec"),
];

/// Custom kinds that hold Pods and are met often: Argo Rollouts, Knative and `KServe`.
const USUAL: [(&str, &str, &str); 3] = [
    ("argoproj.io", "Rollout", "spec.template.spec"),
    ("serving.knative.dev", "Service", "spec.template.spec"),
    ("serving.kserve.io", "InferenceService", "spec.predictor"),
];

/// Where objects of a custom kind hold a `PodSpec`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodPath {
    /// The API group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// Keys down to the `PodSpec`, `spec.template.spec`.
    pub path: String,
}

impl PodPath {
    /// Custom kinds that are known without being told.
    pub fn usual() -> Vec<Self> {
        let owned = |(group, kind, path): (&str, &str, &str)| Self {
            group: group.to_owned(),
            kind: kind.to_owned(),
            path: path.to_owned(),
        };
        USUAL.map(owned).to_vec()
    }

    /// The usual ones and `own`; one of `own` takes the place of a usual one of the same kind.
    pub fn with(own: &[Self]) -> Vec<Self> {
        let usual = Self::usual().into_iter().filter(|usual| !own.iter().any(|one| one.is_of_same(usual)));
        usual.chain(own.iter().cloned()).collect()
    }

    /// Whether both are of one kind.
    pub fn is_of_same(&self, other: &Self) -> bool {
        self.group == other.group && self.kind == other.kind
    }
}

/// Where a kind of Kubernetes itself holds its `PodSpec`.
pub fn of_workload(group: &str, kind: &str) -> Option<&'static str> {
    let (_, path) = WORKLOADS.iter().find(|(workload, _)| *workload == kind)?;
    GROUPS.contains(&group).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn path(group: &str, kind: &str, path: &str) -> PodPath {
        PodPath { group: group.to_owned(), kind: kind.to_owned(), path: path.to_owned() }
    }

    #[test]
    fn a_suites_path_is_added_and_takes_the_place_of_a_usual_one_of_its_kind() {
        let own =
            [path("apps.kruise.io", "CloneSet", "spec.template.spec"), path("argoproj.io", "Rollout", "a.b")];
        let all = PodPath::with(&own);
        assert_eq!(all.len(), 4);
        let of = |kind: &str| -> Vec<&str> {
            all.iter().filter(|one| one.kind == kind).map(|one| one.path.as_str()).collect()
        };
        assert_eq!((of("CloneSet"), of("Rollout")), (vec!["spec.template.spec"], vec!["a.b"]));
        assert_eq!(of("InferenceService"), ["spec.predictor"]);
        assert_eq!(PodPath::with(&[]), PodPath::usual());
    }

    #[rstest]
    #[case("apps", "Deployment", Some("spec.template.spec"))]
    #[case("batch", "CronJob", Some("spec.jobTemplate.spec.template.spec"))]
    #[case("", "Pod", Some("spec"))]
    #[case("apps", "CloneSet", None)]
    #[case("apps.kruise.io", "DaemonSet", None)]
    fn workloads_are_those_of_kubernetes_own_groups(
        #[case] group: &str,
        #[case] kind: &str,
        #[case] path: Option<&str>,
    ) {
        assert_eq!(of_workload(group, kind), path);
    }
}
