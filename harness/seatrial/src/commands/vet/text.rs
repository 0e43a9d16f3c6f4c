//! Findings as a compiler would print them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::Path;

use seatrial_document::{Colour, Problem, Sources, Span, render_problems};
use seatrial_model::vetted::{Vet, Vetted};
use seatrial_model::{Basis, Enforcement};

/// Colours where a person looks.
pub(super) fn colour() -> Colour {
    if std::io::stdout().is_terminal() { Colour::Always } else { Colour::Never }
}

/// Each finding with file, line, excerpt, rule and how to fix it; then how many.
/// `known` are texts that lie in no file; files are named relative to `root` where they lie in it.
pub(super) fn of(vetted: &Vetted, known: BTreeMap<String, String>, root: &Path, colour: Colour) -> String {
    let mut sources = Sources::default();
    let mut texts: BTreeMap<String, Option<String>> =
        known.into_iter().map(|(name, text)| (name, Some(text))).collect();
    let mut explained = BTreeSet::new();
    let mut problems = Vec::new();
    for vet in &vetted.findings {
        let location = vet.finding.location.as_ref();
        let file = location.map_or("(no file)", |location| location.file.as_str());
        let text = texts.entry(file.to_owned()).or_insert_with(|| {
            std::fs::read_to_string(file).or_else(|_| std::fs::read_to_string(root.join(file))).ok()
        });
        let span = location.and_then(|location| location.line).zip(text.as_deref());
        let span = span.and_then(|(line, text)| Span::of_line(text, line));
        let mut problem = Problem::new(file, message(vet)).code(vet.finding.rule.clone());
        if vet.finding.effect() != Enforcement::Enforce {
            problem = problem.warning();
        }
        if let Some(span) = span {
            sources.add(file, text.clone().unwrap_or_default());
            problem = problem.at(span);
        }
        let first = explained.insert(vet.finding.rule.clone());
        problems.push(problem.maybe_help(help(vetted, vet, first)));
    }
    let shown = render_problems(&problems, &sources, colour);
    let gap = if shown.is_empty() { "" } else { "\n" };
    format!("{shown}{gap}{}", totals(vetted))
}

fn message(vet: &Vet) -> String {
    let finding = &vet.finding;
    let object = finding.object.as_ref().map(|object| format!("{object}: ")).unwrap_or_default();
    let line = finding.message.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{object}{line}")
}

/// Where it is in the object, in which renders, and how to mend it: the whole remediation once for each rule.
fn help(vetted: &Vetted, vet: &Vet, first: bool) -> Option<String> {
    let mut lines = Vec::new();
    if let Some(path) = vet.finding.path.as_deref().filter(|path| !path.is_empty()) {
        let sure = match vet.finding.location.as_ref().map(|location| location.basis) {
            Some(Basis::Inferred) => "; the line is inferred",
            Some(Basis::File) => "; only the file is known",
            Some(Basis::Exact) | None => "",
        };
        lines.push(format!("at {path}{sure}"));
    }
    if let Some(waiver) = &vet.finding.waiver {
        lines.push(format!("waived until {} by {}: {}", waiver.expires, waiver.owner, waiver.reason));
    } else if vet.finding.baseline {
        lines.push("passes, because the baseline has it".to_owned());
    }
    if !vet.renders.is_empty() {
        lines.push(format!("in {}", vet.renders.join(", ")));
    }
    if let Some(rule) = vetted.rules.get(&vet.finding.rule).filter(|_| first) {
        lines.extend(rule.remediation.lines().map(str::to_owned));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn totals(vetted: &Vetted) -> String {
    let counted =
        |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    let refused = match vetted.refused {
        0 => String::new(),
        some => format!("; {} refused, as the suite expects", counted(some, "profile")),
    };
    let mut out = format!(
        "{}: {}, {}{refused}\n",
        counted(vetted.objects, "object"),
        counted(vetted.count(Enforcement::Enforce), "error"),
        counted(vetted.count(Enforcement::Audit), "warning"),
    );
    for one in &vetted.not_judged {
        out += &format!("not judged: {}: {}\n", one.object, one.why);
    }
    out
}
