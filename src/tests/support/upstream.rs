//! A local upstream: returns the responses it is given, and records the requests it receives.

use anyhow::{Result, ensure};
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::net::TcpListener;

type RequestLog = Arc<Mutex<Vec<ReceivedRequest>>>;

/// A request as received.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedRequest {
    pub(crate) method: String,
    /// The path, still percent-encoded.
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl ReceivedRequest {
    /// Returns the first value of a header, or an empty text.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Result<Value> {
        Ok(serde_json::from_str(&self.body)?)
    }
}

/// A local server in place of a provider.
pub(crate) struct Upstream {
    pub(crate) url: String,
    log: RequestLog,
}

impl Upstream {
    /// Starts an upstream with these routes.
    pub(crate) async fn start(routes: Router) -> Result<Self> {
        let log = RequestLog::default();
        let routes = routes.layer(from_fn_with_state(log.clone(), record_request));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { url, log })
    }

    /// Starts an upstream with the same response to every request.
    pub(crate) async fn with_response(status: u16, body: Value) -> Result<Self> {
        let status = StatusCode::from_u16(status)?;
        Self::with_responder(move || (status, Json(body.clone())).into_response()).await
    }

    /// Starts an upstream that responds to every request with the result of a function.
    pub(crate) async fn with_responder(respond: impl Fn() -> Response + Clone + Send + Sync + 'static) -> Result<Self> {
        Self::start(Router::new().fallback(move || std::future::ready(respond()))).await
    }

    /// Starts an upstream on which every request succeeds.
    pub(crate) async fn succeeding() -> Result<Self> {
        Self::with_response(200, json!({"status_code": 200, "user_id": "user-test-1"})).await
    }

    /// Starts an upstream that accepts requests and never responds.
    pub(crate) async fn never_responding() -> Result<Self> {
        Self::start(Router::new().fallback(std::future::pending::<Response>)).await
    }

    pub(crate) fn received_requests(&self) -> Vec<ReceivedRequest> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the only request that was received, or an error if there is not exactly one.
    pub(crate) fn only_request(&self) -> Result<ReceivedRequest> {
        let mut requests = self.received_requests();
        ensure!(requests.len() == 1, "{} requests arrived, not one", requests.len());
        Ok(requests.remove(0))
    }
}

async fn record_request(State(log): State<RequestLog>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    log.lock().unwrap_or_else(PoisonError::into_inner).push(ReceivedRequest {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers.clone(),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// Returns a local address on which nothing listens.
pub(crate) async fn unused_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").await?.local_addr()?)
}
