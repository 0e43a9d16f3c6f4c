//! What a benchmark asks of a node that another program booted.

use std::time::Duration;

use seatrial_model::Trouble;
use tokio::time::{sleep, timeout};

use super::boot::{LOOK, cut_off};
use super::docker::connect;
use super::prepare::Shell;

/// Waits until cluster DNS answers in the container `node`, which runs a node of the `kind` program: the same wait
/// that ends a boot of ours.
///
/// # Errors
/// Trouble where Docker does not answer, or DNS does not before `deadline`.
pub async fn cluster_dns(node: &str, deadline: Duration) -> Result<(), Trouble> {
    let docker = connect("ask cluster DNS").await?;
    let shell = Shell { docker: &docker, node };
    let mut last = String::new();
    let answering = async {
        while let Err(why) = shell.ask_dns().await {
            last = why;
            sleep(LOOK).await;
        }
    };
    let answered = timeout(deadline, answering).await;
    answered.map_err(|_| cut_off(node, &format!("cluster DNS answers: {last}"), Some(deadline)))
}
