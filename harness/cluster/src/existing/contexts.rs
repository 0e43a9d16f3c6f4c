//! Kubeconfig files as users have them: the contexts that they name, and connecting with one.
//!
//! They hold keys: no message quotes what stands in them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kube::client::AuthError;
use kube::config::{AuthInfo, KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};
use seatrial_model::{Redactor, Trouble};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::{kubeconfig, trouble};

/// For a credential plug-in to answer: some ask a person in a browser.
const PLUGIN: Duration = Duration::from_mins(1);

/// Kubeconfig files, read and merged as `kubectl` does.
#[derive(Clone)]
pub struct Kubeconfigs {
    files: Vec<PathBuf>,
    merged: Kubeconfig,
}

impl Kubeconfigs {
    /// The file `given`; else those that `variable` (the value of `KUBECONFIG`) lists; else `.kube/config` in `home`.
    ///
    /// # Errors
    /// A sentence that names the file and what to write, and quotes nothing of it.
    pub fn read(given: Option<&Path>, variable: Option<&OsStr>, home: Option<&Path>) -> Result<Self, String> {
        let files = files(given, variable, home)?;
        let mut merged = Kubeconfig::default();
        for file in &files {
            let one = Kubeconfig::read_from(file).map_err(|error| unreadable(file, &error))?;
            merged = merged.merge(one).map_err(|error| unreadable(file, &error))?;
        }
        Ok(Self { files, merged })
    }

    /// Names of its contexts.
    pub fn contexts(&self) -> Vec<&str> {
        self.merged.contexts.iter().map(|context| context.name.as_str()).collect()
    }

    /// The context that is used where none is named.
    pub(super) fn current(&self) -> Option<&str> {
        self.merged.current_context.as_deref().filter(|name| !name.is_empty())
    }

    /// The files.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The files, for a message.
    pub fn shown(&self) -> String {
        self.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
    }

    /// Masks every key, token and password of a context's user.
    pub(super) fn redactor(&self, context: &str) -> Redactor {
        let mut redactor = Redactor::default();
        let user = self.merged.contexts.iter().find(|named| named.name == context);
        let user = user.and_then(|named| named.context.as_ref()?.user.as_deref());
        for named in self.merged.auth_infos.iter().filter(|named| Some(named.name.as_str()) == user) {
            named.auth_info.iter().for_each(|user| add_secrets(&mut redactor, user));
        }
        redactor
    }

    /// A client for a context. Runs its credential plug-in, where it has one.
    pub(super) async fn connect(&self, context: &str, redactor: &Redactor) -> Result<Client, Trouble> {
        let what = format!("use the context {context} of {}", self.shown());
        let failed = |why: String| Trouble::new(&what, redactor.clean(&why));
        let options = KubeConfigOptions { context: Some(context.to_owned()), ..KubeConfigOptions::default() };
        let config = Config::from_custom_kubeconfig(self.merged.clone(), &options).await;
        let config = config.map_err(|error| failed(said(&error)))?;
        // A plug-in runs in the thread that makes the client, for as long as it likes: it gets a thread of its own.
        let (tell, told) = oneshot::channel();
        let runtime = tokio::runtime::Handle::current();
        let made = std::thread::Builder::new().name("kubeconfig".to_owned()).spawn(move || {
            let _runtime = runtime.enter();
            // Nobody listens any more when the plug-in was too slow.
            let _ = tell.send(kubeconfig::client(config));
        });
        made.map_err(|error| failed(format!("start a thread: {error}")))?;
        match timeout(PLUGIN, told).await {
            Ok(Ok(Ok(client))) => Ok(client),
            Ok(Ok(Err(error))) => Err(failed(trouble::say(&error))),
            Ok(Err(_)) => Err(failed("the thread that connects ended".to_owned())),
            Err(_) => Err(failed(format!("its credential plug-in did not answer in {} s", PLUGIN.as_secs()))),
        }
    }
}

fn files(
    given: Option<&Path>,
    variable: Option<&OsStr>,
    home: Option<&Path>,
) -> Result<Vec<PathBuf>, String> {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Some(file) = given {
        return if file.is_file() {
            Ok(vec![whole(file)])
        } else {
            Err(format!("there is no kubeconfig file {}", file.display()))
        };
    }
    let listed: Vec<PathBuf> = variable.iter().flat_map(std::env::split_paths).collect();
    let listed: Vec<PathBuf> = listed.into_iter().filter(|path| !path.as_os_str().is_empty()).collect();
    let (candidates, origin) = if listed.is_empty() {
        (home.map(|home| home.join(".kube/config")).into_iter().collect(), "~/.kube/config is not there")
    } else {
        (listed, "none of the files that KUBECONFIG lists is there")
    };
    let files: Vec<PathBuf> =
        candidates.iter().filter(|path| path.is_file()).map(|path| whole(path)).collect();
    if files.is_empty() {
        return Err(format!("no kubeconfig: {origin}; name one with --kubeconfig"));
    }
    Ok(files)
}

fn unreadable(file: &Path, error: &KubeconfigError) -> String {
    let shown = file.display();
    match error {
        KubeconfigError::ReadConfig(error, _) => format!("cannot read the kubeconfig file {shown}: {error}"),
        KubeconfigError::KindMismatch | KubeconfigError::ApiVersionMismatch => {
            format!("{shown} does not go with the other kubeconfig files: {error}")
        }
        // The parser would quote what it stumbled over.
        _ => format!("{shown} is no kubeconfig file"),
    }
}

