//! Programs that a run started and left behind: found by the marks in their environment, and stopped.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The variable that names the run a program was started for.
pub const RUN_VARIABLE: &str = "SEATRIAL_RUN";
/// The variable that names the run's lease.
pub const LEASE_VARIABLE: &str = "SEATRIAL_LEASE";

/// What is read of an environment.
const ENVIRONMENT: u64 = 1 << 20;
/// Between two looks at a process that is to end.
const LOOK: Duration = Duration::from_millis(50);

/// A process of this user that carries the marks of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Its id.
    pub pid: i32,
    /// When it started, in the kernel's ticks: tells it from a later process with the same id.
    started: u64,
    /// The program's name, as the kernel has it.
    pub program: String,
    /// The run it was started for.
    pub run: String,
    /// The run's lease.
    pub lease: PathBuf,
}

/// Every process of this user that carries the marks of a run, except the one that asks.
pub fn marked() -> Vec<Marked> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let user = owner(Path::new("/proc/self"));
    let own = i32::try_from(std::process::id()).unwrap_or_default();
    let mut found: Vec<Marked> = entries
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let pid: i32 = folder.file_name()?.to_str()?.parse().ok()?;
            (pid != own && user.is_some() && owner(&folder) == user).then(|| read(pid, &folder)).flatten()
        })
        .collect();
    found.sort_by_key(|one| one.pid);
    found
}

impl Marked {
    /// Stops it: TERM, `grace`, KILL. Whether it is gone.
    pub async fn stop(&self, grace: Duration) -> bool {
        for signal in [Signal::SIGTERM, Signal::SIGKILL] {
            if !self.lives() {
                return true;
            }
            if let Err(error) = kill(Pid::from_raw(self.pid), signal) {
                tracing::debug!(pid = self.pid, %error, "stopping");
            }
            let gone = async {
                while self.lives() {
                    tokio::time::sleep(LOOK).await;
                }
            };
            let _ = tokio::time::timeout(grace, gone).await;
        }
        !self.lives()
    }

    fn lives(&self) -> bool {
        stat(self.pid).is_some_and(|(_, started)| started == self.started)
    }
}

fn owner(folder: &Path) -> Option<u32> {
    Some(std::fs::metadata(folder).ok()?.uid())
}

fn read(pid: i32, folder: &Path) -> Option<Marked> {
    let mut environment = Vec::new();
    File::open(folder.join("environ")).ok()?.take(ENVIRONMENT).read_to_end(&mut environment).ok()?;
    let run = variable(&environment, RUN_VARIABLE)?;
    let lease = variable(&environment, LEASE_VARIABLE)?;
    let (program, started) = stat(pid)?;
    Some(Marked { pid, started, program, run, lease: lease.into() })
}

fn variable(environment: &[u8], name: &str) -> Option<String> {
    let mut all = environment.split(|byte| *byte == 0);
    let value = all.find_map(|one| one.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
    String::from_utf8(value.to_owned()).ok()
}

/// Name and start of a process that has not ended (proc(5), `/proc/pid/stat`, fields 2, 3 and 22).
fn stat(pid: i32) -> Option<(String, u64)> {
    parse(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

fn parse(stat: &str) -> Option<(String, u64)> {
    // The name stands in parentheses and may hold some itself.
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ended = matches!(*fields.first()?, "Z" | "X");
    (!ended).then_some((name.to_owned(), fields.get(19)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn start(run: &str, script: &str) -> std::process::Child {
        let mut command = Command::new("sh");
        command.args(["-c", script]).env(RUN_VARIABLE, run).env(LEASE_VARIABLE, "/x/lease");
        command.spawn().unwrap()
    }

    fn find(pid: u32) -> Option<Marked> {
        // A child may not have come as far as its program yet.
        for _ in 0..100 {
            let found = marked().into_iter().find(|one| one.pid == i32::try_from(pid).unwrap());
            if found.is_some() {
                return found;
            }
            std::thread::yield_now();
        }
        None
    }

    #[tokio::test]
    async fn a_program_is_found_by_its_marks_and_stopped_even_when_it_does_not_listen() {
        let deaf = "trap '' TERM; while :; do sleep 0.1; done";
        let mut child = start("r-marked", deaf);
        let found = find(child.id()).expect("it carries the marks");
        assert_eq!((found.run.as_str(), found.lease.as_path()), ("r-marked", Path::new("/x/lease")));
        assert!(found.stop(Duration::from_millis(200)).await);
        child.wait().unwrap();
    }

    #[tokio::test]
    async fn another_process_that_got_the_same_id_is_left_alone() {
        let mut child = start("r-other", "exec sleep 60");
        let found = find(child.id()).unwrap();
        let earlier = Marked { started: found.started - 1, ..found.clone() };
        assert!(earlier.stop(Duration::from_secs(1)).await, "the one that is meant is gone");
        assert!(found.lives());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!found.lives());
    }

    #[test]
    fn a_name_with_parentheses_does_not_shift_the_fields() {
        let fields = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20";
        assert_eq!(parse(&format!("7 (a) b) S {fields}")), Some(("a) b".to_owned(), 4711)));
        assert_eq!(parse(&format!("7 (sh) Z {fields}")), None, "it has ended");
        assert_eq!(parse("7 sh"), None);
    }
}
