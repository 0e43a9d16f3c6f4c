//! Reading `helm lint`.

use seatrial_model::Redactor;
use seatrial_ports::{Lint, LintLevel};

/// The findings in helm's output, in its order, each once. `chart` is the folder that was linted: helm names
/// it where it means `Chart.yaml`.
pub(crate) fn read(output: &str, chart: &str, redactor: &Redactor) -> Vec<Lint> {
    let mut found: Vec<(LintLevel, String, String)> = Vec::new();
    let mut open = false;
    for line in output.lines() {
        if let Some((level, rest)) = start(line) {
            let (file, message) = rest.split_once(": ").unwrap_or(("", rest));
            let file = if file == chart { "Chart.yaml" } else { file };
            found.push((level, file.to_owned(), message.to_owned()));
            open = true;
        } else if line.starts_with("==> Linting ") || line.ends_with(" failed") && line.contains(" linted, ")
        {
            open = false;
        } else if let Some((_, _, message)) = found.last_mut().filter(|_| open) {
            message.push('\n');
            message.push_str(line);
        }
    }
    let mut lints: Vec<Lint> = Vec::new();
    for (level, file, message) in found {
        let lint = Lint { level, file, message: redactor.clean(message.trim()) };
        if !lints.contains(&lint) {
            lints.push(lint);
        }
    }
    lints
}

/// A finding's first line, `[LEVEL] file: message`.
fn start(line: &str) -> Option<(LintLevel, &str)> {
    let (level, rest) = line.strip_prefix('[')?.split_once("] ")?;
    let level = match level {
        "INFO" => LintLevel::Info,
        "WARNING" => LintLevel::Warning,
        "ERROR" => LintLevel::Error,
        _ => return None,
    };
    Some((level, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(output: &str) -> Vec<(LintLevel, String, String)> {
        read(output, "/charts/top", &Redactor::default())
            .into_iter()
            .map(|lint| (lint.level, lint.file, lint.message.to_string()))
            .collect()
    }

    fn line(level: LintLevel, file: &str, message: &str) -> (LintLevel, String, String) {
        (level, file.to_owned(), message.to_owned())
    }

    #[test]
    fn findings_of_one_and_of_several_lines_are_read() {
        let output = "==> Linting /charts/top\n\
            [INFO] Chart.yaml: icon is recommended\n\
            [WARNING] /charts/top: chart directory is missing these dependencies: leaf,branch\n\
            [ERROR] templates/: values don't meet the specifications of the schema(s) in the following \
            chart(s):\nplain:\n- at '/replicas': minimum: got -1, want 0\n\n\n\
            1 chart(s) linted, 1 chart(s) failed\n";
        assert_eq!(
            read_all(output),
            [
                line(LintLevel::Info, "Chart.yaml", "icon is recommended"),
                line(
                    LintLevel::Warning,
                    "Chart.yaml",
                    "chart directory is missing these dependencies: leaf,branch"
                ),
                line(
                    LintLevel::Error,
                    "templates/",
                    "values don't meet the specifications of the schema(s) in the following chart(s):\n\
                     plain:\n- at '/replicas': minimum: got -1, want 0"
                ),
            ]
        );
    }

    #[test]
    fn a_folder_that_is_no_chart_gives_no_finding() {
        let output = "==> Linting none\nError unable to check Chart.yaml file in chart: stat none/Chart.yaml: \
            no such file or directory\n\n";
        assert_eq!(read_all(output), []);
    }
}
