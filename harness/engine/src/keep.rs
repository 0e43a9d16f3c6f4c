//! Which clusters a run leaves to a person, and how each one ends.

use std::sync::Arc;
use std::time::Duration;

use seatrial_model::record::CheckRecord;
use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{Cluster, Kept};

/// For a cluster to be removed, or to be left.
const ENDING: Duration = Duration::from_mins(3);

/// Which clusters stay after a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Keep {
    /// None.
    #[default]
    Never,
    /// Those on which a cell's `install`, `test`, `audit` or `uninstall` ended badly.
    Failed,
    /// All.
    Always,
}

impl Keep {
    /// Whether what a cell made stays as it is.
    pub(crate) fn spares(self, checks: &[CheckRecord]) -> bool {
        let bad = checks.iter().any(|check| check.check.is_live() && !check.verdict.is_good());
        self != Self::Never && bad
    }

    /// Whether a cluster stays; `spared` when there is a cell on it that does.
    pub(crate) fn keeps(self, spared: bool) -> bool {
        match self {
            Self::Never => false,
            Self::Failed => spared,
            Self::Always => true,
        }
    }
}

/// How a cluster ended.
pub(crate) struct Ending {
    /// Who has it now, where it stays.
    pub(crate) kept: Option<Kept>,
    /// What went wrong.
    pub(crate) troubles: Vec<Trouble>,
}

/// Removes a cluster; with `Some`, leaves it without those namespaces. One that cannot be left is removed.
pub(crate) async fn end(name: &str, cluster: Arc<dyn Cluster>, keep: Option<Vec<String>>) -> Ending {
    let mut troubles = Vec::new();
    if let Some(without) = keep {
        match in_time(&format!("keep the cluster {name}"), cluster.keep(&without)).await {
            Ok(kept) => return Ending { kept: Some(kept), troubles },
            Err(trouble) => troubles.push(trouble),
        }
    }
    troubles.extend(in_time(&format!("remove the cluster {name}"), cluster.teardown()).await.err());
    Ending { kept: None, troubles }
}

/// Nothing that ends a run may hang.
pub(crate) async fn in_time<T>(
    what: &str,
    ending: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    tokio::time::timeout(ENDING, ending).await.unwrap_or_else(|_| {
        Err(Trouble::new(what, Clean::own("it took longer than three minutes"))
            .hint("`seatrial clean` shows what is left, and removes it with --yes"))
    })
}

/// What a person needs to know of a cluster that stays.
pub(crate) fn said(cluster: &str, kept: &Kept) -> Clean {
    Redactor::default().clean(&format!(
        "{cluster} is kept: KUBECONFIG={}; `{}` removes it",
        kept.kubeconfig.display(),
        kept.removal
    ))
}
