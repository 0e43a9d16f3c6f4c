//! A finding in words, the same in every report for people.

use seatrial_model::{Basis, Finding, Severity};

use crate::line::line;

/// `container api of Deployment/ml-inference, spec.template…`, where the finding says any of it.
pub(crate) fn subject(finding: &Finding) -> Option<String> {
    let object = finding.object.as_ref().map(|object| match object.namespace.as_str() {
        "" => object.to_string(),
        namespace => format!("{object} in namespace {namespace}"),
    });
    let owner = match (&finding.container, object) {
        (Some(container), Some(object)) => Some(format!("container {container} of {object}")),
        (Some(container), None) => Some(format!("container {container}")),
        (None, object) => object,
    };
    let parts: Vec<String> =
        [owner, finding.path.clone().filter(|path| !path.is_empty())].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| line(&parts.join(", ")))
}

/// `charts/a/values.yaml:12`, with a word on how sure the line is.
pub(crate) fn place(finding: &Finding) -> Option<String> {
    let location = finding.location.as_ref()?;
    let sure = match location.basis {
        Basis::Exact => "",
        Basis::Inferred => " (inferred)",
        Basis::File => " (the file only)",
    };
    Some(format!("{}{sure}", line(&location.to_string())))
}

/// The word for a severity.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

/// The whole finding as lines, those after the first indented.
pub(crate) fn lines(finding: &Finding) -> Vec<String> {
    let head = format!(
        "[{}, {}] {}: {}",
        finding.enforcement,
        severity(finding.severity),
        line(&finding.rule),
        line(finding.message.as_str())
    );
    let subject = subject(finding).map(|subject| format!("  on: {subject}"));
    let place = place(finding).map(|place| format!("  at: {place}"));
    let exempt = exempt(finding).map(|why| format!("  passes: {why}"));
    [Some(head), subject, place, exempt].into_iter().flatten().collect()
}

/// Why it passes, where it does although a rule speaks against it.
pub(crate) fn exempt(finding: &Finding) -> Option<String> {
    match &finding.waiver {
        Some(by) => Some(line(&format!("waived until {} by {}: {}", by.expires, by.owner, by.reason))),
        None => finding.baseline.then(|| "it is in the baseline".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatrial_model::waiver::WaivedBy;
    use seatrial_model::{Clean, Location, ObjectRef};

    fn finding() -> Finding {
        let object = ObjectRef { kind: "Pod".to_owned(), name: "p".to_owned(), ..ObjectRef::default() };
        Finding::of_check("some-rule", Clean::own("is wrong")).about(object).at("spec.x")
    }

    #[test]
    fn a_finding_tells_rule_object_container_path_and_location() {
        let location = Location { file: "a.yaml".to_owned(), line: Some(3), basis: Basis::Inferred };
        let finding = Finding { container: Some("api".to_owned()), location: Some(location), ..finding() };
        let expected = [
            "[enforce, high] some-rule: is wrong",
            "  on: container api of Pod/p, spec.x",
            "  at: a.yaml:3 (inferred)",
        ];
        assert_eq!(lines(&finding), expected);
    }

    #[test]
    fn a_finding_that_passes_says_why() {
        let by = WaivedBy {
            owner: "platform".to_owned(),
            reason: "until the base image\nchanges".to_owned(),
            expires: "2026-12-31".parse().unwrap(),
        };
        let waived = Finding { waiver: Some(by), ..finding() };
        let expected = "  passes: waived until 2026-12-31 by platform: until the base image changes";
        assert_eq!(lines(&waived).last().map(String::as_str), Some(expected));
        let known = Finding { baseline: true, ..finding() };
        assert_eq!(lines(&known).last().map(String::as_str), Some("  passes: it is in the baseline"));
    }

    #[test]
    fn a_file_without_a_line_is_not_dressed_as_a_line() {
        let location = Location { file: "a.yaml".to_owned(), line: None, basis: Basis::File };
        let finding = Finding { location: Some(location), ..finding() };
        assert_eq!(place(&finding).unwrap(), "a.yaml (the file only)");
    }
}
