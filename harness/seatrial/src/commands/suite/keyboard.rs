//! Waiting for Enter while a run goes on.
//!
//! Nothing blocks: a read that nobody can cancel would keep the program from ending after Ctrl-C.

use std::collections::VecDeque;
use std::io::{IsTerminal, stderr, stdin};

use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;
use tokio::sync::mpsc::UnboundedReceiver;

use seatrial_engine::Pause;

use super::super::Stop;

/// The terminal of this program, whatever its standard input is.
const TERMINAL: &str = "/dev/tty";

/// The terminal's lines, through a file of its own: only that one does not block.
pub(super) struct Keyboard(pipe::Receiver);

impl Keyboard {
    /// Needs a terminal that shows the question and one that gives the answer.
    pub(super) fn open() -> Result<Self, Stop> {
        if !stdin().is_terminal() || !stderr().is_terminal() {
            let text = "error: --pause needs a terminal on standard input and standard error: nobody could press Enter";
            return Err(Stop::Usage(text.to_owned()));
        }
        // Not a pipe, but read like one; the type is what opens a path and waits for it without a thread.
        let terminal = pipe::OpenOptions::new().unchecked(true).open_receiver(TERMINAL);
        let terminal = terminal.map_err(|error| {
            Stop::Usage(format!("error: --pause cannot read the keyboard from {TERMINAL}: {error}"))
        })?;
        Ok(Self(terminal))
    }

    /// Lets held cells go on, one for each line, in the order in which they were held. A line that came while
    /// none was held answers nothing.
    pub(super) async fn release(mut self, mut held: UnboundedReceiver<Pause>) {
        let mut waiting = VecDeque::new();
        let mut typed = [0; 1024];
        loop {
            tokio::select! {
                pause = held.recv() => match pause {
                    Some(pause) => waiting.push_back(pause),
                    None => return,
                },
                read = self.0.read(&mut typed) => match read {
                    Ok(0) | Err(_) => {
                        // Dropping what waits lets it go on.
                        tracing::warn!("the keyboard cannot be read: no cell is held any more");
                        return;
                    }
                    Ok(read) => {
                        let lines = typed[..read].split(|byte| *byte == b'\n').skip(1).count();
                        for pause in waiting.drain(..lines.min(waiting.len())) {
                            let Pause { resume, .. } = pause;
                            // A cell that did not wait to the end has gone on already.
                            let _ = resume.send(());
                        }
                    }
                },
            }
        }
    }
}
