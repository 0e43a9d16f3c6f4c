//! The secret values of a namespace, for masking.

use k8s_openapi::api::core::v1::Secret;
use kube::api::ListParams;
use kube::{Api, Client};
use seatrial_model::Redactor;

/// Keys of Secrets whose values are public by nature.
const PUBLIC: [&str; 4] = ["ca.crt", "tls.crt", "namespace", "cert.pem"];
/// Keys whose values say where or who, and are often ordinary words: masking those would mask half a report.
const PLACES: [&str; 12] = [
    "user", "username", "host", "hostname", "port", "database", "dbname", "db", "endpoint", "region",
    "bucket", "name",
];
/// Lines of a text with several are masked alone when they are so long.
const LINE: usize = 16;

/// A redactor that knows every secret value in a namespace; what could not be read is logged.
pub(crate) async fn of_namespace(client: &Client, namespace: &str) -> Redactor {
    let secrets: Api<Secret> = Api::namespaced(client.clone(), namespace);
    let mut redactor = Redactor::default();
    match secrets.list(&ListParams::default()).await {
        Ok(list) => list.items.iter().for_each(|secret| add(&mut redactor, secret)),
        Err(error) => tracing::warn!(%error, namespace, "reading Secrets for masking"),
    }
    redactor
}

fn add(redactor: &mut Redactor, secret: &Secret) {
    // Helm's own records hold whole manifests; their Secrets are in the list themselves.
    if secret.type_.as_deref() == Some("helm.sh/release.v1") {
        return;
    }
    for (key, value) in secret.data.iter().flatten() {
        let Ok(value) = std::str::from_utf8(&value.0) else { continue };
        if is_secret(key, value) {
            redactor.add(value);
            let lines = value.lines().map(str::trim);
            lines
                .filter(|line| line.len() >= LINE && !line.starts_with("-----"))
                .for_each(|line| redactor.add(line));
            if key == ".dockerconfigjson" {
                credentials(redactor, value);
            }
        }
    }
}

fn is_secret(key: &str, value: &str) -> bool {
    let plain = value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".:-_/".contains(c));
    let key = key.to_ascii_lowercase();
    let place = PLACES.iter().any(|place| {
        key.strip_suffix(place).is_some_and(|rest| rest.is_empty() || rest.ends_with(['-', '_', '.']))
    });
    let public = PUBLIC.contains(&key.as_str()) || (place && plain);
    !public
}

/// Passwords in a pull secret.
fn credentials(redactor: &mut Redactor, json: &str) {
    let config: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    for registry in config["auths"].as_object().into_iter().flat_map(|auths| auths.values()) {
        for field in ["password", "auth"] {
            registry[field].as_str().into_iter().for_each(|value| redactor.add(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn redactor(kind: &str, key: &str, value: &str) -> Redactor {
        let secret = serde_json::from_value::<Secret>(json!({ "type": kind })).unwrap();
        let data = [(key.to_owned(), k8s_openapi::ByteString(value.into()))].into();
        let mut redactor = Redactor::default();
        add(&mut redactor, &Secret { data: Some(data), ..secret });
        redactor
    }

    #[rstest]
    #[case("Opaque", "password", "hunter22", true)]
    #[case("Opaque", "username", "mlflow", false)]
    #[case("Opaque", "DB_HOST", "postgresql.data.svc:5432", false)]
    #[case("Opaque", "username", "Zx81-Token", true)]
    #[case("kubernetes.io/tls", "tls.crt", "certificate", false)]
    #[case("helm.sh/release.v1", "release", "a-whole-manifest", false)]
    fn values_are_masked_unless_they_are_public_or_ordinary_words(
        #[case] kind: &str,
        #[case] key: &str,
        #[case] value: &str,
        #[case] masked: bool,
    ) {
        let clean = redactor(kind, key, value).clean(value);
        assert_eq!(clean.as_str() != value, masked, "{clean}");
    }

    #[test]
    fn the_lines_of_a_key_and_the_password_of_a_pull_secret_are_masked_alone() {
        let key = redactor("Opaque", "id", "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA1234\n-----END KEY-----");
        assert_eq!(key.clean("x MIIEpAIBAAKCAQEA1234").as_str(), "x ****");
        assert_eq!(key.clean("-----BEGIN KEY-----").as_str(), "-----BEGIN KEY-----");
        let pull = json!({ "auths": { "r": { "username": "u", "password": "hunter22" } } }).to_string();
        let pull = redactor("kubernetes.io/dockerconfigjson", ".dockerconfigjson", &pull);
        assert_eq!(pull.clean("hunter22").as_str(), "****");
    }
}
