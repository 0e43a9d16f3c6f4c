//! The audit of Pods that ran, and the API server as a witness.

use std::path::Path;

use crate::trial::{Outcome, Trial, profile, trial};
use rstest::rstest;
use seatrial_model::record::WitnessRecord;
use seatrial_model::suite::{Expectation, RejectionStage};
use seatrial_model::{CheckKind, Enforcement, Finding, Verdict};
use seatrial_policy::PolicyLibrary;

/// The only rules that are not off: what else the packs demand is not what is tested.
const ASKED: [&str; 4] = ["cpu-limit", "memory-limit", "read-only-root-filesystem", "run-as-non-root"];

/// The good cell, and more lines for it.
fn cell(rest: &str) -> Trial {
    let script = format!(
        "cells:\n  demo-prod:\n    hooks: [{{name: demo-test, logs: ok}}]\n    manifest: GOOD\n{rest}"
    );
    let mut trial = trial(vec![profile("prod")], &script);
    let library = PolicyLibrary::load(&trial.suite.policy.folder).unwrap();
    let others = library.rules().iter().filter(|rule| !ASKED.contains(&rule.id.as_str()));
    trial.suite.policy.rules = others.map(|rule| (rule.id.clone(), Enforcement::Off)).collect();
    trial
}

/// A Pod that every rule accepts, but for what `app` says besides of its container, made by a Deployment.
fn deployed(name: &str, app: &str, more: &str) -> String {
    format!(
        "      - owners: [ReplicaSet/demo-1, Deployment/demo]\n        pod: {{metadata: {{name: {name}}}, spec: \
         {{securityContext: {{runAsNonRoot: true}}, containers: [{{name: app, image: 'app:1', {app}, resources: \
         {{limits: {{cpu: 100m, memory: 64Mi}}}}}}{more}]}}}}\n"
    )
}

const READ_ONLY: &str = "securityContext: {readOnlyRootFilesystem: true}";
const WRITABLE: &str = "securityContext: {}";

/// The Pod of the test hook.
const HOOK: &str = "      - pod: {metadata: {name: demo-test}, spec: {securityContext: {runAsNonRoot: true}, \
                    containers: [{name: curl, image: 'curl:1', securityContext: {readOnlyRootFilesystem: true}, \
                    resources: {limits: {cpu: 100m, memory: 64Mi}}}]}}\n";

fn ran(pods: &[String]) -> Trial {
    cell(&format!("    pods:\n{HOOK}{}", pods.concat()))
}

fn audited(outcome: &Outcome) -> (Verdict, &[Finding], &str) {
    let check = outcome.check("prod", CheckKind::Audit);
    (check.verdict, &check.findings, check.output.as_str())
}

#[tokio::test]
async fn pods_that_run_as_they_were_rendered_pass_each_rule_once_and_are_told() {
    let pods = [deployed("demo-1-a", READ_ONLY, ""), deployed("demo-1-b", READ_ONLY, "")];
    let outcome = ran(&pods).run().await;
    let (verdict, findings, output) = audited(&outcome);
    assert_eq!((verdict, findings), (Verdict::Passed, &[][..]), "{:#?}", outcome.cell("prod"));
    assert!(output.contains("judged: Pod/demo-test, Deployment/demo (2 Pods)"), "{output}");
    let cases = |check| -> Vec<String> {
        let cases = outcome.check("prod", check).cases.iter();
        cases.map(|case| case.name.clone()).filter(|name| name != "pod-security-witness").collect()
    };
    assert_eq!(cases(CheckKind::Audit), cases(CheckKind::Policy));
    let place = |call: &str| outcome.calls.position(call).unwrap();
    assert!(place("test demo-prod") < place("pods demo-prod"));
    assert!(place("pods demo-prod") < place("uninstall demo-prod"));
}

#[tokio::test]
async fn what_admission_brought_in_fails_its_rule_and_says_so() {
    let sidecar = ", {name: proxy, image: 'proxy:1', securityContext: {readOnlyRootFilesystem: true}}";
    let outcome = ran(&[deployed("demo-1-a", READ_ONLY, sidecar)]).run().await;
    assert_eq!(outcome.check("prod", CheckKind::Policy).verdict, Verdict::Passed);
    let (verdict, findings, _) = audited(&outcome);
    assert_eq!(verdict, Verdict::Failed);
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["cpu-limit", "memory-limit"]);
    let finding = &findings[0];
    assert!(finding.message.as_str().contains("brought in after rendering"), "{}", finding.message);
    assert_eq!(finding.object.as_ref().unwrap().to_string(), "Deployment/demo");
    assert_eq!(finding.container.as_deref(), Some("proxy"));
    assert!(finding.path.as_deref().unwrap().starts_with("spec.containers[1]"), "{:?}", finding.path);
    assert_eq!(finding.location, None, "no template holds it");
    assert!(outcome.reason("prod", CheckKind::Audit).contains("2 of 4 rules"));
    assert_eq!(outcome.exit_code(), 1);
}

