//! Stopping at the first cell that ends badly: which one it was, and waiting to be told.

use tokio::sync::watch;

use seatrial_model::{CellId, Verdict};

/// Knows the first bad cell of a run that is to stop at it; of any other run it knows none.
#[derive(Debug, Clone)]
pub(crate) struct FailFast {
    asked: bool,
    first: watch::Sender<Option<CellId>>,
}

impl FailFast {
    pub(crate) fn new(asked: bool) -> Self {
        Self { asked, first: watch::Sender::new(None) }
    }

    /// A cell ended, or is certain to end, with this verdict.
    pub(crate) fn ended(&self, cell: &CellId, verdict: Verdict) {
        let bad = matches!(verdict, Verdict::Failed | Verdict::Errored);
        if self.asked && bad {
            self.first.send_if_modified(|first| {
                let is_first = first.is_none();
                first.get_or_insert_with(|| cell.clone());
                is_first
            });
        }
    }

    /// The cell after which none is started.
    pub(crate) fn first(&self) -> Option<CellId> {
        self.first.borrow().clone()
    }

    /// Waits until there is one.
    pub(crate) async fn happened(&self) -> CellId {
        let mut receiver = self.first.subscribe();
        match receiver.wait_for(Option::is_some).await.map(|first| first.clone()) {
            Ok(Some(first)) => first,
            // The sender lives in `self`, and what was waited for is there.
            _ => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(profile: &str) -> CellId {
        CellId {
            chart: "demo".to_owned(),
            profile: profile.to_owned(),
            kubernetes: "1.36".parse().unwrap(),
            helm: seatrial_model::HelmMajor::V4,
        }
    }

    #[tokio::test]
    async fn the_first_bad_cell_is_kept_and_good_ones_do_not_count() {
        let stop = FailFast::new(true);
        stop.ended(&cell("good"), Verdict::Warned);
        assert_eq!(stop.first(), None);
        stop.ended(&cell("bad"), Verdict::Errored);
        stop.ended(&cell("worse"), Verdict::Failed);
        assert_eq!(stop.happened().await, cell("bad"));
    }

    #[test]
    fn a_run_that_was_not_asked_to_stop_does_not() {
        let stop = FailFast::new(false);
        stop.ended(&cell("bad"), Verdict::Failed);
        assert_eq!(stop.first(), None);
    }
}
