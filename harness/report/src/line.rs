//! Text of a record made fit for one line or for a block of lines.

use seatrial_model::Redactor;

/// Lines without terminal control, bidirectional characters and the two characters that XML has no place
/// for. A record that was read from a file may hold any of them.
pub(crate) fn block(text: &str) -> String {
    let clean = Redactor::default().clean(text);
    clean.as_str().chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

/// The same on one line.
pub(crate) fn line(text: &str) -> String {
    block(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `max` characters, the last of them an ellipsis where something was cut.
pub(crate) fn shortened(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// The last `max` lines that hold something.
pub(crate) fn last_lines(text: &str, max: usize) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(max)..].to_vec()
}

/// `1 rule`, `2 rules`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a\n  b\tc", "a b c")]
    #[case("red \u{1b}[31mtext\u{1b}[0m", "red text")]
    #[case("x\u{fffe}y\u{ffff}\u{202e}z\u{0}", "xyz")]
    fn a_line_holds_nothing_that_controls(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(line(text), expected);
    }

    #[test]
    fn a_cut_line_says_so_and_keeps_its_length() {
        assert_eq!(shortened("żółty", 5), "żółty");
        assert_eq!(shortened("żółtych", 5), "żółt…");
    }

    #[test]
    fn the_last_lines_are_those_that_say_something() {
        assert_eq!(last_lines("a\nb\n\nc\n", 2), ["b", "c"]);
        assert_eq!(last_lines("", 2), Vec::<&str>::new());
    }
}
