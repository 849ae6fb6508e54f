//! Sends a request to its provider, within limits of time, bytes and number.

use super::{
    address::{Addresses, NotPublic},
    timing::{TimedSessions, answered, connected, timed},
};
use crate::gateway::{
    observe::{end_request, request_span},
    receipt::Sent,
    request::wire::WireRequest,
};
use crate::{
    model::{
        error::{Code, ExplorerError},
        receipt::Timings,
    },
    providers::http_client,
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
use tokio::sync::Semaphore;
use tower::util::MapFutureLayer;
use tracing::Instrument;

/// Headers that every request has, unless its arguments say otherwise.
const USUAL: [(HeaderName, &str); 3] = [
    (ACCEPT, "*/*"),
    (ACCEPT_ENCODING, "gzip, br, deflate"),
    (USER_AGENT, concat!("api-explorer/", env!("CARGO_PKG_VERSION"))),
];
/// TLS sessions that are remembered.
const SESSIONS: usize = 256;

/// How long it may take to reach a provider.
const LONGEST_CONNECT: Duration = Duration::from_secs(10);

/// Bounds of every call.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte sent until the last received, be it that a token is fetched first.
    pub timeout: Duration,
    /// Bytes of a reply's body, after decompression.
    pub reply_bytes: usize,
    /// Calls at the same time.
    pub concurrency: usize,
}

/// What a provider sent.
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// What it was sent for.
    pub(crate) sent: Sent,
    pub(crate) timings: Timings,
}

pub(crate) struct Client {
    http: reqwest::Client,
    addresses: Addresses,
    limits: Limits,
    running: Semaphore,
}

impl Client {
    /// No redirects, no proxy from the environment, certificates verified, and only to addresses that calls may go to.
    pub(crate) fn new(limits: Limits, addresses: Addresses) -> anyhow::Result<Self> {
        let http = http_client()
            .dns_resolver(Arc::new(addresses.clone()))
            .referer(false)
            .tls_backend_preconfigured(tls()?)
            .connector_layer(MapFutureLayer::new(|connecting| {
                let begun = Instant::now();
                async move {
                    let connection = connecting.await;
                    connected(begun);
                    connection
                }
            }))
            // Who cannot be reached is known to be so before the call's own time is over.
            .connect_timeout((limits.timeout / 2).min(LONGEST_CONNECT))
            .build()?;
        Ok(Self { http, addresses, limits, running: Semaphore::new(limits.concurrency) })
    }

    /// How many requests are under way.
    pub(crate) fn running(&self) -> usize {
        self.limits.concurrency - self.running.available_permits()
    }

