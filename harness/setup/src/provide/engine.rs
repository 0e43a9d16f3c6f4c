//! A Docker engine on a machine that may be changed.

use std::time::Duration;

use seatrial_model::Trouble;

use crate::bench::{Account, Bench};
use crate::progress::How;

/// Installs the engine where it is not, and starts it.
pub(super) async fn start(title: &str, bench: &Bench<'_>, account: &mut Account<'_>) -> Result<(), Trouble> {
    let folder = bench.root.join("images/setup");
    let command = bench.script(&folder, "docker.sh", Duration::from_mins(10));
    account
        .step(bench, title, async |log| {
            bench.run(command, log, "bring a Docker engine up").await?;
            Ok(Some(How::Installed))
        })
        .await?;
    Ok(())
}
