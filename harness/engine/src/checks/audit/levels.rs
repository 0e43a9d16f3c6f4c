//! The levels of the Pod Security Standards: the packs that hold our rules of each, and what the API server calls the
//! controls that they stand for.

use std::collections::BTreeSet;

use seatrial_model::KubernetesVersion;
use seatrial_policy::{PolicyLibrary, RuleMeta};
use seatrial_ports::PodSecurityLevel;

/// Levels that are asked about.
pub(crate) const ASKED: [PodSecurityLevel; 2] = [PodSecurityLevel::Baseline, PodSecurityLevel::Restricted];

/// Our rules of a level, as they are asked at a version; empty where the library has no such pack.
pub(crate) fn rules<'a>(
    library: &'a PolicyLibrary,
    level: PodSecurityLevel,
    kubernetes: &KubernetesVersion,
) -> Vec<&'a RuleMeta> {
    match level {
        PodSecurityLevel::Privileged => Vec::new(),
        PodSecurityLevel::Baseline => library.rules_of(["pss-baseline"], kubernetes),
        PodSecurityLevel::Restricted => library.rules_of(["pss-restricted"], kubernetes),
    }
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

/// Controls as the API server named them. It counts profiles.
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
