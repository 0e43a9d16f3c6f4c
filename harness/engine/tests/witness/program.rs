//! The witness: Kubernetes' own code as a program that answers questions (`images/programs/witness`).

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A program that set-up made, or a panic that says how to get it.
pub(crate) fn told(variable: &str) -> PathBuf {
    std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set; `make test` sets it")).into()
}

/// A running witness; it ends when this is dropped.
pub(crate) struct Witness {
    child: Child,
    questions: Option<BufWriter<ChildStdin>>,
    answers: BufReader<ChildStdout>,
}

impl Witness {
    pub(crate) fn start() -> Self {
        let program = told("SEATRIAL_WITNESS");
        let mut command = Command::new(&program);
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("start {}: {error}", program.display()));
        let questions = child.stdin.take().map(BufWriter::new);
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, questions, answers }
    }

    /// The answers to many questions, in their order. Written and read at the same time: neither side waits for
    /// the other's full pipe.
    pub(crate) fn ask(&mut self, questions: &[Value]) -> Vec<Value> {
        let Self { questions: pipe, answers, .. } = self;
        let pipe = pipe.as_mut().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for question in questions {
                    writeln!(pipe, "{question}").unwrap();
                }
                pipe.flush().unwrap();
            });
            let answer = |_: &Value| {
                let mut line = String::new();
                assert!(answers.read_line(&mut line).unwrap() > 0, "the witness is gone");
                serde_json::from_str(&line).unwrap()
            };
            questions.iter().map(answer).collect()
        })
    }

    pub(crate) fn ask_one(&mut self, question: Value) -> Value {
        self.ask(&[question]).remove(0)
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        drop(self.questions.take());
        let _ = self.child.wait();
    }
}
