//! The backend: one cluster that exists, connected to and looked at before anything is done.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use kube::Client;
use seatrial_helm::Helm;
use seatrial_model::record::StepRecord;
use seatrial_model::suite::ClusterSpec;
use seatrial_model::{CellId, Clean, KubernetesVersion, Redactor, Trouble};
use seatrial_ports::{Backend, BootFacts, Booted, Cancel, Watch};
use serde_json::Value;
use tokio::time::timeout;

use super::ask::not_exercised;
use super::cluster::{Enforcing, ExistingCluster, Stays};
use super::contexts::Kubeconfigs;
use super::kept::Kept;
use super::ledger::Ledger;
use super::names;
use super::nodes::Nodes;
use super::own::Own;
use super::rights::{self, Right};
use super::scopes::Scopes;
use crate::cluster::KubeCluster;
use crate::trouble;

/// For the API server to answer the questions that come first.
const ASKING: Duration = Duration::from_secs(30);

/// On what terms a cluster that exists is used.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The context.
    pub context: String,
    /// A namespace that is there and is used instead of the run's own.
    pub namespace: Option<String>,
    /// Whether releases may create what lives in no namespace.
    pub cluster_scoped: bool,
}

/// A cluster that exists.
pub struct ExistingBackend {
    run: String,
    terms: Terms,
    kubeconfigs: Kubeconfigs,
    helm: Helm,
    client: Client,
    version: KubernetesVersion,
    scopes: Scopes,
    redactor: Redactor,
}

