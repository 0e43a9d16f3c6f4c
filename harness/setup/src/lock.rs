//! One set-up at a time: two would build the same things side by side.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use seatrial_host::{Probe, Unready, Wait, wait_until};
use seatrial_model::{Clean, Redactor, Trouble};

use crate::bench::{Stop, interrupted};

/// A set-up from nothing takes a good half hour on a small machine.
const WAIT: Wait = Wait { deadline: Duration::from_hours(2), interval: Duration::from_millis(200) };

/// Held as long as it lives; the system lets go of it when the process ends, however that happens.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, and says once when it has to wait for that.
    pub(crate) async fn take(folder: &Path, stop: &Stop, mut waits: impl FnMut()) -> Result<Self, Trouble> {
        let path = folder.join("setup.lock");
        let what = || format!("lock {}", path.display());
        let wrong = |error: &io::Error| Trouble::new(what(), Redactor::default().clean(&error.to_string()));
        std::fs::create_dir_all(folder).map_err(|error| wrong(&error))?;
        let file = File::create(&path).map_err(|error| wrong(&error))?;
        let mut told = false;
        let mut attempt = || match file.try_lock() {
            Ok(()) => Probe::Ready(()),
            Err(TryLockError::WouldBlock) => {
                if !std::mem::replace(&mut told, true) {
                    waits();
                }
                Probe::NotYet(Clean::own("another set-up is running"))
            }
            Err(TryLockError::Error(error)) => Probe::Failed(wrong(&error).why),
        };
        let locked = wait_until(WAIT, stop.asked(), || std::future::ready(attempt()));
        match locked.await {
            Ok(()) => Ok(Self { _file: file }),
            Err(Unready::Cancelled { .. }) => Err(interrupted(&what())),
            Err(unready) => Err(unready.trouble(what())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::watch;

    #[tokio::test]
    async fn the_second_waits_for_the_first_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let (_ask, stop) = watch::channel(false);
        let stop = Stop(stop);
        let mut first = Some(Lock::take(folder.path(), &stop, || unreachable!()).await.unwrap());
        let mut waited = 0;
        // Told that it is being waited for, the first one ends.
        let second = Lock::take(folder.path(), &stop, || {
            waited += 1;
            first.take();
        });
        second.await.unwrap();
        assert_eq!(waited, 1);
    }

    #[tokio::test]
    async fn who_waits_can_be_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let (ask, stop) = watch::channel(false);
        let stop = Stop(stop);
        let _first = Lock::take(folder.path(), &stop, || unreachable!()).await.unwrap();
        let second = Lock::take(folder.path(), &stop, || ask.send(true).unwrap()).await;
        assert!(crate::bench::is_interruption(&second.unwrap_err()));
    }
}
