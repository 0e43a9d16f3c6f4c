//! `render`: the templates render, or are refused as the profile expects; the overlay does what it says.

use seatrial_chart::values;
use seatrial_model::deviation::Deviation;
use seatrial_model::judge::{self, Answer};
use seatrial_model::suite::{Expectation, Overlay};
use seatrial_model::{Basis, Clean, Finding, Location, PodPath, Redactor, Trouble};
use seatrial_ports::{Cancel, Refusal, RenderAnswer, RenderRequest, Renderer};

use super::Conclusion;
use crate::locate::Templates;
use crate::overlay;
use crate::plan::PlannedCell;
use crate::renders::{self, Rendered};

/// What the check learned for those after it.
#[derive(Debug, Default)]
pub(crate) struct Learned {
    /// The profile's own render.
    pub(crate) profile: Option<Rendered>,
    /// What will be installed; the profile's own where there is no overlay.
    pub(crate) installed: Option<Rendered>,
    /// What differs between two renders of the installed values.
    pub(crate) unstable: Vec<seatrial_manifest::diff::ObjectDiff>,
    /// What the overlay changed.
    pub(crate) deviations: Vec<Deviation>,
}

/// The requests for the two renders of a cell.
pub(crate) struct Requests {
    pub(crate) profile: RenderRequest,
    pub(crate) installed: RenderRequest,
}

pub(crate) async fn check(
    cell: &PlannedCell,
    renderer: &dyn Renderer,
    requests: &Requests,
    custom: &[PodPath],
    redactor: &mut Redactor,
    cancel: &Cancel,
) -> Result<(Conclusion, Learned), Trouble> {
    let mut learned = Learned::default();
    let answer = renderer.render(&requests.profile, cancel).await?;
    let refused = |refusal: &Refusal, reason: &str, redactor: &Redactor| {
        let place = refusal.location.as_ref().map(|(file, line)| Location {
            file: cell.shown(&cell.chart.path.join(file)),
            line: *line,
            basis: if line.is_some() { Basis::Exact } else { Basis::File },
        });
        let finding = Finding::of_check("render-refused", redactor.clean(reason));
        Conclusion::of_findings(vec![Finding { location: place, ..finding }])
    };
    let text = match answer {
        RenderAnswer::Refused(refusal) => {
            let told = judge::meets(&cell.profile, &Answer::Refused(refusal.stage, refusal.message.as_str()));
            let conclusion = match (told, &cell.profile.expect) {
                (Ok(()), _) => Conclusion::of_findings(Vec::new()).output(refusal.message.clone()),
                (Err(_), Expectation::Works) if !refusal.values.is_empty() => {
                    Conclusion::of_findings(of_values(cell, &refusal, &requests.profile, redactor))
                        .output(refusal.message.clone())
                }
                (Err(reason), _) => refused(&refusal, &reason, redactor),
            };
            return Ok((conclusion, learned));
        }
        RenderAnswer::Rendered(text) => text,
    };
    if let Err(reason) = judge::meets(&cell.profile, &Answer::Rendered) {
        return Ok((Conclusion::failed(redactor.clean(&reason)), learned));
    }
    let profile = Rendered::new(text);
    crate::masking::add_manifest(redactor, &profile.manifest, custom);
    let mut findings = of_decoding(cell, &profile, redactor);
    let installed = match &cell.profile.overlay {
        None => profile.clone(),
        Some(_) => match renderer.render(&requests.installed, cancel).await? {
            RenderAnswer::Rendered(text) => Rendered::new(text),
            RenderAnswer::Refused(refusal) if !refusal.values.is_empty() => {
                let findings = of_values(cell, &refusal, &requests.installed, redactor);
                return Ok((Conclusion::of_findings(findings).output(refusal.message), learned));
            }
            RenderAnswer::Refused(refusal) => {
                let reason = format!("refused with the overlay: {}", refusal.message);
                return Ok((refused(&refusal, &reason, redactor), learned));
            }
        },
    };
    crate::masking::add_manifest(redactor, &installed.manifest, custom);
    learned.unstable = renders::unstable(renderer, &requests.installed, &installed, cancel).await?;
    if let Some(own) = &cell.profile.overlay {
        let file = cell.shown(&own.file);
        let (before, after) = (&profile.manifest, &installed.manifest);
        learned.deviations = overlay::deviations(before, after, &learned.unstable, own, &file, redactor);
        findings.extend(overlay::trespasses(&learned.deviations, own, &file));
        findings.extend(idle_keys(cell, own, renderer, requests, &installed, &learned, cancel).await?);
    }
    learned.profile = Some(profile);
    learned.installed = Some(installed);
    Ok((Conclusion::of_findings(findings), learned))
}

