//! `test`: the chart's `helm test` hooks. One case per hook.

use std::collections::BTreeSet;

use seatrial_model::record::CaseRecord;
use seatrial_model::{Clean, Finding, Redactor, Trouble, Verdict};
use seatrial_ports::{Cancel, Cluster, Ended, HookOutcome, HookPhase, TestRequest, Watch};

use super::Conclusion;
use super::render::Learned;

/// How much of a hook's log stands in the record; all that was kept is in the evidence.
const LOG_IN_RECORD: usize = 8 * 1024;

/// Gives the conclusion and the hooks with their logs.
pub(crate) async fn check(
    cluster: &dyn Cluster,
    request: &TestRequest,
    learned: &Learned,
    watch: &Watch,
    cancel: &Cancel,
) -> Result<(Conclusion, Vec<HookOutcome>), Trouble> {
    let rendered = learned.installed.as_ref().map(|rendered| &rendered.manifest);
    let expected: BTreeSet<&str> = rendered
        .into_iter()
        .flat_map(seatrial_manifest::Manifest::test_hooks)
        .map(|object| object.reference.name.as_str())
        .collect();
    if expected.is_empty() {
        let text = Clean::own(
            "the chart has no `helm test` hook, so that nothing was asked of what was installed; add a Pod with the \
             annotation `helm.sh/hook: test`",
        );
        let finding = Finding::of_check("no-test-hooks", text).audited();
        return Ok((Conclusion::of_findings(vec![finding]), Vec::new()));
    }
    let answer = cluster.test(request, watch, cancel).await?;
    let told: BTreeSet<&str> = answer.hooks.iter().map(|hook| hook.name.as_str()).collect();
    let mut cases = cases(&answer.hooks);
    for missing in expected.difference(&told) {
        cases.push(CaseRecord {
            name: (*missing).to_owned(),
            verdict: Verdict::Errored,
            enforcement: None,
            reason: Some(Clean::own("the chart renders this hook, but helm gave no result for it")),
            duration: seatrial_model::time::Millis(0),
            output: Clean::default(),
        });
    }
    let verdict = Verdict::worst(cases.iter().map(|case| case.verdict)).max(Verdict::Passed);
    let worst = cases.iter().find(|case| case.verdict == verdict && !verdict.is_good());
    // Helm also fails for hooks that are no Pods and for their deletion; that is never a pass.
    let unexplained = !answer.said.is_empty() && !matches!(verdict, Verdict::Failed | Verdict::Errored);
    if unexplained {
        let reason =
            request.redactor.clean(&format!("no hook failed, but not all went well: {}", answer.said));
        let conclusion = Conclusion { cases, ..Conclusion::failed(reason).output(answer.said) };
        return Ok((conclusion, answer.hooks));
    }
    let reason = worst.map(|case| {
        let why = case.reason.as_ref().map_or("", Clean::as_str);
        request.redactor.clean(&format!("hook {}: {why}", case.name))
    });
    let output = if verdict.is_good() { Clean::default() } else { answer.said };
    let ended =
        Conclusion::of_findings(answer.ended.iter().map(|one| ended(one, &request.redactor)).collect());
    let (verdict, reason) = (verdict.max(ended.verdict), reason.or(ended.reason));
    Ok((
        Conclusion { findings: ended.findings, cases, output, ..Conclusion::new(verdict, reason) },
        answer.hooks,
    ))
}

/// What was ready has to stay up while it is tested, even where every hook found it up again.
fn ended(one: &Ended, redactor: &Redactor) -> Finding {
    let times = if one.times == 1 { String::new() } else { format!(", {} times", one.times) };
    let text = format!(
        "container {} of Pod {} ended after the release was ready ({}{times}); its log is in the evidence",
        one.container, one.pod.name, one.how
    );
    let finding = Finding::of_check("ended-after-ready", redactor.clean(&text)).about(one.pod.clone());
    Finding { container: Some(one.container.clone()), ..finding }
}

fn cases(hooks: &[HookOutcome]) -> Vec<CaseRecord> {
    hooks
        .iter()
        .map(|hook| {
            let verdict = match hook.phase {
                HookPhase::Succeeded => Verdict::Passed,
                HookPhase::Failed | HookPhase::Unfinished => Verdict::Failed,
                HookPhase::NotStarted => Verdict::Skipped,
            };
            CaseRecord {
                name: hook.name.clone(),
                verdict,
                enforcement: None,
                reason: (verdict != Verdict::Passed).then(|| hook.reason.clone()),
                duration: hook.duration,
                output: hook.logs.tail(LOG_IN_RECORD),
            }
        })
        .collect()
}
