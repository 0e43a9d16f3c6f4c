//! Whole runs on the scripted backend: what is green, what is red, and what cannot be told.

use crate::trial::{GOOD, profile, trial};
use rstest::rstest;
use seatrial_model::suite::{Expectation, RejectionStage};
use seatrial_model::{CheckKind, Enforcement, Verdict};

/// A script with one good cell, and more lines for it.
fn good_cell(rest: &str) -> String {
    format!("cells:\n  demo-prod:\n    hooks: [{{name: demo-test, logs: ok}}]\n    manifest: GOOD\n{rest}")
}

#[tokio::test]
async fn a_good_cell_passes_every_check_and_everything_is_torn_down_in_order() {
    let outcome = trial(vec![profile("prod")], &good_cell("")).run().await;
    assert_eq!(outcome.record.verdict, Verdict::Passed, "{:#?}", outcome.record);
    assert_eq!(outcome.exit_code(), 0);
    let asked: Vec<_> =
        outcome.cell("prod").checks.iter().map(|check| (check.check, check.verdict)).collect();
    assert_eq!(asked, CheckKind::ALL.map(|check| (check, Verdict::Passed)));
    let place = |call: &str| outcome.calls.position(call).unwrap_or_else(|| panic!("no call {call}"));
    assert!(place("open demo-prod") < place("install demo-prod"));
    assert!(place("test demo-prod") < place("evidence demo-prod"));
    assert!(place("evidence demo-prod") < place("uninstall demo-prod"));
    assert!(place("uninstall demo-prod") < place("close demo-prod"));
    assert!(place("close demo-prod") < place("teardown k8s"));
    assert!(place("teardown k8s") < place("finish"));
    let evidence = &outcome.cell("prod").evidence;
    for name in
        ["manifest.profile.yaml", "manifest.installed.yaml", "manifest.release.yaml", "hooks/demo-test.log"]
    {
        assert!(evidence.iter().any(|file| file.ends_with(name)), "{name} is missing in {evidence:?}");
        assert!(outcome.folder.path().join("reports/evidence/demo-prod-1.36-helm4").join(name).is_file());
    }
}

#[tokio::test]
async fn a_failing_hook_fails_its_case_and_not_the_other_cell() {
    let script = "cells:\n  demo-prod:\n    manifest: GOOD\n    hooks: [{name: demo-test, phase: failed, reason: \
                  'exit code 22: /predict answered 500', logs: HTTP 500}]\n  demo-dev:\n    manifest: GOOD\n    \
                  hooks: [{name: demo-test}]\n";
    let outcome = trial(vec![profile("prod"), profile("dev")], script).run().await;
    let case = outcome.case("prod", CheckKind::Test, "demo-test");
    assert_eq!(case.verdict, Verdict::Failed);
    assert!(case.reason.as_ref().unwrap().as_str().contains("/predict answered 500"));
    assert_eq!(case.output.as_str(), "HTTP 500");
    assert_eq!(outcome.cell("dev").verdict, Verdict::Passed);
    assert_eq!(outcome.exit_code(), 1);
}

#[rstest]
#[case("limits: {cpu: 100m, memory: 64Mi,", "limits: {cpu: 100m,", "memory-limit")]
#[case("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "read-only-root-filesystem")]
#[case::of_an_included_pack("runAsNonRoot: true, ", "", "run-as-non-root")]
#[case::of_a_pack_included_by_that("{drop: [ALL]}}", "{drop: [ALL]}, privileged: true}", "privileged")]
#[case::told_once_and_by_the_stricter_rule("RuntimeDefault", "Unconfined", "seccomp-profile-restricted")]
#[tokio::test]
async fn a_hardening_taken_away_fails_its_rule(#[case] good: &str, #[case] bad: &str, #[case] rule: &str) {
    let mut trial = trial(vec![profile("prod")], &good_cell(""));
    trial.script = trial.script.replacen(good, bad, 1);
    let outcome = trial.run().await;
    let failed: Vec<_> = outcome
        .check("prod", CheckKind::Policy)
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Failed)
        .map(|case| case.name.as_str())
        .collect();
    assert_eq!(failed, [rule]);
    let finding = &outcome.check("prod", CheckKind::Policy).findings[0];
    assert_eq!(finding.object.as_ref().unwrap().to_string(), "Deployment/demo");
    assert_eq!(finding.location.as_ref().unwrap().file, "demo/templates/deployment.yaml");
    assert!(outcome.record.rules.contains_key(rule));
    assert_eq!(outcome.exit_code(), 1);
    assert_eq!(outcome.check("prod", CheckKind::Install).verdict, Verdict::Passed);
}

