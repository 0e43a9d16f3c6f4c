//! Deviations: what an overlay changed between the profile's render and what was installed.

use serde::{Deserialize, Serialize};

use crate::object::ObjectRef;
use crate::secret::Clean;

/// One object that an overlay changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deviation {
    /// The object.
    pub object: ObjectRef,
    /// What differs, in the order of the paths.
    pub changes: Vec<Change>,
    /// The overlay file.
    pub overlay: String,
    /// Why, as the suite says.
    pub reason: String,
}

/// One path in an object. Values are compact JSON, absent where the path is not there. Secret values are masked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// `spec.replicas`; empty for the whole object.
    pub path: String,
    /// In the profile's own render.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Clean>,
    /// In what is installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Clean>,
}
