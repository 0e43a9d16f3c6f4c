//! The steps of a boot, timed, and told to whoever watches.

use std::time::Instant;

use seatrial_model::record::StepRecord;
use seatrial_model::{Clean, Redactor};
use seatrial_ports::Watch;

/// Steps taken so far and the one being taken.
pub(super) struct Steps<'a> {
    watch: &'a Watch,
    done: Vec<StepRecord>,
    now: Option<(&'static str, Instant)>,
    said: String,
}

impl<'a> Steps<'a> {
    pub(super) fn new(watch: &'a Watch) -> Self {
        Self { watch, done: Vec::new(), now: None, said: String::new() }
    }

    /// Ends the current step and starts the next.
    pub(super) fn next(&mut self, step: &'static str) {
        self.end();
        tracing::debug!(step, "boot");
        self.watch.say(Clean::own(step));
        self.said.clear();
        self.now = Some((step, Instant::now()));
    }

    /// Says more of the current step, once.
    pub(super) fn say(&mut self, status: &str) {
        if self.said == status {
            return;
        }
        status.clone_into(&mut self.said);
        self.watch.say(Redactor::default().clean(&format!("{}: {status}", self.name())));
    }

    /// The current step.
    pub(super) fn name(&self) -> &'static str {
        self.now.map_or("", |(step, _)| step)
    }

    /// The current step, and what was seen last in it.
    pub(super) fn last(&self) -> String {
        if self.said.is_empty() { self.name().to_owned() } else { format!("{}: {}", self.name(), self.said) }
    }

    /// All steps with their durations.
    pub(super) fn finish(mut self) -> Vec<StepRecord> {
        self.end();
        self.done
    }

    fn end(&mut self) {
        if let Some((step, since)) = self.now.take() {
            self.done.push(StepRecord { step: step.to_owned(), duration: since.elapsed().into() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_is_cut_off_is_named_with_what_was_seen_last_in_it() {
        let watch = Watch::default();
        let mut steps = Steps::new(&watch);
        steps.next("node Ready");
        steps.say("the node has not registered");
        assert_eq!(steps.last(), "node Ready: the node has not registered");
        steps.next("cluster DNS answers");
        assert_eq!(steps.last(), "cluster DNS answers");
    }

    #[test]
    fn each_step_is_recorded_once_and_in_order() {
        let watch = Watch::default();
        let mut steps = Steps::new(&watch);
        steps.next("container");
        steps.next("kubeadm init");
        assert_eq!(steps.last(), "kubeadm init");
        let names: Vec<String> = steps.finish().into_iter().map(|step| step.step).collect();
        assert_eq!(names, ["container", "kubeadm init"]);
    }
}
