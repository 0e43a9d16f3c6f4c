//! Events to a tree: anchors, aliases, merge keys and duplicate keys, within limits.

use std::collections::HashMap;

use libyaml_safer::{Event, EventData, MappingStyle, ScalarStyle, SequenceStyle};

use crate::node::{Entry, Map, Node, Value};
use crate::parse::{Dialect, Duplicate, Limits, ParseError, Stream};
use crate::scalar::{self, Written};
use crate::span::Span;

/// A text of so many bytes weighs as much as one node.
const BYTES_PER_NODE: usize = 64;

/// Composes one document.
pub(crate) struct Composer<'s, 't> {
    stream: &'s mut Stream<'t>,
    limits: &'s Limits,
    dialect: Dialect,
    anchors: HashMap<String, Anchor>,
    weight: usize,
    duplicates: Vec<Duplicate>,
    /// Brackets around the node that is read.
    brackets: usize,
    /// Some number was read that has no JSON form. A key may be one, and so may a value that is written again.
    infinite: bool,
}

enum Anchor {
    /// Still being read: an alias to it would never end.
    Open,
    Whole {
        node: Node,
        weight: usize,
        height: usize,
    },
}

impl<'s, 't> Composer<'s, 't> {
    pub(crate) fn new(stream: &'s mut Stream<'t>, limits: &'s Limits, dialect: Dialect) -> Self {
        Self {
            stream,
            limits,
            dialect,
            anchors: HashMap::new(),
            weight: 0,
            duplicates: Vec::new(),
            brackets: 0,
            infinite: false,
        }
    }

    /// Reads up to the document's end. The events are those of one document by the parser's grammar.
    pub(crate) fn document(mut self) -> Result<(Node, Vec<Duplicate>), ParseError> {
        let first = self.stream.next()?;
        let root = self.node(first, 0)?;
        match without_json(&root).filter(|_| self.infinite) {
            Some(error) => Err(error),
            None => Ok((root, self.duplicates)),
        }
    }

