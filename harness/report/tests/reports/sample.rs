//! A record with everything in it that reports must show, and small ones to vary.

use std::collections::BTreeMap;

use seatrial_model::attempt::AttemptRecord;
use seatrial_model::baseline::{BaselineRecord, Entry, Identity};
use seatrial_model::deviation::{Change, Deviation};
use seatrial_model::record::{
    CaseRecord, CellRecord, CheckRecord, ClusterRecord, RuleHelp, SCHEMA, StepRecord,
};
use seatrial_model::selection::SelectionRecord;
use seatrial_model::time::Millis;
use seatrial_model::waiver::{Matched, Scope, WaiverRecord, WaiverState};
use seatrial_model::{
    Basis, CellId, CheckKind, Clean, Enforcement, Finding, HelmMajor, Location, ObjectRef, Record, Redactor,
    Severity, Trouble, Verdict, Waiver, judge,
};

pub(crate) fn clean(text: &str) -> Clean {
    Redactor::default().clean(text)
}

pub(crate) fn id(profile: &str) -> CellId {
    CellId {
        chart: "ml-inference".to_owned(),
        profile: profile.to_owned(),
        kubernetes: "1.36".parse().unwrap(),
        helm: HelmMajor::V4,
    }
}

pub(crate) fn check(check: CheckKind, verdict: Verdict, millis: u64) -> CheckRecord {
    CheckRecord {
        check,
        verdict,
        reason: None,
        duration: Millis(millis),
        findings: Vec::new(),
        cases: Vec::new(),
        output: Clean::default(),
        witness: None,
    }
}

fn because(kind: CheckKind, verdict: Verdict, reason: &str) -> CheckRecord {
    CheckRecord { reason: Some(clean(reason)), ..check(kind, verdict, 0) }
}

pub(crate) fn case(name: &str, verdict: Verdict, millis: u64) -> CaseRecord {
    CaseRecord {
        name: name.to_owned(),
        verdict,
        enforcement: None,
        reason: None,
        duration: Millis(millis),
        output: Clean::default(),
    }
}

pub(crate) fn cell(profile: &str, checks: Vec<CheckRecord>) -> CellRecord {
    let cell = id(profile);
    CellRecord {
        cluster: "k8s-1.36".to_owned(),
        namespace: cell.namespace(),
        release: cell.release(),
        production: false,
        expectation: "works".to_owned(),
        verdict: judge::of_cell(&checks, false),
        started: "2026-05-04T10:00:01.250Z".parse().unwrap(),
        duration: Millis(checks.iter().map(|check| check.duration.0).sum()),
        waited: Millis(0),
        checks,
        deviations: Vec::new(),
        exclusive: Vec::new(),
        requirements: Vec::new(),
        evidence: Vec::new(),
        attempts: Vec::new(),
        stopped_by: None,
        cell,
    }
}

pub(crate) fn record(cells: Vec<CellRecord>) -> Record {
    let clusters = vec![cluster("k8s-1.36", "1.36.3")];
    let verdict = judge::of_run(&cells, &clusters, &[], &[], 0);
    Record {
        schema: SCHEMA.to_owned(),
        run: "20260504-100000-c0ffee".to_owned(),
        seatrial: "0.1.0".to_owned(),
        suite: "prod-readiness".to_owned(),
        description: "Every profile of every chart, before it ships.".to_owned(),
        selection: None,
        started: "2026-05-04T10:00:00Z".parse().unwrap(),
        duration: Millis(185_400),
        verdict,
        interrupted: false,
        clusters,
        cells,
        unfinished: Vec::new(),
        rules: rules(),
        troubles: Vec::new(),
        findings: Vec::new(),
        waivers: Vec::new(),
        baseline: None,
    }
}

pub(crate) fn cluster(name: &str, kubernetes: &str) -> ClusterRecord {
    let step = |step: &str, millis| StepRecord { step: step.to_owned(), duration: Millis(millis) };
    ClusterRecord {
        name: name.to_owned(),
        kubernetes: kubernetes.to_owned(),
        image: Some(format!("seatrial/node:v{kubernetes}")),
        helm: Some("4.0.1".to_owned()),
        steps: vec![step("start the node", 3_100), step("kubeadm init", 25_000), step("DNS answers", 9_800)],
        substitutions: vec!["postgres:18 from images/postgres".to_owned()],
        not_exercised: vec!["NetworkPolicy: the cluster's CNI does not enforce it".to_owned()],
        notes: Vec::new(),
        trouble: None,
        failed_boots: Vec::new(),
    }
}

