//! The connection to Docker and what it is asked for directly; testcontainers starts the containers.

use futures::StreamExt;
use seatrial_model::{Redactor, Trouble};
use testcontainers::bollard::Docker;
use testcontainers::bollard::container::LogOutput;
use testcontainers::bollard::errors::Error;
use testcontainers::bollard::exec::{CreateExecOptions, StartExecResults};
use testcontainers::bollard::query_parameters::{RemoveContainerOptionsBuilder, RemoveVolumeOptionsBuilder};
use testcontainers::core::client::docker_client_instance;

/// What a command in a container may say before the rest is dropped.
const OUTPUT: usize = 256 * 1024;

/// How a command in a container ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// Its exit code, -1 where Docker does not tell.
    pub code: i64,
    /// Standard output, lossy.
    pub out: String,
    /// Standard error, lossy.
    pub err: String,
}

impl Said {
    /// The end of what it said, for a person.
    pub(super) fn tail(&self, lines: usize) -> String {
        let said = format!("{}\n{}", self.out.trim_end(), self.err.trim_end());
        let all: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }
}

/// The Docker client; trouble when nothing answers.
pub(super) async fn connect(what: &str) -> Result<Docker, Trouble> {
    let docker = docker_client_instance().await.map_err(|error| absent(what, &error.to_string()))?;
    docker.ping().await.map_err(|error| absent(what, &error.to_string()))?;
    Ok(docker)
}

fn absent(what: &str, why: &str) -> Trouble {
    let why = Redactor::default().clean(&format!("Docker does not answer: {why}"));
    Trouble::new(what, why).hint("`seatrial doctor` says what is missing and how to get it")
}

/// Trouble of an operation that Docker refused.
pub(super) fn refused(what: impl Into<String>, error: &impl std::fmt::Display) -> Trouble {
    Trouble::new(what, Redactor::default().clean(&error.to_string()))
}

/// Runs a command in a container to its end.
pub(super) async fn exec(docker: &Docker, container: &str, argv: &[&str]) -> Result<Said, Error> {
    let options = CreateExecOptions {
        cmd: Some(argv.to_vec()),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..CreateExecOptions::default()
    };
    let id = docker.create_exec(container, options).await?.id;
    let mut said = Said::default();
    if let StartExecResults::Attached { mut output, .. } = docker.start_exec(&id, None).await? {
        while let Some(piece) = output.next().await {
            let (kept, piece) = match piece? {
                LogOutput::StdErr { message } => (&mut said.err, message),
                other => (&mut said.out, other.into_bytes()),
            };
            if kept.len() < OUTPUT {
                kept.push_str(&String::from_utf8_lossy(&piece));
            }
        }
    }
    said.code = docker.inspect_exec(&id).await?.exit_code.unwrap_or(-1);
    Ok(said)
}

/// Removes a container with its anonymous volumes; one that is not there is fine.
pub(super) async fn remove_container(docker: &Docker, name: &str) -> Result<(), Error> {
    let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
    gone(docker.remove_container(name, Some(options)).await)
}

/// Removes a volume; one that is not there is fine.
pub(super) async fn remove_volume(docker: &Docker, name: &str) -> Result<(), Error> {
    let options = RemoveVolumeOptionsBuilder::new().force(true).build();
    gone(docker.remove_volume(name, Some(options)).await)
}

/// Removes a network; one that is not there is fine.
pub(super) async fn remove_network(docker: &Docker, name: &str) -> Result<(), Error> {
    gone(docker.remove_network(name).await)
}

fn gone(answer: Result<(), Error>) -> Result<(), Error> {
    match answer {
        Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_keeps_the_last_lines_of_both_streams() {
        let said = Said { code: 1, out: "one\ntwo\n\n".into(), err: "three\n".into() };
        assert_eq!(said.tail(2), "two\nthree");
    }

    #[test]
    fn what_is_already_gone_counts_as_removed() {
        let status = |status_code| Error::DockerResponseServerError { status_code, message: String::new() };
        assert!(gone(Err(status(404))).is_ok());
        assert!(gone(Err(status(409))).is_err());
    }
}