    fn node(&mut self, event: Event, depth: usize) -> Result<Node, ParseError> {
        let span = self.stream.span(&event);
        if depth > self.limits.depth {
            return Err(self.too_deep(span));
        }
        match event.data {
            EventData::Alias { anchor } => self.alias(&anchor, span, depth),
            EventData::Scalar { anchor, tag, mut value, plain_implicit, style, .. } => {
                self.weigh(1 + value.len() / BYTES_PER_NODE, span)?;
                let error = |message| ParseError { message, span };
                if self.dialect == Dialect::Helm {
                    self.unlike_helm(&value, style, span).map_err(error)?;
                }
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    self.stream.end_as_written(event.end_mark, &mut value);
                }
                let written = Written { text: &value, plain: plain_implicit, tag: tag.as_deref() };
                let value = scalar::resolve(written, self.dialect).map_err(error)?;
                self.infinite |= matches!(value, Value::Float(number) if !number.is_finite());
                let node = Node { value, span };
                self.name(anchor, &node);
                Ok(node)
            }
            EventData::SequenceStart { anchor, style, .. } => {
                self.open(anchor.as_deref());
                self.weigh(1, span)?;
                let flow = style == SequenceStyle::Flow;
                self.brackets += usize::from(flow);
                let node = self.sequence(span, flow, depth)?;
                self.brackets -= usize::from(flow);
                self.close(anchor, &node);
                Ok(node)
            }
            EventData::MappingStart { anchor, style, .. } => {
                self.open(anchor.as_deref());
                self.weigh(1, span)?;
                let flow = style == MappingStyle::Flow;
                self.brackets += usize::from(flow);
                let node = self.mapping(span, depth)?;
                self.brackets -= usize::from(flow);
                self.close(anchor, &node);
                Ok(node)
            }
            _ => Err(ParseError { message: "a value was expected".into(), span }),
        }
    }

    /// What newer YAML allows, and go-yaml v2 does not.
    fn unlike_helm(&self, value: &str, style: ScalarStyle, span: Span) -> Result<(), String> {
        if style == ScalarStyle::Plain && self.brackets > 0 && value.contains('?') {
            return Err("a text with `?` needs quotes inside brackets; Helm refuses it".into());
        }
        if style == ScalarStyle::DoubleQuoted && escapes_slash(self.stream.source(span)) {
            return Err("`\\/` is an escape that Helm refuses; write `/`".into());
        }
        Ok(())
    }

    fn sequence(&mut self, start: Span, flow: bool, depth: usize) -> Result<Node, ParseError> {
        let mut items = Vec::new();
        loop {
            let event = self.stream.next()?;
            if matches!(event.data, EventData::SequenceEnd) {
                // A block ends where the next thing begins, comments later; its last item is its end.
                let last = items.last().map_or(start.end, |item: &Node| item.span.end);
                let end = if flow { self.stream.span(&event).end } else { last };
                return Ok(Node { value: Value::Seq(items), span: Span { start: start.start, end } });
            }
            items.push(self.node(event, depth + 1)?);
        }
    }

    fn mapping(&mut self, start: Span, depth: usize) -> Result<Node, ParseError> {
        let mut map = Building::default();
        let mut end = start.end;
        loop {
            let event = self.stream.next()?;
            if matches!(event.data, EventData::MappingEnd) {
                let closed = self.stream.span(&event);
                // Only a flow map ends with a character of its own.
                end = if closed.start == closed.end { end } else { closed.end };
                let value = Value::Map(Map(map.entries));
                return Ok(Node { value, span: Span { start: start.start, end } });
            }
            let merges = is_merge(&event);
            let key = self.node(event, depth + 1)?;
            let event = self.stream.next()?;
            let aliased = matches!(event.data, EventData::Alias { .. });
            let value = self.node(event, depth + 1)?;
            end = value.span.end.max(key.span.end);
            if merges {
                merge(&mut map, value, aliased)?;
                continue;
            }
            let entry = Entry { key: key_text(&key)?, key_span: key.span, value };
            self.duplicates.extend(map.write(entry));
        }
    }

    fn alias(&mut self, anchor: &str, span: Span, depth: usize) -> Result<Node, ParseError> {
        let (node, weight, height) = match self.anchors.get(anchor) {
            None => {
                return Err(ParseError {
                    message: format!("no anchor `&{anchor}` stands before this"),
                    span,
                });
            }
            Some(Anchor::Open) => {
                return Err(ParseError { message: format!("the anchor `&{anchor}` contains itself"), span });
            }
            Some(Anchor::Whole { node, weight, height }) => (node, *weight, *height),
        };
        if depth + height > self.limits.depth {
            return Err(self.too_deep(span));
        }
        // Weighed before it is copied.
        let total = self.weight + weight;
        let copy = if total > self.limits.nodes { None } else { Some(Node { span, ..node.clone() }) };
        self.weigh(weight, span)?;
        copy.ok_or_else(|| self.too_many(span))
    }

    fn open(&mut self, anchor: Option<&str>) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.to_owned(), Anchor::Open);
        }
    }

    /// An anchor that was given away again inside keeps what it was given to.
    fn close(&mut self, anchor: Option<String>, node: &Node) {
        let open = |anchor: &String| matches!(self.anchors.get(anchor), Some(Anchor::Open));
        let anchor = anchor.filter(open);
        self.name(anchor, node);
    }

    fn name(&mut self, anchor: Option<String>, node: &Node) {
        if let Some(anchor) = anchor {
            let (weight, height) = (weight(node), height(node));
            self.anchors.insert(anchor, Anchor::Whole { node: node.clone(), weight, height });
        }
    }

    fn weigh(&mut self, weight: usize, span: Span) -> Result<(), ParseError> {
        self.weight = self.weight.saturating_add(weight);
        if self.weight > self.limits.nodes { Err(self.too_many(span)) } else { Ok(()) }
    }

    fn too_many(&self, span: Span) -> ParseError {
        let limit = self.limits.nodes;
        ParseError { message: format!("more than {limit} values once aliases are expanded"), span }
    }

    fn too_deep(&self, span: Span) -> ParseError {
        ParseError { message: format!("nested more than {} levels deep", self.limits.depth), span }
    }
}

fn escapes_slash(source: &str) -> bool {
    let mut characters = source.chars();
    while let Some(character) = characters.next() {
        if character == '\\' && characters.next() == Some('/') {
            return true;
        }
    }
    false
}

