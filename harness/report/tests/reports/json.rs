//! The record as a file, and files of earlier versions.

use rstest::rstest;
use seatrial_model::{Record, Verdict};
use seatrial_report::{ReadError, json, read};

use crate::sample;

#[rstest]
#[case(sample::rich())]
#[case(sample::flaky())]
#[case(sample::stopped())]
#[case(sample::exempted())]
fn a_record_reads_back_as_it_was_written(#[case] record: Record) {
    let text = json(&record).unwrap();
    assert_eq!(read(&text).unwrap(), record);
    assert_eq!(json(&read(&text).unwrap()).unwrap(), text);
}

/// The file is never regenerated: it stands for what earlier versions wrote, and holds fields that this one
/// does not know, and lacks those that came later.
#[test]
fn an_old_record_with_unknown_fields_still_reads() {
    let record = read(include_str!("run-v1.json")).unwrap();
    assert_eq!(record.run, "20260101-080000-0ddba11");
    assert_eq!(record.cells.len(), 2);
    assert_eq!(record.cells[1].checks[1].cases[0].verdict, Verdict::Failed);
    assert_eq!(record.cells[1].checks[1].findings[0].location.as_ref().unwrap().line, None);
    assert!(record.unfinished.is_empty() && record.troubles.is_empty());
    assert!(
        record.selection.is_none() && record.clusters.iter().all(|cluster| cluster.failed_boots.is_empty())
    );
    assert!(record.cells.iter().all(|cell| cell.attempts.is_empty() && cell.stopped_by.is_none()));
    assert!(record.findings.is_empty() && record.waivers.is_empty() && record.baseline.is_none());
    let findings = record.cells.iter().flat_map(|cell| &cell.checks).flat_map(|check| &check.findings);
    assert!(findings.into_iter().all(|finding| !finding.is_exempt() && finding.anchor.is_none()));
}

#[test]
fn another_format_is_refused_by_its_name() {
    let text = include_str!("run-v1.json").replace("seatrial.dev/run/v1", "seatrial.dev/run/v9");
    let error = read(&text).unwrap_err();
    assert!(matches!(error, ReadError::Schema(_)) && error.to_string().contains("seatrial.dev/run/v9"));
}

#[test]
fn what_is_no_record_is_refused() {
    assert!(matches!(read("[]").unwrap_err(), ReadError::Malformed(_)));
    assert!(matches!(read("{\"schema\": \"seatrial.dev/run/v1\"}").unwrap_err(), ReadError::Malformed(_)));
}
