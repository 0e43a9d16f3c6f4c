//! A text is decoded as a render, Pods are extracted and every rule is asked of every object. No panic, no long wait:
//! `make fuzz`.
#![no_main]

use std::cell::RefCell;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use seatrial_manifest::{Manifest, input, pod};
use seatrial_model::PodPath;
use seatrial_policy::{Evaluator, PolicyLibrary};
use serde_json::Value;

thread_local! {
    static JUDGE: RefCell<(Vec<String>, Evaluator)> = RefCell::new(judge());
}

fn judge() -> (Vec<String>, Evaluator) {
    let library = PolicyLibrary::built_in();
    let rules = library.rules().iter().map(|rule| rule.id.clone()).collect();
    let evaluator = library.evaluator().expect("the packs that come with the program can be asked");
    (rules, evaluator.time_limit(Duration::from_secs(5)))
}

// A panic that is answered is none for the fuzzer.
fuzz_target!(init: seatrial_document::silence_caught_panics(), |text: &str| {
    let manifest = Manifest::decode(text);
    let context = input::Context {
        kubernetes: "1.36".parse().expect("a version"),
        production: true,
        namespace: "fuzz".to_owned(),
        pods: PodPath::usual(),
    };
    JUDGE.with_borrow_mut(|(rules, evaluator)| {
        for (object, input) in input::all(&manifest, &context) {
            let _ = pod::unjudged(object, &context.pods);
            let _ = object.written.place("spec.template.spec.containers[0].image");
            evaluator.set_input(&input).expect("an input is a JSON object");
            for rule in rules.iter() {
                // An error is trouble, never a panic.
                let _ = evaluator.judge(rule, &Value::Null);
            }
        }
    });
});
