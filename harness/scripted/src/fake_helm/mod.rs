//! A helm that plays a script: what it answers to some calls, and the real helm for all others.
//!
//! The program answers as helm when it is called by that name. [`FILE`] names its script; helm's surroundings
//! in a run are scrubbed of `HELM_…` and `KUBE…`, and this name survives that.

mod play;
mod script;

pub use play::play;
pub use script::{Call, FakeHelm, Fate, Signal};

/// The environment variable that names the script of a fake helm.
pub const FILE: &str = "SEATRIAL_FAKE_HELM";
