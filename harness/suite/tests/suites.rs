//! Suite files, good and broken, as their authors meet them.
#![expect(clippy::unwrap_used, reason = "a test panics on what it did not expect")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use seatrial_model::suite::{Expectation, RejectionStage, RequirementSource, WaitMode};
use seatrial_model::{Enforcement, HelmMajor};
use seatrial_suite::{Colour, Known, Problems, load};

fn known() -> Known {
    let rules = [
        ("cpu-limit", "prod-readiness"),
        ("memory-limit", "prod-readiness"),
        ("run-as-non-root", "pss-restricted"),
        ("labels", "house-style"),
    ];
    Known {
        rules: rules.map(|(rule, pack)| (rule.to_owned(), pack.to_owned())).into(),
        packs: ["house-style", "prod-readiness", "pss-restricted"].map(str::to_owned).into(),
        includes: [("prod-readiness".to_owned(), ["pss-restricted".to_owned()].into())].into(),
        kubernetes: vec!["1.36.3".parse().unwrap(), "1.35.4".parse().unwrap()],
        policies_folder: PathBuf::from("policies"),
    }
}

fn broken(name: &str) -> Problems {
    load(&Path::new("tests/broken").join(format!("{name}.yaml")), &known()).unwrap_err()
}

/// Every file in `broken/` against the text beside it.
#[test]
fn a_broken_suite_tells_all_its_problems_at_once() {
    let mut names: Vec<String> = Path::new("tests/broken")
        .read_dir()
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".yaml")?.to_owned()))
        .collect();
    names.sort();
    assert_eq!(names.len(), 21, "a file came or went: {names:?}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("broken");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names {
            insta::assert_snapshot!(name.as_str(), broken(&name).render(Colour::Never));
        }
    });
}

#[test]
fn six_mistakes_are_six_problems() {
    let problems = broken("six_mistakes");
    let lines: Vec<_> = problems.iter().filter_map(|problem| Some(problem.span?.line())).collect();
    assert_eq!(lines, [3, 5, 6, 8, 12, 14]);
}

#[test]
fn a_suite_that_is_not_there_says_so() {
    let problems = load(Path::new("tests/none.yaml"), &known()).unwrap_err();
    assert!(problems.to_string().contains("the suite cannot be read"), "{problems}");
}

