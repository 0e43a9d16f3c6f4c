//! Errors of the API server as trouble: which operation on which object, and the cause once.

use seatrial_model::{Redactor, Trouble};

/// Trouble of a call that the API server did not answer as it should.
pub(crate) fn of(what: impl Into<String>, error: &kube::Error) -> Trouble {
    Trouble::new(what, Redactor::default().clean(&say(error)))
}

/// An error in words: the server's own message without its structure.
pub(crate) fn say(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => status.message.clone(),
        other => other.to_string(),
    }
}

/// Whether the object is not there.
pub(crate) fn is_absent(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_not_found())
}
