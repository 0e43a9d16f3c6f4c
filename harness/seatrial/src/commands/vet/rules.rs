//! The rules that `vet` asks, and what a finding does.

use std::collections::BTreeMap;

use seatrial_document::advice;
use seatrial_model::{Enforcement, KubernetesVersion};
use seatrial_policy::{PolicyLibrary, RuleMeta, in_force};
use serde_json::Value;

use super::super::Stop;
use crate::cli::VetArgs;
use crate::project::Project;

pub(super) struct Rules {
    pub(super) library: PolicyLibrary,
    pub(super) chosen: Vec<(RuleMeta, Enforcement)>,
    pub(super) parameters: BTreeMap<String, Value>,
}

impl Rules {
    /// The project's packs where there are any, else those that come with the program.
    pub(super) fn of(
        project: Option<&Project>,
        args: &VetArgs,
        kubernetes: &KubernetesVersion,
    ) -> Result<Self, Stop> {
        let library = match project.map(Project::policies).filter(|folder| folder.exists()) {
            Some(folder) => PolicyLibrary::open(&folder).map_err(|errors| Stop::Usage(errors.to_string()))?,
            None => PolicyLibrary::built_in(),
        };
        let packs: Vec<&str> = library.packs().iter().map(|pack| pack.name.as_str()).collect();
        if let Some(unknown) = args.pack.iter().find(|pack| !packs.contains(&pack.as_str())) {
            let near =
                advice(unknown, packs.iter().copied()).map(|near| format!("\n  {near}")).unwrap_or_default();
            return Err(Stop::Usage(format!("error: there is no pack `{unknown}`{near}")));
        }
        let asked = if args.pack.is_empty() { packs } else { args.pack.iter().map(String::as_str).collect() };
        let levelled = library.members(asked).into_iter().map(|rule| (rule, rule.enforcement)).collect();
        let chosen =
            in_force(levelled, kubernetes).into_iter().map(|(rule, level)| (rule.clone(), level)).collect();
        let rules = Self { chosen, parameters: BTreeMap::new(), library };
        if rules.chosen.is_empty() {
            return Err(Stop::Usage("error: every rule of these packs is off".to_owned()));
        }
        Ok(rules)
    }
}
