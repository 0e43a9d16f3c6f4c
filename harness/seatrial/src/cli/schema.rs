//! Flags of `schema`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use seatrial_model::KubernetesVersion;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct SchemaArgs {
    /// Of what
    #[arg(value_name = "FILE", default_value = "suite")]
    pub(crate) of: SchemaOf,
    #[command(subcommand)]
    pub(crate) command: Option<SchemaCommand>,
}

/// Files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// A suite
    Suite,
    /// The waivers for all suites of a folder
    Waivers,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Write the schema of one version of Kubernetes anew, as it ships with the program
    Refresh(RefreshArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RefreshArgs {
    /// The kubeconfig file of a cluster as it comes [default: those of `KUBECONFIG`, else ~/.kube/config]
    #[arg(long, value_name = "FILE", conflicts_with = "openapi")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Its context [default: the current one]
    #[arg(long, value_name = "CONTEXT", conflicts_with = "openapi")]
    pub(crate) context: Option<String>,
    /// Read files instead of asking a cluster: `api/openapi-spec/v3` of a Kubernetes source tree
    #[arg(long, value_name = "FOLDER", requires = "kubernetes")]
    pub(crate) openapi: Option<PathBuf>,
    /// The version of those files, such as 1.36.3
    #[arg(long, value_name = "VERSION", requires = "openapi")]
    pub(crate) kubernetes: Option<KubernetesVersion>,
    /// Where to write `<minor>.schema` [default: harness/manifest/schemas/ of the project]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) output: Option<PathBuf>,
}
