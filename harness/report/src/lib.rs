//! One record to bytes, one file per format.
//!
//! Every report is a pure function of the [`Record`](seatrial_model::Record): no clock, no environment, no
//! files, so that the same record gives the same bytes. `run.json` keeps everything; the others leave out.

mod console;
mod exemptions;
mod finding;
mod json;
mod junit;
mod line;
mod markdown;
mod part;
mod retried;
mod sarif;
mod summary;
mod timing;
mod vetted;

pub use console::table;
pub use json::{ReadError, json, read};
pub use junit::{JunitError, junit};
pub use sarif::vet_sarif;
pub use summary::summary;
pub use vetted::{vet_github, vet_json};
