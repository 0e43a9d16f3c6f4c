//! SIGINT and SIGTERM: the first asks for an orderly end, the second for haste.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupt {
    /// The first SIGINT or SIGTERM: stop, keep the record and the evidence, tear down.
    First,
    /// Any later one: hurry.
    Again,
}

/// The stream of interrupts. While one exists, these signals no longer end the process.
#[derive(Debug)]
pub struct Interrupts {
    int: Signal,
    term: Signal,
    seen: bool,
}

impl Interrupts {
    /// Starts to listen. Must be called inside a runtime.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            int: signal(SignalKind::interrupt())?,
            term: signal(SignalKind::terminate())?,
            seen: false,
        })
    }

    /// The next interrupt. Cancel-safe.
    pub async fn next(&mut self) -> Interrupt {
        tokio::select! {
            _ = self.int.recv() => (),
            _ = self.term.recv() => (),
        }
        if std::mem::replace(&mut self.seen, true) { Interrupt::Again } else { Interrupt::First }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Command;
    use std::future::pending;
    use std::time::Duration;

    async fn raise(name: &str) {
        let script = format!("kill -{name} {}", std::process::id());
        let command = Command::new("sh", Duration::from_mins(1)).args(["-c", &script]);
        assert!(command.run(pending()).await.unwrap().success());
    }

    #[tokio::test]
    async fn the_second_signal_differs_from_the_first_whichever_they_are() {
        let mut interrupts = Interrupts::listen().unwrap();
        raise("TERM").await;
        assert_eq!(interrupts.next().await, Interrupt::First);
        raise("INT").await;
        assert_eq!(interrupts.next().await, Interrupt::Again);
        raise("INT").await;
        assert_eq!(interrupts.next().await, Interrupt::Again);
    }
}
