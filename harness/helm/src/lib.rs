//! Every helm argv, version 3 and 4.
//!
//! [`Helm`] renders and lints without a cluster (it implements [`seatrial_ports::Renderer`]);
//! [`ClusterHelm`] installs, tests and removes releases of one cluster. Nothing else in the harness knows
//! a flag of helm or reads its output. Helm runs with folders of its own: no plugins, repositories or
//! settings of the machine, and it never writes into a user's chart.

mod dependency;
mod environment;
mod helm;
mod lint;
mod live;
mod refusal;
mod release;
mod render;
mod said;
mod stage;
mod tree;
mod value_problems;
mod values;

pub use environment::{Marks, Programs};
pub use helm::Helm;
pub use live::{Answer, ClusterHelm};
pub use release::{HookRun, Release, ReleaseHook, ReleaseStatus, ReleaseSummary, RunPhase};
