//! All three ports played from a YAML script: for tests, for contributors, behind a hidden flag.
//!
//! A script names cells by their namespace and says what each answers; what it does not say goes well. It
//! plays faults as well as successes, and [`Calls`] keeps what was asked, in order. The format is the types
//! in [`script`]; `harness/engine/tests/scripted/` holds examples.

mod backend;
mod calls;
mod cluster;
mod renderer;
pub mod script;

use std::sync::Arc;

pub use backend::ScriptedBackend;
pub use calls::Calls;
pub use renderer::ScriptedRenderer;
pub use script::Script;

/// Both drivers of a script and the log of what they were asked.
pub fn ports(script: Script) -> (ScriptedRenderer, ScriptedBackend, Calls) {
    let (script, calls) = (Arc::new(script), Calls::default());
    (
        ScriptedRenderer::new(Arc::clone(&script), calls.clone()),
        ScriptedBackend::new(script, calls.clone()),
        calls,
    )
}
