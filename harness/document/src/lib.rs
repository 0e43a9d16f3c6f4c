//! Text to tree with positions; shape errors with positions.
//!
//! The only door to the YAML parser ([`parse`]) and to the JSON Schema validator ([`Shape`]). Scalars mean
//! here what they mean to Helm and kubectl, so that a value judged is the value installed. Knows nothing of
//! charts, suites or Kubernetes.

mod caught;
mod compose;
mod nearest;
mod node;
mod parse;
mod path;
mod problem;
mod render;
mod scalar;
mod shape;
mod span;
mod wording;

pub use caught::silence_caught_panics;
pub use nearest::{advice, nearest};
pub use node::{Entry, Map, Node, Value};
pub use parse::{Dialect, Document, Duplicate, Limits, ParseError, parse, parse_one, parse_within};
pub use path::{NotAPath, Path, Step};
pub use problem::{Problem, Problems};
pub use render::{Colour, Sources, render_problems};
pub use shape::{Fault, Shape, ShapeError};
pub use span::{Position, Span};
