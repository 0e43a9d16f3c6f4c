//! Runs on a cluster that exists: green, and it is left as it was. One cluster for all of them.

use std::io::{BufRead, BufReader};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::project::{Run, machine, run, seatrial};
use crate::stranger::{CONTEXT, Stranger};

#[test]
fn a_cluster_that_exists_is_used_by_its_rules_and_left_as_it_was() {
    let _machine = machine();
    let stranger = Stranger::boot();
    let tried = catch_unwind(AssertUnwindSafe(|| {
        a_suite_is_green_and_leaves_nothing(&stranger);
        a_cluster_role_needs_the_flag(&stranger);
        a_context_that_the_suite_does_not_name_is_refused(&stranger);
        an_account_of_one_namespace_is_told_and_works_in_it(&stranger);
        a_namespace_in_use_is_refused(&stranger);
        ctrl_c_leaves_no_namespace(&stranger);
    }));
    stranger.remove();
    if let Err(panic) = tried {
        resume_unwind(panic);
    }
}

fn suite(stranger: &Stranger, kubeconfig: &Path, profile: &str, more: &[&str]) -> Run {
    let kubeconfig = kubeconfig.to_str().unwrap();
    let args = ["suite", "trial", "--profile", profile, "--context", CONTEXT, "--kubeconfig", kubeconfig];
    run(stranger.project.path(), &[&args, more].concat())
}

fn verdict(run: &Run, code: i32) {
    assert_eq!(run.output.status.code(), Some(code), "{}", run.said());
}

fn a_suite_is_green_and_leaves_nothing(stranger: &Stranger) {
    let before = stranger.state();
    let run = suite(stranger, &stranger.owner(), "default", &[]);
    verdict(&run, 0);
    let record = run.record();
    let (id, cell) = (record["run"].as_str().unwrap(), &record["cells"][0]);
    let (_, suffix) = id.split_once('-').unwrap();
    assert_eq!(cell["namespace"], format!("buoy-default-{suffix}"));
    assert_eq!(run.check("default", "test")["cases"].as_array().unwrap().len(), 1);
    let notes = record["clusters"][0]["notes"].to_string();
    assert!(notes.contains("context staging-eu") && !notes.contains("not looked at"), "{notes}");
    stranger.is_as_before(&before);
}

fn a_cluster_role_needs_the_flag(stranger: &Stranger) {
    let before = stranger.state();
    let refused = suite(stranger, &stranger.owner(), "far", &[]);
    verdict(&refused, 3);
    let reason = refused.check("far", "install")["reason"].to_string();
    for text in ["ClusterRole/buoy-reader", "ClusterRole/buoy-hook", "--allow-cluster-scoped"] {
        assert!(reason.contains(text), "{text} is not in {reason}");
    }
    stranger.is_as_before(&before);
    // The hook's role, which carries no mark of its release, is removed as well.
    let allowed = suite(stranger, &stranger.owner(), "far", &["--allow-cluster-scoped"]);
    verdict(&allowed, 0);
    stranger.is_as_before(&before);
    // One that is somebody else's is neither taken over nor removed.
    stranger.kubectl("create clusterrole buoy-hook --verb=get --resource=pods");
    let before = stranger.state();
    let taken = suite(stranger, &stranger.owner(), "far", &["--allow-cluster-scoped"]);
    verdict(&taken, 3);
    assert!(taken.check("far", "install")["reason"].to_string().contains("is there already"));
    stranger.is_as_before(&before);
}

fn a_context_that_the_suite_does_not_name_is_refused(stranger: &Stranger) {
    let owner = stranger.owner();
    let args = ["suite", "trial", "--context", "stagin-eu", "--kubeconfig", owner.to_str().unwrap()];
    let run = run(stranger.project.path(), &args);
    verdict(&run, 2);
    assert!(run.said().contains("did you mean `staging-eu`?"), "{}", run.said());
}

fn an_account_of_one_namespace_is_told_and_works_in_it(stranger: &Stranger) {
    let guest = stranger.guest("team");
    stranger.kubectl("create configmap theirs -n team");
    let before = stranger.state();
    let told = suite(stranger, &guest, "default", &[]);
    verdict(&told, 3);
    for text in
        ["system:serviceaccount:team:ci may not", "namespaces", "--namespace NAME", "kind: ClusterRole"]
    {
        assert!(told.said().contains(text), "{text} is not in {}", told.said());
    }
    let run = suite(stranger, &guest, "default", &["--namespace", "team"]);
    verdict(&run, 0);
    let record = run.record();
    let notes = record["clusters"][0]["notes"].to_string();
    for text in ["not looked at: nodes", "not looked at: what releases leave outside of namespaces"] {
        assert!(notes.contains(text), "{text} is not in {notes}");
    }
    assert_eq!(record["cells"][0]["namespace"], "team");
    let token = std::fs::read_to_string(&guest).unwrap();
    let token: serde_json::Value = serde_json::from_str(&token).unwrap();
    let token = token["users"][0]["user"]["token"].as_str().unwrap();
    for name in ["run.json", "junit.xml", "harness.log"] {
        assert!(!run.file(name).contains(token), "{name} holds the token");
    }
    stranger.is_as_before(&before);
    assert_eq!(stranger.kubectl("get pods,pvc -n team -o name"), "");
}

fn a_namespace_in_use_is_refused(stranger: &Stranger) {
    let guest = stranger.folder.path().join("team.json");
    stranger
        .kubectl("create deployment shop -n team --image=seatrial.dev/local-path-helper:node --replicas=0");
    let before = stranger.state();
    let run = suite(stranger, &guest, "default", &["--namespace", "team"]);
    verdict(&run, 3);
    let reason = run.check("default", "install")["reason"].to_string();
    assert!(reason.contains("not empty") && reason.contains("Deployment/shop"), "{reason}");
    stranger.is_as_before(&before);
    stranger.kubectl("delete deployment shop -n team --wait");
}

fn ctrl_c_leaves_no_namespace(stranger: &Stranger) {
    let before = stranger.state();
    let (owner, reports) = (stranger.owner(), tempfile::tempdir().unwrap());
    let owner = owner.to_str().unwrap();
    let args = ["suite", "trial", "--profile", "slow", "--context", CONTEXT, "--kubeconfig", owner];
    let mut child = seatrial(stranger.project.path(), reports.path(), &args)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut seen = String::new();
    let installing = lines.by_ref().any(|line| {
        seen += &format!("{line}\n");
        line.contains("install") && line.contains("Deployment")
    });
    assert!(installing, "an install was never seen:\n{seen}");
    assert!(stranger.kubectl("get namespaces -o name").contains("buoy-slow-"));
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let rest: Vec<String> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{seen}{}", rest.join("\n"));
    let record = std::fs::read_to_string(reports.path().join("latest/run.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    assert_eq!((&record["interrupted"], &record["troubles"]), (&true.into(), &serde_json::json!([])));
    stranger.is_as_before(&before);
}
