//! `helm template` and `helm lint`.

use async_trait::async_trait;
use seatrial_host::Command;
use seatrial_model::suite::RejectionStage;
use seatrial_model::{HelmMajor, Trouble};
use seatrial_ports::{Cancel, Lint, LintLevel, Refusal, RenderAnswer, RenderRequest, Renderer, ValueProblem};

use crate::dependency::Broken;
use crate::helm::{Helm, QUICK, Said, call};
use crate::refusal::{self, Untold};
use crate::stage::Stage;
use crate::{lint, value_problems, values};

#[async_trait]
impl Renderer for Helm {
    async fn render(&self, request: &RenderRequest, cancel: &Cancel) -> Result<RenderAnswer, Trouble> {
        let what = format!("render the chart {} with Helm {}", request.chart.display(), request.helm);
        let stage = match self.stages().prepare(self, request.helm, &request.chart, cancel).await? {
            Ok(stage) => stage,
            Err(broken) => return Ok(RenderAnswer::Refused(refused_dependency(&broken, request))),
        };
        let command = self.template(request, &stage)?;
        match call(&command, &what, &request.redactor, cancel).await? {
            Said::Done(manifest) => Ok(RenderAnswer::Rendered(manifest)),
            Said::Late(last) => Err(Trouble::new(what, last)),
            Said::Refused { message, .. } => {
                let message = stage.translate(&message, &request.chart);
                let clean = |text: &str| request.redactor.clean(text);
                match refusal::read(&message) {
                    Ok(raw) => Ok(RenderAnswer::Refused(Refusal {
                        stage: raw.stage,
                        values: against_keys(&raw, request),
                        message: clean(&raw.message),
                        location: raw.location,
                    })),
                    Err(untold) => Err(Trouble::new(what, clean(&message)).hint(match untold {
                        Untold::Dependencies => format!("helm dependency build {}", request.chart.display()),
                        Untold::Call => format!("to see it: {}", command.display(&request.redactor)),
                    })),
                }
            }
        }
    }

    async fn lint(&self, request: &RenderRequest, cancel: &Cancel) -> Result<Vec<Lint>, Trouble> {
        let what = format!("lint the chart {} with Helm {}", request.chart.display(), request.helm);
        let stage = match self.stages().prepare(self, request.helm, &request.chart, cancel).await? {
            Ok(stage) => stage,
            Err(broken) => {
                let message = request.redactor.clean(&broken.0);
                return Ok(vec![Lint { level: LintLevel::Error, file: "Chart.yaml".to_owned(), message }]);
            }
        };
        let command = self.command(request.helm, QUICK)?.arg("lint").arg(&stage.chart);
        let command = asked(command, request);
        let read = |output: &str| {
            let output = stage.translate(output, &request.chart);
            lint::read(&output, &request.chart.to_string_lossy(), &request.redactor)
        };
        match call(&command, &what, &request.redactor, cancel).await? {
            Said::Done(output) => Ok(read(&output)),
            Said::Late(last) => Err(Trouble::new(what, last)),
            Said::Refused { message, output } => {
                let lints = read(&output);
                if lints.iter().any(|lint| lint.level == LintLevel::Error) {
                    return Ok(lints);
                }
                let why = request.redactor.clean(&format!("{message}\n{}", output.trim()));
                Err(Trouble::new(what, why)
                    .hint(format!("to see it: {}", command.display(&request.redactor))))
            }
        }
    }

    async fn version(&self, helm: HelmMajor) -> Result<String, Trouble> {
        self.full_version(helm, &Cancel::default()).await
    }
}

impl Helm {
    fn template(&self, request: &RenderRequest, stage: &Stage) -> Result<Command, Trouble> {
        let command =
            self.command(request.helm, QUICK)?.args(["template", &request.release]).arg(&stage.chart);
        let command = request.api_versions.iter().fold(command.arg("--include-crds"), |command, version| {
            command.args(["--api-versions", version])
        });
        Ok(asked(command, request))
    }
}

/// Namespace, Kubernetes version and values.
fn asked(command: Command, request: &RenderRequest) -> Command {
    let version = request.kubernetes.to_string();
    values::stack(
        command.args(["--namespace", &request.namespace]).args(["--kube-version", &version]),
        &request.stack,
    )
}

fn refused_dependency(broken: &Broken, request: &RenderRequest) -> Refusal {
    Refusal {
        stage: RejectionStage::Render,
        message: request.redactor.clean(&broken.0),
        location: Some(("Chart.yaml".to_owned(), None)),
        values: Vec::new(),
    }
}

/// What a schema has against single keys.
fn against_keys(raw: &refusal::Raw, request: &RenderRequest) -> Vec<ValueProblem> {
    if raw.stage != RejectionStage::Schema {
        return Vec::new();
    }
    let problem = |problem: value_problems::Raw| ValueProblem {
        chart: problem.chart,
        key: problem.key,
        message: request.redactor.clean(&problem.message),
    };
    value_problems::read(&raw.message).into_iter().map(problem).collect()
}
