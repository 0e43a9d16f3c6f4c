//! Which cell may be installed when: one budget per machine over all clusters, and cells that run alone.
//!
//! [`queue`] decides, as a pure state machine; [`berths`] is the door that cells wait at; [`ticket`] says what
//! a cell needs. Nothing here knows what a cell does with its berth.

mod berths;
mod queue;
mod ticket;

pub(crate) use berths::Berths;
pub(crate) use ticket::{RequirementNeeds, Ticket, exclusive};
