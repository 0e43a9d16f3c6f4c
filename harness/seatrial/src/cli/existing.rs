//! Flags for running on a cluster that exists.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "On a cluster that exists")]
pub(crate) struct ExistingArgs {
    /// Run on the cluster of this kubeconfig context, which the suite must allow (`contexts:`)
    #[arg(long, value_name = "CONTEXT", conflicts_with_all = ["script", "keep", "reuse"])]
    pub(crate) context: Option<String>,
    /// The kubeconfig file [default: those of `KUBECONFIG`, else ~/.kube/config]
    #[arg(long, value_name = "FILE", requires = "context")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Run in this namespace, which is there and in which nothing runs, one cell after the other, instead of making
    /// namespaces
    #[arg(long, value_name = "NAME", requires = "context")]
    pub(crate) namespace: Option<String>,
    /// Let charts and requirements create what lives in no namespace; it is removed afterwards
    #[arg(long, requires = "context", conflicts_with = "namespace")]
    pub(crate) allow_cluster_scoped: bool,
}
