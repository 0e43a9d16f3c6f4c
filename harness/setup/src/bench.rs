//! The workbench: where steps run their programs, and the account of what was done.

use std::path::Path;
use std::time::{Duration, Instant};

use seatrial_host::{Command, Ended};
use seatrial_model::{Clean, Redactor, Trouble};
use tokio::sync::watch;

use crate::log::Log;
use crate::machine::Machine;
use crate::progress::{How, Progress, Step};

/// Between two looks at a running step.
const TICK: Duration = Duration::from_millis(200);
/// A recipe that is told to stop removes its containers first.
const GRACE: Duration = Duration::from_secs(15);
/// The cause of trouble after a signal.
const INTERRUPTED: &str = "interrupted";

/// Whether trouble is only that somebody asked to stop.
pub fn is_interruption(trouble: &Trouble) -> bool {
    trouble.why.as_str() == INTERRUPTED
}

/// Trouble for somebody who asked to stop.
pub(crate) fn interrupted(what: &str) -> Trouble {
    Trouble::new(what, Clean::own(INTERRUPTED)).hint("what is complete is kept; run it again to go on")
}

/// Asks running steps to stop.
#[derive(Debug, Clone)]
pub(crate) struct Stop(pub(crate) watch::Receiver<bool>);

impl Stop {
    /// Completes when steps have to stop.
    pub(crate) async fn asked(&self) {
        let mut flag = self.0.clone();
        if flag.wait_for(|set| *set).await.is_err() {
            // Nobody is left who could ask.
            std::future::pending::<()>().await;
        }
    }
}

/// What steps work with.
#[derive(Debug)]
pub(crate) struct Bench<'a> {
    /// The checkout.
    pub(crate) root: &'a Path,
    /// The machine.
    pub(crate) machine: &'a Machine,
    /// Asks steps to stop.
    pub(crate) stop: Stop,
}

impl Bench<'_> {
    /// Runs a program to its good end; what it says goes to the log.
    pub(crate) async fn run(&self, command: Command, log: &Log, what: &str) -> Result<(), Trouble> {
        log.line(&format!("$ {}", command.display(&Redactor::default())));
        let told = log.clone();
        let command = command.cap(0).grace(GRACE).on_line(move |_, line| told.line(line));
        let outcome = command.run(self.stop.asked()).await.map_err(|error| error.trouble(what))?;
        if outcome.success() {
            return Ok(());
        }
        if outcome.ended == Ended::Cancelled {
            return Err(interrupted(what));
        }
        let why = Redactor::default().clean(&format!("{outcome}; its last lines:{}\n ", log.tail()));
        Err(Trouble::new(what, why).hint(format!("the whole log is {}", log.path().display())))
    }

    /// A recipe's script.
    pub(crate) fn script(&self, recipe: &Path, name: &str, deadline: Duration) -> Command {
        Command::new("bash", deadline).arg(recipe.join(name)).folder(self.root)
    }
}

/// Counts steps and shows them.
pub(crate) struct Account<'a> {
    ui: &'a mut dyn Progress,
    pub(crate) steps: Vec<Step>,
}

impl<'a> Account<'a> {
    /// Nothing done yet.
    pub(crate) fn new(ui: &'a mut dyn Progress) -> Self {
        Self { ui, steps: Vec::new() }
    }

    /// Does one step with a log of its own. `None` from `work` means that it led nowhere and does not count.
    pub(crate) async fn step(
        &mut self,
        bench: &Bench<'_>,
        name: &str,
        work: impl AsyncFnOnce(&Log) -> Result<Option<How>, Trouble>,
    ) -> Result<bool, Trouble> {
        let path = bench.machine.log(name);
        let log = Log::create(path.clone()).map_err(|error| {
            let why = Redactor::default().clean(&error.to_string());
            Trouble::new(format!("write {}", path.display()), why)
        })?;
        self.ui.started(name);
        let clock = Instant::now();
        let done = {
            let mut ticks = tokio::time::interval(TICK);
            let mut work = std::pin::pin!(work(&log));
            loop {
                tokio::select! {
                    done = &mut work => break done,
                    _ = ticks.tick() => self.ui.ticked(name, clock.elapsed(), &log.says()),
                }
            }
        };
        match done {
            Ok(Some(how)) => {
                self.finish(Step { name: name.to_owned(), how, took: clock.elapsed() });
                Ok(true)
            }
            Ok(None) => {
                self.ui.dropped(name);
                Ok(false)
            }
            Err(trouble) => {
                self.ui.dropped(name);
                Err(trouble)
            }
        }
    }

    /// Something a person should know.
    pub(crate) fn note(&mut self, text: &str) {
        self.ui.note(text);
    }

    /// A step that ended well.
    pub(crate) fn finish(&mut self, step: Step) {
        self.ui.finished(&step);
        self.steps.push(step);
    }
}

#[cfg(test)]
#[path = "bench_tests.rs"]
pub(crate) mod tests;
