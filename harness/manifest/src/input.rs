//! The JSON that a policy rule judges, for one object. The shape is documented in `policies/README.md`.

use serde_json::{Map, Value, json};

use seatrial_model::{KubernetesVersion, PodPath};

use crate::image::ImageName;
use crate::links::Release;
use crate::pod::{self, Container, Pod};
use crate::quantity::Quantity;
use crate::{Manifest, Object};

/// Fields of security contexts that a Pod hands down to its containers.
const HANDED_DOWN: [&str; 6] =
    ["runAsNonRoot", "runAsUser", "seccompProfile", "seLinuxOptions", "appArmorProfile", "windowsOptions"];

/// What holds for a whole render.
#[derive(Debug, Clone)]
pub struct Context {
    /// The cell's Kubernetes version.
    pub kubernetes: KubernetesVersion,
    /// Whether production rules apply.
    pub production: bool,
    /// The namespace of objects that name none.
    pub namespace: String,
    /// Where custom kinds hold Pods.
    pub pods: Vec<PodPath>,
}

/// The inputs for the objects of a render.
#[derive(Debug)]
pub struct Inputs<'a> {
    release: Release<'a>,
    objects: &'a [Object],
    context: &'a Context,
}

impl<'a> Inputs<'a> {
    /// Looks at a render once.
    pub fn of(manifest: &'a Manifest, context: &'a Context) -> Self {
        Self {
            release: Release::of(manifest, &context.namespace, &context.pods),
            objects: &manifest.objects,
            context,
        }
    }

    /// Whether an object holds a Pod.
    pub fn has_pod(&self, object: &Object) -> bool {
        pod::within(object, &self.context.pods).is_some()
    }

    /// The input for the object at `index` of the render.
    pub fn get(&self, index: usize) -> Value {
        let object = &self.objects[index];
        let mut input = json!({
            "object": object.value,
            "hook": object.hook().is_some(),
            "production": self.context.production,
            "kubernetes": {"major": self.context.kubernetes.major, "minor": self.context.kubernetes.minor},
            "links": self.release.links(index),
        });
        if let (Some(pod), Some(input)) = (self.release.pod(index), input.as_object_mut()) {
            input.insert("pod".to_owned(), of_pod(pod, &self.release.served(index)));
        }
        input
    }
}

/// The inputs for every object of a render, in its order.
pub fn all<'a>(manifest: &'a Manifest, context: &'a Context) -> impl Iterator<Item = (&'a Object, Value)> {
    let inputs = Inputs::of(manifest, context);
    manifest.objects.iter().enumerate().map(move |(index, object)| (object, inputs.get(index)))
}

fn of_pod(pod: &Pod<'_>, served: &[&str]) -> Value {
    let containers: Vec<Value> = pod.containers().iter().map(|one| of_container(pod, one, served)).collect();
    let metadata =
        |key: &str| pod.metadata.and_then(|all| all.get(key)).cloned().unwrap_or_else(|| json!({}));
    json!({
        "path": pod.path,
        "spec": pod.spec,
        "metadata": {"labels": metadata("labels"), "annotations": metadata("annotations")},
        "metadata_path": pod.metadata_path(),
        "containers": containers,
        "resources": resources(pod.spec),
    })
}

fn of_container(pod: &Pod<'_>, container: &Container<'_>, served: &[&str]) -> Value {
    let effective =
        |field: &&str| ((*field).to_owned(), pod.effective(container, field).cloned().unwrap_or(Value::Null));
    json!({
        "name": container.name,
        "kind": container.kind.word(),
        "path": container.path,
        "raw": container.raw,
        "effective": HANDED_DOWN.iter().map(effective).collect::<Map<_, _>>(),
        "resources": resources(container.raw),
        "image": image(container.raw),
        "served": served.contains(&container.name),
    })
}

/// Null where there is no image, or one that no container runtime takes.
fn image(container: &Value) -> Value {
    let name = container.get("image").and_then(Value::as_str).and_then(ImageName::parse);
    name.map_or(Value::Null, |name| {
        json!({"registry": name.registry, "repository": name.repository, "tag": name.tag, "digest": name.digest})
    })
}

/// What a container, or the whole Pod, may use and asks for.
fn resources(holder: &Value) -> Value {
    json!({"limits": quantities(holder, "limits"), "requests": quantities(holder, "requests")})
}

/// CPU in millicores, everything else in whole units; a text that is no quantity as `invalid: …`.
fn quantities(holder: &Value, side: &str) -> Value {
    let written =
        holder.get("resources").and_then(|resources| resources.get(side)).and_then(Value::as_object);
    let read = written.into_iter().flatten().filter(|(_, value)| !value.is_null()).map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let number = match Quantity::parse(&text) {
            Ok(quantity) if name == "cpu" => json!(quantity.millis()),
            Ok(quantity) => json!(quantity.units()),
            Err(_) => json!(format!("invalid: {text}")),
        };
        (name.clone(), number)
    });
    Value::Object(read.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> Context {
        Context {
            kubernetes: "1.36".parse().unwrap(),
            production: false,
            namespace: "n".to_owned(),
            pods: PodPath::usual(),
        }
    }

    #[test]
    fn a_container_carries_its_path_effective_context_and_normalised_resources() {
        let manifest = Manifest::decode(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j}\nspec: {jobTemplate: {spec: {template: {spec: \
             {securityContext: {runAsNonRoot: true}, containers: [{name: c, securityContext: {runAsUser: 7}, \
             resources: {limits: {cpu: 0.5, memory: 1Gi, x: abc}}}]}}}}}\n",
        );
        let context = context();
        let (_, input) = all(&manifest, &context).next().unwrap();
        let container = &input["pod"]["containers"][0];
        assert_eq!(container["path"], "spec.jobTemplate.spec.template.spec.containers[0]");
        assert_eq!(container["effective"]["runAsNonRoot"], true);
        assert_eq!(container["effective"]["runAsUser"], 7);
        assert_eq!(container["effective"]["seccompProfile"], Value::Null);
        assert_eq!(input["pod"]["metadata_path"], "spec.jobTemplate.spec.template.metadata");
        assert_eq!(input["pod"]["metadata"], json!({"labels": {}, "annotations": {}}));
        assert_eq!(
            container["resources"],
            json!({"limits": {"cpu": 500, "memory": 1_073_741_824, "x": "invalid: abc"}, "requests": {}})
        );
    }

    #[test]
    fn an_object_without_a_pod_has_none_in_its_input() {
        let manifest = Manifest::decode("apiVersion: v1\nkind: Service\nmetadata: {name: s}\n");
        let context = context();
        assert!(all(&manifest, &context).next().unwrap().1.get("pod").is_none());
    }
}
