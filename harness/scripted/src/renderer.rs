//! The scripted renderer.

use std::sync::Arc;

use async_trait::async_trait;

use seatrial_model::suite::RejectionStage;
use seatrial_model::{HelmMajor, Trouble};
use seatrial_ports::{
    Cancel, Lint, LintLevel, Refusal, RenderAnswer, RenderRequest, Renderer, ValueProblem, Watch,
};

use crate::play::play;
use crate::script::LintLine;
use crate::{Calls, Script};

/// Renders what the script says.
#[derive(Debug)]
pub struct ScriptedRenderer {
    script: Arc<Script>,
    calls: Calls,
}

impl ScriptedRenderer {
    pub(crate) fn new(script: Arc<Script>, calls: Calls) -> Self {
        Self { script, calls }
    }
}

#[async_trait]
impl Renderer for ScriptedRenderer {
    async fn render(&self, request: &RenderRequest, cancel: &Cancel) -> Result<RenderAnswer, Trouble> {
        let number = self.calls.note(format!("render {}", request.namespace));
        let cell = self.script.cell(&request.namespace);
        let refuse = |stage: RejectionStage, message: &str| Refusal {
            stage,
            message: request.redactor.clean(message),
            location: None,
            values: Vec::new(),
        };
        let what = format!("render the chart of {}", request.namespace);
        let step = cell.render.at(number);
        if let Some(failure) = play(&step, &what, &Watch::default(), &request.redactor, cancel).await? {
            return Ok(RenderAnswer::Refused(refuse(RejectionStage::Render, &failure.reason)));
        }
        if let Some(refused) = cell.refused {
            let values = refused.values.iter().map(|(key, message)| ValueProblem {
                chart: request.chart.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                key: key.split('.').map(str::to_owned).collect(),
                message: request.redactor.clean(message),
            });
            let values = values.collect();
            return Ok(RenderAnswer::Refused(Refusal { values, ..refuse(refused.at, &refused.message) }));
        }
        let last = request.stack.values.last().map(|file| file.display().to_string()).unwrap_or_default();
        // The harness looks for idle keys by rendering with a generated copy of the overlay.
        let generated = std::path::Path::new(&last).extension().is_some_and(|ending| ending == "json");
        let overlaid = last.contains("overlay");
        let installed = cell.installed.unwrap_or_else(|| cell.manifest.clone());
        let text = match (generated, overlaid) {
            (true, _) if cell.idle_overlay => installed,
            (false, true) => installed,
            _ => cell.manifest,
        };
        Ok(RenderAnswer::Rendered(text))
    }

    async fn lint(&self, request: &RenderRequest, _: &Cancel) -> Result<Vec<Lint>, Trouble> {
        self.calls.note(format!("lint {}", request.namespace));
        let line = |line: &LintLine| Lint {
            level: match line.level.as_str() {
                "error" => LintLevel::Error,
                "warning" => LintLevel::Warning,
                _ => LintLevel::Info,
            },
            file: String::new(),
            message: request.redactor.clean(&line.message),
        };
        Ok(self.script.cell(&request.namespace).lint.iter().map(line).collect())
    }

    async fn version(&self, helm: HelmMajor) -> Result<String, Trouble> {
        Ok(format!("v{helm}.0.0-scripted"))
    }
}