fn rules() -> BTreeMap<String, RuleHelp> {
    let help = |title: &str, remediation: &str| RuleHelp {
        pack: "workloads".to_owned(),
        title: title.to_owned(),
        description: "A container without it takes what it wants from its neighbours.".to_owned(),
        severity: Severity::High,
        remediation: remediation.to_owned(),
    };
    [
        (
            "require-limits",
            help("CPU and memory limits", "resources:\n  limits: {cpu: \"1\", memory: 512Mi}"),
        ),
        (
            "read-only-root",
            help("Read-only root filesystem", "securityContext: {readOnlyRootFilesystem: true}"),
        ),
    ]
    .map(|(rule, help)| (rule.to_owned(), help))
    .into()
}

fn finding(rule: &str, enforcement: Enforcement, message: &str) -> Finding {
    let object = ObjectRef {
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: String::new(),
        name: "ml-inference".to_owned(),
    };
    Finding {
        rule: rule.to_owned(),
        severity: Severity::High,
        enforcement,
        message: clean(message),
        object: Some(object),
        container: Some("api".to_owned()),
        path: Some("spec.template.spec.containers[0].resources".to_owned()),
        location: Some(Location {
            file: "charts/ml-inference/templates/deployment.yaml".to_owned(),
            line: Some(41),
            basis: Basis::Inferred,
        }),
        anchor: None,
        waiver: None,
        baseline: false,
    }
}

fn static_checks() -> Vec<CheckRecord> {
    vec![check(CheckKind::Lint, Verdict::Passed, 320), check(CheckKind::Render, Verdict::Passed, 410)]
}

fn passing() -> CellRecord {
    let mut checks = static_checks();
    checks.push(CheckRecord {
        cases: vec![case("read-only-root", Verdict::Passed, 9), case("require-limits", Verdict::Passed, 12)],
        ..check(CheckKind::Policy, Verdict::Passed, 60)
    });
    checks.push(check(CheckKind::Install, Verdict::Passed, 31_200));
    checks.push(CheckRecord {
        cases: vec![CaseRecord {
            output: clean("GET /predict 200\n{\"label\": \"setosa\", \"p\": 0.97}\n"),
            ..case("ml-inference-predict", Verdict::Passed, 4_100)
        }],
        ..check(CheckKind::Test, Verdict::Passed, 5_000)
    });
    checks.push(check(CheckKind::Uninstall, Verdict::Passed, 2_700));
    CellRecord {
        waited: Millis(38_000),
        evidence: vec!["evidence/ml-inference-default-1.36-helm4/events.txt".to_owned()],
        ..cell("default", checks)
    }
}

fn audited() -> CellRecord {
    let mut checks = static_checks();
    let found = finding("read-only-root", Enforcement::Audit, "container api can write to its root");
    checks.push(CheckRecord {
        reason: Some(clean("1 of 2 rules have audit findings")),
        findings: vec![found.clone()],
        cases: vec![
            CaseRecord {
                enforcement: Some(Enforcement::Audit),
                reason: Some(found.message.clone()),
                ..case("read-only-root", Verdict::Warned, 9)
            },
            case("require-limits", Verdict::Passed, 12),
        ],
        ..check(CheckKind::Policy, Verdict::Warned, 60)
    });
    cell("dev", checks)
}

