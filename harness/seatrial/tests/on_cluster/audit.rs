//! The audit on a real cluster: what admission brings in is seen, and the API server says of Pods what it should.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use seatrial_ports::{PodSecurityAnswer, PodSecurityLevel};
use serde_json::{Value, json};

use crate::project::{machine, run};
use crate::stranger::{CONTEXT, Stranger};

/// Limits are defaulted, and every Pod of a run gets a sidecar without any.
const SUITE: &str = "\
apiVersion: seatrial.dev/v1
kind: Suite
description: what admission brings in
clusters: [{kubernetes: \"1.36\"}]
contexts: [staging-eu]
checks: [render, policy, install, test, audit, uninstall]
policies: {packs: {prod-readiness: audit}}
limits: {install: 90s}
requirements: {limits: {scope: cell, manifests: [limits.yaml]}}
charts:
  - chart: ../charts/buoy
    profiles: [{name: default, requirements: [limits]}]
";

const LIMITS: &str = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: limits}\nspec: {limits: [{type: Container, \
                      default: {memory: 64Mi}}]}\n";

const SIDECAR: &str = r#"
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: sidecar}
spec:
  failurePolicy: Fail
  reinvocationPolicy: Never
  matchConstraints:
    namespaceSelector:
      matchExpressions:
        - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system, local-path-storage]}
    resourceRules:
      - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  mutations:
    - patchType: JSONPatch
      jsonPatch:
        expression: >-
          [JSONPatch{op: "add", path: "/spec/initContainers", value: []},
          JSONPatch{op: "add", path: "/spec/initContainers/-", value: Object.spec.initContainers{name: "proxy",
          image: "seatrial.dev/local-path-helper:node", imagePullPolicy: "Never", restartPolicy: "Always",
          command: ["busybox", "sleep", "3600"]}}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: sidecar}
spec: {policyName: sidecar}
"#;

#[test]
fn what_admission_brings_in_is_seen_and_the_api_server_is_a_witness() {
    let _machine = machine();
    let stranger = Stranger::boot();
    let tried = catch_unwind(AssertUnwindSafe(|| {
        the_api_server_answers_a_table_of_pods(&stranger);
        defaults_and_sidecars_are_judged(&stranger);
    }));
    stranger.remove();
    if let Err(panic) = tried {
        resume_unwind(panic);
    }
}

fn defaults_and_sidecars_are_judged(stranger: &Stranger) {
    std::fs::write(stranger.project.path().join("suites/audit.yaml"), SUITE).unwrap();
    std::fs::write(stranger.project.path().join("suites/limits.yaml"), LIMITS).unwrap();
    stranger.apply(SIDECAR);
    let until = Instant::now() + Duration::from_mins(1);
    let probe = "run probe --image=probe:1 --dry-run=server -o jsonpath={.spec.initContainers[*].name}";
    while !stranger.kubectl(probe).contains("proxy") {
        assert!(Instant::now() < until, "the policy never came into force");
    }
    let before = stranger.state();
    let owner = stranger.owner();
    let args = ["suite", "audit", "--context", CONTEXT, "--kubeconfig", owner.to_str().unwrap()];
    let run = run(stranger.project.path(), &args);
    assert_eq!(run.output.status.code(), Some(0), "{}", run.said());
    let (policy, audit) = (run.check("default", "policy"), run.check("default", "audit"));
    assert_eq!(audit["verdict"], "warned", "{audit}");
    let found = |check: &Value, rule: &str, container: &str| -> Vec<(String, bool)> {
        let findings = check["findings"].as_array().unwrap().iter();
        let mut found: Vec<_> = findings
            .filter(|one| one["rule"] == rule && one["container"] == container)
            .map(|one| {
                let later = one["message"].as_str().unwrap().contains("brought in after rendering");
                (
                    format!(
                        "{}/{}",
                        one["object"]["kind"].as_str().unwrap(),
                        one["object"]["name"].as_str().unwrap()
                    ),
                    later,
                )
            })
            .collect();
        found.sort();
        found
    };
    let everywhere = ["Deployment/buoy", "Pod/buoy-test", "StatefulSet/buoy-store"];
    assert_eq!(
        found(&audit, "cpu-limit", "proxy"),
        everywhere.map(|object| (object.to_owned(), true)),
        "{audit}"
    );
    assert_eq!(found(&policy, "cpu-limit", "proxy"), []);
    // The render has it already.
    assert_eq!(found(&audit, "cpu-limit", "app"), [("Deployment/buoy".to_owned(), false)]);
    // The namespace's default limit is in force, which no render shows.
    assert_eq!(found(&policy, "memory-limit", "app").len(), 1);
    assert_eq!(found(&audit, "memory-limit", "app"), []);
    let witness = &audit["witness"];
    assert!(witness["disagree"] == 0 && witness["agree"].as_u64().unwrap() >= 6, "{audit}");
    stranger.is_as_before(&before);
}

