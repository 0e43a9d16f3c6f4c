//! Installs that do not succeed, each told by its most telling reason; and what was left goes away soon.

use std::process::Command;
use std::time::{Duration, Instant};

use seatrial_model::suite::WaitMode;
use seatrial_model::{HelmMajor, Redactor};
use seatrial_ports::{Cancel, Cluster, InstallAnswer, InstallRequest, Place, Stack, Watch};

use super::{MINUTE, folder, major};

/// Every trouble in a namespace of its own, all at the same time.
pub async fn all(cluster: &dyn Cluster, watch: &Watch) {
    tokio::join!(
        loading(cluster, watch),
        deadlock(cluster, watch),
        crashes(cluster, watch),
        elsewhere(cluster, watch),
        hook(cluster, watch),
    );
}

/// The API server ends while workloads are waited for; the kubelet starts it again.
pub async fn server_away(cluster: &dyn Cluster, watch: &Watch, run: &str) {
    let place = Place { namespace: "trouble-away".to_owned(), release: "t".to_owned() };
    cluster.open(&place.namespace).await.unwrap();
    let request = request(&place, "loading", WaitMode::Harness, 30, &[]);
    let killing = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        kill_server(run);
    };
    let cancel = Cancel::default();
    let (answer, ()) = tokio::join!(cluster.install(&request, watch, &cancel), killing);
    let trouble = answer.unwrap_err().to_string();
    println!("== away\n{trouble}");
    assert!(
        trouble.starts_with("could not install the release t in trouble-away: the API server d"),
        "{trouble}"
    );
    assert!(trouble.contains("says nothing of the chart"), "{trouble}");
}

/// Ends the API server in the run's node.
fn kill_server(run: &str) {
    let label = format!("label=dev.seatrial.run={run}");
    let output = Command::new("docker").args(["ps", "--quiet", "--filter", &label]).output().unwrap();
    let killed = String::from_utf8(output.stdout).unwrap().lines().any(|container| {
        let kill = ["exec", container, "sh", "-c", "kill $(pidof kube-apiserver)"];
        Command::new("docker").args(kill).status().unwrap().success()
    });
    assert!(killed, "no container of the run has an API server");
}

fn request(place: &Place, trouble: &str, wait: WaitMode, seconds: u64, set: &[&str]) -> InstallRequest {
    let mut set: Vec<String> = set.iter().map(ToString::to_string).collect();
    set.push(format!("trouble={trouble}"));
    InstallRequest {
        place: place.clone(),
        chart: folder("tests/troubles"),
        stack: Stack { values: Vec::new(), set },
        deadline: Duration::from_secs(seconds),
        wait,
        redactor: Redactor::default(),
    }
}

/// Installs the chart with one trouble; gives the reason's lines and the output.
async fn failed(
    cluster: &dyn Cluster,
    watch: &Watch,
    trouble: &str,
    wait: WaitMode,
    seconds: u64,
    set: &[&str],
) -> (Vec<String>, String) {
    let place = Place { namespace: format!("trouble-{trouble}"), release: "t".to_owned() };
    cluster.open(&place.namespace).await.unwrap();
    let request = request(&place, trouble, wait, seconds, set);
    let answer = cluster.install(&request, watch, &Cancel::default()).await.unwrap();
    let InstallAnswer::Failed { reason, output } = answer else { panic!("{trouble}: {answer:#?}") };
    println!("== {trouble}\n{reason}\n--\n{output}");
    let since = Instant::now();
    cluster.close(&place.namespace, MINUTE).await.unwrap();
    println!("== {trouble}: its namespace was gone after {:?}", since.elapsed());
    // Its Pods would take two minutes to end by themselves.
    assert!(since.elapsed() < MINUTE / 2, "{:?}", since.elapsed());
    (reason.as_str().lines().map(str::to_owned).collect(), output.as_str().to_owned())
}

async fn loading(cluster: &dyn Cluster, watch: &Watch) {
    let (reason, output) = failed(cluster, watch, "loading", WaitMode::Harness, 12, &[]).await;
    assert!(
        reason[0].starts_with("not ready within 12 s: Deployment web 0/1 ready: pod web-"),
        "{reason:#?}"
    );
    let answer =
        "asked by the harness, GET /cgi-bin/ready on port 8080 answered 503: {\"status\":\"loading\"}";
    assert!(reason[0].ends_with(answer), "{reason:#?}");
    assert!(output.contains("last lines of container app:\n    serving"), "{output}");
}

async fn deadlock(cluster: &dyn Cluster, watch: &Watch) {
    let (reason, _) = failed(cluster, watch, "deadlock", WaitMode::Helm, 12, &[]).await;
    assert!(reason[0].starts_with("not ready within 12 s: Deployment web 0/1 ready: "), "{reason:#?}");
    assert!(reason[1].starts_with("helm: "), "{reason:#?}");
    let advice = "helm waits for Deployment web before it runs the post-install hooks, which have not run: Job migrate.";
    assert!(reason.last().unwrap().contains(advice), "{reason:#?}");
    let addresses = reason.iter().any(|line| line.contains("an address of the LoadBalancer Service outside"));
    assert_eq!(addresses, major() == HelmMajor::V3, "only Helm 3 waits for addresses: {reason:#?}");
}

async fn crashes(cluster: &dyn Cluster, watch: &Watch) {
    let (reason, _) = failed(cluster, watch, "crashes", WaitMode::Harness, 14, &[]).await;
    // It is ready for a moment each time it starts, as nothing probes it.
    assert!(
        reason[0].contains("container app crashed") && reason[0].contains("(exit code 7)"),
        "{reason:#?}"
    );
}

async fn elsewhere(cluster: &dyn Cluster, watch: &Watch) {
    cluster.open("trouble-abroad").await.unwrap();
    let set = ["elsewhere=trouble-abroad"];
    let (reason, output) = failed(cluster, watch, "elsewhere", WaitMode::Harness, 10, &set).await;
    let start = "not ready within 10 s: Deployment web in trouble-abroad 0/1 ready: pod web-";
    assert!(reason[0].starts_with(start), "{reason:#?}");
    assert!(output.contains("readiness probe: connect to port 8080"), "{output}");
    cluster.close("trouble-abroad", MINUTE).await.unwrap();
}

async fn hook(cluster: &dyn Cluster, watch: &Watch) {
    let (reason, output) = failed(cluster, watch, "hook", WaitMode::Harness, 40, &[]).await;
    assert!(
        reason[0].starts_with("hook Job migrate failed: container sql ended with exit code 3"),
        "{reason:#?}"
    );
    assert!(reason[1].starts_with("helm: failed post-install"), "{reason:#?}");
    assert!(output.contains("no such table"), "the log is kept although helm deleted the Job: {output}");
}
