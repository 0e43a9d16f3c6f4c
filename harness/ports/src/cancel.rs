//! Cancellation: one flag for a run, set by the first signal.

use tokio::sync::watch;

/// A flag that is set once and can be awaited by any number of tasks.
#[derive(Debug, Clone)]
pub struct Cancel {
    sender: watch::Sender<bool>,
}

impl Default for Cancel {
    fn default() -> Self {
        Self { sender: watch::Sender::new(false) }
    }
}

impl Cancel {
    /// Sets the flag.
    pub fn cancel(&self) {
        self.sender.send_replace(true);
    }

    /// Whether it is set.
    pub fn is_cancelled(&self) -> bool {
        *self.sender.borrow()
    }

    /// Waits until it is set.
    pub async fn cancelled(&self) {
        let mut receiver = self.sender.subscribe();
        // The sender lives in `self`, so that waiting cannot fail.
        let _ = receiver.wait_for(|set| *set).await;
    }
}
