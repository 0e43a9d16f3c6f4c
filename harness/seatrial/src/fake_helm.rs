//! The program as a helm that plays a script: it is one when it is called by that name.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use seatrial_scripted::fake_helm::{FILE, FakeHelm, play};

/// Names that set-up looks for a helm under.
const NAMES: [&str; 3] = ["helm", "helm3", "helm4"];

/// Answers as helm, where this program was called as one.
pub(crate) fn answer() -> Option<ExitCode> {
    let mut args = std::env::args_os();
    let called = args.next()?;
    is_helm(&called).then(|| match run(&args.collect::<Vec<_>>()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            anstream::eprintln!("fake helm: {error:#}");
            ExitCode::from(2)
        }
    })
}

fn is_helm(called: &OsStr) -> bool {
    Path::new(called).file_name().is_some_and(|name| NAMES.iter().any(|helm| name == *helm))
}

fn run(args: &[OsString]) -> anyhow::Result<u8> {
    let file = std::env::var_os(FILE).with_context(|| format!("{FILE} names no script"))?;
    let file = Path::new(&file);
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let script = FakeHelm::parse(&text).with_context(|| format!("the script {}", file.display()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(play(&script, args))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_helm_makes_it_one() {
        for (called, helm) in [("/x/helm", true), ("helm4", true), ("/x/seatrial", false), ("helmet", false)]
        {
            assert_eq!(is_helm(called.as_ref()), helm, "{called}");
        }
    }
}
