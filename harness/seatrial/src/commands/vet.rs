//! `vet`: the static tier alone, no cluster. Charts with their profiles, or manifests as they are.

mod charts;
mod manifests;
mod rules;
mod subject;
mod text;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;

use seatrial_engine::conformity;
use seatrial_engine::judgement::{FEW, Judge};
use seatrial_engine::shares;
use seatrial_helm::Helm;
use seatrial_manifest::schema::{CustomSchemas, Judged, Schemas};
use seatrial_manifest::{DecodeProblem, Manifest, Object, anchor, input, pod};
use seatrial_model::suite::Levels;
use seatrial_model::time::Instant;
use seatrial_model::vetted::{NotJudged, Vetted};
use seatrial_model::{
    Clean, Enforcement, Finding, HelmMajor, KubernetesVersion, Location, PodPath, Redactor, Trouble,
};

use super::Stop;
use super::suite::drivers;
use crate::cli::{VetArgs, VetOutput};
use crate::project::Project;
use crate::reports;
use crate::state::State;
use charts::{Rendering, Wanted};
use rules::Rules;
use subject::Subject;

type PlaceOf<'a> = Box<dyn Fn(&Object, Option<&str>) -> Option<Location> + Sync + 'a>;
type ProblemOf<'a> = Box<dyn Fn(&DecodeProblem) -> Option<Location> + Sync + 'a>;

/// Something rendered or written, to be judged as one release.
struct Render<'a> {
    /// The chart and its profile; both empty for manifests.
    chart: String,
    profile: String,
    manifest: Manifest,
    production: bool,
    kubernetes: KubernetesVersion,
    /// Which Helm rendered it, where one did.
    helm: Option<HelmMajor>,
    namespace: String,
    /// Where a path of an object is found.
    place: PlaceOf<'a>,
    /// Where a problem of the text is found.
    problem: ProblemOf<'a>,
}

pub(crate) async fn command(root: Option<&Path>, args: &VetArgs) -> Result<u8, Stop> {
    let here = std::env::current_dir().unwrap_or_default();
    let project = match root {
        Some(root) => {
            Some(Project::find(Some(root)).map_err(|error| Stop::Usage(format!("error: {error:#}")))?)
        }
        None => Project::around(&here),
    };
    let root = project.as_ref().map_or(here, |project| project.root.clone());
    let kubernetes = version(args.kubernetes.as_ref())?;
    let rules = Rules::of(project.as_ref(), &root, args)?;
    let mut vetted = Vetted::default();
    let (mut wanted, mut renders) = (Vec::new(), Vec::new());
    // What lies in no file is shown from here.
    let mut texts = BTreeMap::new();
    if let Some(suite) = &rules.suite {
        wanted.extend(charts::of_suite(suite, args)?);
    } else {
        for subject in subject::subjects(args)? {
            match subject {
                Subject::Chart(chart) => wanted.extend(charts::by_convention(&chart, args, &kubernetes)?),
                Subject::Manifests(read) => {
                    texts.extend(read.iter().filter(|(name, _)| name == subject::STANDARD_INPUT).cloned());
                    renders
                        .push((manifests::render(&read, args.production, &kubernetes)?, Levels::default()));
                }
            }
        }
    }
    renders.extend(rendered(&wanted, &root, &mut vetted).await?);
    for (render, profile) in &renders {
        judge(render, &rules, profile, &mut vetted)?;
    }
    if vetted.objects == 0 && vetted.refused == 0 && vetted.findings.is_empty() {
        return Err(Stop::Usage("error: there is nothing to judge: no object was found".to_owned()));
    }
    let out = match args.output {
        VetOutput::Text => text::of(&vetted, texts, &root, text::colour()),
        VetOutput::Json => String::from_utf8_lossy(&seatrial_report::vet_json(&vetted)).into_owned(),
        VetOutput::Sarif => String::from_utf8_lossy(&seatrial_report::vet_sarif(&vetted)).into_owned(),
        VetOutput::Github => seatrial_report::vet_github(&vetted),
    };
    anstream::print!("{out}");
    Ok(u8::from(vetted.count(Enforcement::Enforce) > 0))
}

