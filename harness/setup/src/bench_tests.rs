//! Steps at a bench without Docker.

use super::*;
use crate::machine::tests::bare;
use std::path::Path;

/// Remembers what it was told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) finished: Vec<String>,
    pub(crate) dropped: Vec<String>,
}

impl Progress for Told {
    fn started(&mut self, _: &str) {}
    fn ticked(&mut self, _: &str, _: Duration, _: &str) {}
    fn dropped(&mut self, step: &str) {
        self.dropped.push(step.to_owned());
    }
    fn finished(&mut self, step: &Step) {
        self.finished.push(format!("{} {}", step.how, step.name));
    }
    fn note(&mut self, _: &str) {}
}

/// A bench that nobody stops.
pub(crate) fn bench(machine: &Machine) -> Bench<'_> {
    Bench { root: Path::new("/"), machine, stop: Stop(watch::channel(false).1) }
}

fn shell(script: &str) -> Command {
    Command::new("sh", Duration::from_mins(1)).args(["-c", script])
}

#[tokio::test]
async fn a_step_that_leads_nowhere_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let machine = bare(folder.path());
    let mut told = Told::default();
    let mut account = Account::new(&mut told);
    assert!(!account.step(&bench(&machine), "pull", async |_| Ok(None)).await.unwrap());
    assert!(account.steps.is_empty());
    assert_eq!(told.dropped, ["pull"]);
}

#[tokio::test]
async fn both_streams_of_a_program_go_to_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let machine = bare(folder.path());
    let log = Log::create(machine.log("x")).unwrap();
    bench(&machine).run(shell("echo out; echo err >&2"), &log, "try").await.unwrap();
    let text = std::fs::read_to_string(log.path()).unwrap();
    assert!(text.starts_with("$ sh -c 'echo out; echo err >&2'\n"));
    assert!(text.lines().any(|line| line == "out") && text.lines().any(|line| line == "err"));
}

#[tokio::test]
async fn a_program_that_is_told_to_stop_is_an_interruption() {
    let folder = tempfile::tempdir().unwrap();
    let machine = bare(folder.path());
    let log = Log::create(machine.log("x")).unwrap();
    let (_ask, stop) = watch::channel(true);
    let bench = Bench { stop: Stop(stop), ..bench(&machine) };
    let trouble = bench.run(shell("sleep 60"), &log, "build etcd").await.unwrap_err();
    assert!(is_interruption(&trouble));
    assert_eq!(trouble.what, "build etcd");
}
