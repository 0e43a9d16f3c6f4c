//! The Markdown summary.

use insta::assert_snapshot;
use seatrial_report::summary;

use crate::sample;

#[test]
fn a_rich_run() {
    assert_snapshot!(summary(&sample::rich()));
}

#[test]
fn a_good_run() {
    assert_snapshot!(summary(&sample::good()));
}

#[test]
fn a_flaky_run_of_a_part() {
    assert_snapshot!(summary(&sample::flaky()));
}

#[test]
fn a_run_that_stopped_at_its_first_bad_cell() {
    assert_snapshot!(summary(&sample::stopped()));
}

#[test]
fn a_run_with_waivers_and_a_baseline() {
    assert_snapshot!(summary(&sample::exempted()));
}

#[test]
fn a_name_cannot_break_out_of_its_cell_of_the_table() {
    let mut record = sample::good();
    record.cells[0].cell.profile = "x` | <script>\n|".to_owned();
    let text = summary(&record);
    let row = text.lines().find(|line| line.contains("script")).unwrap();
    let columns = row.replace("\\|", "").matches('|').count();
    let header = text.lines().find(|line| line.starts_with("| cell")).unwrap();
    assert_eq!(columns, header.matches('|').count());
}
