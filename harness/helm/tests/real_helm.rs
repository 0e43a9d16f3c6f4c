//! Charts under `tests/charts/`, through real helm programs of both major versions.
//!
//! The programs are named by `SEATRIAL_HELM3` and `SEATRIAL_HELM4`, which `make test` sets; without them
//! `helm3`, `helm4` and `helm` are looked up in `PATH`. A missing program fails the tests that need it.
#![expect(clippy::unwrap_used, reason = "a test panics on what it did not expect")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rstest::rstest;
use seatrial_helm::Helm;
use seatrial_manifest::crd::is_crd_source;
use seatrial_model::suite::RejectionStage;
use seatrial_model::{HelmMajor, Redactor};
use seatrial_ports::{Cancel, LintLevel, Refusal, RenderAnswer, RenderRequest, Renderer, Stack};

use HelmMajor::{V3, V4};

fn charts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts")
}

/// Helm of that major version, or a panic that says how to get it.
async fn helm(major: HelmMajor) -> Helm {
    let variable = format!("SEATRIAL_HELM{major}");
    if let Some(program) = std::env::var_os(&variable) {
        return Helm::new(BTreeMap::from([(major, program.into())])).unwrap();
    }
    for name in [format!("helm{major}"), "helm".to_owned()] {
        let helm = Helm::new(BTreeMap::from([(major, name.into())])).unwrap();
        if helm.version(major).await.is_ok() {
            return helm;
        }
    }
    panic!("no Helm {major}: run `make test`, or set {variable} to the program");
}

fn request(major: HelmMajor, chart: &str, set: &[&str]) -> RenderRequest {
    RenderRequest {
        chart: charts().join(chart),
        stack: Stack { values: Vec::new(), set: set.iter().map(|&entry| entry.to_owned()).collect() },
        release: "rel".to_owned(),
        namespace: "deck".to_owned(),
        kubernetes: "1.36.3".parse().unwrap(),
        api_versions: Vec::new(),
        helm: major,
        redactor: Redactor::default(),
    }
}

async fn manifest(request: &RenderRequest) -> String {
    match helm(request.helm).await.render(request, &Cancel::default()).await.unwrap() {
        RenderAnswer::Rendered(manifest) => manifest,
        RenderAnswer::Refused(refusal) => panic!("{refusal:?}"),
    }
}

async fn refusal(request: &RenderRequest) -> Refusal {
    match helm(request.helm).await.render(request, &Cancel::default()).await.unwrap() {
        RenderAnswer::Rendered(manifest) => panic!("rendered: {manifest}"),
        RenderAnswer::Refused(refusal) => refusal,
    }
}

/// Every file below the charts, with its content.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(snapshot(&path));
        } else {
            files.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    files
}

#[rstest]
#[tokio::test]
async fn a_chart_renders_with_what_the_cell_has(#[values(V3, V4)] major: HelmMajor) {
    let request = RenderRequest {
        api_versions: vec!["monitoring.coreos.com/v1/ServiceMonitor".to_owned()],
        ..request(major, "plain", &["message=ahoy"])
    };
    let manifest = manifest(&request).await;
    for part in ["name: rel-config", "namespace: deck", "kube: \"v1.36.3\"", "monitored: \"true\"", "ahoy"] {
        assert!(manifest.contains(part), "{part} is not in:\n{manifest}");
    }
    let sources: Vec<_> = manifest.lines().filter_map(|line| line.strip_prefix("# Source: ")).collect();
    assert!(sources.contains(&"plain/templates/test.yaml"), "hooks are in the render: {sources:?}");
    assert_eq!(sources.iter().filter(|source| is_crd_source(source)).count(), 1, "{sources:?}");
}

