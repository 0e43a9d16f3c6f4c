//! Programs that exit, hang, ignore TERM, leave children behind, or are not there.

use std::future::{pending, ready};
use std::time::Duration;

use rstest::rstest;
use seatrial_model::Redactor;

use super::*;

const LONG: Duration = Duration::from_mins(1);
const SOON: Duration = Duration::from_millis(50);

fn sh(script: &str) -> Command {
    Command::new("sh", LONG).args(["-c", script])
}

/// Whether a process is still there and is no zombie.
fn is_alive(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z')))
}

/// Ends once `pid` is gone; the deadline of the wait fails the test otherwise.
async fn gone(pid: &str) {
    assert!(pid.parse::<u32>().is_ok(), "`{pid}` is no process id");
    let wait = crate::Wait { deadline: LONG, interval: Duration::from_millis(5) };
    let probe = || {
        ready(if is_alive(pid) { crate::Probe::NotYet(Clean::own("alive")) } else { crate::Probe::Ready(()) })
    };
    crate::wait_until(wait, pending(), probe).await.unwrap();
}

#[tokio::test]
async fn output_and_status_are_captured() {
    let outcome = sh("echo out; echo err >&2; exit 3").run(pending()).await.unwrap();
    assert_eq!(outcome.code(), Some(3));
    assert_eq!((outcome.stdout_text().as_ref(), outcome.stderr_text().as_ref()), ("out\n", "err\n"));
}

#[tokio::test]
async fn stdin_reaches_the_program_even_when_it_is_larger_than_a_pipe() {
    let bytes = vec![b'x'; 1 << 20];
    let outcome = Command::new("cat", LONG).stdin(bytes.clone()).run(pending()).await.unwrap();
    assert_eq!(outcome.stdout, bytes);
}

#[tokio::test]
async fn a_program_that_ignores_its_stdin_succeeds() {
    let outcome = Command::new("true", LONG).stdin(vec![b'x'; 1 << 20]).run(pending()).await.unwrap();
    assert!(outcome.success());
}

#[tokio::test]
async fn a_capped_stream_keeps_head_and_tail() {
    let outcome = sh("printf 'head%01000dtail' 0").cap(10).run(pending()).await.unwrap();
    assert_eq!(outcome.stdout_text(), "head0\n[998 bytes are not shown]\n0tail");
    assert_eq!(outcome.stdout_dropped, 998);
}

#[tokio::test]
async fn a_missing_program_is_named() {
    let error = Command::new("no-such-program", LONG).run(pending()).await.unwrap_err();
    assert!(matches!(&error, CommandError::Missing { program } if program == Path::new("no-such-program")));
    assert!(error.to_string().contains("no-such-program"));
}

#[tokio::test]
async fn a_missing_folder_is_not_taken_for_a_missing_program() {
    let error = Command::new("true", LONG).folder("/no/such/folder").run(pending()).await.unwrap_err();
    assert!(matches!(error, CommandError::Failed { .. }));
}

/// The command, and a future that is done once it has said its first line.
fn until_it_speaks(command: Command) -> (Command, impl Future<Output = ()>) {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let command = command.on_line(move |_, _| {
        // Later lines find nobody who listens.
        let _ = sender.send(());
    });
    (command, async move { receiver.recv().await.unwrap() })
}

#[tokio::test]
async fn a_deadline_stops_the_program() {
    let outcome = Command::new("sleep", SOON).arg("60").run(pending()).await.unwrap();
    assert_eq!((outcome.ended, outcome.success()), (Ended::TimedOut, false));
}

#[tokio::test]
async fn stopping_stops_the_whole_group() {
    let (command, up) = until_it_speaks(sh("sleep 60 & echo $!; wait"));
    let outcome = command.run(up).await.unwrap();
    assert_eq!(outcome.ended, Ended::Cancelled);
    gone(outcome.stdout_text().trim()).await;
}

#[tokio::test]
async fn what_ignores_term_is_killed_after_the_grace() {
    let (command, up) =
        until_it_speaks(sh("trap '' TERM; echo up; while :; do sleep 0.05; done").grace(SOON));
    let outcome = command.run(up).await.unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&outcome.status), Some(9));
}

#[tokio::test]
async fn what_handles_term_may_say_a_last_word() {
    let script = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.02; done";
    let (command, up) = until_it_speaks(sh(script));
    let outcome = command.run(up).await.unwrap();
    assert_eq!(outcome.stdout_text(), "up\nbye\n");
    assert!(!outcome.success(), "whatever its status, the harness stopped it");
}

#[tokio::test]
async fn dropping_the_future_kills_the_whole_group() {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let command =
        sh("sleep 60 & echo $!; wait").on_line(move |_, line| sender.send(line.to_owned()).unwrap());
    let pid = tokio::select! {
        outcome = command.run(pending()) => panic!("{outcome:?}"),
        pid = receiver.recv() => pid.unwrap(),
    };
    gone(&pid).await;
}

#[tokio::test]
async fn a_child_left_behind_with_the_pipes_does_not_hold_the_result() {
    let outcome = sh("sleep 60 & echo $!").run(pending()).await.unwrap();
    assert!(outcome.success());
    let pid = outcome.stdout_text().trim().to_owned();
    assert!(is_alive(&pid), "it is not ours to stop");
    assert!(Command::new("kill", LONG).arg(pid).run(pending()).await.unwrap().success());
}

#[tokio::test]
async fn scrubbed_variables_do_not_reach_the_program_and_set_ones_do() {
    let command = sh("echo \"${PATH:-none} ${SEATRIAL_A:-none}\"").scrub("PATH").env("SEATRIAL_A", "set");
    let outcome = Command { program: "/bin/sh".into(), ..command }.run(pending()).await.unwrap();
    assert!(outcome.stdout_text().trim().ends_with(" set"));
    assert!(!outcome.stdout_text().contains(&std::env::var("PATH").unwrap()));
}

#[rstest]
#[case("s3cret word")]
#[case("it's-secret")]
fn the_argv_can_be_pasted_and_shows_no_secret(#[case] secret: &str) {
    let mut redactor = Redactor::default();
    redactor.add(secret);
    let command = Command::new("tool", LONG).arg(format!("--set=a={secret}")).args(["", "x y"]);
    assert_eq!(command.display(&redactor).as_str(), "tool --set=a=**** '' 'x y'");
}