#[tokio::test]
async fn an_audited_rule_warns_and_does_not_fail() {
    let mut dev = profile("prod");
    dev.levels.rules.insert("read-only-root-filesystem".to_owned(), Enforcement::Audit);
    let mut trial = trial(vec![dev], &good_cell(""));
    trial.script = trial.script.replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false");
    let outcome = trial.run().await;
    let case = outcome.case("prod", CheckKind::Policy, "read-only-root-filesystem");
    assert_eq!((case.verdict, case.enforcement), (Verdict::Warned, Some(Enforcement::Audit)));
    assert_eq!((outcome.record.verdict, outcome.exit_code()), (Verdict::Warned, 0));
}

#[tokio::test]
async fn a_rule_of_several_packs_is_one_case_and_the_nearest_pack_says_how_strict_it_is() {
    let mut trial = trial(vec![profile("prod")], &good_cell(""));
    let settings = [
        ("prod-readiness", Some(Enforcement::Enforce)),
        ("pss-restricted", Some(Enforcement::Audit)),
        ("pss-baseline", None),
    ];
    trial.suite.policy.packs = settings.map(|(pack, level)| (pack.to_owned(), level)).into();
    let outcome = trial.run().await;
    let mut names: Vec<_> =
        outcome.check("prod", CheckKind::Policy).cases.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    let asked = names.len();
    names.dedup();
    assert_eq!(names.len(), asked, "{names:?}");
    let level = |rule: &str| outcome.case("prod", CheckKind::Policy, rule).enforcement.unwrap();
    assert_eq!(level("read-only-root-filesystem"), Enforcement::Enforce);
    assert_eq!(level("run-as-non-root"), Enforcement::Audit);
    assert_eq!(level("privileged"), Enforcement::Enforce);
    // The stricter form is only reported, so that the other one is asked as well.
    assert_eq!(level("capabilities-restricted"), Enforcement::Audit);
    assert_eq!(level("capabilities-baseline"), Enforcement::Enforce);
}

#[tokio::test]
async fn a_profiles_pack_is_audited_as_a_whole_and_the_other_profile_is_not() {
    let cell = |profile: &str| {
        format!("  demo-{profile}:\n    hooks: [{{name: demo-test, logs: ok}}]\n    manifest: GOOD\n")
    };
    let script = format!("cells:\n{}{}", cell("dev"), cell("prod"));
    let mut dev = profile("dev");
    dev.levels.packs = [("prod-readiness".to_owned(), Some(Enforcement::Audit))].into();
    dev.levels.rules.insert("cpu-limit".to_owned(), Enforcement::Enforce);
    let mut trial = trial(vec![dev, profile("prod")], &script);
    trial.suite.policy.rules = [("liveness-probe", Enforcement::Off), ("memory-limit", Enforcement::Enforce)]
        .map(|(rule, level)| (rule.to_owned(), level))
        .into();
    // Of the pack itself, of one that it includes, and of one that this one includes.
    for (good, bad) in [
        ("limits: {cpu: 100m, memory: 64Mi,", "limits: {cpu: 100m,"),
        ("runAsNonRoot: true, ", ""),
        ("{drop: [ALL]}}", "{drop: [ALL]}, privileged: true}"),
    ] {
        trial.script = trial.script.replace(good, bad);
    }
    let outcome = trial.run().await;
    let verdict = |profile: &str, rule: &str| outcome.case(profile, CheckKind::Policy, rule).verdict;
    for rule in ["memory-limit", "run-as-non-root", "privileged"] {
        assert_eq!(
            (verdict("dev", rule), verdict("prod", rule)),
            (Verdict::Warned, Verdict::Failed),
            "{rule}"
        );
    }
    let dev = outcome.check("dev", CheckKind::Policy);
    let level = |rule: &str| dev.cases.iter().find(|case| case.name == rule).map(|case| case.enforcement);
    assert_eq!(level("cpu-limit"), Some(Some(Enforcement::Enforce)), "the profile names it");
    assert_eq!(level("liveness-probe"), None, "the suite turned it off by its name");
    assert_eq!(outcome.cell("dev").verdict, Verdict::Warned, "{:#?}", outcome.cell("dev"));
}

