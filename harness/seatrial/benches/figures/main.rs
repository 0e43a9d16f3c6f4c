//! The project's figures, measured: `make bench`, or `make bench BENCH=boot` for one part.
//!
//! A benchmark, not a test: it never fails for being slow, only for what did not work. Prints a table and writes
//! `reports/bench/<time>.json`. Needs what `seatrial setup --for bench` provides, and a machine with nothing else to
//! do; the load that it found is in the file.

mod boot;
mod figure;
mod judgement;
mod process;
mod scripted;
mod sequence;
mod setting;
mod suite;

use anyhow::{Context, bail};
use serde_json::json;

use figure::Figure;
use setting::Setting;

const PARTS: [&str; 4] = ["boot", "scripted", "suite", "judgement"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench`.
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = asked.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("there is no part `{unknown}`; write {}", PARTS.join(", "));
    }
    let parts = PARTS.into_iter().filter(|part| asked.is_empty() || asked.iter().any(|one| one == part));
    let setting = Setting::read()?;
    let started = seatrial_model::time::Instant::now();
    let mut all = Vec::new();
    for part in parts {
        let load = setting::load();
        println!("{part} (load {load})");
        let figures = match part {
            "boot" => boot::measure(&setting).await,
            "scripted" => scripted::measure(&setting).await,
            "judgement" => judgement::measure(&setting).await,
            _ => suite::measure(&setting).await,
        };
        let figures = figures.with_context(|| format!("the part `{part}`"))?;
        println!("{}", figure::table(&figures));
        all.push(json!({
            "part": part,
            "load": load,
            "figures": figures.iter().map(Figure::json).collect::<Vec<_>>(),
        }));
    }
    let folder = setting.root.join("reports/bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    let file = folder.join(format!("{}.json", started.strftime("%Y%m%d-%H%M%S")));
    let content = json!({
        "started": started.to_string(),
        "processors": setting::processors(),
        "runs": setting.runs,
        "parts": all,
    });
    std::fs::write(&file, format!("{content:#}\n")).with_context(|| format!("write {}", file.display()))?;
    println!("written to {}", file.strip_prefix(&setting.root).unwrap_or(&file).display());
    Ok(())
}
