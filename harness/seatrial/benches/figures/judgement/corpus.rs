//! Rendered manifests to judge: the charts at hand, in many variants.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use tokio::process::Command;

use crate::setting::told;
use crate::{process, sequence};

/// At least this many objects.
const OBJECTS: usize = 2_000;
const DEADLINE: Duration = Duration::from_mins(1);
/// Chart, name of the variant, further words for helm. No custom resources: not every program that is measured knows their
/// definitions.
const VARIANTS: [(&str, &str, &[&str]); 6] = [
    ("minio", "default", &[]),
    ("postgresql", "default", &[]),
    ("redis", SMALL, &[]),
    ("ml-inference", "default", &[]),
    ("ml-inference", "dev", &["--values", "ml-inference/values-dev.yaml"]),
    (
        "ml-inference",
        "prod",
        &["--values", "ml-inference/values-prod.yaml", "--set", "serviceMonitor.enabled=false"],
    ),
];
/// Its chart is the small one.
const SMALL: &str = "small";
/// Keeps none of the five rules of [`super::peers`], and no schema has its last field. Who does not say so has judged
/// nothing.
const WRONG: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: wrong, namespace: wrong}
spec:
  selector: {matchLabels: {app: wrong}}
  template:
    metadata: {labels: {app: wrong}}
    spec: {containers: [{name: wrong, image: wrong}]}
  seatrial: wrong
";

/// Manifests, one file for each release.
pub(super) struct Corpus {
    folder: tempfile::TempDir,
    /// How many, the wrong one included.
    pub(super) objects: usize,
    pub(super) files: usize,
    /// What one small chart renders to.
    pub(super) small: PathBuf,
}

impl Corpus {
    /// Each variant under many release names, each in a namespace of its own.
    pub(super) async fn render(root: &Path) -> anyhow::Result<Self> {
        let charts = sequence::charts(root).await?;
        let folder = tempfile::tempdir()?;
        let wrong = folder.path().join("wrong.yaml");
        std::fs::write(&wrong, WRONG).with_context(|| format!("write {}", wrong.display()))?;
        let mut corpus = Self { folder, objects: 1, files: 1, small: PathBuf::new() };
        for number in 1.. {
            for (chart, variant, words) in VARIANTS {
                let name = format!("{chart}-{variant}-{number}");
                let mut helm = Command::new(told("SEATRIAL_HELM4")?);
                helm.current_dir(charts.path().join("charts"));
                helm.args(["template", &name, chart, "--namespace", &name]).args(words);
                let text =
                    process::run(&mut helm, DEADLINE).await?.well(&format!("helm template {name}"))?.said;
                corpus.objects += text.lines().filter(|line| line.starts_with("kind: ")).count();
                corpus.files += 1;
                let file = corpus.path().join(format!("{name}.yaml"));
                std::fs::write(&file, text).with_context(|| format!("write {}", file.display()))?;
                if variant == SMALL {
                    corpus.small = file;
                }
            }
            if corpus.objects >= OBJECTS {
                break;
            }
        }
        Ok(corpus)
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}
