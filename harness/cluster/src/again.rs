//! Trying again what an API server could not answer for the moment, but not what an application behind its proxy has
//! answered: a 503 of a probe's path is what was asked for.

use http::{Request, Response};
use kube::client::Body;
use kube::client::retry::RetryPolicy;
use tokio::time::Sleep;
use tower::BoxError;
use tower::retry::Policy;

/// kube's own policy, for everything that is the API server's own.
#[derive(Clone)]
pub(crate) struct Again(RetryPolicy);

impl Default for Again {
    fn default() -> Self {
        Self(RetryPolicy::server_retry())
    }
}

impl<B> Policy<Request<Body>, Response<B>, BoxError> for Again {
    type Future = Sleep;

    fn retry(
        &mut self,
        request: &mut Request<Body>,
        result: &mut Result<Response<B>, BoxError>,
    ) -> Option<Sleep> {
        self.0.retry(request, result)
    }

    /// What is not cloned is not sent again.
    fn clone_request(&mut self, request: &Request<Body>) -> Option<Request<Body>> {
        if is_of_application(request.uri().path()) {
            return None;
        }
        Policy::<Request<Body>, Response<B>, BoxError>::clone_request(&mut self.0, request)
    }
}

/// `/api/v1/namespaces/<namespace>/pods/<pod>/proxy/…`
fn is_of_application(path: &str) -> bool {
    let mut parts = path.split('/').skip(3);
    let is = |part: Option<&str>, word: &str| part == Some(word);
    is(parts.next(), "namespaces") && is(parts.nth(1), "pods") && is(parts.nth(1), "proxy")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tower::retry::RetryLayer;
    use tower::{Layer, ServiceExt};

    #[rstest]
    #[case("/api/v1/namespaces/deck/pods/https:web-0:8443/proxy/ready", 1)]
    #[case("/api/v1/namespaces/deck/pods/proxy", 16)]
    #[case("/api/v1/namespaces/proxy/pods/web-0/log", 16)]
    #[tokio::test(start_paused = true)]
    async fn an_application_is_asked_once_and_an_api_server_again(#[case] path: &str, #[case] times: usize) {
        let asked = Arc::new(AtomicUsize::new(0));
        let heard = Arc::clone(&asked);
        let server = tower::service_fn(move |_: Request<Body>| {
            heard.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Ok::<_, BoxError>(Response::builder().status(503).body(()).unwrap()))
        });
        let service = RetryLayer::new(Again::default()).layer(server);
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(service.oneshot(request).await.unwrap().status(), 503);
        assert_eq!(asked.load(Ordering::Relaxed), times);
    }
}
