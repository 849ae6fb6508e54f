//! Sends requests to providers, within limits on time and size.

use super::{
    address::{AddressFilter, NonPublicAddress},
    response::{RequestSnapshot, UpstreamResponse},
    timing::{TimedSessionStore, measure, record_connect, record_head_received},
};
use crate::{
    gateway::{
        AdmissionLimits,
        observe::{record_request_result, request_span},
        request::wire_request::WireRequest,
    },
    model::error::{ErrorCode, ExplorerError},
    providers::http_client_builder,
};
use reqwest::{
    Method,
    header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, HeaderMap, HeaderName, HeaderValue, USER_AGENT},
};
use rustls::{
    ClientConfig,
    client::{ClientSessionMemoryCache, Resumption},
};
use rustls_platform_verifier::ConfigVerifierExt;
use std::{
    error::Error,
    io::{self, ErrorKind},
    iter::successors,
    sync::Arc,
    time::{Duration, Instant},
};
use tower::util::MapFutureLayer;
use tracing::Instrument;

/// Headers that every request has, unless its arguments set them.
const DEFAULT_HEADERS: [(HeaderName, &str); 3] = [
    (ACCEPT, "*/*"),
    (ACCEPT_ENCODING, "gzip, br, deflate"),
    (USER_AGENT, concat!("api-explorer/", env!("CARGO_PKG_VERSION"))),
];
/// Maximum number of remembered TLS sessions.
const TLS_SESSION_CAPACITY: usize = 256;

/// Maximum time to connect to a provider.
const MAX_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Limits that apply to every call.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Maximum time from the first byte sent to the last byte received, including the fetch of an access token.
    pub timeout: Duration,
    /// Maximum size of a response body after decompression, in bytes.
    pub max_response_bytes: usize,
    /// Maximum number of concurrent calls.
    pub max_concurrent_calls: usize,
    /// Limits of what a network or a signed-in caller may use.
    pub admission: AdmissionLimits,
}

pub(crate) struct UpstreamClient {
    http: reqwest::Client,
    address_filter: AddressFilter,
    limits: Limits,
}

impl UpstreamClient {
    /// Creates a client that follows no redirects, uses no proxy from the environment, verifies certificates, and
    /// connects only to addresses that `address_filter` allows.
    pub(crate) fn new(limits: Limits, address_filter: AddressFilter) -> anyhow::Result<Self> {
        let http = http_client_builder()
            .dns_resolver(Arc::new(address_filter.clone()))
            .referer(false)
            .tls_backend_preconfigured(build_tls_config()?)
            .connector_layer(MapFutureLayer::new(|connect_future| {
                let started = Instant::now();
                async move {
                    let connection = connect_future.await;
                    record_connect(started);
                    connection
                }
            }))
            // Shorter than the call's own timeout, so an unreachable provider is reported as such.
            .connect_timeout((limits.timeout / 2).min(MAX_CONNECT_TIMEOUT))
            .build()?;
        Ok(Self { http, address_filter, limits })
    }

