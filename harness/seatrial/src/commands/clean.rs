//! `clean`: lists what runs left that live no longer, and removes exactly that with `--yes`.

use seatrial_cluster::{Moored, take_down};
use seatrial_host::lease;
use seatrial_model::time::Instant;
use seatrial_model::{Redactor, Trouble};

use super::Stop;
use crate::cli::CleanArgs;
use crate::litter::{self, Sorted};
use crate::state::State;

pub(crate) async fn command(args: &CleanArgs) -> Result<u8, Stop> {
    let state = State::find()?;
    let (found, trouble) = litter::find(&state, true).await;
    let mut sorted = litter::sort(&found, lease::holder, &lease::host());
    if let Some(run) = &args.run {
        sorted = sorted.only(run);
    }
    let now = Instant::now();
    if !args.yes {
        anstream::print!("{}", listed(&sorted, args.kept, now));
        return Ok(told(trouble.as_ref()));
    }
    let mut stays = 0;
    for (run, litter) in &sorted.litter {
        anstream::println!("run {}", clean(run));
        let said = |one: &litter::Litter, removed: anyhow::Result<()>| {
            let line = litter::one(one, now);
            match removed {
                Ok(()) if matches!(one, litter::Litter::Record(_)) => anstream::println!("  finished {line}"),
                Ok(()) => anstream::println!("  removed  {line}"),
                Err(error) => {
                    stays += 1;
                    anstream::println!("  STAYS    {line}: {}", clean(&format!("{error:#}")));
                }
            }
        };
        litter::remove(litter, &state.moorings(), said).await;
    }
    if args.kept {
        for moored in sorted.kept() {
            stays += usize::from(!removed(&state, moored).await);
        }
    }
    let nothing = sorted.litter.is_empty() && (!args.kept || sorted.kept().next().is_none());
    anstream::print!("{}", rest(&sorted, args.kept, nothing));
    Ok(if stays > 0 { 3 } else { told(trouble.as_ref()) })
}

async fn removed(state: &State, moored: &Moored) -> bool {
    let name = clean(&moored.name);
    match take_down(&state.moorings(), &moored.name).await {
        Ok(None) => anstream::println!("removed    kept cluster {name}"),
        Ok(Some(user)) => anstream::println!("STAYS      kept cluster {name}: used by {}", clean(&user)),
        Err(trouble) => anstream::println!("STAYS      kept cluster {name}: {trouble}"),
    }
    state.moorings().get(&moored.name).is_err()
}

/// Docker that does not answer: what it holds is not known.
fn told(trouble: Option<&Trouble>) -> u8 {
    trouble.map_or(0, |trouble| {
        anstream::eprintln!("error: {trouble}");
        3
    })
}

fn clean(text: &str) -> seatrial_model::Clean {
    Redactor::default().clean(text)
}

/// The dry run.
fn listed(sorted: &Sorted, kept: bool, now: Instant) -> String {
    let mut out = String::new();
    for (run, litter) in &sorted.litter {
        out += &format!("run {}\n", clean(run));
        for one in litter {
            out += &format!("  {}\n", litter::one(one, now));
        }
    }
    let goes = sorted.kept().next().is_some() && kept;
    out += &rest(sorted, kept, sorted.litter.is_empty() && !goes);
    if !sorted.litter.is_empty() || goes {
        let flag = if kept { " --kept" } else { "" };
        out += &format!("nothing was removed; `seatrial clean{flag} --yes` removes what is listed\n");
    }
    out
}

/// What stays, and why.
fn rest(sorted: &Sorted, kept: bool, nothing: bool) -> String {
    let mut out = String::new();
    for moored in &sorted.moored {
        let removal = moored.removal();
        let (name, run) = (clean(&moored.name), clean(&moored.run));
        out += &match moored.why {
            seatrial_cluster::Why::Kept if kept => format!("kept cluster {name} of run {run}\n"),
            seatrial_cluster::Why::Kept => {
                format!("kept: cluster {name} of run {run}; `{removal}` or --kept removes it\n")
            }
            seatrial_cluster::Why::Standing => format!("standing: cluster {name}; `{removal}` removes it\n"),
        };
    }
    for litter::Doubt { what, why } in &sorted.doubts {
        out += &format!("not touched: {}: {}\n", clean(what), clean(why));
    }
    for run in &sorted.living {
        out += &format!("run {} lives\n", clean(run));
    }
    if nothing {
        out += "nothing is left that no living run holds\n";
    }
    out
}
