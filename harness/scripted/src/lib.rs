//! All three ports played from a YAML script, and a helm that plays one: for tests, for contributors, behind
//! hidden flags.
//!
//! A script names cells by their namespace and says what each answers; what it does not say goes well. It
//! plays faults as well as successes, and [`Calls`] keeps what was asked, in order. The format is the types
//! in [`script`] and, for helm, in [`fake_helm`]; this crate's README.md explains both.

mod admission;
mod backend;
mod calls;
mod cluster;
pub mod fake_helm;
mod play;
mod pods;
mod renderer;
pub mod script;
mod step;
mod text;

use std::sync::Arc;

pub use backend::ScriptedBackend;
pub use calls::Calls;
pub use renderer::ScriptedRenderer;
pub use script::Script;
pub use step::{End, Step, Steps};
pub use text::Text;

/// Both drivers of a script and the log of what they were asked.
pub fn ports(script: Script) -> (ScriptedRenderer, ScriptedBackend, Calls) {
    let calls = Calls::new(script.log.as_deref());
    let script = Arc::new(script);
    (
        ScriptedRenderer::new(Arc::clone(&script), calls.clone()),
        ScriptedBackend::new(script, calls.clone()),
        calls,
    )
}
