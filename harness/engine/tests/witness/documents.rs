//! YAML made up: trees of every kind of node in every style, written down with comments, anchors, merges and tags.
//! Most of it is valid; a part is not, on purpose and by accident.

use proptest::prelude::*;
use proptest::sample::select;

/// Plain texts that mean something, or nearly.
pub(crate) fn plain() -> Vec<&'static str> {
    include_str!("tables/plain.txt").lines().collect()
}

/// Pieces of a text in double quotes; the marker is a line break with what it takes to go on.
const PIECES: [&str; 31] = [
    "a",
    "b c",
    " ",
    "  ",
    "\\n",
    "\\t",
    "\\\t",
    "\\x41",
    "\\u00e9",
    "\\U0001F600",
    "\\0",
    "\\a",
    "\\b",
    "\\e",
    "\\f",
    "\\r",
    "\\v",
    "\\_",
    "\\N",
    "\\L",
    "\\P",
    "\\\\",
    "\\\"",
    "\\/",
    "\\ ",
    "'",
    "#",
    ": ",
    "é",
    "\u{1}",
    "\\\u{1}",
];
/// Pieces that no text may have.
const BROKEN: [&str; 4] = ["\\q", "\\x4", "\\ud800", "\\U00110000"];
/// Lines of a block.
const LINES: [&str; 12] = [
    "text",
    "a: b",
    "",
    " more",
    "  and more",
    "# no comment",
    "- item",
    "trailing  ",
    "\ttab",
    "'",
    "%x",
    "  ",
];
const HEADERS: [&str; 8] = ["|", "|-", "|+", ">", ">-", ">+", "|2", ">2-"];
const ODD_HEADERS: [&str; 6] = ["|0", "|x", "|1", "|+2", "|22", "> "];
const TAGS: [&str; 15] = [
    "!!str",
    "!!int",
    "!!float",
    "!!bool",
    "!!null",
    "!!binary",
    "!!map",
    "!!seq",
    "!!set",
    "!!merge",
    "!",
    "!own",
    "!own:it",
    "!<tag:yaml.org,2002:str>",
    "!e!x",
];
fn keys() -> BoxedStrategy<String> {
    let usual: Vec<&str> = include_str!("tables/keys.txt").lines().collect();
    prop_oneof![60 => select(usual), 1 => select(&["~", "18446744073709551615", ".inf", "[a]"][..])]
        .prop_map(str::to_owned)
        .boxed()
}

/// One document, before it is written down.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// Nothing at all.
    Nothing,
    Plain(String),
    Single(String),
    Double(String),
    Block {
        header: String,
        lines: Vec<String>,
    },
    FlowSeq(Vec<Node>),
    FlowMap(Vec<(Key, Node)>),
    Seq(Vec<Node>),
    Map(Vec<(Key, Node)>),
    Anchored(Box<Node>),
    /// Of the anchors so far, that one.
    Alias(usize),
    Tagged(String, Box<Node>),
    Commented(String, Box<Node>),
}

#[derive(Debug, Clone)]
pub(crate) enum Key {
    Simple(String),
    /// `? key`
    Explicit(String),
    Merge,
    Alias(usize),
}

/// A document and what surrounds it.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) root: Node,
    head: &'static str,
    tail: &'static str,
    step: usize,
    /// Lists in maps stand as deep as their key.
    flat: bool,
    line_end: &'static str,
    colon: &'static str,
}