/// Everything that renders, with its profile's own enforcement. What does not is a finding, unless it must not.
async fn rendered<'a>(
    wanted: &[Wanted],
    root: &Path,
    vetted: &mut Vetted,
) -> Result<Vec<(Render<'a>, Levels)>, Stop> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let run = State::find()?.begin(&reports::run_id(Instant::now()))?;
    let programs = drivers::programs(root, wanted.iter().map(|one| one.helm)).await?;
    let helm = Helm::within(programs, run.path(), run.marks())?;
    let mut renders = Vec::new();
    for one in wanted {
        match charts::render(one, root, &helm).await? {
            Rendering::Rendered(render) => renders.push((render, one.profile.levels.clone())),
            Rendering::Expected => vetted.refused += 1,
            Rendering::Wrong(finding) => {
                vetted.add([(finding, Some(format!("{}/{}", one.chart, one.profile.name)))]);
            }
        }
    }
    Ok(renders)
}

/// The version asked for, or the newest that is known.
fn version(asked: Option<&KubernetesVersion>) -> Result<KubernetesVersion, Stop> {
    let known = seatrial_setup::known_versions();
    asked
        .or(known.first())
        .cloned()
        .ok_or_else(|| Stop::Usage("error: name a version with --kubernetes".to_owned()))
}

fn judge(render: &Render<'_>, rules: &Rules, profile: &Levels, vetted: &mut Vetted) -> Result<(), Stop> {
    let redactor = Redactor::default();
    let chosen = rules.chosen(profile, &render.kubernetes)?;
    let context = input::Context {
        kubernetes: render.kubernetes.clone(),
        production: render.production,
        namespace: render.namespace.clone(),
        pods: rules.policy.pods(),
    };
    let judge = Judge {
        library: &rules.library,
        rules: &chosen,
        parameters: &rules.policy.parameters,
        redactor: &redactor,
    };
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let found = judge.render(&render.manifest, &context, threads, &render.place)?;
    for ((rule, _), found) in chosen.iter().zip(&found) {
        if !found.findings.is_empty() {
            vetted.rules.entry(rule.id.clone()).or_insert_with(|| rule.help());
        }
    }
    let problems = render.manifest.problems.iter().map(|problem| {
        let finding = Finding::of_check(problem.code, redactor.clean(&problem.message));
        let finding = if problem.code == "duplicate-key" { finding.audited() } else { finding };
        Finding { location: (render.problem)(problem), ..finding }
    });
    let nothing = render.manifest.objects.is_empty() && render.manifest.problems.is_empty();
    let empty = (nothing && !render.chart.is_empty()).then(|| {
        Finding::of_check("empty-render", Clean::own("no object at all is rendered with these values"))
    });
    let schema = schema(render, &rules.required, &context.pods, &redactor, vetted)?;
    for object in &render.manifest.objects {
        let untold = pod::unjudged(object, &context.pods).into_iter();
        vetted
            .not_judged
            .extend(untold.map(|one| NotJudged { object: object.reference.clone(), why: one.why() }));
    }
    vetted.objects += render.manifest.objects.len();
    let all = found.into_iter().flat_map(|found| found.findings).chain(schema).chain(problems).chain(empty);
    let mut all: Vec<Finding> = all.collect();
    anchor::set(&render.manifest, &mut all);
    let all = rules.exemptions.judge(&render.chart, &render.profile, all).findings;
    let name = (!render.chart.is_empty()).then(|| format!("{}/{}", render.chart, render.profile));
    vetted.add(all.into_iter().map(|finding| (finding, name.clone())));
    Ok(())
}

/// What the schema has against the objects; those without one are noted as not judged.
fn schema(
    render: &Render<'_>,
    required: &[Manifest],
    pods: &[PodPath],
    redactor: &Redactor,
    vetted: &mut Vetted,
) -> Result<Vec<Finding>, Stop> {
    let kubernetes = &render.kubernetes;
    let schemas = Schemas::nearest(kubernetes);
    let mut custom = CustomSchemas::default();
    for manifest in required {
        custom.add(&manifest.objects);
    }
    custom.add(&render.manifest.objects);
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let judged = |object: &Object| match schemas.judge(object, &custom) {
        Judged::Errors(errors) => {
            let told = |error| conformity::finding(object, error, render.helm, pods, redactor, &render.place);
            Ok(errors.iter().map(told).collect::<Vec<_>>())
        }
        Judged::NotJudged { why } => Err(NotJudged { object: object.reference.clone(), why }),
    };
    let Some(whole) = shares::each(&render.manifest.objects, FEW, threads, judged) else {
        let why = Clean::own("a thread that judges panicked");
        return Err(Trouble::new("compare objects with the schema", why).into());
    };
    let mut findings = Vec::new();
    for judged in whole {
        match judged {
            Ok(found) => findings.extend(found),
            Err(untold) => vetted.not_judged.push(untold),
        }
    }
    findings.extend(conformity::other_version(kubernetes, schemas.version(), redactor));
    Ok(findings)
}
