//! A chart that is broken on purpose is red, each profile for its own reason, and nothing else is.

use std::path::Path;

use crate::project::{Run, copy, machine, replace, run};

/// Python that is imported before the service and makes every prediction raise. Only where Flask debugs: in
/// the profile `dev`.
const BROKEN_SERVICE: &str = r#"{{- if .Values.flask.debug }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: sabotage
data:
  sitecustomize.py: |
    import inference.predict
    def broken(self):
        raise RuntimeError("sabotage")
    inference.predict.Predictor.client = broken
{{- end }}
"#;

/// A template that does not render where the chart brings its database and reads S3: in `default`.
const BROKEN_TEMPLATE: &str = "{{- if and .Values.postgresql.enabled (eq .Values.model.storage.type \"s3\") (not .Values.gpu.enabled) }}\n\
                               {{ .Values.there.is.no.such.value }}\n{{- end }}\n";

/// No memory limit, and a root file system that can be written to.
const SOFT: &str =
    "resources: {limits: {memory: null}}\nsecurityContext: {container: {readOnlyRootFilesystem: false}}\n";

fn sabotage(root: &Path) {
    let chart = root.join("charts/ml-inference");
    std::fs::write(chart.join("templates/sabotage.yaml"), BROKEN_SERVICE).unwrap();
    std::fs::write(chart.join("templates/broken.yaml"), BROKEN_TEMPLATE).unwrap();
    std::fs::write(chart.join("values-soft.yaml"), SOFT).unwrap();
    break_predict(&chart.join("templates/deployment.yaml"));
    replace(&chart.join("values-gpu-zero.yaml"), "count: 0", "count: 1");
    let suite = root.join("suites/prod-readiness.yaml");
    replace(&suite, "- name: prod\n", "- name: prod\n        values: [values-prod.yaml, values-soft.yaml]\n");
    replace(&suite, "message: ml-inference needs a PostgreSQL database", "message: another reason");
}

fn break_predict(deployment: &Path) {
    let only_dev = |lines: &str| format!("{{{{- if .Values.flask.debug }}}}\n{lines}{{{{- end }}}}\n");
    let after_last = |marker: &str, lines: &str| {
        let text = std::fs::read_to_string(deployment).unwrap();
        let (before, after) = text.rsplit_once(marker).expect("the marker is there");
        std::fs::write(deployment, format!("{before}{marker}{}{after}", only_dev(lines))).unwrap();
    };
    after_last("          volumeMounts:\n", "            - {name: sabotage, mountPath: /sabotage}\n");
    after_last("      volumes:\n", "        - {name: sabotage, configMap: {name: sabotage}}\n");
    after_last("          env:\n", "            - {name: PYTHONPATH, value: \"/sabotage:/opt/app\"}\n");
}

/// Names of the failed parts of a check.
fn failed(run: &Run, profile: &str, check: &str) -> Vec<String> {
    let check = run.check(profile, check);
    let cases = check["cases"].as_array().unwrap().iter().filter(|case| case["verdict"] == "failed");
    cases.map(|case| case["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_profile_is_red_for_its_own_reason() {
    let _machine = machine();
    let project = copy(sabotage);
    let run = run(project.path(), &["suite", "prod-readiness"]);
    assert_eq!(run.output.status.code(), Some(1), "{}", run.said());
    let reason =
        |profile: &str, check: &str| run.check(profile, check)["reason"].as_str().unwrap().to_owned();

    assert_eq!(run.check("dev", "install")["verdict"], "passed");
    assert_eq!(failed(&run, "dev", "test"), ["ml-inference-test-predict"]);
    assert!(run.check("dev", "test").to_string().contains("500"), "{}", run.check("dev", "test"));
    assert_eq!(run.check("dev", "policy")["verdict"], "warned", "a writable root is audited in dev");

    assert_eq!(failed(&run, "prod", "policy"), ["memory-limit", "read-only-root-filesystem"]);
    assert_eq!(run.check("prod", "test")["verdict"], "passed", "a rule that fails stops nothing");

    assert_eq!(run.check("default", "render")["verdict"], "failed");
    assert!(reason("default", "render").contains("nil pointer"), "{}", reason("default", "render"));
    assert_eq!(run.check("default", "install")["verdict"], "skipped");

    assert!(reason("gpu-zero", "render").contains("rendered, but must be rejected"));
    assert!(reason("no-database", "render").contains("rejected for another reason"));
    assert!(run.file("junit.xml").matches("<failure").count() >= 6, "{}", run.file("junit.xml"));
    run.left_nothing();
}