#[rstest]
#[tokio::test]
async fn the_last_of_a_stack_wins_and_a_comma_in_a_path_is_harmless(#[values(V3, V4)] major: HelmMajor) {
    let folder = tempfile::Builder::new().prefix("a,b").tempdir().unwrap();
    let values = ["first", "second"].map(|word| {
        let file = folder.path().join(format!("{word}.yaml"));
        std::fs::write(&file, format!("message: {word}\nhost: {word}\n")).unwrap();
        file
    });
    let mut request = request(major, "plain", &["host=third"]);
    request.stack.values = values.to_vec();
    let manifest = manifest(&request).await;
    assert!(manifest.contains("message: \"second\"") && manifest.contains("host: \"third\""), "{manifest}");
}

#[rstest]
#[case::fail("plain", &["host=nowhere"], "host must not be nowhere: set host to a name that resolves", "templates/configmap.yaml", Some(11))]
#[case::required("plain", &["message=null"], "message is needed", "templates/configmap.yaml", Some(10))]
#[case::syntax("broken", &[], "missing value for if", "templates/configmap.yaml", Some(6))]
#[case::execution("execfail", &[], "nil pointer evaluating interface {}.at", "templates/configmap.yaml", Some(6))]
#[case::no_yaml("badyaml", &[], "mapping values are not allowed in this context", "templates/configmap.yaml", None)]
#[case::version("mismatched", &[], "dependency `leaf`: wrong version", "Chart.yaml", None)]
#[tokio::test]
async fn a_chart_that_does_not_render_says_why_and_where(
    #[case] chart: &str,
    #[case] set: &[&str],
    #[case] said: &str,
    #[case] file: &str,
    #[case] line: Option<u32>,
    #[values(V3, V4)] major: HelmMajor,
) {
    let refusal = refusal(&request(major, chart, set)).await;
    assert_eq!(refusal.stage, RejectionStage::Render);
    assert!(refusal.message.as_str().contains(said), "{refusal:?}");
    assert_eq!(refusal.location, Some((file.to_owned(), line)), "{refusal:?}");
}

#[rstest]
#[tokio::test]
async fn the_message_of_fail_is_the_plain_text(#[values(V3, V4)] major: HelmMajor) {
    let refusal = refusal(&request(major, "plain", &["host=nowhere"])).await;
    assert_eq!(refusal.message.as_str(), "host must not be nowhere: set host to a name that resolves");
}

#[rstest]
#[case("plain", "replicas=-1", "plain", "replicas")]
#[case::of_a_subchart("dependant", "leaf.colour=blue", "leaf", "colour")]
#[tokio::test]
async fn the_schema_refuses_at_its_own_stage_and_names_the_key(
    #[case] chart: &str,
    #[case] set: &str,
    #[case] whose: &str,
    #[case] key: &str,
    #[values(V3, V4)] major: HelmMajor,
) {
    let refusal = refusal(&request(major, chart, &[set])).await;
    assert_eq!(refusal.stage, RejectionStage::Schema);
    assert!(refusal.message.as_str().contains(key), "{refusal:?}");
    assert!(!refusal.message.as_str().contains("specifications of the schema"), "{refusal:?}");
    let [problem] = refusal.values.as_slice() else { panic!("{refusal:?}") };
    assert_eq!((problem.chart.as_str(), &problem.key), (whose, &vec![key.to_owned()]));
}

#[rstest]
#[tokio::test]
async fn a_chart_that_asks_for_another_kubernetes_is_refused(#[values(V3, V4)] major: HelmMajor) {
    let refusal = refusal(&request(major, "picky", &[])).await;
    assert_eq!(refusal.stage, RejectionStage::Render);
    assert!(refusal.message.as_str().contains("kubeVersion"), "{refusal:?}");
}

#[rstest]
#[tokio::test]
async fn file_dependencies_are_vendored_through_all_levels_and_the_chart_is_left_alone(
    #[values(V3, V4)] major: HelmMajor,
) {
    let before = snapshot(&charts());
    let helm = helm(major).await;
    let request = request(major, "dependant", &[]);
    let cancel = Cancel::default();
    let (first, second) = tokio::join!(helm.render(&request, &cancel), helm.render(&request, &cancel));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first, second, "two renders at once agree");
    let RenderAnswer::Rendered(manifest) = first else { panic!("{first:?}") };
    for name in ["name: rel-leaf", "name: rel-twig"] {
        assert!(manifest.contains(name), "{name} is not in:\n{manifest}");
    }
    assert_eq!(snapshot(&charts()), before);
}

