//! Deciding what is litter. Pure: what was found, and what leases say, in; a list out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use seatrial_cluster::{Belonging, Moored, Why};
use seatrial_host::{Holder, Marked};

use super::find::{Found, RunTrace};

/// One thing that no living run holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Litter {
    /// A program that still runs.
    Program(Marked),
    /// Something in Docker.
    Docker(Belonging),
    /// A record that was not finished, in its reports folder. It is finished, not removed.
    Record(PathBuf),
    /// A report that was not written to its end.
    HalfWritten(PathBuf),
    /// What is known of a cluster that is gone.
    Mooring(String),
    /// The run's folder.
    Folder(RunTrace),
}

/// Something that may be litter, and why it is not touched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Doubt {
    /// What.
    pub(crate) what: String,
    /// Why.
    pub(crate) why: String,
}

/// What was found, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sorted {
    /// By run, in the order in which it is to be removed.
    pub(crate) litter: BTreeMap<String, Vec<Litter>>,
    /// Runs that live.
    pub(crate) living: BTreeSet<String>,
    /// What cannot be told.
    pub(crate) doubts: BTreeSet<Doubt>,
    /// Clusters that outlived their runs and are there.
    pub(crate) moored: Vec<Moored>,
}

/// Sorts. `holder` tells who holds a lease on a machine.
pub(crate) fn sort(found: &Found, holder: impl Fn(&Path, &str) -> Holder, here: &str) -> Sorted {
    let mut sorted = Sorted::default();
    let docker = found.docker.as_deref().unwrap_or_default();
    let names: BTreeSet<&str> = docker.iter().map(|one| one.name.as_str()).collect();
    let held: BTreeSet<&str> = found.moored.iter().flat_map(Moored::holds).collect();
    for program in &found.programs {
        let what = format!("{} (pid {})", program.program, program.pid);
        let holder = holder(&program.lease, here);
        sorted.put(&program.run, &what, holder, || Litter::Program(program.clone()));
    }
    for one in docker.iter().filter(|one| !held.contains(one.name.as_str())) {
        let holder = match (&one.lease, &one.host) {
            (Some(lease), Some(host)) => holder(lease, host),
            _ => Holder::Unknown("it names no lease".to_owned()),
        };
        let what = format!("{} {}", one.kind, one.name);
        sorted.put(&one.run, &what, holder, || Litter::Docker(one.clone()));
    }
    for trace in &found.folders {
        let what = trace.folder.display().to_string();
        let holder = holder(&trace.lease, here);
        for file in &trace.half_written {
            sorted.put(&trace.run, &what, holder.clone(), || Litter::HalfWritten(file.clone()));
        }
        if let Some(record) = &trace.record {
            sorted.put(&trace.run, &what, holder.clone(), || Litter::Record(record.clone()));
        }
        sorted.put(&trace.run, &what, holder, || Litter::Folder(trace.clone()));
    }
    for moored in &found.moored {
        // Without an answer from Docker nothing is known to be gone.
        if found.docker.is_none() || names.contains(moored.node.as_str()) {
            sorted.moored.push(moored.clone());
        } else {
            let gone = || Litter::Mooring(moored.name.clone());
            sorted.put(&moored.run, &format!("cluster {}", moored.name), Holder::Nobody, gone);
        }
    }
    for name in &found.unreadable {
        let why = "its file cannot be read".to_owned();
        sorted.doubts.insert(Doubt { what: format!("cluster {name}"), why });
    }
    sorted
}

impl Sorted {
    fn put(&mut self, run: &str, what: &str, holder: Holder, litter: impl FnOnce() -> Litter) {
        match holder {
            Holder::Nobody => self.litter.entry(run.to_owned()).or_default().push(litter()),
            Holder::Living => {
                self.living.insert(run.to_owned());
            }
            Holder::Unknown(why) => {
                let what = format!("{what} of run {run}");
                self.doubts.insert(Doubt { what, why });
            }
        }
    }

    /// Only what is one run's.
    #[must_use]
    pub(crate) fn only(mut self, run: &str) -> Self {
        self.litter.retain(|other, _| other == run);
        self.moored.retain(|moored| moored.run == run);
        self.doubts.retain(|doubt| doubt.what.ends_with(&format!(" of run {run}")));
        self
    }

    /// Clusters that were kept for a person.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Moored> {
        self.moored.iter().filter(|moored| moored.why == Why::Kept)
    }
}

#[cfg(test)]
#[path = "sort_tests.rs"]
mod tests;
