//! What somebody probably meant.

/// The candidate closest to `word`, if one is close enough to be what was meant: at most one edit (swaps
/// count as one) for each three letters and never all of them, upper and lower case alike.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
            let (asked, known) = (folded.chars().count(), candidate.chars().count());
            let near = distance <= asked.max(known).max(3) / 3 && distance < asked.min(known).max(1);
            near.then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What to write instead of `word`: the nearest candidate, else all of them when they are few.
pub fn advice<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const FEW: usize = 16;
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(meant) = nearest(word, candidates.iter().copied()) {
        return Some(format!("did you mean `{meant}`?"));
    }
    match candidates[..] {
        [] => None,
        [only] => Some(format!("there is only `{only}`")),
        _ if candidates.len() > FEW => None,
        _ => Some(format!("one of `{}`", candidates.join("`, `"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("helm3", Some("helm"))]
    #[case("kuberentes", Some("kubernetes"))]
    #[case("NodeLabels", Some("nodeLabels"))]
    #[case("cheese", None)]
    #[case("x", None)]
    #[case("", None)]
    fn a_slip_finds_its_word_and_another_word_does_not(#[case] word: &str, #[case] meant: Option<&str>) {
        assert_eq!(nearest(word, ["a", "name", "helm", "kubernetes", "nodeLabels"]), meant);
    }

    #[rstest]
    #[case("instal", Some("did you mean `install`?"))]
    #[case("deploy", Some("one of `lint`, `install`"))]
    #[case("", Some("one of `lint`, `install`"))]
    fn advice_names_the_nearest_or_all(#[case] word: &str, #[case] advised: Option<&str>) {
        assert_eq!(advice(word, ["lint", "install"]).as_deref(), advised);
    }
}
