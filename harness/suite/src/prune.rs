//! Cutting out what does not fit the schema, so that the rest can still be read and judged.

use seatrial_document::{Fault, Node, ShapeError, Step, Value};

/// The tree without what the errors are about. Nodes keep their places in the text.
pub(crate) fn prune(mut root: Node, errors: &[ShapeError]) -> Node {
    let mut cuts: Vec<Vec<Step>> = errors.iter().filter_map(cut).collect();
    // From the back to the front, so that the items of a list keep their numbers until it is their turn.
    cuts.sort();
    cuts.dedup();
    for path in cuts.iter().rev() {
        remove(&mut root, path);
    }
    root
}

fn cut(error: &ShapeError) -> Option<Vec<Step>> {
    let path = error.path.steps().to_vec();
    match &error.fault {
        Fault::MissingField(_) => None,
        Fault::Misfit => Some(path),
        Fault::UnknownField(key) => Some(path.into_iter().chain([Step::Key(key.clone())]).collect()),
    }
}

fn remove(node: &mut Node, path: &[Step]) {
    let Some((step, below)) = path.split_first() else { return };
    match (step, &mut node.value) {
        (Step::Key(key), Value::Map(map)) if below.is_empty() => {
            map.remove(key);
        }
        (Step::Key(key), Value::Map(map)) => {
            if let Some(inner) = map.get_mut(key) {
                remove(inner, below);
            }
        }
        (Step::Index(index), Value::Seq(items)) if below.is_empty() && *index < items.len() => {
            items.remove(*index);
        }
        (Step::Index(index), Value::Seq(items)) => {
            if let Some(inner) = items.get_mut(*index) {
                remove(inner, below);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatrial_document::{Dialect, Shape, parse_one};
    use serde_json::json;

    #[test]
    fn what_does_not_fit_is_cut_out_and_nothing_else() {
        let text = "a: [1, x, 2, y, {b: 1, c: 2}]\nd: 1\ne: {f: 1}\n";
        let schema = json!({"type": "object", "additionalProperties": false, "properties": {
            "a": {"type": "array", "items": {"anyOf": [
                {"type": "integer"},
                {"type": "object", "additionalProperties": false, "properties": {"b": {}}}]}},
            "e": {"type": "object", "required": ["g"]},
        }});
        let root = parse_one(text, Dialect::Core).unwrap().root;
        let errors = Shape::new(&schema).unwrap().check(&root, text);
        assert_eq!(errors.len(), 5);
        let pruned = prune(root, &errors).to_json();
        assert_eq!(pruned, json!({"a": [1, 2, {"b": 1}], "e": {"f": 1}}));
    }
}
