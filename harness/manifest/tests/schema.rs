//! Whole objects against the schemas that ship.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

#[path = "schema/mutations.rs"]
mod mutations;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mutations::{Class, Mutant};
use rstest::rstest;
use seatrial_manifest::schema::{CustomSchemas, Fault, Judged, SchemaError, Schemas};
use seatrial_manifest::{Manifest, Object};

const BASES: &str = include_str!("schema/bases.yaml");
const MONITORS: &str = include_str!("../../../suites/requirements/servicemonitor-crd.yaml");

fn custom() -> &'static CustomSchemas {
    static CUSTOM: LazyLock<CustomSchemas> = LazyLock::new(|| {
        let mut custom = CustomSchemas::default();
        custom.add(&Manifest::decode(MONITORS).objects);
        custom
    });
    &CUSTOM
}

fn errors(schemas: &Schemas, object: &Object) -> Vec<SchemaError> {
    match schemas.judge(object, custom()) {
        Judged::Errors(errors) => errors,
        Judged::NotJudged { why } => panic!("{}: {why}", object.reference),
    }
}

/// The errors of one object in YAML, `path: fault`.
fn told(text: &str) -> Vec<String> {
    let schemas = Schemas::for_version(&"1.36".parse().unwrap()).unwrap();
    let manifest = Manifest::decode(text);
    assert_eq!((manifest.objects.len(), manifest.problems.len()), (1, 0), "{text}");
    errors(&schemas, &manifest.objects[0])
        .iter()
        .map(|error| {
            let advice = error.advice.as_deref().map(|advice| format!("; {advice}")).unwrap_or_default();
            format!("{}: {} ({}{advice})", error.path, error.fault.id(), error.message)
        })
        .collect()
}

