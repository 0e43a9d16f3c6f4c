use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn json(text: &str) -> String {
    parse_one(text, Dialect::Helm).unwrap().to_json().to_string()
}

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

// The right-hand sides are what sigs.k8s.io/yaml 1.6 answers.
#[rstest]
#[case("a: '5'", r#"{"a":"5"}"#)]
#[case("a: ! 5", r#"{"a":"5"}"#)]
#[case("a: !foo 5", r#"{"a":"5"}"#)]
#[case("a: !!str 5", r#"{"a":"5"}"#)]
#[case("a: !foo {b: 1}", r#"{"a":{"b":1}}"#)]
#[case("a: !!set {b}", r#"{"a":{"b":null}}"#)]
#[case("y: 1", r#"{"true":1}"#)]
#[case("1.5: x", r#"{"1.5":"x"}"#)]
#[case("a: 1\na: 2", r#"{"a":2}"#)]
#[case("x: &x {a: 2}\nb:\n  a: 1\n  <<: *x", r#"{"x":{"a":2},"b":{"a":2}}"#)]
#[case("x: &x {a: 2}\nb:\n  <<: *x\n  a: 1", r#"{"x":{"a":2},"b":{"a":1}}"#)]
#[case(
    "x: &x {a: 2}\nz: &z {a: 3, c: 4}\nb:\n  <<: [*x, *z]",
    r#"{"x":{"a":2},"z":{"a":3,"c":4},"b":{"a":2,"c":4}}"#
)]
#[case("x: &x {a: 2}\nb:\n  !!merge '<<': *x", r#"{"x":{"a":2},"b":{"a":2}}"#)]
#[case("b: {'<<': 1}", r#"{"b":{"<<":1}}"#)]
#[case("a: &x [&x 2]\nb: *x", r#"{"a":[2],"b":2}"#)]
#[case("{.inf: 1, -.inf: 2}", r#"{".inf":1,"-.inf":2}"#)]
#[case("1000000.0: 1", r#"{"1e+06":1}"#)]
#[case("a: &a 1\nb: *a\n*a : x", r#"{"a":1,"b":1,"1":"x"}"#)]
#[case("a: |\n  b\n  c\n", r#"{"a":"b\nc\n"}"#)]
#[case("a: |\n  b", r#"{"a":"b"}"#)]
#[case("a: >+\n  b\n  ", r#"{"a":"b\n"}"#)]
#[case("- |-\n  b\n- |\n  c\n\n  d", r#"["b","c\n\nd"]"#)]
#[case("a: .nan\na: 1", r#"{"a":1}"#)]
#[case("a?: b?", r#"{"a?":"b?"}"#)]
#[case("\u{feff}a: 1", r#"{"a":1}"#)]
#[case("", "null")]
#[case("# nothing\n", "null")]
fn a_text_means_what_helm_reads(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(json(text), expected);
}

#[rstest]
#[case("b: {<<: 1}", "line 1, column 9: `<<` takes a map or a list of maps")]
#[case("b: {<<: [1]}", "line 1, column 10: `<<` takes a map or a list of maps")]
#[case("a: &a [{b: 1}]\n<<: *a", "line 2, column 5: `<<` takes a map or a list of maps")]
#[case("18446744073709551615: x", "line 1, column 1: 18446744073709551615 is too large to be a key")]
#[case("a: [.NaN]", "line 1, column 5: `.nan` has no JSON form and Helm refuses it; quote it if it is text")]
#[case("a: [b?]", "line 1, column 5: a text with `?` needs quotes inside brackets; Helm refuses it")]
#[case("a: \"b\\/\"", "line 1, column 4: `\\/` is an escape that Helm refuses; write `/`")]
#[case("%YAML 1.2\n---\na: 1", "line 1, column 1: Helm reads YAML 1.1 only; remove the %YAML line")]
#[case("b: *zz", "line 1, column 4: no anchor `&zz` stands before this")]
#[case("x: &x [*x]", "line 1, column 8: the anchor `&x` contains itself")]
#[case("~: x", "line 1, column 1: nothing cannot be a key")]
#[case("{a: 1}: x", "line 1, column 1: a map cannot be a key")]
#[case("a: !!int b", "line 1, column 4: `b` cannot be read as !!int")]
#[case(
    "a: 1\nb:\n  c: .inf",
    "line 3, column 6: `.inf` has no JSON form and Helm refuses it; quote it if it is text"
)]
#[case("a: é\u{7}", "line 1, column 5: the control character U+0007 is not allowed")]
#[case("a: {!,", "line 1, column 5: the YAML parser cannot make sense of what follows")]
#[case("a: b: c", "line 1, column 5: mapping values are not allowed in this context")]
#[case(
    "a: [1,\nb: 2\n",
    "line 3, column 1: did not find expected ',' or ']' while parsing a flow sequence that starts on line 1"
)]
#[case(
    "a:\n\t- b",
    "line 2, column 1: found character that cannot start any token while scanning for the next token"
)]
fn what_helm_cannot_read_is_refused_with_its_place(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(error(text), expected);
}

