//! What a schema has against an object, and what the versions of Helm make of it.

use seatrial_document::{Path, Step};
use seatrial_model::HelmMajor;

/// What is wrong, as a rule id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A field that is not in the schema.
    UnknownField,
    /// A value of another type.
    WrongType,
    /// A field that must be there.
    MissingField,
    /// A text that is none of those allowed.
    BadEnum,
    /// The right type and yet not a value: a number out of range, a quantity or a time that does not read.
    BadValue,
    /// The group is known, and not in this version; or the kind is in another one.
    NoSuchVersion,
    /// The group and its version are known, and this kind is not in it.
    NoSuchKind,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 7] = [
        Self::UnknownField,
        Self::WrongType,
        Self::MissingField,
        Self::BadEnum,
        Self::BadValue,
        Self::NoSuchVersion,
        Self::NoSuchKind,
    ];

    /// The stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::UnknownField => "unknown-field",
            Self::WrongType => "wrong-type",
            Self::MissingField => "missing-field",
            Self::BadEnum => "bad-enum",
            Self::BadValue => "bad-value",
            Self::NoSuchVersion => "no-such-version",
            Self::NoSuchKind => "no-such-kind",
        }
    }
}

/// One error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    /// What it is.
    pub fault: Fault,
    /// Where in the object; the field that is missing where one is.
    pub path: Path,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to write instead, where that can be said.
    pub advice: Option<String>,
    /// Whether the field is one that hardens a Pod.
    pub hardening: bool,
}

impl SchemaError {
    pub(crate) fn new(fault: Fault, path: Path, message: impl Into<String>) -> Self {
        Self { fault, path, message: message.into(), advice: None, hardening: false }
    }

    pub(crate) fn advice(self, advice: Option<String>) -> Self {
        Self { advice, ..self }
    }

    /// The whole sentence: what is wrong, what to write, and what becomes of it with that Helm; with both where none
    /// is named.
    pub fn told(&self, helm: Option<HelmMajor>) -> String {
        let advice = self.advice.as_ref().map(|advice| format!("; {advice}")).unwrap_or_default();
        format!("{}{advice}. {}", self.message, self.consequence(helm))
    }

    /// What becomes of it.
    pub fn consequence(&self, helm: Option<HelmMajor>) -> &'static str {
        if self.fault == Fault::WrongType && self.is_label() {
            return "Helm loses all of them without a word when it adds its own";
        }
        match (self.fault, helm, self.hardening) {
            (Fault::UnknownField, Some(HelmMajor::V3), true) => {
                "Helm 3 installs it without the field, so that this hardening never takes effect"
            }
            (Fault::UnknownField, Some(HelmMajor::V3), false) => {
                "Helm 3 installs it without the field: Kubernetes drops it with a warning"
            }
            (Fault::UnknownField, Some(HelmMajor::V4), _) => "Helm 4 cannot install it",
            (Fault::UnknownField, None, true) => {
                "Helm 3 installs it without the field, so that this hardening never takes effect; Helm 4 cannot \
                 install it"
            }
            (Fault::UnknownField, None, false) => {
                "Helm 3 installs it without the field, with a warning; Helm 4 cannot install it"
            }
            (Fault::NoSuchVersion | Fault::NoSuchKind, ..) => "no Helm can install it",
            _ => "the API server refuses it",
        }
    }

    /// Whether it is about the object's own labels or annotations. Helm reads them before it sends an object, and where
    /// one of them is no text it reads none (`accessor.Labels` of an unstructured object).
    fn is_label(&self) -> bool {
        let is = |step: &Step, keys: &[&str]| matches!(step, Step::Key(key) if keys.contains(&key.as_str()));
        match self.path.steps() {
            [first, second, ..] => is(first, &["metadata"]) && is(second, &["labels", "annotations"]),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Some(HelmMajor::V3), true, "never takes effect")]
    #[case(Some(HelmMajor::V3), false, "drops it with a warning")]
    #[case(Some(HelmMajor::V4), true, "unknown field `x`; write `y`. Helm 4 cannot install it")]
    #[case(None, false, "Helm 4 cannot")]
    fn an_unknown_field_says_what_each_helm_makes_of_it(
        #[case] helm: Option<HelmMajor>,
        #[case] hardening: bool,
        #[case] told: &str,
    ) {
        let error = SchemaError::new(Fault::UnknownField, Path::default(), "unknown field `x`");
        let error = SchemaError { hardening, ..error.advice(Some("write `y`".to_owned())) };
        assert!(error.told(helm).contains(told), "{}", error.told(helm));
    }
}
