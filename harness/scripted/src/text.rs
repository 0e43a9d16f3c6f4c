//! Text of a script: what programs and containers print, of any size and of any bytes.

use serde::Deserialize;
use serde_json::Value;

/// The most a text may come to: what a script asks for must not take the machine's memory.
const LARGEST: usize = 1 << 30;

/// Bytes to print. In a script: a string, `{hex: fffe}`, `{bytes: 104857600, of: "line\n"}`, or a list of these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Text(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Plain(Vec<u8>),
    Repeated { unit: Vec<u8>, bytes: usize },
}

impl Text {
    /// The bytes, in pieces that fit into memory however long the whole is.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        self.0
            .iter()
            .flat_map(|part| match part {
                Part::Plain(bytes) => vec![(bytes.clone(), bytes.len())],
                Part::Repeated { unit, bytes } => {
                    let many = unit.repeat((64 * 1024 / unit.len()).max(1));
                    let (whole, rest) = (bytes / many.len(), bytes % many.len());
                    let mut pieces = vec![(many.clone(), many.len()); whole];
                    pieces.push((many, rest));
                    pieces
                }
            })
            .map(|(mut bytes, length)| {
                bytes.truncate(length);
                bytes
            })
    }

    /// At most the last `most` bytes, and how many were left out: what a driver keeps of a log.
    pub(crate) fn end(&self, most: usize) -> (Vec<u8>, usize) {
        let (mut kept, mut dropped) = (Vec::new(), 0);
        for piece in self.pieces() {
            kept.extend_from_slice(&piece);
            if kept.len() > 2 * most {
                let excess = kept.len() - most;
                kept.drain(..excess);
                dropped += excess;
            }
        }
        let excess = kept.len().saturating_sub(most);
        kept.drain(..excess);
        (kept, dropped + excess)
    }
}

impl TryFrom<Value> for Text {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(Self::default()),
            Value::Array(parts) => parts.into_iter().map(part).collect::<Result<_, _>>().map(Self),
            one => part(one).map(|part| Self(vec![part])),
        }
    }
}

fn part(value: Value) -> Result<Part, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Written {
        hex: Option<String>,
        bytes: Option<usize>,
        of: Option<String>,
    }
    if let Value::String(text) = value {
        return Ok(Part::Plain(text.into_bytes()));
    }
    let written: Written = serde_json::from_value(value).map_err(|error| format!("a text: {error}"))?;
    match written {
        Written { hex: Some(hex), bytes: None, of: None } => decode(&hex).map(Part::Plain),
        Written { hex: None, bytes: Some(bytes), of } if bytes <= LARGEST => {
            let unit = of.filter(|unit| !unit.is_empty()).unwrap_or_else(|| "x".to_owned()).into_bytes();
            Ok(Part::Repeated { unit, bytes })
        }
        Written { bytes: Some(bytes), .. } if bytes > LARGEST => {
            Err(format!("a text of {bytes} bytes is more than the {LARGEST} that a script may ask for"))
        }
        _ => Err("a text is a string, `{hex: …}`, `{bytes: …, of: …}` or a list of these".to_owned()),
    }
}

fn decode(hex: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(text, 16).ok()
    };
    digits.chunks(2).map(|two| pair(two).ok_or_else(|| format!("`{hex}` is not hexadecimal"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(value: Value) -> Text {
        Text::try_from(value).unwrap()
    }

    #[test]
    fn bytes_of_every_kind_are_joined_in_order() {
        let text = text(json!(["a\u{1b}[31m", {"hex": "ff fe"}, {"bytes": 5, "of": "xy"}]));
        let bytes: Vec<u8> = text.pieces().flatten().collect();
        assert_eq!(bytes, b"a\x1b[31m\xff\xfexyxyx");
    }

    #[test]
    fn the_end_of_a_long_text_is_kept_and_the_rest_is_counted() {
        let text = text(json!([{"bytes": 1_000_000, "of": "line\n"}, "last"]));
        let (kept, dropped) = text.end(10);
        assert_eq!((kept.as_slice(), dropped), (b"\nline\nlast".as_slice(), 1_000_004 - 10));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for wrong in
            [json!({"hex": "f"}), json!({"hex": "xx"}), json!({"byte": 3}), json!({"bytes": 1_u64 << 40})]
        {
            Text::try_from(wrong).unwrap_err();
        }
    }
}
