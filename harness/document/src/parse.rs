//! The door to the YAML parser: a text in, documents or the first error out.

use std::fmt;
use std::io::{Chain, Read as _};

use libyaml_safer::{Event, EventData, Mark, Parser};

use crate::caught::catch;
use crate::compose::Composer;
use crate::node::Node;
use crate::problem::Problem;
use crate::span::{Lines, Position, Span};

/// What a text may cost. Checked while reading, before anything of that size is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Maps and lists inside one another, aliases expanded.
    pub depth: usize,
    /// Nodes, aliases expanded; long texts count for several.
    pub nodes: usize,
}

impl Default for Limits {
    /// Far above what charts of the largest kind render to: 16 MiB, 200 levels, two million nodes.
    fn default() -> Self {
        Self { bytes: 16 << 20, depth: 200, nodes: 2_000_000 }
    }
}

/// Which words are booleans.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// As Helm and kubectl read: `yes`, `off`, `n` and their like are booleans.
    #[default]
    Helm,
    /// As YAML 1.2 and editors read, for files of our own: only `true` and `false` are, so that `off` is a word.
    Core,
}

/// One document of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its value; null where there is nothing but comments.
    pub root: Node,
    /// From its `---` line (or the start of the text) to the next document, comments included.
    pub span: Span,
    duplicates: Vec<Duplicate>,
}

impl Document {
    /// The 1-based line on which its value starts, after `---` and comments.
    pub fn line(&self) -> u32 {
        self.root.line()
    }

    /// Keys written twice in one map, in order. The last one counted.
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// Its value as JSON, in order.
    pub fn to_json(&self) -> serde_json::Value {
        self.root.to_json()
    }
}

/// A key that was written twice in one map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The key.
    pub key: String,
    /// Where it was written before.
    pub first: Span,
    /// Where it was written again.
    pub again: Span,
    /// The 1-based line of `again`.
    pub line: u32,
}

/// Why a text is not YAML that Helm could read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl ParseError {
    /// The 1-based line it is on.
    pub fn line(&self) -> u32 {
        self.span.line()
    }

    /// The same as a problem of `file`.
    pub fn in_file(self, file: impl Into<String>) -> Problem {
        Problem::new(file, format!("not valid YAML: {}", self.message)).at(self.span)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.span.start.line, self.span.start.column, self.message)
    }
}

impl std::error::Error for ParseError {}

/// All documents of a text, within the default limits.
pub fn parse(text: &str) -> Result<Vec<Document>, ParseError> {
    parse_within(text, &Limits::default(), Dialect::Helm)
}

/// The only document of a text; a text without any is one that holds nothing.
pub fn parse_one(text: &str, dialect: Dialect) -> Result<Document, ParseError> {
    let mut documents = parse_within(text, &Limits::default(), dialect)?.into_iter();
    let empty = || Document {
        root: Node { value: crate::Value::Null, span: Span::default() },
        span: Span::default(),
        duplicates: Vec::new(),
    };
    let only = documents.next().unwrap_or_else(empty);
    match documents.next() {
        None => Ok(only),
        Some(second) => Err(ParseError {
            message: "a second document starts here; this file holds one".into(),
            span: second.span.point(),
        }),
    }
}

/// All documents of a text.
pub fn parse_within(text: &str, limits: &Limits, dialect: Dialect) -> Result<Vec<Document>, ParseError> {
    let mut stream = Stream::open(text, limits)?;
    let mut documents: Vec<Document> = Vec::new();
    loop {
        let event = stream.next()?;
        match event.data {
            EventData::DocumentStart { implicit, version_directive, .. } => {
                let version = version_directive.map(|version| (version.major, version.minor));
                if dialect == Dialect::Helm && version.is_some_and(|version| version != (1, 1)) {
                    let message = "Helm reads YAML 1.1 only; remove the %YAML line".into();
                    return Err(ParseError { message, span: stream.span(&event) });
                }
                let written = stream.span(&event).start;
                let start = if implicit && documents.is_empty() { stream.start() } else { written };
                if let Some(previous) = documents.last_mut() {
                    previous.span.end = start;
                }
                let (root, duplicates) = Composer::new(&mut stream, limits, dialect).document()?;
                documents.push(Document { root, span: Span { start, end: stream.end() }, duplicates });
            }
            EventData::StreamEnd => return Ok(documents),
            _ => {}
        }
    }
}

