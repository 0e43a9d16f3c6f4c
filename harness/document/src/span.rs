//! Positions in a text. Knows nothing of YAML.

/// A place between two characters. Texts are at most 4 GiB, the parser's cap is far below.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Bytes before it.
    pub offset: u32,
    /// 1-based line, as editors count: only a line feed ends one.
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
}

/// From the first character to just after the last one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first character.
    pub start: Position,
    /// Just after the last one.
    pub end: Position,
}

impl Span {
    /// The 1-based line it starts on.
    pub fn line(&self) -> u32 {
        self.start.line
    }

    /// What a 1-based line of `text` holds, without the white space around it; `None` where there is no such line.
    pub fn of_line(text: &str, line: u32) -> Option<Self> {
        let lines = Lines::of(text);
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *lines.0.get(index)? as usize;
        let content = text.get(start..)?.lines().next().unwrap_or_default();
        let start = start + content.len() - content.trim_start().len();
        let end = start + content.trim().len();
        Some(Self { start: lines.position(text, start), end: lines.position(text, end) })
    }

    /// The same start, without extent.
    #[must_use]
    pub fn point(self) -> Self {
        Self { start: self.start, end: self.start }
    }

    /// What it covers in `text`; empty when it does not belong to that text.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start.offset as usize..self.end.offset as usize).unwrap_or_default()
    }
}

/// Offsets at which the lines of a text start.
#[derive(Debug)]
pub(crate) struct Lines(Vec<u32>);

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        let feeds = text.bytes().zip(1_u32..).filter(|(byte, _)| *byte == b'\n').map(|(_, after)| after);
        Self(std::iter::once(0).chain(feeds).collect())
    }

    /// The 1-based line that holds the byte at `offset`.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The position of a byte offset that is a character boundary of `text`.
    pub(crate) fn position(&self, text: &str, offset: usize) -> Position {
        let short = u32::try_from(offset).unwrap_or(u32::MAX);
        let line = self.line(short);
        let start = self.0.get(line as usize - 1).copied().unwrap_or_default() as usize;
        let before = text.get(start..offset).unwrap_or_default().chars().count();
        Position { offset: short, line, column: u32::try_from(before + 1).unwrap_or(u32::MAX) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_line_is_what_it_holds() {
        let text = "a:\n  b: é \n\n";
        let line = |number| Span::of_line(text, number).map(|span| span.of(text).to_owned());
        assert_eq!(line(2).as_deref(), Some("b: é"));
        assert_eq!(line(3).as_deref(), Some(""));
        assert_eq!((line(0), line(9)), (None, None));
    }

    #[rstest]
    #[case(0, 1, 1)]
    #[case(3, 1, 3)]
    #[case(4, 2, 1)]
    #[case(6, 2, 3)]
    fn an_offset_becomes_line_and_column_in_characters(
        #[case] offset: usize,
        #[case] line: u32,
        #[case] column: u32,
    ) {
        let text = "é:\nab\u{2028}c";
        let found = Lines::of(text).position(text, offset);
        assert_eq!((found.line, found.column), (line, column));
    }
}
