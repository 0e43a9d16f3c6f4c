//! Live progress on stderr: a line per running cell on a terminal, plain lines elsewhere.
//!
//! It knows events and nothing else of a run. What is shown is decided by two pure modules ([`board`] and
//! [`plain`]) from events and the time since the start; this one owns the clock and the loop.

mod board;
mod plain;
mod terminal;
mod words;

use std::io::Write;
use std::time::Duration;

use seatrial_model::event::Event;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, MissedTickBehavior, interval};

use plain::Plain;
use terminal::Terminal;

/// How often elapsed times and withheld statuses are looked at.
const TICK: Duration = Duration::from_millis(200);

/// Columns where nothing tells how many there are, and bounds for what does.
const WIDTH: usize = 80;
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=160;

/// What stderr is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A terminal: lines are redrawn.
    Terminal,
    /// A log: lines are appended, each with its time.
    Plain,
}

/// Progress that has not begun to listen.
#[derive(Debug)]
pub(crate) struct Progress {
    view: View,
    started: Instant,
}

#[derive(Debug)]
enum View {
    Terminal(Terminal),
    Plain(Plain),
}

/// Progress for `mode`; its time starts now. A terminal that cannot be redrawn gets plain lines.
pub(crate) fn start(mode: Mode) -> Progress {
    let terminal = match mode {
        Mode::Terminal => Terminal::new(),
        Mode::Plain => None,
    };
    let view = terminal.map_or_else(|| View::Plain(Plain::default()), View::Terminal);
    Progress { view, started: Instant::now() }
}

impl Progress {
    /// Shows what is heard until every sender is gone, then clears what was only live.
    pub(crate) async fn follow(mut self, mut events: UnboundedReceiver<Event>) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                event = events.recv() => match event {
                    Some(event) => self.take(&event),
                    None => break,
                },
                _ = ticks.tick() => self.tick(),
            }
        }
        self.end();
    }

    fn take(&mut self, event: &Event) {
        let at = self.started.elapsed();
        match &mut self.view {
            View::Terminal(terminal) => terminal.take(at, event),
            View::Plain(plain) => print(&plain.take(at, event)),
        }
    }

    fn tick(&mut self) {
        let at = self.started.elapsed();
        match &mut self.view {
            View::Terminal(terminal) => terminal.draw(at),
            View::Plain(plain) => print(&plain.due(at)),
        }
    }

    fn end(self) {
        match self.view {
            View::Terminal(terminal) => terminal.clear(),
            View::Plain(_) => {}
        }
    }
}

/// A closed stderr must not end a run: the record is what counts.
fn print(lines: &[String]) {
    let mut stderr = std::io::stderr().lock();
    for line in lines {
        let _ = writeln!(stderr, "{line}");
    }
}

/// Columns for the final table, from `COLUMNS` where a shell exports it.
pub(crate) fn width() -> usize {
    bounded(std::env::var("COLUMNS").ok().as_deref())
}

fn bounded(columns: Option<&str>) -> usize {
    let told = columns.and_then(|columns| columns.trim().parse().ok()).unwrap_or(WIDTH);
    told.clamp(*WIDTHS.start(), *WIDTHS.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(None, 80)]
    #[case(Some("wide"), 80)]
    #[case(Some("132"), 132)]
    #[case(Some("0"), 40)]
    #[case(Some("4000"), 160)]
    fn the_width_is_told_or_assumed_and_bounded(#[case] columns: Option<&str>, #[case] width: usize) {
        assert_eq!(bounded(columns), width);
    }

    #[tokio::test]
    async fn following_ends_when_nobody_can_speak_any_more() {
        let (speaker, heard) = tokio::sync::mpsc::unbounded_channel();
        speaker.send(Event::Interrupted).unwrap();
        drop(speaker);
        start(Mode::Plain).follow(heard).await;
    }
}