fn failing() -> CellRecord {
    let mut checks = static_checks();
    let found = finding("require-limits", Enforcement::Enforce, "container api has no memory limit");
    checks.push(CheckRecord {
        reason: Some(clean("1 of 2 rules failed")),
        findings: vec![found.clone()],
        cases: vec![
            case("read-only-root", Verdict::Passed, 9),
            CaseRecord {
                enforcement: Some(Enforcement::Enforce),
                reason: Some(found.message),
                ..case("require-limits", Verdict::Failed, 12)
            },
        ],
        ..check(CheckKind::Policy, Verdict::Failed, 60)
    });
    checks.push(check(CheckKind::Install, Verdict::Passed, 44_000));
    checks.push(CheckRecord {
        reason: Some(clean("hook ml-inference-predict: exit code 22")),
        output: clean("Error: 1 test failed"),
        cases: vec![
            CaseRecord {
                reason: Some(clean("exit code 22")),
                output: clean(
                    "POST /predict\ncurl: (22) The requested URL returned error: 500 ]]> <oops> & | `x`",
                ),
                ..case("ml-inference-predict", Verdict::Failed, 6_000)
            },
            CaseRecord {
                reason: Some(clean("not started after hook ml-inference-predict failed")),
                ..case("ml-inference-ready", Verdict::Skipped, 0)
            },
        ],
        ..check(CheckKind::Test, Verdict::Failed, 7_000)
    });
    checks.push(check(CheckKind::Uninstall, Verdict::Passed, 3_300));
    let object =
        ObjectRef { kind: "Deployment".to_owned(), name: "ml-inference".to_owned(), ..ObjectRef::default() };
    CellRecord {
        production: true,
        requirements: vec![StepRecord { step: "postgresql".to_owned(), duration: Millis(12_600) }],
        deviations: vec![Deviation {
            object,
            changes: vec![Change {
                path: "spec.replicas".to_owned(),
                from: Some(clean("5")),
                to: Some(clean("1")),
            }],
            overlay: "suites/overlays/ml-inference-prod.yaml".to_owned(),
            reason: "five replicas do not fit on one node".to_owned(),
        }],
        evidence: vec![
            "evidence/ml-inference-prod-1.36-helm4/events.txt".to_owned(),
            "evidence/ml-inference-prod-1.36-helm4/logs/api.log".to_owned(),
        ],
        ..cell("prod", checks)
    }
}

fn rejected() -> CellRecord {
    let why = "the profile is expected to be rejected at render";
    let mut checks = vec![check(CheckKind::Render, Verdict::Passed, 210)];
    for kind in
        [CheckKind::Lint, CheckKind::Policy, CheckKind::Install, CheckKind::Test, CheckKind::Uninstall]
    {
        checks.push(because(kind, Verdict::NotApplicable, why));
    }
    checks.sort_by_key(|check| check.check);
    CellRecord { expectation: "rejected at render: persistence".to_owned(), ..cell("no-persistence", checks) }
}

fn errored() -> CellRecord {
    let mut checks = static_checks();
    checks.push(because(
        CheckKind::Install,
        Verdict::Errored,
        "could not install ml-inference: the API server answered 503 (see events.txt)",
    ));
    checks.push(because(CheckKind::Test, Verdict::Skipped, "install could not be told"));
    cell("gpu", checks)
}

/// Passing, audited, failing, rejected and errored cells, a cluster that did not boot, an interruption.
pub(crate) fn rich() -> Record {
    let mut record = record(vec![passing(), audited(), failing(), rejected(), errored()]);
    let trouble = Trouble::new("boot the cluster k8s-1.35", clean("no node image for Kubernetes 1.35"))
        .hint("run `make setup`");
    let other = ClusterRecord {
        image: None,
        helm: None,
        steps: Vec::new(),
        substitutions: Vec::new(),
        not_exercised: Vec::new(),
        notes: Vec::new(),
        trouble: Some(trouble),
        ..cluster("k8s-1.35", "1.35")
    };
    record.clusters.push(other);
    record.unfinished = vec![CellId { kubernetes: "1.35".parse().unwrap(), ..id("default") }];
    record.troubles = vec![Trouble::new("read the load of the machine", clean("no /proc/loadavg"))];
    record.interrupted = true;
    record.verdict = Verdict::Errored;
    record
}

/// One cell in which all went well.
pub(crate) fn good() -> Record {
    record(vec![passing()])
}

/// A part of a suite whose cluster and one of whose cells were good only at the second attempt.
pub(crate) fn flaky() -> Record {
    let folder = "evidence/ml-inference-prod-1.36-helm4";
    let retried = CellRecord {
        attempts: vec![AttemptRecord {
            verdict: Verdict::Errored,
            check: Some(CheckKind::Install),
            reason: clean(
                "could not install ml-inference: helm was killed by signal 9\nsee <harness.log> | `x`",
            ),
            started: "2026-05-04T10:00:01.250Z".parse().unwrap(),
            duration: Millis(21_500),
            evidence: vec![
                format!("{folder}/attempt-1/events.txt"),
                format!("{folder}/attempt-1/logs/a.log"),
            ],
        }],
        verdict: Verdict::Warned,
        ..CellRecord { cell: id("prod"), ..passing() }
    };
    let mut record = record(vec![retried]);
    record.clusters[0].failed_boots = vec![Trouble::new("boot the cluster k8s-1.36", clean("Docker hiccup"))];
    record.verdict = Verdict::Warned;
    record.selection = Some(SelectionRecord {
        profiles: vec!["prod".to_owned()],
        checks: vec![CheckKind::Test],
        added_checks: vec![CheckKind::Render, CheckKind::Install],
        chosen: 1,
        of: 5,
        ..SelectionRecord::default()
    });
    record
}

