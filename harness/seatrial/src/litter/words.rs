//! Litter in words: one thing, how much of it, how old.

use std::time::Duration;

use seatrial_cluster::BelongingKind;
use seatrial_model::time::Instant;
use seatrial_model::{Clean, Redactor};

use super::sort::Litter;

/// One thing on one line.
pub(crate) fn one(litter: &Litter, now: Instant) -> Clean {
    let line = match litter {
        Litter::Program(program) => format!("program    {} (pid {})", program.program, program.pid),
        Litter::Docker(one) => {
            let age = one.created.map(|created| format!(", {}", ago(created, now))).unwrap_or_default();
            let state = if one.running { ", running" } else { "" };
            format!("{:<10} {}{state}{age}", one.kind, one.name)
        }
        Litter::Record(folder) => format!("record     {}, to be finished", folder.display()),
        Litter::HalfWritten(file) => format!("report     {}, half written", file.display()),
        Litter::Mooring(name) => format!("cluster    {name}, gone"),
        Litter::Folder(trace) => format!("folder     {}, {}", trace.folder.display(), size(trace.size)),
    };
    Redactor::default().clean(&line)
}

/// `2 containers, 1 volume`: what a run left, without its folder and its record.
pub(crate) fn left(litter: &[Litter]) -> String {
    let docker = |kind: BelongingKind| {
        litter.iter().filter(|one| matches!(one, Litter::Docker(one) if one.kind == kind)).count()
    };
    let programs = litter.iter().filter(|one| matches!(one, Litter::Program(_))).count();
    let files = litter.iter().filter(|one| matches!(one, Litter::HalfWritten(_))).count();
    let all = [
        (docker(BelongingKind::Container), "container"),
        (docker(BelongingKind::Volume), "volume"),
        (docker(BelongingKind::Network), "network"),
        (programs, "program"),
        (files, "half-written report"),
    ];
    let said = all.iter().filter(|(count, _)| *count > 0).map(|(count, what)| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { "a folder".to_owned() } else { said.join(", ") }
}

/// `5 min ago`, in the largest unit that fits.
pub(crate) fn ago(then: Instant, now: Instant) -> String {
    let seconds = Duration::try_from(now.duration_since(then)).unwrap_or_default().as_secs();
    match seconds {
        0..60 => format!("{seconds} s ago"),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// Bytes in the largest unit that fits.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(5, "5 s ago")]
    #[case(3599, "59 min ago")]
    #[case(90_000, "1 d ago")]
    #[case(-5, "0 s ago")]
    fn ages_are_in_the_largest_unit(#[case] seconds: i64, #[case] text: &str) {
        let then = Instant::from_second(1_000_000).unwrap();
        assert_eq!(ago(then, Instant::from_second(1_000_000 + seconds).unwrap()), text);
    }

    #[test]
    fn what_is_left_is_counted() {
        assert_eq!(left(&[]), "a folder");
        let file = || Litter::HalfWritten("x".into());
        assert_eq!(left(&[file(), file(), Litter::Record("r".into())]), "2 half-written reports");
        assert_eq!(left(&[file()]), "1 half-written report");
    }
}
