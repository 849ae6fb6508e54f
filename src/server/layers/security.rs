//! Security middleware: allowed hosts and origins, and security headers.

use crate::{
    auth::cookie_scope::CookieScope,
    model::{
        error::{ErrorCode, ExplorerError},
        media_type::MediaType,
    },
    settings::Settings,
    text,
};
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

/// Host names that always refer to this machine.
const LOOPBACK_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Header in which a proxy names the protocol between it and the client.
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Settings of the security middleware.
#[derive(Clone)]
pub(crate) struct SecurityConfig {
    allowed_hosts: Arc<[String]>,
    allow_other_gateways: bool,
    reload_port: Option<u32>,
}

impl SecurityConfig {
    pub(crate) fn new(settings: &Settings, options: &LeptosOptions) -> Self {
        let reload_port = std::env::var_os("LEPTOS_WATCH").map(|_| options.reload_port);
        Self {
            allowed_hosts: settings.allowed_hosts.clone().into(),
            allow_other_gateways: settings.allow_other_gateways,
            reload_port,
        }
    }

    /// Adds the host of an origin to the hosts that are accepted.
    pub(crate) fn with_origin(mut self, origin: Option<&str>) -> Self {
        let host = origin.and_then(|origin| origin.split_once("://")).map(|(_, host)| host.to_owned());
        self.allowed_hosts = self.allowed_hosts.iter().cloned().chain(host).collect();
        self
    }

    /// Returns true if the server may be addressed by a host name. This prevents DNS rebinding, in which a foreign name
    /// resolves to this machine.
    fn is_allowed_host(&self, host: &str) -> bool {
        is_loopback_host(host)
            || self
                .allowed_hosts
                .iter()
                .any(|allowed| allowed == host || Some(allowed.as_str()) == host_without_port(host))
    }

    /// Returns true if a request was made over HTTPS, as far as the server can tell: by one of its public names, which
    /// are those of a proxy that terminates TLS. Session cookies are `Secure` under the same names.
    fn is_over_https(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let host = request_host(uri, headers);
        // The first proxy of a chain is the one that the client connected to.
        let protocol = header_str(headers, &FORWARDED_PROTO).and_then(|value| value.split(',').next());
        let is_plain = protocol.is_some_and(|protocol| protocol.trim().eq_ignore_ascii_case("http"));
        !is_loopback_host(&host) && self.is_allowed_host(&host) && !is_plain
    }
}

/// Returns the name in a host with an optional port, or `None` if the port is malformed.
fn host_without_port(host: &str) -> Option<&str> {
    let (host_name, port) = match host.rfind(':').filter(|colon| !host[*colon..].contains(']')) {
        Some(colon) => (&host[..colon], &host[colon + 1..]),
        None => (host, ""),
    };
    port.bytes().all(|digit| digit.is_ascii_digit()).then_some(host_name)
}

pub(crate) fn is_loopback_host(host: &str) -> bool {
    host_without_port(host).is_some_and(|name| LOOPBACK_HOSTS.contains(&name))
}

/// Returns the scope of the cookies for a host: over HTTPS beyond loopback, where a TLS proxy is required.
pub(crate) fn cookie_scope(host: &str) -> CookieScope {
    if !is_loopback_host(host) {
        return CookieScope::SecureHost;
    }
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    port.map_or_else(CookieScope::default, CookieScope::LoopbackPort)
}

/// Middleware that rejects requests for other host names.
pub(crate) async fn allowed_hosts(State(config): State<SecurityConfig>, request: Request, next: Next) -> Response {
    if !config.is_allowed_host(&request_host(request.uri(), request.headers())) {
        return ExplorerError::new(ErrorCode::Forbidden, text!("security-host-not-accepted")).into_response();
    }
    next.run(request).await
}

