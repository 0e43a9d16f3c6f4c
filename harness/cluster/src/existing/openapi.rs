//! The OpenAPI documents that an API server publishes: what it serves, with the schema of each kind.

use std::time::Duration;

use seatrial_model::{Clean, KubernetesVersion, Redactor, Trouble};
use serde_json::Value;
use tokio::time::timeout;

use super::Kubeconfigs;
use super::backend::version;
use crate::trouble;

/// For all documents together; they are about ten megabytes.
const READING: Duration = Duration::from_mins(2);

/// What an API server publishes.
#[derive(Debug, Clone)]
pub struct OpenApi {
    /// Its version.
    pub version: KubernetesVersion,
    /// The documents of `/openapi/v3` that are of a version of an API, in the order of their paths.
    pub documents: Vec<Value>,
}

impl Kubeconfigs {
    /// Reads them from the cluster of a context, the current one where none is named.
    ///
    /// # Errors
    /// Trouble when there is no such context or the API server does not answer.
    pub async fn openapi(&self, context: Option<&str>) -> Result<OpenApi, Trouble> {
        let what = "read the OpenAPI documents of a cluster";
        let Some(context) = context.or_else(|| self.current()) else {
            let why = Redactor::default().clean(&format!("{} names no current context", self.shown()));
            return Err(Trouble::new(what, why).hint("name one with --context"));
        };
        let what = format!("read the OpenAPI documents of the cluster of the context {context}");
        let redactor = self.redactor(context);
        let client = self.connect(context, &redactor).await?;
        let failed = |why: &str| Trouble::new(&what, redactor.clean(why));
        match timeout(READING, read(&client)).await {
            Ok(Ok((git_version, documents))) => match version(&git_version) {
                Some(version) => Ok(OpenApi { version, documents }),
                None => Err(failed(&format!("it says that it is Kubernetes `{git_version}`"))),
            },
            Ok(Err(error)) => Err(failed(&trouble::say(&error))),
            Err(_) => {
                Err(Trouble::new(&what, Clean::own("its API server did not send them within two minutes")))
            }
        }
    }
}

async fn read(client: &kube::Client) -> Result<(String, Vec<Value>), kube::Error> {
    let get = async |path: &str| {
        let request = http::Request::get(path).body(Vec::new()).map_err(kube::Error::HttpError)?;
        client.request::<Value>(request).await
    };
    let git_version = client.apiserver_version().await?.git_version;
    let index = get("/openapi/v3").await?;
    let paths = index.get("paths").and_then(Value::as_object);
    let mut documents = Vec::new();
    for (path, entry) in paths.into_iter().flatten().filter(|(path, _)| is_version(path)) {
        let url = entry.get("serverRelativeURL").and_then(Value::as_str);
        documents.push(get(url.unwrap_or(&format!("/openapi/v3/{path}"))).await?);
    }
    Ok((git_version, documents))
}

/// Whether a path is that of one version of an API: `api/v1` or `apis/<group>/<version>`.
fn is_version(path: &str) -> bool {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    matches!(parts[..], ["api", _] | ["apis", _, _])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("api/v1", true)]
    #[case("apis/apps/v1", true)]
    #[case("apis/apps", false)]
    #[case("api", false)]
    #[case("version", false)]
    #[case(".well-known/openid-configuration", false)]
    fn only_documents_of_a_version_are_read(#[case] path: &str, #[case] read: bool) {
        assert_eq!(is_version(path), read);
    }
}
