//! The draft as YAML with comments.

use std::time::Duration;

use seatrial_model::suite::Limits;
use seatrial_model::{CheckKind, KubernetesVersion};

use super::{DraftChart, DraftRequest};

/// The whole file.
pub(super) fn suite(request: &DraftRequest<'_>, charts: &[DraftChart], left_out: &[String]) -> String {
    let name = request.name;
    let checks: Vec<&str> = CheckKind::ALL.iter().map(|check| check.name()).collect();
    let mut out = format!(
        "# yaml-language-server: $schema=suite.schema.json\n\
         # A first suite, to be gone on from.\n\
         #   seatrial plan {name}     what would run, and whether it fits this machine; no cluster is needed\n\
         #   seatrial suite {name}    runs it; --profile, --cell and --check run a part\n\
         apiVersion: seatrial.dev/v1\n\
         kind: Suite\n\
         description: Every profile of every chart installs and passes its tests\n\n\
         # All checks are made; write which to make fewer.\n\
         # checks: [{}]\n\n",
        checks.join(", ")
    );
    out += &clusters(request);
    out += &policies(request);
    out += &limits();
    out += "\
# What must stand before a cell is installed, in its namespace or once for the whole cluster.
# requirements:
#   database:
#     scope: cell
#     chart: ../charts/postgresql

";
    for line in left_out {
        out += &format!("# Left out: {line}\n");
    }
    out += "charts:\n";
    out + &charts.iter().map(chart).collect::<String>()
}

fn clusters(request: &DraftRequest<'_>) -> String {
    let known: Vec<String> = request.known.kubernetes.iter().map(KubernetesVersion::minor_text).collect();
    let newest = known.first().map_or("1.36", String::as_str);
    let others = match known.get(1..) {
        Some([]) | None => String::new(),
        Some(others) => {
            format!("  # Another one makes a cell of each profile on it, too: {}\n", others.join(", "))
        }
    };
    format!(
        "clusters:\n{others}  - kubernetes: \"{newest}\"\n    helm: 4\n    # What profiles select nodes by and request, so \
         that they are schedulable here:\n    # nodeLabels: {{node.kubernetes.io/instance-type: g4dn.xlarge}}\n    # \
         extendedResources: {{nvidia.com/gpu: 1}}\n\n"
    )
}

fn policies(request: &DraftRequest<'_>) -> String {
    let known = request.known;
    if known.packs.is_empty() {
        return "\
# No rule is asked: the project has no policies yet. Rules live in policies/<pack>/<rule>.rego beside suites/; name a
# pack here when there is one.
# policies:
#   packs:
#     my-pack: audit

"
        .to_owned();
    }
    // A pack that another one includes need not be named.
    let included = |pack: &&String| known.includes.values().any(|included| included.contains(*pack));
    let packs = known.packs.iter().filter(|pack| !included(pack));
    let lines: String = packs.map(|pack| format!("    {}: default\n", scalar(pack))).collect();
    format!(
        "# `default` is each rule's own enforcement; `audit` reports and fails nothing, `enforce` fails, `off` is not \
         asked.\npolicies:\n  packs:\n{lines}\n"
    )
}

fn limits() -> String {
    let Limits { boot, install, test, uninstall } = Limits::default();
    let rows = [
        ("boot", boot, "a cluster"),
        ("install", install, "an install, until all workloads are ready"),
        ("test", test, "all test hooks of a cell"),
        ("uninstall", uninstall, "an uninstall"),
    ];
    let rows: String =
        rows.iter().map(|(name, limit, what)| format!("  {name}: {} # {what}\n", duration(*limit))).collect();
    format!("# Deadlines; these are the defaults.\nlimits:\n{rows}\n")
}

fn duration(limit: Duration) -> String {
    match limit.as_secs() {
        seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

fn chart(chart: &DraftChart) -> String {
    let mut out = format!("  - chart: {}\n    profiles:\n", scalar(&chart.path));
    for (name, production) in &chart.profiles {
        out += &format!("      - name: {}\n", scalar(name));
        if *production {
            out +=
                "        # Guessed from its name; production rules apply to it.\n        production: true\n";
        }
    }
    out
}

/// The form of a profile's name in suites.
pub(super) fn is_profile_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric();
    (1..=62).contains(&name.len())
        && name.starts_with(plain)
        && name.ends_with(plain)
        && name.chars().all(|c| plain(c) || "._-".contains(c))
}

/// A text as a YAML scalar: plain where no reader takes it for anything else, in quotes otherwise.
fn scalar(text: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic()) || text.starts_with("../");
    let word = !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .contains(&text.to_ascii_lowercase().as_str());
    if begins && word && text.chars().all(safe) {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}
