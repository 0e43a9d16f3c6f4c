//! What helm says on standard error, without what surrounds the error itself.

use std::borrow::Cow;

/// The most of an error that is read; a person reads less, and charts decide how much helm says.
const LONGEST: usize = 64 * 1024;

/// The error's text: from the `Error:` line on, without that word, log lines and the advice to use `--debug`.
pub(crate) fn error(stderr: &str) -> String {
    let stderr = &*bounded(stderr);
    let lines: Vec<&str> = stderr.lines().filter(|line| !is_log(line)).collect();
    let start = lines.iter().position(|line| line.starts_with("Error: ")).unwrap_or(0);
    let text = lines[start..].join("\n");
    let text = text.strip_prefix("Error: ").unwrap_or(&text);
    let text = ["INSTALLATION FAILED: ", "UPGRADE FAILED: "]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    // Helm 3 lists a single error, too.
    let text = text.trim().replace("1 error occurred:\n\t* ", "");
    text.strip_suffix("Use --debug flag to render out invalid YAML").unwrap_or(&text).trim_end().to_owned()
}

/// A text's first and last part. Lines stay whole, so that no secret is cut in two and goes unrecognised; a line that
/// is too long by itself is left out.
fn bounded(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST {
        return Cow::Borrowed(text);
    }
    let (half, end) = (LONGEST / 2, text.len());
    let head = text.as_bytes()[..half].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let tail = text.as_bytes()[end - half..].iter().position(|byte| *byte == b'\n');
    let tail = tail.map_or(end, |at| end - half + at + 1);
    Cow::Owned(format!("{}[{} bytes are not shown]\n{}", &text[..head], tail - head, &text[tail..]))
}

/// A line of helm 4's structured log, `level=INFO msg="…" key=value`.
fn is_log(line: &str) -> bool {
    line.strip_prefix("level=").is_some_and(|rest| rest.contains(" msg="))
}

/// Whether a live command failed for the cluster's sake: the API server could not be asked.
pub(crate) fn is_unreachable(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    // A webhook that does not answer was installed by someone: that is not the API server.
    !message.contains("failed calling webhook")
        && [
            "cluster unreachable",
            "connect: connection refused",
            "connection reset by peer",
            "tls handshake timeout",
            "i/o timeout",
            "no such host",
            "http2: client connection lost",
            "etcdserver: ",
            // As Go ends an error about a URL; templates have an unexpected end, too.
            "\": eof",
            "\": unexpected eof",
            "server sent goaway",
            "apiserver not ready",
            "the server is currently unable to handle the request",
            "unable to return a response in the time allotted",
            "apiserver is shutting down",
        ]
        .iter()
        .any(|sign| message.contains(sign))
}

/// Whether somebody told helm to stop: it hears TERM and ends with status 1, as if it had failed.
pub(crate) fn is_stopped(message: &str) -> bool {
    message.contains("context canceled") && !message.contains("failed calling webhook")
}

/// Whether helm has no such release.
pub(crate) fn is_no_release(message: &str) -> bool {
    message.ends_with("release: not found")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::advice("Error: no\n\nUse --debug flag to render out invalid YAML\n", "no")]
    #[case::several_lines("Error: one\ntwo\n", "one\ntwo")]
    #[case::log("level=INFO msg=\"funcMap fail\" message=x\nError: no\nlevel=WARN msg=x\n", "no")]
    #[case::helm_3_log("coalesce.go:298: warning: cannot overwrite\nError: no\n", "no")]
    #[case::install("Error: INSTALLATION FAILED: failed post-install: x\n", "failed post-install: x")]
    #[case::helm_3_list(
        "Error: INSTALLATION FAILED: failed post-install: 1 error occurred:\n\t* timed out waiting\n\n\n",
        "failed post-install: timed out waiting"
    )]
    #[case::no_error_line("panic: x\n", "panic: x")]
    #[case::nothing("", "")]
    fn the_error_is_found(#[case] stderr: &str, #[case] text: &str) {
        assert_eq!(error(stderr), text);
    }

    #[test]
    fn a_long_error_keeps_whole_lines_of_its_beginning_and_its_end() {
        let long = format!("Error: first\n{}last\n", "a line\n".repeat(100_000));
        let text = error(&long);
        assert!(
            text.len() < LONGEST + 100 && text.starts_with("first\n") && text.ends_with("\nlast"),
            "{text:.200}"
        );
        assert!(
            text.lines()
                .all(|line| ["first", "last", "a line"].contains(&line) || line.ends_with("not shown]"))
        );
        assert_eq!(error(&"x".repeat(1_000_000)), "[1000000 bytes are not shown]");
    }

    #[rstest]
    #[case("kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": dial tcp", true)]
    #[case("Kubernetes cluster unreachable: EOF", true)]
    #[case("failed calling webhook \"x\": dial tcp 10.0.0.1:443: connect: connection refused", false)]
    #[case("failed post-install: resource Job/t1/migrate not ready. context deadline exceeded", false)]
    #[case("Get \"https://127.0.0.1:1/api/v1/namespaces/a/pods\": unexpected EOF", true)]
    #[case("parse error at (web/templates/a.yaml:3): unexpected EOF", false)]
    #[case("create: failed to create: the server is currently unable to handle the request", true)]
    fn the_cluster_is_told_from_the_chart(#[case] message: &str, #[case] unreachable: bool) {
        assert_eq!(is_unreachable(message), unreachable);
    }
}
