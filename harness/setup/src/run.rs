//! Set-up itself: look, provide what is missing in order, look again.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use seatrial_host::{Interrupt, Interrupts};
use seatrial_model::{Redactor, Trouble};
use tokio::sync::watch;

use crate::bench::{Account, Bench, Stop, interrupted};
use crate::inventory::Inventory;
use crate::items::{Item, items};
use crate::lock::Lock;
use crate::machine::Machine;
use crate::needs::Needs;
use crate::progress::{Progress, Summary};
use crate::provide::provide;
use crate::prune::{prune, sweep};
use crate::state::{Fix, Row, State};

const WHAT: &str = "set this machine up";

/// Provides what `needs` names, for the checkout at `root`. What is there already is left as it is; what
/// only a person can provide is named, all of it, before anything is built. An interrupt stops the running
/// step; what is complete stays.
pub async fn run(root: &Path, needs: &Needs, ui: &mut dyn Progress) -> Result<Summary, Trouble> {
    let mut interrupts = Interrupts::listen()
        .map_err(|error| Trouble::new("listen to signals", Redactor::default().clean(&error.to_string())))?;
    let (ask, stop) = watch::channel(false);
    let mut work = std::pin::pin!(set_up(root, needs, Stop(stop), ui));
    loop {
        tokio::select! {
            done = &mut work => return done,
            interrupt = interrupts.next() => match interrupt {
                Interrupt::First => { ask.send_replace(true); }
                Interrupt::Again => return Err(interrupted(WHAT)),
            },
        }
    }
}

async fn set_up(root: &Path, needs: &Needs, stop: Stop, ui: &mut dyn Progress) -> Result<Summary, Trouble> {
    let clock = Instant::now();
    let machine = Machine::here()?;
    let items = items(root, needs)?;
    let seen = Inventory::take(&machine, &items).await;
    let mut account = Account::new(ui);
    if items.iter().all(|item| item.state(&machine, &seen).is_found()) {
        let steps = items.iter().map(|item| item.idle_step(&seen)).collect();
        return Ok(Summary { steps, took: clock.elapsed() });
    }
    let bench = Bench { root, machine: &machine, stop };
    let lock = Lock::take(&machine.cache, &bench.stop, || {
        account.note("another set-up is running; waiting for it to end");
    });
    let lock = lock.await?;
    sweep(&machine);
    provide_all(&items, &bench, &mut account).await?;
    if account.steps.iter().any(|step| !step.how.is_idle()) {
        prune(&machine, &items).await;
    }
    drop(lock);
    Ok(Summary { steps: account.steps, took: clock.elapsed() })
}

async fn provide_all(items: &[Item], bench: &Bench<'_>, account: &mut Account<'_>) -> Result<(), Trouble> {
    // Another set-up may have changed what there is while this one waited for it.
    let mut seen = Inventory::take(bench.machine, items).await;
    by_hand(&rows(items, bench.machine, &seen))?;
    for item in items {
        if item.state(bench.machine, &seen).is_found() {
            account.finish(item.idle_step(&seen));
            continue;
        }
        provide(item, &seen, bench, account).await?;
        seen = Inventory::take(bench.machine, items).await;
        if let State::Missing { why, .. } = item.state(bench.machine, &seen) {
            let why = Redactor::default().clean(&format!("its step ended well, and still: {why}"));
            return Err(Trouble::new(format!("provide the {}", item.title()), why));
        }
    }
    Ok(())
}

/// Trouble that names all that a person has to do first.
fn by_hand(rows: &[Row]) -> Result<(), Trouble> {
    let mut said = BTreeSet::new();
    let mut blocked = Vec::new();
    for row in rows {
        if let Some(fix @ Fix::ByHand(_)) = row.state.fix()
            // Once for each thing to do: without an engine every image is missing.
            && said.insert(fix)
        {
            blocked.push(row.to_string());
        }
    }
    if blocked.is_empty() {
        return Ok(());
    }
    let why = format!("nothing is installed on this machine without you\n{}\n ", blocked.join("\n"));
    Err(Trouble::new(WHAT, Redactor::default().clean(&why)))
}

/// Every item with its state.
pub(crate) fn rows(items: &[Item], machine: &Machine, seen: &Inventory) -> Vec<Row> {
    items.iter().map(|item| Row { name: item.title(), state: item.state(machine, seen) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, fix: Fix) -> Row {
        Row { name: name.into(), state: State::missing("not there", fix) }
    }

    #[test]
    fn all_that_a_person_has_to_do_is_said_at_once_and_nothing_else() {
        let by_person = |what: &str| Fix::ByHand(what.into());
        let rows = [
            row("docker engine", by_person("install Docker")),
            row("image curl", Fix::SetUp),
            row("base image", by_person("install Docker")),
            row("helm 4", by_person("install Go")),
        ];
        let text = by_hand(&rows).unwrap_err().to_string();
        assert!(text.contains("fix: install Docker\n") && text.contains("fix: install Go\n"));
        assert!(!text.contains("image curl") && !text.contains("base image"));
    }

    #[test]
    fn what_set_up_provides_stops_nothing() {
        let found = Row { name: "helm 4".into(), state: State::found("v4.3.1", "/bin/helm") };
        assert_eq!(by_hand(&[row("image curl", Fix::SetUp), found]), Ok(()));
    }
}
