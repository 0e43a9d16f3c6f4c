//! Whose containers and volumes are: the run, and the lease that says whether it lives.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use seatrial_model::names::{HOST_LABEL, LEASE_LABEL, ROLE_LABEL, RUN_LABEL};

/// A run as what it leaves on the machine names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    run: String,
    /// The lease and the machine it lies on.
    lease: Option<(PathBuf, String)>,
}

impl Owner {
    /// A run whose lease lies at `path` on the machine `host`.
    pub fn new(run: impl Into<String>, path: &Path, host: impl Into<String>) -> Self {
        Self { run: run.into(), lease: Some((path.to_owned(), host.into())) }
    }

    /// The run's id.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Labels of what belongs to the run.
    pub(super) fn labels(&self, role: &str) -> HashMap<String, String> {
        let mut labels = vec![(RUN_LABEL, self.run.clone()), (ROLE_LABEL, role.to_owned())];
        if let Some((path, host)) = &self.lease {
            labels.push((LEASE_LABEL, path.display().to_string()));
            labels.push((HOST_LABEL, host.clone()));
        }
        labels.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

/// A run without a lease: nobody can tell whether it lives, so that nobody but itself removes what it leaves.
impl From<&str> for Owner {
    fn from(run: &str) -> Self {
        Self { run: run.to_owned(), lease: None }
    }
}

impl From<&String> for Owner {
    fn from(run: &String) -> Self {
        run.as_str().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_names_its_run_and_where_its_lease_lies() {
        let labels = Owner::new("r1", Path::new("/state/runs/r1/lease"), "deck/01").labels("node");
        let get = |key: &str| labels.get(key).map(String::as_str);
        assert_eq!(get("dev.seatrial.run"), Some("r1"));
        assert_eq!(get("dev.seatrial.role"), Some("node"));
        assert_eq!(get("dev.seatrial.lease"), Some("/state/runs/r1/lease"));
        assert_eq!(get("dev.seatrial.host"), Some("deck/01"));
        assert!(!Owner::from("r1").labels("node").contains_key("dev.seatrial.lease"));
    }
}
