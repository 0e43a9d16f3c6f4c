//! Objects against the OpenAPI schema of a Kubernetes version, as strict as an API server that is asked with
//! `fieldValidation=Strict`.
//!
//! [`Schemas`] holds what one version serves; it is loaded once per process, from a compact text that `compact`
//! reads and [`convert`] makes of OpenAPI documents. [`CustomSchemas`] holds what CustomResourceDefinitions say.
//! Built-in kinds are judged as Go decodes them (null is absent, required where validation asks for it), custom
//! resources as structural schemas are (pruned, bounds included). Knows no chart and no Helm process; a word about
//! what the versions of Helm make of an error is in [`SchemaError::told`].
//!
//! What a server judges besides (names, references between fields, CEL, formats of custom resources) is not judged
//! here. `schemas/README.md` lists where the two part.

mod bounds;
mod compact;
pub mod convert;
mod custom;
mod error;
mod hint;
mod path;
mod scalar;
mod schemas;
mod structural;
mod typed;
mod types;
mod unenforced;
mod words;

pub use custom::CustomSchemas;
pub use error::{Fault, SchemaError};
pub use schemas::Schemas;

/// What became of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// There is a schema, and these are the errors, in the order of the object; none where it fits.
    Errors(Vec<SchemaError>),
    /// There is no schema for it. Never to be counted as good.
    NotJudged {
        /// Why, one sentence.
        why: String,
    },
}