/// A Pod with one container, which says this besides its name and image.
fn with(spec: &Value, container: &Value) -> Value {
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "witness"}, "spec": spec});
    let mut one = json!({"name": "a", "image": "a:1"});
    for (key, value) in container.as_object().unwrap() {
        one[key] = value.clone();
    }
    pod["spec"]["containers"] = json!([one]);
    pod
}

fn confined() -> Value {
    json!({"securityContext": {"allowPrivilegeEscalation": false, "runAsNonRoot": true,
        "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}})
}

/// What the answer names, ordered; `admitted`, or `inconclusive`.
fn named(answer: PodSecurityAnswer) -> Vec<String> {
    match answer {
        PodSecurityAnswer::Admitted { .. } => vec!["admitted".to_owned()],
        PodSecurityAnswer::Inconclusive { .. } => vec!["inconclusive".to_owned()],
        PodSecurityAnswer::Refused { controls, .. } => {
            // An annotation counts twice: a field is made of it.
            let one = |control: String| control.replace("AppArmor profiles", "AppArmor profile");
            let mut controls: Vec<String> = controls.into_iter().map(one).collect();
            controls.sort();
            controls
        }
    }
}

fn the_api_server_answers_a_table_of_pods(stranger: &Stranger) {
    use PodSecurityLevel::{Baseline, Privileged, Restricted};
    let none = json!({});
    let bare = with(&none, &none);
    let mut annotated = bare.clone();
    annotated["metadata"]["annotations"] =
        json!({"container.apparmor.security.beta.kubernetes.io/a": "unconfined"});
    let adds = |capability: &str| json!({"securityContext": {"capabilities": {"add": [capability]}}});
    let of_host = json!({"livenessProbe": {"httpGet": {"host": "example.org", "port": 80}}});
    let unsafe_sysctl = json!({"securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}});
    let host_path = json!({"volumes": [{"name": "v", "hostPath": {"path": "/"}}]});
    let table: Vec<(Value, PodSecurityLevel, &[&str])> = vec![
        (bare.clone(), Privileged, &["admitted"]),
        (bare.clone(), Baseline, &["admitted"]),
        (
            bare,
            Restricted,
            &[
                "allowPrivilegeEscalation != false",
                "runAsNonRoot != true",
                "seccompProfile",
                "unrestricted capabilities",
            ],
        ),
        (with(&none, &confined()), Restricted, &["admitted"]),
        (with(&none, &json!({"securityContext": {"privileged": true}})), Baseline, &["privileged"]),
        // Ports of the host are filled in.
        (
            with(&json!({"hostNetwork": true}), &json!({"ports": [{"containerPort": 80}]})),
            Baseline,
            &["host namespaces", "hostPort"],
        ),
        (with(&host_path, &none), Baseline, &["hostPath volumes"]),
        (with(&host_path, &confined()), Restricted, &["restricted volume types"]),
        (with(&unsafe_sysctl, &none), Baseline, &["forbidden sysctls"]),
        (with(&none, &adds("SYS_ADMIN")), Baseline, &["non-default capabilities"]),
        (with(&none, &adds("X), privileged")), Baseline, &["non-default capabilities"]),
        (with(&none, &of_host), Baseline, &["probe or lifecycle host"]),
        (annotated, Baseline, &["forbidden AppArmor profile"]),
        // Refused by validation, and not read at all.
        (with(&none, &json!({"image": ""})), Baseline, &["inconclusive"]),
        (with(&none, &json!({"securityContext": {"privileged": "yes"}})), Baseline, &["inconclusive"]),
        (
            with(&json!({"serviceAccountName": "default", "priorityClassName": "none"}), &none),
            Baseline,
            &["inconclusive"],
        ),
    ];
    let wrong: Vec<String> = table
        .into_iter()
        .filter_map(|(pod, level, expected)| {
            let answer = stranger.admits(&pod, level);
            let told = format!("{pod} at {level}: {answer:?}, not {expected:?}");
            (named(answer) != expected).then_some(told)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let PodSecurityAnswer::Admitted { pod } = stranger.admits(&with(&none, &none), Privileged) else {
        panic!()
    };
    assert_eq!(pod["spec"]["dnsPolicy"], "ClusterFirst", "as it would be stored");
    assert_eq!(stranger.kubectl("get pods -A -o name").matches("witness").count(), 0, "nothing is created");
}
