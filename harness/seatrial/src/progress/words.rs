//! The words for events, the same on a terminal and in a log.

use std::time::Duration;

use seatrial_model::time::Millis;
use seatrial_model::{Redactor, Verdict};

/// Longer texts are cut: the whole stands in the reports.
const LONGEST: usize = 200;

/// Notes are for people to act on, and may hold a command: half of one is of no use.
const LONGEST_NOTE: usize = 2000;

/// One line, bounded, without anything that a terminal would act on.
pub(super) fn line(text: &str) -> String {
    bounded(text, LONGEST)
}

/// The same with room for a command.
pub(super) fn note(text: &str) -> String {
    bounded(text, LONGEST_NOTE)
}

fn bounded(text: &str, longest: usize) -> String {
    let clean = Redactor::default().clean(text);
    let line = clean.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    line.chars().take(longest - 1).chain(['…']).collect()
}

/// `12.3 s`, as durations in reports.
pub(super) fn elapsed(duration: Duration) -> String {
    Millis::from(duration).to_string()
}

/// `failed in 12.3 s: reason`.
pub(super) fn ended(verdict: Verdict, took: Millis, reason: Option<&str>) -> String {
    let reason = reason.map(line).filter(|reason| !reason.is_empty() && verdict != Verdict::Passed);
    let head = match verdict {
        Verdict::Passed | Verdict::Warned | Verdict::Failed | Verdict::Errored => {
            format!("{verdict} in {took}")
        }
        Verdict::Skipped | Verdict::NotApplicable => verdict.to_string(),
    };
    reason.map_or_else(|| head.clone(), |reason| format!("{head}: {reason}"))
}

/// `1 cell`, `2 cells`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_line_is_one_line_and_bounded() {
        assert_eq!(line("a\n\u{1b}[2Jb\tc"), "a b c");
        assert_eq!(line(&"x".repeat(500)).chars().count(), LONGEST);
    }

    #[rstest]
    #[case(Verdict::Passed, Some("ignored"), "passed in 1.5 s")]
    #[case(Verdict::Failed, Some("no image"), "failed in 1.5 s: no image")]
    #[case(Verdict::Skipped, Some("install failed"), "skipped: install failed")]
    fn an_end_says_how_and_why(#[case] verdict: Verdict, #[case] reason: Option<&str>, #[case] words: &str) {
        assert_eq!(ended(verdict, Millis(1500), reason), words);
    }
}
