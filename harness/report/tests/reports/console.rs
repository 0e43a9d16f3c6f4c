//! The final table.

use insta::assert_snapshot;
use rstest::rstest;
use seatrial_model::{Record, Verdict};
use seatrial_report::table;

use crate::sample;

const FOLDER: &str = "reports/20260504-100000-c0ffee";

fn plain(record: &Record, width: usize) -> String {
    table(record, FOLDER, width, false)
}

#[test]
fn a_rich_run_at_80_columns() {
    assert_snapshot!(plain(&sample::rich(), 80));
}

#[test]
fn a_good_run_at_120_columns() {
    assert_snapshot!(plain(&sample::good(), 120));
}

#[test]
fn a_flaky_run_of_a_part_at_100_columns() {
    assert_snapshot!(plain(&sample::flaky(), 100));
}

#[test]
fn a_run_that_stopped_at_its_first_bad_cell_at_100_columns() {
    assert_snapshot!(plain(&sample::stopped(), 100));
}

#[test]
fn a_run_with_waivers_and_a_baseline_at_100_columns() {
    assert_snapshot!(plain(&sample::exempted(), 100));
}

#[rstest]
#[case(80)]
#[case(100)]
#[case(160)]
fn no_line_is_wider_than_the_terminal_but_for_words_that_cannot_break(#[case] width: usize) {
    for line in plain(&sample::rich(), width).lines() {
        let unbreakable = line.split_whitespace().count() <= 2;
        assert!(line.chars().count() <= width || unbreakable, "{line}");
    }
}

#[test]
fn colour_adds_escapes_and_changes_no_text() {
    let coloured = table(&sample::rich(), FOLDER, 80, true);
    assert!(coloured.contains("\u{1b}["));
    let stripped = sample::clean(&coloured);
    assert_eq!(stripped.as_str(), plain(&sample::rich(), 80));
}

#[test]
fn a_run_without_cells_says_that_nothing_was_run() {
    let mut record = sample::record(Vec::new());
    record.verdict = Verdict::Errored;
    assert!(plain(&record, 80).contains("0 cells: nothing was run"));
}
