//! `audit`: the suite's rules on the Pods that run or ran, so that what admission, webhooks and controllers brought in
//! is seen, and the API server as a witness of our rules of the Pod Security Standards.
//!
//! [`crew`] tells which Pods are the release's, [`judging`] asks the rules, [`witness`] the API server, and [`levels`]
//! knows which rules stand for which of its controls.

mod check;
mod crew;
mod judging;
mod levels;
mod witness;

pub(crate) use check::Audit;
