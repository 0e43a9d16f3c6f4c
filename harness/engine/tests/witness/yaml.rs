//! YAML: the same tree as Helm and kubectl read, or a refusal on both sides.

use proptest::prelude::*;
use seatrial_document::{Document, parse};
use serde_json::{Value, json};

use crate::documents::{Written, documents, plain};
use crate::program::Witness;
use crate::search::{Difference, differences, number, runner};

const GENERATED: u64 = 40_000;
const SOUP: u64 = 40_000;

/// The same values; floats may differ in the last place, because both sides read a decimal.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(key, ours)| theirs.get(key).is_some_and(|theirs| same(ours, theirs)))
        }
        (Value::Number(ours), Value::Number(theirs)) if ours.is_f64() || theirs.is_f64() => {
            let (ours, theirs) = (ours.as_f64().unwrap(), theirs.as_f64().unwrap());
            (ours - theirs).abs() <= theirs.abs() * f64::EPSILON
        }
        _ => ours == theirs,
    }
}

fn difference(text: &str, theirs: &Value) -> Option<Difference> {
    let ours = parse(text);
    let differ = |kind: String, ours: &str| {
        Some(Difference { kind, answers: format!("ours: {ours}\ntheirs: {theirs}") })
    };
    let reason =
        |message: &str| -> String { message.chars().filter(|c| !c.is_ascii_digit()).take(60).collect() };
    match (ours, theirs["error"].as_str()) {
        (Err(_), Some(_)) => None,
        (Err(error), None) if stricter(text, &error.message, theirs) => None,
        (Err(error), None) => {
            differ(format!("refused by us alone: {}", reason(&error.message)), &error.to_string())
        }
        (Ok(documents), refused) => {
            let tree = documents.first().map_or(Value::Null, Document::to_json);
            match refused {
                Some(message) => {
                    differ(format!("refused by the witness alone: {}", reason(message)), &tree.to_string())
                }
                None if same(&tree, &theirs["tree"]) => None,
                None => differ("another tree".to_owned(), &tree.to_string()),
            }
        }
    }
}

/// What Helm reads and we refuse, all of it: text after a complete document that no `---` parts from it, which Helm
/// does not look at; and what our parser does not know: a colon at the end of a plain text inside brackets, and a tag
/// that ends at a comma or a bracket.
fn stricter(text: &str, message: &str, theirs: &Value) -> bool {
    let tag_ends_early = || {
        let mut tags = text.match_indices('!').filter_map(|(at, _)| text[at..].split_whitespace().next());
        tags.any(|tag| tag.contains([',', '[', ']', '{', '}']))
    };
    let of_tags =
        message.starts_with("the YAML parser cannot make sense") || message.contains("while scanning a tag");
    theirs["followed"] == true
        || message.starts_with("found unexpected ':' while scanning a plain scalar")
        || (of_tags && tag_ends_early())
}

fn compare(witness: &mut Witness, texts: &[String]) -> Vec<Option<Difference>> {
    let questions: Vec<Value> = texts.iter().map(|text| json!({"yaml": text})).collect();
    let answers = witness.ask(&questions);
    texts.iter().zip(&answers).map(|(text, theirs)| difference(text, theirs)).collect()
}

fn show(text: &str) -> String {
    format!("{text:?}\n{text}")
}

fn expect_agreement(texts: &[String]) {
    let shown: Vec<String> = compare(&mut Witness::start(), texts)
        .into_iter()
        .zip(texts)
        .filter_map(|(difference, text)| {
            difference.map(|found| format!("{text:?} ({})\n{}", found.kind, found.answers))
        })
        .collect();
    assert!(shown.is_empty(), "{} of {} differ\n{}", shown.len(), texts.len(), shown.join("\n"));
}

#[test]
fn plain_scalars_mean_what_helm_reads() {
    // Where a scalar can stand; `{}` is where.
    let places: Vec<String> = serde_json::from_str(include_str!("tables/places.json")).unwrap();
    let texts: Vec<String> = places
        .iter()
        .flat_map(|place| plain().into_iter().map(move |plain| place.replacen("{}", plain, 1)))
        .collect();
    expect_agreement(&texts);
}

#[test]
fn documents_of_a_table_mean_what_helm_reads() {
    // Whole documents that a generator hardly writes.
    let table: Vec<String> = serde_json::from_str(include_str!("tables/documents.json")).unwrap();
    expect_agreement(&table);
}

#[test]
fn generated_documents_mean_what_helm_reads() {
    let mut witness = Witness::start();
    let cases = usize::try_from(number("SEATRIAL_DOCUMENTS", GENERATED)).unwrap();
    let (mut valid, mut refused) = (0, 0);
    differences(&documents(), &mut runner(30), cases, |batch| {
        let texts: Vec<String> = batch.iter().map(Written::text).collect();
        for text in &texts {
            let counter = if parse(text).is_ok() { &mut valid } else { &mut refused };
            *counter += 1;
        }
        compare(&mut witness, &texts)
    })
    .expect_none("YAML", |written| show(&written.text()));
    eprintln!("{valid} documents read alike, {refused} refused alike");
    assert!(
        valid > refused,
        "{valid} documents are valid and {refused} are not: the generator is of little use"
    );
}

#[test]
fn characters_in_any_order_mean_what_helm_reads() {
    let soup = prop_oneof![
        "[-:a&*!|>{}\\[\\]'\"#%? \n,0.]{0,24}",
        "[-:ab{}\\[\\]'\"#? \n\t,<1]{0,16}",
        "(a|b|- |: |\n|  |\\[|\\]|,|\\{|\\}|'|\"|#| #|\\|\n|&a |\\*a|<<: |\t|1|~){0,14}"
    ];
    let mut witness = Witness::start();
    let cases = usize::try_from(number("SEATRIAL_DOCUMENTS", SOUP)).unwrap();
    differences(&soup.boxed(), &mut runner(31), cases, |texts| compare(&mut witness, texts))
        .expect_none("YAML", |text| show(text));
}
