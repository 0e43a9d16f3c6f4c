//! Pods of custom kinds, where the suite says that they are.

use crate::trial::{Outcome, profile, trial};
use rstest::rstest;
use seatrial_model::suite::{Requirement, RequirementSource};
use seatrial_model::{CheckKind, PodPath, Verdict};

/// The good cell, and a custom workload without a memory limit, with a secret and a field that no Pod has.
const SCRIPT: &str = "\
cells:
  demo-prod:
    hooks: [{name: demo-test, logs: ok}]
    manifest: GOOD
      ---
      # Source: demo/templates/set.yaml
      apiVersion: apps.kruise.io/v1alpha1
      kind: CloneSet
      metadata: {name: set}
      spec:
        template:
          metadata: {labels: {app: set}}
          spec:
            automountServiceAccountToken: false
            serviceAccountName: demo
            securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
            containers:
              - name: worker
                image: worker:1
                env: [{name: API_TOKEN, value: tells-everything}]
                securityContext:
                  {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                resources:
                  {limits: {cpu: 100m, ephemeral-storage: 1Gi}, requests: {cpu: 50m, memory: 64Mi}}
";

const DEFINITION: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
                          clonesets.apps.kruise.io}\nspec: {group: apps.kruise.io, scope: Namespaced, names: {kind: \
                          CloneSet, plural: clonesets}, versions: [{name: v1alpha1, served: true, storage: true, schema: \
                          {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {template: \
                          {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {spec: {type: \
                          object, x-kubernetes-preserve-unknown-fields: true, \
                          properties: {containers: {type: array, items: {type: object, \
                          x-kubernetes-preserve-unknown-fields: true, properties: {image: {type: \
                          integer}}}}}}}}}}}}}}]}\n";

async fn with(paths: &[&str]) -> Outcome {
    let mut trial = trial(vec![profile("prod")], SCRIPT);
    let of = |path: &&str| PodPath {
        group: "apps.kruise.io".to_owned(),
        kind: "CloneSet".to_owned(),
        path: (*path).to_owned(),
    };
    trial.suite.policy.pod_paths = paths.iter().map(of).collect();
    let file = trial.folder.path().join("definition.yaml");
    std::fs::write(&file, DEFINITION).unwrap();
    trial.suite.clusters[0].requirements = vec![Requirement {
        name: "definition".to_owned(),
        source: RequirementSource::Manifests(vec![file]),
        timeout: std::time::Duration::from_secs(1),
    }];
    trial.run().await
}

#[rstest]
#[case::said(&["spec.template.spec"], Verdict::Failed, true)]
#[case::not_said(&[], Verdict::Passed, false)]
#[tokio::test]
async fn a_custom_kind_is_judged_and_masked_where_the_suite_says_that_it_holds_a_pod(
    #[case] paths: &[&str],
    #[case] verdict: Verdict,
    #[case] known: bool,
) {
    let outcome = with(paths).await;
    let check = outcome.check("prod", CheckKind::Policy);
    let case = outcome.case("prod", CheckKind::Policy, "memory-limit");
    assert_eq!(case.verdict, verdict, "{check:#?}");
    let found: Vec<_> = check
        .findings
        .iter()
        .filter(|finding| finding.rule == "memory-limit")
        .map(|finding| (finding.object.as_ref().unwrap().to_string(), finding.container.clone().unwrap()))
        .collect();
    assert_eq!(found, vec![("CloneSet/set".to_owned(), "worker".to_owned()); usize::from(known)]);

    let untold = check.findings.iter().find(|finding| finding.rule == "pod-not-judged");
    assert_eq!(untold.is_none(), known, "{check:#?}");
    if let Some(untold) = untold {
        assert_eq!((check.verdict, untold.path.as_deref()), (Verdict::Warned, Some("spec.template.spec")));
        assert!(untold.message.as_str().contains("podPaths: [{group: apps.kruise.io, kind: CloneSet"));
        assert_eq!(untold.location.as_ref().unwrap().file, "demo/templates/set.yaml");
    }

    let of_schema = &outcome.check("prod", CheckKind::Schema).findings[0];
    assert_eq!(of_schema.path.as_deref(), Some("spec.template.spec.containers[0].image"));
    assert_eq!(of_schema.container.as_deref(), known.then_some("worker"));

    let evidence = outcome.folder.path().join("reports/evidence/demo-prod-1.36-helm4");
    let rendered = std::fs::read_to_string(evidence.join("manifest.profile.yaml")).unwrap();
    assert_eq!(rendered.contains("tells-everything"), !known, "{rendered}");
}

#[tokio::test]
async fn an_audit_tells_of_a_custom_kind_of_which_it_saw_no_pod() {
    let outcome = with(&["spec.template.spec"]).await;
    let output = outcome.check("prod", CheckKind::Audit).output.as_str();
    assert!(output.contains("no Pod of it had to run yet: CloneSet/set"), "{output}");
}
