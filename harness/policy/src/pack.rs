//! Packs of rules and how they include each other. Knows nothing of what the rules say.

use std::collections::BTreeSet;

use seatrial_document::advice;

/// What a pack says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackMeta {
    /// Its folder's name.
    pub name: String,
    /// One line.
    pub title: String,
    /// What its rules are for.
    pub description: String,
    /// Names of the packs whose rules belong to this one as well, directly.
    pub includes: Vec<String>,
    /// The file, under the folder as it was given.
    pub file: String,
}

/// The packs named and all that they include, each once.
pub(crate) fn with_included<'a>(
    packs: &'a [PackMeta],
    names: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = names.into_iter().collect();
    while let Some(name) = open.pop() {
        if found.insert(name) {
            let includes = packs.iter().filter(|pack| pack.name == name).flat_map(|pack| &pack.includes);
            open.extend(includes.map(String::as_str));
        }
    }
    found
}

/// The packs that `name` comes in by, nearest first: itself alone, those that include it, those that include
/// these, and so on. Each pack is in its nearest layer only.
pub(crate) fn layers<'a>(packs: &'a [PackMeta], name: &'a str) -> Vec<Vec<&'a str>> {
    let mut seen = BTreeSet::from([name]);
    let mut layers = vec![vec![name]];
    while let Some(inner) = layers.last() {
        let includes_one = |pack: &&PackMeta| pack.includes.iter().any(|one| inner.contains(&one.as_str()));
        let outer = packs.iter().filter(includes_one).map(|pack| pack.name.as_str());
        let outer: Vec<_> = outer.filter(|name| seen.insert(*name)).collect();
        if outer.is_empty() {
            break;
        }
        layers.push(outer);
    }
    layers
}

/// What is wrong with what `pack` includes, one sentence each. `names` are the packs that there are, those included
/// that could not be read.
pub(crate) fn mistakes(pack: &PackMeta, packs: &[PackMeta], names: &BTreeSet<&str>) -> Vec<String> {
    let told = pack.includes.iter().filter_map(|included| {
        if !names.contains(included.as_str()) {
            let hint = advice(included, names.iter().copied());
            let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
            return Some(format!("includes `{included}`, but there is no such pack{hint}"));
        }
        let circle =
            *included == pack.name || with_included(packs, [included.as_str()]).contains(&*pack.name);
        circle.then(|| {
            format!("includes `{included}`, which includes `{}` in turn; take one of the two out", pack.name)
        })
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(name: &str, includes: &[&str]) -> PackMeta {
        PackMeta {
            name: name.into(),
            title: String::new(),
            description: String::new(),
            includes: includes.iter().copied().map(str::to_owned).collect(),
            file: String::new(),
        }
    }

    fn ship() -> Vec<PackMeta> {
        vec![
            pack("all", &["restricted", "house"]),
            pack("baseline", &[]),
            pack("house", &["baseline"]),
            pack("restricted", &["baseline"]),
        ]
    }

    #[test]
    fn what_a_pack_includes_comes_with_it_once() {
        let packs = ship();
        let names = |of: &str| with_included(&packs, [of]).into_iter().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(names("all"), ["all", "baseline", "house", "restricted"]);
        assert_eq!(names("house"), ["baseline", "house"]);
        assert_eq!(names("baseline"), ["baseline"]);
        assert_eq!(with_included(&packs, ["baseline", "house"]).len(), 2);
    }

    #[test]
    fn a_pack_comes_in_by_itself_first_and_by_the_outermost_last() {
        let packs = ship();
        let expected: [&[&str]; 3] = [&["baseline"], &["house", "restricted"], &["all"]];
        assert_eq!(layers(&packs, "baseline"), expected);
        assert_eq!(layers(&packs, "all"), [["all"]]);
    }

    #[test]
    fn a_pack_that_comes_in_directly_and_by_another_is_in_the_nearest_layer() {
        let packs =
            [pack("all", &["baseline", "house"]), pack("baseline", &[]), pack("house", &["baseline"])];
        let expected: [&[&str]; 2] = [&["baseline"], &["all", "house"]];
        assert_eq!(layers(&packs, "baseline"), expected);
    }

    #[test]
    fn an_unknown_pack_and_every_circle_are_told_and_end() {
        let packs = [pack("a", &["b", "pss"]), pack("b", &["c"]), pack("c", &["a"]), pack("d", &["d"])];
        let names: BTreeSet<_> = packs.iter().map(|pack| pack.name.as_str()).collect();
        let told: Vec<_> = packs.iter().flat_map(|pack| mistakes(pack, &packs, &names)).collect();
        assert_eq!(told.len(), 5, "{told:?}");
        assert!(told[0].starts_with("includes `b`, which includes `a` in turn"), "{told:?}");
        assert!(told[1].starts_with("includes `pss`, but there is no such pack; one of `a`"), "{told:?}");
        assert_eq!(with_included(&packs, ["a"]).len(), 4);
        assert_eq!(layers(&packs, "a").len(), 3);
    }
}
