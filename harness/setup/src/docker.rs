//! The door to the `docker` program: what set-up asks an engine and how answers are read.

use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;

use seatrial_host::{Command, CommandError, Ended};
use seatrial_model::{Redactor, Trouble};
use serde::{Deserialize, Serialize};

/// For questions that a healthy engine answers at once.
pub(crate) const QUICK: Duration = Duration::from_secs(20);
/// The label that carries an image's content address.
pub(crate) const CONTENT_LABEL: &str = "dev.seatrial.content";
/// The volume that keeps the registry's content between runs.
pub(crate) const REGISTRY_VOLUME: &str = "seatrial-registry";

/// An image that the engine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageFacts {
    /// The engine's id, `sha256:…`.
    pub(crate) id: String,
    /// The content label.
    pub(crate) content: Option<String>,
}

/// What tells a volume from one of the same name that was made later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Volume {
    created: String,
    mountpoint: String,
}

/// `docker …` with `args`.
pub(crate) fn docker<const N: usize>(deadline: Duration, args: [&str; N]) -> Command {
    Command::new("docker", deadline)
        .args(args)
        // Plain build output, and no attestations: older registries refuse them.
        .env("BUILDKIT_PROGRESS", "plain")
        .env("BUILDX_NO_DEFAULT_ATTESTATIONS", "1")
        .env("DOCKER_CLI_HINTS", "false")
}

/// The engine's version, or why none answers.
pub(crate) async fn engine() -> Result<String, String> {
    let answer = docker(QUICK, ["version", "--format", "{{.Server.Version}}"]).run(pending()).await;
    match answer {
        Ok(outcome) if outcome.success() => Ok(outcome.stdout_text().trim().to_owned()),
        Ok(outcome) if outcome.ended == Ended::Exited => Err(last_line(&outcome.stderr_text())),
        Ok(outcome) => Err(format!("`docker version`: {outcome}")),
        Err(CommandError::Missing { .. }) => Err("there is no `docker` on PATH".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Those of `tags` that the engine has.
pub(crate) async fn images(tags: &[String]) -> BTreeMap<String, ImageFacts> {
    let format = "{{.Id}} {{json .RepoTags}} {{json .Config.Labels}}";
    let inspect = docker(QUICK, ["image", "inspect", "--format", format]).args(tags);
    // It fails when any of them is missing, and prints the others all the same.
    let text = inspect.run(pending()).await.map(|outcome| outcome.stdout_text().into_owned());
    text.unwrap_or_default().lines().filter_map(read_image).flatten().collect()
}

fn read_image(line: &str) -> Option<Vec<(String, ImageFacts)>> {
    let (id, rest) = line.split_once(' ')?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
    let tags: Option<Vec<String>> = serde_json::from_value(values.next()?.ok()?).ok()?;
    let labels: Option<BTreeMap<String, String>> = serde_json::from_value(values.next()?.ok()?).ok()?;
    let content = labels.unwrap_or_default().remove(CONTENT_LABEL);
    let facts = ImageFacts { id: id.to_owned(), content };
    Some(tags.unwrap_or_default().into_iter().map(|tag| (tag, facts.clone())).collect())
}

/// The registry's volume, where there is one.
pub(crate) async fn registry_volume() -> Option<Volume> {
    let format = "{{.CreatedAt}} {{.Mountpoint}}";
    let answer = ask(["volume", "inspect", "--format", format, REGISTRY_VOLUME]).await.ok()?;
    let (created, mountpoint) = answer.split_once(' ')?;
    Some(Volume { created: created.to_owned(), mountpoint: mountpoint.to_owned() })
}

/// The trimmed answer to a quick question.
pub(crate) async fn ask<const N: usize>(args: [&str; N]) -> Result<String, Trouble> {
    let command = docker(QUICK, args);
    let what = || format!("run `{}`", command.display(&Redactor::default()));
    let outcome = command.run(pending()).await.map_err(|error| error.trouble(what()))?;
    if outcome.success() {
        Ok(outcome.stdout_text().trim().to_owned())
    } else {
        Err(outcome.trouble(what(), &Redactor::default()))
    }
}

fn last_line(text: &str) -> String {
    text.trim().lines().next_back().unwrap_or("the engine does not say why").to_owned()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use rstest::rstest;

    /// A volume made at a time.
    pub(crate) fn volume(created: &str) -> Volume {
        Volume { created: created.into(), mountpoint: "/volumes/registry".into() }
    }

    #[rstest]
    #[case(r#"sha256:1 ["a:1","b:2"] {"dev.seatrial.content":"c"}"#, &["a:1", "b:2"], Some("c"))]
    #[case(r#"sha256:1 ["a:1"] null"#, &["a:1"], None)]
    #[case(r#"sha256:1 ["a:1"] {"other":"x"}"#, &["a:1"], None)]
    fn an_image_is_read_under_each_of_its_tags(
        #[case] line: &str,
        #[case] tags: &[&str],
        #[case] content: Option<&str>,
    ) {
        let read = read_image(line).unwrap();
        assert_eq!(read.iter().map(|(tag, _)| tag.as_str()).collect::<Vec<_>>(), tags);
        assert!(read.iter().all(|(_, facts)| facts.id == "sha256:1"));
        assert!(read.iter().all(|(_, facts)| facts.content.as_deref() == content));
    }

    #[rstest]
    #[case("")]
    #[case("sha256:1 null null")]
    #[case("Error: no such image")]
    fn what_names_no_tag_is_no_image(#[case] line: &str) {
        assert!(read_image(line).unwrap_or_default().is_empty());
    }
}
