//! Rows that a script plays alone.

use crate::judge::{assert_none, differences};
use crate::project::Project;
use crate::table::{Row, rows};

fn scripted() -> Vec<Row> {
    rows().into_iter().filter(|row| row.played.is_none() && row.at.is_none()).collect()
}

#[test]
fn each_scripted_fault_has_its_verdict_exit_code_text_and_leftovers() {
    let rows = scripted();
    assert!(rows.len() > 30, "the table has only {} of them", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let project = Project::of(row);
        let ran = project.run();
        wrong.extend(differences(row, &project, &ran));
    }
    assert_none(&wrong);
}

#[test]
fn a_fault_in_one_cell_changes_nothing_in_another() {
    for row in scripted().iter().filter(|row| row.verdict.as_deref() == Some("failed")) {
        let project = Project::of(row);
        project.write("charts/demo/values-other.yaml", "a: 2\n");
        project.suite("{name: default, requirements: [need]}, other");
        let text = std::fs::read_to_string(project.at("script.yaml")).unwrap();
        let mut script: serde_json::Value = serde_json::from_str(&text).unwrap();
        script["cells"]["demo-other"] = Project::good_cell();
        project.script(&script);
        let ran = project.run();
        let record = project.record();
        let other =
            record["cells"].as_array().unwrap().iter().find(|cell| cell["cell"]["profile"] == "other");
        assert_eq!(other.unwrap()["verdict"], "passed", "{}: {}", row.name, ran.console);
        assert_eq!(ran.code, Some(row.exit), "{}", row.name);
    }
}