#[tokio::test]
async fn what_the_render_has_already_is_found_again_with_its_template_and_one_template_once() {
    let pods = [deployed("demo-1-a", WRITABLE, ""), deployed("demo-1-b", WRITABLE, "")];
    let mut trial = ran(&pods);
    trial.script = trial.script.replacen("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", 1);
    let outcome = trial.run().await;
    let (verdict, findings, _) = audited(&outcome);
    let [finding] = findings else { panic!("{findings:#?}") };
    assert_eq!((verdict, finding.rule.as_str()), (Verdict::Failed, "read-only-root-filesystem"));
    assert!(!finding.message.as_str().contains("brought in"), "{}", finding.message);
    assert_eq!(finding.location.as_ref().unwrap().file, "demo/templates/deployment.yaml");
}

#[tokio::test]
async fn a_rule_does_in_the_audit_what_it_does_in_the_policy_check() {
    let mut trial = ran(&[deployed("demo-1-a", WRITABLE, "")]);
    let mut dev = profile("prod");
    dev.levels.rules.insert("read-only-root-filesystem".to_owned(), Enforcement::Audit);
    trial.suite.charts[0].profiles = vec![dev];
    let outcome = trial.run().await;
    let case = outcome.case("prod", CheckKind::Audit, "read-only-root-filesystem");
    assert_eq!((case.verdict, case.enforcement), (Verdict::Warned, Some(Enforcement::Audit)));
    assert_eq!((outcome.record.verdict, outcome.exit_code()), (Verdict::Warned, 0));
}

#[tokio::test]
async fn what_only_the_overlay_has_is_the_overlays() {
    let mut trial = ran(&[deployed("demo-1-a", WRITABLE, "")]);
    let mut prod = profile("prod");
    let mut overlay = crate::trial::overlay(trial.folder.path());
    overlay.allow.insert(seatrial_model::suite::OverlayAllowance::Security);
    prod.overlay = Some(overlay);
    trial.suite.charts[0].profiles = vec![prod];
    let installed =
        crate::trial::GOOD.replacen("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", 1);
    let indented = installed.lines().fold(String::new(), |all, line| format!("{all}      {line}\n"));
    trial.script.push_str(&format!("    installed: |\n{indented}"));
    let outcome = trial.run().await;
    let (_, findings, _) = audited(&outcome);
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].message.as_str().contains("brought in by the suite's overlay"),
        "{}",
        findings[0].message
    );
}

#[rstest]
#[case::none("    pods: []\n", Verdict::Errored, "no Pod of Deployment/demo was seen")]
#[case::a_stranger(
    "    pods: [{pod: {metadata: {name: x}, spec: {}}, owners: [StatefulSet/minio]}]\n",
    Verdict::Errored,
    "nothing leads to the release from Pod/x"
)]
#[case::not_listed("    audit: {trouble: 'connection refused'}\n", Verdict::Errored, "connection refused")]
#[tokio::test]
async fn an_audit_that_cannot_tell_is_trouble_and_the_release_is_uninstalled_all_the_same(
    #[case] rest: &str,
    #[case] verdict: Verdict,
    #[case] reason: &str,
) {
    let outcome = cell(rest).run().await;
    assert_eq!(audited(&outcome).0, verdict);
    assert!(
        outcome.reason("prod", CheckKind::Audit).contains(reason),
        "{}",
        outcome.reason("prod", CheckKind::Audit)
    );
    assert_eq!(outcome.check("prod", CheckKind::Uninstall).verdict, Verdict::Passed);
    assert_eq!(outcome.exit_code(), 3);
}

#[tokio::test]
async fn a_hook_that_nobody_saw_is_no_pass_and_what_is_not_the_releases_is_told() {
    let stranger = "      - {pod: {metadata: {name: notebook}, spec: {}}}\n".to_owned();
    let outcome = cell(&format!("    pods:\n{}{stranger}", deployed("demo-1-a", READ_ONLY, ""))).run().await;
    let (verdict, findings, output) = audited(&outcome);
    assert_eq!((verdict, findings.len(), findings[0].rule.as_str()), (Verdict::Warned, 1, "pod-not-seen"));
    assert_eq!(findings[0].object.as_ref().unwrap().to_string(), "Pod/demo-test");
    assert!(output.contains("nothing leads from it to the release: Pod/notebook"), "{output}");
}