#[test]
fn documents_know_their_lines_and_extent() {
    let text = "---\n# Source: a.yaml\nkind: A\n---\n# Source: b.yaml\n---\n# Source: c.yaml\n\nkind: C\n";
    let documents = parse(text).unwrap();
    let lines: Vec<_> =
        documents.iter().map(|each| (each.span.line(), each.line(), each.root.is_null())).collect();
    assert_eq!(lines.iter().map(|(start, ..)| *start).collect::<Vec<_>>(), [1, 4, 6]);
    assert_eq!((lines[0].1, lines[2].1), (3, 9));
    assert_eq!(lines.iter().map(|(.., null)| *null).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(documents[1].span.of(text), "---\n# Source: b.yaml\n");
}

#[test]
fn comments_before_the_first_document_are_part_of_it() {
    let documents = parse("# Source: a.yaml\nkind: A\n").unwrap();
    assert_eq!((documents[0].span.line(), documents[0].line()), (1, 2));
}

#[test]
fn positions_are_those_that_an_editor_shows() {
    let text = "a: \"é\u{2028}\"\nb:\n  c: [1, dé]\n  e: {f: g}\n";
    let root = parse_one(text, Dialect::Helm).unwrap().root;
    let item = &root.get("b").unwrap().get("c").unwrap().as_seq().unwrap()[1];
    assert_eq!((item.line(), item.span.start.column, item.span.of(text)), (3, 10, "dé"));
    assert_eq!(root.get("b").unwrap().span.of(text), "c: [1, dé]\n  e: {f: g}");
    assert_eq!(root.get("b").unwrap().get("c").unwrap().span.of(text), "[1, dé]");
}

#[test]
fn keys_written_twice_are_told_and_merged_ones_are_not() {
    let document = parse_one("a: &a {x: 1}\nb:\n  <<: *a\n  x: 2\nc: 1\nc: 2\n", Dialect::Helm).unwrap();
    let told: Vec<_> =
        document.duplicates().iter().map(|each| (each.key.as_str(), each.first.line(), each.line)).collect();
    // The merged `x` stands on line 1 and is meant to be overridden.
    assert_eq!(told, [("c", 5, 6)]);
}

#[test]
fn a_second_document_in_a_file_of_one_is_refused() {
    assert!(
        parse_one("a: 1\n---\nb: 2\n", Dialect::Helm)
            .unwrap_err()
            .to_string()
            .starts_with("line 2, column 1: a second")
    );
}

#[test]
fn an_alias_bomb_is_refused_before_it_expands() {
    let level = |level: usize| {
        let below = if level == 0 { "x".to_owned() } else { format!("*a{}", level - 1) };
        format!("a{level}: &a{level} [{}]\n", vec![below; 10].join(", "))
    };
    let text: String = (0..9).map(level).collect();
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let error = |text: &str| parse_within(text, &limits, Dialect::Helm).unwrap_err().message;
    assert_eq!(error(&text), "more than 20000 values once aliases are expanded");
    let long = "x".repeat(1 << 14);
    let texts = format!("a: &a {long}\nb: [{}]\n", vec!["*a"; 200].join(", "));
    assert!(error(&texts).contains("values once aliases are expanded"));
}

#[rstest]
#[case("[".repeat(100_000))]
#[case("- ".repeat(100_000))]
#[case(format!("a: &a {}{}\nb: {}*a{}", "[".repeat(150), "]".repeat(150), "[".repeat(100), "]".repeat(100)))]
fn what_is_nested_too_deep_is_refused(#[case] text: String) {
    assert!(error(&text).contains("nested more than 200 levels deep"), "{}", error(&text));
}

#[test]
fn a_text_too_large_is_refused_unread() {
    let limits = Limits { bytes: 3, ..Limits::default() };
    assert!(
        parse_within("a: [", &limits, Dialect::Helm)
            .unwrap_err()
            .message
            .contains("4 bytes are more than the 3")
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "(?s)[-:a&*!|>{}\\[\\]'\"#%? \n\t,<0é\u{2028}]{0,80}") {
        if let Ok(documents) = parse(&text) {
            for document in documents {
                prop_assert!(document.span.end.offset as usize <= text.len());
                document.to_json();
            }
        }
    }
}
