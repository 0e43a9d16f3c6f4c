use std::process::{Command, Stdio};

use super::*;

fn is(path: &Path) -> Holder {
    holder(path, &host())
}

/// Another process that holds a lease until it is killed: `flock` of util-linux takes the same kind of lock, and
/// becomes the program that it is given.
fn hold(path: &Path) -> std::process::Child {
    let mut child = Command::new("flock")
        .arg("--no-fork")
        .arg(path)
        .args(["sh", "-c", "echo held; exec sleep 60"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = [0; 4];
    child.stdout.as_mut().unwrap().read_exact(&mut said).unwrap();
    child
}

#[test]
fn a_lease_is_held_as_long_as_it_lives_and_its_folder_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("runs/r1");
    let lease = Lease::found(&own, "r1").unwrap();
    assert_eq!(is(lease.path()), Holder::Living);
    assert_eq!(note(lease.path()), "r1");
    assert_eq!(std::fs::metadata(&own).unwrap().mode() & 0o777, 0o700);
    assert_eq!(std::fs::read_dir(folder.path().join("runs")).unwrap().count(), 1, "nothing half made stays");
    let path = lease.path().to_owned();
    drop(lease);
    assert_eq!(is(&path), Holder::Nobody);
}

#[test]
fn a_folder_that_is_there_already_is_not_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("r1");
    drop(Lease::found(&own, "first").unwrap());
    Lease::found(&own, "second").unwrap_err();
    assert_eq!(note(&own.join(LEASE)), "first");
    assert!(!folder.path().join(".new-r1").exists());
}

#[test]
fn a_child_that_is_killed_lets_go_of_its_lease() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEASE);
    offer(&path).unwrap();
    assert_eq!(is(&path), Holder::Nobody);
    let mut child = hold(&path);
    assert_eq!(is(&path), Holder::Living);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(is(&path), Holder::Nobody);
}

#[tokio::test]
async fn two_never_have_the_same_lease_and_the_next_takes_it_when_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEASE);
    offer(&path).unwrap();
    let first = Lease::take(&path, "a long first note").await.unwrap().unwrap();
    assert!(Lease::take(&path, "second").await.unwrap().is_none());
    assert_eq!(note(&path), "a long first note");
    drop(first);
    let _second = Lease::take(&path, "second").await.unwrap().unwrap();
    assert_eq!(note(&path), "second");
}

#[tokio::test]
async fn asking_does_not_keep_the_next_from_taking() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEASE);
    offer(&path).unwrap();
    let asking = open(&path, false).unwrap();
    asking.try_lock_shared().unwrap();
    let later = async {
        tokio::time::sleep(TRIES.1).await;
        drop(asking);
    };
    let (taken, ()) = tokio::join!(Lease::take(&path, "r1"), later);
    assert!(taken.unwrap().is_some());
}

#[test]
fn what_cannot_be_told_is_never_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEASE);
    assert_eq!(is(&path), Holder::Nobody, "a lease that is gone is nobody's");
    offer(&path).unwrap();
    let elsewhere = holder(&path, "elsewhere/0123");
    assert!(matches!(&elsewhere, Holder::Unknown(why) if why.contains("another machine")), "{elsewhere:?}");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
    for odd in [link.as_path(), Path::new("/dev/null"), folder.path()] {
        assert!(matches!(is(odd), Holder::Unknown(_)), "{}", odd.display());
    }
}
