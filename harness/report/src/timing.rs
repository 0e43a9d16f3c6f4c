//! Where the time of a run went.

use seatrial_model::time::Millis;
use seatrial_model::{CheckKind, Record};

use crate::line::line;

/// One thing that took time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) what: String,
    pub(crate) took: Millis,
    /// Its steps, where the record has them: `kubeadm init 25.1 s, DNS 9.0 s`.
    pub(crate) steps: String,
}

/// Booting each cluster, requirements, waiting and each check, summed over cells. Cells run in parallel, so
/// that the sums may exceed the run's own duration. What took no time is left out.
pub(crate) fn spent(record: &Record) -> Vec<Spent> {
    let boots = record.clusters.iter().map(|cluster| Spent {
        what: format!("boot {}", line(&cluster.name)),
        took: total(cluster.steps.iter().map(|step| step.duration)),
        steps: cluster
            .steps
            .iter()
            .map(|step| format!("{} {}", line(&step.step), step.duration))
            .collect::<Vec<_>>()
            .join(", "),
    });
    let plain = |what: &str, took| Spent { what: what.to_owned(), took, steps: String::new() };
    let cells = &record.cells;
    let waiting = plain("waiting for a turn", total(cells.iter().map(|cell| cell.waited)));
    let requirements = plain(
        "requirements",
        total(cells.iter().flat_map(|cell| cell.requirements.iter().map(|step| step.duration))),
    );
    let earlier = plain(
        "earlier attempts",
        total(cells.iter().flat_map(|cell| &cell.attempts).map(|one| one.duration)),
    );
    let checks = CheckKind::ALL.into_iter().map(|kind| {
        let checks = cells.iter().flat_map(|cell| &cell.checks).filter(|check| check.check == kind);
        plain(kind.name(), total(checks.map(|check| check.duration)))
    });
    boots
        .chain([waiting, requirements])
        .chain(checks)
        .chain([earlier])
        .filter(|spent| spent.took.0 > 0)
        .collect()
}

fn total(durations: impl Iterator<Item = Millis>) -> Millis {
    durations.fold(Millis(0), std::ops::Add::add)
}