#[tokio::test]
async fn a_release_that_ran_no_pod_has_nothing_to_audit() {
    let script =
        "cells:\n  demo-prod: {manifest: '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'}\n";
    let outcome = trial(vec![profile("prod")], script).run().await;
    let check = outcome.check("prod", CheckKind::Audit);
    assert_eq!((check.verdict, check.cases.len()), (Verdict::NotApplicable, 0));
}

#[tokio::test]
async fn what_was_not_installed_is_not_audited() {
    let outcome = cell("    install: {fails: 'never ready'}\n").run().await;
    assert_eq!(outcome.check("prod", CheckKind::Audit).verdict, Verdict::Skipped);
    assert_eq!(outcome.calls.position("pods demo-prod"), None);

    let mut bad = profile("prod");
    bad.expect = Expectation::Rejected { at: RejectionStage::Render, message: "no".to_owned() };
    let outcome = trial(vec![bad], "cells: {demo-prod: {refused: {at: render, message: 'no'}}}").run().await;
    assert_eq!(outcome.check("prod", CheckKind::Audit).verdict, Verdict::NotApplicable);
}

#[tokio::test]
async fn an_audit_alone_stands_on_an_install() {
    let mut trial = cell(&format!("    pods:\n{}", deployed("demo-1-a", READ_ONLY, "")));
    trial.selection.checks = [CheckKind::Audit].into();
    let outcome = trial.run().await;
    let asked: Vec<CheckKind> = outcome.cell("prod").checks.iter().map(|check| check.check).collect();
    assert_eq!(asked, [CheckKind::Render, CheckKind::Install, CheckKind::Audit]);
    // Its test hook did not run, and nobody misses its Pod.
    assert_eq!(audited(&outcome).0, Verdict::Passed, "{:#?}", outcome.cell("prod"));
}

/// A rule that denies every Pod with a container that says `<field>: true`.
fn rule(pack: &str, id: &str, field: &str) -> String {
    let package = |name: &str| name.replace('-', "_");
    format!(
        "# METADATA\n# title: T\n# description: D\n# custom:\n#   id: {id}\n#   severity: high\n#   enforcement: \
         enforce\n#   judges: pods\n#   standard: {{name: N, reference: R}}\n#   remediation: do not\npackage seatrial.{}.{}\n\ndeny contains \
         denial if {{\n\tsome container in input.pod.containers\n\tcontainer.raw.securityContext.{field} == \
         true\n\tdenial := {{\"message\": \"no\", \"container\": container.name}}\n}}\n",
        package(pack),
        package(id)
    )
}

