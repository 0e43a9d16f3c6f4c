//! `cluster`: clusters that stand for runs to use, and those that were kept.

mod up;

use std::collections::BTreeMap;

use seatrial_cluster::{Belonging, Moored, Moorings, Why, belongings, take_down};
use seatrial_host::Holder;
use seatrial_model::Redactor;
use seatrial_model::time::Instant;

use super::Stop;
use crate::cli::{ClusterCommand, DownArgs};
use crate::litter::ago;
use crate::project::Project;
use crate::state::State;

pub(crate) async fn command(
    project: impl FnOnce() -> Result<Project, Stop>,
    command: &ClusterCommand,
) -> Result<u8, Stop> {
    match command {
        ClusterCommand::Up(args) => up::command(&project()?, args).await,
        ClusterCommand::List => list().await,
        ClusterCommand::Down(args) => down(args).await,
    }
}

async fn list() -> Result<u8, Stop> {
    let moorings = State::find()?.moorings();
    let docker = belongings().await?;
    let by_name: BTreeMap<&str, &Belonging> = docker.iter().map(|one| (one.name.as_str(), one)).collect();
    let rows: Vec<[String; 6]> = moorings
        .all()
        .iter()
        .map(|moored| row(&moorings, moored, by_name.get(moored.node.as_str()).copied(), Instant::now()))
        .collect();
    if rows.is_empty() {
        anstream::println!("no cluster stands; `seatrial cluster up` boots one");
    } else {
        anstream::print!("{}", table(&rows));
    }
    for name in moorings.names().iter().filter(|name| moorings.get(name).is_err()) {
        anstream::eprintln!("{} cannot be read", moorings.of(name).display());
    }
    Ok(0)
}

/// Name, Kubernetes, age, state, user and kubeconfig.
fn row(moorings: &Moorings, moored: &Moored, node: Option<&Belonging>, now: Instant) -> [String; 6] {
    let state = match node {
        None => "gone",
        Some(node) if node.running => "running",
        Some(_) => "stopped",
    };
    let used = match (moorings.holder(&moored.name), moored.why) {
        (Holder::Living, _) => format!("in use by {}", moorings.user(&moored.name)),
        (Holder::Unknown(why), _) => why,
        (Holder::Nobody, Why::Standing) => "free".to_owned(),
        (Holder::Nobody, Why::Kept) => format!("kept by {}", moored.run),
    };
    [
        moored.name.clone(),
        moored.kubernetes.to_string(),
        ago(moored.since, now),
        state.to_owned(),
        used,
        moorings.kubeconfig(&moored.name).display().to_string(),
    ]
}

fn table(rows: &[[String; 6]]) -> String {
    let head = ["NAME", "KUBERNETES", "STARTED", "STATE", "USE", "KUBECONFIG"].map(str::to_owned);
    let all: Vec<[String; 6]> = std::iter::once(head)
        .chain(rows.iter().cloned())
        .map(|row| row.map(|cell| Redactor::default().clean(&cell).as_str().to_owned()))
        .collect();
    let width = |column: usize| all.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let line = |row: &[String; 6]| {
        let cells = row.iter().enumerate().map(|(column, cell)| format!("{cell:<0$}", width(column)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    all.iter().map(line).collect()
}

async fn down(args: &DownArgs) -> Result<u8, Stop> {
    let moorings = State::find()?.moorings();
    let known = moorings.names();
    let names = if args.all { known.clone() } else { args.names.clone() };
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        let near = seatrial_document::nearest(unknown, known.iter().map(String::as_str))
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        return Err(Stop::Usage(format!(
            "error: there is no cluster `{unknown}`{near}\n  `seatrial cluster list` shows all"
        )));
    }
    if names.is_empty() {
        anstream::println!("no cluster stands");
    }
    let mut stays = false;
    for name in &names {
        match take_down(&moorings, name).await {
            Ok(None) => anstream::println!("removed {name}"),
            Ok(Some(user)) => {
                stays = true;
                let user = Redactor::default().clean(&user);
                anstream::eprintln!("error: {name} is in use by {user}; it stays");
            }
            Err(trouble) => {
                stays = true;
                anstream::eprintln!("error: {trouble}");
            }
        }
    }
    Ok(if stays { 3 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_shown_with_its_state_and_its_user() {
        let folder = tempfile::tempdir().unwrap();
        let moorings = Moorings::new(folder.path());
        let moored = Moored {
            schema: String::new(),
            name: "pier".to_owned(),
            why: Why::Kept,
            run: "r1".to_owned(),
            since: Instant::UNIX_EPOCH,
            kubernetes: "1.36.3".parse().unwrap(),
            image: "node".to_owned(),
            node: "n".to_owned(),
            volume: "v".to_owned(),
            registry: None,
            node_labels: BTreeMap::new(),
            extended_resources: BTreeMap::new(),
            enforces_network_policy: false,
        };
        let now = Instant::from_second(7200).unwrap();
        let text = table(&[row(&moorings, &moored, None, now)]);
        assert!(
            text.lines().nth(1).unwrap().starts_with("pier  1.36.3      2 h ago  gone   kept by r1"),
            "{text}"
        );
        let standing = Moored { why: Why::Standing, ..moored };
        assert_eq!(row(&moorings, &standing, None, now)[4], "free");
    }
}
