//! What `vet` found as SARIF 2.1.0, for code scanning.
//!
//! A result has the file as a reader would open it; where only the file is known, its first line, because GitHub shows
//! no result without one, and `basis` among its properties says so. The object stands in the logical locations.

use std::collections::BTreeMap;

use seatrial_model::vetted::{Vet, Vetted};
use seatrial_model::{Basis, Enforcement, Location, Severity};
use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Location as SarifLocation, LogicalLocation, Message, MultiformatMessageString,
    PhysicalLocation, PropertyBag, Region, ReportingDescriptor, Result as SarifResult, ResultLevel, Run,
    Sarif, Tool, ToolComponent,
};

use crate::line::{block, line};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The log of one run.
pub fn vet_sarif(vetted: &Vetted) -> Vec<u8> {
    let driver = ToolComponent::builder()
        .name("seatrial")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(rules(vetted))
        .build();
    let results: Vec<SarifResult> = vetted.findings.iter().map(result).collect();
    let run = Run::builder().tool(Tool::builder().driver(driver).build()).results(results).build();
    let log = Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build();
    let mut bytes = serde_json::to_vec_pretty(&log).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// A descriptor for each rule that found something, with what to do.
fn rules(vetted: &Vetted) -> Vec<ReportingDescriptor> {
    let found: BTreeMap<&str, &Vet> =
        vetted.findings.iter().map(|vet| (vet.finding.rule.as_str(), vet)).collect();
    let describe = |(id, vet): (&str, &Vet)| {
        let help = vetted.rules.get(id);
        let title = help.map_or(id, |help| help.title.as_str());
        let text =
            help.map_or_else(String::new, |help| format!("{}\n\n{}", help.description, help.remediation));
        ReportingDescriptor::builder()
            .id(id)
            .short_description(said(&line(title)))
            .help(said(&block(if text.is_empty() { id } else { &text })))
            .properties(properties(&[("security-severity", json!(score(vet.finding.severity)))]))
            .build()
    };
    found.into_iter().map(describe).collect()
}

fn said(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).markdown(text).build()
}

fn properties(all: &[(&str, serde_json::Value)]) -> PropertyBag {
    let all: BTreeMap<String, serde_json::Value> =
        all.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    PropertyBag::builder().additional_properties(all).build()
}

fn result(vet: &Vet) -> SarifResult {
    let finding = &vet.finding;
    let level = match finding.effect() {
        Enforcement::Enforce => ResultLevel::Error,
        Enforcement::Audit => ResultLevel::Warning,
        Enforcement::Off => ResultLevel::Note,
    };
    let basis = finding.location.as_ref().map(|location| location.basis);
    SarifResult::builder()
        .rule_id(finding.rule.as_str())
        .level(level)
        .message(Message::builder().text(line(finding.message.as_str())).build())
        .locations(vec![location(vet)])
        .properties(properties(&[("basis", json!(basis)), ("renders", json!(vet.renders))]))
        .build()
}

fn location(vet: &Vet) -> SarifLocation {
    let finding = &vet.finding;
    let object = finding.object.as_ref().map(ToString::to_string).unwrap_or_default();
    let path = finding.path.as_deref().unwrap_or_default();
    let logical = LogicalLocation::builder()
        .kind("object")
        .name(line(&object))
        .fully_qualified_name(line(&format!("{object} {path}")))
        .build();
    let builder = SarifLocation::builder().logical_locations(vec![logical]);
    match &finding.location {
        Some(place) => builder.physical_location(physical(place)).build(),
        None => builder.build(),
    }
}

fn physical(place: &Location) -> PhysicalLocation {
    let known = place.line.filter(|_| place.basis != Basis::File);
    let region = Region::builder().start_line(i64::from(known.unwrap_or(1))).build();
    let file = ArtifactLocation::builder().uri(uri(&place.file)).build();
    PhysicalLocation::builder().artifact_location(file).region(region).build()
}

/// A relative path as a URI reference: what is no plain character is escaped.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// As GitHub sorts: critical from 9, high from 7, medium from 4.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatrial_model::{Clean, Finding};
    use serde_json::Value;

    #[test]
    fn a_result_has_its_rule_its_file_and_an_honest_line() {
        let place = |line, basis| Location { file: "charts/a b.yaml".to_owned(), line, basis };
        let finding = |rule: &str, location| Finding {
            location: Some(location),
            ..Finding::of_check(rule, Clean::own("is wrong"))
        };
        let mut vetted = Vetted::default();
        vetted.add([
            (finding("a", place(Some(7), Basis::Inferred)), None),
            (finding("b", place(None, Basis::File)).audited(), None),
        ]);
        let log: Value = serde_json::from_slice(&vet_sarif(&vetted)).unwrap();
        let run = &log["runs"][0];
        assert_eq!(
            (&log["version"], &run["tool"]["driver"]["rules"][1]["id"]),
            (&json!("2.1.0"), &json!("b"))
        );
        let told = |index: usize| {
            let one = &run["results"][index];
            let physical = &one["locations"][0]["physicalLocation"];
            (
                one["level"].clone(),
                physical["region"]["startLine"].clone(),
                one["properties"]["basis"].clone(),
            )
        };
        assert_eq!(told(0), (json!("error"), json!(7), json!("inferred")));
        assert_eq!(told(1), (json!("warning"), json!(1), json!("file")));
        let uri = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "charts/a%20b.yaml");
    }
}