#[rstest]
#[case("1.35")]
#[case("1.36")]
fn what_is_right_passes_and_what_is_made_wrong_is_told_where_it_is(#[case] version: &str) {
    let schemas = Schemas::for_version(&version.parse().unwrap()).unwrap();
    let manifest = Manifest::decode(BASES);
    assert_eq!(manifest.problems, []);
    let mut counted: BTreeMap<Class, usize> = BTreeMap::new();
    for base in &manifest.objects {
        for Mutant { class, path, value } in mutations::of(&base.value) {
            *counted.entry(class).or_default() += 1;
            let errors = errors(&schemas, &Object::unwritten(value));
            let fault = match class {
                Class::Good => {
                    assert_eq!(errors, [], "{}", base.reference);
                    continue;
                }
                // What the server asks of these it is asked by the test on a cluster.
                Class::MissingField | Class::Null => continue,
                Class::UnknownField => Fault::UnknownField,
                Class::WrongType => Fault::WrongType,
                Class::BadEnum => Fault::BadEnum,
                Class::WrongVersion => Fault::NoSuchVersion,
            };
            let hit = errors.iter().any(|error| error.fault == fault && error.path.to_string() == path);
            assert!(hit, "{} {class:?} at {path}: {errors:#?}", base.reference);
        }
    }
    println!("{counted:?}");
    assert!(counted.values().sum::<usize>() >= 300 && counted.len() == 7, "{counted:?}");
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: ";

#[rstest]
#[case(
    "{securityContext: {readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}, containers: [{name: c}]}",
    &[
        "spec.securityContext.readOnlyRootFilesystem: unknown-field (unknown field `readOnlyRootFilesystem`; it belongs to \
         each container, at `spec.containers[*].securityContext.readOnlyRootFilesystem`)",
        "spec.securityContext.capabilities: unknown-field (unknown field `capabilities`; it belongs to each container, at \
         `spec.containers[*].securityContext.capabilities`)",
    ]
)]
#[case(
    "{containers: [{name: c, securityContext: {fsGroup: 1}}]}",
    &["spec.containers[0].securityContext.fsGroup: unknown-field (unknown field `fsGroup`; it belongs elsewhere, at \
       `spec.securityContext.fsGroup`)"]
)]
#[case(
    "{containers: [{name: c, readOnlyRootFilesystem: true}]}",
    &["spec.containers[0].readOnlyRootFilesystem: unknown-field (unknown field `readOnlyRootFilesystem`; it belongs to \
       each container, at `spec.containers[*].securityContext.readOnlyRootFilesystem`)"]
)]
#[case(
    "{containers: [{name: c, imagee: a}]}",
    &["spec.containers[0].imagee: unknown-field (unknown field `imagee`; did you mean `image`?)"]
)]
#[case(
    "{containers: [{name: c, imagepullpolicy: Always}]}",
    &["spec.containers[0].imagepullpolicy: unknown-field (unknown field `imagepullpolicy`; write `imagePullPolicy`)"]
)]
#[case(
    "{containers: [{name: c, nodeSelector: {a: b}}]}",
    &["spec.containers[0].nodeSelector: unknown-field (unknown field `nodeSelector`; it belongs elsewhere, at \
       `spec.nodeSelector`)"]
)]
#[case(
    "{containers: [{name: c, hostPort: 80}]}",
    &["spec.containers[0].hostPort: unknown-field (unknown field `hostPort`; it belongs to each container, at \
       `spec.containers[*].ports[*].hostPort`)"]
)]
#[case(
    "{containers: [{name: c, resources: {cpu: 1}}]}",
    &["spec.containers[0].resources.cpu: unknown-field (unknown field `cpu`; it belongs under `limits` or `requests`)"]
)]
#[case(
    "{containers: [{name: c, env: {A: b}}]}",
    &["spec.containers[0].env: wrong-type (expected a list, found a map; write each entry as an item with `name` and \
       `value`)"]
)]
#[case(
    "{containers: [{name: c, env: [{name: A, value: 5}]}]}",
    &["spec.containers[0].env[0].value: wrong-type (expected a text, found a number; write it in quotes)"]
)]
#[case(
    "{containers: [{name: c, ports: [{containerPort: \"80\"}]}]}",
    &["spec.containers[0].ports[0].containerPort: wrong-type (expected a whole number, found `80`; write it without \
       quotes: 80)"]
)]
#[case(
    "{containers: [{image: a}, null]}",
    &[
        "spec.containers[0].name: missing-field (the required field `name` is missing; write a text)",
        "spec.containers[1].name: missing-field (the required field `name` is missing; write a text)",
    ]
)]
#[case("{containers: null}", &["spec.containers: missing-field (the required field `containers` is missing; write a list)"])]
#[case("null", &["spec: missing-field (the required field `spec` is missing; write a map)"])]
#[case("{restartPolicy: \"\", containers: [{name: c, image: null, args: [null]}]}", &[])]
fn a_pod_is_told_what_to_write(#[case] spec: &str, #[case] expected: &[&str]) {
    assert_eq!(told(&format!("{POD}{spec}\n")), expected);
}

