//! Kubeconfig files: kubeadm's, made usable from the machine, and connecting with one.
//!
//! It knows the format, not where clusters come from.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use kube::client::ClientBuilder;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::Value;
use tower::ServiceBuilder;
use tower::buffer::BufferLayer;
use tower::retry::RetryLayer;

use crate::again::Again;

/// How long the API server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long it may take to take a request.
const SEND: Duration = Duration::from_secs(30);

/// The same kubeconfig as JSON, with every server replaced.
pub(crate) fn rewrite(kubeconfig: &str, server: &str) -> anyhow::Result<String> {
    let mut config: Value = serde_yaml::from_str(kubeconfig).context("read the kubeconfig")?;
    let Some(clusters) = config.get_mut("clusters").and_then(Value::as_array_mut) else {
        bail!("read the kubeconfig: it names no clusters");
    };
    for entry in clusters {
        match entry.get_mut("cluster").and_then(Value::as_object_mut) {
            Some(cluster) => cluster.insert("server".to_owned(), server.into()),
            None => bail!("read the kubeconfig: a cluster without content"),
        };
    }
    serde_json::to_string_pretty(&config).context("write the kubeconfig")
}

/// Writes it so that only its owner reads it: it is a key to the cluster.
pub(crate) fn write(path: &Path, kubeconfig: &str) -> anyhow::Result<()> {
    let folder = path.parent().context("a kubeconfig lies in a folder")?;
    // Temporary files are private, and stay so when renamed.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(kubeconfig.as_bytes())?;
    file.persist(path).with_context(|| format!("write {}", path.display()))?;
    Ok(())
}

/// Requests that may wait to be sent.
const REQUESTS: usize = 1024;
/// How long an API server may be silent within an answer.
const SILENCE: Duration = Duration::from_mins(6);

/// A client for its current context.
pub(crate) async fn connect(kubeconfig: &str) -> anyhow::Result<Client> {
    let kubeconfig = Kubeconfig::from_yaml(kubeconfig).context("read the kubeconfig")?;
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    client(config).context("connect to the API server")
}

/// A client that waits for nothing for ever.
pub(crate) fn client(mut config: Config) -> Result<Client, kube::Error> {
    config.connect_timeout = Some(CONNECT);
    // The last resort where a call has no deadline of its own; watches are renewed more often than that.
    config.read_timeout = Some(SILENCE);
    config.write_timeout = Some(SEND);
    config.default_retry = false;
    let retry = ServiceBuilder::new()
        .layer(RetryLayer::new(Again::default()))
        // Lends the connection to each try.
        .layer(BufferLayer::new(REQUESTS));
    Ok(ClientBuilder::try_from(config)?.with_layer(&retry).build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const KUBEADM: &str = "
apiVersion: v1
kind: Config
clusters:
  - name: a
    cluster: { certificate-authority-data: Zm9v, server: https://172.17.0.3:6443 }
contexts: [{ name: admin@a, context: { cluster: a, user: admin } }]
current-context: admin@a
users: [{ name: admin, user: { client-key-data: YmFy } }]
";

    #[test]
    fn only_the_server_changes() {
        let text = rewrite(KUBEADM, "https://127.0.0.1:32768").unwrap();
        let before: Value = serde_yaml::from_str(KUBEADM).unwrap();
        let mut after: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(after["clusters"][0]["cluster"]["server"], "https://127.0.0.1:32768");
        after["clusters"][0]["cluster"]["server"] = "https://172.17.0.3:6443".into();
        assert_eq!(after, before);
    }

    #[test]
    fn what_is_no_kubeconfig_is_refused() {
        assert!(rewrite("{}", "https://127.0.0.1:1").is_err());
        assert!(rewrite("clusters: [{name: a}]", "https://127.0.0.1:1").is_err());
    }

    #[test]
    fn the_file_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kubeconfig");
        write(&path, "{}").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
