//! What helm says of `values.schema.json`, key by key.
//!
//! Since 3.18 helm prints the errors of `santhosh-tekuri/jsonschema` as a tree, two spaces a level, each line
//! `- at '<JSON pointer>': <what>`; before that `- <path with dots>: <what>`, `(root)` for the whole. A line without
//! a dash names the chart whose schema it is, and each chart's values count from its own root.

/// What a schema has against one key, not yet cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raw {
    pub(crate) chart: String,
    pub(crate) key: Vec<String>,
    pub(crate) message: String,
}

/// Reads the list that follows helm's first line. What is no such list gives nothing.
pub(crate) fn read(list: &str) -> Vec<Raw> {
    let mut found = Vec::new();
    let mut chart = String::new();
    let mut lines = list.lines().filter(|line| !line.trim().is_empty()).peekable();
    while let Some(line) = lines.next() {
        let Some((level, key, message)) = problem(line) else {
            if let Some(name) = line.strip_suffix(':').filter(|name| !name.contains(' ')) {
                name.clone_into(&mut chart);
            }
            continue;
        };
        let mut below = Vec::new();
        while let Some(next) = lines.peek().and_then(|next| problem(next)).filter(|next| next.0 > level) {
            below.push(next);
            lines.next();
        }
        found.extend(told(key, message, &below).into_iter().map(|(key, message)| {
            let (key, message) = sharpened(key, message);
            Raw { chart: chart.clone(), key, message }
        }));
    }
    found
}

type Problem = (usize, Vec<String>, String);

/// One line: its level, its key and what it says.
fn problem(line: &str) -> Option<Problem> {
    let text = line.trim_start();
    let level = line.len() - text.len();
    let rest = text.strip_prefix("- ")?;
    if let Some(rest) = rest.strip_prefix("at '") {
        let end = closing(rest)?;
        let pointer = rest[..end].replace("\\'", "'").replace("\\\\", "\\");
        let key =
            pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
        return Some((level, key, rest[end..].strip_prefix("': ")?.to_owned()));
    }
    let (path, message) = rest.split_once(": ")?;
    let key = if path == "(root)" { Vec::new() } else { path.split('.').map(str::to_owned).collect() };
    Some((level, key, message.to_owned()))
}

/// Where a text in single quotes ends: at one without a backslash before it.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(place, c)| {
        let ends = c == '\'' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(place)
    })
}

/// One or several problems of a node of the tree: alternatives stay together, everything else counts by itself.
fn told(key: Vec<String>, message: String, below: &[Problem]) -> Vec<(Vec<String>, String)> {
    let Some(first) = below.iter().map(|(level, ..)| *level).min() else { return vec![(key, message)] };
    if message.contains("'anyOf' failed") || message.contains("'oneOf' failed") {
        let parts: Vec<String> = below
            .iter()
            .map(|(_, at, message)| {
                let at = at.strip_prefix(key.as_slice()).unwrap_or(at.as_slice()).join(".");
                if at.is_empty() { message.clone() } else { format!("{at}: {message}") }
            })
            .collect();
        return vec![(key, format!("none of the alternatives fits: {}", parts.join("; ")))];
    }
    let mut all = Vec::new();
    let mut rest = below;
    while let Some(((_, key, message), after)) = rest.split_first() {
        let own = after.iter().take_while(|(level, ..)| *level > first).count();
        all.extend(told(key.clone(), message.clone(), &after[..own]));
        rest = &after[own..];
    }
    all
}

/// The key itself where the message names one that is missing or one too many.
fn sharpened(mut key: Vec<String>, message: String) -> (Vec<String>, String) {
    let named = ["missing property '", "additional properties '"].into_iter().find_map(|start| {
        let rest = message.strip_prefix(start)?;
        let name = &rest[..closing(rest)?];
        matches!(&rest[name.len()..], "'" | "' not allowed").then(|| name.to_owned())
    });
    match named {
        Some(name) if message.starts_with("missing") => {
            key.push(name);
            (key, "it is missing".to_owned())
        }
        Some(name) => {
            key.push(name);
            (key, "the schema does not know it".to_owned())
        }
        None => (key, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn shown(list: &str) -> Vec<String> {
        read(list)
            .into_iter()
            .map(|raw| format!("{} {} {}", raw.chart, raw.key.join("."), raw.message))
            .collect()
    }

    #[rstest]
    #[case::two_keys(
        "plain:\n- at '/replicas': minimum: got -1, want 0\n- at '/message': got number, want string",
        &["plain replicas minimum: got -1, want 0", "plain message got number, want string"]
    )]
    #[case::a_subchart(
        "top:\n- at '/a': got null, want string\nsub:\n- at '/b/0/c': value must be one of 'x', 'y'\n",
        &["top a got null, want string", "sub b.0.c value must be one of 'x', 'y'"]
    )]
    #[case::a_group(
        "plain:\n- at '': validation failed\n  - at '/a': got number, want string\n  - at '': missing property 'b'",
        &["plain a got number, want string", "plain b it is missing"]
    )]
    #[case::alternatives(
        "plain:\n- at '/port': 'anyOf' failed\n  - at '/port': got boolean, want integer\n  - at '/port': got boolean, \
         want string",
        &["plain port none of the alternatives fits: got boolean, want integer; got boolean, want string"]
    )]
    #[case::nested(
        "plain:\n- at '': 'allOf' failed\n  - at '/a': validation failed\n    - at '/a/x': got null, want string\n  - at \
         '/b': false schema",
        &["plain a.x got null, want string", "plain b false schema"]
    )]
    #[case::a_key_too_many("plain:\n- at '/a': additional properties 'bee' not allowed", &["plain a.bee the schema does not know it"])]
    #[case::keys_too_many(
        "plain:\n- at '': additional properties 'x', 'y' not allowed",
        &["plain  additional properties 'x', 'y' not allowed"]
    )]
    #[case::escapes("plain:\n- at '/it\\'s/a~1b~0c': got null, want string", &["plain it's.a/b~c got null, want string"])]
    #[case::of_older_helm(
        "plain:\n- (root): Additional property x is not allowed\n- a.0.b: Invalid type. Expected: string, given: integer",
        &["plain  Additional property x is not allowed", "plain a.0.b Invalid type. Expected: string, given: integer"]
    )]
    #[case::no_list("something else entirely", &[])]
    fn every_key_is_told_of_by_itself(#[case] list: &str, #[case] told: &[&str]) {
        assert_eq!(shown(list), told);
    }
}
