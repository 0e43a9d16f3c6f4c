//! What an earlier run left that was killed: told at the start of the next, which also finishes its record.

use std::time::Duration;

use seatrial_host::lease;
use seatrial_model::Redactor;

use crate::litter::{self, Litter};
use crate::state::State;

/// A run does not wait longer for Docker to say what is there.
const LOOKING: Duration = Duration::from_secs(5);

/// Tells on stderr, a line for each run. Nothing in here keeps a run from starting.
pub(crate) async fn tell(state: &State, ask_docker: bool) {
    let looking = litter::find(state, ask_docker);
    let Ok((found, _)) = tokio::time::timeout(LOOKING, looking).await else { return };
    for (run, litter) in litter::sort(&found, lease::holder, &lease::host()).litter {
        let run = Redactor::default().clean(&run);
        // One that ended by itself has no folder any more.
        let killed = litter.iter().any(|one| matches!(one, Litter::Folder(_)));
        let how = if killed { "was killed and left" } else { "left" };
        let left = litter::left(&litter);
        anstream::eprintln!("run {run} {how} {left}; `seatrial clean` shows it, and removes it with --yes");
        match litter::take_up(&litter).await {
            Ok(true) => anstream::eprintln!("run {run}: its record is finished as far as it came"),
            Ok(false) => {}
            Err(error) => {
                let why = Redactor::default().clean(&format!("{error:#}"));
                anstream::eprintln!("run {run}: its record could not be finished: {why}");
            }
        }
    }
}
