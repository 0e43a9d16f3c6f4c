//! A chart on disk: `Chart.yaml`, dependencies, profiles, values.
//!
//! Reads files and nothing else: no Helm, no cluster. What a profile is to do (expectations, overlays,
//! requirements) is the suite's business.

mod chart;
mod dependency;
pub mod key_path;
mod origin;
mod profile;
pub mod values;

pub use chart::Chart;
pub use dependency::{Dependency, MissingDependency, dependencies_missing};
pub use key_path::KeyPath;
pub use origin::Origin;
pub use profile::{FoundProfile, profiles};
