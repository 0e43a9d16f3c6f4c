//! Telling what happens: events out of cells and clusters.

use tokio::sync::mpsc::UnboundedSender;

use seatrial_model::event::Event;
use seatrial_model::{CellId, CheckKind, Clean, Redactor};
use seatrial_ports::Watch;

/// Sends events; nobody listening is no error.
#[derive(Debug, Clone)]
pub(crate) struct Teller(pub(crate) UnboundedSender<Event>);

impl Teller {
    pub(crate) fn tell(&self, event: Event) {
        // The listener may have gone already: progress is for people, the record is what counts.
        let _ = self.0.send(event);
    }

    /// A watch whose statuses are those of a cell's check.
    pub(crate) fn cell(&self, cell: &CellId, check: Option<CheckKind>) -> Watch {
        let (teller, cell) = (self.clone(), cell.clone());
        Watch::new(move |status: Clean| {
            tracing::debug!(%cell, ?check, %status, "waiting");
            teller.tell(Event::CheckStatus { cell: cell.clone(), check, status });
        })
    }

    /// A watch whose statuses are the steps of a cluster.
    pub(crate) fn cluster(&self, cluster: &str) -> Watch {
        let (teller, cluster) = (self.clone(), cluster.to_owned());
        Watch::new(move |step: Clean| {
            tracing::info!(%cluster, %step, "cluster");
            teller.tell(Event::ClusterStep { cluster: cluster.clone(), step });
        })
    }
}

/// A watch that puts a name before each status: several waits may tell at the same time.
pub(crate) fn under(name: &str, watch: Watch) -> Watch {
    let name = name.to_owned();
    Watch::new(move |status: Clean| watch.say(Redactor::default().clean(&format!("{name}: {status}"))))
}
