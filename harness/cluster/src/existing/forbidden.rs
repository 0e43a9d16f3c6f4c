//! Failures of an install that are the account's or the cluster's, and not the chart's.

use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{InstallAnswer, InstallRequest};

/// What is said when an image cannot be pulled.
const PULL: &str = "this cluster pulls every image by itself: what was built from images/ on this machine is not there, \
                    unless it was pushed to a registry that the cluster can read";

/// The same answer, or trouble where nothing is said of the chart; with a hint where an image was missing.
pub(super) fn judged(answer: InstallAnswer, request: &InstallRequest) -> Result<InstallAnswer, Trouble> {
    let InstallAnswer::Failed { reason, output } = answer else { return Ok(answer) };
    if is_of_account(reason.as_str()) {
        let place = &request.place;
        let what = format!("install the release {} in {}", place.release, place.namespace);
        return Err(
            Trouble::new(what, reason).hint("ask an administrator for the right, or take another context")
        );
    }
    let output = if is_about_pulling(reason.as_str()) || is_about_pulling(output.as_str()) {
        joined(&output, &request.redactor)
    } else {
        output
    };
    Ok(InstallAnswer::Failed { reason, output })
}

fn joined(output: &Clean, redactor: &Redactor) -> Clean {
    let text = if output.is_empty() { PULL.to_owned() } else { format!("{output}\n{PULL}") };
    redactor.clean(&text)
}

/// The API server's words when the account, and not an admission rule, is the reason.
fn is_of_account(reason: &str) -> bool {
    reason.contains(" is forbidden: User \"") || reason.contains("is attempting to grant RBAC permissions")
}

fn is_about_pulling(text: &str) -> bool {
    ["ErrImagePull", "ImagePullBackOff"].iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use seatrial_ports::{Place, Stack};
    use std::time::Duration;

    fn judge(reason: &str) -> Result<InstallAnswer, Trouble> {
        let request = InstallRequest {
            place: Place { namespace: "n".to_owned(), release: "r".to_owned() },
            chart: "c".into(),
            stack: Stack::default(),
            deadline: Duration::from_secs(1),
            wait: seatrial_model::suite::WaitMode::default(),
            redactor: Redactor::default(),
        };
        let reason = Redactor::default().clean(reason);
        judged(InstallAnswer::Failed { reason, output: Clean::default() }, &request)
    }

    #[rstest]
    #[case("ingresses is forbidden: User \"ci\" cannot create resource \"ingresses\"", true)]
    #[case(
        "roles \"x\" is forbidden: user \"ci\" is attempting to grant RBAC permissions not currently held",
        true
    )]
    #[case("pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\"", false)]
    #[case("pods \"x\" is forbidden: exceeded quota: small", false)]
    fn missing_rights_are_never_the_charts_failure(#[case] reason: &str, #[case] trouble: bool) {
        assert_eq!(judge(reason).is_err(), trouble);
    }

    #[test]
    fn an_image_that_cannot_be_pulled_gets_a_hint_and_others_do_not() {
        let output = |reason: &str| match judge(reason) {
            Ok(InstallAnswer::Failed { output, .. }) => output.to_string(),
            other => panic!("{other:?}"),
        };
        assert!(output("pod a: container c: ErrImagePull: not found").contains("pushed to a registry"));
        assert_eq!(output("container c crashed 3 times"), "");
    }
}
