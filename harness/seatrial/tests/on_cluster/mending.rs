//! Making a Pod valid by what the API server has against it: each field that it names is taken away, but where it says
//! what else a Pod has to have.

use serde_json::{Value, json};

/// One step on the way to a field.
#[derive(Debug, PartialEq)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

type Give = fn(&mut Value);

/// What one field asks of others, as validation puts it, and what is done about it.
const ASKS: [(&str, Give); 3] = [
    ("`hostUsers` must be false", |pod| pod["spec"]["hostUsers"] = json!(false)),
    ("hostNetwork must be true", |pod| pod["spec"]["hostNetwork"] = json!(true)),
    ("all containers must be HostProcess containers", |pod| {
        pod["spec"]["securityContext"] = json!({"windowsOptions": {"hostProcess": true}});
    }),
];

/// Mends what validation names; whether anything was. `said` is the API server's message:
/// `Pod "a" is invalid: [spec.os.name: Required value, spec.containers[0].livenessProbe: Required value: …]`.
pub fn mend(pod: &mut Value, said: &str) -> bool {
    let Some((_, list)) = said.split_once(" is invalid: ") else { return false };
    let parts = list.trim_start_matches('[').split(", ");
    let named = parts.filter(|part| part.starts_with("spec.") || part.starts_with("metadata."));
    let fields: Vec<&str> = named.filter_map(|part| part.split_once(": ").map(|(field, _)| field)).collect();
    let mut mended = false;
    for (_, give) in ASKS.iter().filter(|(words, _)| said.contains(words)) {
        give(pod);
        mended = true;
    }
    if mended {
        return true;
    }
    // From the last to the first: what is taken out of a list moves what comes after it.
    for field in fields.into_iter().rev() {
        let steps = steps(field);
        if let [Step::Key(root), rest @ ..] = &steps[..] {
            mended |= take(&mut pod[*root], rest);
        }
    }
    mended
}

/// `metadata.annotations[example.org/a].b` → the keys `metadata`, `annotations`, `example.org/a`, `b`.
fn steps(field: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = field;
    while !rest.is_empty() {
        if let Some((inner, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            steps.push(inner.parse().map_or(Step::Key(inner), Step::Index));
            rest = after;
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            steps.push(Step::Key(&rest[..end]));
            rest = &rest[end..];
        }
    }
    steps
}

/// Takes the field away; where it is not there, the deepest on the way to it that is.
fn take(value: &mut Value, steps: &[Step<'_>]) -> bool {
    let [first, rest @ ..] = steps else { return false };
    match (value, first) {
        (Value::Object(fields), Step::Key(key)) => {
            // Some are named as they are in Go.
            let own = fields.keys().find(|own| own.eq_ignore_ascii_case(key)).cloned();
            let Some(own) = own.filter(|own| !fields[own].is_null()) else { return false };
            if !take(&mut fields[&own], rest) {
                fields.remove(&own);
            }
        }
        (Value::Array(items), Step::Index(index)) if *index < items.len() => {
            if !take(&mut items[*index], rest) {
                items.remove(*index);
            }
        }
        _ => return false,
    }
    true
}

#[test]
fn what_validation_names_is_taken_away() {
    let mut pod = serde_json::json!({"metadata": {"annotations": {"a.io/x": "1", "a.io/y": "2"}}, "spec": {
        "hostPID": true,
        "volumes": [{"name": "a", "secret": {}}, {"name": "b", "image": {}}],
        "containers": [{"name": "a", "livenessProbe": {"tcpSocket": null}}]}});
    let said = "Pod \"a\" is invalid: [metadata.annotations[a.io/x]: Invalid value: \"1\": no, such, spec.volumes[0]: \
                Required value, spec.volumes[1].image.reference: Required value, spec.HostPID: Forbidden: no]";
    assert!(mend(&mut pod, said));
    let probe =
        "Pod \"a\" is invalid: spec.containers[0].livenessProbe: Required value: must specify a handler type";
    assert!(mend(&mut pod, probe));
    let left = serde_json::json!({"metadata": {"annotations": {"a.io/y": "2"}},
        "spec": {"volumes": [{"name": "b"}], "containers": [{"name": "a"}]}});
    assert_eq!(pod, left);
    assert!(
        !mend(&mut pod, "Pod \"a\" is invalid: spec: Forbidden: no")
            && !mend(&mut pod, "pods \"a\" is forbidden")
    );
    assert_eq!(pod, left);
}
