//! Waiting for something to become so: every wait has a deadline and quotes the last thing it saw.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use seatrial_model::{Clean, Trouble};

/// What a probe saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe<T> {
    /// It is so.
    Ready(T),
    /// Not yet; one line of what it waits for.
    NotYet(Clean),
    /// It will never be so.
    Failed(Clean),
}

/// How long to wait and how often to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// From the call on, the probe's own time included.
    pub deadline: Duration,
    /// Between the end of one probe and the start of the next.
    pub interval: Duration,
}

/// Why a wait ended without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unready {
    /// The deadline passed.
    TimedOut {
        /// The deadline.
        after: Duration,
        /// The last status a probe told.
        last: Clean,
    },
    /// The caller cancelled.
    Cancelled {
        /// The last status a probe told.
        last: Clean,
    },
    /// The probe says that it will never be so.
    Failed(Clean),
}

impl Unready {
    /// As trouble of the operation `what`. The texts in it are clean already.
    pub fn trouble(&self, what: impl Into<String>) -> Trouble {
        Trouble::new(what, seatrial_model::Redactor::default().clean(&self.to_string()))
    }
}

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = |f: &mut fmt::Formatter<'_>, last: &Clean| {
            if last.is_empty() { Ok(()) } else { write!(f, "; last seen: {last}") }
        };
        match self {
            Self::TimedOut { after, last: seen } => {
                write!(f, "not ready within {:.1} s", after.as_secs_f64())?;
                last(f, seen)
            }
            Self::Cancelled { last: seen } => {
                f.write_str("interrupted")?;
                last(f, seen)
            }
            Self::Failed(reason) => reason.fmt(f),
        }
    }
}

impl std::error::Error for Unready {}

/// Probes until ready, failed, cancelled or late. The first probe starts at once; one that hangs is cut off
/// by the deadline.
pub async fn wait_until<T, F: Future<Output = Probe<T>>>(
    wait: Wait,
    cancel: impl Future<Output = ()>,
    // Not `AsyncFnMut`: the compiler cannot yet prove one that borrows to be `Send`.
    mut probe: impl FnMut() -> F,
) -> Result<T, Unready> {
    let mut last = Clean::default();
    let ended = {
        let probing = async {
            loop {
                match probe().await {
                    Probe::Ready(value) => return Ok(value),
                    Probe::Failed(reason) => return Err(Unready::Failed(reason)),
                    Probe::NotYet(status) => last = status,
                }
                tokio::time::sleep(wait.interval).await;
            }
        };
        tokio::select! {
            biased;
            ended = probing => Some(ended),
            () = cancel => None,
            () = tokio::time::sleep(wait.deadline) => {
                Some(Err(Unready::TimedOut { after: wait.deadline, last: Clean::default() }))
            }
        }
    };
    match ended {
        Some(Err(Unready::TimedOut { after, .. })) => Err(Unready::TimedOut { after, last }),
        Some(ended) => ended,
        None => Err(Unready::Cancelled { last }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};

    const WAIT: Wait = Wait { deadline: Duration::from_mins(1), interval: Duration::from_millis(1) };
    const SHORT: Wait = Wait { deadline: Duration::from_millis(30), ..WAIT };

    #[tokio::test]
    async fn it_probes_until_ready() {
        let mut seen = 0;
        let waited = wait_until(WAIT, pending(), || {
            seen += 1;
            ready(if seen == 3 { Probe::Ready(seen) } else { Probe::NotYet(Clean::own("no")) })
        });
        assert_eq!(waited.await, Ok(3));
    }

    #[tokio::test]
    async fn what_is_certain_ends_the_wait_at_once() {
        let waited =
            wait_until(WAIT, pending(), || ready(Probe::<()>::Failed(Clean::own("image not found"))));
        assert_eq!(waited.await.unwrap_err().to_string(), "image not found");
    }

    #[tokio::test]
    async fn a_timeout_quotes_the_last_status() {
        let waited = wait_until(SHORT, pending(), || ready(Probe::<()>::NotYet(Clean::own("0 of 1 ready"))));
        let error = waited.await.unwrap_err();
        assert_eq!(error.to_string(), "not ready within 0.0 s; last seen: 0 of 1 ready");
    }

    #[tokio::test]
    async fn a_probe_that_hangs_is_cut_off() {
        let waited = wait_until(SHORT, pending(), pending::<Probe<()>>);
        assert!(matches!(waited.await, Err(Unready::TimedOut { last, .. }) if last.is_empty()));
    }

    #[tokio::test]
    async fn cancelling_ends_the_wait_with_the_last_status() {
        let waited = wait_until(WAIT, ready(()), || ready(Probe::<()>::NotYet(Clean::own("still booting"))));
        assert_eq!(waited.await.unwrap_err().to_string(), "interrupted; last seen: still booting");
    }

    #[test]
    fn a_wait_can_live_in_a_task() {
        fn is_send(_: impl Send) {}
        let word = String::from("no");
        is_send(wait_until(WAIT, pending(), || async {
            tokio::task::yield_now().await;
            Probe::<String>::Ready(word.clone())
        }));
    }
}
