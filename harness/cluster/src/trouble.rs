//! Errors of the API server as trouble: which operation on which object, and the cause once.

use kube::runtime::watcher;
use seatrial_model::{Redactor, Trouble};

use crate::existing;

/// Trouble of a call that the API server did not answer as it should.
pub(crate) fn of(what: impl Into<String>, error: &kube::Error) -> Trouble {
    Trouble::new(what, Redactor::default().clean(&say(error)))
}

/// An error in words: the server's own message without its structure, and nothing that a kubeconfig holds.
pub(crate) fn say(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => status.message.clone(),
        kube::Error::Auth(login) => existing::of_login(login),
        kube::Error::Service(cause) => match cause.downcast_ref() {
            Some(login) => existing::of_login(login),
            None => error.to_string(),
        },
        kube::Error::ProxyProtocolUnsupported { .. } | kube::Error::ProxyProtocolDisabled { .. } => {
            "its `proxy-url` is of a kind that is not supported".to_owned()
        }
        other => other.to_string(),
    }
}

/// A broken watch in words.
pub(crate) fn say_watch(error: &watcher::Error) -> String {
    match error {
        watcher::Error::InitialListFailed(cause)
        | watcher::Error::WatchStartFailed(cause)
        | watcher::Error::WatchFailed(cause) => say(cause),
        other => other.to_string(),
    }
}

/// Whether the object is not there.
pub(crate) fn is_absent(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_not_found())
}
