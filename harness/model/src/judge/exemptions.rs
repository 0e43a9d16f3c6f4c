//! Findings that pass although a rule speaks against them: waived ones, and those of the baseline.

use crate::baseline::{self, BaselineInUse, Counts, Identity};
use crate::finding::{Enforcement, Finding};
use crate::time::Date;
use crate::waiver::Waiver;

use super::can_pass;

/// What lets findings pass, on a day.
#[derive(Debug, Clone)]
pub struct Exemptions {
    /// Waivers, in the order in which they are written.
    pub waivers: Vec<Waiver>,
    /// The baseline, where one is given.
    pub baseline: Option<BaselineInUse>,
    /// The day in UTC, for which waivers count or do not.
    pub today: Date,
}

/// Findings that were judged, and what was used for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exempted {
    /// The same findings in the same order; those that pass say why.
    pub findings: Vec<Finding>,
    /// For each waiver, how many it covers. One that expired let none of them pass.
    pub waivers: Vec<usize>,
    /// Violations that are there, waived or not.
    pub present: Counts,
}

impl Exemptions {
    /// Judges what one check found in a chart with a profile; both are empty for manifests. A waiver comes before the
    /// baseline: a finding that is waived takes no entry of it. Of several findings with one identity the first pass,
    /// as many as the baseline counts.
    pub fn judge(&self, chart: &str, profile: &str, findings: Vec<Finding>) -> Exempted {
        let present = baseline::count(chart, profile, &findings);
        let allowed = |identity: &Identity| self.baseline.as_ref()?.baseline.counts.get(identity).copied();
        let mut left: Counts =
            present.keys().filter_map(|identity| Some((identity.clone(), allowed(identity)?))).collect();
        let mut judged = Exempted {
            findings: Vec::with_capacity(findings.len()),
            waivers: vec![0; self.waivers.len()],
            present,
        };
        for mut finding in findings {
            finding.waiver = None;
            finding.baseline = false;
            if finding.enforcement != Enforcement::Off && can_pass(&finding.rule) {
                self.waive(chart, profile, &mut finding, &mut judged.waivers);
                if finding.waiver.is_none() {
                    finding.baseline = take(&mut left, &Identity::of(chart, profile, &finding));
                }
            }
            judged.findings.push(finding);
        }
        judged
    }

    /// Marks a finding with the first waiver that covers it and counts, and counts for all that cover it.
    fn waive(&self, chart: &str, profile: &str, finding: &mut Finding, uses: &mut [usize]) {
        for (waiver, uses) in self.waivers.iter().zip(uses) {
            if !waiver.covers(chart, profile, finding) {
                continue;
            }
            *uses += 1;
            if finding.waiver.is_none() && !waiver.is_expired(self.today) {
                finding.waiver = Some(waiver.mark());
            }
        }
    }
}

fn take(left: &mut Counts, identity: &Identity) -> bool {
    let Some(count) = left.get_mut(identity).filter(|count| **count > 0) else { return false };
    *count -= 1;
    true
}

#[cfg(test)]
#[path = "exemptions_tests.rs"]
mod tests;
