//! `vet --suite`: what a suite sets counts without a cluster, too. Helm is the fake one.

use super::{Project, SUITE, text};
use serde_json::json;

/// A custom workload that is privileged.
const SET: &str = "---\n# Source: demo/templates/set.yaml\napiVersion: apps.kruise.io/v1alpha1\nkind: CloneSet\nmetadata: \
                   {name: set}\nspec: {template: {spec: {containers: [{name: worker, image: worker:1, securityContext: \
                   {privileged: true}}]}}}\n";

/// Exit code and everything said of a chart that renders to a manifest, by a suite.
fn vet(suite: &str, manifest: &str) -> (i32, String) {
    let project = Project::new(suite);
    let at = |name: &str| project.0.path().join(name);
    let script = json!({"calls": [{"when": ["template"], "stdout": manifest}]});
    std::fs::write(at("helm.yaml"), script.to_string()).unwrap();
    std::fs::create_dir(at("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_seatrial"), at("bin/helm")).unwrap();
    let path = std::env::join_paths([at("bin"), "/usr/bin".into(), "/bin".into()]).unwrap();
    let mut command = project.command(&["vet", "--suite", "trial"]);
    let answer = command.env("PATH", path).env("SEATRIAL_FAKE_HELM", at("helm.yaml")).output().unwrap();
    (answer.status.code().unwrap(), text(&answer.stdout) + &text(&answer.stderr))
}

#[test]
fn a_pod_of_a_custom_kind_is_told_as_not_judged_with_what_to_write_and_judged_when_that_is_written() {
    let setting = "podPaths: [{group: apps.kruise.io, kind: CloneSet, path: spec.template.spec}]";
    let (code, said) = vet(SUITE, SET);
    assert_eq!(code, 0, "{said}");
    let told = format!("write `{setting}` under `policies` of a suite");
    assert!(
        said.contains("not judged: CloneSet/set: spec.template.spec looks") && said.contains(&told),
        "{said}"
    );

    let packs = "packs: {prod-readiness: default}";
    let (code, said) = vet(&SUITE.replace(packs, &format!("{packs}, {setting}")), SET);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("error[privileged]: CloneSet/set"), "{said}");
    assert!(!said.contains("looks like a PodSpec"), "{said}");
}

/// A Pod that is privileged, and has no memory limit.
const POD: &str = "---\n# Source: demo/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: \
                   [{name: app, image: web:1, securityContext: {privileged: true}}]}\n";

#[test]
fn a_profiles_pack_is_over_the_suites_and_over_what_that_includes() {
    let (code, said) = vet(SUITE, POD);
    assert_eq!(code, 1, "{said}");
    for told in ["error[privileged]", "error[memory-limit]"] {
        assert!(said.contains(told), "{said}");
    }
    let profile = |packs: &str| SUITE.replace("[default]", &format!("[{{name: default, packs: {packs}}}]"));
    let (code, said) = vet(&profile("{prod-readiness: audit}"), POD);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("warning[privileged]") && said.contains("warning[memory-limit]"), "{said}");
    let (code, said) = vet(&profile("{pss-baseline: off}"), POD);
    assert_eq!(code, 1, "{said}");
    assert!(!said.contains("[privileged]") && said.contains("error[memory-limit]"), "{said}");
    let (code, said) = vet(&profile("{pss-basline: off, rbac: audit}"), POD);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("`pss-baseline`") && said.contains("does not use the pack `rbac`"), "{said}");
}
