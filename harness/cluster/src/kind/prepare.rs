//! What is done in a started node by commands: files, kubeadm, kubeconfig. Each command's failure is
//! quoted.

use seatrial_model::{KubernetesVersion, Trouble};
use testcontainers::bollard::Docker;

use super::docker::{Said, exec, refused};
use super::{dns, kubeadm, registry};

/// Where containerd looks for mirrors of every registry.
const MIRRORS: &str = "/etc/containerd/certs.d/_default/hosts.toml";

/// A started node and the commands it takes.
pub(super) struct Shell<'a> {
    pub docker: &'a Docker,
    pub node: &'a str,
}

impl Shell<'_> {
    /// Runs a command; one that cannot be started, or ends badly, is trouble.
    async fn run(&self, what: &str, argv: &[&str]) -> Result<Said, Trouble> {
        let what = format!("{what} in the node {}", self.node);
        let said = exec(self.docker, self.node, argv).await.map_err(|error| refused(&what, &error))?;
        if said.code == 0 {
            return Ok(said);
        }
        let why = format!("exit status {}: {}", said.code, said.tail(15));
        Err(refused(&what, &why))
    }

    /// Writes a file, its folders included.
    async fn write(&self, path: &str, content: &str) -> Result<(), Trouble> {
        let script = r#"mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1""#;
        let argv = ["sh", "-c", script, "sh", path, content];
        self.run(&format!("write {path}"), &argv).await.map(drop)
    }

    /// Reads a file.
    pub(super) async fn read(&self, path: &str) -> Result<String, Trouble> {
        Ok(self.run(&format!("read {path}"), &["cat", path]).await?.out)
    }

    /// Writes what kubeadm and containerd are to find.
    pub(super) async fn configure(
        &self,
        version: &KubernetesVersion,
        mirror: Option<&str>,
    ) -> Result<(), Trouble> {
        self.write(kubeadm::FILE, &kubeadm::config(self.node, version)).await?;
        let has_patch = exec(self.docker, self.node, &["test", "-e", kubeadm::COREDNS.0]).await;
        if !has_patch.is_ok_and(|said| said.code == 0) {
            self.write(kubeadm::COREDNS.0, kubeadm::COREDNS.1).await?;
        }
        if let Some(mirror) = mirror {
            self.write(MIRRORS, &registry::hosts(mirror)).await?;
        }
        Ok(())
    }

    /// Waits until containerd answers. The caller bounds it.
    pub(super) async fn containerd(&self) -> Result<(), Trouble> {
        let script = "until ctr --connect-timeout 1s version >/dev/null 2>&1; do sleep 0.05; done";
        self.run("wait for containerd", &["bash", "-c", script]).await.map(drop)
    }

    /// Makes Pods' connections to Services that are not programmed yet fail at once, unless the image did:
    /// they would leave the node and wait for an answer that never comes.
    pub(super) async fn reject_unknown_services(&self) -> Result<(), Trouble> {
        let script = format!(
            "rule='FORWARD --destination {} --protocol tcp --jump REJECT --reject-with tcp-reset'; \
             test -e /kind/service-subnet || iptables --check $rule 2>/dev/null || iptables --append $rule",
            kubeadm::SERVICES
        );
        self.run("set up the packet filter", &["bash", "-c", &script]).await.map(drop)
    }

    /// Runs `kubeadm init`.
    pub(super) async fn init(&self) -> Result<(), Trouble> {
        let argv = ["kubeadm", "init", "--config", kubeadm::FILE, "--skip-token-print"];
        self.run("run kubeadm init", &argv).await.map(drop)
    }

    /// Asks cluster DNS through its Service; `Err` says what came instead of an answer.
    pub(super) async fn ask_dns(&self) -> Result<(), String> {
        let question = dns::question(kubeadm::DNS);
        let argv: Vec<&str> = question.iter().map(String::as_str).collect();
        let said = exec(self.docker, self.node, &argv).await.map_err(|error| error.to_string())?;
        dns::answer(&said.out, kubeadm::DNS)
    }
}
