//! Arguments of `vet`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use seatrial_model::{HelmMajor, KubernetesVersion};

#[derive(Debug, Args)]
pub(crate) struct VetArgs {
    /// Charts, folders of charts, manifests, folders of manifests, or `-` for manifests on standard input [default:
    /// the charts of --suite, else the current folder]
    #[arg(value_name = "FILE|FOLDER|-")]
    pub(crate) what: Vec<PathBuf>,
    /// Judge as this suite does: its charts, profiles, packs and enforcement
    #[arg(long, value_name = "NAME", conflicts_with_all = ["pack", "what", "production"])]
    pub(crate) suite: Option<String>,
    /// Only these profiles of charts; may be repeated, or a list with commas [default: all]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) profile: Vec<String>,
    /// Only these packs of rules, with what they include; may be repeated, or a list with commas [default: all]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) pack: Vec<String>,
    /// The Kubernetes version to judge for [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes: Option<KubernetesVersion>,
    /// The major version of Helm that renders charts: 3 or 4
    #[arg(long, value_name = "MAJOR", value_parser = super::helm, default_value = "4")]
    pub(crate) helm: HelmMajor,
    /// Ask the rules for production, too
    #[arg(long)]
    pub(crate) production: bool,
    /// Findings that this file lists pass, and are shown as such; a suite writes one
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// What is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: VetOutput,
}

/// What `vet` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VetOutput {
    /// Findings with their excerpts, for people
    Text,
    /// For programs
    Json,
    /// For code scanning
    Sarif,
    /// Annotations of a GitHub Actions job
    Github,
}
