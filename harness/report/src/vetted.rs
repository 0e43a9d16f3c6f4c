//! What `vet` found, for programs: JSON, and commands that GitHub Actions turns into annotations.

use seatrial_model::Enforcement;
use seatrial_model::vetted::{Vet, Vetted};
use serde_json::{Value, json};

use crate::finding;
use crate::line::line;

/// Version of [`vet_json`]'s shape. Readers may meet fields that they do not know.
const SCHEMA: &str = "seatrial.dev/vet/v1";

/// `{"schema", "objects", "findings": [{"rule", "severity", "enforcement", "message", "object", "container", "path",
/// "file", "line", "basis", "waiver", "renders"}], "not_judged": [{"object", "why"}]}`; what is not known is null.
pub fn vet_json(vetted: &Vetted) -> Vec<u8> {
    let not_judged: Vec<Value> =
        vetted.not_judged.iter().map(|one| json!({"object": one.object, "why": line(&one.why)})).collect();
    let findings: Vec<Value> = vetted.findings.iter().map(of_finding).collect();
    let whole = json!({
        "schema": SCHEMA,
        "objects": vetted.objects,
        "findings": findings,
        "not_judged": not_judged,
    });
    format!("{whole:#}\n").into_bytes()
}

fn of_finding(vet: &Vet) -> Value {
    let finding = &vet.finding;
    let location = finding.location.as_ref();
    let object = finding.object.as_ref().map(|object| {
        json!({"apiVersion": object.api_version, "kind": object.kind, "namespace": object.namespace, "name": object.name})
    });
    json!({
        "rule": finding.rule,
        "severity": finding.severity,
        "enforcement": finding.enforcement,
        "message": line(finding.message.as_str()),
        "object": object,
        "container": finding.container,
        "path": finding.path,
        "file": location.map(|location| &location.file),
        "line": location.and_then(|location| location.line),
        "basis": location.map(|location| location.basis),
        "waiver": finding.waiver,
        "baseline": finding.baseline,
        "renders": vet.renders,
    })
}

/// One `::error` or `::warning` command for each finding.
pub fn vet_github(vetted: &Vetted) -> String {
    vetted.findings.iter().map(|vet| format!("{}\n", command(vet))).collect()
}

fn command(vet: &Vet) -> String {
    let found = &vet.finding;
    let word = match found.effect() {
        Enforcement::Enforce => "error",
        Enforcement::Audit => "warning",
        Enforcement::Off => "notice",
    };
    let mut properties = Vec::new();
    if let Some(location) = &found.location {
        properties.push(format!("file={}", property(&location.file)));
        properties.extend(location.line.map(|number| format!("line={number}")));
    }
    properties.push(format!("title={}", property(&found.rule)));
    let subject = finding::subject(found).map(|subject| format!(" ({subject})")).unwrap_or_default();
    format!("::{word} {}::{}", properties.join(","), data(&format!("{}{subject}", found.message)))
}

/// Text of a command.
fn data(text: &str) -> String {
    line(text).replace('%', "%25")
}

/// A value among a command's properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatrial_model::vetted::NotJudged;
    use seatrial_model::{Basis, Clean, Finding, Location, ObjectRef};

    fn vetted() -> Vetted {
        let object = ObjectRef {
            api_version: "apps/v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: String::new(),
            name: "web".to_owned(),
        };
        let location = Location { file: "a,b.yaml".to_owned(), line: Some(3), basis: Basis::Inferred };
        let finding = Finding {
            container: Some("app".to_owned()),
            location: Some(location),
            ..Finding::of_check("some-rule", Clean::own("100 % wrong")).about(object.clone()).at("spec.x")
        };
        let mut vetted = Vetted { objects: 2, ..Vetted::default() };
        vetted.add([(finding, Some("web/prod".to_owned()))]);
        vetted.not_judged.push(NotJudged { object, why: "no schema".to_owned() });
        vetted
    }

    #[test]
    fn json_has_every_field_of_a_finding() {
        let read: Value = serde_json::from_slice(&vet_json(&vetted())).unwrap();
        let expected = json!({
            "rule": "some-rule", "severity": "high", "enforcement": "enforce", "message": "100 % wrong",
            "object": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "", "name": "web"},
            "container": "app", "path": "spec.x", "file": "a,b.yaml", "line": 3, "basis": "inferred",
            "waiver": null, "baseline": false, "renders": ["web/prod"],
        });
        assert_eq!(read["findings"][0], expected);
        assert_eq!((&read["objects"], read["not_judged"].as_array().unwrap().len()), (&json!(2), 1));
    }

    #[test]
    fn an_annotation_is_one_line_in_which_nothing_is_a_command() {
        let text = vet_github(&vetted());
        assert_eq!(
            text,
            "::error file=a%2Cb.yaml,line=3,title=some-rule::100 %25 wrong (container app of Deployment/web, spec.x)\n"
        );
    }
}