/// Middleware that adds security headers to every response.
pub(crate) async fn security_headers(
    State(config): State<SecurityConfig>,
    mut request: Request,
    next: Next,
) -> Response {
    let nonce = Uuid::new_v4().simple().to_string();
    request.extensions_mut().insert(Nonce::from_value(nonce.clone()));
    let is_over_https = config.is_over_https(request.uri(), request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Requests with CORS, like those of other explorers, are not affected (Fetch, §3.7).
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    if is_over_https {
        // One year. It does not include subdomains, which may belong to others.
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    // The other headers apply to documents. Scripts and WebAssembly of this site are not documents, and the headers
    // would add about 500 bytes to each file. Proxied responses have a policy already.
    let media_type = MediaType::parse(header_str(headers, &header::CONTENT_TYPE).unwrap_or_default());
    let is_script =
        ["text/javascript", "application/wasm"].iter().any(|code| media_type.is_same(MediaType::parse(code)));
    if is_script && !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        return response;
    }
    let policy = content_security_policy(&nonce, config.allow_other_gateways, config.reload_port);
    let static_headers = [
        // `no-referrer` would hide the origin of forms posted without scripts, which is checked.
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in static_headers {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::try_from(policy) {
        // Responses that are not pages of this site may have set a stricter policy.
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    response
}

/// Returns the content security policy of a page.
fn content_security_policy(nonce: &str, allow_other_gateways: bool, reload_port: Option<u32>) -> String {
    let connect_src = match (allow_other_gateways, reload_port) {
        // The user chooses the other gateway, so its address is not known here.
        (true, _) => "connect-src 'self' https: http:".to_owned(),
        (false, _) => "connect-src 'self'".to_owned(),
    };
    let reload_sources =
        reload_port.map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}")).unwrap_or_default();
    [
        // Everything not listed below is forbidden.
        "default-src 'none'".to_owned(),
        // Files of this site, and inline scripts with this response's nonce. WebAssembly needs its own keyword.
        format!("script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
        format!("style-src 'self' 'nonce-{nonce}'"),
        // Also the images, sounds and videos of responses, which this server has as files.
        "img-src 'self'".to_owned(),
        "media-src 'self'".to_owned(),
        // Server functions, and other gateways that the user may choose.
        connect_src + &reload_sources,
        // Forms may post to this site only.
        "form-action 'self'".to_owned(),
        "base-uri 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
        // Only the browser program's own policy (`islands/html.rs`) may turn text into HTML, and nothing into a script.
        "require-trusted-types-for 'script'".to_owned(),
        "trusted-types api-explorer".to_owned(),
    ]
    .join("; ")
}

/// Returns the host of a request: the authority of its target in HTTP/2, otherwise its `Host` header.
pub(crate) fn request_host(uri: &Uri, headers: &HeaderMap) -> String {
    let authority = uri.authority().map(Authority::as_str);
    authority.or_else(|| header_str(headers, &header::HOST)).unwrap_or_default().to_ascii_lowercase()
}

pub(crate) fn header_str<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Returns the response after a panic in a handler. The log contains the panic.
pub(crate) fn panic_response(_: Box<dyn Any + Send>) -> HttpResponse<Body> {
    ExplorerError::new(ErrorCode::Internal, text!("security-internal-error")).into_response()
}

type RejectionHandler = fn(ProtectionError) -> HttpResponse<Body>;

/// Returns the middleware that rejects state-changing requests from pages of other origins.
pub(crate) fn csrf_layer(allowed_origins: &[String]) -> anyhow::Result<CsrfLayer<RejectionHandler>> {
    let mut layer = CsrfLayer::new();
    for origin in allowed_origins {
        layer = layer.add_trusted_origin(origin)?;
    }
    let reject: RejectionHandler =
        |_| ExplorerError::new(ErrorCode::Forbidden, text!("security-other-site")).into_response();
    Ok(layer.with_rejection_response(reject))
}

/// Returns the middleware that lets pages of the listed origins call the gateway, without cookies.
pub(crate) fn cors_layer(allowed_origins: &[String]) -> anyhow::Result<CorsLayer> {
    let origins: Result<Vec<HeaderValue>, _> = allowed_origins.iter().map(HeaderValue::try_from).collect();
    Ok(CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins?))
        .allow_methods([Method::POST])
        .allow_headers([header::CONTENT_TYPE])
        .max_age(Duration::from_mins(10)))
}
