//! What a draft holds, and that it loads.

use super::*;
use crate::load;
use rstest::rstest;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn known() -> Known {
        Known {
            kubernetes: vec!["1.36.3".parse().unwrap(), "1.35.4".parse().unwrap()],
            packs: ["prod-readiness".to_owned()].into(),
            ..Known::default()
        }
    }

    fn draft(&self, known: &Known) -> Result<Draft, String> {
        let suites = self.0.path().join("suites");
        draft(&DraftRequest { folder: self.0.path(), suites: &suites, name: "all", known })
    }

    /// The draft as the program reads it.
    fn loaded(&self, known: &Known) -> (Draft, seatrial_model::suite::Suite) {
        let draft = self.draft(known).unwrap();
        let suites = self.0.path().join("suites");
        std::fs::create_dir_all(&suites).unwrap();
        std::fs::write(suites.join("all.yaml"), &draft.text).unwrap();
        let suite = load(&suites.join("all.yaml"), known)
            .unwrap_or_else(|problems| panic!("{problems}\n{}", draft.text));
        (draft, suite)
    }
}

fn chart(name: &str) -> String {
    format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n")
}

#[test]
fn every_chart_and_profile_by_convention_is_in_it_and_the_draft_loads() {
    let app = chart("app");
    let folder = Folder::new(&[
        ("charts/app/Chart.yaml", &app),
        ("charts/app/values.yaml", ""),
        ("charts/app/values-prod.yaml", ""),
        ("charts/app/ci/small-values.yaml", ""),
        ("charts/app/charts/db/Chart.yaml", &chart("db")),
        ("charts/common/Chart.yaml", &format!("{}type: library\n", chart("common"))),
        ("charts/broken/Chart.yaml", "name: [\n"),
        (".hidden/x/Chart.yaml", &chart("x")),
        ("deeper/on/Chart.yaml", &chart("ship")),
        ("deeper/on/values-true.yaml", ""),
        ("deeper/on/values-a b.yaml", ""),
    ]);
    let (draft, suite) = folder.loaded(&Folder::known());
    let cells: Vec<String> = suite
        .charts
        .iter()
        .flat_map(|chart| {
            chart.profiles.iter().map(move |profile| format!("{}/{}", chart.name, profile.name))
        })
        .collect();
    assert_eq!(cells, ["app/default", "app/prod", "app/small", "ship/default", "ship/true"]);
    assert_eq!(suite.charts[0].path, absolute(&folder.0.path().join("charts/app")));
    let production: Vec<bool> = suite.charts[0].profiles.iter().map(|profile| profile.production).collect();
    assert_eq!(production, [false, true, false]);
    assert_eq!(suite.checks.len(), seatrial_model::CheckKind::ALL.len());
    assert_eq!(suite.limits, seatrial_model::suite::Limits::default());
    for told in ["charts/broken: not valid YAML", "charts/common: a library chart", "values-a b.yaml of ship"]
    {
        assert!(draft.left_out.iter().any(|line| line.starts_with(told)), "{told}: {:?}", draft.left_out);
        assert!(draft.text.contains(&format!("# Left out: {told}")), "{}", draft.text);
    }
    assert_eq!(draft.left_out.len(), 3);
}

#[test]
fn a_draft_reads_as_a_person_would_go_on_from_it() {
    let folder = Folder::new(&[("app/Chart.yaml", &chart("app")), ("app/values-production.yaml", "")]);
    insta::assert_snapshot!(folder.draft(&Folder::known()).unwrap().text);
}

#[test]
fn a_pack_that_another_one_includes_is_not_named() {
    let folder = Folder::new(&[("Chart.yaml", &chart("app"))]);
    let known = Known {
        packs: ["pss-baseline".to_owned(), "prod-readiness".to_owned(), "rbac".to_owned()].into(),
        includes: [("prod-readiness".to_owned(), ["pss-baseline".to_owned()].into())].into(),
        ..Folder::known()
    };
    let (_, suite) = folder.loaded(&known);
    assert_eq!(suite.policy.packs.keys().collect::<Vec<_>>(), ["prod-readiness", "rbac"]);
}

#[test]
fn without_policies_no_rule_is_asked_and_the_draft_says_how() {
    let folder = Folder::new(&[("Chart.yaml", &chart("app"))]);
    let known = Known { packs: BTreeSet::new(), ..Folder::known() };
    let (draft, suite) = folder.loaded(&known);
    assert!(draft.text.contains("policies/<pack>/<rule>.rego"), "{}", draft.text);
    assert!(!suite.checks.contains(&seatrial_model::CheckKind::Policy));
    assert_eq!(draft.charts[0].path, "..");
}

#[test]
fn what_would_not_load_beside_another_is_left_out() {
    let folder = Folder::new(&[
        ("a/Chart.yaml", &chart("app")),
        ("a/values-x-y.yaml", ""),
        ("b/Chart.yaml", &chart("app")),
        ("c/Chart.yaml", &chart("app-x")),
        ("c/values-y.yaml", ""),
    ]);
    let (draft, suite) = folder.loaded(&Folder::known());
    assert_eq!(suite.charts.len(), 2);
    assert_eq!(
        draft.left_out,
        ["b: another chart is named `app`, too", "app-x/y: another cell has the same namespace"]
    );
}

#[test]
fn a_chart_cannot_write_into_the_suite_what_it_likes() {
    let evil = "apiVersion: v2\nversion: 1\nname: \"x\\nclusters: []\\e[31m\"\n";
    let folder = Folder::new(&[("evil/Chart.yaml", evil), ("app/Chart.yaml", &chart("app"))]);
    let (draft, suite) = folder.loaded(&Folder::known());
    assert_eq!((suite.charts.len(), suite.clusters.len()), (1, 1));
    assert!(draft.text.contains("# Left out: evil: `x clusters: []` is not a chart name"), "{}", draft.text);
}

#[test]
fn a_folder_without_charts_says_what_a_chart_is() {
    let folder = Folder::new(&[("lib/Chart.yaml", &format!("{}type: library\n", chart("lib")))]);
    let error = folder.draft(&Folder::known()).unwrap_err();
    assert!(error.contains("a folder with a Chart.yaml") && error.contains("left out: lib"), "{error}");
}

#[rstest]
#[case("prod", true)]
#[case("production-eu", true)]
#[case("eu.PROD", true)]
#[case("pre-prod", false)]
#[case("non-prod", false)]
#[case("product", false)]
#[case("default", false)]
fn production_is_guessed_from_whole_words(#[case] name: &str, #[case] production: bool) {
    assert_eq!(is_production(name), production);
}
