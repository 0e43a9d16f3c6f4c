//! `lint`: what `helm lint` says with the profile's values.

use seatrial_model::{Basis, Finding, Location, Trouble};
use seatrial_ports::{Cancel, LintLevel, RenderRequest, Renderer};

use super::Conclusion;
use crate::plan::PlannedCell;

pub(crate) async fn check(
    cell: &PlannedCell,
    renderer: &dyn Renderer,
    request: &RenderRequest,
    cancel: &Cancel,
) -> Result<Conclusion, Trouble> {
    let lines = renderer.lint(request, cancel).await?;
    let findings = lines
        .into_iter()
        .filter_map(|line| {
            let finding = Finding::of_check("helm-lint", line.message);
            let finding = match line.level {
                LintLevel::Error => finding,
                LintLevel::Warning => finding.audited(),
                LintLevel::Info => return None,
            };
            let location = (!line.file.is_empty()).then(|| Location {
                file: cell.shown(&request.chart.join(&line.file)),
                line: None,
                basis: Basis::File,
            });
            Some(Finding { location, ..finding })
        })
        .collect();
    Ok(Conclusion::of_findings(findings))
}
