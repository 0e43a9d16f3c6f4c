//! Masking secrets, and the type that marks text as cleaned.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// What stands in place of a secret.
pub const MASK: &str = "****";

/// Values shorter than this are not masked: they would punch holes into ordinary words.
const SHORTEST: usize = 4;

/// Lines of a secret that are at least so long are secret by themselves.
const LONG: usize = 16;

/// Text that may reach the record, reports, evidence or logs: known secrets are masked, and control,
/// ANSI and bidirectional characters are gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Clean(String);

impl Clean {
    /// Text of our own, a literal: nothing in it comes from outside.
    pub fn own(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// At most the last `max` bytes, cut at a line where possible, with a note of what was cut.
    #[must_use]
    pub fn tail(&self, max: usize) -> Self {
        if self.0.len() <= max {
            return self.clone();
        }
        let mut start = self.0.len() - max;
        while !self.0.is_char_boundary(start) {
            start += 1;
        }
        let start = self.0[start..].find('\n').map_or(start, |line| start + line + 1);
        Self(format!("[{start} bytes before this are not shown]\n{}", &self.0[start..]))
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Knows the secret values of a run and makes [`Clean`] text. Values are masked raw, base64 and
/// URL-encoded.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    needles: BTreeSet<Needle>,
    spared: BTreeSet<String>,
}

/// Ordered longest first, so that a secret that contains another is masked whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Needle(std::cmp::Reverse<usize>, String);

impl Redactor {
    /// Masks `value` from now on. Short values and plain words of configuration are left alone.
    pub fn add(&mut self, value: &str) {
        let value = value.trim();
        if value.len() < SHORTEST || matches!(value, "true" | "false" | "null" | "none" | "require") {
            return;
        }
        let mut put = |text: String| {
            if text.len() >= SHORTEST {
                self.needles.insert(Needle(std::cmp::Reverse(text.len()), text));
            }
        };
        put(value.to_owned());
        for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
            put(engine.encode(value));
        }
        put(url_encode(value));
        // As it stands in JSON and in quoted YAML, and line by line, as it stands in a YAML block.
        let json = serde_json::Value::from(value).to_string();
        put(json[1..json.len() - 1].to_owned());
        for line in
            value.lines().map(str::trim).filter(|line| line.len() >= LONG && !line.starts_with("-----"))
        {
            put(line.to_owned());
        }
    }

    /// Leaves secrets alone that are part of `name`: a database user called as its object is no secret, and
    /// masking it would punch holes into every name.
    pub fn spare(&mut self, name: &str) {
        self.spared.insert(name.to_owned());
    }

    /// Masks and spares what another redactor does, too.
    pub fn merge(&mut self, other: &Self) {
        self.needles.extend(other.needles.iter().cloned());
        self.spared.extend(other.spared.iter().cloned());
    }

    /// Text from outside, cleaned.
    pub fn clean(&self, text: &str) -> Clean {
        let mut plain = strip(text);
        for Needle(_, secret) in &self.needles {
            let is_name = || self.spared.iter().any(|name| name.contains(secret.as_str()));
            if plain.contains(secret.as_str()) && !is_name() {
                plain = plain.replace(secret.as_str(), MASK);
            }
        }
        Clean(plain)
    }

    /// Bytes from outside (logs, program output), cleaned. Invalid UTF-8 becomes U+FFFD.
    pub fn clean_bytes(&self, bytes: &[u8]) -> Clean {
        self.clean(&String::from_utf8_lossy(bytes))
    }
}

/// Whether a key looks as if its value were a secret: `secretKey`, `DB_PASSWORD`, `api-token` …
pub fn is_secret_key(key: &str) -> bool {
    let flat: String =
        key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    ["password", "passwd", "secretkey", "secretaccesskey", "token", "apikey", "privatekey", "credentials"]
        .iter()
        .any(|word| flat.ends_with(word))
}

fn url_encode(value: &str) -> String {
    value.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte.into());
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Drops ANSI sequences, control characters other than newline and tab, and bidirectional controls.
fn strip(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => skip_escape(&mut chars),
            '\n' | '\t' => out.push(c),
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// After ESC: a control sequence (ECMA-48, `[` … final byte) or an operating-system command (`]` … BEL).
fn skip_escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match chars.next() {
        Some('[') => while chars.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
        Some(']') => while chars.next_if(|c| *c != '\u{7}' && *c != '\u{1b}' && *c != '\n').is_some() {},
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("a\u{1b}[31mred\u{1b}[0m", "ared")]
    #[case("a\u{1b}]0;title\u{7}b", "ab")]
    #[case("x\u{202e}y\r\n", "xy\n")]
    fn terminal_and_bidi_characters_are_dropped(#[case] text: &str, #[case] clean: &str) {
        assert_eq!(Redactor::default().clean(text).as_str(), clean);
    }

    #[test]
    fn a_secret_is_masked_raw_base64_and_url_encoded() {
        let mut redactor = Redactor::default();
        redactor.add("p@ss word/1");
        let text = format!("p@ss word/1 {} {}", STANDARD.encode("p@ss word/1"), "p%40ss%20word%2F1");
        assert_eq!(redactor.clean(&text).as_str(), "**** **** ****");
    }

    #[test]
    fn a_secret_of_several_lines_is_masked_in_a_block_and_in_quotes() {
        let mut redactor = Redactor::default();
        redactor.add("-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END KEY-----");
        redactor.add("quote\"d secret");
        let block = "  key: |\n    -----BEGIN KEY-----\n    MIIEvQIBADANBgkqhkiG\n  p: \"quote\\\"d secret\"";
        let clean = redactor.clean(block);
        assert!(!clean.as_str().contains("MIIEvQ") && !clean.as_str().contains("d secret"), "{clean}");
    }

    #[test]
    fn a_tail_says_what_it_left_out() {
        let clean = Redactor::default().clean("first line\nsecond\nthird");
        assert_eq!(clean.tail(10).as_str(), "[18 bytes before this are not shown]\nthird");
    }

    #[rstest]
    #[case("flask.secretKey", true)]
    #[case("POSTGRES_PASSWORD", true)]
    #[case("existingSecret", false)]
    #[case("tokenizer", false)]
    fn secret_keys_are_known_by_their_ending(#[case] key: &str, #[case] secret: bool) {
        assert_eq!(is_secret_key(key), secret);
    }

    proptest! {
        #[test]
        fn a_masked_secret_never_shows(secret in "[a-zA-Z0-9@/+=]{6,20}", around in ".{0,20}") {
            let mut redactor = Redactor::default();
            redactor.add(&secret);
            let clean = redactor.clean(&format!("{around}{secret}{around}"));
            prop_assert!(!clean.as_str().contains(&secret));
        }
    }
}
