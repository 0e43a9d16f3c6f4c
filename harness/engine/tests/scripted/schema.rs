//! The check `schema`, and what a `values.schema.json` has against the values.

use crate::trial::{Trial, profile, trial};
use rstest::rstest;
use seatrial_model::suite::{Requirement, RequirementSource};
use seatrial_model::{Basis, CheckKind, Enforcement, HelmMajor, Severity, Verdict};

const SCRIPT: &str = "cells:\n  demo-prod:\n    hooks: [{name: demo-test, logs: ok}]\n    manifest: GOOD\n";

/// One good cell whose manifest is changed.
fn changed(from: &str, to: &str) -> Trial {
    let mut trial = trial(vec![profile("prod")], SCRIPT);
    assert!(trial.script.contains(from));
    trial.script = trial.script.replacen(from, to, 1);
    trial
}

#[rstest]
#[case(HelmMajor::V4, "Helm 4 cannot install it")]
#[case(HelmMajor::V3, "so that this hardening never takes effect")]
#[tokio::test]
async fn a_hardening_in_the_wrong_place_fails_and_says_where_it_belongs(
    #[case] helm: HelmMajor,
    #[case] becomes: &str,
) {
    let mut trial = changed(
        "securityContext: {runAsNonRoot: true,",
        "securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true,",
    );
    trial.suite.clusters[0].helm = helm;
    let outcome = trial.run().await;
    let check = outcome.check("prod", CheckKind::Schema);
    assert_eq!(check.verdict, Verdict::Failed);
    let [finding] = check.findings.as_slice() else { panic!("{check:#?}") };
    assert_eq!((finding.rule.as_str(), finding.severity), ("unknown-field", Severity::High));
    let path = "spec.template.spec.securityContext.allowPrivilegeEscalation";
    assert_eq!(finding.path.as_deref(), Some(path));
    assert_eq!(finding.location.as_ref().unwrap().file, "demo/templates/deployment.yaml");
    let message = finding.message.as_str();
    let place = "spec.template.spec.containers[*].securityContext.allowPrivilegeEscalation";
    assert!(message.contains(place) && message.contains(becomes), "{message}");
    assert_eq!(outcome.exit_code(), 1);
}

#[tokio::test]
async fn an_error_in_a_container_names_it() {
    let outcome = changed("image: app:1", "imagee: app:1").run().await;
    let finding = &outcome.check("prod", CheckKind::Schema).findings[0];
    assert_eq!(finding.container.as_deref(), Some("app"));
    assert_eq!(finding.path.as_deref(), Some("spec.template.spec.containers[0].imagee"));
}

const BOAT: &str = "      ---\n      apiVersion: sea.io/v1\n      kind: Boat\n      metadata: {name: a}\n      spec: \
                    {sails: many}\n";

const BOATS: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
                     boats.sea.io}\nspec: {group: sea.io, scope: Namespaced, names: {kind: Boat, plural: boats}, \
                     versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, \
                     properties: {spec: {type: object, properties: {sails: {type: integer}}}}}}}]}\n";

#[tokio::test]
async fn a_kind_without_a_schema_is_told_of_and_never_passes() {
    let mut trial = trial(vec![profile("prod")], SCRIPT);
    trial.script += BOAT;
    let outcome = trial.run().await;
    let check = outcome.check("prod", CheckKind::Schema);
    assert_eq!(check.verdict, Verdict::Warned);
    let [finding] = check.findings.as_slice() else { panic!("{check:#?}") };
    assert_eq!((finding.rule.as_str(), finding.enforcement), ("not-judged", Enforcement::Audit));
    assert!(finding.message.as_str().contains("Boat of sea.io/v1"), "{}", finding.message);
}

#[tokio::test]
async fn a_definition_among_the_requirements_judges_its_resources() {
    let mut trial = trial(vec![profile("prod")], SCRIPT);
    trial.script += BOAT;
    let file = trial.folder.path().join("boats.yaml");
    std::fs::write(&file, BOATS).unwrap();
    trial.suite.clusters[0].requirements = vec![Requirement {
        name: "boats".to_owned(),
        source: RequirementSource::Manifests(vec![file]),
        timeout: std::time::Duration::from_secs(1),
    }];
    let outcome = trial.run().await;
    let finding = &outcome.check("prod", CheckKind::Schema).findings[0];
    assert_eq!((finding.rule.as_str(), finding.path.as_deref()), ("wrong-type", Some("spec.sails")));
}

#[tokio::test]
async fn another_version_than_those_that_ship_is_said() {
    let mut trial = trial(vec![profile("prod")], SCRIPT);
    trial.suite.clusters[0].kubernetes = "1.33".parse().unwrap();
    let outcome = trial.run().await;
    let check = outcome.check("prod", CheckKind::Schema);
    assert_eq!(check.verdict, Verdict::Warned);
    let message = check.findings[0].message.as_str();
    assert!(message.contains("no schema of Kubernetes 1.33 ships") && message.contains("1.35"), "{message}");
}

#[tokio::test]
async fn a_schema_of_values_tells_each_key_with_the_file_that_it_stands_in() {
    let script = "cells: {demo-prod: {refused: {at: schema, message: 'demo:', values: {image.tag: 'got number, want \
                  string', replicas: 'minimum: got -1, want 0', spare: it is missing}}}}";
    let mut prod = profile("prod");
    prod.set = vec!["replicas=-1".to_owned()];
    let mut trial = trial(vec![prod], script);
    let values = trial.folder.path().join("values-prod.yaml");
    std::fs::write(&values, "# of production\nimage:\n  name: a\n  tag: 5\n").unwrap();
    trial.suite.charts[0].profiles[0].values = vec![values];
    std::fs::write(trial.folder.path().join("demo/values.yaml"), "image: {tag: a}\nreplicas: 1\n").unwrap();
    let outcome = trial.run().await;
    let check = outcome.check("prod", CheckKind::Render);
    assert_eq!(check.verdict, Verdict::Failed);
    let told: Vec<_> = check
        .findings
        .iter()
        .map(|finding| {
            let place = finding.location.as_ref().map(|place| (place.to_string(), place.basis));
            (finding.rule.as_str(), finding.path.as_deref().unwrap(), place)
        })
        .collect();
    let exact = ("values-prod.yaml:4".to_owned(), Basis::Exact);
    let schema = ("demo/values.schema.json".to_owned(), Basis::File);
    assert_eq!(
        told,
        [
            ("values-schema", "image.tag", Some(exact)),
            ("values-schema", "replicas", None),
            ("values-schema", "spare", Some(schema)),
        ]
    );
    let messages: Vec<_> = check.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(messages[0].contains("demo: `image.tag`: got number, want string"), "{messages:?}");
    assert!(messages[1].ends_with("set by `replicas`"), "{messages:?}");
}
