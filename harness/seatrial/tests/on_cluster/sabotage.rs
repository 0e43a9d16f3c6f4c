//! A chart that is broken on purpose is red for the right reason.

use std::path::Path;

use crate::project::{copy, machine, replace, run};

/// Python that is imported before the service and makes every prediction raise.
const BROKEN: &str = r#"apiVersion: v1
kind: ConfigMap
metadata:
  name: sabotage
data:
  sitecustomize.py: |
    import inference.predict
    def broken(self):
        raise RuntimeError("sabotage")
    inference.predict.Predictor.client = broken
"#;

fn break_predict(root: &Path) {
    let templates = root.join("charts/ml-inference/templates");
    std::fs::write(templates.join("sabotage.yaml"), BROKEN).unwrap();
    let deployment = templates.join("deployment.yaml");
    let text = std::fs::read_to_string(&deployment).unwrap();
    let (before, after) =
        text.rsplit_once("          volumeMounts:\n").expect("the service mounts something");
    let mount = "            - {name: sabotage, mountPath: /sabotage}\n";
    let text = format!("{before}          volumeMounts:\n{mount}{after}");
    let text = text.replacen(
        "      volumes:\n",
        "      volumes:\n        - {name: sabotage, configMap: {name: sabotage}}\n",
        1,
    );
    std::fs::write(&deployment, text).unwrap();
    let main = deployment;
    replace(
        &main,
        "          env:\n",
        "          env:\n            - {name: PYTHONPATH, value: \"/sabotage:/opt/app\"}\n",
    );
}

#[test]
fn a_predict_that_answers_500_fails_its_hook_and_the_run() {
    let _machine = machine();
    let project = copy(break_predict);
    let run = run(project.path(), &["suite", "prod-readiness", "--profile", "dev"]);
    assert_eq!(run.output.status.code(), Some(1), "{}", run.said());
    assert_eq!(run.check("dev", "install")["verdict"], "passed");
    let test = run.check("dev", "test");
    let cases = test["cases"].as_array().unwrap();
    let failed: Vec<_> = cases.iter().filter(|case| case["verdict"] == "failed").collect();
    assert_eq!(failed.len(), 1, "{test:#}");
    assert!(failed[0]["name"].as_str().unwrap().contains("predict"));
    assert!(failed[0]["output"].as_str().unwrap().contains("500"), "{test:#}");
    assert!(run.file("junit.xml").contains("<failure"));
    run.left_nothing();
}
