//! A child process in a group of its own: stopped with TERM, grace, KILL; killed when dropped.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap, ProcessGroup};
use tokio::time::timeout;

/// POSIX numbers, the same on every Unix.
const SIGTERM: i32 = 15;

/// A running program and everything it started in its group.
#[derive(Debug)]
pub(crate) struct Process {
    child: Box<dyn ChildWrapper>,
    ended: bool,
}

impl Process {
    /// Starts `command` as the leader of a new process group.
    pub(crate) fn spawn(command: tokio::process::Command) -> io::Result<Self> {
        let child = CommandWrap::from(command).wrap(ProcessGroup::leader()).spawn()?;
        Ok(Self { child, ended: false })
    }

    /// The child's pipes.
    pub(crate) fn child(&mut self) -> &mut dyn ChildWrapper {
        self.child.as_mut()
    }

    /// Waits until the leader exits. Cancel-safe.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.ended = true;
        Ok(status)
    }

    /// TERM to the whole group, `grace` for the leader to exit, then KILL to what is left of the group.
    pub(crate) async fn stop(&mut self, grace: Duration) -> io::Result<ExitStatus> {
        // A group that is gone already is what is wanted.
        let _ = self.child.signal(SIGTERM);
        let status = timeout(grace, self.child.wait()).await;
        // The group outlives its leader for as long as anyone is in it, so that the id is still ours.
        let _ = self.child.start_kill();
        let status = match status {
            Ok(status) => status,
            Err(_) => self.child.wait().await,
        };
        self.ended = true;
        status
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.child.start_kill();
        }
    }
}