fn rejected() -> seatrial_model::suite::Profile {
    let mut bad = profile("prod");
    bad.expect = Expectation::Rejected { at: RejectionStage::Render, message: "no database".to_owned() };
    bad
}

#[rstest]
#[case("refused: {at: render, message: 'there is no database configured'}", Verdict::Passed, "")]
#[case("refused: {at: schema, message: no database}", Verdict::Failed, "must be rejected at render")]
#[case("refused: {at: render, message: a typo}", Verdict::Failed, "rejected for another reason")]
#[case(
    "manifest: '{apiVersion: v1, kind: Pod, metadata: {name: a}}'",
    Verdict::Failed,
    "rendered, but must be rejected"
)]
#[tokio::test]
async fn a_profile_that_must_be_rejected_is_so_for_its_reason_only(
    #[case] cell: &str,
    #[case] verdict: Verdict,
    #[case] reason: &str,
) {
    let outcome = trial(vec![rejected()], &format!("cells: {{demo-prod: {{{cell}}}}}")).run().await;
    assert_eq!(outcome.cell("prod").verdict, verdict);
    assert!(outcome.reason("prod", CheckKind::Render).contains(reason));
    assert_eq!(outcome.check("prod", CheckKind::Install).verdict, Verdict::NotApplicable);
    assert_eq!(outcome.calls.position("provision k8s"), None, "no cluster is booted for it");
}

#[tokio::test]
async fn a_template_that_does_not_render_fails_its_cell_and_the_others_run() {
    let script =
        format!("{}  demo-dev: {{refused: {{at: render, message: 'nil pointer'}}}}\n", good_cell(""));
    let outcome = trial(vec![profile("prod"), profile("dev")], &script).run().await;
    assert_eq!(outcome.cell("prod").verdict, Verdict::Passed);
    assert_eq!(outcome.cell("dev").verdict, Verdict::Failed);
    assert!(outcome.reason("dev", CheckKind::Render).contains("nil pointer"));
    for check in [CheckKind::Policy, CheckKind::Install, CheckKind::Test, CheckKind::Uninstall] {
        assert_eq!(outcome.check("dev", check).verdict, Verdict::Skipped);
    }
    assert_eq!(outcome.calls.position("open demo-dev"), None);
    assert_eq!(outcome.exit_code(), 1);
}

#[tokio::test]
async fn a_render_of_nothing_is_not_green() {
    let outcome = trial(vec![profile("prod")], "cells: {demo-prod: {manifest: ''}}").run().await;
    assert!(outcome.reason("prod", CheckKind::Render).contains("renders no object"));
    assert_eq!(outcome.exit_code(), 1);
}

#[rstest]
#[case("", Verdict::Errored, 3)]
#[case("{name: other}", Verdict::Errored, 3)]
#[case("{name: demo-test, phase: unfinished}", Verdict::Failed, 1)]
#[case("{name: a, phase: failed}, {name: demo-test, phase: not-started}", Verdict::Failed, 1)]
#[tokio::test]
async fn a_hook_without_a_good_result_is_never_green(
    #[case] hooks: &str,
    #[case] verdict: Verdict,
    #[case] code: u8,
) {
    let script = format!("cells:\n  demo-prod:\n    hooks: [{hooks}]\n    manifest: GOOD\n");
    let outcome = trial(vec![profile("prod")], &script).run().await;
    assert_eq!(outcome.check("prod", CheckKind::Test).verdict, verdict);
    assert_eq!(outcome.exit_code(), code);
}

#[tokio::test]
async fn a_chart_without_hooks_is_a_finding() {
    let mut trial = trial(vec![profile("prod")], &good_cell(""));
    trial.script = trial.script.replace("helm.sh/hook: test", "a: b");
    let outcome = trial.run().await;
    let check = outcome.check("prod", CheckKind::Test);
    assert_eq!((check.verdict, check.findings[0].rule.as_str()), (Verdict::Warned, "no-test-hooks"));
}

