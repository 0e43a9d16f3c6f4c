//! What happens during a run, as it happens: the only input of live progress.

use crate::cell::CellId;
use crate::check::CheckKind;
use crate::secret::Clean;
use crate::time::Millis;
use crate::verdict::Verdict;

/// One event. Texts are clean.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The run starts with so many cells on so many clusters.
    RunStarted {
        /// The run's id.
        run: String,
        /// Cells planned.
        cells: usize,
        /// Clusters to boot.
        clusters: usize,
    },
    /// A cluster takes its next step: `kubeadm init`, `waiting for DNS` …
    ClusterStep {
        /// Its name in the suite.
        cluster: String,
        /// What it does now.
        step: Clean,
    },
    /// A cluster is ready for cells, or will not be.
    ClusterReady {
        /// Its name in the suite.
        cluster: String,
        /// From the first step to DNS answering.
        took: Millis,
        /// Whether it is usable.
        usable: bool,
    },
    /// A cell starts a check.
    CheckStarted {
        /// The cell.
        cell: CellId,
        /// The check.
        check: CheckKind,
    },
    /// What a cell's check is waiting for.
    CheckStatus {
        /// The cell.
        cell: CellId,
        /// The check, absent while the cell waits for its turn, its cluster or its requirements.
        check: Option<CheckKind>,
        /// One line.
        status: Clean,
    },
    /// A check ended.
    CheckFinished {
        /// The cell.
        cell: CellId,
        /// The check.
        check: CheckKind,
        /// How.
        verdict: Verdict,
        /// One line that says why, where the verdict is not good.
        reason: Option<Clean>,
        /// How long it took.
        took: Millis,
    },
    /// A cell ended; its part of the record is on disk.
    CellFinished {
        /// The cell.
        cell: CellId,
        /// How.
        verdict: Verdict,
        /// How long it took.
        took: Millis,
    },
    /// The first signal came: no new cells, the record is written, everything is torn down.
    Interrupted,
    /// Clusters are being removed.
    TearingDown {
        /// Which.
        cluster: String,
    },
    /// Something a person should read now.
    Note(Clean),
}