/// A run that stopped at its first bad cell, which had been tried twice.
pub(crate) fn stopped() -> Record {
    let why =
        "not started: ml-inference/gpu@1.36+helm4 ended badly, and the run stops at the first such cell";
    let not_started = |profile: &str| {
        let mut checks = static_checks();
        checks.extend([CheckKind::Install, CheckKind::Test].map(|kind| because(kind, Verdict::Skipped, why)));
        let verdict = judge::of_cell(&checks, true);
        CellRecord { verdict, stopped_by: Some(id("gpu")), ..cell(profile, checks) }
    };
    let attempt = flaky().cells.remove(0).attempts.remove(0);
    let lost = CellRecord { attempts: vec![attempt], ..errored() };
    record(vec![lost, not_started("default"), not_started("prod")])
}

fn waiver(rule: &str, line: u32, state: WaiverState) -> WaiverRecord {
    WaiverRecord {
        waiver: Waiver {
            rule: rule.to_owned(),
            scope: Scope { chart: Some("ml-inference".to_owned()), ..Scope::default() },
            owner: "platform".to_owned(),
            reason: "the vendor's image <wants> it | for now".to_owned(),
            expires: "2026-12-31".parse().unwrap(),
            location: Location {
                file: "suites/waivers.yaml".to_owned(),
                line: Some(line),
                basis: Basis::Exact,
            },
            shared: true,
            elsewhere: Vec::new(),
        },
        state,
        matched: Vec::new(),
    }
}

fn matched(cell: &CellId, found: &Finding, findings: usize) -> Matched {
    Matched {
        cell: cell.to_string(),
        object: found.object.clone(),
        container: found.container.clone(),
        findings,
    }
}

/// A failing cell some of whose findings pass, waivers in every state, and a baseline that can shrink.
pub(crate) fn exempted() -> Record {
    let mut used = waiver("read-only-root", 5, WaiverState::Used);
    let waived = Finding {
        waiver: Some(used.waiver.mark()),
        ..finding("read-only-root", Enforcement::Enforce, "container api can write to its root")
    };
    let new = finding("require-limits", Enforcement::Enforce, "container api has no memory limit");
    let known = Finding { baseline: true, ..new.clone() };
    used.matched = vec![matched(&id("prod"), &waived, 2)];
    let mut expired = waiver("require-limits", 9, WaiverState::Expired);
    expired.matched = vec![matched(&id("prod"), &new, 1)];
    let mut open = waiver("host-ports", 17, WaiverState::Open);
    open.waiver.elsewhere = vec!["nightly".to_owned()];
    let mut checks = static_checks();
    checks.push(CheckRecord {
        reason: Some(clean("1 of 2 rules failed")),
        findings: vec![waived.clone(), waived, known, new.clone()],
        cases: vec![
            case("read-only-root", Verdict::Passed, 9),
            CaseRecord {
                enforcement: Some(Enforcement::Enforce),
                reason: Some(new.message.clone()),
                ..case("require-limits", Verdict::Failed, 12)
            },
        ],
        ..check(CheckKind::Policy, Verdict::Failed, 60)
    });
    let of_run = |code: &str, text: &str, location: &Location| Finding {
        location: Some(location.clone()),
        ..Finding::of_check(code, clean(text)).audited()
    };
    let vanished = Identity::of("ml-inference", "dev", &new);
    let file = "baseline.json".to_owned();
    let whole = Location { file: file.clone(), line: None, basis: Basis::File };
    Record {
        findings: vec![
            of_run("waiver-expired", "the waiver of `require-limits` expired", &expired.waiver.location),
            of_run("baseline-vanished", "an entry of the baseline is gone", &whole),
        ],
        waivers: vec![used, expired, waiver("host-paths", 13, WaiverState::Elsewhere), open],
        baseline: Some(BaselineRecord {
            file,
            entries: 3,
            passed: 1,
            vanished: vec![Entry { identity: vanished, count: 2 }],
            removed: false,
            idle: 1,
        }),
        ..record(vec![cell("prod", checks)])
    }
}