    /// Returns the deadline of a call that starts now.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.limits.timeout
    }

    /// Sends a request, and returns the response with a snapshot of the request.
    pub(crate) async fn send(
        &self,
        mut request: WireRequest,
        deadline: Instant,
    ) -> Result<UpstreamResponse, ExplorerError> {
        let host = request.display_host.clone();
        self.address_filter.ensure_allowed(&request.url).map_err(|_| non_public_address_error(&host))?;
        for (name, value) in DEFAULT_HEADERS {
            request.headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        if request.method == Method::HEAD {
            // Some providers send a body nevertheless, which the client would read as the next response of the
            // connection.
            request.headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let request_snapshot = RequestSnapshot::new(&request);
        let span = request_span(request.method.as_str(), &host);
        let (result, timings) = measure(self.exchange(request, &host, deadline)).instrument(span.clone()).await;
        let result =
            result.map(|(status, headers, body)| UpstreamResponse { status, headers, body, request_snapshot, timings });
        record_request_result(&span, &result);
        result
    }

    /// Sends a request and reads the response. Retries a request with a safe method once if the connection closes,
    /// because the provider may have closed an idle connection at that moment. Other requests are not retried, as they
    /// may have been processed.
    async fn exchange(
        &self,
        request: WireRequest,
        host: &str,
        deadline: Instant,
    ) -> Result<(u16, HeaderMap, Vec<u8>), ExplorerError> {
        let remaining = || deadline.saturating_duration_since(Instant::now());
        let is_safe = request.method.is_safe();
        let mut builder = self.http.request(request.method, request.url).headers(request.headers).timeout(remaining());
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let retry = is_safe.then(|| builder.try_clone()).flatten();
        let map_error = |error: reqwest::Error| self.map_transport_error(&error.without_url(), host);
        let mut response = match (builder.send().await, retry) {
            (Err(error), Some(retry)) if is_connection_closed(&error) => retry.timeout(remaining()).send().await,
            (result, _) => result,
        }
        .map_err(map_error)?;
        if response.status().is_informational() {
            // The provider switched to another protocol, which the request did not ask for.
            return Err(malformed_response_error(host));
        }
        record_head_received();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(map_error)? {
            if body.len() + chunk.len() > self.limits.max_response_bytes {
                return Err(self.response_too_large_error());
            }
            body.extend_from_slice(&chunk);
        }
        Ok((response.status().as_u16(), std::mem::take(response.headers_mut()), body))
    }

    fn response_too_large_error(&self) -> ExplorerError {
        let message = format!(
            "The response is larger than the limit of {} MB (EXPLORER_REPLY_LIMIT_MB). Request less data at a time.",
            self.limits.max_response_bytes / 1_000_000
        );
        ExplorerError::new(ErrorCode::ResponseTooLarge, message)
    }

    /// Converts a transport error into an error for the caller. The log has the whole chain of causes.
    fn map_transport_error(&self, error: &reqwest::Error, host: &str) -> ExplorerError {
        let texts: Vec<String> = error_chain(error).map(ToString::to_string).collect();
        tracing::debug!(host, causes = texts.join(": "), "the request to the provider failed");
        if error_chain(error).any(<dyn Error>::is::<NonPublicAddress>) {
            return non_public_address_error(host);
        }
        match (error.is_connect(), error.is_timeout()) {
            (true, _) => connect_error(error, host),
            (false, true) => self.timeout_error(host),
            (false, false) => response_error(error, host),
        }
    }

    pub(crate) fn timeout_error(&self, host: &str) -> ExplorerError {
        let seconds = self.limits.timeout.as_secs_f64();
        let message = format!(
            "{host} did not respond within {seconds} s (EXPLORER_TIMEOUT). The call may have succeeded; check before \
             retrying."
        );
        ExplorerError::new(ErrorCode::ProviderTimeout, message)
    }
}

/// Builds the error for a failed connection attempt, when nothing was sent.
fn connect_error(error: &reqwest::Error, host: &str) -> ExplorerError {
    let (code, message) = match error_chain(error).find_map(|cause| cause.downcast_ref()) {
        Some(rustls::Error::InvalidMessage(_)) => {
            let message = format!(
                "{host} does not use TLS at this address. Nothing was sent. Check the port, and whether the URL should \
                 start with http://."
            );
            (ErrorCode::Tls, message)
        }
        Some(_) => {
            let message = format!(
                "The identity of {host} could not be verified (TLS). Nothing was sent. Check the address, and this \
                 server's clock and certificates."
            );
            (ErrorCode::Tls, message)
        }
        None => {
            let message = format!(
                "{host} cannot be reached from this server. Nothing was sent. Check its name, its port and the \
                 network, then send again."
            );
            (ErrorCode::ProviderUnreachable, message)
        }
    };
    ExplorerError::new(code, message)
}

/// Builds the error for a request that was sent and received no complete response.
fn response_error(error: &reqwest::Error, host: &str) -> ExplorerError {
    let is_too_large = |error: &hyper::Error| error.is_parse_too_large();
    if error_chain(error).filter_map(|cause| cause.downcast_ref()).any(is_too_large) {
        let message = format!(
            "The response headers from {host} are larger than this server accepts, so the response is not shown. The \
             call may have succeeded; check before retrying."
        );
        return ExplorerError::new(ErrorCode::ResponseTooLarge, message);
    }
    if !is_connection_closed(error) && is_malformed_response(error) {
        return malformed_response_error(host);
    }
    let message = format!(
        "The connection to {host} closed before the full response arrived. The call may have \
                           succeeded; check before retrying."
    );
    ExplorerError::new(ErrorCode::ProviderUnreachable, message)
}

/// Returns true if the response is malformed.
fn is_malformed_response(error: &reqwest::Error) -> bool {
    use ErrorKind::{InvalidData, InvalidInput};
    let hyper_error = error_chain(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    let is_invalid_data = |io_error: &io::Error| matches!(io_error.kind(), InvalidData | InvalidInput);
    hyper_error.map_or_else(|| error.is_decode(), hyper::Error::is_parse)
        || error_chain(error).filter_map(|cause| cause.downcast_ref()).any(is_invalid_data)
}

fn malformed_response_error(host: &str) -> ExplorerError {
    let message = format!(
        "The response from {host} is not valid HTTP, or does not match its own headers (length or compression), so it \
         cannot be shown. The call may have succeeded; check before retrying."
    );
    ExplorerError::new(ErrorCode::MalformedResponse, message)
}

/// Returns true if the provider closed the connection, cleanly or not.
fn is_connection_closed(error: &reqwest::Error) -> bool {
    let is_close_kind = |kind: ErrorKind| {
        use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
    };
    !error.is_connect()
        && error_chain(error).any(|cause| {
            let hyper_error = cause.downcast_ref::<hyper::Error>();
            let io_error = cause.downcast_ref::<io::Error>();
            hyper_error.is_some_and(hyper::Error::is_incomplete_message)
                || io_error.is_some_and(|io_error| is_close_kind(io_error.kind()))
        })
}

/// Iterates over an error and its causes. The error inside an I/O error is not its `source()`, so it is visited
/// explicitly.
fn error_chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&cause| {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

/// Builds the TLS configuration. Certificates are verified by the platform's verifier.
fn build_tls_config() -> anyhow::Result<ClientConfig> {
    let mut config = ClientConfig::with_platform_verifier()?;
    config.alpn_protocols = ["h2", "http/1.1"].map(|protocol| protocol.as_bytes().to_vec()).into();
    config.resumption =
        Resumption::store(Arc::new(TimedSessionStore(ClientSessionMemoryCache::new(TLS_SESSION_CAPACITY))));
    Ok(config)
}

fn non_public_address_error(host: &str) -> ExplorerError {
    let message = format!(
        "{host} is not on the public Internet. Nothing was sent. This server calls such hosts only if its settings \
         list them (provider.servers or provider.base_url)."
    );
    ExplorerError::new(ErrorCode::Forbidden, message)
}