#[test]
fn a_full_suite_resolves_every_name_and_path() {
    let suite = load(Path::new("tests/good/full.yaml"), &known()).unwrap();
    let root = std::env::current_dir().unwrap().join("tests");
    assert_eq!((suite.name.as_str(), &suite.file), ("full", &root.join("good/full.yaml")));
    assert_eq!(suite.checks.len(), 8);

    let [new, old] = &suite.clusters[..] else { panic!("{:?}", suite.clusters) };
    assert_eq!((new.name.as_str(), new.helm), ("k8s-1.36-helm4", HelmMajor::V4));
    assert_eq!(new.extended_resources["nvidia.com/gpu"], 8);
    let manifests = RequirementSource::Manifests(vec![root.join("good/requirements/crd.yaml")]);
    assert_eq!(new.requirements[0].source, manifests);
    assert_eq!((old.name.as_str(), old.helm, old.kubernetes.patch), ("old", HelmMajor::V3, Some(4)));

    assert_eq!(suite.policy.packs["prod-readiness"], Some(Enforcement::Enforce));
    assert_eq!(suite.policy.packs["house-style"], Some(Enforcement::Off));
    assert_eq!(suite.policy.parameters["cpu-limit"]["cores"], 4);
    let paths = suite.policy.pod_paths.iter().map(|one| (&*one.group, &*one.kind, &*one.path));
    assert_eq!(paths.collect::<Vec<_>>(), [("apps.kruise.io", "CloneSet", "spec.template.spec")]);
    // Of a pack that prod-readiness includes.
    assert_eq!(suite.policy.rules["run-as-non-root"], Enforcement::Enforce);
    assert_eq!(suite.limits.boot, Duration::from_secs(90));
    assert_eq!(suite.limits.install, Duration::from_mins(90));
    assert_eq!(suite.limits.test, Duration::from_mins(5));

    assert_eq!(suite.contexts, ["staging-eu"]);
    assert_eq!(suite.waivers[0].scope.to_string(), "chart app, profile prod, Deployment/app, container app");
    let app = &suite.charts[0];
    assert_eq!((app.name.as_str(), &app.path), ("app", &root.join("charts/app")));
    let [default, prod, both, refused] = &app.profiles[..] else { panic!("{:?}", app.profiles) };
    assert!(default.values.is_empty());
    assert_eq!(prod.values, [root.join("charts/app/values-prod.yaml")]);
    assert!(prod.production);
    assert_eq!(prod.overlay.as_ref().unwrap().file, root.join("good/overlays/app-prod.yaml"));
    assert_eq!(prod.requirements[0].timeout, Duration::from_mins(2));
    let RequirementSource::Chart { path, values } = &prod.requirements[0].source else { panic!() };
    assert_eq!(
        (path, &values[..]),
        (&root.join("charts/db"), &[root.join("good/requirements/db-tls.yaml")][..])
    );
    assert_eq!(prod.levels.rules["run-as-non-root"], Enforcement::Audit);
    let packs = [("house-style", Some(Enforcement::Audit)), ("pss-restricted", None)];
    assert_eq!(prod.levels.packs, packs.map(|(pack, level)| (pack.to_owned(), level)).into());
    assert_eq!(both.values.len(), 2);
    let rejected =
        Expectation::Rejected { at: RejectionStage::Render, message: r"database\.host".to_owned() };
    assert_eq!(refused.expect, rejected);
    let waits: Vec<WaitMode> = app.profiles.iter().map(|profile| profile.wait).collect();
    assert_eq!(waits, [WaitMode::Helm, WaitMode::Helm, WaitMode::Harness, WaitMode::Helm]);
}

#[test]
fn a_short_suite_takes_every_profile_and_leaves_out_only_the_policies_it_does_not_name() {
    let suite = load(Path::new("tests/good/short.yaml"), &known()).unwrap();
    let names: Vec<_> = suite.charts[0].profiles.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["default", "dev", "prod", "small"]);
    assert!(!suite.checks.iter().any(|check| check.evaluates_packs()));
    assert_eq!(suite.checks.len(), 6);
    assert!(suite.charts[0].profiles.iter().all(|profile| profile.wait == WaitMode::Harness));
}

#[test]
fn waivers_for_all_suites_stand_after_the_suites_own_and_know_who_else_may_need_them() {
    let waivers = |name: &str| load(&Path::new("tests/shared").join(name), &known()).unwrap().waivers;
    let [own, cpu, memory, labels] = &waivers("day.yaml")[..] else { panic!() };
    assert_eq!((own.rule.as_str(), own.shared, own.location.line), ("run-as-non-root", false, Some(5)));
    assert!(own.location.file.ends_with("tests/shared/day.yaml") && own.location.file.starts_with('/'));
    assert_eq!((cpu.scope.container.as_deref(), cpu.owner.as_str()), (Some("proxy"), "platform"));
    assert_eq!((cpu.expires.to_string().as_str(), cpu.location.line), ("2026-12-31", Some(5)));
    assert!(cpu.location.file.ends_with("tests/shared/waivers.yaml") && cpu.shared);
    // Only the other suite has the profile `prod`, and it has all that this one has.
    assert_eq!(
        (&cpu.elsewhere, &memory.elsewhere, &labels.elsewhere),
        (&vec![], &vec!["night".to_owned()], &vec!["night".to_owned()])
    );
    assert!(waivers("night.yaml").iter().all(|waiver| waiver.elsewhere.is_empty()));
}

#[test]
fn mistakes_in_the_waivers_for_all_suites_are_told_with_the_suites() {
    let problems = load(Path::new("tests/shared/broken/trial.yaml"), &known()).unwrap_err();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("shared/broken");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("trial", problems.render(Colour::Never)));
}
