//! How a program ended.

use std::borrow::Cow;
use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use seatrial_model::{Clean, Redactor, Trouble};

/// Why a program is no longer running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It exited, or something other than the harness killed it.
    Exited,
    /// Its deadline passed; the harness stopped it.
    TimedOut,
    /// The caller cancelled; the harness stopped it.
    Cancelled,
}

/// A program that ended. Output is raw: it may hold secrets.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The exit status.
    pub status: ExitStatus,
    /// Captured standard output, bounded.
    pub stdout: Vec<u8>,
    /// Captured standard error, bounded.
    pub stderr: Vec<u8>,
    /// Bytes of standard output that the bound cut out of its middle.
    pub stdout_dropped: u64,
    /// From start to end.
    pub duration: Duration,
    /// Why it ended.
    pub ended: Ended,
}

impl Outcome {
    /// Whether it exited by itself with status 0.
    pub fn success(&self) -> bool {
        self.ended == Ended::Exited && self.status.success()
    }

    /// The exit code, where the program exited by itself and no signal killed it.
    pub fn code(&self) -> Option<i32> {
        if self.ended == Ended::Exited { self.status.code() } else { None }
    }

    /// Standard output as text; invalid UTF-8 becomes U+FFFD.
    pub fn stdout_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.stdout)
    }

    /// Standard error as text; invalid UTF-8 becomes U+FFFD.
    pub fn stderr_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.stderr)
    }

    /// `exit status 1: <last lines of what it said>`, for a program that should have succeeded.
    pub fn why(&self, redactor: &Redactor) -> Clean {
        let said = if self.stderr.trim_ascii().is_empty() { self.stdout_text() } else { self.stderr_text() };
        let said = last_lines(said.trim(), 6);
        redactor.clean(&if said.is_empty() { self.to_string() } else { format!("{self}: {said}") })
    }

    /// Trouble of a program that should have succeeded.
    pub fn trouble(&self, what: impl Into<String>, redactor: &Redactor) -> Trouble {
        Trouble::new(what, self.why(redactor))
    }
}

impl fmt::Display for Outcome {
    /// `exit status 1`, `killed by signal 9`, `stopped after 30.0 s`, `interrupted`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.ended, self.status.code(), self.status.signal()) {
            (Ended::TimedOut, ..) => write!(f, "stopped after {:.1} s", self.duration.as_secs_f64()),
            (Ended::Cancelled, ..) => f.write_str("interrupted"),
            (Ended::Exited, Some(code), _) => write!(f, "exit status {code}"),
            (Ended::Exited, None, Some(signal)) => write!(f, "killed by signal {signal}"),
            (Ended::Exited, None, None) => f.write_str("ended without a status"),
        }
    }
}

fn last_lines(text: &str, count: usize) -> &str {
    text.rmatch_indices('\n').nth(count - 1).map_or(text, |(at, _)| &text[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn outcome(raw_status: i32, ended: Ended, stderr: &str) -> Outcome {
        Outcome {
            status: ExitStatus::from_raw(raw_status),
            stdout: b"from stdout".to_vec(),
            stderr: stderr.as_bytes().to_vec(),
            stdout_dropped: 0,
            duration: Duration::from_millis(1500),
            ended,
        }
    }

    #[rstest]
    #[case(1 << 8, Ended::Exited, "no\n", "exit status 1: no")]
    #[case(9, Ended::Exited, "", "killed by signal 9: from stdout")]
    #[case(15, Ended::TimedOut, "late", "stopped after 1.5 s: late")]
    #[case(15, Ended::Cancelled, "1\n2\n3\n4\n5\n6\n7\n", "interrupted: 2\n3\n4\n5\n6\n7")]
    fn the_reason_names_the_end_and_quotes_the_last_lines(
        #[case] raw: i32,
        #[case] ended: Ended,
        #[case] stderr: &str,
        #[case] why: &str,
    ) {
        assert_eq!(outcome(raw, ended, stderr).why(&Redactor::default()).as_str(), why);
    }

    #[test]
    fn a_program_that_the_harness_stopped_is_no_success_whatever_its_status() {
        let stopped = outcome(0, Ended::TimedOut, "");
        assert!(!stopped.success());
        assert_eq!(stopped.code(), None);
    }
}
