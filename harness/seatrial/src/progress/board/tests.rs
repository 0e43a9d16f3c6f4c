//! What rows say after which events.

use super::*;
use seatrial_model::time::Millis;
use seatrial_model::{HelmMajor, Redactor};

fn cell(profile: &str) -> CellId {
    CellId {
        chart: "ml-inference".to_owned(),
        profile: profile.to_owned(),
        kubernetes: "1.36".parse().unwrap(),
        helm: HelmMajor::V4,
    }
}

fn status(profile: &str, check: Option<CheckKind>, text: &str) -> Event {
    Event::CheckStatus { cell: cell(profile), check, status: Redactor::default().clean(text) }
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn texts(board: &Board, now: Duration) -> Vec<String> {
    board.rows(now).into_iter().map(|(_, text)| text).collect()
}

#[test]
fn a_row_tells_cell_check_elapsed_and_what_it_waits_for() {
    let mut board = Board::default();
    board.take(at(10), &Event::CheckStarted { cell: cell("prod"), check: CheckKind::Install });
    board.take(at(12), &status("prod", Some(CheckKind::Install), "Deployment/api\n1/3"));
    let expected = ["ml-inference/prod@1.36+helm4 install 5.0 s  Deployment/api 1/3"];
    assert_eq!(texts(&board, at(15)), expected);
}

#[test]
fn elapsed_starts_anew_with_the_next_check() {
    let mut board = Board::default();
    board.take(at(0), &status("prod", Some(CheckKind::Install), "1/3"));
    board.take(at(30), &Event::CheckStarted { cell: cell("prod"), check: CheckKind::Test });
    assert_eq!(texts(&board, at(31)), ["ml-inference/prod@1.36+helm4 test 1.0 s"]);
}

#[test]
fn a_cell_that_ended_leaves_a_line_and_no_row() {
    let mut board = Board::default();
    board.take(at(0), &Event::RunStarted { run: "r".to_owned(), cells: 2, clusters: 1 });
    board.take(at(0), &status("prod", None, "waiting for k8s-1.36"));
    let ended = Event::CellFinished { cell: cell("prod"), verdict: Verdict::Failed, took: Millis(4_000) };
    let permanent = board.take(at(4), &ended).unwrap();
    assert_eq!(permanent.verdict, Some(Verdict::Failed));
    assert_eq!(permanent.text, "ml-inference/prod@1.36+helm4 failed in 4.0 s");
    assert!(board.rows(at(5)).is_empty());
    assert_eq!(board.footer(at(5)), "2 cells: 1 failed, 1 to go · 5.0 s");
}

#[test]
fn clusters_and_working_cells_come_before_those_that_wait() {
    let mut board = Board::default();
    for index in 10..40 {
        board.take(at(0), &status(&format!("p{index}"), None, "waiting"));
    }
    board.take(at(0), &status("z", Some(CheckKind::Test), "hook"));
    let step = Redactor::default().clean("kubeadm init");
    board.take(at(0), &Event::ClusterStep { cluster: "k8s-1.36".to_owned(), step });
    let rows = texts(&board, at(1));
    assert_eq!(rows.len(), ROWS);
    assert_eq!(rows[0], "k8s-1.36 1.0 s  kubeadm init");
    assert!(rows[1].starts_with("ml-inference/z@"));
    assert!(board.footer(at(1)).contains("16 not shown"));
}

#[test]
fn only_bad_checks_leave_a_line_of_their_own() {
    let finished = |verdict| Event::CheckFinished {
        cell: cell("prod"),
        check: CheckKind::Lint,
        verdict,
        reason: Some(Redactor::default().clean("icon missing")),
        took: Millis(100),
    };
    let mut board = Board::default();
    assert_eq!(board.take(at(0), &finished(Verdict::Passed)), None);
    let line = board.take(at(0), &finished(Verdict::Failed)).unwrap();
    assert_eq!(line.text, "ml-inference/prod@1.36+helm4 lint failed in 0.1 s: icon missing");
}

#[test]
fn a_name_cannot_move_the_cursor() {
    let mut board = Board::default();
    let step = Redactor::default().clean("boot");
    board.take(at(0), &Event::ClusterStep { cluster: "k\u{1b}[2J8s\r".to_owned(), step });
    assert_eq!(texts(&board, at(0)), ["k8s 0.0 s  boot"]);
}
