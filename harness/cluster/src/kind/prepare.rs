//! What is done in a started node by commands: files, kubeadm, kubeconfig. Each command's failure is
//! quoted.

use std::collections::BTreeSet;
use std::time::Duration;

use seatrial_model::{KubernetesVersion, Trouble};
use testcontainers::bollard::Docker;

use super::docker::{Said, exec, refused};
use super::{dns, kubeadm, registry};

/// Where containerd looks for mirrors of a registry.
const MIRRORS: &str = "/etc/containerd/certs.d";
/// Writes files, given as path and content: the first one only where it is not there yet.
const WRITE: &str = r#"
    write() { mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1"; }
    [ -e "$1" ] || write "$1" "$2" || exit
    shift 2
    while [ $# -gt 0 ]; do write "$1" "$2" || exit; shift 2; done"#;
/// How long the API server may take to listen. kubeadm gives it four minutes; most boots have three in all, and the
/// reason should be heard before.
const LISTENING: Duration = Duration::from_secs(150);

/// A registry that nodes ask before others.
pub(super) struct Mirror<'a> {
    /// As nodes reach it.
    pub url: &'a str,
    /// The registries before which it stands.
    pub hosts: BTreeSet<&'a str>,
}

impl Mirror<'_> {
    fn files(&self) -> impl Iterator<Item = (String, String)> {
        self.hosts.iter().map(|host| (format!("{MIRRORS}/{host}/hosts.toml"), registry::hosts(self.url)))
    }
}

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

    /// Reads a file.
    pub(super) async fn read(&self, path: &str) -> Result<String, Trouble> {
        Ok(self.run(&format!("read {path}"), &["cat", path]).await?.out)
    }

    /// Writes what kubeadm and containerd are to find, folders included.
    pub(super) async fn configure(
        &self,
        version: &KubernetesVersion,
        mirror: Option<&Mirror<'_>>,
    ) -> Result<(), Trouble> {
        let configuration = kubeadm::config(self.node, version);
        let (patch, content) = kubeadm::COREDNS;
        let files = [(patch.to_owned(), content.to_owned()), (kubeadm::FILE.to_owned(), configuration)];
        let files: Vec<(String, String)> =
            files.into_iter().chain(mirror.into_iter().flat_map(Mirror::files)).collect();
        let texts = files.iter().flat_map(|(path, content)| [path.as_str(), content.as_str()]);
        let argv: Vec<&str> = ["sh", "-c", WRITE, "sh"].into_iter().chain(texts).collect();
        self.run("write the configuration", &argv).await.map(drop)
    }

    /// Waits until containerd answers, then sets up what Pods meet before kube-proxy has written its rules. The caller
    /// bounds it.
    ///
    /// The address of the API server works for them at once, so that CoreDNS need not wait for kube-proxy. Connections
    /// to other Services fail at once (unless the image has seen to that): they would leave the node and wait for an
    /// answer that never comes. kube-proxy's own rules come before both.
    pub(super) async fn containerd(&self) -> Result<(), Trouble> {
        let script = format!(
            "until ctr --connect-timeout 1s version >/dev/null 2>&1; do sleep 0.05; done
             set -e
             to='--destination {services} --protocol tcp --jump REJECT --reject-with tcp-reset'
             test -e /kind/service-subnet || iptables --append FORWARD $to
             read -r address _ < <(getent ahostsv4 \"$HOSTNAME\")
             iptables --table nat --append PREROUTING --destination {api} --protocol tcp --dport 443 \
               --jump DNAT --to-destination \"$address:6443\"",
            services = kubeadm::SERVICES,
            api = kubeadm::API,
        );
        self.run("wait for containerd", &["bash", "-c", &script]).await.map(drop)
    }

    /// Has an API server started, and lets the kubelet begin anew once that listens.
    ///
    /// A kubelet that could not reach it asks less and less often, and would only learn of the first Pods seconds after
    /// they are there.
    pub(super) async fn start_api_server(&self) -> Result<(), Trouble> {
        let first = kubeadm::first();
        let argv: Vec<&str> = first.iter().map(String::as_str).collect();
        self.run("run kubeadm init", &argv).await?;
        let script = format!(
            "until (exec 3<>/dev/tcp/127.0.0.1/6443) 2>/dev/null; do
               if [ $SECONDS -ge {} ]; then
                 echo 'the API server does not listen; the kubelet said:' >&2
                 journalctl --unit kubelet --output cat --lines 5 >&2
                 exit 1
               fi
               sleep 0.05
             done
             systemctl restart kubelet",
            LISTENING.as_secs()
        );
        self.run("start the API server", &["bash", "-c", &script]).await.map(drop)
    }

    /// Starts what else runs as a static Pod, on an API server that grants its rights.
    pub(super) async fn start_controllers(&self) -> Result<(), Trouble> {
        for program in ["controller-manager", "scheduler"] {
            let argv = kubeadm::phase(&["control-plane", program]);
            self.run(&format!("start the {program}"), &argv).await?;
        }
        Ok(())
    }

    /// Has DNS and the proxy installed. The administrator's own rights may not be there yet.
    pub(super) async fn add_ons(&self, kubeconfig: &str) -> Result<(), Trouble> {
        let argv = kubeadm::phase(&["addon", "all", "--kubeconfig", kubeconfig]);
        self.run("install DNS and the proxy", &argv).await.map(drop)
    }

    /// What remains of `kubeadm init`.
    pub(super) async fn finish_init(&self) -> Result<(), Trouble> {
        let last = kubeadm::last();
        let argv: Vec<&str> = last.iter().map(String::as_str).collect();
        self.run("finish kubeadm init", &argv).await.map(drop)
    }

    /// Asks cluster DNS through its Service; `Err` says what came instead of an answer.
    pub(super) async fn ask_dns(&self) -> Result<(), String> {
        let question = dns::question(kubeadm::DNS);
        let argv: Vec<&str> = question.iter().map(String::as_str).collect();
        let said = exec(self.docker, self.node, &argv).await.map_err(|error| error.to_string())?;
        dns::answer(&said.out, kubeadm::DNS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::read_to_string;
    use std::process::Command;

    #[test]
    fn the_images_own_patch_stays_and_everything_else_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let [patch, conf, mirror] = ["patch", "a/conf", "b/hosts"].map(|name| folder.path().join(name));
        let write = |files: &[(&std::path::Path, &str)]| {
            let texts = files.iter().flat_map(|(path, text)| [path.to_str().unwrap(), *text]);
            let status = Command::new("sh").args(["-c", WRITE, "sh"]).args(texts).status();
            assert!(status.unwrap().success());
        };
        write(&[(&patch, "ours"), (&conf, "it's $1\n")]);
        assert_eq!(read_to_string(&patch).unwrap(), "ours");
        assert_eq!(read_to_string(&conf).unwrap(), "it's $1\n");
        std::fs::write(&patch, "the image's").unwrap();
        write(&[(&patch, "ours"), (&conf, "new"), (&mirror, "host")]);
        let texts = [&patch, &conf, &mirror].map(|path| read_to_string(path).unwrap());
        assert_eq!(texts, ["the image's", "new", "host"]);
    }

    #[test]
    fn a_mirror_is_named_for_its_registries_only() {
        let mirror = Mirror { url: "http://172.17.0.2:5000", hosts: ["docker.io", "quay.io"].into() };
        let files: Vec<String> = mirror.files().map(|(path, _)| path).collect();
        let expected =
            ["docker.io", "quay.io"].map(|host| format!("/etc/containerd/certs.d/{host}/hosts.toml"));
        assert_eq!(files, expected);
    }
}
