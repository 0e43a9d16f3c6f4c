//! What a machine needs: probing and providing it.
//!
//! One ordered list of items (Docker engine, programs, images, the registry's content) serves set-up, doctor
//! and whoever asks where things are. Everything that is built is addressed by the content of its recipe, so
//! that a second call has nothing to do and finds that out with a handful of questions. Recipes are scripts
//! and Dockerfiles below `images/`; this crate knows their folders and arguments, not what they do. It knows
//! nothing of suites, charts or clusters.

mod bench;
mod content;
mod docker;
mod inventory;
mod items;
mod lock;
mod log;
mod look;
mod machine;
mod needs;
mod progress;
mod provide;
mod prune;
mod recipes;
mod registry_note;
mod run;
mod state;
mod tools;

pub use bench::is_interruption;
pub use look::{Located, doctor, locate};
pub use machine::state_folder;
pub use needs::{Needs, known_versions};
pub use progress::{How, Lines, Progress, Step, Summary};
pub use run::run;
pub use state::{Fix, Row, State};