/// Events with positions in the text.
pub(crate) struct Stream<'t> {
    parser: Parser<Chain<&'t [u8], &'static [u8]>>,
    /// The parser was given a line end that the text lacks.
    ended: bool,
    text: &'t str,
    lines: Lines,
    /// Bytes of the byte order mark, which the parser never sees.
    skipped: usize,
    /// The end of what was read without error.
    read: Position,
}

impl<'t> Stream<'t> {
    fn open(text: &'t str, limits: &Limits) -> Result<Self, ParseError> {
        if text.len() > limits.bytes {
            let message = format!("{} bytes are more than the {} read here", text.len(), limits.bytes);
            return Err(ParseError { message, span: Span::default() });
        }
        let lines = Lines::of(text);
        let content = text.strip_prefix('\u{feff}').unwrap_or(text);
        let skipped = text.len() - content.len();
        if let Some((offset, unprintable)) = content.char_indices().find(|(_, c)| !is_printable(*c)) {
            let at = lines.position(text, offset + skipped);
            let message = format!("the control character U+{:04X} is not allowed", unprintable as u32);
            return Err(ParseError { message, span: Span { start: at, end: at } });
        }
        let mut parser = Parser::new();
        // The parser panics where a block ends with the text and not with a line.
        let last_line = content.rsplit(['\n', '\r']).next().unwrap_or_default();
        let ended = !last_line.trim_matches(' ').is_empty();
        let end: &'static [u8] = if ended { b"\n" } else { b"" };
        parser.set_input(content.as_bytes().chain(end));
        let read = lines.position(text, 0);
        Ok(Self { parser, ended, text, lines, skipped, read })
    }

    /// The parser panics on a few texts that are no YAML (`{!,` is one); here that is an error like another,
    /// and it is not asked again.
    pub(crate) fn next(&mut self) -> Result<Event, ParseError> {
        let parser = &mut self.parser;
        let parsed = catch(|| parser.parse()).ok_or_else(|| ParseError {
            message: "the YAML parser cannot make sense of what follows".into(),
            span: Span { start: self.read, end: self.read },
        })?;
        let event = parsed.map_err(|error| self.error(&error))?;
        self.read = self.position(event.end_mark);
        Ok(event)
    }

    fn error(&self, error: &libyaml_safer::Error) -> ParseError {
        let at = error.problem_mark().map_or_else(|| self.end(), |mark| self.position(mark));
        let mut message = error.problem().to_owned();
        if let Some((context, mark)) = error.context().zip(error.context_mark()) {
            let started = self.position(mark);
            message = if started.line == at.line {
                format!("{message} {context}")
            } else {
                format!("{message} {context} that starts on line {}", started.line)
            };
        }
        ParseError { message, span: Span { start: at, end: at } }
    }

    pub(crate) fn span(&self, event: &Event) -> Span {
        Span { start: self.position(event.start_mark), end: self.position(event.end_mark) }
    }

    /// Takes the line end that was not in the text from a block that ends at `end`.
    pub(crate) fn end_as_written(&self, end: Mark, block: &mut String) {
        let beyond = end.index + self.skipped as u64 > self.text.len() as u64;
        if self.ended && beyond && block.ends_with('\n') {
            block.pop();
        }
    }

    /// What was written there.
    pub(crate) fn source(&self, span: Span) -> &'t str {
        span.of(self.text)
    }

    /// Lines are counted here and not by the parser, to which U+0085, U+2028 and U+2029 end lines as well.
    fn position(&self, mark: Mark) -> Position {
        let short = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let offset = short((mark.index + self.skipped as u64).min(self.text.len() as u64));
        Position { offset, line: self.lines.line(offset), column: short(mark.column + 1) }
    }

    fn start(&self) -> Position {
        self.lines.position(self.text, 0)
    }

    fn end(&self) -> Position {
        self.lines.position(self.text, self.text.len())
    }
}

fn is_printable(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
