//! What a scalar means: the rules of go-yaml v2, through which Helm and kubectl read everything.
//!
//! That is YAML 1.1 with these choices: `y`, `n`, `yes`, `no`, `on` and `off` are booleans, as values and as
//! keys; `017` and `0o17` are fifteen, `08` is eight; underscores in numbers do not count; timestamps and
//! base-60 numbers are text. Infinities and not-a-number are read as such; who has to make JSON of them refuses.

use std::iter::repeat_n;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use crate::node::Value;
use crate::parse::Dialect;

const TAGS: &str = "tag:yaml.org,2002:";
/// The tag that makes `<<` a merge, whatever its quotes.
pub(crate) const MERGE: &str = "tag:yaml.org,2002:merge";

/// Go does not look at the bits that are left over.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// How a scalar was written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'a> {
    pub(crate) text: &'a str,
    /// Without quotes and without a tag.
    pub(crate) plain: bool,
    pub(crate) tag: Option<&'a str>,
}

/// The value, or what is wrong with it.
pub(crate) fn resolve(written: Written<'_>, dialect: Dialect) -> Result<Value, String> {
    let plain = |text: &str| match (dialect, text) {
        (Dialect::Core, "y" | "Y" | "n" | "N") => Value::Str(text.to_owned()),
        (Dialect::Core, _)
            if ["yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word)) =>
        {
            Value::Str(text.to_owned())
        }
        _ => plain(text),
    };
    let text = written.text;
    let Some(tag) = written.tag else {
        return Ok(if written.plain { plain(text) } else { Value::Str(text.to_owned()) });
    };
    let cannot = || format!("`{text}` cannot be read as {}", tag.replace(TAGS, "!!"));
    match tag.strip_prefix(TAGS) {
        Some("null") => is(plain(text), cannot, |value| matches!(value, Value::Null)),
        Some("bool") => is(plain(text), cannot, |value| matches!(value, Value::Bool(_))),
        Some("int") => is(plain(text), cannot, |value| matches!(value, Value::Int(_))),
        Some("float") => match plain(text) {
            Value::Int(number) => {
                let signed = i64::try_from(number).map_err(|_| cannot())?;
                signed.to_string().parse().map(Value::Float).map_err(|_| cannot())
            }
            value => is(value, cannot, |value| matches!(value, Value::Float(_))),
        },
        Some("binary") => binary(text).map(Value::Str).ok_or_else(cannot),
        _ => Ok(Value::Str(text.to_owned())),
    }
}

/// The text that a number with a point becomes as a key: what Go writes for 32 bits of it, as short as can be.
#[expect(clippy::cast_possible_truncation, reason = "go-yaml keeps no more of it either")]
pub(crate) fn float_key(number: f64) -> String {
    let narrow = number as f32;
    if !narrow.is_finite() {
        let text = if narrow.is_nan() { ".nan" } else { ".inf" };
        return if narrow < 0.0 { format!("-{text}") } else { text.to_owned() };
    }
    let scientific = format!("{narrow:e}");
    match scientific.split_once('e').and_then(|(digits, power)| Some((digits, power.parse::<i32>().ok()?))) {
        Some((digits, power)) if !(-4..6).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.unsigned_abs())
        }
        _ => narrow.to_string(),
    }
}

/// What base64 stands for, as text: bytes that are no UTF-8 are replaced one by one, as in JSON that Go writes.
fn binary(text: &str) -> Option<String> {
    let compact: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let bytes = BASE64.decode(compact).ok()?;
    let mut read = String::new();
    for chunk in bytes.utf8_chunks() {
        read.push_str(chunk.valid());
        read.extend(repeat_n('\u{fffd}', chunk.invalid().len()));
    }
    Some(read)
}

fn is(value: Value, cannot: impl Fn() -> String, fits: impl Fn(&Value) -> bool) -> Result<Value, String> {
    if fits(&value) { Ok(value) } else { Err(cannot()) }
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Value::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        _ => {}
    }
    let number = match text.as_bytes().first() {
        Some(b'.') => not_a_number(text).or_else(|| separated(text)).map(Value::Float),
        Some(b'+' | b'-') => infinity(text).map(Value::Float).or_else(|| number(&text.replace('_', ""))),
        Some(first) if first.is_ascii_digit() => number(&text.replace('_', "")),
        _ => None,
    };
    number.unwrap_or_else(|| Value::Str(text.to_owned()))
}

fn not_a_number(text: &str) -> Option<f64> {
    if matches!(text, ".nan" | ".NaN" | ".NAN") { Some(f64::NAN) } else { infinity(text) }
}

fn infinity(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    matches!(unsigned, ".inf" | ".Inf" | ".INF").then_some(f64::INFINITY * sign)
}

/// A number that starts with its point goes to Go's own parser, which takes `_` between two digits only.
fn separated(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let separates = |index: usize| index > 0 && digit(index - 1) && digit(index + 1);
    let fits = bytes.iter().enumerate().all(|(index, byte)| *byte != b'_' || separates(index));
    if fits { float(&text.replace('_', "")) } else { None }
}

fn number(text: &str) -> Option<Value> {
    integer(text).map(Value::Int).or_else(|| float(text).map(Value::Float))
}

