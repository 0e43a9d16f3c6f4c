//! Testsuites: one per cell, and one per kind of trouble that belongs to no cell.

use junit_report::TestCase;
use seatrial_model::Record;
use seatrial_model::record::CellRecord;
use seatrial_model::time::Instant;

use super::{case, properties};
use crate::{exemptions, part, retried};

/// A testsuite before it is XML.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(super) name: String,
    pub(super) package: String,
    /// Absent where it has none of its own: that of the run.
    pub(super) started: Option<Instant>,
    pub(super) properties: Vec<(String, String)>,
    pub(super) cases: Vec<TestCase>,
    pub(super) system_out: String,
}

impl Suite {
    fn of_run(record: &Record, name: String, cases: Vec<TestCase>) -> Self {
        Self {
            name,
            package: record.suite.clone(),
            started: None,
            properties: std::iter::once(("run".to_owned(), record.run.clone()))
                .chain(retried::selection(record).map(|selection| ("selection".to_owned(), selection)))
                .collect(),
            cases,
            system_out: String::new(),
        }
    }

    fn is_good(&self) -> bool {
        !self.cases.iter().any(|case| case.is_error() || case.is_failure())
    }
}

/// Cells in the record's order, then what belongs to none.
pub(super) fn all(record: &Record) -> Vec<Suite> {
    let mut suites: Vec<Suite> = record.cells.iter().map(|cell| of_cell(record, cell)).collect();
    suites.extend(record.clusters.iter().filter_map(|cluster| {
        let class = format!("cluster.{}", cluster.name);
        let mut cases: Vec<TestCase> = cluster
            .failed_boots
            .iter()
            .enumerate()
            .map(|(index, trouble)| case::retried(&class, "boot", index + 1, &trouble.to_string()))
            .collect();
        cases.extend(
            cluster
                .trouble
                .as_ref()
                .map(|trouble| case::error(&class, "boot", &trouble.to_string(), &trouble.to_string())),
        );
        (!cases.is_empty()).then(|| Suite::of_run(record, format!("cluster {}", cluster.name), cases))
    }));
    if !record.unfinished.is_empty() {
        let cases = record
            .unfinished
            .iter()
            .map(|cell| {
                let why = "the run ended before this cell did";
                case::error("unfinished", &cell.to_string(), why, why)
            })
            .collect();
        suites.push(Suite::of_run(record, "unfinished".to_owned(), cases));
    }
    let cases = of_run(record, &suites);
    if !cases.is_empty() {
        suites.push(Suite::of_run(record, "run".to_owned(), cases));
    }
    // After all that is asked of cells: nothing here makes a run of nothing look green.
    suites.extend(of_exemptions(record));
    suites
}

/// A testcase for each waiver and for the baseline. What is wrong with them warns, as audit findings do.
fn of_exemptions(record: &Record) -> Option<Suite> {
    let told = exemptions::told(record);
    let cases = told.iter().map(|told| case::told("waivers", &told.name)).collect();
    let system_out =
        told.iter().map(|told| format!("--- {} ---\n{}\n", told.name, told.lines.join("\n"))).collect();
    let suite = Suite { system_out, ..Suite::of_run(record, "waivers and baseline".to_owned(), cases) };
    (!told.is_empty()).then_some(suite)
}

fn of_cell(record: &Record, cell: &CellRecord) -> Suite {
    let class = format!("{}.{}", cell.cell.chart, cell.cell.profile);
    let mut suite = Suite {
        name: cell.cell.to_string(),
        package: record.suite.clone(),
        started: Some(cell.started),
        properties: properties::of_cell(record, cell),
        cases: Vec::new(),
        system_out: String::new(),
    };
    for (index, attempt) in cell.attempts.iter().enumerate() {
        suite.cases.push(case::retried(&class, "cell", index + 1, &attempt.sentence()));
    }
    for part in cell.checks.iter().flat_map(|check| part::parts(check, &record.rules)) {
        let (testcase, section) = case::of_part(&class, &part);
        suite.cases.push(testcase);
        suite.system_out.push_str(&section.unwrap_or_default());
    }
    // That it was not started is said by its checks, and the cell that is to blame is not good.
    if suite.is_good() && !cell.verdict.is_good() && !retried::is_not_started(cell) {
        let why = format!("the cell is {}, and none of its checks says why", cell.verdict);
        suite.cases.push(case::error(&class, "cell", &why, &why));
    }
    suite
}

/// Troubles of the run, its interruption, and its verdict where nothing else tells it.
fn of_run(record: &Record, suites: &[Suite]) -> Vec<TestCase> {
    let mut cases: Vec<TestCase> = record
        .troubles
        .iter()
        .map(|trouble| case::error("run", &trouble.what, &trouble.to_string(), &trouble.to_string()))
        .collect();
    if record.interrupted {
        let why = "a signal ended the run early";
        cases.push(case::error("run", "interrupted", why, why));
    }
    if cases.is_empty() && suites.iter().all(Suite::is_good) {
        let asked = suites.iter().any(|suite| suite.cases.iter().any(TestCase::is_success));
        let why = match (record.verdict.is_good(), asked) {
            (true, true) => None,
            (true, false) => Some("nothing was asked of any cell".to_owned()),
            (false, _) => Some(format!("the run is {}, and nothing in it says why", record.verdict)),
        };
        cases.extend(why.map(|why| case::error("run", "verdict", &why, &why)));
    }
    cases
}
