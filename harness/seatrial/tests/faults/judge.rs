//! What a run gave, held against its row.

use serde_json::Value;

use crate::project::{Project, Ran, flat};
use crate::table::Row;

/// Everything in which a run differs from its row, one line each.
pub fn differences(row: &Row, project: &Project, ran: &Ran) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            wrong.push(format!("{}: {what}", row.name));
        }
    };
    let code = ran.code.or(ran.signal.map(|signal| 128 + signal));
    must(code == Some(row.exit), format!("exit {code:?}, not {}", row.exit));
    must(!ran.console.contains("RUST_BACKTRACE") || row.name == "panics", "it panicked".to_owned());
    for text in &row.text {
        let text = flat(text.as_bytes());
        let said = ran.console.contains(&text) || row.verdict.as_deref() == Some("warned");
        must(said, format!("the console does not say `{text}`"));
    }
    if let Some(verdict) = &row.verdict {
        let record = project.record();
        let cell = &record["cells"][0];
        let found = &cell["verdict"];
        must(found == verdict, format!("the cell is {found}, not {verdict}"));
        must(is_of_run(&record, verdict), format!("the run is {}", record["verdict"]));
        let check = row.check.as_deref().unwrap_or_default();
        let asked = cell["checks"].as_array().into_iter().flatten().find(|one| one["check"] == check);
        let told = asked.map_or(Value::Null, |one| one["verdict"].clone());
        must(told == *verdict, format!("{check} is {told}, not {verdict}"));
        let junit = unescaped(&project.latest("junit.xml").unwrap_or_default());
        for text in &row.text {
            must(junit.contains(&flat(text.as_bytes())), format!("junit.xml does not say `{text}`"));
        }
        let left = asked_output(cell, "uninstall");
        let lines: Vec<&str> = left.lines().collect();
        must(lines == row.leaves, format!("it says that {lines:?} are left"));
    }
    let evidence = written(project);
    for text in &row.evidence {
        must(evidence.contains(text), format!("no file says `{text}`"));
    }
    for hidden in &row.hidden {
        must(!evidence.contains(hidden), format!("a file holds {hidden:?}"));
        must(!ran.console.contains(hidden), format!("the console holds {hidden:?}"));
    }
    must(project.litter().is_empty(), format!("left behind: {:?}", project.litter()));
    wrong.extend((!wrong.is_empty()).then(|| format!("{} said: {}", row.name, ran.console)));
    wrong
}

fn is_of_run(record: &Value, cell: &str) -> bool {
    record["verdict"] == cell
}

fn asked_output(cell: &Value, check: &str) -> String {
    let checks = cell["checks"].as_array().into_iter().flatten();
    let output = checks.filter(|one| one["check"] == check).find_map(|one| one["output"].as_str());
    output.unwrap_or_default().to_owned()
}

/// Text of an XML file as a reader sees it, in one line.
pub fn unescaped(xml: &str) -> String {
    let plain =
        [("&quot;", "\""), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&#10;", " "), ("&amp;", "&")];
    flat(plain.iter().fold(xml.to_owned(), |text, (from, to)| text.replace(from, to)).as_bytes())
}

/// Everything that the last run wrote, in one text.
fn written(project: &Project) -> String {
    let mut text = String::new();
    let mut folders = vec![project.at("reports/latest")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                text += &String::from_utf8_lossy(&std::fs::read(path).unwrap());
            }
        }
    }
    text
}

/// Fails with every difference at once.
pub fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
