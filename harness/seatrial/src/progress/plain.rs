//! Progress as lines of a log: `[  12.3s] ml-inference/prod@1.36+helm4 install: waiting for …`.
//!
//! A status is said when it changes, and at most once in [`PAUSE`] for the same cell and check; the last one
//! withheld is said when the pause is over, so that a long wait always shows what it waits for.

use std::collections::BTreeMap;
use std::time::Duration;

use seatrial_model::Clean;
use seatrial_model::event::Event;

use super::words::{counted, ended, line, note};

/// Between two statuses of the same subject.
const PAUSE: Duration = Duration::from_secs(2);

/// What was said of each subject that is being waited for.
#[derive(Debug, Default)]
pub(super) struct Plain {
    said: BTreeMap<String, Said>,
}

#[derive(Debug)]
struct Said {
    text: String,
    at: Duration,
    withheld: Option<String>,
}

impl Plain {
    /// The lines to print for an event that came `at` after the start.
    pub(super) fn take(&mut self, at: Duration, event: &Event) -> Vec<String> {
        let said = match event {
            Event::RunStarted { run, cells, clusters } => {
                let (cells, clusters) = (counted(*cells, "cell"), counted(*clusters, "cluster"));
                Some(format!("run {}: {cells} on {clusters}", line(run)))
            }
            Event::ClusterStep { cluster, step } => self.status(at, line(cluster), step.as_str()),
            Event::ClusterReady { cluster, took, usable } => {
                let cluster = self.done(&line(cluster));
                let words = if *usable { "ready in" } else { "not usable, told after" };
                Some(format!("{cluster}: {words} {took}"))
            }
            Event::CheckStarted { cell, check } => {
                self.done(&cell.to_string());
                check.is_live().then(|| format!("{cell} {check}: started"))
            }
            Event::CheckStatus { cell, check, status } => {
                let subject = check.map_or_else(|| cell.to_string(), |check| format!("{cell} {check}"));
                self.status(at, subject, status.as_str())
            }
            Event::CheckFinished { cell, check, verdict, reason, took } => {
                let subject = self.done(&format!("{cell} {check}"));
                let reason = reason.as_ref().map(Clean::as_str);
                Some(format!("{subject}: {}", ended(*verdict, *took, reason)))
            }
            Event::CellFinished { cell, verdict, took } => {
                let subject = self.done(&cell.to_string());
                Some(format!("{subject}: {}", ended(*verdict, *took, None)))
            }
            Event::Interrupted => {
                Some("interrupted: no new cells; what was done is kept, clusters are removed".to_owned())
            }
            Event::TearingDown { cluster } => Some(format!("{}: being removed", self.done(&line(cluster)))),
            Event::Note(text) => return vec![stamped(at, &note(text.as_str()))],
        };
        said.map(|text| stamped(at, &line(&text))).into_iter().collect()
    }

    /// The lines whose pause is over.
    pub(super) fn due(&mut self, at: Duration) -> Vec<String> {
        let mut lines = Vec::new();
        for (subject, said) in &mut self.said {
            if at.saturating_sub(said.at) >= PAUSE
                && let Some(text) = said.withheld.take()
            {
                lines.push(stamped(at, &line(&format!("{subject}: {text}"))));
                *said = Said { text, at, withheld: None };
            }
        }
        lines
    }

    fn status(&mut self, at: Duration, subject: String, text: &str) -> Option<String> {
        let text = line(text);
        match self.said.get_mut(&subject) {
            Some(said) if said.text == text => {
                said.withheld = None;
                None
            }
            Some(said) if at.saturating_sub(said.at) < PAUSE => {
                said.withheld = Some(text);
                None
            }
            _ => {
                let shown = format!("{subject}: {text}");
                self.said.insert(subject, Said { text, at, withheld: None });
                Some(shown)
            }
        }
    }

    /// Forgets what was said of a subject whose wait is over, and gives it back.
    fn done(&mut self, subject: &str) -> String {
        self.said.remove(subject);
        subject.to_owned()
    }
}

