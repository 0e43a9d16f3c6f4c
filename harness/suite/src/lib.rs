//! Suite files to [`Suite`](seatrial_model::suite::Suite), with all problems at once.
//!
//! A file is read in four steps: text to tree ([`seatrial_document`]), tree against the schema generated from
//! the types in `file`, what does not fit cut out, and the rest resolved: names to what they name, paths to
//! what is there. Every step tells its problems and none stops at the first. `draft` writes a first suite for the
//! charts of a folder. Runs nothing.

mod at;
mod draft;
mod file;
mod find;
mod known;
mod load;
mod paths;
mod prune;
mod read;
mod resolve;
mod schema;
mod waivers;

pub use draft::{Draft, DraftRequest, draft};
pub use find::{find, list};
pub use known::Known;
pub use load::load;
pub use schema::{schema_json, waivers_schema_json};
pub use seatrial_document::{Colour, Problems};
