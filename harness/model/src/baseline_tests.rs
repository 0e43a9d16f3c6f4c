use super::*;
use crate::object::ObjectRef;
use crate::secret::Clean;
use crate::waiver::WaivedBy;
use rstest::rstest;

fn finding() -> Finding {
    let object = ObjectRef {
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: "shop".to_owned(),
        name: "web".to_owned(),
    };
    Finding {
        container: Some("proxy".to_owned()),
        anchor: Some("spec.containers[proxy].image".to_owned()),
        ..Finding::of_check("image-tag-pinned", Clean::own("no tag"))
            .about(object)
            .at("spec.containers[1].image")
    }
}

fn identity() -> Identity {
    Identity::of("app", "dev", &finding())
}

/// What changes while the violation stays.
#[rstest]
#[case(Finding { message: Clean::own("in other words"), ..finding() })]
#[case(Finding { path: Some("spec.containers[0].image".to_owned()), ..finding() })]
#[case(Finding { object: finding().object.map(|own| ObjectRef { api_version: "apps/v2".to_owned(), ..own }), ..finding() })]
#[case(finding().audited())]
fn a_violation_stays_the_same_in_other_words_places_and_versions(#[case] other: Finding) {
    assert_eq!(Identity::of("app", "dev", &other), identity());
}

#[rstest]
#[case("app", "dev", Finding { rule: "image-digest".to_owned(), ..finding() })]
#[case("app", "prod", finding())]
#[case("app-two", "dev", finding())]
#[case("app", "dev", Finding { object: finding().object.map(|own| ObjectRef { namespace: String::new(), ..own }), ..finding() })]
#[case("app", "dev", Finding { object: finding().object.map(|own| ObjectRef { name: "api".to_owned(), ..own }), ..finding() })]
#[case("app", "dev", Finding { object: finding().object.map(|own| ObjectRef { kind: "Job".to_owned(), ..own }), ..finding() })]
#[case("app", "dev", Finding { container: Some("web".to_owned()), ..finding() })]
#[case("app", "dev", Finding { anchor: None, ..finding() })]
fn another_rule_render_object_container_or_path_is_another_violation(
    #[case] chart: &str,
    #[case] profile: &str,
    #[case] other: Finding,
) {
    assert_ne!(Identity::of(chart, profile, &other), identity());
}

#[test]
fn an_identity_reads_as_a_person_would_say_it() {
    let text = "image-tag-pinned of app/dev: Deployment/web, namespace shop, container proxy, \
                spec.containers[proxy].image";
    assert_eq!(identity().to_string(), text);
    let bare = Identity::of("", "", &Finding::of_check("helm-lint", Clean::own("x")));
    assert_eq!(bare.to_string(), "helm-lint");
}

#[test]
fn a_baseline_counts_what_one_check_has_at_most_and_leaves_out_what_is_waived_or_cannot_pass() {
    let by =
        WaivedBy { owner: "o".to_owned(), reason: "r".to_owned(), expires: "2026-12-31".parse().unwrap() };
    let waived = Finding { waiver: Some(by), rule: "cpu-limit".to_owned(), ..finding() };
    let refused = Finding::of_check("render-refused", Clean::own("nil pointer"));
    let one = [finding(), waived, refused];
    let two = [finding(), finding()];
    let baseline =
        Baseline::of([("app", "dev", &one[..]), ("app", "dev", &two[..]), ("app", "dev", &one[..])]);
    assert_eq!(baseline.entries().collect::<Vec<_>>(), [Entry { identity: identity(), count: 2 }]);
}

#[test]
fn a_file_reads_back_is_sorted_and_says_a_count_only_where_it_is_more_than_one() {
    let other = Finding { rule: "cpu-limit".to_owned(), ..finding() };
    let found = [finding(), other.clone(), finding()];
    let baseline = Baseline::of([("app", "dev", &found[..])]);
    let text = baseline.json().unwrap();
    assert_eq!(Baseline::read(&text).unwrap(), baseline);
    let rules: Vec<&str> = text.lines().filter(|line| line.contains("\"rule\"")).collect();
    assert!(rules[0].contains("cpu-limit") && rules[1].contains("image-tag-pinned"), "{text}");
    assert_eq!(text.matches("\"count\": 2").count(), 1, "{text}");
    assert!(text.ends_with("}\n") && !text.contains("no tag"), "{text}");
}

/// The file is never regenerated: it stands for what earlier versions wrote, and later ones may add to.
#[test]
fn an_old_file_with_unknown_fields_still_reads() {
    let text = r#"{"schema": "seatrial.dev/baseline/v1", "later": 1, "findings": [
        {"rule": "helm-lint", "chart": "app", "profile": "dev"},
        {"rule": "cpu-limit", "chart": "app", "profile": "dev", "kind": "Deployment", "name": "web", "container": "a",
         "path": "spec.template.spec.containers[a].resources.limits", "count": 3, "since": "yesterday"}]}"#;
    let counts: Vec<usize> = Baseline::read(text).unwrap().entries().map(|entry| entry.count).collect();
    assert_eq!(counts, [3, 1]);
}

#[rstest]
#[case("[", "not a baseline")]
#[case("{}", "not a baseline")]
#[case(r#"{"schema": "seatrial.dev/baseline/v9", "entries": 1}"#, "seatrial.dev/baseline/v9")]
#[case(r#"{"schema": "seatrial.dev/baseline/v1", "findings": [{"chart": "a"}]}"#, "missing field `rule`")]
#[case(r#"{"schema": "seatrial.dev/baseline/v1", "findings": [{"rule": "a", "count": 0}]}"#, "the count 0")]
#[case(
    r#"{"schema": "seatrial.dev/baseline/v1", "findings": [{"rule": "a", "count": -1}]}"#,
    "not a baseline"
)]
#[case(
    r#"{"schema": "seatrial.dev/baseline/v1", "findings": [{"rule": "a"}, {"rule": "a"}]}"#,
    "`a` stands twice"
)]
#[case(
    r#"{"schema": "seatrial.dev/baseline/v1", "findings": [{"rule": "empty-render"}]}"#,
    "`empty-render` is nothing"
)]
fn a_file_that_is_none_says_why(#[case] text: &str, #[case] why: &str) {
    let error = Baseline::read(text).unwrap_err();
    assert!(error.contains(why), "{error}");
}

#[test]
fn what_is_gone_is_taken_off_and_nothing_is_added() {
    let found = [finding(), finding(), finding()];
    let baseline = Baseline::of([("app", "dev", &found[..])]);
    let gone = |count| [Entry { identity: identity(), count }];
    let left: Vec<usize> = baseline.without(&gone(1)).entries().map(|entry| entry.count).collect();
    assert_eq!(left, [2]);
    assert_eq!(baseline.without(&gone(3)), Baseline::default());
    assert_eq!(baseline.without(&gone(7)), Baseline::default());
    let other = Entry { identity: Identity { chart: "other".to_owned(), ..identity() }, count: 1 };
    assert_eq!(baseline.without(&[other]), baseline);
}