/// Go's integer literals: 0x, 0o, 0b, or a leading 0 for octal; within `i64` or `u64`.
fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let prefixed =
        |lower: &str, upper: &str| digits.strip_prefix(lower).or_else(|| digits.strip_prefix(upper));
    let (radix, digits) = if let Some(rest) = prefixed("0x", "0X") {
        (16, rest)
    } else if let Some(rest) = prefixed("0o", "0O") {
        (8, rest)
    } else if let Some(rest) = prefixed("0b", "0B") {
        (2, rest)
    } else if digits.len() > 1 && digits.starts_with('0') {
        (8, &digits[1..])
    } else {
        (10, digits)
    };
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let magnitude = i128::from_str_radix(digits, radix).ok()?;
    let number = if negative { -magnitude } else { magnitude };
    (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&number).then_some(number)
}

/// Decimal floats that are finite; Rust reads more than YAML does (`inf`, `nan`).
fn float(text: &str) -> Option<f64> {
    let decimal = text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    if !decimal {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    // The right-hand sides are what sigs.k8s.io/yaml 1.6 answers.
    #[rstest]
    #[case("y", "true")]
    #[case("Y", "true")]
    #[case("n", "false")]
    #[case("yes", "true")]
    #[case("oN", "\"oN\"")]
    #[case("0o17", "15")]
    #[case("017", "15")]
    #[case("-017", "-15")]
    #[case("08", "8")]
    #[case("09.5", "9.5")]
    #[case("00", "0")]
    #[case("0x1F", "31")]
    #[case("0X1f", "31")]
    #[case("0x", "\"0x\"")]
    #[case("0x_1", "1")]
    #[case("1_000", "1000")]
    #[case("_1", "\"_1\"")]
    #[case("0b101", "5")]
    #[case("-0b11", "-3")]
    #[case("+5", "5")]
    #[case("1e3", "1000")]
    #[case("1e+3", "1000")]
    #[case(".5", "0.5")]
    #[case(".5_0", "0.5")]
    #[case("._5", "\"._5\"")]
    #[case(".5__0", "\".5__0\"")]
    #[case("-._5", "-0.5")]
    #[case("+.5", "0.5")]
    #[case("1.", "1")]
    #[case(".", "\".\"")]
    #[case("+", "\"+\"")]
    #[case("1e999", "\"1e999\"")]
    #[case("18446744073709551615", "18446744073709551615")]
    #[case("0x1FFFFFFFFFFFFFFFFF", "\"0x1FFFFFFFFFFFFFFFFF\"")]
    #[case("9007199254740993", "9007199254740993")]
    #[case("8.0", "8")]
    #[case("1.30", "1.3")]
    #[case("2024-01-02", "\"2024-01-02\"")]
    #[case("12:30:45", "\"12:30:45\"")]
    #[case("~", "null")]
    #[case("", "null")]
    #[case("infinity", "\"infinity\"")]
    #[case("1-2", "\"1-2\"")]
    fn a_plain_scalar_means_what_helm_reads(#[case] text: &str, #[case] json: &str) {
        let value = resolve(Written { text, plain: true, tag: None }, Dialect::Helm).unwrap();
        let node = crate::node::Node { value, span: crate::span::Span::default() };
        assert_eq!(node.to_json().to_string(), json);
    }

    #[rstest]
    #[case("str", "5", Ok(Value::Str("5".into())))]
    #[case("int", "5", Ok(Value::Int(5)))]
    #[case("float", "5", Ok(Value::Float(5.0)))]
    #[case("bool", "yes", Ok(Value::Bool(true)))]
    #[case("null", "", Ok(Value::Null))]
    #[case("timestamp", "2024-01-02", Ok(Value::Str("2024-01-02".into())))]
    #[case("binary", "aGk=", Ok(Value::Str("hi".into())))]
    #[case("binary", "/w==", Ok(Value::Str("\u{fffd}".into())))]
    #[case("binary", "a", Err("`a` cannot be read as !!binary".into()))]
    #[case("float", "18446744073709551615", Err("`18446744073709551615` cannot be read as !!float".into()))]
    #[case("int", "abc", Err("`abc` cannot be read as !!int".into()))]
    #[case("null", "x", Err("`x` cannot be read as !!null".into()))]
    fn a_tag_decides(#[case] tag: &str, #[case] text: &str, #[case] value: Result<Value, String>) {
        let tag = format!("{TAGS}{tag}");
        assert_eq!(resolve(Written { text, plain: false, tag: Some(&tag) }, Dialect::Helm), value);
    }

    #[rstest]
    #[case("1.0", "1")]
    #[case("-0.0", "-0")]
    #[case("3.14159265358979", "3.1415927")]
    #[case("123456.0", "123456")]
    #[case("1234567.0", "1.234567e+06")]
    #[case("0.0001", "0.0001")]
    #[case("0.00001", "1e-05")]
    #[case("1e300", ".inf")]
    #[case("-.INF", "-.inf")]
    #[case(".NaN", ".nan")]
    fn a_key_with_a_point_is_what_go_writes(#[case] text: &str, #[case] key: &str) {
        let value = resolve(Written { text, plain: true, tag: None }, Dialect::Helm).unwrap();
        let Value::Float(number) = value else { panic!("{text} is {value:?}") };
        assert_eq!(float_key(number), key);
    }

    #[rstest]
    #[case("off", Value::Str("off".into()))]
    #[case("Yes", Value::Str("Yes".into()))]
    #[case("n", Value::Str("n".into()))]
    #[case("true", Value::Bool(true))]
    #[case("017", Value::Int(15))]
    fn the_core_dialect_has_two_booleans(#[case] text: &str, #[case] value: Value) {
        assert_eq!(resolve(Written { text, plain: true, tag: None }, Dialect::Core), Ok(value));
    }

    #[test]
    fn quotes_make_text() {
        let value = resolve(Written { text: "5", plain: false, tag: None }, Dialect::Helm).unwrap();
        assert_eq!(value, Value::Str("5".into()));
    }
}
