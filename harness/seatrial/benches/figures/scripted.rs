//! Many cells on the scripted backend: what the harness itself takes.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use tokio::process::Command;

use crate::figure::Figure;
use crate::process;
use crate::setting::Setting;

const DEADLINE: Duration = Duration::from_mins(2);

/// A workload and a hook that every rule accepts.
const MANIFEST: &str = r"---
apiVersion: apps/v1
kind: Deployment
metadata: {name: demo}
spec:
  replicas: 1
  selector: {matchLabels: {app: demo}}
  template:
    metadata: {labels: {app: demo}}
    spec:
      automountServiceAccountToken: false
      serviceAccountName: demo
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: app
          image: app:1
          livenessProbe: {tcpSocket: {port: 80}}
          securityContext:
            {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          resources: {limits: {cpu: 100m, memory: 64Mi, ephemeral-storage: 1Gi}, requests: {cpu: 50m, memory: 64Mi}}
---
apiVersion: v1
kind: Pod
metadata: {name: demo-test, annotations: {helm.sh/hook: test}}
spec:
  automountServiceAccountToken: false
  serviceAccountName: demo
  restartPolicy: Never
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: curl
      image: curl:1
      securityContext:
        {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      resources: {limits: {cpu: 100m, memory: 64Mi, ephemeral-storage: 1Gi}, requests: {cpu: 50m, memory: 64Mi}}
";

pub(crate) async fn measure(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (cells, seconds, mebibytes) in [(200, Some(5.0), None), (50, None, Some(100.0))] {
        let (mut walls, mut own, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..setting.runs {
            let project = project(&setting.root, cells)?;
            let mut command = Command::new(env!("CARGO_BIN_EXE_seatrial"));
            command.args(["suite", "bench", "--script", "script.yaml"]).current_dir(project.path());
            let measured = process::run(&mut command, DEADLINE).await?.well("the scripted suite")?;
            walls.push(measured.wall.as_secs_f64());
            own.push(measured.own);
            peaks.push(measured.peak);
        }
        let limited = |figure: Figure, limit: Option<f64>| match limit {
            Some(limit) => figure.at_most(limit),
            None => figure,
        };
        figures.push(limited(Figure::new(format!("{cells} scripted cells"), "s", walls), seconds));
        figures.push(Figure::new(format!("{cells} scripted cells, processor time"), "s", own));
        figures
            .push(limited(Figure::new(format!("{cells} scripted cells, memory"), "MiB", peaks), mebibytes));
    }
    Ok(figures)
}

/// A project whose one chart has that many profiles.
fn project(root: &Path, cells: usize) -> anyhow::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    let chart = folder.path().join("charts/demo");
    std::fs::create_dir_all(&chart)?;
    std::fs::create_dir(folder.path().join("suites"))?;
    std::fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: demo\nversion: 0.1.0\n")?;
    std::fs::write(chart.join("values.yaml"), "replicas: 1\n")?;
    let manifest: String = MANIFEST.lines().map(|line| format!("      {line}\n")).collect();
    let (mut profiles, mut script) = (String::new(), "cells:\n".to_owned());
    for number in 0..cells {
        std::fs::write(chart.join(format!("values-p{number}.yaml")), format!("number: {number}\n"))?;
        // Writing to a String cannot fail.
        let _ = writeln!(profiles, "      - p{number}");
        let _ = write!(
            script,
            "  demo-p{number}:\n    hooks: [{{name: demo-test, logs: ok}}]\n    manifest: |\n{manifest}"
        );
    }
    let suite = format!(
        "apiVersion: seatrial.dev/v1\nkind: Suite\ndescription: many cells\nclusters: [{{kubernetes: \"1.36\"}}]\n\
         policies: {{packs: {{prod-readiness: default}}}}\ncharts:\n  - chart: ../charts/demo\n    profiles:\n{profiles}"
    );
    std::fs::write(folder.path().join("suites/bench.yaml"), suite)?;
    std::fs::write(folder.path().join("script.yaml"), script)?;
    for name in ["policies", "images"] {
        std::os::unix::fs::symlink(root.join(name), folder.path().join(name))?;
    }
    Ok(folder)
}
