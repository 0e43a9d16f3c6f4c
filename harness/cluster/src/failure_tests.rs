use rstest::rstest;

use super::*;

fn waits() -> Vec<Unready> {
    vec![Unready {
        object: "Deployment web".to_owned(),
        state: "0/1 ready".to_owned(),
        because: Some("pod web-0: Readiness probe failed: HTTP 503".to_owned()),
        pods: vec!["web-0".to_owned()],
    }]
}

const WEB: &str = "Deployment web 0/1 ready: pod web-0: Readiness probe failed: HTTP 503";
const HOOK: &str = "hook Job migrate failed: container sql ended with exit code 3";

fn said(text: &str) -> Clean {
    Redactor::default().clean(text)
}

#[rstest]
#[case::workloads(Why::Late("older".to_owned()), &format!("not ready within 60 s: {WEB}"))]
#[case::certain(Why::Certain("pod x: InvalidImageName".to_owned()), "pod x: InvalidImageName")]
#[case::helm_waited(
    Why::Refused(said("resource Deployment/a/web not ready. status: InProgress\ncontext deadline exceeded")),
    &format!("not ready within 60 s: {WEB}\nhelm: resource Deployment/a/web not ready. status: InProgress context \
              deadline exceeded")
)]
#[case::a_hook_and_not_what_only_starts(
    Why::Refused(said("failed post-install: job migrate failed: BackoffLimitExceeded")),
    &format!("{HOOK}\nhelm: failed post-install: job migrate failed: BackoffLimitExceeded")
)]
#[case::refused_at_once(
    Why::Refused(said("unable to build kubernetes objects: no matches for kind \"Boat\"")),
    "unable to build kubernetes objects: no matches for kind \"Boat\""
)]
#[case::helm_hung_in_a_hook(
    Why::HelmLate(said("stopped after 63.0 s")),
    &format!("not ready within 60 s: {HOOK}\nhelm: stopped after 63.0 s")
)]
fn the_most_telling_reason_is_the_first_line(#[case] why: Why, #[case] text: &str) {
    let reason = reason(&why, &waits(), Some(HOOK.to_owned()), Vec::new(), Duration::from_mins(1));
    assert_eq!(reason, text);
}

#[test]
fn advice_follows_the_reason_and_leads_where_nothing_else_is_seen() {
    let why = Why::Refused(said("context deadline exceeded"));
    let advise = |waits: &[Unready]| {
        reason(&why, waits, None, vec!["write `wait: harness`".to_owned()], Duration::from_mins(1))
    };
    assert_eq!(
        advise(&waits()),
        format!("not ready within 60 s: {WEB}\nhelm: context deadline exceeded\nwrite `wait: harness`")
    );
    assert_eq!(advise(&[]), "write `wait: harness`\nhelm: context deadline exceeded");
}

#[test]
fn a_doubt_at_the_deadline_is_told() {
    let reason = reason(
        &Why::Late("pod web-0: container app runs again after it crashed".to_owned()),
        &[],
        None,
        Vec::new(),
        Duration::from_mins(1),
    );
    assert_eq!(reason, "not ready within 60 s: pod web-0: container app runs again after it crashed");
}
