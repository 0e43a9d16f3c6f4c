//! Paths of keys in values.

use std::fmt;

/// The keys from the root of values to one of them; never through a list, which Helm replaces as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPath(pub Vec<String>);

impl fmt::Display for KeyPath {
    /// As `--set` would have it: `podAnnotations.prometheus\.io/port`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.0.iter().map(|key| key.replace('.', "\\.")).collect();
        f.write_str(&keys.join("."))
    }
}
