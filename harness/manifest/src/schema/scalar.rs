//! Scalars as Go decodes them for built-in kinds.

use serde_json::{Number, Value};

use super::error::Fault;
use super::types::Type;
use super::words::{self, Wanted};
use crate::quantity::Quantity;

/// What is wrong with a scalar.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) fault: Fault,
    pub(crate) message: String,
    pub(crate) advice: Option<String>,
}

/// Compares a value that is not null with a type that holds no others. `quote` allows to quote it, `may_be_empty`
/// lets an empty text stand for none of the allowed ones.
pub(crate) fn check(of: &Type, value: &Value, quote: bool, may_be_empty: bool) -> Result<(), Wrong> {
    let unreadable = |advice| Err(bad(Wanted::of(of).against(value, quote), advice));
    match (of, value) {
        (Type::Any, _)
        | (Type::String | Type::IntOrString, Value::String(_))
        | (Type::Boolean, Value::Bool(_))
        | (Type::Number, Value::Number(_)) => Ok(()),
        (Type::Enum(words), Value::String(text)) => one_of(words, text, quote, may_be_empty),
        (Type::Bytes, Value::String(text)) if is_base64(text) => Ok(()),
        (Type::Bytes, Value::String(_)) => {
            Err(bad("this is not base64".to_owned(), Some("encode it (`b64enc` in a template)".to_owned())))
        }
        (Type::Time, Value::String(text)) if is_time(text) => Ok(()),
        (Type::Int32 | Type::Int64 | Type::IntOrString, Value::Number(number)) if is_whole(number) => {
            let fits = match number.as_i64() {
                Some(number) => *of == Type::Int64 || i32::try_from(number).is_ok(),
                None => false,
            };
            let bits = if *of == Type::Int64 { 64 } else { 32 };
            let message = || format!("{} does not fit a number of {bits} bits", words::found(value, quote));
            if fits { Ok(()) } else { Err(bad(message(), None)) }
        }
        (Type::Quantity, Value::Number(number)) if is_quantity(&number.to_string()) => Ok(()),
        (Type::Quantity, Value::String(text)) if is_quantity(text.trim()) => Ok(()),
        (Type::Quantity, Value::String(text)) => {
            let without_unit = text.trim().strip_suffix(['B', 'b']).filter(|rest| is_quantity(rest));
            unreadable(without_unit.filter(|_| quote).map(|rest| format!("write `{rest}`")))
        }
        (Type::Time, Value::String(_)) | (Type::Quantity, Value::Number(_)) => unreadable(None),
        _ => {
            let wanted = Wanted::of(of);
            let message = wanted.against(value, quote);
            Err(Wrong { fault: Fault::WrongType, message, advice: wanted.rewrite(value, quote) })
        }
    }
}

fn bad(message: String, advice: Option<String>) -> Wrong {
    Wrong { fault: Fault::BadValue, message, advice }
}

fn is_whole(number: &Number) -> bool {
    number.is_i64() || number.is_u64()
}

fn is_quantity(text: &str) -> bool {
    Quantity::parse(text).is_ok()
}

fn one_of(words: &[&str], text: &str, quote: bool, may_be_empty: bool) -> Result<(), Wrong> {
    if words.contains(&text) || (text.is_empty() && may_be_empty) {
        return Ok(());
    }
    let choice = || words.iter().copied().filter(|word| !word.is_empty());
    let shown = words::found(&Value::from(text), quote);
    Err(Wrong {
        fault: Fault::BadEnum,
        message: format!("{shown} is not one of {}", words::listed(choice())),
        advice: seatrial_document::nearest(text, choice()).map(|word| format!("did you mean `{word}`?")),
    })
}

