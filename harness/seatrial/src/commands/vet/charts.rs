//! Charts, rendered with each of their profiles.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use seatrial_chart::{Chart, FoundProfile};
use seatrial_engine::locate::Templates;
use seatrial_helm::Helm;
use seatrial_manifest::Manifest;
use seatrial_model::judge::{self, Answer};
use seatrial_model::suite::{Expectation, Levels, Profile, Suite, WaitMode};
use seatrial_model::{Basis, Finding, HelmMajor, KubernetesVersion, Location, Redactor};
use seatrial_ports::{Cancel, Refusal, RenderAnswer, RenderRequest, Renderer, Stack};

use super::super::Stop;
use super::Render;
use crate::cli::VetArgs;

/// One render that is asked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) chart: String,
    dir: PathBuf,
    pub(super) profile: Profile,
    pub(super) kubernetes: KubernetesVersion,
    pub(super) helm: HelmMajor,
}

/// What became of it.
pub(super) enum Rendering<'a> {
    Rendered(Render<'a>),
    /// It was refused, as it must be.
    Expected,
    Wrong(Finding),
}

/// The profiles of a chart's folder by convention, those that are asked for.
pub(super) fn by_convention(
    folder: &Path,
    args: &VetArgs,
    kubernetes: &KubernetesVersion,
) -> Result<Vec<Wanted>, Stop> {
    let chart = Chart::load(folder).map_err(|problems| Stop::Usage(problems.to_string()))?;
    if chart.library {
        return Ok(Vec::new());
    }
    let unknown = args.profile.iter().find(|name| chart.profile(name).is_none());
    if let Some(unknown) = unknown {
        let known: Vec<_> = chart.profiles.iter().map(|profile| profile.name.as_str()).collect();
        let known = known.join(", ");
        let text = format!("error: chart `{}` has no profile `{unknown}`\n  it has: {known}", chart.name);
        return Err(Stop::Usage(text));
    }
    let dir = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let chosen = |profile: &&FoundProfile| args.profile.is_empty() || args.profile.contains(&profile.name);
    let wanted = chart.profiles.iter().filter(chosen).map(|found| Wanted {
        chart: chart.name.clone(),
        profile: Profile {
            name: found.name.clone(),
            values: found.values.iter().map(|file| dir.join(file)).collect(),
            set: Vec::new(),
            production: args.production,
            expect: Expectation::Works,
            overlay: None,
            requirements: Vec::new(),
            exclusive: false,
            levels: Levels::default(),
            wait: WaitMode::default(),
        },
        dir: dir.clone(),
        kubernetes: kubernetes.clone(),
        helm: args.helm,
    });
    Ok(wanted.collect())
}

/// The profiles of a suite on each of its clusters, those that are asked for.
pub(super) fn of_suite(suite: &Suite, args: &VetArgs) -> Result<Vec<Wanted>, Stop> {
    let known: BTreeSet<&str> =
        suite.charts.iter().flat_map(|chart| &chart.profiles).map(|profile| profile.name.as_str()).collect();
    if let Some(unknown) = args.profile.iter().find(|name| !known.contains(name.as_str())) {
        let known: Vec<_> = known.into_iter().collect();
        let known = known.join(", ");
        let text = format!("error: suite `{}` has no profile `{unknown}`\n  it has: {known}", suite.name);
        return Err(Stop::Usage(text));
    }
    let versions: BTreeSet<(KubernetesVersion, HelmMajor)> =
        suite.clusters.iter().map(|cluster| (cluster.kubernetes.clone(), cluster.helm)).collect();
    let mut wanted = Vec::new();
    for chart in &suite.charts {
        for profile in
            chart.profiles.iter().filter(|one| args.profile.is_empty() || args.profile.contains(&one.name))
        {
            wanted.extend(versions.iter().map(|(kubernetes, helm)| Wanted {
                chart: chart.name.clone(),
                dir: chart.path.clone(),
                profile: profile.clone(),
                kubernetes: args.kubernetes.clone().unwrap_or_else(|| kubernetes.clone()),
                helm: *helm,
            }));
        }
    }
    Ok(wanted)
}

/// Renders one. `root` is what paths are shown relative to.
pub(super) async fn render<'a>(wanted: &Wanted, root: &Path, helm: &Helm) -> Result<Rendering<'a>, Stop> {
    let request = RenderRequest {
        chart: wanted.dir.clone(),
        stack: Stack { values: wanted.profile.values.clone(), set: wanted.profile.set.clone() },
        release: wanted.chart.clone(),
        namespace: wanted.chart.clone(),
        kubernetes: wanted.kubernetes.clone(),
        api_versions: Vec::new(),
        helm: wanted.helm,
        redactor: Redactor::default(),
    };
    let templates = Arc::new(Templates::of(&wanted.dir, root));
    let answer = helm.render(&request, &Cancel::default()).await?;
    let told = match &answer {
        RenderAnswer::Rendered(_) => Answer::Rendered,
        RenderAnswer::Refused(refusal) => Answer::Refused(refusal.stage, refusal.message.as_str()),
    };
    let met = judge::meets(&wanted.profile, &told);
    Ok(match (answer, met) {
        (RenderAnswer::Rendered(text), Ok(())) => Rendering::Rendered(Render {
            chart: wanted.chart.clone(),
            profile: wanted.profile.name.clone(),
            manifest: Manifest::decode(&text),
            production: wanted.profile.production,
            kubernetes: wanted.kubernetes.clone(),
            helm: Some(wanted.helm),
            namespace: request.namespace,
            place: {
                let templates = Arc::clone(&templates);
                Box::new(move |object, path| templates.place(object, path))
            },
            problem: Box::new(move |problem| {
                let file = templates.shown(&templates.file(problem.source.as_deref()?));
                Some(Location { file, line: None, basis: Basis::File })
            }),
        }),
        (RenderAnswer::Refused(_), Ok(())) => Rendering::Expected,
        (answer, Err(why)) => {
            let message = Redactor::default().clean(&format!("the chart with these values: {why}"));
            let refusal = match &answer {
                RenderAnswer::Refused(refusal) => Some(refusal),
                RenderAnswer::Rendered(_) => None,
            };
            let location = refusal.and_then(|refusal| place(refusal, &templates));
            Rendering::Wrong(Finding { location, ..Finding::of_check("render-refused", message) })
        }
    })
}

/// Where helm says that it stopped.
fn place(refusal: &Refusal, templates: &Templates) -> Option<Location> {
    let (file, line) = refusal.location.as_ref()?;
    Some(Location {
        file: templates.shown(&templates.file(&format!("chart/{file}"))),
        line: *line,
        basis: if line.is_some() { Basis::Exact } else { Basis::File },
    })
}
