//! Writing an argv so that a person can paste it into a POSIX shell.

/// Quotes one word for a POSIX shell; plain words stay as they are.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+*".contains(c);
    // `*` is plain only inside a masked word: an argument with a glob character is quoted.
    let is_plain = !word.is_empty() && word.chars().all(plain) && !word.replace("****", "").contains('*');
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("--namespace", "--namespace")]
    #[case("key=value", "key=value")]
    #[case("", "''")]
    #[case("a b", "'a b'")]
    #[case("it's", r"'it'\''s'")]
    #[case("*.yaml", "'*.yaml'")]
    #[case("password=****", "password=****")]
    #[case("$HOME", "'$HOME'")]
    fn a_word_survives_the_shell(#[case] word: &str, #[case] quoted: &str) {
        assert_eq!(quote(word), quoted);
    }
}