pub(crate) fn documents() -> BoxedStrategy<Written> {
    let head = prop_oneof![
        6 => Just(""), 2 => Just("---\n"), 1 => Just("--- # note\n"), 1 => Just("# note\n"), 1 => Just("\n\n"),
        1 => Just("%YAML 1.1\n---\n"), 1 => Just("\u{feff}"), 1 => Just("%TAG !e! tag:e,2000:\n---\n"),
    ];
    let tail = prop_oneof![6 => Just(""), 1 => Just("\n"), 1 => Just("# end"), 1 => Just("...\n"), 1 => Just("\n  \n")];
    let step = prop_oneof![4 => Just(2_usize), 1 => Just(4), 1 => Just(1), 1 => Just(3)];
    let line_end = prop_oneof![8 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    let colon = prop_oneof![12 => Just(": "), 1 => Just(":   "), 1 => Just(":\t"), 1 => Just(": \t")];
    (node(), head, tail, step, any::<bool>(), line_end, colon)
        .prop_map(|(root, head, tail, step, flat, line_end, colon)| Written {
            root,
            head,
            tail,
            step,
            flat,
            line_end,
            colon,
        })
        .boxed()
}

fn node() -> BoxedStrategy<Node> {
    // An infinity makes the whole document invalid; it has tests of its own.
    let finite: Vec<_> = plain().into_iter().filter(|text| !text.to_lowercase().ends_with("inf")).collect();
    let plain = prop_oneof![
        8 => select(finite).prop_map(str::to_owned),
        2 => "[-+]?(0x|0o|0b|0|\\.)?[0-9_]{1,5}(\\.[0-9_]{0,4})?([eE][-+]?[0-9_]{1,3})?",
        1 => "[a-z0-9._:/-]{1,8}",
        1 => "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([tT ][0-9:.]{1,8}Z?)?",
    ];
    let double =
        prop::collection::vec(prop_oneof![60 => select(&PIECES[..]), 1 => select(&BROKEN[..])], 0..5)
            .prop_map(|pieces| pieces.concat());
    let block = (
        prop_oneof![30 => select(&HEADERS[..]), 1 => select(&ODD_HEADERS[..])],
        prop::collection::vec(select(&LINES[..]), 0..5),
    );
    let leaf = prop_oneof![
        1 => Just(Node::Nothing),
        10 => plain.prop_map(Node::Plain),
        2 => "[a-z0-9 :#\"%é]{0,6}".prop_map(Node::Single),
        3 => double.prop_map(Node::Double),
        3 => block.prop_map(|(header, lines)| Node::Block {
            header: header.to_owned(),
            lines: lines.into_iter().map(str::to_owned).collect(),
        }),
        2 => (0_usize..40).prop_map(Node::Alias),
    ];
    let key = || {
        prop_oneof![
            14 => keys().prop_map(Key::Simple),
            1 => keys().prop_map(Key::Explicit),
            2 => Just(Key::Merge),
            1 => (0_usize..40).prop_map(Key::Alias),
        ]
    };
    leaf.prop_recursive(4, 32, 5, move |inner| {
        let entries = || prop::collection::vec((key(), inner.clone()), 0..5);
        let items = || prop::collection::vec(inner.clone(), 0..4);
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            6 => entries().prop_map(Node::Map),
            3 => items().prop_map(Node::Seq),
            2 => items().prop_map(Node::FlowSeq),
            2 => entries().prop_map(Node::FlowMap),
            3 => boxed().prop_map(Node::Anchored),
            1 => (select(&TAGS[..]), boxed()).prop_map(|(tag, node)| Node::Tagged(tag.to_owned(), node)),
            1 => (select(&["# note", "#", "#! x: y"][..]), boxed())
                .prop_map(|(note, node)| Node::Commented(note.to_owned(), node)),
        ]
    })
    .boxed()
}

impl Written {
    /// The text.
    pub(crate) fn text(&self) -> String {
        let mut pen = Pen { out: self.head.to_owned(), anchors: Vec::new(), style: self };
        pen.node(&self.root, 0, Place::Line);
        if !pen.out.is_empty() && !pen.out.ends_with('\n') {
            pen.out.push('\n');
        }
        pen.out.push_str(self.tail);
        if self.line_end == "\n" { pen.out } else { pen.out.replace('\n', self.line_end) }
    }
}

