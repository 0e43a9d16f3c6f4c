//! Colour and line breaks for the terminal.

use seatrial_model::Verdict;

/// Colours text, or leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) colour: bool,
}

impl Paint {
    /// ECMA-48 SGR: `code`, the text, reset.
    fn sgr(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.sgr("1", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.sgr("2", text)
    }

    pub(super) fn verdict(self, verdict: Verdict, text: &str) -> String {
        match verdict {
            Verdict::Passed => self.sgr("32", text),
            Verdict::Warned => self.sgr("33", text),
            Verdict::Failed => self.sgr("1;31", text),
            Verdict::Errored => self.sgr("1;35", text),
            Verdict::Skipped | Verdict::NotApplicable => self.dim(text),
        }
    }
}

/// One character per verdict: colour is never the only sign.
pub(super) fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✓",
        Verdict::Warned => "!",
        Verdict::Failed => "✗",
        Verdict::Errored => "?",
        Verdict::Skipped => "-",
        Verdict::NotApplicable => "·",
    }
}

/// Breaks at spaces so that no line is longer than `width`, the first after `first` and the others after
/// `rest`. A word that is too long (a path, a command) stays whole, so that it can be copied.
pub(super) fn wrapped(first: &str, rest: &str, text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && current.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::replace(&mut current, rest.to_owned()));
            empty = true;
        }
        if !empty {
            current.push(' ');
        }
        current.push_str(word);
        empty = false;
    }
    lines.push(current.trim_end().to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_breaks_at_spaces_and_a_long_word_stays_whole() {
        let text = "no room for reports/20260504/evidence here";
        let lines = wrapped("- ", "  ", text, 14);
        assert_eq!(lines, ["- no room for", "  reports/20260504/evidence", "  here"]);
    }

    #[test]
    fn without_colour_there_is_no_escape() {
        assert_eq!(Paint { colour: false }.verdict(Verdict::Failed, "x"), "x");
        assert!(Paint { colour: true }.verdict(Verdict::Failed, "x").starts_with('\u{1b}'));
    }
}
