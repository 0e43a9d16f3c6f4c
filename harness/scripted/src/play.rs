//! Playing a step.

use std::time::Duration;

use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{Cancel, Watch};

use crate::Text;
use crate::step::{End, Step};

/// What a chart was at fault for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) reason: String,
    pub(crate) output: Text,
}

/// Plays a step: says its statuses while its time passes, then ends as it does. Gives the chart's failure,
/// where it ends in one.
pub(crate) async fn play(
    step: &Step,
    what: &str,
    watch: &Watch,
    redactor: &Redactor,
    cancel: &Cancel,
) -> Result<Option<Failure>, Trouble> {
    let interrupted = || Err(Trouble::new(what, Clean::own("interrupted")));
    tokio::select! {
        () = pass(step, watch, redactor) => {}
        () = cancel.cancelled(), if step.end != End::Deaf => return interrupted(),
    }
    match &step.end {
        End::Succeeds => Ok(None),
        End::Fails { reason, output } => Ok(Some(Failure { reason: reason.clone(), output: output.clone() })),
        End::Trouble { why, hint } => {
            let trouble = Trouble::new(what, redactor.clean(why));
            Err(match hint {
                Some(hint) => trouble.hint(hint),
                None => trouble,
            })
        }
        End::Hangs => {
            cancel.cancelled().await;
            interrupted()
        }
        End::Deaf => std::future::pending().await,
        End::Panics => std::panic::panic_any(format!("scripted panic in {what}")),
    }
}

/// The step's time, with its statuses spread evenly over it.
async fn pass(step: &Step, watch: &Watch, redactor: &Redactor) {
    let parts = u32::try_from(step.says.len().max(1)).unwrap_or(u32::MAX);
    for status in &step.says {
        watch.say(redactor.clean(status));
        sleep(step.after / parts).await;
    }
    if step.says.is_empty() {
        sleep(step.after).await;
    }
}

async fn sleep(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    fn step(written: serde_json::Value) -> Step {
        Step::try_from(written).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn statuses_are_spread_over_the_time_that_a_step_takes() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let (heard, began) = (Arc::clone(&told), tokio::time::Instant::now());
        let watch = Watch::new(move |status| {
            heard.lock().unwrap().push((status.to_string(), began.elapsed().as_millis()));
        });
        let step = step(serde_json::json!({"says": ["a", "b"], "after": "2s", "fails": "late"}));
        let answer = play(&step, "x", &watch, &Redactor::default(), &Cancel::default()).await.unwrap();
        assert_eq!(answer.unwrap().reason, "late");
        assert_eq!(*told.lock().unwrap(), [("a".to_owned(), 0), ("b".to_owned(), 1000)]);
        assert_eq!(began.elapsed().as_millis(), 2000);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_cancelled_ends_at_once_unless_it_is_deaf() {
        let cancel = Cancel::default();
        cancel.cancel();
        let (watch, redactor) = (Watch::default(), Redactor::default());
        for written in [serde_json::json!("hangs"), serde_json::json!({"after": "1m"})] {
            let trouble = play(&step(written), "x", &watch, &redactor, &cancel).await.unwrap_err();
            assert_eq!(trouble.why.as_str(), "interrupted");
        }
        let deaf = step(serde_json::json!("deaf"));
        let waited =
            tokio::time::timeout(Duration::from_mins(5), play(&deaf, "x", &watch, &redactor, &cancel));
        assert!(waited.await.is_err());
    }
}