#[rstest]
#[case("    install: {fails: 'Deployment demo 0/1 ready'}\n", CheckKind::Install, Verdict::Failed, 1)]
#[case("    install: {trouble: 'helm was killed'}\n", CheckKind::Install, Verdict::Errored, 3)]
#[case("    require: {fails: 'database not ready'}\n", CheckKind::Uninstall, Verdict::Passed, 0)]
#[case("    uninstall: {fails: 'hook failed'}\n", CheckKind::Uninstall, Verdict::Failed, 1)]
#[case("    leftovers: [ConfigMap/litter]\n", CheckKind::Uninstall, Verdict::Failed, 1)]
#[case("    close: {trouble: 'finalizer x'}\n", CheckKind::Uninstall, Verdict::Errored, 3)]
#[case(
    "    release: '{apiVersion: v1, kind: Pod, metadata: {name: other}}'\n",
    CheckKind::Install,
    Verdict::Failed,
    1
)]
#[tokio::test]
async fn each_live_step_gives_the_right_verdict_and_exit_code(
    #[case] rest: &str,
    #[case] check: CheckKind,
    #[case] verdict: Verdict,
    #[case] code: u8,
) {
    let outcome = trial(vec![profile("prod")], &good_cell(rest)).run().await;
    assert_eq!(outcome.check("prod", check).verdict, verdict);
    assert_eq!(outcome.exit_code(), code);
    assert!(outcome.calls.position("close demo-prod").is_some(), "clean-up happens whatever the verdict");
    assert!(outcome.calls.position("evidence demo-prod") < outcome.calls.position("close demo-prod"));
}

#[tokio::test]
async fn a_requirement_that_does_not_come_up_is_trouble_and_not_the_charts_failure() {
    let mut prod = profile("prod");
    prod.requirements.push(seatrial_model::suite::Requirement {
        name: "db".to_owned(),
        source: seatrial_model::suite::RequirementSource::Manifests(Vec::new()),
        timeout: std::time::Duration::from_secs(1),
    });
    let outcome = trial(vec![prod], &good_cell("    require: {fails: 'db is not ready'}\n")).run().await;
    assert_eq!(outcome.check("prod", CheckKind::Install).verdict, Verdict::Errored);
    assert!(outcome.reason("prod", CheckKind::Install).contains("db is not ready"));
    assert_eq!(outcome.exit_code(), 3);
}

fn requiring(names: [&str; 2]) -> seatrial_model::suite::Profile {
    let requirement = |name: &str| seatrial_model::suite::Requirement {
        name: name.to_owned(),
        source: seatrial_model::suite::RequirementSource::Manifests(Vec::new()),
        timeout: std::time::Duration::from_secs(1),
    };
    seatrial_model::suite::Profile { requirements: names.map(requirement).into(), ..profile("prod") }
}

#[tokio::test]
async fn requirements_of_a_cell_are_installed_at_the_same_time() {
    // Each hangs until the signal, which is sent when both have been asked for.
    let running =
        trial(vec![requiring(["db", "cache"])], &good_cell("    require: hangs\n")).run_until(|_, calls| {
            let asked = |name: &str| calls.position(&format!("require {name} in demo-prod")).is_some();
            usize::from(asked("db") && asked("cache"))
        });
    let outcome =
        tokio::time::timeout(std::time::Duration::from_secs(30), running).await.expect("both are asked for");
    assert_eq!(outcome.exit_code(), 130);
}

#[tokio::test]
async fn durations_of_requirements_stand_in_the_order_of_the_suite() {
    let outcome = trial(vec![requiring(["db", "cache"])], &good_cell("")).run().await;
    let steps: Vec<_> = outcome.cell("prod").requirements.iter().map(|step| step.step.as_str()).collect();
    assert_eq!(steps, ["db", "cache"]);
}

