//! The scripted backend.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use seatrial_model::suite::ClusterSpec;
use seatrial_model::{Clean, KubernetesVersion, Redactor, Trouble};
use seatrial_ports::{Backend, BootFacts, Booted, Cancel, Watch};

use crate::cluster::ScriptedCluster;
use crate::script::{ClusterScript, Step};
use crate::{Calls, Script};

/// Makes clusters that answer as the script says.
#[derive(Debug)]
pub struct ScriptedBackend {
    script: Arc<Script>,
    calls: Calls,
}

impl ScriptedBackend {
    pub(crate) fn new(script: Arc<Script>, calls: Calls) -> Self {
        Self { script, calls }
    }

    fn cluster(&self, spec: &ClusterSpec) -> ClusterScript {
        self.script.clusters.get(&spec.name).cloned().unwrap_or_default()
    }
}

/// Plays a step; `Fails` is handed back as the reason.
pub(crate) async fn play(step: &Step, what: &str, cancel: &Cancel) -> Result<Option<String>, Trouble> {
    let clean = |text: &str| Redactor::default().clean(text);
    match step {
        Step::Succeeds => Ok(None),
        Step::Fails(reason) => Ok(Some(reason.clone())),
        Step::Trouble(why) => Err(Trouble::new(what, clean(why))),
        Step::Hangs => {
            cancel.cancelled().await;
            Err(Trouble::new(what, Clean::own("interrupted")))
        }
        Step::Panics => std::panic::panic_any(format!("scripted panic in {what}")),
    }
}

#[async_trait]
impl Backend for ScriptedBackend {
    async fn resolve(&self, spec: &ClusterSpec) -> Result<KubernetesVersion, Trouble> {
        let cluster = self.cluster(spec);
        play(&cluster.resolve, &format!("find a node image for {}", spec.name), &Cancel::default()).await?;
        Ok(cluster.version.unwrap_or_else(|| spec.kubernetes.clone()))
    }

    async fn provision(
        &self,
        spec: &ClusterSpec,
        _: Duration,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<Booted, Trouble> {
        self.calls.note(format!("provision {}", spec.name));
        watch.say(Clean::own("booting"));
        let cluster = self.cluster(spec);
        play(&cluster.boot, &format!("boot {}", spec.name), cancel).await?;
        let facts = BootFacts {
            kubernetes: cluster.version.clone().unwrap_or_else(|| spec.kubernetes.clone()),
            image: Some("scripted".to_owned()),
            steps: Vec::new(),
            substitutions: Vec::new(),
            not_exercised: Vec::new(),
        };
        let cluster = ScriptedCluster {
            name: spec.name.clone(),
            own: cluster,
            script: Arc::clone(&self.script),
            calls: self.calls.clone(),
        };
        Ok(Booted { cluster: Arc::new(cluster), facts })
    }

    async fn finish(&self) -> Result<(), Trouble> {
        self.calls.note("finish");
        Ok(())
    }
}
