//! Every fault that the project promises to survive, played by a script, a fake helm, files or signals: each gives
//! one clear explanation, the right verdict and exit code, and leaves nothing behind. The table is `table.yaml`;
//! `on_cluster/faults.rs` runs its rows on a real cluster.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod files;
mod helm;
mod judge;
mod project;
mod scripts;
mod signals;
mod table;

use std::collections::BTreeSet;

#[test]
fn the_table_covers_the_list_and_names_each_row_once() {
    let rows = table::rows();
    let covered: BTreeSet<&str> = rows.iter().map(|row| row.fault.as_str()).collect();
    let list: BTreeSet<&str> = table::LIST.into_iter().chain(table::OWN).collect();
    assert_eq!(covered, list, "a fault has no row, or a row is of no fault of the list");
    let names: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names.len(), rows.len(), "two rows have the same name");
    let real: BTreeSet<&str> =
        rows.iter().filter(|row| row.real.is_some()).map(|row| row.fault.as_str()).collect();
    assert!(real.len() >= 15, "only {} faults are run on a real cluster", real.len());
}

#[test]
fn every_row_is_played_by_a_test() {
    let played: BTreeSet<String> =
        files::PLAYED.iter().chain(&helm::PLAYED).map(|name| (*name).to_owned()).collect();
    let named: BTreeSet<String> = table::rows().into_iter().filter_map(|row| row.played).collect();
    assert_eq!(named, played, "a row names a test that is not there, or a test has no row");
}
