//! Plan, checks and the run loop. Knows the ports and no driver.
//!
//! [`mod@plan`] turns a suite into cells; [`survey`] renders them to say whether each fits; [`mod@run`] runs them and
//! gives the record.

mod accounts;
mod admission;
mod attempts;
mod blocking;
mod cell;
mod checks;
mod clusters;
pub mod conformity;
mod evidence;
mod fail_fast;
pub mod judgement;
mod keep;
mod live;
pub mod locate;
mod masking;
mod overlay;
mod pause;
pub mod plan;
mod recorder;
mod recover;
mod renders;
pub mod run;
mod schedule;
mod select;
pub mod shares;
pub mod survey;
mod telling;

pub use keep::Keep;
pub use pause::{Pause, Pauses};
pub use plan::{Plan, PlannedCell, plan};
pub use recorder::Recorder;
pub use recover::{forget, recover};
pub use run::{Inputs, Options, Ports, run};
pub use select::{Earlier, Selection};
