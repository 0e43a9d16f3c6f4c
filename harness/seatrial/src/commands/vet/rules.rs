//! The rules that `vet` asks, and what a finding does.

use std::collections::BTreeMap;
use std::sync::Arc;

use seatrial_document::advice;
use seatrial_model::Enforcement;
use seatrial_policy::{PolicyLibrary, RuleMeta};
use serde_json::Value;

use super::super::{Stop, load};
use crate::cli::VetArgs;
use crate::project::Project;

pub(super) struct Rules {
    pub(super) library: Arc<PolicyLibrary>,
    pub(super) chosen: Vec<(RuleMeta, Enforcement)>,
    pub(super) parameters: BTreeMap<String, Value>,
}

impl Rules {
    /// The project's packs where there are any, else those that come with the program.
    pub(super) fn of(project: Option<&Project>, args: &VetArgs) -> Result<Self, Stop> {
        let library = match project.filter(|project| project.policies().exists()) {
            Some(project) => load::library(project)?,
            None => Arc::new(PolicyLibrary::built_in()),
        };
        let packs = library.packs();
        if let Some(unknown) = args.pack.iter().find(|pack| !packs.contains(&pack.as_str())) {
            let near = advice(unknown, packs.iter().copied()).map(|near| format!("\n  {near}")).unwrap_or_default();
            return Err(Stop::Usage(format!("error: there is no pack `{unknown}`{near}")));
        }
        let asked: Vec<&str> = if args.pack.is_empty() {
            packs
        } else {
            args.pack.iter().map(String::as_str).collect()
        };
        let chosen = library.rules_of(&asked).into_iter().map(|rule| (rule.clone(), rule.enforcement));
        let chosen: Vec<_> = chosen.filter(|(_, enforcement)| *enforcement != Enforcement::Off).collect();
        if chosen.is_empty() {
            return Err(Stop::Usage("error: every rule of these packs is off".to_owned()));
        }
        Ok(Self { library, chosen, parameters: BTreeMap::new() })
    }
}
