//! `schema refresh`: the compact schema of one version of Kubernetes, from a cluster or from files.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use seatrial_cluster::Kubeconfigs;
use seatrial_manifest::schema::convert;
use seatrial_model::KubernetesVersion;
use serde_json::Value;

use super::Stop;
use crate::cli::RefreshArgs;
use crate::project::Project;

pub(crate) async fn refresh(project: &Project, args: &RefreshArgs) -> Result<u8, Stop> {
    let folder = args.output.clone().unwrap_or_else(|| project.root.join("harness/manifest/schemas"));
    if !folder.is_dir() {
        let folder = folder.display();
        return Err(Stop::Usage(format!("error: there is no folder {folder}; name one with --output")));
    }
    let (version, documents) = match (&args.openapi, &args.kubernetes) {
        (Some(files), Some(version)) => (version.clone(), read(files)?),
        _ => asked(args).await?,
    };
    let text = convert::compact(&documents, &version.to_string()).map_err(|why| {
        Stop::Broken(anyhow!(why).context(format!("convert the OpenAPI documents of Kubernetes {version}")))
    })?;
    let file = folder.join(format!("{}.schema", version.minor_text()));
    seatrial_host::write_atomic(&file, text.as_bytes())?;
    let definitions = text.matches("\n\n").count();
    anstream::println!("wrote {}: Kubernetes {version}, {definitions} definitions", file.display());
    Ok(0)
}

async fn asked(args: &RefreshArgs) -> Result<(KubernetesVersion, Vec<Value>), Stop> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let variable = std::env::var_os("KUBECONFIG");
    let kubeconfigs = Kubeconfigs::read(args.kubeconfig.as_deref(), variable.as_deref(), home.as_deref());
    let kubeconfigs = kubeconfigs.map_err(|why| Stop::Usage(format!("error: {why}")))?;
    let openapi = kubeconfigs.openapi(args.context.as_deref()).await?;
    Ok((openapi.version, openapi.documents))
}

/// The documents of stable versions: others are not served by default.
fn read(folder: &Path) -> Result<Vec<Value>, Stop> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Stop::Usage(format!("error: open {}: {error}", folder.display())))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.file_name().and_then(|name| name.to_str()).is_some_and(is_stable));
    files.sort();
    let document = |file: &PathBuf| -> anyhow::Result<Value> {
        let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("read {}", file.display()))
    };
    Ok(files.iter().map(document).collect::<anyhow::Result<_>>()?)
}

/// `api__v1_openapi.json`, `apis__apps__v1_openapi.json`.
fn is_stable(name: &str) -> bool {
    let Some(path) = name.strip_suffix("_openapi.json") else { return false };
    let parts: Vec<&str> = path.split("__").collect();
    let stable = |version: &str| {
        version
            .strip_prefix('v')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    matches!(parts[..], ["api", version] | ["apis", _, version] if stable(version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("api__v1_openapi.json", true)]
    #[case("apis__autoscaling__v2_openapi.json", true)]
    #[case("apis__resource.k8s.io__v1beta1_openapi.json", false)]
    #[case("apis__apps_openapi.json", false)]
    #[case("apis_openapi.json", false)]
    #[case("README.md", false)]
    fn documents_of_stable_versions_are_read(#[case] name: &str, #[case] read: bool) {
        assert_eq!(is_stable(name), read);
    }
}
