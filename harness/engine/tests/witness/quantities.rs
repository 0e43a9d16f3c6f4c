//! Quantities: the same texts are quantities, and they count the same.

use proptest::prelude::*;
use proptest::sample::select;
use seatrial_manifest::quantity::Quantity;
use serde_json::{Value, json};

use crate::program::Witness;
use crate::search::{Difference, differences, runner};

const GENERATED: usize = 40_000;

/// Parts of quantities, and whole texts that are odd.
#[derive(serde::Deserialize)]
struct Table {
    suffixes: Vec<String>,
    numbers: Vec<String>,
    odd: Vec<String>,
}

fn table() -> Table {
    serde_json::from_str(include_str!("tables/quantities.json")).unwrap()
}

/// How ours differs from the witness's answer.
fn difference(text: &str, theirs: &Value) -> Option<Difference> {
    let refused = theirs["error"].as_str();
    let answers = |ours: &str| format!("ours: {ours}\ntheirs: {theirs}");
    let differ = |kind: &str, ours: &str| Some(Difference { kind: kind.to_owned(), answers: answers(ours) });
    let ours = match (Quantity::parse(text), refused) {
        (Err(_), Some(_)) => return None,
        (Err(error), None) => return differ("refused by us alone", &error.to_string()),
        (Ok(ours), Some(_)) => return differ("refused by the witness alone", &format!("{ours:?}")),
        (Ok(ours), None) => ours,
    };
    let said = format!("{ours:?}, {} thousandths, {} units", ours.millis(), ours.units());
    for (name, ours, theirs) in
        [("milli", ours.millis(), &theirs["milli"]), ("value", ours.units(), &theirs["value"])]
    {
        // What does not fit is not counted by upstream; ours stops at the end.
        let agree = match theirs.as_i64() {
            Some(theirs) => ours == theirs,
            None => ours == i64::MAX || ours == i64::MIN,
        };
        if !agree {
            return differ(name, &said);
        }
    }
    // Upstream writes no suffix beyond E, so that what does not fit is written wrong.
    let canonical = theirs["canonical"].as_str().unwrap();
    let again = Quantity::parse(canonical).ok();
    if theirs["value"].is_null() || again == Some(ours) { None } else { differ("canonical", &said) }
}

fn compare(witness: &mut Witness, texts: &[String]) -> Vec<Option<Difference>> {
    let questions: Vec<Value> = texts.iter().map(|text| json!({"quantity": text})).collect();
    let answers = witness.ask(&questions);
    texts.iter().zip(&answers).map(|(text, theirs)| difference(text, theirs)).collect()
}

fn generated() -> BoxedStrategy<String> {
    let number =
        prop_oneof![select(table().numbers), "[0-9]{1,9}", "[0-9]{0,6}\\.[0-9]{0,12}", "[1-9][0-9]{12,19}",];
    let suffix = prop_oneof![
        6 => select(table().suffixes),
        2 => "[eE][+-]?[0-9]{1,2}",
        1 => "[eEinumkKMGTP]{0,2}[+-]?[0-9]{0,2}",
        1 => "[a-zA-Z+. -]{1,2}",
    ];
    let sign = prop_oneof![8 => Just(""), 1 => Just("+"), 1 => Just("-")];
    (sign, number, suffix).prop_map(|(sign, number, suffix)| format!("{sign}{number}{suffix}")).boxed()
}

#[test]
fn quantities_of_a_table_mean_what_kubernetes_reads() {
    let Table { suffixes, numbers, odd } = table();
    let with_suffixes = |number: &String| -> Vec<String> {
        suffixes.iter().map(|suffix| format!("{number}{suffix}")).collect()
    };
    let texts: Vec<String> = numbers.iter().flat_map(with_suffixes).chain(odd).collect();
    let mut witness = Witness::start();
    let shown: Vec<String> = compare(&mut witness, &texts)
        .into_iter()
        .zip(&texts)
        .filter_map(|(difference, text)| {
            difference.map(|found| format!("`{text}` ({}): {}", found.kind, found.answers))
        })
        .collect();
    assert!(shown.is_empty(), "{} of {} differ\n{}", shown.len(), texts.len(), shown.join("\n"));
}

#[test]
fn generated_quantities_mean_what_kubernetes_reads() {
    let mut witness = Witness::start();
    differences(&generated(), &mut runner(20), GENERATED, |texts| compare(&mut witness, texts))
        .expect_none("quantities", |text| format!("`{text}`"));
}

#[test]
fn numbers_are_quantities_as_well_as_texts() {
    let mut witness = Witness::start();
    for number in [json!(1), json!(0.5), json!(-2), json!(1500), json!(1e21), json!(1e-7)] {
        let theirs = witness.ask_one(json!({"quantity": number}));
        let found = difference(&number.to_string(), &theirs);
        assert!(found.is_none(), "{number}: {}", found.unwrap().answers);
    }
}