/// Where a node is written.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// At the start of a line.
    Line,
    /// After a key or a dash, with a gap before it.
    After,
    /// Inside brackets.
    Flow,
}

/// What is known of an anchor.
#[derive(Clone, Copy, PartialEq)]
enum Anchor {
    Open,
    Map,
    Other,
}

struct Pen<'a> {
    out: String,
    anchors: Vec<Anchor>,
    style: &'a Written,
}

impl Pen<'_> {
    /// Writes a node whose own lines stand `indent` deep.
    fn node(&mut self, node: &Node, indent: usize, place: Place) {
        match node {
            Node::Nothing => {}
            Node::Plain(text) => self.word(text, place),
            Node::Single(text) => self.word(&format!("'{}'", text.replace('\'', "''")), place),
            Node::Double(text) => {
                let next = format!("\n{}", " ".repeat(indent + self.style.step));
                self.word(&format!("\"{}\"", text.replace('\u{1}', &next)), place);
            }
            Node::Block { lines, .. } if place == Place::Flow => {
                self.word(&format!("'{}'", lines.len()), place);
            }
            Node::Block { header, lines } => self.block(header, lines, indent, place),
            Node::FlowSeq(items) => self.flow_seq(items, indent, place),
            Node::Seq(items) if place == Place::Flow || items.is_empty() => {
                self.flow_seq(items, indent, place);
            }
            Node::Seq(items) => self.seq(items, indent, place),
            Node::FlowMap(entries) => self.flow_map(entries, indent, place),
            Node::Map(entries) if place == Place::Flow || entries.is_empty() => {
                self.flow_map(entries, indent, place);
            }
            Node::Map(entries) => self.map(entries, indent, place),
            Node::Anchored(inner) => {
                let number = self.anchors.len();
                self.anchors.push(Anchor::Open);
                self.word(&format!("&n{number}"), place);
                self.node(inner, indent, if place == Place::Flow { Place::Flow } else { Place::After });
                let map = matches!(**inner, Node::Map(_) | Node::FlowMap(_));
                self.anchors[number] = if map { Anchor::Map } else { Anchor::Other };
            }
            Node::Alias(number) => {
                let alias = self.alias(*number);
                self.word(&alias, place);
            }
            Node::Tagged(tag, inner) => {
                self.word(tag, place);
                self.node(inner, indent, if place == Place::Flow { Place::Flow } else { Place::After });
            }
            Node::Commented(_, inner) if place == Place::Flow => self.node(inner, indent, place),
            Node::Commented(comment, inner) => {
                self.node(inner, indent, place);
                let last = self.out.rsplit('\n').next().unwrap_or_default();
                let gap = if last.is_empty() { " ".repeat(indent) } else { " ".to_owned() };
                self.out.push_str(&format!("{gap}{comment}\n"));
            }
        }
    }

    /// A word with the gap that its place asks for.
    fn word(&mut self, word: &str, place: Place) {
        let open = self.out.ends_with(['\n', ' ', '\t', '[', '{', '\u{feff}']) || self.out.is_empty();
        if place != Place::Line && !open {
            self.out.push(' ');
        }
        self.out.push_str(word);
    }

    /// Mostly an anchor that is there and complete; the last numbers are not.
    fn alias(&self, number: usize) -> String {
        let known = |wanted: fn(Anchor) -> bool| self.pick(number, wanted);
        match number {
            39 => None,
            38 => known(|_| true),
            _ => known(|anchor| anchor != Anchor::Open),
        }
        .unwrap_or_else(|| if number == 39 { "*nobody".to_owned() } else { "none".to_owned() })
    }

    fn pick(&self, number: usize, wanted: impl Fn(Anchor) -> bool) -> Option<String> {
        let anchors = self.anchors.iter().enumerate().filter(|(_, anchor)| wanted(**anchor));
        let fitting: Vec<_> = anchors.map(|(index, _)| format!("*n{index}")).collect();
        fitting.get(number.checked_rem(fitting.len())?).cloned()
    }

    fn key(&self, key: &Key) -> String {
        match key {
            Key::Simple(text) | Key::Explicit(text) => text.clone(),
            Key::Merge => "<<".to_owned(),
            Key::Alias(number) => format!("{} ", self.alias(*number)),
        }
    }

    /// What `<<` takes: a map, or an alias to one, in place of anything else.
    fn merged(&self, key: &Key, value: &Node) -> Option<Node> {
        let fits = matches!(value, Node::Map(_) | Node::FlowMap(_) | Node::Nothing | Node::Double(_));
        let merges = matches!(key, Key::Merge) && !fits;
        merges.then(|| match self.pick(self.out.len(), |anchor| anchor == Anchor::Map) {
            Some(alias) if self.out.len().is_multiple_of(3) => {
                Node::FlowSeq(vec![Node::Plain(alias), Node::FlowMap(Vec::new())])
            }
            Some(alias) => Node::Plain(alias),
            None => Node::FlowMap(Vec::new()),
        })
    }

    fn new_line(&mut self, indent: usize) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(&" ".repeat(indent));
    }

    fn block(&mut self, header: &str, lines: &[String], indent: usize, place: Place) {
        self.word(header, place);
        for line in lines {
            let deep = if line.is_empty() { 0 } else { indent.max(self.style.step) };
            self.out.push('\n');
            self.out.push_str(&" ".repeat(deep));
            self.out.push_str(line);
        }
    }

    fn flow_seq(&mut self, items: &[Node], indent: usize, place: Place) {
        self.word("[", place);
        for (index, item) in items.iter().enumerate() {
            self.out.push_str(if index == 0 { "" } else { ", " });
            self.node(item, indent, Place::Flow);
        }
        self.out.push(']');
    }

    fn flow_map(&mut self, entries: &[(Key, Node)], indent: usize, place: Place) {
        self.word("{", place);
        for (index, (key, value)) in entries.iter().enumerate() {
            self.out.push_str(if index == 0 { "" } else { ", " });
            let other = self.merged(key, value);
            let key = self.key(key);
            self.out.push_str(&format!("{key}: "));
            self.node(other.as_ref().unwrap_or(value), indent, Place::Flow);
        }
        self.out.push('}');
    }

    fn seq(&mut self, items: &[Node], indent: usize, place: Place) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 || place == Place::After {
                self.new_line(indent);
            }
            self.out.push('-');
            // A map or a list goes on in the line of its dash.
            if matches!(item, Node::Map(entries) if !entries.is_empty())
                || matches!(item, Node::Seq(items) if !items.is_empty())
            {
                self.out.push(' ');
                self.node(item, indent + 2, Place::Line);
            } else {
                self.node(item, indent + 2, Place::After);
            }
        }
    }

    fn map(&mut self, entries: &[(Key, Node)], indent: usize, place: Place) {
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 || place == Place::After {
                self.new_line(indent);
            }
            let other = self.merged(key, value);
            let value = other.as_ref().unwrap_or(value);
            if let Key::Explicit(text) = key {
                self.out.push_str(&format!("? {text}"));
                self.new_line(indent);
                self.out.push(':');
            } else {
                let key = self.key(key);
                self.out.push_str(&key);
                self.out.push_str(if matches!(value, Node::Nothing) { ":" } else { self.style.colon });
            }
            let flat = self.style.flat && matches!(value, Node::Seq(_));
            let deep = if flat { indent } else { indent + self.style.step };
            let trimmed = matches!(value, Node::Map(_) | Node::Seq(_)) && self.out.ends_with([' ', '\t']);
            if trimmed && place != Place::Flow {
                let kept = self.out.trim_end_matches([' ', '\t']).len();
                self.out.truncate(kept);
            }
            self.node(value, deep, Place::After);
        }
    }
}
