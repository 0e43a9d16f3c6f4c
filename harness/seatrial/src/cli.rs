//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use seatrial_model::{CheckKind, HelmMajor, KubernetesVersion};

mod baseline;
mod existing;
mod schema;
mod vet;

pub(crate) use baseline::BaselineArgs;
pub(crate) use existing::ExistingArgs;
pub(crate) use schema::{RefreshArgs, SchemaArgs, SchemaCommand, SchemaOf};
pub(crate) use vet::{VetArgs, VetOutput};

/// Sea trials for Helm charts.
#[derive(Debug, Parser)]
#[command(name = "seatrial", version, about = "Proves that Helm charts work and are safe, before they ship")]
pub(crate) struct Cli {
    /// The project: the folder that holds `suites/` [default: the nearest one upwards]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) root: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a suite on real clusters and write reports
    #[command(after_help = EXIT_CODES)]
    Suite(SuiteArgs),
    /// Say what a suite would do, without a cluster
    Plan(PlanArgs),
    /// Judge charts or manifests by schema and rules, without a cluster
    #[command(after_help = VET_EXIT_CODES)]
    Vet(VetArgs),
    /// Write a suite for a folder of charts
    Init(InitArgs),
    /// Prepare what a suite or the tests need; does nothing where it is there
    Setup(SetupArgs),
    /// Say what is there, what is missing, and how to get it
    Doctor(NeedArgs),
    /// Boot, list and remove clusters that outlive runs
    #[command(subcommand)]
    Cluster(ClusterCommand),
    /// List what runs left that live no longer; remove it with --yes
    Clean(CleanArgs),
    /// List and test the policy rules
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Print the JSON Schema of suite files or of waivers.yaml; `refresh` renews the schemas of Kubernetes
    Schema(SchemaArgs),
}

const EXIT_CODES: &str = "Exit codes: 0 passed or warned · 1 some check failed · 2 configuration or usage, or \
                          nothing selected · 3 nothing failed but something could not be told · 130 interrupted";

const VET_EXIT_CODES: &str = "Exit codes: 0 nothing that is enforced was found · 1 something was · 2 usage, or nothing to \
                              judge · 3 something could not be told";

#[derive(Debug, Args)]
pub(crate) struct Choice {
    /// The suite: a name in `suites/`, or a file
    pub(crate) suite: String,
    /// Only these charts; may be repeated, or a list with commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) chart: Vec<String>,
    /// Only these profiles; may be repeated, or a list with commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) profile: Vec<String>,
    /// Only these cells, `chart/profile@1.36+helm4` as reports show them, or `chart/profile` on every cluster
    #[arg(long, value_name = "CELL", value_delimiter = ',')]
    pub(crate) cell: Vec<String>,
    /// Only these checks. What one stands on is made as well and counts: `render` for `schema`, `policy` and `install`,
    /// it and `install` for `test`, `audit` and `uninstall`
    #[arg(long, value_name = "CHECK", value_delimiter = ',', value_parser = checks())]
    pub(crate) check: Vec<CheckKind>,
    /// Only the cells of the last run (reports/latest) that were not good or did not end
    #[arg(long)]
    pub(crate) failed: bool,
    /// Another Kubernetes version for every cluster of the suite
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes: Option<KubernetesVersion>,
    /// Another major version of Helm for every cluster of the suite: 3 or 4
    #[arg(long, value_name = "MAJOR", value_parser = helm)]
    pub(crate) helm: Option<HelmMajor>,
}

