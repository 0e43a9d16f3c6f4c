//! The one home of blocking work: a bounded pool whose jobs have a deadline.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use seatrial_model::{Clean, Trouble};

/// Runs CPU-bound jobs, at most so many at once.
#[derive(Debug, Clone)]
pub(crate) struct Pool(Arc<Semaphore>);

impl Pool {
    pub(crate) fn new(workers: usize) -> Self {
        Self(Arc::new(Semaphore::new(workers.max(1))))
    }

    /// Runs `job`; trouble when it panics or is not done in time. An overdue job cannot be stopped: it keeps
    /// its place in the pool until it ends by itself, so that no more pile up behind it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        what: &str,
        deadline: Duration,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        let permit = Arc::clone(&self.0).acquire_owned().await;
        #[expect(clippy::disallowed_methods, reason = "this is its one home")]
        let running = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            job()
        });
        match tokio::time::timeout(deadline, running).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(Trouble::new(what, Clean::own("the work panicked; this is a bug of seatrial"))),
            Err(_) => Err(Trouble::new(what, Clean::own("it was not done within its time limit"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_trouble_and_the_pool_goes_on() {
        let pool = Pool::new(1);
        let minute = Duration::from_mins(1);
        let failed = pool.run("judge", minute, || panic!("no")).await;
        assert!(failed.unwrap_err().to_string().starts_with("could not judge: the work panicked"));
        assert_eq!(pool.run("judge", minute, || 3).await, Ok(3));
    }
}
