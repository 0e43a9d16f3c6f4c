//! Whether a cell may create what it will: the rules, what is there already, the nodes, the account's rights.

use std::collections::BTreeSet;

use kube::Client;
use seatrial_model::{Redactor, Trouble};
use seatrial_ports::{Intended, Intent};

use super::kept::{Kept, no_home};
use super::ledger::{Key, Ledger, Wish};
use super::nodes::Nodes;
use super::refusal::{created, hint, is_namespaced, refused};
use super::rights::{self, Right};
use super::scopes::Scopes;
use crate::uninstall::first;
use crate::{inventory, trouble};

/// So many objects are named in a refusal.
const SHOWN: usize = 12;

/// What admission is decided by.
pub(super) struct Gate<'a> {
    pub client: &'a Client,
    pub context: &'a str,
    pub scopes: &'a Scopes,
    pub nodes: Option<&'a Nodes>,
    pub ledger: &'a Ledger,
    pub kept: Option<&'a Kept>,
    pub cluster_scoped: bool,
}

impl Gate<'_> {
    /// Lets an intent pass, or says why not. What passes is taken down.
    pub(super) async fn admit(&self, intent: &Intent) -> Result<(), Trouble> {
        let created = created(intent, self.scopes);
        if self.kept.is_some() && intent.namespace.is_empty() {
            return if created.is_empty() { Ok(()) } else { Err(no_home(&created)) };
        }
        self.allowed(intent)?;
        self.fits(intent)?;
        self.permitted(intent, &created).await?;
        if let Some(kept) = self.kept {
            let items = inventory::of_namespace(self.client, &kept.name).await;
            let items = items.map_err(|error| {
                trouble::of(format!("list what is in the namespace {}", kept.name), &error)
            })?;
            kept.admit(intent, self.scopes, &items).await?;
        }
        self.absent(intent, &created).await
    }

    fn allowed(&self, intent: &Intent) -> Result<(), Trouble> {
        let refused = refused(intent, self.scopes, self.cluster_scoped);
        let Some(hint) = hint(&refused) else { return Ok(()) };
        let list: Vec<String> = refused.iter().map(ToString::to_string).collect();
        Err(self.refuse(intent, &first(&list, SHOWN)).hint(hint))
    }

    fn fits(&self, intent: &Intent) -> Result<(), Trouble> {
        let Some(nodes) = self.nodes else { return Ok(()) };
        let misfits = nodes.misfits(&intent.node_labels, &intent.extended_resources);
        if misfits.is_empty() {
            return Ok(());
        }
        let why = format!("it does not fit: {}", misfits.join("; "));
        Err(self
            .refuse(intent, &why)
            .hint("nodes of a cluster that exists are never changed: an overlay may ask for less"))
    }

    /// Asks for the rights to every kind that will be created. Kinds that come with the same intent cannot be asked
    /// for yet.
    async fn permitted(&self, intent: &Intent, created: &[&Intended]) -> Result<(), Trouble> {
        let mut wanted: BTreeSet<Right> = BTreeSet::new();
        for one in created {
            let Some(served) = self.scopes.get(one.object.group(), &one.object.kind) else { continue };
            let place = served.namespaced.then_some(intent.namespace.as_str());
            wanted.extend(rights::of_kind(&served.resource, place));
        }
        let missing = rights::missing(self.client, &wanted).await;
        let missing = missing.map_err(|error| trouble::of("ask what the account may do", &error))?;
        if missing.is_empty() {
            return Ok(());
        }
        let role = rights::role(&missing, self.kept.map(|kept| kept.name.as_str()));
        let why = format!("the account may not {}", rights::told(&missing));
        Err(self.refuse(intent, &why).hint(format!("ask an administrator for\n{role}")))
    }

    /// Takes down what lives in no namespace, if it is not there.
    async fn absent(&self, intent: &Intent, created: &[&Intended]) -> Result<(), Trouble> {
        let outside = created.iter().filter(|one| is_namespaced(one, intent, self.scopes) == Some(false));
        let wish = |one: &&Intended| {
            let object = &one.object;
            // A kind that is not served yet has no objects.
            let served = self.scopes.get(object.group(), &object.kind)?;
            let key = Key {
                group: object.group().to_owned(),
                kind: object.kind.clone(),
                name: object.name.clone(),
            };
            Some(Wish { key, resource: served.resource.clone(), lasting: one.yields })
        };
        let wishes = outside.filter_map(wish).collect();
        let taken = self.ledger.admit(wishes, &intent.namespace).await;
        let taken = taken.map_err(|error| trouble::of("look for what is there already", &error))?;
        if taken.is_empty() {
            return Ok(());
        }
        let hint =
            "what is there is not touched; cells that share a name are tried one after the other: --jobs 1";
        Err(self.refuse(intent, &first(&taken, SHOWN)).hint(hint))
    }

    fn refuse(&self, intent: &Intent, why: &str) -> Trouble {
        let what = format!("admit {} to the context {}", intent.namespace, self.context);
        Trouble::new(what, Redactor::default().clean(why))
    }
}