#[rstest]
#[case::nothing_there("none", &[], "there is no Chart.yaml")]
#[case::not_fetched("remote", &[], "missing in charts/ directory: far")]
#[case::bad_set("plain", &["a"], "key \"a\" has no value")]
#[tokio::test]
async fn what_says_nothing_about_the_chart_is_trouble(
    #[case] chart: &str,
    #[case] set: &[&str],
    #[case] said: &str,
    #[values(V3, V4)] major: HelmMajor,
) {
    let helm = helm(major).await;
    let trouble = helm.render(&request(major, chart, set), &Cancel::default()).await.unwrap_err();
    assert!(trouble.why.as_str().contains(said), "{trouble}");
}

#[rstest]
#[case::fine("plain", &[], None)]
#[case::deprecated("warned", &[], Some((LintLevel::Warning, "templates/budget.yaml", "unavailable in v1.25+")))]
#[case::syntax("broken", &[], Some((LintLevel::Error, "templates/", "missing value for if")))]
#[case::schema("plain", &["replicas=-1"], Some((LintLevel::Error, "templates/", "replicas")))]
#[case::dependencies("dependant", &[], None)]
#[tokio::test]
async fn lint_lines_are_read(
    #[case] chart: &str,
    #[case] set: &[&str],
    #[case] found: Option<(LintLevel, &str, &str)>,
    #[values(V3, V4)] major: HelmMajor,
) {
    let helm = helm(major).await;
    let lints = helm.lint(&request(major, chart, set), &Cancel::default()).await.unwrap();
    let worst = lints.iter().filter(|lint| lint.level > LintLevel::Info).collect::<Vec<_>>();
    match found {
        None => assert!(worst.is_empty(), "{worst:?}"),
        Some((level, file, said)) => assert!(
            worst.iter().any(|lint| {
                (lint.level, lint.file.as_str()) == (level, file) && lint.message.as_str().contains(said)
            }),
            "{lints:?}"
        ),
    }
    assert!(lints.iter().any(|lint| lint.level == LintLevel::Info), "the icon is missing: {lints:?}");
}

#[rstest]
#[tokio::test]
async fn a_folder_that_is_no_chart_is_trouble_for_lint_too(#[values(V3, V4)] major: HelmMajor) {
    let helm = helm(major).await;
    assert!(helm.lint(&request(major, "none", &[]), &Cancel::default()).await.is_err());
}

#[rstest]
#[tokio::test]
async fn secrets_in_what_helm_says_are_masked(#[values(V3, V4)] major: HelmMajor) {
    let mut request = request(major, "plain", &["replicas=hunter22"]);
    request.redactor.add("hunter22");
    let mut trouble = request.clone();
    trouble.stack.set = vec!["hunter22".to_owned()];
    assert!(!format!("{:?}", refusal(&request).await).contains("hunter22"));
    let helm = helm(major).await;
    let trouble = helm.render(&trouble, &Cancel::default()).await.unwrap_err();
    assert!(trouble.to_string().contains("****") && !trouble.to_string().contains("hunter22"), "{trouble}");
}

#[tokio::test]
async fn a_helm_that_is_not_there_and_one_that_was_cancelled_are_trouble() {
    let nowhere = Helm::new(BTreeMap::from([(V4, "/no/such/helm".into())])).unwrap();
    let plain = request(V4, "plain", &[]);
    let trouble = nowhere.render(&plain, &Cancel::default()).await.unwrap_err();
    assert!(trouble.to_string().contains("/no/such/helm") && trouble.hint.is_some(), "{trouble}");
    let trouble = nowhere.render(&request(V3, "plain", &[]), &Cancel::default()).await.unwrap_err();
    assert!(trouble.to_string().contains("Helm 3"), "{trouble}");
    let cancel = Cancel::default();
    cancel.cancel();
    let trouble = helm(V4).await.render(&plain, &cancel).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "interrupted");
}
