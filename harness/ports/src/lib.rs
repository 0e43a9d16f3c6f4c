//! The seams of the harness: what the engine asks for, and what drivers answer.
//!
//! Three traits: [`Renderer`] turns a chart and values into a manifest; [`Backend`] makes a [`Cluster`];
//! a [`Cluster`] installs, tests and removes cells. A chart being wrong is an answer; the harness being
//! unable to tell is [`Trouble`](seatrial_model::Trouble). Drivers keep to three rules:
//!
//! 1. Every wait has a deadline from the request and tells `watch` what it waits for.
//! 2. Text in answers is [`Clean`](seatrial_model::Clean): cleaned with the request's redactor.
//! 3. When the future is dropped nothing is left running; when `cancel` fires, the call returns soon with
//!    an answer or trouble, and what was started is still torn down by the calls that follow.

mod admission;
mod backend;
mod cancel;
mod cluster;
mod live_pod;
mod pod_security;
mod renderer;
mod watch;

pub use admission::{Definition, Intended, Intent};
pub use backend::{Backend, BootFacts, Booted, NotExercised};
pub use cancel::Cancel;
pub use cluster::{
    Cluster, Ended, EvidenceFile, HookOutcome, HookPhase, InstallAnswer, InstallRequest, Kept, Leftover,
    Place, RequirementRequest, Room, TestAnswer, TestRequest, UninstallAnswer,
};
pub use live_pod::{LivePod, PodsRequest};
pub use pod_security::{PodSecurityAnswer, PodSecurityLevel, PodSecurityRequest};
pub use renderer::{Lint, LintLevel, Refusal, RenderAnswer, RenderRequest, Renderer, Stack, ValueProblem};
pub use watch::Watch;