#[rstest]
#[case(
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n",
    &["spec: missing-field (the required field `spec` is missing; write a map)"]
)]
#[case(
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {app: a}, serviceAccountName: b, template: \
     {metadata: {labels: {app: a}}}}\n",
    &[
        "spec.selector.app: unknown-field (unknown field `app`; it belongs under `matchLabels`)",
        "spec.serviceAccountName: unknown-field (unknown field `serviceAccountName`; it belongs elsewhere, at \
         `spec.template.spec.serviceAccountName`)",
        "spec.template.spec: missing-field (the required field `spec` is missing; write a map)",
    ]
)]
#[case(
    "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n",
    &["apiVersion: no-such-version (PodDisruptionBudget is not served as `policy/v1beta1` by Kubernetes 1.36; write \
       `policy/v1`)"]
)]
#[case(
    "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\n",
    &["apiVersion: no-such-version (Ingress is not served as `extensions/v1beta1` by Kubernetes 1.36; write \
       `networking.k8s.io/v1`)"]
)]
#[case(
    "apiVersion: autoscaling/v2beta1\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\n",
    &["apiVersion: no-such-version (HorizontalPodAutoscaler is not served as `autoscaling/v2beta1` by Kubernetes 1.36; \
       write `autoscaling/v2` or `autoscaling/v1`)"]
)]
#[case(
    "apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: a}\n",
    &["kind: no-such-kind (`apps/v1` has no kind `Deploymnt` in Kubernetes 1.36; did you mean `Deployment`?)"]
)]
#[case(
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: true}}\ndata: {a: 1}\n",
    &[
        "metadata.labels.a: wrong-type (expected a text, found the boolean true; write it in quotes: \"true\")",
        "data.a: wrong-type (expected a text, found the number 1; write it in quotes: \"1\")",
        "metadata.name: missing-field (the object has no name; write `name` under `metadata`)",
    ]
)]
#[case(
    "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {password: geheim}\nstringData: {pin: 1234}\n",
    &[
        "data.password: bad-value (this is not base64; encode it (`b64enc` in a template))",
        "stringData.pin: wrong-type (expected a text, found a number; write it in quotes)",
    ]
)]
#[case(
    "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {resources: {requests: {storage: 8GB}}}\nstatus: \
     {phase: Nonsense, conditions: [{}]}\n",
    &["spec.resources.requests.storage: bad-value (expected a quantity such as 500m or 2Gi, found `8GB`; write `8G`)"]
)]
#[case(
    "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a, colour: red}\nspec: {selector: {}, \
     sampleLimit: -1, jobLabel: null, endpoints: [{scheme: ftp, intervall: 30s, interval: 5x}, null]}\n",
    &[
        "metadata.colour: unknown-field (unknown field `colour`; it belongs under `annotations` or `labels`)",
        "spec.sampleLimit: bad-value (expected at least 0, found -1)",
        "spec.endpoints[0].scheme: bad-enum (`ftp` is not one of `http` or `https`)",
        "spec.endpoints[0].intervall: unknown-field (unknown field `intervall`; did you mean `interval`?)",
        "spec.endpoints[0].interval: bad-value (it does not match `^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?\
         (([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$`)",
        "spec.endpoints[1]: wrong-type (expected a map, found nothing)",
    ]
)]
#[case(
    "apiVersion: monitoring.coreos.com/v1beta1\nkind: ServiceMonitor\nmetadata: {name: a}\n",
    &["apiVersion: no-such-version (ServiceMonitor is not served as `monitoring.coreos.com/v1beta1` by Kubernetes 1.36; \
       write `monitoring.coreos.com/v1`)"]
)]
fn an_object_is_told_what_to_write(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(told(text), expected);
}

#[test]
fn a_kind_without_a_schema_is_not_judged() {
    let schemas = Schemas::for_version(&"1.36".parse().unwrap()).unwrap();
    let manifest =
        Manifest::decode("apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\n");
    let Judged::NotJudged { why } = schemas.judge(&manifest.objects[0], custom()) else { panic!("judged") };
    assert!(why.contains("no CustomResourceDefinition of Certificate in cert-manager.io/v1"), "{why}");
}

#[rstest]
#[case("1.35", "1.35", true)]
#[case("1.36.9", "1.36", true)]
#[case("1.30", "1.35", false)]
#[case("1.40", "1.36", false)]
fn a_version_that_does_not_ship_is_judged_by_the_nearest(
    #[case] asked: &str,
    #[case] taken: &str,
    #[case] ships: bool,
) {
    let asked = asked.parse().unwrap();
    assert_eq!(Schemas::nearest(&asked).version().minor_text(), taken);
    assert_eq!(Schemas::for_version(&asked).is_some(), ships);
}

/// Prints what a version costs: `cargo test --release -p seatrial-manifest --test schema figures -- --ignored --nocapture`.
#[test]
#[ignore = "a figure, not a verdict"]
fn figures() {
    let text = include_str!("../schemas/1.36.schema");
    let started = std::time::Instant::now();
    let schemas = Schemas::read(text).unwrap();
    let read = started.elapsed();
    let objects = Manifest::decode(BASES).objects;
    let started = std::time::Instant::now();
    let rounds = 1000;
    let found: usize = (0..rounds).flat_map(|_| &objects).map(|object| errors(&schemas, object).len()).sum();
    let each = started.elapsed() / u32::try_from(rounds * objects.len()).unwrap();
    println!("{} bytes read in {read:?}; {each:?} an object, {found} errors", text.len());
}