/// What a `values.schema.json` has against the values, one finding a key.
fn of_values(
    cell: &PlannedCell,
    refusal: &Refusal,
    request: &RenderRequest,
    redactor: &Redactor,
) -> Vec<Finding> {
    let problems = refusal.values.iter();
    let mut findings: Vec<Finding> =
        problems.map(|problem| super::values::finding(cell, problem, &request.stack, redactor)).collect();
    // Helm tells them in no order.
    findings.sort();
    findings
}

/// Documents that are no objects, keys that stand twice, and a render of nothing.
fn of_decoding(cell: &PlannedCell, rendered: &Rendered, redactor: &Redactor) -> Vec<Finding> {
    let manifest = &rendered.manifest;
    let mut findings: Vec<Finding> = manifest
        .problems
        .iter()
        .map(|problem| {
            let finding = Finding::of_check(problem.code, redactor.clean(&problem.message));
            // A key that stands twice is legal for Helm and Kubernetes: the last wins. It is still a mistake.
            let finding = if problem.code == "duplicate-key" { finding.audited() } else { finding };
            let file = problem.source.as_deref().map(|source| source_file(cell, source));
            let location = file.map(|file| Location { file, line: None, basis: Basis::File });
            Finding { location, ..finding }
        })
        .collect();
    if manifest.objects.is_empty() {
        let text = Clean::own("the chart renders no object at all with these values");
        findings.push(Finding::of_check("empty-render", text));
    }
    findings
}

/// The file that a `# Source:` comment means.
fn source_file(cell: &PlannedCell, source: &str) -> String {
    let templates = Templates::of(&cell.chart.path, &cell.root);
    templates.shown(&templates.file(source))
}

/// Keys of the overlay without which the render is the same.
async fn idle_keys(
    cell: &PlannedCell,
    own: &Overlay,
    renderer: &dyn Renderer,
    requests: &Requests,
    installed: &Rendered,
    learned: &Learned,
    cancel: &Cancel,
) -> Result<Vec<Finding>, Trouble> {
    let trouble = |error: anyhow::Error| {
        Trouble::new(
            format!("look for idle keys in {}", own.file.display()),
            Redactor::default().clean(&format!("{error:#}")),
        )
    };
    let whole = values::read(&own.file).map_err(trouble)?;
    let mut findings = Vec::new();
    for key in values::leaves(&whole) {
        let rest = values::without(&whole, &key);
        let file = temporary(&rest).map_err(trouble)?;
        let mut request = requests.installed.clone();
        if let Some(last) = request.stack.values.last_mut() {
            file.path().clone_into(last);
        }
        let same = match renderer.render(&request, cancel).await? {
            RenderAnswer::Rendered(text) => {
                let other = Rendered::new(text);
                let found = seatrial_manifest::diff::manifests(&installed.manifest, &other.manifest);
                overlay::without(found, &learned.unstable).is_empty()
            }
            RenderAnswer::Refused(_) => false,
        };
        if same {
            findings.push(overlay::idle_key(&cell.shown(&own.file), &key.to_string()));
        }
    }
    Ok(findings)
}

/// Values in a file that goes with the handle. What is written for helm is JSON.
fn temporary(values: &serde_json::Value) -> anyhow::Result<tempfile::NamedTempFile> {
    let file = tempfile::Builder::new().prefix("overlay-").suffix(".json").tempfile()?;
    std::fs::write(file.path(), values.to_string())?;
    Ok(file)
}
