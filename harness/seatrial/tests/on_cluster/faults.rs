//! Faults on real clusters. The rows of `tests/faults/table.yaml` that say `real: cell` are profiles of one chart,
//! all in one run; those that say `real: run` are blows from outside, each to a run of its own.

#[path = "../faults/table.rs"]
#[expect(dead_code, reason = "the list, and what a script says, are for `tests/faults`")]
mod table;

mod blows;
mod cells;
mod live;
mod signals;

use std::path::Path;

use crate::project::root;

/// A project with the chart of faults and one suite, `faults`.
fn project(limits: &str, requirements: &str, profiles: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let faults = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let link = |from: &Path, name: &str| std::os::unix::fs::symlink(from, folder.path().join(name)).unwrap();
    link(&root().join("images"), "images");
    link(&root().join("policies"), "policies");
    for name in ["charts", "suites"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    link(&faults.join("chart"), "charts/faults");
    link(&faults.join("locked-registry.yaml"), "suites/locked-registry.yaml");
    let suite = format!(
        "apiVersion: seatrial.dev/v1\nkind: Suite\nchecks: [render, install, test, uninstall]\nlimits: {limits}\n\
         requirements:\n  locked-registry: {{scope: cluster, manifests: [locked-registry.yaml]}}\n\
         clusters: [{{kubernetes: \"1.36\", requirements: [{requirements}]}}]\n\
         charts:\n  - chart: ../charts/faults\n    profiles:\n{profiles}"
    );
    std::fs::write(folder.path().join("suites/faults.yaml"), suite).unwrap();
    folder
}

/// A profile that sets values of the chart.
fn profile(name: &str, set: &str) -> String {
    format!("      - {{name: {name}, values: [], set: [{set}]}}\n")
}