#[derive(Debug, Args)]
pub(crate) struct SuiteArgs {
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) existing: ExistingArgs,
    #[command(flatten)]
    pub(crate) baseline: BaselineArgs,
    /// Cells installed at once [default: as many as their requests and the machine's load allow]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Which clusters stay after the run, for a person to look at
    #[arg(long, value_name = "WHICH", default_value = "never", conflicts_with = "reuse")]
    pub(crate) keep: KeepArg,
    /// Use clusters that stand where they fit (`seatrial cluster up`); leave those standing that are booted
    #[arg(long)]
    pub(crate) reuse: bool,
    /// Start no further cell after the first that failed or could not be told; those that run end normally
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// Try again, so many times, what could not be told: a cell in trouble, a cluster that did not boot. What failed
    /// is never tried again, and what is good only after a retry is warned of as flaky
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=10))]
    pub(crate) retries: u8,
    /// Hold a bad cell before it is cleaned up, show how to look at it, and wait for Enter; needs a terminal
    #[arg(long)]
    pub(crate) pause: bool,
    /// Where reports go [default: reports/ of the project]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) reports: Option<PathBuf>,
    /// Play all ports from this script instead of using helm and Docker
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) script: Option<PathBuf>,
}

/// Which clusters stay after a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeepArg {
    /// None
    Never,
    /// Those on which a cell's install, test, audit or uninstall ended badly, with what that cell made
    Failed,
    /// All
    Always,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClusterCommand {
    /// Boot what a suite's clusters are made of, and leave them standing
    Up(UpArgs),
    /// List clusters that stand or were kept
    List,
    /// Remove clusters that stand or were kept
    Down(DownArgs),
}

#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    /// The clusters of this suite
    #[arg(long, value_name = "NAME")]
    pub(crate) suite: Option<String>,
    /// Another Kubernetes version than the suite's, or than the newest
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes: Option<KubernetesVersion>,
    /// The cluster's name [default: after its version]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DownArgs {
    /// Their names
    #[arg(required_unless_present = "all", value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// All of them
    #[arg(long, conflicts_with = "names")]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CleanArgs {
    /// Remove what is listed, instead of listing it only
    #[arg(long)]
    pub(crate) yes: bool,
    /// Only what this run left
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
    /// Clusters that were kept, too
    #[arg(long)]
    pub(crate) kept: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) choice: Choice,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Where to look for charts [default: the current folder]
    pub(crate) folder: Option<PathBuf>,
    /// The suite's name [default: the folder's]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Write over files that are there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NeedArgs {
    /// What for: a suite's name, `test` for everything the project's own tests need, or `bench` for that and what
    /// `make bench` compares with
    #[arg(long = "for", value_name = "SUITE|test|bench", default_value = "prod-readiness")]
    pub(crate) purpose: String,
    /// Another Kubernetes version than the suite's
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes: Option<KubernetesVersion>,
    /// Another major version of Helm than the suite's: 3 or 4
    #[arg(long, value_name = "MAJOR", value_parser = helm)]
    pub(crate) helm: Option<HelmMajor>,
}

#[derive(Debug, Args)]
pub(crate) struct SetupArgs {
    #[command(flatten)]
    pub(crate) need: NeedArgs,
    /// Write where programs were found, as `NAME=value` lines
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List every rule with its default enforcement
    List,
    /// Say what a rule asks, why, and how to keep it
    Show {
        /// Its id
        rule: String,
    },
    /// Run the rules' own tests
    Test {
        /// Only tests whose name contains this
        filter: Option<String>,
        /// Say of each file how many of its lines the tests reach
        #[arg(long)]
        coverage: bool,
    },
    /// Print a page with every rule of every pack, in Markdown
    Docs,
}

/// Names of checks; clap names the nearest for one that is none.
fn checks() -> impl TypedValueParser<Value = CheckKind> {
    PossibleValuesParser::new(CheckKind::ALL.map(CheckKind::name))
        .try_map(|name| CheckKind::ALL.into_iter().find(|check| check.name() == name).ok_or("no such check"))
}

fn helm(text: &str) -> Result<HelmMajor, String> {
    let number: u32 = text.parse().map_err(|_| format!("`{text}` is no major version; write 3 or 4"))?;
    HelmMajor::try_from(number)
}

/// Reads the command line; clap prints help and usage errors itself and exits with 2 for those.
pub(crate) fn parse() -> Cli {
    Cli::parse()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_unknown_helm_is_refused_with_what_to_write() {
        assert!(helm("2").unwrap_err().contains("write 3 or 4"));
    }
}
