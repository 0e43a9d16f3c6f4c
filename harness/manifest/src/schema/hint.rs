//! Where in the same object a field belongs that stands in a wrong place.

use super::path::push;

/// Fields that only lead on: a step through one of them is no distance.
const LEADING: [&str; 3] = ["jobTemplate", "spec", "template"];
/// So far from its place a field may stand.
const FARTHEST: usize = 3;
/// A name that so many places know says nothing.
const MOST_PLACES: usize = 2;

/// Takes a field: its name, and for one that holds fields itself how a path goes on (`[*]` in a list) and what that is.
pub(crate) type Tell<'t, S> = &'t mut dyn FnMut(&str, Option<(&'static str, S)>);

/// Something with named fields.
pub(crate) trait Shape: Copy {
    /// Tells each field.
    fn each(self, tell: Tell<'_, Self>);
}

/// Where a field of that name is known: the nearest places, and how far they are. `frames` are the shapes from the
/// root to where it stands, each with its pattern. Upper and lower case are alike.
pub(crate) fn belongs<S: Shape>(frames: &[(S, String)], name: &str) -> Option<(usize, Vec<String>)> {
    for distance in 1..=FARTHEST {
        let mut found = Vec::new();
        for up in 0..=distance.min(frames.len().checked_sub(1)?) {
            let (shape, pattern) = &frames[frames.len() - 1 - up];
            descend(*shape, pattern, distance - up, name, &mut found);
        }
        found.sort_by_key(|place: &String| (place.len(), place.clone()));
        found.dedup();
        if found.iter().any(|place| place.contains(".containers[*]") || place.starts_with("containers[*]")) {
            // Init and ephemeral containers have the same fields.
            found.retain(|place| place.contains("containers[*]"));
        }
        if found.len() > MOST_PLACES {
            return None;
        }
        if !found.is_empty() {
            return Some((distance, found));
        }
    }
    None
}

fn descend<S: Shape>(shape: S, pattern: &str, deeper: usize, name: &str, found: &mut Vec<String>) {
    shape.each(&mut |field, inner| {
        let mut place = pattern.to_owned();
        push(&mut place, field);
        if field.eq_ignore_ascii_case(name) {
            found.push(place.clone());
        }
        let Some((suffix, inner)) = inner else { return };
        let leads = LEADING.contains(&field);
        if let Some(deeper) = if leads { Some(deeper) } else { deeper.checked_sub(1) } {
            descend(inner, &(place + suffix), deeper, name, found);
        }
    });
}
