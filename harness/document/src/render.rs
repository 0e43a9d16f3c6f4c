//! The door to `annotate-snippets`: problems as a compiler would print them.

use std::collections::BTreeMap;

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use crate::problem::Problem;
use crate::span::Span;

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escapes.
    Always,
    /// Plain text.
    Never,
}

/// Texts of files, by the name that problems call them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(BTreeMap<String, String>);

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, file: impl Into<String>, text: impl Into<String>) {
        self.0.insert(file.into(), text.into());
    }

    pub(crate) fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// Every problem with file, line, excerpt, caret and help, an empty line between two. Problems whose text is
/// not among the sources are shown with file and line alone. Control and bidi characters are made visible.
pub fn render_problems(problems: &[Problem], sources: &Sources, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Always => Renderer::styled(),
        Colour::Never => Renderer::plain(),
    };
    let shown: Vec<String> =
        problems.iter().map(|problem| format!("{}\n", renderer.render(&[group(problem, sources)]))).collect();
    shown.join("\n")
}

fn group<'a>(problem: &'a Problem, sources: &'a Sources) -> Group<'a> {
    let file = normalize_untrusted_str(&problem.file);
    let text = sources.0.get(&problem.file);
    let place: Element<'a> = match (text, problem.span) {
        (Some(text), Some(span)) => Snippet::source(text.as_str())
            .path(file)
            .annotation(AnnotationKind::Primary.span(first_line(text, span)))
            .into(),
        (None, Some(span)) => {
            Origin::path(file).line(span.start.line as usize).char_column(span.start.column as usize).into()
        }
        (_, None) => Origin::path(file).into(),
    };
    let level = if problem.warns { Level::WARNING } else { Level::ERROR };
    let title = level.primary_title(problem.message.as_str());
    let title = match &problem.code {
        Some(code) => title.id(code.as_str()),
        None => title,
    };
    let group = title.element(place);
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(normalize_untrusted_str(help))),
        None => group,
    }
}

/// The bytes to underline: a place of many lines is shown by its first.
fn first_line(text: &str, span: Span) -> std::ops::Range<usize> {
    let start = (span.start.offset as usize).min(text.len());
    let covered = span.of(text);
    let line = covered.lines().next().unwrap_or_default().trim_end();
    start..start + line.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{Dialect, parse_one};

    fn at(text: &str, key: &str) -> Span {
        parse_one(text, Dialect::Helm).unwrap().root.get(key).unwrap().span
    }

    #[test]
    fn a_problem_shows_file_line_excerpt_caret_and_help() {
        let text = "# é\nhelm: four\n";
        let mut sources = Sources::default();
        sources.add("a.yaml", text);
        let problem = Problem::new("a.yaml", "expected a number").at(at(text, "helm")).help("write 3 or 4");
        insta::assert_snapshot!(render_problems(&[problem], &sources, Colour::Never), @r"
        error: expected a number
         --> a.yaml:2:7
          |
        2 | helm: four
          |       ^^^^
          |
          = help: write 3 or 4
        ");
    }

    #[test]
    fn a_place_of_many_lines_is_shown_by_its_first_and_an_unknown_text_by_its_line() {
        let text = "a:\n  b: 1\n  c: 2\n";
        let mut sources = Sources::default();
        sources.add("a.yaml", text);
        let known = Problem::new("a.yaml", "wrong").at(at(text, "a"));
        let unknown = Problem::new("b.yaml", "wrong").at(at(text, "a"));
        let whole = Problem::new("c.yaml", "not there");
        insta::assert_snapshot!(render_problems(&[known, unknown, whole], &sources, Colour::Never), @r"
        error: wrong
         --> a.yaml:2:3
          |
        2 |   b: 1
          |   ^^^^

        error: wrong
        --> b.yaml:2:3

        error: not there
        --> c.yaml
        ");
    }

    #[test]
    fn escapes_in_untrusted_text_do_not_reach_the_terminal() {
        let problem = Problem::new("a\u{1b}[2J.yaml", "bad \u{1b}[31m").help("\u{202e}no");
        let shown = render_problems(&[problem], &Sources::default(), Colour::Never);
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    }
}
