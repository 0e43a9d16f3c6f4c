//! What runs left behind that live no longer: found, sorted from what is held, and removed.
//!
//! [`mod@find`] looks, [`mod@sort`] decides (pure), [`mod@remove`] acts and asks each lease again before it does.

mod find;
mod remove;
mod sort;
mod words;

pub(crate) use find::find;
pub(crate) use remove::{remove, take_up};
pub(crate) use sort::{Doubt, Litter, Sorted, sort};
pub(crate) use words::{ago, left, one};
