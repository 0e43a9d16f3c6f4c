//! The three programs, and whether each has judged every object. One that says nothing of the wrong one has not.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::process::Command;

use super::corpus::Corpus;
use crate::process::{self, Measured};
use crate::setting::told;

const DEADLINE: Duration = Duration::from_mins(5);
/// The rules in `five.rego`.
const RULES: usize = 5;
/// The same as rules of ours, and what the schema says of the wrong object.
const WRONG: [&str; RULES + 1] = [
    "run-as-non-root",
    "read-only-root-filesystem",
    "cpu-limit",
    "memory-limit",
    "image-tag-pinned",
    "unknown-field",
];

/// `seatrial vet` with every rule of every pack and the schema, on these processors: `0`, `0,1`.
pub(super) async fn vet(root: &Path, corpus: &Corpus, processors: &str) -> anyhow::Result<Measured> {
    let measured = process::run(&mut vet_command(root, corpus.path(), Some(processors)), DEADLINE).await?;
    let answer = answer("seatrial vet", &measured)?;
    ensure!(answer["objects"] == corpus.objects, "vet judged {} of {}", answer["objects"], corpus.objects);
    let not_judged = &answer["not_judged"];
    ensure!(not_judged.as_array().is_some_and(Vec::is_empty), "vet did not judge {not_judged}");
    let findings = answer["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_the_wrong: Vec<&str> = findings
        .iter()
        .filter(|finding| finding["object"]["name"] == "wrong")
        .filter_map(|finding| finding["rule"].as_str())
        .collect();
    for rule in WRONG {
        ensure!(of_the_wrong.contains(&rule), "vet did not find {rule}, but {of_the_wrong:?}");
    }
    Ok(measured)
}

/// The same on one small chart's manifests, on all processors. Only how long it takes is of interest.
pub(super) async fn vet_small(root: &Path, corpus: &Corpus) -> anyhow::Result<Measured> {
    let measured = process::run(&mut vet_command(root, &corpus.small, None), DEADLINE).await?;
    let objects = read("seatrial vet", &measured)?["objects"].as_u64().unwrap_or_default();
    ensure!(objects > 0, "vet judged nothing:\n{}", measured.said);
    Ok(measured)
}

fn vet_command(root: &Path, what: &Path, processors: Option<&str>) -> Command {
    let program = env!("CARGO_BIN_EXE_seatrial");
    let mut command = match processors {
        None => Command::new(program),
        Some(processors) => {
            let mut taskset = Command::new("taskset");
            taskset.args(["--cpu-list", processors, program]);
            taskset
        }
    };
    // Whoever looks for a mistake of the program lets it be slower.
    command.env_remove("RUST_BACKTRACE");
    command.args(["vet", "--output", "json", "--production", "--root"]).arg(root).arg(what);
    command
}

/// conftest with five rules.
pub(super) async fn conftest(root: &Path, corpus: &Corpus) -> anyhow::Result<Measured> {
    let mut command = Command::new(told("SEATRIAL_CONFTEST")?);
    command.args(["test", "--parser", "yaml", "--output", "json", "--policy"]);
    command.arg(root.join("harness/seatrial/benches/figures/judgement/five.rego")).arg(corpus.path());
    let measured = process::run(&mut command, DEADLINE).await?;
    let answer = answer("conftest", &measured)?;
    let files = answer.as_array().map(Vec::as_slice).unwrap_or_default();
    ensure!(files.len() == corpus.files, "conftest judged {} of {} files", files.len(), corpus.files);
    let failed = |file: &Value| file["failures"].as_array().map_or(0, Vec::len);
    let passed = |file: &Value| usize::try_from(file["successes"].as_u64().unwrap_or_default());
    // A rule that fails for two containers of an object counts as two.
    let mut asked = 0;
    for file in files {
        asked += failed(file) + passed(file)?;
    }
    ensure!(asked >= RULES * corpus.objects, "conftest asked {asked} times of {} objects", corpus.objects);
    let is_wrong =
        |file: &&Value| file["filename"].as_str().is_some_and(|name| name.ends_with("/wrong.yaml"));
    let found = files.iter().find(is_wrong).map_or(0, failed);
    ensure!(found == RULES, "conftest found {found} of {RULES} mistakes");
    Ok(measured)
}

/// kubeconform with as many workers as there are processors.
pub(super) async fn kubeconform(corpus: &Corpus) -> anyhow::Result<Measured> {
    let program = told("SEATRIAL_KUBECONFORM")?;
    let schemas = Path::new(&program).with_file_name("schemas");
    let mut command = Command::new(&program);
    command.args(["-strict", "-summary", "-output", "json", "-n", &crate::setting::processors().to_string()]);
    command.arg("-schema-location").arg(schemas.join("{{.ResourceKind}}{{.KindSuffix}}.json"));
    let measured = process::run(command.arg(corpus.path()), DEADLINE).await?;
    let summary = &answer("kubeconform", &measured)?["summary"];
    let all_but_one = summary["valid"] == corpus.objects - 1 && summary["invalid"] == 1;
    ensure!(all_but_one, "kubeconform judged {summary} of {} objects", corpus.objects);
    Ok(measured)
}

/// All three end with 1 where they have found something.
fn answer(who: &str, measured: &Measured) -> anyhow::Result<Value> {
    ensure!(measured.code == Some(1), "{who}: exit code {:?}:\n{}", measured.code, measured.said);
    read(who, measured)
}

fn read(who: &str, measured: &Measured) -> anyhow::Result<Value> {
    serde_json::from_str(&measured.said).with_context(|| format!("read what {who} says:\n{}", measured.said))
}
