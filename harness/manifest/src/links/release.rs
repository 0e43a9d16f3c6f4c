//! One render as a whole, looked at once, so that each object's links are cheap to tell.

use std::collections::BTreeMap;

use seatrial_model::PodPath;
use serde_json::{Map, Value, json};

use super::references;
use super::selector::Selector;
use super::targets;
use crate::pod::{self, ContainerKind, Pod};
use crate::{Manifest, Object};

/// The objects of a render, by name and by what they select.
#[derive(Debug)]
pub struct Release<'a> {
    pub(super) objects: &'a [Object],
    /// The namespace of objects that name none.
    home: &'a str,
    pods: Vec<Option<Pod<'a>>>,
    names: BTreeMap<(&'a str, &'a str, &'a str), usize>,
    /// Of each object, those whose Pods it selects, and those that select its Pods.
    selects: Vec<Vec<usize>>,
    selected_by: Vec<Vec<usize>>,
    /// What each object scales, and what scales it.
    target: Vec<Option<usize>>,
    scaled_by: Vec<Vec<usize>>,
}

impl<'a> Release<'a> {
    /// Looks at a render that is installed into the namespace `home`, where custom kinds hold Pods at those paths.
    pub fn of(manifest: &'a Manifest, home: &'a str, custom: &'a [PodPath]) -> Self {
        let objects = manifest.objects.as_slice();
        let count = objects.len();
        let mut release = Self {
            objects,
            home,
            pods: objects.iter().map(|object| pod::within(object, custom)).collect(),
            names: BTreeMap::new(),
            selects: vec![Vec::new(); count],
            selected_by: vec![Vec::new(); count],
            target: vec![None; count],
            scaled_by: vec![Vec::new(); count],
        };
        for (index, object) in objects.iter().enumerate() {
            let name =
                (object.reference.kind.as_str(), release.namespace(index), object.reference.name.as_str());
            release.names.entry(name).or_insert(index);
        }
        release.select();
        for index in 0..count {
            let Some(target) = targets::of(&release, index) else { continue };
            release.target[index] = Some(target);
            release.scaled_by[target].push(index);
        }
        release
    }

    fn select(&mut self) {
        for (index, object) in self.objects.iter().enumerate() {
            let Some(selector) = Selector::of(object) else { continue };
            // A workload's selector is about Pods of its own.
            let own = self.pods[index].is_some();
            for other in if own { index..index + 1 } else { 0..self.objects.len() } {
                let Some(pod) = &self.pods[other] else { continue };
                if self.namespace(index) == self.namespace(other) && selector.selects(labels(pod)) {
                    self.selects[index].push(other);
                    if !own {
                        self.selected_by[other].push(index);
                    }
                }
            }
        }
    }

    pub(super) fn namespace(&self, index: usize) -> &'a str {
        match self.objects[index].reference.namespace.as_str() {
            "" => self.home,
            named => named,
        }
    }

    /// The object of a kind and name in the namespace of another one.
    pub(super) fn beside(&self, index: usize, kind: &str, name: &str) -> Option<usize> {
        self.names.get(&(kind, self.namespace(index), name)).copied()
    }

    /// The Pod of an object.
    pub fn pod(&self, index: usize) -> Option<&Pod<'a>> {
        self.pods[index].as_ref()
    }

    /// The links of an object, as rules see them.
    pub fn links(&self, index: usize) -> Value {
        let peers = |of: &[usize]| of.iter().map(|peer| self.peer(*peer)).collect::<Vec<_>>();
        let mut links = json!({
            "references": references::of(self, index),
            "selects": peers(&self.selects[index]),
            "selected_by": peers(&self.selected_by[index]),
            "scaled_by": peers(&self.scaled_by[index]),
            "backends": targets::backends(self, index),
        });
        if let (Some(target), Some(links)) = (self.target[index], links.as_object_mut()) {
            links.insert("target".to_owned(), self.peer(target));
        }
        links
    }

    /// An object as its peers see it.
    fn peer(&self, index: usize) -> Value {
        let object = &self.objects[index];
        let pod = self.pod(index);
        json!({
            "apiVersion": object.reference.api_version,
            "kind": object.reference.kind,
            "name": object.reference.name,
            "spec": bare_spec(object),
            "hook": object.hook().is_some(),
            "labels": pod.and_then(labels).cloned().unwrap_or_default(),
            "ports": pod.map(ports).unwrap_or_default(),
        })
    }

    /// Names of an object's containers that a Service of the release sends traffic to.
    pub fn served(&self, index: usize) -> Vec<&'a str> {
        let Some(pod) = self.pod(index) else { return Vec::new() };
        let services = self.selected_by[index].iter().map(|by| &self.objects[*by]);
        let services = services.filter(|object| object.reference.kind == "Service");
        let ports = services
            .filter_map(|object| object.value.pointer("/spec/ports").and_then(Value::as_array))
            .flatten()
            .filter_map(|port| port.get("targetPort").or_else(|| port.get("port")));
        let mut served: Vec<&str> = ports.flat_map(|port| receivers(pod, port)).collect();
        served.sort_unstable();
        served.dedup();
        served
    }
}

/// The containers that listen on a Service's target port. A number that no container declares is the only
/// container's, where there is one only.
fn receivers<'a>(pod: &Pod<'a>, target: &Value) -> Vec<&'a str> {
    let declared: Vec<&str> = ports_of(pod)
        .filter(|(_, port)| match target {
            Value::String(name) => port.get("name").and_then(Value::as_str) == Some(name),
            number => port.get("containerPort") == Some(number),
        })
        .map(|(container, _)| container)
        .collect();
    if !declared.is_empty() || target.is_string() {
        return declared;
    }
    let all = pod.containers();
    let main: Vec<&str> =
        all.iter().filter(|one| one.kind == ContainerKind::Main).map(|one| one.name).collect();
    if main.len() == 1 { main } else { Vec::new() }
}

/// Ports that containers, sidecars among the init containers included, declare.
fn ports_of<'a>(pod: &Pod<'a>) -> impl Iterator<Item = (&'a str, &'a Value)> {
    pod.containers().into_iter().flat_map(|container| {
        let ports = container.raw.get("ports").and_then(Value::as_array);
        ports.into_iter().flatten().map(move |port| (container.name, port))
    })
}

fn ports(pod: &Pod<'_>) -> Vec<Value> {
    let port = |(container, port): (&str, &Value)| {
        json!({
            "name": port.get("name").cloned().unwrap_or_default(),
            "port": port.get("containerPort").cloned().unwrap_or_default(),
            "protocol": port.get("protocol").and_then(Value::as_str).unwrap_or("TCP"),
            "container": container,
        })
    };
    ports_of(pod).map(port).collect()
}

fn labels<'a>(pod: &Pod<'a>) -> Option<&'a Map<String, Value>> {
    pod.metadata?.get("labels")?.as_object()
}

/// An object's spec without the Pod in it.
fn bare_spec(object: &Object) -> Map<String, Value> {
    let spec = object.value.get("spec").and_then(Value::as_object);
    if object.reference.kind == "Pod" {
        return Map::new();
    }
    let kept =
        spec.into_iter().flatten().filter(|(key, _)| !matches!(key.as_str(), "template" | "jobTemplate"));
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

#[cfg(test)]
#[path = "release_tests.rs"]
mod tests;
