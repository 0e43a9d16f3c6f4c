//! Writing untrusted text into Markdown (`CommonMark` with GitHub's tables).

use crate::line::{block, line};

/// One line of text in which no character has a meaning.
pub(crate) fn text(raw: &str) -> String {
    let mut out = String::new();
    for c in line(raw).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '&' | '!' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// One line as code, also inside of a table.
pub(crate) fn code(raw: &str) -> String {
    let inner = line(raw).replace('|', "\\|");
    if inner.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&inner) + 1);
    let pad = if inner.starts_with('`') || inner.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{inner}{pad}{fence}")
}

/// A block of code, indented to stand inside of a list item. `language` is a word of ours.
pub(crate) fn fenced(indent: &str, language: &str, raw: &str) -> String {
    let inner = block(raw);
    let fence = "`".repeat((longest_run(&inner) + 1).max(3));
    let lines = inner.trim_end().lines().map(|line| format!("{indent}{line}\n"));
    format!("{indent}{fence}{language}\n{}{indent}{fence}\n", lines.collect::<Vec<_>>().concat())
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a | b", "a \\| b")]
    #[case("<img src=x>\n# no", "\\<img src=x\\> \\# no")]
    fn text_cannot_become_markup(#[case] raw: &str, #[case] expected: &str) {
        assert_eq!(text(raw), expected);
    }

    #[rstest]
    #[case("x", "`x`")]
    #[case("a`b", "``a`b``")]
    #[case("`a`", "`` `a` ``")]
    #[case("a|b", "`a\\|b`")]
    fn code_cannot_be_left_early(#[case] raw: &str, #[case] expected: &str) {
        assert_eq!(code(raw), expected);
    }

    #[test]
    fn a_block_of_code_has_a_longer_fence_than_anything_in_it() {
        assert_eq!(fenced("", "", "```\nx"), "````\n```\nx\n````\n");
    }
}
