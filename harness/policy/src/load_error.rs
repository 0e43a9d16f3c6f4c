//! What is wrong with a folder of policies, all of it at once.

use std::fmt;

/// One mistake in a policy file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LoadError {
    /// The file, under the folder as it was given.
    pub file: String,
    /// 1-based line, absent where the file as a whole is meant.
    pub line: Option<u32>,
    /// What is wrong and what to write.
    pub message: String,
    /// The text of that line.
    pub excerpt: Option<String>,
}

impl LoadError {
    pub(crate) fn new(file: &str, line: impl Into<Option<u32>>, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: line.into(), message: message.into(), excerpt: None }
    }

    /// With the line's own words, out of the file's text.
    pub(crate) fn quoting(self, text: &str) -> Self {
        let index = self.line.and_then(|line| usize::try_from(line).ok()?.checked_sub(1));
        let excerpt = index.and_then(|index| text.lines().nth(index)).map(str::to_owned);
        Self { excerpt, ..self }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)?;
        self.excerpt.as_ref().map_or(Ok(()), |text| write!(f, "\n    | {}", text.trim_end()))
    }
}

/// Every mistake found, in the order of files and lines. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadErrors(Vec<LoadError>);

impl LoadErrors {
    pub(crate) fn new(mut errors: Vec<LoadError>) -> Self {
        errors.sort();
        errors.dedup();
        Self(errors)
    }

    /// The mistakes.
    pub fn errors(&self) -> &[LoadError] {
        &self.0
    }
}

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadErrors {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_ordered_told_once_and_quote_their_line() {
        let second = LoadError::new("b.rego", 2, "wrong").quoting("one\ntwo\n");
        let errors = LoadErrors::new(vec![second.clone(), LoadError::new("a.rego", None, "missing"), second]);
        assert_eq!(errors.to_string(), "a.rego: missing\nb.rego:2: wrong\n    | two");
    }
}
