//! What stands between the network and the site: who may ask, from where, and what a page may do.

use crate::model::error::{Code, ExplorerError};
use crate::settings::Settings;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response as HttpResponse, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use leptos::{config::LeptosOptions, nonce::Nonce};
use std::{any::Any, sync::Arc, time::Duration};
use tower_http::{
    cors::{AllowOrigin, CorsLayer},
    csrf::{CsrfLayer, ProtectionError},
};
use uuid::Uuid;

/// Names under which every server on loopback is known to its own machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// What the guards compare requests with.
#[derive(Clone)]
pub(crate) struct Guard {
    hosts: Arc<[String]>,
    other_gateways: bool,
    reload: Option<u32>,
}

impl Guard {
    pub(crate) fn new(settings: &Settings, options: &LeptosOptions) -> Self {
        let reload = std::env::var_os("LEPTOS_WATCH").map(|_| options.reload_port);
        Self { hosts: settings.hosts.clone().into(), other_gateways: settings.other_gateways, reload }
    }

    /// Whether this server answers to a name. Pages of other names that resolve to this machine (DNS rebinding) do not
    /// get in.
    fn answers_to(&self, host: &str) -> bool {
        is_loopback(host) || self.hosts.iter().any(|known| known == host || Some(known.as_str()) == name(host))
    }
}

/// The name in a host and port; nothing where they are not exactly that.
fn name(host: &str) -> Option<&str> {
    let (name, port) = match host.rfind(':').filter(|colon| !host[*colon..].contains(']')) {
        Some(colon) => (&host[..colon], &host[colon + 1..]),
        None => (host, ""),
    };
    port.bytes().all(|digit| digit.is_ascii_digit()).then_some(name)
}

pub(crate) fn is_loopback(host: &str) -> bool {
    name(host).is_some_and(|name| LOOPBACK.contains(&name))
}

/// Refuses requests for other names.
pub(crate) async fn answer_only_to_own_names(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    if !guard.answers_to(&host_of(request.uri(), request.headers())) {
        let message = "This server does not answer to that name. Whoever runs it lists its names in EXPLORER_HOSTS.";
        return ExplorerError::new(Code::Forbidden, message).into_response();
    }
    next.run(request).await
}

/// Gives every response the headers that bound what a page may do.
pub(crate) async fn bound_pages(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let nonce = Uuid::new_v4().simple().to_string();
    request.extensions_mut().insert(Nonce::from_value(nonce.clone()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The rest bounds documents. The browser's program is none, and half a kilobyte per file would be for nothing.
    let kind = text_of(headers, &header::CONTENT_TYPE).unwrap_or_default();
    if kind.starts_with("text/javascript") || kind == "application/wasm" {
        return response;
    }
    let policy = content_security_policy(&nonce, guard.other_gateways, guard.reload);
    let fixed = [
        // Same-origin: a form posted without scripts needs to know where it came from.
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::try_from(policy) {
        // What is no page of ours has a stricter one already.
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    response
}

/// The policy of a page, line by line.
fn content_security_policy(nonce: &str, other_gateways: bool, reload: Option<u32>) -> String {
    let connect = match (other_gateways, reload) {
        // The reader chooses the other gateway, so its address cannot be known here.
        (true, _) => "connect-src 'self' https: http:".to_owned(),
        (false, _) => "connect-src 'self'".to_owned(),
    };
    let reload = reload.map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}")).unwrap_or_default();
    [
        // Nothing is allowed that is not named below.
        "default-src 'none'".to_owned(),
        // Our own files, and the few inline lines that carry this response's nonce; wasm needs a word of its own.
        format!("script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
        format!("style-src 'self' 'nonce-{nonce}'"),
        "img-src 'self'".to_owned(),
        // Server functions, and gateways that the reader may choose.
        connect + &reload,
        // Forms post to this site only.
        "form-action 'self'".to_owned(),
        "base-uri 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
    ]
    .join("; ")
}

/// The host that a request is for: of its target in HTTP/2, else its `Host` header.
pub(crate) fn host_of(target: &Uri, headers: &HeaderMap) -> String {
    let authority = target.authority().map(Authority::as_str);
    authority.or_else(|| text_of(headers, &header::HOST)).unwrap_or_default().to_ascii_lowercase()
}

pub(crate) fn text_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What a request that hit a fault of ours is answered; the log has the panic.
pub(crate) fn fault(_: Box<dyn Any + Send>) -> HttpResponse<Body> {
    ExplorerError::new(Code::Internal, "Something failed on this server. Its log says what.").into_response()
}

type Refusal = fn(ProtectionError) -> HttpResponse<Body>;

/// Refuses changes that another site's page asks for.
pub(crate) fn csrf(allowed_origins: &[String]) -> anyhow::Result<CsrfLayer<Refusal>> {
    let mut layer = CsrfLayer::new();
    for origin in allowed_origins {
        layer = layer.add_trusted_origin(origin)?;
    }
    let refuse: Refusal = |_| {
        let message = "Another site's page asked for this. Whoever runs this server lists the origins that may in \
                       EXPLORER_ALLOWED_ORIGINS.";
        ExplorerError::new(Code::Forbidden, message).into_response()
    };
    Ok(layer.with_rejection_response(refuse))
}

/// Lets pages of the listed origins call the gateway, without cookies.
pub(crate) fn cors(allowed_origins: &[String]) -> anyhow::Result<CorsLayer> {
    let origins: Result<Vec<HeaderValue>, _> = allowed_origins.iter().map(HeaderValue::try_from).collect();
    Ok(CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins?))
        .allow_methods([Method::POST])
        .allow_headers([header::CONTENT_TYPE])
        .max_age(Duration::from_mins(10)))
}
