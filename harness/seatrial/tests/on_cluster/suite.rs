//! The suite prod-readiness is green, on both Kubernetes versions and with both majors of Helm.

use crate::project::{machine, root, run};

fn is_green(args: &[&str]) {
    let _machine = machine();
    let run = run(&root(), &[&["suite", "prod-readiness"], args].concat());
    assert_eq!(run.output.status.code(), Some(0), "{}", run.said());
    let junit = run.file("junit.xml");
    let cells = junit.matches("<testsuite ").count();
    assert_eq!(cells, 5, "one testsuite per cell:\n{junit}");
    assert_eq!(junit.matches("<failure").count() + junit.matches("<error").count(), 0);
    let record = run.record();
    for cell in record["cells"].as_array().unwrap() {
        if cell["expectation"] != "works" {
            continue;
        }
        let evidence: Vec<&str> =
            cell["evidence"].as_array().unwrap().iter().filter_map(|e| e.as_str()).collect();
        let hooks: String =
            evidence.iter().filter(|file| file.contains("/hooks/")).map(|file| run.file(file)).collect();
        for endpoint in ["/health/ready", "/predict"] {
            assert!(hooks.contains(endpoint), "evidence shows what {endpoint} answered: {hooks}");
        }
        for name in
            ["manifest.profile.yaml", "manifest.installed.yaml", "manifest.release.yaml", "events.txt"]
        {
            assert!(evidence.iter().any(|file| file.ends_with(name)), "{name} is not in {evidence:?}");
        }
        if cell["cell"]["profile"] == "prod" {
            let deviations = cell["deviations"].as_array().unwrap();
            assert!(deviations.iter().all(|one| !one["reason"].as_str().unwrap().is_empty()));
            assert!(!deviations.is_empty(), "the production overlay's deviations are listed");
        }
    }
    run.left_nothing();
}

#[test]
fn it_is_green_on_the_default_versions() {
    is_green(&[]);
}

#[test]
fn it_is_green_on_the_older_kubernetes_with_helm_3() {
    is_green(&["--kubernetes", "1.35", "--helm", "3"]);
}