/// Standard base64 with padding, line breaks ignored, as Go's `StdEncoding`.
fn is_base64(text: &str) -> bool {
    let written: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let padding = written.iter().rev().take_while(|byte| **byte == b'=').count();
    let digits = &written[..written.len() - padding];
    written.len().is_multiple_of(4)
        && padding <= 2
        && digits.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// RFC 3339 as Go's `time.Parse` reads it, days of short months apart.
fn is_time(text: &str) -> bool {
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let shaped = marks.iter().all(|(place, mark)| text.as_bytes().get(*place) == Some(mark))
        && number(0..4).is_some()
        && number(5..7).is_some_and(|month| (1..=12).contains(&month))
        && number(8..10).is_some_and(|day| (1..=31).contains(&day))
        && number(11..13).is_some_and(|hour| hour < 24)
        && number(14..16).is_some_and(|minute| minute < 60)
        && number(17..19).is_some_and(|second| second < 60);
    let Some(rest) = text.get(19..).filter(|_| shaped) else { return false };
    let zone = match rest.strip_prefix(['.', ',']) {
        None => rest,
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
    };
    let offset = |zone: &str| {
        zone.len() == 6
            && zone.starts_with(['+', '-'])
            && zone
                .bytes()
                .enumerate()
                .skip(1)
                .all(|(place, byte)| if place == 3 { byte == b':' } else { byte.is_ascii_digit() })
    };
    zone == "Z" || offset(zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn judge(of: &Type, value: &Value) -> Option<Fault> {
        check(of, value, true, true).err().map(|wrong| wrong.fault)
    }

    #[rstest]
    #[case(Type::String, json!("x"), None)]
    #[case(Type::String, json!(5), Some(Fault::WrongType))]
    #[case(Type::Boolean, json!("true"), Some(Fault::WrongType))]
    #[case(Type::Int32, json!(2_147_483_647), None)]
    #[case(Type::Int32, json!(2_147_483_648_i64), Some(Fault::BadValue))]
    #[case(Type::Int32, json!(1.5), Some(Fault::WrongType))]
    #[case(Type::Int32, json!("1"), Some(Fault::WrongType))]
    #[case(Type::Int64, json!(9_007_199_254_740_993_i64), None)]
    #[case(Type::Int64, json!(u64::MAX), Some(Fault::BadValue))]
    #[case(Type::Number, json!(1), None)]
    #[case(Type::Quantity, json!(0.5), None)]
    #[case(Type::Quantity, json!(" 2Gi "), None)]
    #[case(Type::Quantity, json!(""), Some(Fault::BadValue))]
    #[case(Type::Quantity, json!("2GB"), Some(Fault::BadValue))]
    #[case(Type::Quantity, json!(true), Some(Fault::WrongType))]
    #[case(Type::IntOrString, json!("25%"), None)]
    #[case(Type::IntOrString, json!(80), None)]
    #[case(Type::IntOrString, json!(1.5), Some(Fault::WrongType))]
    #[case(Type::IntOrString, json!(4_294_967_296_i64), Some(Fault::BadValue))]
    #[case(Type::Bytes, json!("aGk="), None)]
    #[case(Type::Bytes, json!("aGk"), Some(Fault::BadValue))]
    #[case(Type::Bytes, json!("a-k="), Some(Fault::BadValue))]
    #[case(Type::Bytes, json!("aG\nk=\n"), None)]
    #[case(Type::Time, json!("2026-01-31T12:00:00.5+01:00"), None)]
    #[case(Type::Time, json!("2026-01-31"), Some(Fault::BadValue))]
    #[case(Type::Time, json!("2026-13-31T12:00:00Z"), Some(Fault::BadValue))]
    #[case(Type::Any, json!([1]), None)]
    #[case(Type::Enum(["A", "B"].into()), json!("B"), None)]
    #[case(Type::Enum(["A", "B"].into()), json!("C"), Some(Fault::BadEnum))]
    #[case(Type::Enum(["A", "B"].into()), json!(""), None)]
    #[case(Type::Map(Box::new(Type::String)), json!([]), Some(Fault::WrongType))]
    fn a_scalar_is_judged_as_go_decodes_it(
        #[case] of: Type,
        #[case] value: Value,
        #[case] fault: Option<Fault>,
    ) {
        assert_eq!(judge(&of, &value), fault);
    }

    #[test]
    fn an_empty_text_is_refused_where_one_must_be_chosen() {
        let of = Type::Enum(["A"].into());
        assert!(check(&of, &json!(""), true, false).is_err());
    }

    #[rstest]
    #[case(Type::Quantity, json!("512MB"), "expected a quantity such as 500m or 2Gi, found `512MB`", Some("write `512M`"))]
    #[case(Type::Enum(["Always", "Never"].into()), json!("always"), "`always` is not one of `Always` or `Never`", Some("did you mean `Always`?"))]
    #[case(Type::String, json!(true), "expected a text, found the boolean true", Some("write it in quotes: \"true\""))]
    fn it_is_said_what_to_write(
        #[case] of: Type,
        #[case] value: Value,
        #[case] said: &str,
        #[case] advice: Option<&str>,
    ) {
        let wrong = check(&of, &value, true, true).unwrap_err();
        assert_eq!((wrong.message.as_str(), wrong.advice.as_deref()), (said, advice));
    }
}
