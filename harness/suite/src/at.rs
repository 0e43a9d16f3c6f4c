//! A place in the tree to point at: where a field is absent, the nearest thing above it that is there.

use seatrial_document::{Node, Span};

/// A node or, where there is none, the place that lacks it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    node: Option<&'a Node>,
    /// What to underline.
    pub(crate) span: Span,
}

impl<'a> At<'a> {
    pub(crate) fn root(node: &'a Node) -> Self {
        Self { node: Some(node), span: node.span }
    }

    /// The value of a key.
    pub(crate) fn field(self, key: &str) -> Self {
        self.below(self.node.and_then(|node| node.get(key)))
    }

    /// The key itself.
    pub(crate) fn key(self, key: &str) -> Self {
        let entry = self.node.and_then(Node::as_map).and_then(|map| map.entry(key));
        Self { node: None, span: entry.map_or(self.span, |entry| entry.key_span) }
    }

    /// An item of a list.
    pub(crate) fn item(self, index: usize) -> Self {
        self.below(self.node.and_then(Node::as_seq).and_then(|items| items.get(index)))
    }

    fn below(self, node: Option<&'a Node>) -> Self {
        Self { node, span: node.map_or(self.span, |node| node.span) }
    }
}
