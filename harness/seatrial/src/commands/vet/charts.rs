//! A chart, rendered with each of its profiles.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seatrial_chart::{Chart, FoundProfile};
use seatrial_engine::locate::Templates;
use seatrial_helm::Helm;
use seatrial_manifest::Manifest;
use seatrial_model::time::Instant;
use seatrial_model::vetted::Vetted;
use seatrial_model::{Basis, Clean, Finding, HelmMajor, KubernetesVersion, Location, Redactor};
use seatrial_ports::{Cancel, Refusal, RenderAnswer, RenderRequest, Renderer, Stack};
use seatrial_setup::{Needs, Row, State as Found};

use super::super::Stop;
use super::Render;
use crate::cli::VetArgs;
use crate::project::Project;
use crate::reports;
use crate::state::State;

/// Renders every profile that is asked for. What a chart refuses is a finding.
pub(super) async fn renders<'a>(
    project: Option<&Project>,
    folder: &Path,
    args: &VetArgs,
    kubernetes: &KubernetesVersion,
    vetted: &mut Vetted,
) -> Result<Vec<Render<'a>>, Stop> {
    let chart = Chart::load(folder).map_err(|problems| Stop::Usage(problems.to_string()))?;
    if chart.library {
        return Ok(Vec::new());
    }
    let here = std::env::current_dir().unwrap_or_default();
    let root = project.map_or(here, |project| project.root.clone());
    let run = State::find()?.begin(&reports::run_id(Instant::now()))?;
    let helm = Helm::within(program(&root, args.helm).await?, run.path(), run.marks())?;
    let mut renders = Vec::new();
    for profile in profiles(&chart, &args.profile)? {
        let name = format!("{}/{}", chart.name, profile.name);
        let dir = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let request = RenderRequest {
            chart: dir.clone(),
            stack: Stack {
                values: profile.values.iter().map(|file| dir.join(file)).collect(),
                set: Vec::new(),
            },
            release: chart.name.clone(),
            namespace: chart.name.clone(),
            kubernetes: kubernetes.clone(),
            api_versions: Vec::new(),
            helm: args.helm,
            redactor: Redactor::default(),
        };
        let (templates, problems) = (Templates::of(&dir, &root), Templates::of(&dir, &root));
        match helm.render(&request, &Cancel::default()).await? {
            RenderAnswer::Refused(refusal) => {
                vetted.add([(refused(&refusal, &templates), Some(name))]);
            }
            RenderAnswer::Rendered(text) => renders.push(Render {
                name: Some(name),
                manifest: Manifest::decode(&text),
                production: args.production,
                helm: Some(args.helm),
                namespace: request.namespace,
                place: Box::new(move |object, path| templates.place(object, path)),
                problem: Box::new(move |problem| {
                    let file = problems.shown(&problems.file(problem.source.as_deref()?));
                    Some(Location { file, line: None, basis: Basis::File })
                }),
            }),
        }
    }
    Ok(renders)
}

/// The profiles that are asked for, all of them by default.
fn profiles<'c>(chart: &'c Chart, asked: &[String]) -> Result<Vec<&'c FoundProfile>, Stop> {
    let unknown = asked.iter().find(|name| chart.profile(name).is_none());
    if let Some(unknown) = unknown {
        let known: Vec<_> = chart.profiles.iter().map(|profile| profile.name.as_str()).collect();
        let known = known.join(", ");
        let text = format!("error: chart `{}` has no profile `{unknown}`\n  it has: {known}", chart.name);
        return Err(Stop::Usage(text));
    }
    let chosen = |profile: &&FoundProfile| asked.is_empty() || asked.contains(&profile.name);
    Ok(chart.profiles.iter().filter(chosen).collect())
}

fn refused(refusal: &Refusal, templates: &Templates) -> Finding {
    let text = format!("the chart does not render with these values: {}", refusal.message);
    let message: Clean = Redactor::default().clean(&text);
    let location = refusal.location.as_ref().map(|(file, line)| Location {
        file: templates.shown(&templates.file(&format!("chart/{file}"))),
        line: *line,
        basis: if line.is_some() { Basis::Exact } else { Basis::File },
    });
    Finding { location, ..Finding::of_check("refused", message) }
}

/// Helm of that major, where set-up finds it.
async fn program(root: &Path, major: HelmMajor) -> Result<BTreeMap<HelmMajor, PathBuf>, Stop> {
    let rows = seatrial_setup::doctor(root, &Needs::suite([], [major])).await?;
    let name = format!("helm {major}");
    match rows.iter().find(|row| row.name == name) {
        Some(Row { state: Found::Found { location, .. }, .. }) => {
            Ok(BTreeMap::from([(major, PathBuf::from(location))]))
        }
        Some(row) => {
            Err(Stop::Usage(format!("error: charts are rendered by helm, which is not there:\n{row}")))
        }
        None => Err(Stop::Usage(format!("error: charts are rendered by helm {major}, which is not there"))),
    }
}
