//! The rules that `vet` asks, what a finding does, and what lets one pass.

use std::path::Path;

use seatrial_document::advice;
use seatrial_engine::judgement::selected;
use seatrial_manifest::Manifest;
use seatrial_model::judge::Exemptions;
use seatrial_model::suite::{Levels, PolicySpec, RequirementSource, Suite};
use seatrial_model::{Enforcement, KubernetesVersion, time};
use seatrial_policy::{PolicyLibrary, RuleMeta};

use super::super::{Stop, load};
use crate::baseline;
use crate::cli::{BaselineArgs, VetArgs};
use crate::project::Project;

pub(super) struct Rules {
    pub(super) library: PolicyLibrary,
    pub(super) policy: PolicySpec,
    pub(super) suite: Option<Suite>,
    pub(super) exemptions: Exemptions,
    /// Manifests of the suite's requirements: they may define kinds.
    pub(super) required: Vec<Manifest>,
}

impl Rules {
    /// The project's packs where there are any, else those that come with the program; as a suite sets them where one
    /// is named.
    pub(super) fn of(project: Option<&Project>, root: &Path, args: &VetArgs) -> Result<Self, Stop> {
        let library = match project.map(Project::policies).filter(|folder| folder.exists()) {
            Some(folder) => PolicyLibrary::open(&folder).map_err(|errors| Stop::Usage(errors.to_string()))?,
            None => PolicyLibrary::built_in(),
        };
        let asked = BaselineArgs { baseline: args.baseline.clone(), ..BaselineArgs::default() };
        let baseline = baseline::open(&asked, root)?;
        let today = time::day(seatrial_model::time::Instant::now());
        let exemptions = Exemptions { waivers: Vec::new(), baseline, today };
        let Some(name) = &args.suite else {
            let policy = by_arguments(&library, args)?;
            return Ok(Self { library, policy, suite: None, exemptions, required: Vec::new() });
        };
        let project = project.ok_or_else(|| {
            Stop::Usage("error: there is no project here, and so no suite\n  name it with --root".to_owned())
        })?;
        let suite = load::suite(project, name, &library)?;
        let exemptions = Exemptions { waivers: suite.waivers.clone(), ..exemptions };
        let required = required(&suite);
        Ok(Self { library, policy: suite.policy.clone(), suite: Some(suite), exemptions, required })
    }

    /// Those that are asked of a render.
    pub(super) fn chosen(
        &self,
        profile: &Levels,
        kubernetes: &KubernetesVersion,
    ) -> Result<Vec<(RuleMeta, Enforcement)>, Stop> {
        let chosen = selected(&self.library, &self.policy, profile, kubernetes);
        if chosen.is_empty() {
            return Err(Stop::Usage("error: every rule of these packs is off".to_owned()));
        }
        Ok(chosen)
    }
}

/// What the suite's requirements apply; a file that cannot be read defines nothing.
fn required(suite: &Suite) -> Vec<Manifest> {
    let clusters = suite.clusters.iter().flat_map(|cluster| &cluster.requirements);
    let cells =
        suite.charts.iter().flat_map(|chart| &chart.profiles).flat_map(|profile| &profile.requirements);
    let files = clusters.chain(cells).flat_map(|requirement| match &requirement.source {
        RequirementSource::Manifests(files) => files.as_slice(),
        RequirementSource::Chart { .. } => &[],
    });
    files.filter_map(|file| std::fs::read_to_string(file).ok()).map(|text| Manifest::decode(&text)).collect()
}

/// Packs with the defaults of their rules.
fn by_arguments(library: &PolicyLibrary, args: &VetArgs) -> Result<PolicySpec, Stop> {
    let packs: Vec<&str> = library.packs().iter().map(|pack| pack.name.as_str()).collect();
    if let Some(unknown) = args.pack.iter().find(|pack| !packs.contains(&pack.as_str())) {
        let near =
            advice(unknown, packs.iter().copied()).map(|near| format!("\n  {near}")).unwrap_or_default();
        return Err(Stop::Usage(format!("error: there is no pack `{unknown}`{near}")));
    }
    let asked = if args.pack.is_empty() { packs } else { args.pack.iter().map(String::as_str).collect() };
    let packs = asked.into_iter().map(|pack| (pack.to_owned(), None)).collect();
    Ok(PolicySpec { packs, ..PolicySpec::default() })
}
