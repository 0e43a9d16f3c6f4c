//! Logs: the run's `harness.log`; on stderr only with `SEATRIAL_LOG`.

use std::fs::File;
use std::path::Path;
use std::sync::Mutex;

use anyhow::Context;
use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// Logs of a run go to `harness.log` in its folder. `SEATRIAL_LOG` (as `tracing-subscriber`'s `EnvFilter`)
/// shows them on stderr, too.
pub(crate) fn to_folder(folder: &Path) -> anyhow::Result<()> {
    let path = folder.join("harness.log");
    let file = File::create(&path).with_context(|| format!("create {}", path.display()))?;
    let kept = EnvFilter::new("info,seatrial_engine=debug,seatrial_cluster=debug,seatrial_helm=debug");
    let file = fmt::layer().with_ansi(false).with_writer(Mutex::new(file)).with_filter(kept);
    let shown = EnvFilter::builder()
        .with_env_var("SEATRIAL_LOG")
        .with_default_directive(LevelFilter::OFF.into())
        .from_env_lossy();
    let console = fmt::layer().with_writer(std::io::stderr).with_filter(shown);
    tracing_subscriber::registry().with(file).with(console).try_init().context("start logging")
}
