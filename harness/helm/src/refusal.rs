//! Reading why helm would not render: the chart refuses, or the harness could not tell.

use seatrial_model::suite::RejectionStage;

/// A refusal, not yet cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raw {
    pub(crate) stage: RejectionStage,
    pub(crate) message: String,
    pub(crate) location: Option<(String, Option<u32>)>,
}

/// Why a render says nothing about the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Untold {
    /// Dependencies are not vendored.
    Dependencies,
    /// What was asked of helm is wrong, or the machine failed.
    Call,
}

/// Reads an error of `helm template`. What is no known trouble is the chart's refusal.
pub(crate) fn read(message: &str) -> Result<Raw, Untold> {
    if let Some(rest) = message.strip_prefix("values don't meet the specifications of the schema(s)") {
        let list = rest.split_once('\n').map_or(rest, |(_, list)| list);
        return Ok(Raw { stage: RejectionStage::Schema, message: list.trim().to_owned(), location: None });
    }
    if let Some((place, said)) =
        message.strip_prefix("execution error at (").and_then(|rest| rest.split_once("): "))
    {
        return Ok(of_template(said, location(place)));
    }
    if message.to_ascii_lowercase().contains("missing in charts/ directory") {
        return Err(Untold::Dependencies);
    }
    if ["parse error at (", "parse error in (", "execution error in (", "YAML parse error on ", "template: "]
        .iter()
        .any(|start| message.starts_with(start))
        || location(message).is_some()
    {
        return Ok(of_template(message, location(message)));
    }
    if is_call(message) { Err(Untold::Call) } else { Ok(of_template(message, None)) }
}

fn of_template(message: &str, location: Option<(String, Option<u32>)>) -> Raw {
    Raw { stage: RejectionStage::Render, message: message.trim().to_owned(), location }
}

fn is_call(message: &str) -> bool {
    let starts = [
        "path \"",
        "open ",
        "stat ",
        "lstat ",
        "invalid kube version",
        "failed parsing --set",
        "release name check failed",
        "invalid release name",
        "unknown flag",
    ];
    let parts =
        ["permission denied", "no space left on device", "too many open files", "cannot allocate memory"];
    starts.iter().any(|start| message.starts_with(start)) || parts.iter().any(|part| message.contains(part))
}

/// The innermost template that a message names: helm writes `chart/templates/a.yaml:12:4`, outer calls first.
/// The chart's own name is dropped.
fn location(message: &str) -> Option<(String, Option<u32>)> {
    let mut found: Option<(String, Option<u32>)> = None;
    for word in message.split(|c: char| c.is_whitespace() || "()\"<>,".contains(c)) {
        let mut parts = word.trim_end_matches(':').split(':');
        let Some((_, file)) = parts
            .next()
            .filter(|path| !path.starts_with('/') && path.contains("/templates/"))
            .and_then(|path| path.split_once('/'))
        else {
            continue;
        };
        let line = parts.next().and_then(|line| line.parse().ok());
        if line.is_some() || found.as_ref().is_none_or(|(_, known)| known.is_none()) {
            found = Some((file.to_owned(), line));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const EXECUTED: &str = "execfail/templates/configmap.yaml:6:15\n  executing \
        \"execfail/templates/configmap.yaml\" at <.Values.nothing.at.all>:\n    nil pointer evaluating \
        interface {}.at";

    #[rstest]
    #[case::fail(
        "execution error at (plain/templates/configmap.yaml:11:11): host must not be nowhere: set host",
        "host must not be nowhere: set host",
        Some(("templates/configmap.yaml", Some(11)))
    )]
    #[case::fail_of_a_subchart_in_several_lines(
        "execution error at (top/charts/sub/templates/a.yaml:1:2): one\ntwo",
        "one\ntwo",
        Some(("charts/sub/templates/a.yaml", Some(1)))
    )]
    #[case::fail_that_names_a_missing_path(
        "execution error at (a/templates/a.yaml:1:2): open x: permission denied",
        "open x: permission denied",
        Some(("templates/a.yaml", Some(1)))
    )]
    #[case::syntax(
        "parse error at (broken/templates/configmap.yaml:6): missing value for if",
        "parse error at (broken/templates/configmap.yaml:6): missing value for if",
        Some(("templates/configmap.yaml", Some(6)))
    )]
    // The line in this one counts in the rendered text.
    #[case::rendered_text(
        "YAML parse error on bad/templates/a.yaml: error converting YAML to JSON: yaml: line 6: mapping",
        "YAML parse error on bad/templates/a.yaml: error converting YAML to JSON: yaml: line 6: mapping",
        Some(("templates/a.yaml", None))
    )]
    #[case::executed(EXECUTED, EXECUTED, Some(("templates/configmap.yaml", Some(6))))]
    #[case::executed_by_helm_3(
        "template: a/templates/a.yaml:6:15: executing \"a/templates/a.yaml\" at <include \"b\" .>: error \
         calling include: template: a/templates/_b.tpl:2:9: executing \"b\" at <.x.y>: nil pointer",
        "template: a/templates/a.yaml:6:15: executing \"a/templates/a.yaml\" at <include \"b\" .>: error \
         calling include: template: a/templates/_b.tpl:2:9: executing \"b\" at <.x.y>: nil pointer",
        Some(("templates/_b.tpl", Some(2)))
    )]
    #[case::kube_version(
        "chart requires kubeVersion: >=1.99.0 which is incompatible with Kubernetes v1.36.0",
        "chart requires kubeVersion: >=1.99.0 which is incompatible with Kubernetes v1.36.0",
        None
    )]
    fn a_refusal_of_the_templates_is_read(
        #[case] message: &str,
        #[case] said: &str,
        #[case] place: Option<(&str, Option<u32>)>,
    ) {
        let raw = read(message).unwrap();
        assert_eq!((raw.stage, raw.message.as_str()), (RejectionStage::Render, said));
        assert_eq!(raw.location, place.map(|(file, line)| (file.to_owned(), line)));
    }

    #[test]
    fn a_refusal_of_the_schema_lists_what_is_wrong() {
        let message = "values don't meet the specifications of the schema(s) in the following chart(s):\n\
            plain:\n- at '/replicas': minimum: got -1, want 0\n- at '/message': got number, want string\n";
        let raw = read(message).unwrap();
        assert_eq!(raw.stage, RejectionStage::Schema);
        assert_eq!(
            raw.message,
            "plain:\n- at '/replicas': minimum: got -1, want 0\n- at '/message': got number, want string"
        );
    }

    #[rstest]
    #[case("path \"/charts/none\" not found", Untold::Call)]
    #[case("open /nonexist.yaml: no such file or directory", Untold::Call)]
    #[case("failed parsing --set data: key \"b\" has no value", Untold::Call)]
    #[case("invalid kube version 'abc': could not parse \"abc\" as version", Untold::Call)]
    #[case(
        "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' \
         to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: leaf",
        Untold::Dependencies
    )]
    fn what_says_nothing_about_the_chart_is_trouble(#[case] message: &str, #[case] why: Untold) {
        assert_eq!(read(message), Err(why));
    }
}