fn stamped(at: Duration, text: &str) -> String {
    format!("[{:6.1}s] {text}", at.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatrial_model::time::Millis;
    use seatrial_model::{CellId, CheckKind, HelmMajor, Redactor, Verdict};

    fn cell() -> CellId {
        CellId {
            chart: "ml-inference".to_owned(),
            profile: "prod".to_owned(),
            kubernetes: "1.36".parse().unwrap(),
            helm: HelmMajor::V4,
        }
    }

    fn status(check: Option<CheckKind>, text: &str) -> Event {
        Event::CheckStatus { cell: cell(), check, status: Redactor::default().clean(text) }
    }

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    const INSTALL: Option<CheckKind> = Some(CheckKind::Install);

    #[test]
    fn a_status_is_stamped_and_named() {
        let lines = Plain::default().take(at(12_340), &status(INSTALL, "waiting:\n1/3"));
        assert_eq!(lines, ["[  12.3s] ml-inference/prod@1.36+helm4 install: waiting: 1/3"]);
    }

    #[test]
    fn the_same_status_is_said_once() {
        let mut plain = Plain::default();
        assert_eq!(plain.take(at(0), &status(INSTALL, "1/3")).len(), 1);
        assert!(plain.take(at(60_000), &status(INSTALL, "1/3")).is_empty());
        assert!(plain.due(at(90_000)).is_empty());
    }

    #[test]
    fn a_quick_change_is_withheld_and_its_last_state_is_said_after_the_pause() {
        let mut plain = Plain::default();
        plain.take(at(0), &status(INSTALL, "1/3"));
        assert!(plain.take(at(500), &status(INSTALL, "2/3")).is_empty());
        assert!(plain.take(at(900), &status(INSTALL, "3/3")).is_empty());
        assert!(plain.due(at(1_900)).is_empty());
        assert_eq!(plain.due(at(2_000)), ["[   2.0s] ml-inference/prod@1.36+helm4 install: 3/3"]);
        assert!(plain.due(at(9_000)).is_empty());
    }

    #[test]
    fn a_status_that_came_back_is_not_said_again() {
        let mut plain = Plain::default();
        plain.take(at(0), &status(INSTALL, "1/3"));
        plain.take(at(500), &status(INSTALL, "0/3"));
        plain.take(at(900), &status(INSTALL, "1/3"));
        assert!(plain.due(at(5_000)).is_empty());
    }

    #[test]
    fn another_check_does_not_wait_for_the_pause() {
        let mut plain = Plain::default();
        assert_eq!(plain.take(at(0), &status(None, "waiting for k8s-1.36")).len(), 1);
        assert_eq!(plain.take(at(1), &status(INSTALL, "1/3")).len(), 1);
        assert_eq!(plain.take(at(2), &status(Some(CheckKind::Test), "hook a")).len(), 1);
    }

    #[test]
    fn nothing_withheld_is_said_after_the_check_ended() {
        let mut plain = Plain::default();
        plain.take(at(0), &status(INSTALL, "1/3"));
        plain.take(at(100), &status(INSTALL, "2/3"));
        let ended = Event::CheckFinished {
            cell: cell(),
            check: CheckKind::Install,
            verdict: Verdict::Failed,
            reason: Some(Redactor::default().clean("image not found")),
            took: Millis(200),
        };
        let expected = ["[   0.2s] ml-inference/prod@1.36+helm4 install: failed in 0.2 s: image not found"];
        assert_eq!(plain.take(at(200), &ended), expected);
        assert!(plain.due(at(9_000)).is_empty());
    }

    #[test]
    fn a_command_in_a_note_is_not_cut() {
        let command = format!("kubectl --kubeconfig /{} get pods", "x".repeat(400));
        let note = Event::Note(Redactor::default().clean(&command));
        assert_eq!(Plain::default().take(at(0), &note), [format!("[   0.0s] {command}")]);
    }

    #[test]
    fn checks_that_need_no_cluster_start_silently() {
        let started = |check| Event::CheckStarted { cell: cell(), check };
        assert!(Plain::default().take(at(0), &started(CheckKind::Lint)).is_empty());
        assert_eq!(Plain::default().take(at(0), &started(CheckKind::Install)).len(), 1);
    }
}