/// A trial whose only rules are one of each level, judged by a suite that uses restricted.
fn witnessed(admission: &str, app: &str) -> Trial {
    let enforces = "{level: baseline, when: calibration, refuses: [privileged]}";
    let mut trial = cell(&format!("clusters: {{k8s: {{admission: [{admission}, {enforces}]}}}}\n"));
    let folder = trial.folder.path().join("policies");
    for (pack, id, field) in [
        ("pss-baseline", "privileged", "privileged"),
        ("pss-restricted", "allow-privilege-escalation", "allowPrivilegeEscalation"),
    ] {
        write(&folder.join(pack).join(format!("{id}.rego")), &rule(pack, id, field));
    }
    let own = |pack: &str, includes: &str| {
        let package = pack.replace('-', "_");
        let text =
            format!("# METADATA\n# title: T\n# description: D\n{includes}package seatrial.{package}\n");
        write(&folder.join(pack).join("pack.rego"), &text);
    };
    own("pss-baseline", "");
    own("pss-restricted", "# custom:\n#   includes: [pss-baseline]\n");
    trial.suite.policy.folder = folder;
    trial.suite.policy.packs = [("pss-restricted".to_owned(), Some(Enforcement::Audit))].into();
    trial.suite.policy.rules.clear();
    trial.script = trial.script.replacen("readOnlyRootFilesystem: true", app, 1);
    trial
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

const REFUSES_PRIVILEGED: &str = "{level: privileged}, {when: '\"privileged\":true', refuses: [privileged]}";

#[rstest]
// A Pod as it was rendered and as it ran is one Pod here: two Pods, two levels.
#[case::both_admit("{level: privileged}", "runAsUser: 1", Verdict::Passed, (4, 0, 0))]
#[case::both_refuse(REFUSES_PRIVILEGED, "privileged: true", Verdict::Passed, (4, 0, 0))]
#[case::it_alone("{level: restricted, refuses: [runAsNonRoot != true]}", "runAsUser: 1", Verdict::Errored, (2, 2, 0))]
#[case::we_alone("{level: privileged}", "privileged: true", Verdict::Errored, (2, 2, 0))]
#[case::not_judged("{when: 'app:1', inconclusive: 'runtime class'}", "runAsUser: 1", Verdict::Passed, (2, 0, 2))]
#[case::nothing_judged("{inconclusive: 'may not create pods'}", "runAsUser: 1", Verdict::NotApplicable, (0, 0, 4))]
#[tokio::test]
async fn the_api_server_agrees_disagrees_or_does_not_say(
    #[case] admission: &str,
    #[case] app: &str,
    #[case] verdict: Verdict,
    #[case] counts: (usize, usize, usize),
) {
    let outcome = witnessed(admission, app).run().await;
    let check = outcome.check("prod", CheckKind::Audit);
    let (agree, disagree, inconclusive) = counts;
    assert_eq!(check.witness, Some(WitnessRecord { agree, disagree, inconclusive }), "{}", check.output);
    let told = format!("{agree} agree, {disagree} disagree, {inconclusive} inconclusive");
    assert!(check.output.as_str().contains(&told), "{}", check.output);
    assert_eq!(outcome.case("prod", CheckKind::Audit, "pod-security-witness").verdict, verdict);
    assert_eq!(check.verdict == Verdict::Errored, verdict == Verdict::Errored);
    assert_eq!(outcome.exit_code(), if verdict == Verdict::Errored { 3 } else { 0 });
}

#[tokio::test]
async fn a_disagreement_is_a_bug_of_ours_with_the_pod_to_send() {
    let outcome = witnessed("{level: privileged}", "privileged: true").run().await;
    let reason = outcome.reason("prod", CheckKind::Audit);
    for text in [
        "Deployment/demo as rendered at baseline",
        "deny it: privileged",
        "bug of seatrial, not of the chart",
    ] {
        assert!(reason.contains(text), "{text} is not in {reason}");
    }
    let file = outcome.folder.path().join("reports/evidence/demo-prod-1.36-helm4/witness/1-baseline.yaml");
    let kept = std::fs::read_to_string(file).unwrap();
    assert!(kept.contains("kind: Pod") && kept.contains("privileged: true"), "{kept}");
    assert!(outcome.cell("prod").evidence.iter().any(|file| file.ends_with("witness/2-restricted.yaml")));
}

#[tokio::test]
async fn our_rules_judge_the_pod_as_admission_makes_it() {
    // What is brought in is seen by both.
    let sidecar = "{level: privileged, when: 'app:1', adds: {spec: {containers: [{name: s, securityContext: {privileged: true}}]}}}, \
                   {when: 'app:1', refuses: [privileged]}";
    let outcome = witnessed(sidecar, "runAsUser: 1").run().await;
    let check = outcome.check("prod", CheckKind::Audit);
    assert_eq!(
        check.witness,
        Some(WitnessRecord { agree: 4, disagree: 0, inconclusive: 0 }),
        "{}",
        check.output
    );
}

#[tokio::test]
async fn a_cluster_that_does_not_enforce_pod_security_is_no_witness() {
    let lax = "{level: baseline, when: calibration}, {when: nothing, refuses: [privileged]}";
    let outcome = witnessed(lax, "privileged: true").run().await;
    let check = outcome.check("prod", CheckKind::Audit);
    assert_eq!(check.witness, Some(WitnessRecord { agree: 0, disagree: 0, inconclusive: 4 }));
    assert!(check.output.as_str().contains("does not enforce Pod Security"), "{}", check.output);
    assert_eq!(outcome.exit_code(), 0);
}

#[tokio::test]
async fn an_api_server_that_cannot_be_asked_is_trouble() {
    let outcome = witnessed("{trouble: 'etcd is away'}", "runAsUser: 1").run().await;
    assert_eq!(audited(&outcome).0, Verdict::Errored);
    assert!(outcome.reason("prod", CheckKind::Audit).contains("etcd is away"));
    assert_eq!(outcome.check("prod", CheckKind::Audit).witness, None);
}
