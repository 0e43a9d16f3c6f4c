//! The scripted backend.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use async_trait::async_trait;

use seatrial_model::suite::ClusterSpec;
use seatrial_model::{Clean, KubernetesVersion, Redactor, Trouble};
use seatrial_ports::{Backend, BootFacts, Booted, Cancel, Watch};

use crate::cluster::ScriptedCluster;
use crate::play::play;
use crate::script::ClusterScript;
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

#[async_trait]
impl Backend for ScriptedBackend {
    async fn resolve(&self, spec: &ClusterSpec) -> Result<KubernetesVersion, Trouble> {
        let cluster = self.cluster(spec);
        let number = self.calls.note(format!("resolve {}", spec.name));
        let what = format!("find a node image for {}", spec.name);
        let (watch, redactor, cancel) = Default::default();
        play(&cluster.resolve.at(number), &what, &watch, &redactor, &cancel).await?;
        Ok(cluster.version.unwrap_or_else(|| spec.kubernetes.clone()))
    }

    async fn provision(
        &self,
        spec: &ClusterSpec,
        _: Duration,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<Booted, Trouble> {
        let number = self.calls.note(format!("provision {}", spec.name));
        watch.say(Clean::own("booting"));
        let cluster = self.cluster(spec);
        let what = format!("boot {}", spec.name);
        play(&cluster.boot.at(number), &what, watch, &Redactor::default(), cancel).await?;
        let facts = BootFacts {
            kubernetes: cluster.version.clone().unwrap_or_else(|| spec.kubernetes.clone()),
            image: Some("scripted".to_owned()),
            steps: Vec::new(),
            substitutions: Vec::new(),
            not_exercised: Vec::new(),
            notes: Vec::new(),
        };
        let cluster = ScriptedCluster {
            name: spec.name.clone(),
            own: cluster,
            script: Arc::clone(&self.script),
            calls: self.calls.clone(),
            lost: AtomicBool::new(false),
        };
        Ok(Booted { cluster: Arc::new(cluster), facts })
    }

    async fn finish(&self) -> Result<(), Trouble> {
        let number = self.calls.note("finish");
        let (watch, redactor, cancel) = Default::default();
        play(&self.script.finish.at(number), "remove what is left of the run", &watch, &redactor, &cancel)
            .await
            .map(|_| ())
    }
}
