//! Holding a bad cell before it is cleaned up, so that a person can look at it.

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use seatrial_model::event::Event;
use seatrial_model::{CellId, Clean, Redactor, Verdict};
use seatrial_ports::{Cancel, Cluster};

use crate::cell::Journal;
use crate::telling::Teller;

/// A cell that is held. What it is, and where to look, has been told as notes.
#[derive(Debug)]
pub struct Pause {
    /// Which.
    pub cell: CellId,
    /// Lets it go on; so does dropping it.
    pub resume: oneshot::Sender<()>,
}

/// Where held cells are handed to.
pub type Pauses = UnboundedSender<Pause>;

/// Tells where to look and waits until somebody has, or the run is interrupted.
pub(crate) async fn hold(
    pauses: &Pauses,
    journal: &Journal<'_>,
    cluster: &dyn Cluster,
    teller: &Teller,
    cancel: &Cancel,
) {
    let id = &journal.cell.id;
    for line in lines(journal, cluster) {
        teller.tell(Event::Note(line));
    }
    teller.cell(id, None).say(Clean::own("paused before clean-up: press Enter to go on"));
    let (resume, resumed) = oneshot::channel();
    if pauses.send(Pause { cell: id.clone(), resume }).is_err() {
        return;
    }
    tokio::select! {
        _ = resumed => tracing::info!("goes on after the pause"),
        () = cancel.cancelled() => {}
    }
}

fn lines(journal: &Journal<'_>, cluster: &dyn Cluster) -> Vec<Clean> {
    let id = &journal.cell.id;
    let namespace = journal.cell.namespace.clone();
    let worst = journal.checks.iter().filter(|check| check.verdict != Verdict::Skipped);
    let why = worst.max_by_key(|check| check.verdict).map_or_else(String::new, |check| {
        let reason = check.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!(" ({} {}{reason})", check.check, check.verdict)
    });
    let kubeconfig = cluster.kubeconfig().map(|path| path.display().to_string());
    let look = match &kubeconfig {
        Some(path) => {
            let words = ["kubectl", "--kubeconfig", path, "-n", &namespace, "get", "pods"];
            words.map(seatrial_host::quote).join(" ")
        }
        None => "this cluster shows no kubeconfig".to_owned(),
    };
    let kubeconfig = kubeconfig.unwrap_or_else(|| "none".to_owned());
    let plain = Redactor::default();
    [
        format!("paused before clean-up: {id}{why}"),
        format!("    namespace {namespace}, kubeconfig {kubeconfig}"),
        format!("    {look}"),
        format!("    press Enter to clean up {id} and go on; Ctrl-C ends the run"),
    ]
    .map(|line| plain.clean(&line))
    .to_vec()
}
