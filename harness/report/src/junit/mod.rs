//! `junit.xml`: one testsuite per cell, one testcase per check, hook and rule.
//!
//! The shape is the one that both common schemas accept, the one for Ant's reports (which allows nothing in a
//! testcase but its result) and the one of Jenkins' xUnit plugin: properties, testcases, then one `system-out`
//! with a section per testcase, then `system-err`. Decisions:
//!
//! - A testcase has the verdict of its check or case. A check that is bad only because its cases are fails as
//!   well, so that nothing that looks at `policy` alone sees a pass; its message counts the cases
//!   (`2 of 6 rules failed`) and the findings stand in the cases only.
//! - Time is in one testcase only: a check's own is what its cases did not take.
//! - `NotApplicable` is `<skipped>`, never a pass. `Warned` passes, its audit findings are in `system-out`.
//! - An attempt that was followed by another is a `<skipped>` testcase `cell: attempt 1` of type `retried`, and
//!   `flaky` is a property: `flakyError`, as Maven writes it, is in one of the two schemas only.
//! - A cell that was not started after the first bad one (`--fail-fast`) has only `<skipped>` testcases.
//! - Waivers and the baseline are testcases of the testsuite `waivers and baseline`, which pass: what they let pass and
//!   what is wrong with them is in its `system-out`.
//! - What belongs to no cell (a cluster that did not boot, cells that did not end, an interruption) is an
//!   `<error>` in a testsuite of its own, and so is a bad verdict that no testcase tells: the report is never
//!   green when the record is not.

mod case;
mod properties;
mod suite;
mod xml;

use std::fmt;

use seatrial_model::Record;

pub(crate) use suite::Suite;

/// Why the XML could not be written.
#[derive(Debug)]
pub struct JunitError(String);

impl fmt::Display for JunitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "write the JUnit report: {}", self.0)
    }
}

impl std::error::Error for JunitError {}

/// The record as JUnit XML in UTF-8.
pub fn junit(record: &Record) -> Result<Vec<u8>, JunitError> {
    xml::write(&suite::all(record), record.started)
}
