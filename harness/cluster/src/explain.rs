//! Waits of `helm install --wait` that may never end, and what to write instead. Pure.

use kube::ResourceExt;
use seatrial_helm::Release;

use crate::readiness::{Scope, Unready};
use crate::uninstall::first;
use crate::view::View;

/// Helm runs post-install hooks only when all workloads are ready: one that needs such a hook waits for ever.
pub(crate) fn deadlock(release: &Release, waits: &[Unready]) -> Option<String> {
    if waits.is_empty() {
        return None;
    }
    let not_run = release.hooks.iter().filter(|hook| {
        hook.last_run.started_at.is_none() && hook.events.iter().any(|event| event == "post-install")
    });
    let hooks: Vec<String> = not_run.map(|hook| format!("{} {}", hook.kind, hook.name)).collect();
    let waits: Vec<String> = waits.iter().map(|wait| wait.object.clone()).collect();
    (!hooks.is_empty()).then(|| {
        format!(
            "with `wait: helm`, helm waits for {} before it runs the post-install hooks, which have not run: {}. If \
             the one needs the other, this never ends: make the hook a pre-install hook, let an initContainer wait \
             and retry, or write `wait: harness` in the suite",
            first(&waits, 3),
            first(&hooks, 3)
        )
    })
}

/// Helm 3 waits until a Service of type `LoadBalancer` has an address.
pub(crate) fn no_address(view: &View, scope: &Scope) -> Option<String> {
    let services: Vec<String> = without_address(view, scope);
    (!services.is_empty()).then(|| {
        format!(
            "with `wait: helm`, helm waits for an address of the LoadBalancer Service {}, and nothing has handed one \
             out: write `wait: harness` in the suite, or give it the type ClusterIP in an overlay",
            first(&services, 3)
        )
    })
}

/// Services of the scope that wait for an address from outside.
pub(crate) fn without_address(view: &View, scope: &Scope) -> Vec<String> {
    let services = view.services.iter().filter(|service| scope.holds("Service", &service.metadata));
    services
        .filter(|service| {
            let spec = service.spec.as_ref();
            let ingress = service.status.as_ref().and_then(|status| status.load_balancer.as_ref());
            let addresses =
                ingress.and_then(|ingress| ingress.ingress.as_ref()).is_some_and(|all| !all.is_empty());
            let external =
                spec.and_then(|spec| spec.external_ips.as_ref()).is_some_and(|all| !all.is_empty());
            spec.and_then(|spec| spec.type_.as_deref()) == Some("LoadBalancer") && !addresses && !external
        })
        .map(ResourceExt::name_any)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readiness::RELEASE;
    use rstest::rstest;
    use seatrial_helm::{ReleaseHook, ReleaseStatus};
    use seatrial_ports::Place;
    use serde_json::{Value, json};

    fn release(event: &str, started: Option<&str>) -> Release {
        let hook: ReleaseHook =
            serde_json::from_value(json!({ "name": "migrate", "kind": "Job", "events": [event],
            "last_run": { "started_at": started } }))
            .unwrap();
        Release {
            status: ReleaseStatus::PendingInstall,
            revision: 1,
            description: String::new(),
            hooks: vec![hook],
        }
    }

    fn waits() -> Vec<Unready> {
        let object = "Deployment web".to_owned();
        vec![Unready { object, state: "0/1 ready".to_owned(), because: None, pods: Vec::new() }]
    }

    #[test]
    fn a_workload_and_a_hook_that_wait_for_each_other_are_named_with_what_to_write() {
        let text = deadlock(&release("post-install", None), &waits()).unwrap();
        for part in ["Deployment web", "Job migrate", "initContainer", "`wait: harness`", "pre-install hook"]
        {
            assert!(text.contains(part), "{text}");
        }
    }

    #[rstest]
    #[case::it_has_started("post-install", Some("2026-01-02T03:04:05Z"))]
    #[case::another_moment("pre-install", None)]
    fn hooks_that_ran_or_run_before_are_no_deadlock(#[case] event: &str, #[case] started: Option<&str>) {
        assert_eq!(deadlock(&release(event, started), &waits()), None);
        assert_eq!(deadlock(&release("post-install", None), &[]), None);
    }

    #[rstest]
    #[case::waits(json!({ "type": "LoadBalancer" }), json!({ "loadBalancer": {} }), true)]
    #[case::has_one(json!({ "type": "LoadBalancer" }), json!({ "loadBalancer": { "ingress": [{ "ip": "1.2.3.4" }] } }), false)]
    #[case::external(json!({ "type": "LoadBalancer", "externalIPs": ["1.2.3.4"] }), json!({}), false)]
    #[case::inside(json!({ "type": "ClusterIP" }), json!({}), false)]
    fn a_service_without_an_address_is_named(
        #[case] spec: Value,
        #[case] status: Value,
        #[case] named: bool,
    ) {
        let service = json!({ "metadata": { "name": "web", "annotations": { RELEASE: "r" } }, "spec": spec,
            "status": status });
        let view = View {
            services: [serde_json::from_value(service).unwrap()].into_iter().collect(),
            ..View::default()
        };
        let scope = Scope::Release(Place { namespace: "deck".to_owned(), release: "r".to_owned() });
        let text = no_address(&view, &scope);
        assert_eq!(text.is_some_and(|text| text.contains("Service web, and nothing")), named);
    }
}
