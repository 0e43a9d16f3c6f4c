//! Options of a baseline, for every command that judges.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Default, Args)]
pub(crate) struct BaselineArgs {
    /// Findings that this file lists pass, and are shown as such; only new ones count
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Remove from the baseline what is gone; nothing is ever added
    #[arg(long, requires = "baseline")]
    pub(crate) update_baseline: bool,
    /// Write today's findings to a new file, for --baseline
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub(crate) write_baseline: Option<PathBuf>,
}
