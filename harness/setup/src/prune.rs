//! Removing what newer results replaced: the last two of each are kept, so that a change can be taken back
//! without building. What is in use is never removed.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::docker::{CONTENT_LABEL, ask, docker};
use crate::items::Item;
use crate::machine::Machine;
use crate::provide::{UNFINISHED, entries};
use crate::recipes::Program;

/// Results kept of each name.
const KEPT: usize = 2;

/// Removes what a set-up that was killed left unfinished. Only the holder of the lock may.
pub(crate) fn sweep(machine: &Machine) {
    for folder in [&machine.cache, &machine.programs()] {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                // What cannot be removed now is tried again the next time.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Removes old results. That one cannot be removed is no reason to fail a set-up that is complete.
pub(crate) async fn prune(machine: &Machine, items: &[Item]) {
    let used: BTreeSet<String> = items.iter().flat_map(Item::programs).map(Program::entry).collect();
    for entry in old_programs(&machine.programs(), &used) {
        let _ = std::fs::remove_dir_all(entry);
    }
    let used: BTreeSet<String> = items.iter().flat_map(Item::tags).collect();
    let format = "{{.Repository}}:{{.Tag}}";
    let listed = ask(["image", "ls", "--filter", "reference=seatrial/*", "--format", format]).await;
    let old = old_images(listed.unwrap_or_default().lines(), &used);
    if !old.is_empty() {
        let _ = docker(Duration::from_mins(2), ["rmi"]).args(&old).run(pending()).await;
    }
    // A node image that was built anew took the tag of the old one.
    let label = format!("label={CONTENT_LABEL}");
    let _ = docker(Duration::from_mins(2), ["image", "prune", "--force", "--filter", &label])
        .run(pending())
        .await;
}

fn old_programs(programs: &Path, used: &BTreeSet<String>) -> Vec<PathBuf> {
    let is_used =
        |path: &PathBuf| path.file_name().is_some_and(|name| used.contains(name.to_string_lossy().as_ref()));
    let old = |(_, entries): (String, Vec<PathBuf>)| {
        let (used, unused): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_used);
        unused.into_iter().skip(KEPT.saturating_sub(used.len()))
    };
    entries(programs).into_iter().flat_map(old).collect()
}

/// Of images listed latest first, those to remove. Tags that are no content address are not ours to judge.
fn old_images<'a>(listed: impl Iterator<Item = &'a str>, used: &BTreeSet<String>) -> Vec<String> {
    let mut kept = BTreeMap::<&str, usize>::new();
    for tag in used {
        if let Some((repository, _)) = tag.split_once(':') {
            *kept.entry(repository).or_default() += 1;
        }
    }
    let mut old = Vec::new();
    for tag in listed.filter(|tag| !used.contains(*tag)) {
        let Some((repository, content)) = tag.split_once(':') else { continue };
        if content.len() != 12 || !content.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            continue;
        }
        let kept = kept.entry(repository).or_default();
        *kept += 1;
        if *kept > KEPT {
            old.push(tag.to_owned());
        }
    }
    old
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::tests::bare;
    use rstest::rstest;
    use std::fs;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    const A: &str = "seatrial/a:00000000000a";
    const B: &str = "seatrial/a:00000000000b";
    const C: &str = "seatrial/a:00000000000c";

    #[rstest]
    #[case::the_last_two_stay(&[A, B], &[A], &[])]
    #[case::the_oldest_goes(&[A, B, C], &[A], &[C])]
    #[case::what_is_used_stays_however_old(&[A, B, C], &[C], &[B])]
    #[case::another_name_counts_for_itself(&[A, B, "seatrial/b:00000000000c"], &[A], &[])]
    #[case::a_version_is_no_content(&["seatrial/node:v1.36.3", "seatrial/node:v1.35.4", "seatrial/node:x"], &[], &[])]
    fn images_go_by_age_and_use(#[case] listed: &[&str], #[case] used: &[&str], #[case] old: &[&str]) {
        assert_eq!(old_images(listed.iter().copied(), &set(used)), old);
    }

    #[rstest]
    #[case::the_oldest_goes(&["c"], &["a"])]
    #[case::what_is_used_stays_however_old(&["a"], &["b"])]
    fn programs_go_by_age_and_use(#[case] used: &[&str], #[case] gone: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let name = |letter: &str| format!("etcd-00000000000{letter}");
        for (age, letter) in ["c", "b", "a"].iter().enumerate() {
            let path = folder.path().join(name(letter));
            fs::create_dir(&path).unwrap();
            let made = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1000 - age as u64);
            fs::File::open(&path).unwrap().set_modified(made).unwrap();
        }
        let used: BTreeSet<_> = used.iter().map(|letter| name(letter)).collect();
        let gone: Vec<_> = gone.iter().map(|letter| folder.path().join(name(letter))).collect();
        assert_eq!(old_programs(folder.path(), &used), gone);
    }

    #[test]
    fn unfinished_work_is_swept_and_results_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let machine = bare(folder.path());
        let (left, result) =
            (machine.programs().join(".unfinished-x"), machine.programs().join("helm4-manual"));
        fs::create_dir_all(&left).unwrap();
        fs::create_dir_all(&result).unwrap();
        sweep(&machine);
        assert!(!left.exists() && result.exists());
    }
}
