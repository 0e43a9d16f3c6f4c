//! The levels of the Pod Security Standards: the packs that hold our rules of each, and what the API server calls the
//! controls that they stand for.

use std::collections::BTreeSet;

use seatrial_model::KubernetesVersion;
use seatrial_policy::{PolicyLibrary, RuleMeta};
use seatrial_ports::PodSecurityLevel;

/// Levels that are asked about.
pub(crate) const ASKED: [PodSecurityLevel; 2] = [PodSecurityLevel::Baseline, PodSecurityLevel::Restricted];

/// Rules of the level restricted, each with the rule of baseline whose place it takes.
const OVERRIDES: [(&str, &str); 4] = [
    ("capabilities-restricted", "capabilities-baseline"),
    ("proc-mount-restricted", "proc-mount"),
    ("restricted-volumes", "host-path-volumes"),
    ("seccomp-profile-restricted", "seccomp-profile-baseline"),
];

/// Our rules of a level, as they are asked at a version; empty where the library has no such pack.
pub(crate) fn rules<'a>(
    library: &'a PolicyLibrary,
    level: PodSecurityLevel,
    kubernetes: &KubernetesVersion,
) -> Vec<&'a RuleMeta> {
    let packs: &[&str] = match level {
        PodSecurityLevel::Privileged => &[],
        PodSecurityLevel::Baseline => &["pss-baseline"],
        PodSecurityLevel::Restricted => &["pss-baseline", "pss-restricted"],
    };
    if !packs.iter().all(|pack| library.rules().iter().any(|rule| rule.pack == *pack)) {
        return Vec::new();
    }
    let chosen = |rule: &&RuleMeta| packs.contains(&rule.pack.as_str());
    let all: Vec<&RuleMeta> = library.rules().iter().filter(chosen).collect();
    // The control came with 1.35 and took nobody's place before.
    let is_asked =
        |id: &str| id != "proc-mount-restricted" || (kubernetes.major, kubernetes.minor) >= (1, 35);
    let overridden = |rule: &RuleMeta| {
        let mut over = OVERRIDES.iter().filter(|(_, place)| *place == rule.id);
        over.any(|(by, _)| is_asked(by) && all.iter().any(|one| one.id == *by))
    };
    all.iter().filter(|rule| !overridden(rule)).copied().collect()
}

/// What the API server calls the control that a rule stands for; the rule's own id where it stands for none.
fn control(rule: &str) -> &str {
    match rule {
        "allow-privilege-escalation" => "allowPrivilegeEscalation != false",
        "app-armor-profile" => "forbidden AppArmor profile",
        "capabilities-baseline" => "non-default capabilities",
        "capabilities-restricted" => "unrestricted capabilities",
        "host-namespaces" => "host namespaces",
        "host-path-volumes" => "hostPath volumes",
        "host-ports" => "hostPort",
        "host-probes-and-host-lifecycle" => "probe or lifecycle host",
        "proc-mount" | "proc-mount-restricted" => "procMount",
        "restricted-volumes" => "restricted volume types",
        "run-as-non-root" => "runAsNonRoot != true",
        "run-as-user" => "runAsUser=0",
        "se-linux-options" => "seLinuxOptions",
        "seccomp-profile-baseline" | "seccomp-profile-restricted" => "seccompProfile",
        "sysctls" => "forbidden sysctls",
        "windows-host-process" => "hostProcess",
        other => other,
    }
}

/// The controls that rules stand for, as the API server names them.
pub(crate) fn controls<'a>(rules: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    rules.into_iter().map(control).collect()
}

/// Controls as the API server named them. It counts AppArmor profiles.
pub(crate) fn named(controls: &[String]) -> BTreeSet<&str> {
    let one = |control: &String| control.strip_suffix("profiles").map(|start| start.len() + "profile".len());
    controls.iter().map(|control| &control[..one(control).unwrap_or(control.len())]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_named_as_the_api_server_names_them() {
        let ours = controls(["seccomp-profile-baseline", "privileged", "app-armor-profile", "privileged"]);
        let theirs = ["forbidden AppArmor profiles", "privileged", "seccompProfile"].map(str::to_owned);
        assert_eq!(ours, named(&theirs));
        assert_ne!(controls(["no-terminal"]), named(&["privileged".to_owned()]));
    }
}
