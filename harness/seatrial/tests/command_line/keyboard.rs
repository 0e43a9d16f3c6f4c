//! Holding a bad cell at a terminal. `script` (util-linux) lends one.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Project, SCRIPT, SUITE};

#[test]
fn a_bad_cell_is_held_until_enter_is_pressed() {
    let project = Project::new(SUITE);
    let bad = SCRIPT.replace("    hooks", "    install: {fails: never ready}\n    hooks");
    let script = format!("{bad}clusters: {{k8s-1.36-helm4: {{kubeconfig: /tmp/k.kubeconfig}}}}\n");
    std::fs::write(project.0.path().join("script.yaml"), script).unwrap();
    let program = env!("CARGO_BIN_EXE_seatrial");
    let screen = project.0.path().join("screen");
    let mut terminal = Command::new("script")
        .args(["--quiet", "--flush", "--return", "--command"])
        .arg(format!("{program} suite trial --script script.yaml --pause"))
        .arg(&screen)
        .current_dir(project.0.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let shown = || String::from_utf8_lossy(&std::fs::read(&screen).unwrap_or_default()).into_owned();
    let look = "kubectl --kubeconfig /tmp/k.kubeconfig -n demo-default get pods";
    let began = Instant::now();
    while !(shown().contains(look) && shown().contains("press Enter to clean up")) {
        assert!(began.elapsed() < Duration::from_mins(1), "{}", shown());
        assert!(terminal.try_wait().unwrap().is_none(), "it did not wait: {}", shown());
        std::thread::yield_now();
    }
    assert!(!project.latest("run.json").exists(), "the run goes on only after Enter");
    terminal.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    assert_eq!(terminal.wait().unwrap().code(), Some(1), "{}", shown());
    assert!(project.latest("run.json").is_file());
}
