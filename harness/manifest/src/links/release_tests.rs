//! A small release, and what its objects have to do with each other.

use super::*;
use rstest::rstest;

const RENDER: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      serviceAccountName: web
      imagePullSecrets: [{name: pull}]
      volumes:
        - {name: a, configMap: {name: settings, items: [{key: there, path: x}, {key: gone, path: y}]}}
        - {name: b, persistentVolumeClaim: {claimName: data}}
        - {name: c, projected: {sources: [{secret: {name: tls}}]}}
      containers:
        - name: app
          ports: [{name: http, containerPort: 8080}]
          env:
            - {name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}
            - {name: Q, valueFrom: {secretKeyRef: {name: may, key: be, optional: true}}}
          envFrom: [{configMapRef: {name: settings}}]
        - name: exporter
          ports: [{name: metrics, containerPort: 9090}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: deck}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {there: ""}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {tier: front}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: elsewhere, namespace: other}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
    - http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
          - {path: /x, pathType: Prefix, backend: {service: {name: web, port: {name: none}}}}
          - {path: /y, pathType: Prefix, backend: {service: {name: gone, port: {number: 80}}}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec: {secretName: tls}
"#;

fn links(index: usize) -> Value {
    Release::of(&Manifest::decode(RENDER), "deck", &[]).links(index)
}

fn names(peers: &Value) -> Vec<String> {
    let peers = peers.as_array().unwrap().iter();
    peers
        .map(|peer| format!("{}/{}", peer["kind"].as_str().unwrap(), peer["name"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_workload_knows_who_selects_and_scales_it() {
    let links = links(0);
    assert_eq!(names(&links["selects"]), ["Deployment/web"], "its own selector fits its template");
    assert_eq!(names(&links["selected_by"]), ["Service/web", "PodDisruptionBudget/web"]);
    assert_eq!(names(&links["scaled_by"]), ["HorizontalPodAutoscaler/web"]);
    assert_eq!(links["selected_by"][1]["spec"]["minAvailable"], 1);
}

#[test]
fn peers_show_labels_ports_and_a_spec_without_the_pod() {
    let service = links(1);
    let peer = &service["selects"][0];
    assert_eq!(peer["labels"], json!({"app": "web", "tier": "front"}));
    assert_eq!(
        peer["ports"][0],
        json!({"name": "http", "port": 8080, "protocol": "TCP", "container": "app"})
    );
    assert_eq!(peer["spec"]["replicas"], 3);
    assert_eq!(peer["spec"].get("template"), None);
    assert_eq!(links(3)["target"]["name"], "web");
    assert_eq!(names(&links(5)["selects"]), Vec::<String>::new(), "another namespace");
}

#[rstest]
#[case("ServiceAccount", "web", None, false, None)]
#[case("ConfigMap", "settings", Some("there"), true, Some(true))]
#[case("ConfigMap", "settings", Some("gone"), true, Some(false))]
#[case("PersistentVolumeClaim", "data", None, false, None)]
#[case("Secret", "tls", None, true, None)]
#[case("Secret", "db", Some("password"), false, Some(false))]
fn what_a_pod_names_is_there_or_not(
    #[case] kind: &str,
    #[case] name: &str,
    #[case] key: Option<&str>,
    #[case] found: bool,
    #[case] key_found: Option<bool>,
) {
    let links = links(0);
    let all = links["references"].as_array().unwrap();
    let one = all.iter().find(|one| {
        one["kind"] == kind && one["name"] == name && one.get("key").and_then(Value::as_str) == key
    });
    let one = one.unwrap_or_else(|| panic!("{all:#?}"));
    assert_eq!(one["found"], found);
    assert_eq!(one.get("key_found").and_then(Value::as_bool), key_found);
    assert_eq!(one["optional"], false);
}

#[test]
fn references_say_where_they_are_and_whether_they_may_be_missing() {
    let links = links(0);
    let all = links["references"].as_array().unwrap();
    let of = |name: &str| all.iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(of("db")["path"], "spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef");
    assert_eq!((&of("db")["container"], &of("may")["optional"]), (&json!("app"), &json!(true)));
    assert_eq!(of("pull")["optional"], true);
}

#[test]
fn an_ingress_knows_whether_its_backends_are_there() {
    let links = links(6);
    let told = |index: usize| {
        let one = &links["backends"][index];
        (one["found"].as_bool().unwrap(), one["port_found"].as_bool().unwrap())
    };
    assert_eq!([told(0), told(1), told(2)], [(true, true), (true, false), (false, false)]);
    assert_eq!(links["backends"][1]["path"], "spec.rules[0].http.paths[1].backend.service");
}

#[test]
fn the_container_that_a_service_sends_traffic_to_is_served() {
    let manifest = Manifest::decode(RENDER);
    let release = Release::of(&manifest, "deck", &[]);
    assert_eq!(release.served(0), ["app"]);
    let other = Release::of(&manifest, "elsewhere", &[]);
    assert_eq!(other.served(0), Vec::<&str>::new(), "the Service is in another namespace");
}
