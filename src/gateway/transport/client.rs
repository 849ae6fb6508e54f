//! Sends requests to providers, within limits on time and size.

use super::{
    address::{AddressFilter, NonPublicAddress},
    errors::{
        connect_error, error_chain, is_connection_closed, malformed_response_error, non_public_address_error,
        response_error,
    },
    item_stream::ItemStream,
    response::{RequestSnapshot, UpstreamResponse},
    timing::{TimedSessionStore, measure, record_connect, record_head_received},
};
use crate::{
    gateway::{
        AdmissionLimits,
        observe::{record_request_result, request_span},
        redact::scrub,
        request::wire_request::WireRequest,
    },
    model::{
        error::{ErrorCode, ExplorerError},
        media_type::{MediaType, StreamFormat},
    },
    providers::http_client_builder,
    text,
};
use reqwest::{
    Method, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT},
};
use rustls::{
    ClientConfig,
    client::{ClientSessionMemoryCache, Resumption},
};
use rustls_platform_verifier::ConfigVerifierExt;
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::timeout_at;
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
    /// Maximum time for which the items of a stream are forwarded as they arrive, from the head of the response.
    pub stream_timeout: Duration,
    /// Maximum size of a response body after decompression, in bytes.
    pub max_response_bytes: usize,
    /// Maximum number of concurrent calls.
    pub max_concurrent_calls: usize,
    /// Limits of what a network or a signed-in caller may use.
    pub admission: AdmissionLimits,
}

/// A response as received.
struct ReceivedResponse {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    stream: Option<ItemStream>,
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

    /// Returns the time at which a stream ends whose items are forwarded as they arrive, if its head arrives now.
    pub(crate) fn stream_deadline(&self) -> Instant {
        Instant::now() + self.limits.stream_timeout
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
        let result = result.map(|ReceivedResponse { status, headers, body, stream }| UpstreamResponse {
            status,
            headers,
            body,
            stream,
            request_snapshot,
            timings,
        });
        record_request_result(&span, &result);
        result
    }

    /// Sends a request and reads the response, or only its head if the body is a stream. Retries a request with a safe
    /// method once if the connection closes, because the provider may have closed an idle connection at that moment.
    /// Other requests are not retried, as they may have been processed.
    async fn exchange(
        &self,
        request: WireRequest,
        host: &str,
        deadline: Instant,
    ) -> Result<ReceivedResponse, ExplorerError> {
        let (is_safe, is_head) = (request.method.is_safe(), request.method == Method::HEAD);
        let mut builder = self.http.request(request.method, request.url).headers(request.headers);
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let retry = is_safe.then(|| builder.try_clone()).flatten();
        let head = async {
            match (builder.send().await, retry) {
                (Err(error), Some(retry)) if is_connection_closed(&error) => retry.send().await,
                (result, _) => result,
            }
        };
        let map_error = |error: reqwest::Error| self.map_transport_error(&error.without_url(), host);
        let timeout_error = |_| self.timeout_error(host);
        let mut response = timeout_at(deadline.into(), head).await.map_err(timeout_error)?.map_err(map_error)?;
        if response.status().is_informational() {
            // The provider switched to another protocol, which the request did not ask for.
            return Err(malformed_response_error(host));
        }
        record_head_received();
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let has_body = !is_head && status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED;
        let max_bytes = self.limits.max_response_bytes;
        let (mut body, mut stream) = (Vec::new(), None);
        match stream_format(&headers).filter(|_| has_body) {
            Some(format) => stream = Some(ItemStream::new(format, response, max_bytes)),
            None => {
                while let Some(chunk) =
                    timeout_at(deadline.into(), response.chunk()).await.map_err(timeout_error)?.map_err(map_error)?
                {
                    if body.len() + chunk.len() > max_bytes {
                        return Err(self.response_too_large_error());
                    }
                    body.extend_from_slice(&chunk);
                }
            }
        }
        Ok(ReceivedResponse { status: status.as_u16(), headers, body, stream })
    }

    fn response_too_large_error(&self) -> ExplorerError {
        let megabytes = self.limits.max_response_bytes / 1_000_000;
        ExplorerError::new(ErrorCode::ResponseTooLarge, text!("transport-response-too-large", megabytes = megabytes))
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
        let message = text!("transport-timeout", host = host, seconds = seconds);
        ExplorerError::new(ErrorCode::ProviderTimeout, message)
    }
}

/// Returns the format of a response that is a stream. A body that is still encoded cannot be split.
fn stream_format(headers: &HeaderMap) -> Option<StreamFormat> {
    let content_type = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    MediaType::parse(content_type).stream_format().filter(|_| !scrub::is_encoded(headers))
}

/// Builds the TLS configuration. Certificates are verified by the platform's verifier.
fn build_tls_config() -> anyhow::Result<ClientConfig> {
    let mut config = ClientConfig::with_platform_verifier()?;
    config.alpn_protocols = ["h2", "http/1.1"].map(|protocol| protocol.as_bytes().to_vec()).into();
    config.resumption =
        Resumption::store(Arc::new(TimedSessionStore(ClientSessionMemoryCache::new(TLS_SESSION_CAPACITY))));
    Ok(config)
}