    /// When a call that begins now is given up.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.limits.timeout
    }

    /// Sends a request, and keeps what was sent.
    pub(crate) async fn send(&self, mut request: WireRequest, deadline: Instant) -> Result<Received, ExplorerError> {
        let _permit = self.running.try_acquire().map_err(|_| {
            ExplorerError::new(Code::TooBusy, "This server is making as many calls as it may. Send again in a moment.")
        })?;
        let host = request.shown_host.clone();
        self.addresses.check(&request.url).map_err(|_| not_public(&host))?;
        for (name, value) in USUAL {
            request.headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        if request.method == Method::HEAD {
            // Some send a body nevertheless, which the next call would take for its reply.
            request.headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let sent = Sent::new(&request);
        let span = request_span(request.method.as_str(), &host);
        let (received, timings) = timed(self.exchange(request, &host, deadline)).instrument(span.clone()).await;
        let received = received.map(|(status, headers, body)| Received { status, headers, body, sent, timings });
        end_request(&span, &received);
        received
    }

    /// A request that asks for nothing but an answer is sent once more where the connection breaks off: the provider may have
    /// closed an idle one in that very moment. Others are not, as they may have been carried out.
    async fn exchange(
        &self,
        request: WireRequest,
        host: &str,
        deadline: Instant,
    ) -> Result<(u16, HeaderMap, Vec<u8>), ExplorerError> {
        let left = || deadline.saturating_duration_since(Instant::now());
        let is_safe = request.method.is_safe();
        let mut message = self.http.request(request.method, request.url).headers(request.headers).timeout(left());
        if let Some(body) = request.body {
            message = message.body(body);
        }
        let again = is_safe.then(|| message.try_clone()).flatten();
        let explain = |error: reqwest::Error| self.explain(&error.without_url(), host);
        let mut response = match (message.send().await, again) {
            (Err(error), Some(again)) if broke_off(&error) => again.timeout(left()).send().await,
            (sent, _) => sent,
        }
        .map_err(explain)?;
        if response.status().is_informational() {
            // What follows is another protocol, for which nobody asked.
            return Err(malformed(host));
        }
        answered();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(explain)? {
            if body.len() + chunk.len() > self.limits.reply_bytes {
                return Err(self.too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok((response.status().as_u16(), std::mem::take(response.headers_mut()), body))
    }

    fn too_large(&self) -> ExplorerError {
        let message = format!(
            "The reply is larger than {} MB, which is as much as this server takes (EXPLORER_REPLY_LIMIT_MB). Ask for \
             less at a time.",
            self.limits.reply_bytes / 1_000_000
        );
        ExplorerError::new(Code::ReplyTooLarge, message)
    }

    /// What went wrong, in words; the log has the whole chain of causes.
    fn explain(&self, error: &reqwest::Error, host: &str) -> ExplorerError {
        let texts: Vec<String> = causes(error).map(ToString::to_string).collect();
        tracing::debug!(host, causes = texts.join(": "), "the provider did not answer");
        if causes(error).any(<dyn Error>::is::<NotPublic>) {
            return not_public(host);
        }
        match (error.is_connect(), error.is_timeout()) {
            (true, _) => not_connected(error, host),
            (false, true) => self.too_slow(host),
            (false, false) => not_understood(error, host),
        }
    }

    pub(crate) fn too_slow(&self, host: &str) -> ExplorerError {
        let seconds = self.limits.timeout.as_secs_f64();
        let message = format!(
            "{host} did not answer within {seconds} s, so the call was given up (EXPLORER_TIMEOUT). It may still have been \
             carried out there: look before you send again."
        );
        ExplorerError::new(Code::TooSlow, message)
    }
}

/// Why nothing was sent.
fn not_connected(error: &reqwest::Error, host: &str) -> ExplorerError {
    let (code, message) = match causes(error).find_map(|cause| cause.downcast_ref()) {
        Some(rustls::Error::InvalidMessage(_)) => {
            let message = format!(
                "{host} does not speak TLS at this address, so nothing was sent. Check the address: should it be another \
                 port, or http?"
            );
            (Code::Tls, message)
        }
        Some(_) => {
            let message = format!(
                "{host} could not prove who it is (TLS), so nothing was sent. Check the address, and this server's clock and \
                 certificates."
            );
            (Code::Tls, message)
        }
        None => {
            let message = format!(
                "{host} cannot be reached from this server. Check its name, its port and the network, then send again."
            );
            (Code::Unreachable, message)
        }
    };
    ExplorerError::new(code, message)
}

/// Why there is no reply to what was sent.
fn not_understood(error: &reqwest::Error, host: &str) -> ExplorerError {
    let is_too_large = |error: &hyper::Error| error.is_parse_too_large();
    if causes(error).filter_map(|cause| cause.downcast_ref()).any(is_too_large) {
        let message = format!(
            "The headers that {host} replied with are more than this server takes, so the reply is not shown. The call may \
             have been carried out: look before you send again."
        );
        return ExplorerError::new(Code::ReplyTooLarge, message);
    }
    if !broke_off(error) && is_malformed(error) {
        return malformed(host);
    }
    let message = format!("The connection to {host} broke off before the reply was whole. Look before you send again.");
    ExplorerError::new(Code::Unreachable, message)
}

/// Whether what came could not be read as what it should be.
fn is_malformed(error: &reqwest::Error) -> bool {
    use ErrorKind::{InvalidData, InvalidInput};
    let hyper = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    let is_wrong = |io: &io::Error| matches!(io.kind(), InvalidData | InvalidInput);
    hyper.map_or_else(|| error.is_decode(), hyper::Error::is_parse)
        || causes(error).filter_map(|cause| cause.downcast_ref()).any(is_wrong)
}

fn malformed(host: &str) -> ExplorerError {
    let message = format!(
        "{host} replied with something that is not HTTP, or not as its own headers say (a length, a compression), so it \
         cannot be shown. The call may have been carried out: look before you send again."
    );
    ExplorerError::new(Code::MalformedReply, message)
}

/// Whether the other side ended the connection, in good order or not.
fn broke_off(error: &reqwest::Error) -> bool {
    let is_end = |kind: ErrorKind| {
        use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
    };
    !error.is_connect()
        && causes(error).any(|cause| {
            let hyper = cause.downcast_ref::<hyper::Error>();
            let io = cause.downcast_ref::<io::Error>();
            hyper.is_some_and(hyper::Error::is_incomplete_message) || io.is_some_and(|io| is_end(io.kind()))
        })
}

/// An error, what it came of, what that came of, and so on. What an I/O error wraps is not its source, but that has one.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&cause| {
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

/// Certificates are verified as the system does it.
fn tls() -> anyhow::Result<ClientConfig> {
    let mut config = ClientConfig::with_platform_verifier()?;
    config.alpn_protocols = ["h2", "http/1.1"].map(|protocol| protocol.as_bytes().to_vec()).into();
    config.resumption = Resumption::store(Arc::new(TimedSessions(ClientSessionMemoryCache::new(SESSIONS))));
    Ok(config)
}

fn not_public(host: &str) -> ExplorerError {
    let message = format!(
        "{host} is not on the public Internet but inside of a network, where this server sends nothing that its settings do \
         not name (provider.servers or provider.base_url). Nothing was sent."
    );
    ExplorerError::new(Code::Forbidden, message)
}
