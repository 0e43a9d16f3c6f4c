//! A stream of manifests, split as Helm splits it: by every line that begins with `---`, before anything is read as
//! YAML (`SplitManifests` in Helm 3 and 4). One document that is no YAML does not take the others with it.

/// One piece of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// What is read as one document. What stands behind the dashes belongs to it.
    pub text: String,
    /// The 1-based line of the stream on which it starts.
    pub line: u32,
}

/// The pieces in order, without those that hold nothing but white space.
pub(crate) fn pieces(stream: &str) -> Vec<Piece> {
    let mut all = Vec::new();
    let mut open = Piece { text: String::new(), line: 1 };
    for (line, number) in stream.strip_prefix('\u{feff}').unwrap_or(stream).split_inclusive('\n').zip(1_u32..)
    {
        if let Some(rest) = line.strip_prefix("---") {
            let text = rest.trim_start_matches([' ', '\t']).to_owned();
            all.push(std::mem::replace(&mut open, Piece { text, line: number }));
        } else {
            open.text.push_str(line);
        }
    }
    all.push(open);
    all.retain(|piece| !piece.text.trim().is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::none("", &[])]
    #[case::one("a: 1\n", &[(1, "a: 1\n")])]
    #[case::empty_ones("---\n---\na: 1\n---\n", &[(2, "\na: 1\n")])]
    #[case::comment_behind("--- # here\na: 1\n", &[(1, "# here\na: 1\n")])]
    #[case::content_behind("---a: 1\n", &[(1, "a: 1\n")])]
    #[case::in_a_block("a: |\n  ---\nb: 1\n", &[(1, "a: |\n  ---\nb: 1\n")])]
    #[case::windows("a: 1\r\n---\r\nb: 2\r\n", &[(1, "a: 1\r\n"), (2, "\r\nb: 2\r\n")])]
    fn a_stream_is_split_at_lines_that_begin_with_dashes(
        #[case] stream: &str,
        #[case] expected: &[(u32, &str)],
    ) {
        let found: Vec<_> = pieces(stream).into_iter().map(|piece| (piece.line, piece.text)).collect();
        let expected: Vec<_> = expected.iter().map(|(line, text)| (*line, (*text).to_owned())).collect();
        assert_eq!(found, expected);
    }
}
