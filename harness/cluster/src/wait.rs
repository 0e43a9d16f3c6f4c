//! Waiting for a scope to become ready: deadline, cancellation, certain failures, and a status line.

use std::time::{Duration, Instant};

use seatrial_model::Redactor;
use seatrial_ports::{Cancel, Watch};

use crate::certain;
use crate::observe::Observer;
use crate::readiness::{Scope, Unready, unready};
use crate::view::View;

/// How a wait ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything is ready.
    Ready,
    /// It will never be.
    Failed(String),
    /// The deadline came; the last thing seen.
    Late(String),
    /// The deadline came and the namespace could not be seen at all.
    Blind(String),
    /// The caller cancelled.
    Cancelled,
}

/// Says what is waited for, each thing once.
pub(crate) struct Telling<'a> {
    watch: &'a Watch,
    redactor: &'a Redactor,
    last: String,
}

impl<'a> Telling<'a> {
    pub(crate) fn new(watch: &'a Watch, redactor: &'a Redactor) -> Self {
        Self { watch, redactor, last: String::new() }
    }

    /// Says it unless it was the last thing said.
    pub(crate) fn say(&mut self, status: &str) {
        if self.last != status {
            status.clone_into(&mut self.last);
            self.watch.say(self.redactor.clean(status));
        }
    }

    /// Says what of a scope is not ready, if anything is.
    pub(crate) fn waiting(&mut self, view: &View, scope: &Scope, prefix: &str) {
        let waits = unready(view, scope);
        if !waits.is_empty() {
            self.say(&format!("{prefix}{}", summary(&waits)));
        }
    }
}

/// What is waited for, in one line: the first with a reason, and how many more.
pub(crate) fn summary(waits: &[Unready]) -> String {
    let first = waits.iter().find(|wait| wait.because.is_some()).or(waits.first());
    let first = first.map(ToString::to_string).unwrap_or_default();
    match waits.len() {
        0 | 1 => first,
        more => format!("{first} (and {} more)", more - 1),
    }
}

/// Waits until a scope is ready. The view counts only once it is whole.
pub(crate) async fn wait(
    observer: &mut Observer,
    scope: &Scope,
    deadline: Duration,
    telling: &mut Telling<'_>,
    cancel: &Cancel,
) -> Ended {
    let until = Instant::now() + deadline;
    loop {
        let view = observer.view();
        if view.is_whole() {
            let waits = unready(view, scope);
            if waits.is_empty() {
                return Ended::Ready;
            }
            if let Some(failure) = certain::failure(view, scope) {
                return Ended::Failed(failure);
            }
            telling.say(&summary(&waits));
        }
        tokio::select! {
            _ = observer.changed() => {}
            () = tokio::time::sleep_until(until.into()) => return late(observer.view(), scope),
            () = cancel.cancelled() => return Ended::Cancelled,
        }
    }
}

fn late(view: &View, scope: &Scope) -> Ended {
    if view.is_whole() {
        return Ended::Late(summary(&unready(view, scope)));
    }
    let error = view.watch_error.clone().unwrap_or_else(|| "the API server does not answer".to_owned());
    Ended::Blind(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    fn wait(object: &str, because: Option<&str>) -> Unready {
        Unready {
            object: object.to_owned(),
            state: "0/1 ready".to_owned(),
            because: because.map(str::to_owned),
            pods: Vec::new(),
        }
    }

    #[test]
    fn the_line_quotes_the_first_reason_and_counts_the_rest() {
        let waits = [wait("Deployment a", None), wait("Deployment b", Some("pod b-0: crashed"))];
        assert_eq!(summary(&waits), "Deployment b 0/1 ready: pod b-0: crashed (and 1 more)");
        assert_eq!(summary(&waits[..1]), "Deployment a 0/1 ready");
    }

    #[test]
    fn the_same_status_is_told_once() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let watch = Watch::new(move |status| heard.lock().unwrap().push(status.to_string()));
        let redactor = Redactor::default();
        let mut telling = Telling::new(&watch, &redactor);
        for status in ["a", "a", "b", "a"] {
            telling.say(status);
        }
        assert_eq!(*told.lock().unwrap(), ["a", "b", "a"]);
    }

    #[test]
    fn a_namespace_that_was_never_seen_is_not_the_charts_fault() {
        let view = View { watch_error: Some("connection refused".to_owned()), ..View::default() };
        let ended = late(&view, &Scope::Release("r".to_owned()));
        assert_eq!(ended, Ended::Blind("connection refused".to_owned()));
    }
}
