//! Plan, checks and the run loop. Knows the ports and no driver.
//!
//! [`mod@plan`] turns a suite into cells; [`survey`] renders them to say whether each fits; [`mod@run`] runs them and
//! gives the record.

mod blocking;
mod cell;
mod checks;
mod clusters;
mod evidence;
mod keep;
mod live;
mod masking;
mod overlay;
pub mod plan;
mod recorder;
mod recover;
mod renders;
pub mod run;
mod schedule;
pub mod survey;
mod telling;

pub use keep::Keep;
pub use plan::{Plan, PlannedCell, Selection, plan};
pub use recorder::Recorder;
pub use recover::{forget, recover};
pub use run::{Inputs, Options, Ports, run};