/// The first value that is no JSON.
fn without_json(node: &Node) -> Option<ParseError> {
    match &node.value {
        Value::Float(number) if !number.is_finite() => {
            let text = scalar::float_key(*number);
            let message = format!("`{text}` has no JSON form and Helm refuses it; quote it if it is text");
            Some(ParseError { message, span: node.span })
        }
        Value::Seq(items) => items.iter().find_map(without_json),
        Value::Map(map) => map.iter().find_map(|entry| without_json(&entry.value)),
        _ => None,
    }
}

/// A map being read, with an index of its keys.
#[derive(Default)]
struct Building {
    entries: Vec<Entry>,
    places: HashMap<String, Place>,
}

#[derive(Clone, Copy)]
struct Place {
    index: usize,
    /// Came through `<<`, and may be overridden on purpose.
    merged: bool,
}

impl Building {
    /// Writes an entry; one of the same key is replaced where it stands, and told if it was written too.
    fn write(&mut self, entry: Entry) -> Option<Duplicate> {
        let (key, again) = (entry.key.clone(), entry.key_span);
        let first = self.put(entry, false)?;
        Some(Duplicate { key, first, again, line: again.line() })
    }

    /// Puts an entry; answers where the key was written before, unless a merge brought it.
    fn put(&mut self, entry: Entry, merged: bool) -> Option<Span> {
        let index = self.entries.len();
        match self.places.insert(entry.key.clone(), Place { index, merged }) {
            None => {
                self.entries.push(entry);
                None
            }
            Some(place) => {
                self.places.insert(entry.key.clone(), Place { merged, ..place });
                let before = self.entries.get_mut(place.index)?;
                let span = before.key_span;
                *before = entry;
                (!place.merged).then_some(span)
            }
        }
    }
}

/// `<<` without quotes, or tagged as what it is.
fn is_merge(event: &Event) -> bool {
    match &event.data {
        EventData::Scalar { value, plain_implicit, tag, .. } => {
            value == "<<" && (*plain_implicit || tag.as_deref() == Some(scalar::MERGE))
        }
        _ => false,
    }
}

/// Takes over the entries of a map or of several, of which the first wins. As in go-yaml v2 this happens
/// where `<<` stands: what is written above it is replaced, what is written below it replaces. A list may hold
/// aliases but not be one.
fn merge(map: &mut Building, value: Node, aliased: bool) -> Result<(), ParseError> {
    let wrong = |span| ParseError { message: "`<<` takes a map or a list of maps".into(), span };
    match value.value {
        Value::Map(merged) => {
            for entry in merged.0 {
                map.put(entry, true);
            }
            Ok(())
        }
        Value::Seq(items) if !aliased => items.into_iter().rev().try_for_each(|item| match item.value {
            Value::Map(_) => merge(map, item, false),
            _ => Err(wrong(item.span)),
        }),
        _ => Err(wrong(value.span)),
    }
}

fn key_text(key: &Node) -> Result<String, ParseError> {
    match &key.value {
        Value::Str(text) => Ok(text.clone()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Int(number) if i64::try_from(*number).is_err() => {
            Err(ParseError { message: format!("{number} is too large to be a key"), span: key.span })
        }
        Value::Int(number) => Ok(number.to_string()),
        Value::Float(number) => Ok(scalar::float_key(*number)),
        Value::Null | Value::Seq(_) | Value::Map(_) => {
            Err(ParseError { message: format!("{} cannot be a key", key.kind()), span: key.span })
        }
    }
}

fn weight(node: &Node) -> usize {
    match &node.value {
        Value::Str(text) => 1 + text.len() / BYTES_PER_NODE,
        Value::Seq(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Map(map) => {
            let of_entry = |entry: &Entry| 1 + entry.key.len() / BYTES_PER_NODE + weight(&entry.value);
            1 + map.iter().map(of_entry).sum::<usize>()
        }
        _ => 1,
    }
}

fn height(node: &Node) -> usize {
    match &node.value {
        Value::Seq(items) => 1 + items.iter().map(height).max().unwrap_or_default(),
        Value::Map(map) => 1 + map.iter().map(|entry| height(&entry.value)).max().unwrap_or_default(),
        _ => 0,
    }
}