#[rstest]
#[case("clusters: {k8s: {boot: {trouble: 'Docker is not running'}}}\n")]
#[case("clusters: {k8s: {resolve: {trouble: 'Docker is not running'}}}\n")]
#[tokio::test]
async fn without_a_cluster_charts_are_still_judged_and_nothing_is_green(#[case] rest: &str) {
    let outcome = trial(vec![profile("prod")], &good_cell(rest)).run().await;
    assert_eq!(outcome.check("prod", CheckKind::Policy).verdict, Verdict::Passed);
    assert_eq!(outcome.check("prod", CheckKind::Install).verdict, Verdict::Errored);
    assert_eq!(outcome.check("prod", CheckKind::Test).verdict, Verdict::Skipped);
    assert!(outcome.reason("prod", CheckKind::Install).contains("Docker is not running"));
    assert_eq!(outcome.exit_code(), 3);
}

#[tokio::test]
async fn a_panic_in_one_cell_is_its_trouble_and_the_others_end_well() {
    let script = format!("{}  demo-dev:\n    manifest: GOOD\n    install: panics\n", good_cell(""));
    let outcome = trial(vec![profile("prod"), profile("dev")], &script).run().await;
    assert_eq!(outcome.cell("prod").verdict, Verdict::Passed);
    assert_eq!(outcome.record.unfinished.len(), 1);
    assert!(outcome.record.troubles[0].to_string().contains("demo/dev"));
    assert_eq!(outcome.exit_code(), 3);
    assert!(outcome.calls.position("teardown k8s").is_some());
}

#[tokio::test]
async fn an_overlay_is_listed_with_its_reason_and_must_change_something() {
    let mut prod = profile("prod");
    let mut trial = trial(Vec::new(), &good_cell(""));
    prod.overlay = Some(crate::trial::overlay(trial.folder.path()));
    trial.suite.charts[0].profiles.push(prod);
    let indented = |text: &str| text.lines().fold(String::new(), |all, line| format!("{all}      {line}\n"));
    let installed = GOOD.replace("replicas: 1", "replicas: 3");
    trial.script.push_str(&format!("    installed: |\n{}", indented(&installed)));
    let idle = format!("{}    idleOverlay: true\n", trial.script);
    let outcome = trial.run().await;
    let deviation = &outcome.cell("prod").deviations[0];
    assert_eq!(
        (deviation.reason.as_str(), deviation.changes[0].path.as_str()),
        ("one node", "spec.replicas")
    );
    assert_eq!(outcome.record.verdict, Verdict::Passed, "{:#?}", outcome.cell("prod"));

    let mut trial = crate::trial::trial(Vec::new(), "{}");
    let mut prod = profile("prod");
    prod.overlay = Some(crate::trial::overlay(trial.folder.path()));
    trial.suite.charts[0].profiles.push(prod);
    trial.script = idle;
    let outcome = trial.run().await;
    let finding = &outcome.check("prod", CheckKind::Render).findings[0];
    assert_eq!((finding.rule.as_str(), finding.path.as_deref()), ("overlay-key-idle", Some("replicas")));
    assert_eq!(outcome.exit_code(), 1);
}

#[tokio::test]
async fn secrets_of_a_chart_reach_neither_the_record_nor_the_evidence() {
    let secret = "---\n# Source: demo/templates/secret.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: \
                  demo-db}\nstringData: {password: correct-horse}\n";
    let mut trial = trial(vec![profile("prod")], &good_cell(""));
    trial.script = trial.script.replace("logs: ok", "logs: 'using correct-horse Y29ycmVjdC1ob3JzZQ=='");
    let indented = secret.lines().fold(String::new(), |all, line| format!("{all}      {line}\n"));
    trial.script.push_str(&indented);
    let outcome = trial.run().await;
    assert_eq!(
        outcome.case("prod", CheckKind::Test, "demo-test").output.as_str(),
        "using correct-horse Y29ycmVjdC1ob3JzZQ=="
            .replace("correct-horse", "****")
            .replace("Y29ycmVjdC1ob3JzZQ==", "****")
    );
    let record = serde_json::to_string(&outcome.record).unwrap();
    assert!(!record.contains("correct-horse"));
    let manifest = outcome.folder.path().join("reports/evidence/demo-prod-1.36-helm4/manifest.release.yaml");
    assert!(!std::fs::read_to_string(manifest).unwrap().contains("correct-horse"));
}
