//! What the charts here render, by the program's own way to Helm.

use std::collections::BTreeMap;
use std::path::PathBuf;

use seatrial_helm::Helm;
use seatrial_manifest::{Manifest, Object};
use seatrial_model::{HelmMajor, Redactor};
use seatrial_ports::{Cancel, RenderAnswer, RenderRequest, Renderer, Stack};

use crate::project::root;

/// Objects of a chart with the values of a file, both by their paths in this repository; in the namespace `default`.
pub fn render(kubernetes: &str, chart: &str, values: &str) -> Vec<Object> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let program = std::env::var("SEATRIAL_HELM4").expect("`make test` sets SEATRIAL_HELM4");
    let helm = Helm::new(BTreeMap::from([(HelmMajor::V4, PathBuf::from(program))])).unwrap();
    let request = RenderRequest {
        stack: Stack { values: vec![root().join(values)], set: Vec::new() },
        chart: root().join(chart),
        release: "trial".to_owned(),
        namespace: "default".to_owned(),
        kubernetes: kubernetes.parse().unwrap(),
        api_versions: vec!["monitoring.coreos.com/v1/ServiceMonitor".to_owned()],
        helm: HelmMajor::V4,
        redactor: Redactor::default(),
    };
    match runtime.block_on(helm.render(&request, &Cancel::default())).unwrap() {
        RenderAnswer::Rendered(text) => Manifest::decode(&text).objects,
        RenderAnswer::Refused(refusal) => panic!("{chart} with {values}: {}", refusal.message),
    }
}
