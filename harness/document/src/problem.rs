//! Problems: what is wrong with a file that somebody wrote, for that person.

use std::collections::BTreeSet;
use std::fmt;

use crate::render::{Colour, Sources, render_problems};
use crate::span::Span;

/// One mistake. Ordered as a reader meets them: by file, then by place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as a reader would open it.
    pub file: String,
    /// Where in it; absent when it is about the file as a whole.
    pub span: Option<Span>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The stable id of what is wrong, where it has one.
    pub code: Option<String>,
    /// Whether it only warns.
    pub warns: bool,
}

impl Problem {
    /// A problem of a file as a whole.
    pub fn new(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.into(), span: None, message: message.into(), help: None, code: None, warns: false }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(self, span: Span) -> Self {
        Self { span: Some(span), ..self }
    }

    /// The same, with a stable id.
    #[must_use]
    pub fn code(self, code: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..self }
    }

    /// The same, as a warning.
    #[must_use]
    pub fn warning(self) -> Self {
        Self { warns: true, ..self }
    }

    /// The same, with what to write.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        self.maybe_help(Some(help.into()))
    }

    /// The same, with what to write where that is known.
    #[must_use]
    pub fn maybe_help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

impl fmt::Display for Problem {
    /// One line: `suites/a.yaml:3:5: unknown field `helm3` (did you mean `helm`?)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(span) = self.span {
            write!(f, ":{}:{}", span.start.line, span.start.column)?;
        }
        write!(f, ": {}", self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

/// All mistakes found in one go, with the texts they are in. Shown in order, the same one once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    problems: BTreeSet<Problem>,
    sources: Sources,
}

impl Problems {
    /// Makes a file's text known, so that problems in it are shown with an excerpt.
    pub fn source(&mut self, file: impl Into<String>, text: impl Into<String>) {
        self.sources.add(file, text);
    }

    /// Adds a problem.
    pub fn push(&mut self, problem: Problem) {
        self.problems.insert(problem);
    }

    /// Adds all of another's.
    pub fn absorb(&mut self, other: Self) {
        self.problems.extend(other.problems);
        self.sources.absorb(other.sources);
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// How many were found.
    pub fn len(&self) -> usize {
        self.problems.len()
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter()
    }

    /// As a compiler would print them, and how many at the end.
    pub fn render(&self, colour: Colour) -> String {
        let problems: Vec<Problem> = self.problems.iter().cloned().collect();
        let shown = render_problems(&problems, &self.sources, colour);
        match problems.len() {
            0 | 1 => shown,
            count => format!("{shown}\n{count} problems\n"),
        }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self { problems: BTreeSet::from([problem]), sources: Sources::default() }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Colour::Never))
    }
}

impl std::error::Error for Problems {}