impl ExistingBackend {
    /// Connects to the context's cluster and asks what it is.
    ///
    /// # Errors
    /// Trouble when it cannot be reached; the context must be one of `kubeconfigs`.
    pub async fn connect(
        run: impl Into<String>,
        kubeconfigs: Kubeconfigs,
        terms: Terms,
        helm: Helm,
    ) -> Result<Self, Trouble> {
        let what = format!("reach the cluster of the context {}", terms.context);
        let redactor = kubeconfigs.redactor(&terms.context);
        let client = kubeconfigs.connect(&terms.context, &redactor).await?;
        let asking = async { Ok((client.apiserver_version().await?, Scopes::discover(&client).await?)) };
        let (info, scopes) = match timeout(ASKING, asking).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(Trouble::new(what, redactor.clean(&trouble::say(&error)))),
            Err(_) => return Err(Trouble::new(what, Clean::own("its API server did not answer in 30 s"))),
        };
        let Some(version) = version(&info.git_version) else {
            let why = format!("it says that it is Kubernetes `{}`", info.git_version);
            return Err(Trouble::new(what, redactor.clean(&why)));
        };
        Ok(Self { run: run.into(), terms, kubeconfigs, helm, client, version, scopes, redactor })
    }

    /// The version that runs there.
    pub fn version(&self) -> &KubernetesVersion {
        &self.version
    }

    /// What it serves, as `.Capabilities.APIVersions` names it.
    pub fn api_versions(&self) -> Vec<String> {
        self.scopes.api_versions()
    }

    /// Its `CustomResourceDefinition`s; none where the account may not list them or the server does not answer. What
    /// is not known of is told as not judged.
    pub async fn definitions(&self) -> Vec<Value> {
        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        let Ok(request) = http::Request::get(path).body(Vec::new()) else { return Vec::new() };
        match timeout(ASKING, self.client.request::<Value>(request)).await {
            Ok(Ok(mut list)) => match list.get_mut("items").map(Value::take) {
                Some(Value::Array(items)) => items,
                _ => Vec::new(),
            },
            Ok(Err(error)) => {
                tracing::info!("the definitions of the cluster are not known: {}", trouble::say(&error));
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }

    /// The namespace of a cell.
    pub fn namespace(&self, cell: &CellId) -> String {
        self.terms.namespace.clone().unwrap_or_else(|| names::of_cell(cell, &self.run))
    }

    /// Asks whether the account may do what a run in these namespaces needs.
    ///
    /// # Errors
    /// Trouble that names what is missing, with a role to ask an administrator for.
    pub async fn preflight(&self, namespaces: &BTreeSet<String>) -> Result<(), Trouble> {
        let mut wanted: BTreeSet<Right> =
            namespaces.iter().flat_map(|name| rights::in_namespace(name)).collect();
        if self.terms.namespace.is_none() {
            wanted.extend(rights::of_namespaces());
        }
        let asked = timeout(ASKING, rights::missing(&self.client, &wanted)).await;
        let what = "ask what the account may do";
        let missing = match asked {
            Ok(answer) => answer.map_err(|error| trouble::of(what, &error))?,
            Err(_) => return Err(Trouble::new(what, Clean::own("the API server did not answer in 30 s"))),
        };
        if missing.is_empty() {
            return Ok(());
        }
        let account = rights::account(&self.client).await.unwrap_or_else(|| "the account".to_owned());
        Err(refusal(&self.terms, &account, &wanted, &missing))
    }

    /// Kinds outside of namespaces that the account may not list: what a release leaves of them is not seen.
    async fn unseen(&self) -> Result<usize, Trouble> {
        let wanted =
            self.scopes.listable().into_iter().flat_map(|resource| rights::listing(&resource)).collect();
        let missing = rights::missing(&self.client, &wanted).await;
        Ok(missing.map_err(|error| trouble::of("ask what the account may see", &error))?.len())
    }

    async fn look(&self, spec: &ClusterSpec) -> Result<(Option<Nodes>, Vec<String>), Trouble> {
        let nodes = Nodes::read(&self.client).await;
        let nodes = nodes.map_err(|error| trouble::of("look at the nodes", &error))?;
        let mut told = vec![match &nodes {
            Some(nodes) => {
                format!(
                    "it exists: context {}, Kubernetes {}, nodes: {}",
                    self.terms.context,
                    self.version,
                    nodes.count()
                )
            }
            None => format!("it exists: context {}, Kubernetes {}", self.terms.context, self.version),
        }];
        if let Some(namespace) = &self.terms.namespace {
            told.push(format!("cells took turns in its namespace {namespace}"));
        }
        match &nodes {
            Some(nodes) => told.extend(
                nodes
                    .misfits_of(spec)
                    .into_iter()
                    .map(|misfit| format!("the suite asks for more than it has: {misfit}")),
            ),
            None => told.push("not looked at: nodes, which the account may not list".to_owned()),
        }
        let unseen = self.unseen().await?;
        if unseen > 0 {
            told.push(format!(
                "not looked at: what releases leave outside of namespaces (the account may not list {unseen} kinds)"
            ));
        }
        Ok((nodes, told))
    }
}

#[async_trait]
impl Backend for ExistingBackend {
    async fn resolve(&self, _: &ClusterSpec) -> Result<KubernetesVersion, Trouble> {
        Ok(self.version.clone())
    }

    async fn provision(
        &self,
        spec: &ClusterSpec,
        deadline: Duration,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<Booted, Trouble> {
        let started = Instant::now();
        let what = format!("look at the cluster of the context {}", self.terms.context);
        watch.say(Clean::own("looking at the cluster"));
        let (nodes, told) = tokio::select! {
            answer = timeout(deadline, self.look(spec)) => answer.unwrap_or_else(|_| {
                Err(Trouble::new(&what, Clean::own("its API server did not answer in time")))
            })?,
            () = cancel.cancelled() => return Err(Trouble::new(what, Clean::own("interrupted"))),
        };
        let facts = BootFacts {
            kubernetes: self.version.clone(),
            image: None,
            steps: vec![StepRecord {
                step: "look at the cluster".to_owned(),
                duration: started.elapsed().into(),
            }],
            substitutions: Vec::new(),
            not_exercised: not_exercised(&self.client, &self.scopes).await,
            notes: told.iter().map(|note| self.redactor.clean(note)).collect(),
        };
        let context = self.terms.context.clone();
        let helm = self.helm.on_context(spec.helm, self.kubeconfigs.files(), &context);
        let cluster = ExistingCluster {
            inner: KubeCluster::new(&self.run, self.client.clone(), helm, Box::new(Stays)),
            context,
            scopes: self.scopes.clone(),
            nodes,
            own: Own::new(self.client.clone(), &self.run),
            kept: self.terms.namespace.as_deref().map(Kept::new),
            ledger: Ledger::new(self.client.clone(), &self.run),
            enforcing: Enforcing::default(),
            cluster_scoped: self.terms.cluster_scoped,
            redactor: self.redactor.clone(),
        };
        Ok(Booted { cluster: Arc::new(cluster), facts })
    }

    async fn finish(&self) -> Result<(), Trouble> {
        Ok(())
    }
}

/// `v1.34.2-eks-4af2`, `v1.33.1+k3s1`: what stands before the vendor's own part.
pub(super) fn version(text: &str) -> Option<KubernetesVersion> {
    let end = text.find(['-', '+']).unwrap_or(text.len());
    text[..end].parse().ok()
}

/// What is missing, what to ask for, and what may be done without it.
fn refusal(terms: &Terms, account: &str, wanted: &BTreeSet<Right>, missing: &[Right]) -> Trouble {
    let namespace = terms.namespace.as_deref();
    let no_namespaces = missing.iter().any(|right| right.resource == "namespaces");
    // The same rights are missing in every namespace that would be made: one stands for all.
    let one = missing.iter().find_map(|right| right.namespace.as_deref());
    let shown: Vec<Right> = missing
        .iter()
        .filter(|right| right.namespace.is_none() || right.namespace.as_deref() == one)
        .cloned()
        .collect();
    let why = format!("{account} may not {}", rights::told(&shown));
    let trouble =
        Trouble::new(format!("run on the context {}", terms.context), Redactor::default().clean(&why));
    let role = rights::role(wanted, namespace);
    let ask = format!("ask an administrator for this role and for what the charts themselves create\n{role}");
    trouble.hint(if no_namespaces {
        format!("--namespace NAME runs in a namespace that is there, where the account has rights; or {ask}")
    } else {
        ask
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("v1.36.3", Some("1.36.3"))]
    #[case("v1.34.2-eks-4af2c1", Some("1.34.2"))]
    #[case("v1.33.1+k3s1", Some("1.33.1"))]
    #[case("unknown", None)]
    fn a_vendors_version_is_read(#[case] text: &str, #[case] read: Option<&str>) {
        assert_eq!(version(text).map(|version| version.to_string()).as_deref(), read);
    }

    #[test]
    fn an_account_without_namespaces_is_told_of_the_one_that_it_may_name() {
        let terms = |namespace: Option<&str>| Terms {
            context: "staging".to_owned(),
            namespace: namespace.map(str::to_owned),
            cluster_scoped: false,
        };
        let wanted: BTreeSet<Right> = rights::of_namespaces().into_iter().collect();
        let missing: Vec<Right> = wanted.iter().cloned().collect();
        let said = refusal(&terms(None), "ci", &wanted, &missing).to_string();
        assert!(said.contains("ci may not create, delete, get namespaces in the whole cluster"), "{said}");
        assert!(said.contains("--namespace NAME") && said.contains("kind: ClusterRole"), "{said}");
        let wanted: BTreeSet<Right> = rights::in_namespace("team").into_iter().collect();
        let missing: Vec<Right> = wanted.iter().cloned().collect();
        let said = refusal(&terms(Some("team")), "ci", &wanted, &missing).to_string();
        assert!(!said.contains("--namespace NAME") && said.contains("kind: Role\n"), "{said}");
    }
}