fn said(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::Parse(_) => "it is no kubeconfig file".to_owned(),
        other => other.to_string(),
    }
}

fn add_secrets(redactor: &mut Redactor, user: &AuthInfo) {
    // The file is not written anywhere: this is how the library hands out what it keeps secret.
    let user = serde_json::to_value(user).unwrap_or_default();
    for key in ["token", "password", "client-key-data"] {
        user[key].as_str().into_iter().for_each(|value| redactor.add(value));
    }
    for value in user["auth-provider"]["config"].as_object().into_iter().flat_map(|config| config.values()) {
        value.as_str().into_iter().for_each(|value| redactor.add(value));
    }
    for variable in user["exec"]["env"].as_array().into_iter().flatten() {
        let name = variable["name"].as_str().unwrap_or_default();
        if seatrial_model::secret::is_secret_key(name) {
            variable["value"].as_str().into_iter().for_each(|value| redactor.add(value));
        }
    }
    if let Some(token) = user["tokenFile"].as_str().and_then(|file| std::fs::read_to_string(file).ok()) {
        redactor.add(&token);
    }
}

/// What a failed login says: never what the plug-in printed, which may be a token.
pub(crate) fn of_login(error: &AuthError) -> String {
    match error {
        AuthError::AuthExecStart(error) => format!("the credential plug-in cannot be started: {error}"),
        AuthError::AuthExecRun { out, .. } => format!("the credential plug-in ended with {}", out.status),
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed => {
            "the credential plug-in did not answer with credentials".to_owned()
        }
        AuthError::ReadTokenFile(error, path) => {
            format!("the token file {} cannot be read: {error}", path.display())
        }
        _ => "its credentials cannot be used".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "eyJhbGciOi-secret-token";

    fn config(name: &str, token: &str) -> String {
        format!(
            "clusters: [{{name: c, cluster: {{server: \"https://127.0.0.1:1\"}}}}]\ncontexts: [{{name: {name}, \
             context: {{cluster: c, user: u}}}}]\nusers: [{{name: u, user: {{token: {token}}}}}]\n"
        )
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), config("staging", SECRET)).unwrap();
        std::fs::write(folder.path().join("b"), config("lab", "other-token")).unwrap();
        std::fs::create_dir(folder.path().join(".kube")).unwrap();
        std::fs::write(folder.path().join(".kube/config"), config("home", SECRET)).unwrap();
        folder
    }

    #[test]
    fn a_file_that_is_named_wins_over_the_variable_and_that_over_the_home() {
        let folder = folder();
        let (a, b, home) = (folder.path().join("a"), folder.path().join("b"), Some(folder.path()));
        let list = std::env::join_paths([&b, &folder.path().join("none"), &a]).unwrap();
        let contexts = |given: Option<&Path>, variable: Option<&OsStr>| {
            let read = Kubeconfigs::read(given, variable, home).unwrap();
            read.contexts().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(contexts(Some(&a), Some(&list)), ["staging"]);
        assert_eq!(contexts(None, Some(&list)), ["lab", "staging"]);
        assert_eq!(contexts(None, None), ["home"]);
        assert_eq!(contexts(None, Some(OsStr::new(""))), ["home"]);
    }

    #[test]
    fn what_is_not_there_is_said_with_what_to_write() {
        let folder = tempfile::tempdir().unwrap();
        let none = folder.path().join("none");
        let said = |given, variable| Kubeconfigs::read(given, variable, Some(folder.path())).err().unwrap();
        assert!(said(Some(&none), None).contains("there is no kubeconfig file"));
        assert!(said(None, Some(none.as_os_str())).contains("none of the files that KUBECONFIG lists"));
        assert!(said(None, None).ends_with("name one with --kubeconfig"));
    }

    #[test]
    fn a_broken_file_is_named_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config");
        std::fs::write(&file, format!("users: [{{name: u, user: {{token: {{{SECRET}: 1}}}}}}]\n")).unwrap();
        let said = Kubeconfigs::read(Some(&file), None, None).err().unwrap();
        assert!(said.contains("is no kubeconfig file") && !said.contains("secret"), "{said}");
    }

    #[test]
    fn the_secrets_of_a_contexts_user_are_masked_and_no_others() {
        let folder = folder();
        let list = std::env::join_paths([folder.path().join("a"), folder.path().join("b")]).unwrap();
        let read = Kubeconfigs::read(None, Some(&list), None).unwrap();
        let clean = read.redactor("staging").clean(&format!("{SECRET} and other-token"));
        assert_eq!(clean.as_str(), "**** and other-token");
    }

    #[tokio::test]
    async fn a_plug_in_that_fails_is_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config");
        let exec = "exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, 'echo secret-token; \
                    exit 3'], interactiveMode: Never}";
        std::fs::write(&file, config("x", "t").replace("token: t", exec)).unwrap();
        let read = Kubeconfigs::read(Some(&file), None, None).unwrap();
        let trouble = read.connect("x", &Redactor::default()).await.err().unwrap().to_string();
        assert!(trouble.contains("the credential plug-in ended with exit status: 3"), "{trouble}");
        assert!(!trouble.contains("secret-token"), "{trouble}");
    }
}
