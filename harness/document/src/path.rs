//! Paths in a tree. Knows nothing of positions.

use std::fmt;
use std::str::FromStr;

/// From the root to a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into a map.
    Key(String),
    /// Into a list, from 0.
    Index(usize),
}

impl Path {
    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// This path and one more step.
    #[must_use]
    pub fn join(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    /// A map's value below this path.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.join(Step::Key(key.into()))
    }

    /// A list's item below this path.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.join(Step::Index(index))
    }
}

/// A text is no path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAPath(String);

impl fmt::Display for NotAPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no path such as `spec.containers[0].name`", self.0)
    }
}

impl std::error::Error for NotAPath {}

impl FromStr for Path {
    type Err = NotAPath;

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, NotAPath> {
        let wrong = || NotAPath(text.to_owned());
        let (mut steps, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix("[\"") {
                // A quote inside a key is escaped, as in JSON.
                let mut keys = serde_json::Deserializer::from_str(&rest[1..]).into_iter::<String>();
                let key = keys.next().and_then(Result::ok).ok_or_else(wrong)?;
                let after = inside.get(keys.byte_offset() - 1..).ok_or_else(wrong)?;
                rest = after.strip_prefix(']').ok_or_else(wrong)?;
                steps.push(Step::Key(key));
            } else if let Some(inside) = rest.strip_prefix('[') {
                let (index, after) = inside.split_once(']').ok_or_else(wrong)?;
                steps.push(Step::Index(index.parse().map_err(|_| wrong())?));
                rest = after;
            } else {
                let key = if steps.is_empty() { rest } else { rest.strip_prefix('.').ok_or_else(wrong)? };
                let end = key.find(['.', '[']).unwrap_or(key.len());
                if end == 0 {
                    return Err(wrong());
                }
                steps.push(Step::Key(key[..end].to_owned()));
                rest = &key[end..];
            }
        }
        Ok(Self(steps))
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<T: IntoIterator<Item = Step>>(steps: T) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl fmt::Display for Path {
    /// `charts[0].profiles[1].overlay`; keys with dots or brackets stand as `["a.b"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) if key.is_empty() || key.contains(['.', '[', ']', ' ']) => {
                    write!(f, "[{key:?}]")?;
                }
                Step::Key(key) if place == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_one_would_write_it() {
        let path = Path::default().key("charts").item(0).key("nodeLabels").key("a.b/c");
        assert_eq!(path.to_string(), r#"charts[0].nodeLabels["a.b/c"]"#);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for path in [
            Path::default(),
            Path::default().key("spec").key("containers").item(12).key("name"),
            Path::default().key("a.b").key("c\"]d").item(0).item(1).key("").key("x"),
        ] {
            assert_eq!(path.to_string().parse::<Path>(), Ok(path));
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in [".a", "a..b", "a[", "a[x]", "a[1", "a[\"b", "a[\"b\"", "a]b.", "a[0]b"] {
            assert!(text.parse::<Path>().is_err(), "{text}");
        }
    }
}
