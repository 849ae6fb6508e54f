//! Sends a request to its provider, within limits of time, bytes and number.

use super::{
    address::{Addresses, NotPublic},
    wire::WireRequest,
};
use crate::model::error::{Code, ExplorerError};
use reqwest::{header::HeaderMap, redirect::Policy};
use std::{error::Error, sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Bounds of every call.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte sent until the last received.
    pub timeout: Duration,
    /// Bytes of a reply's body, after decompression.
    pub reply_bytes: usize,
    /// Calls at the same time.
    pub concurrency: usize,
}

/// What a provider sent.
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

pub(super) struct Client {
    http: reqwest::Client,
    addresses: Addresses,
    limits: Limits,
    running: Semaphore,
}

impl Client {
    /// No redirects, no proxy from the environment, certificates verified, and only to addresses that calls may go to.
    pub(super) fn new(limits: Limits, addresses: Addresses) -> anyhow::Result<Self> {
        // Another instance in this process may have installed it already, which is just as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(addresses.clone()))
            .referer(false)
            .user_agent(concat!("api-explorer/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.timeout.min(Duration::from_secs(10)))
            .timeout(limits.timeout)
            .build()?;
        Ok(Self { http, addresses, limits, running: Semaphore::new(limits.concurrency) })
    }

    pub(super) async fn send(&self, request: WireRequest) -> Result<Received, ExplorerError> {
        let _permit = self.running.try_acquire().map_err(|_| {
            ExplorerError::new(Code::TooBusy, "This server is making as many calls as it may. Send again in a moment.")
        })?;
        let host = request.shown_host;
        self.addresses.check(&request.url).map_err(|_| not_public(&host))?;
        let mut message = self.http.request(request.method, request.url).headers(request.headers);
        if let Some(body) = request.body {
            message = message.body(body);
        }
        let explain = |error: reqwest::Error| self.explain(&error.without_url(), &host);
        let mut response = message.send().await.map_err(explain)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(explain)? {
            if body.len() + chunk.len() > self.limits.reply_bytes {
                return Err(self.too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Received { status: response.status().as_u16(), headers: std::mem::take(response.headers_mut()), body })
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
        let causes: Vec<&(dyn Error + 'static)> =
            std::iter::successors(error.source(), |cause| (*cause).source()).collect();
        let texts: Vec<String> = causes.iter().map(ToString::to_string).collect();
        tracing::debug!(host, error = %error, causes = texts.join(": "), "the provider did not answer");
        if error.is_timeout() && !error.is_connect() {
            let seconds = self.limits.timeout.as_secs_f64();
            let message = format!(
                "{host} did not answer within {seconds} s, so the call was given up (EXPLORER_TIMEOUT). It may still have \
                 been carried out there: look before you send again."
            );
            return ExplorerError::new(Code::TooSlow, message);
        }
        if causes.iter().any(|cause| cause.is::<NotPublic>()) {
            return not_public(host);
        }
        if causes.into_iter().any(is_tls) {
            let message = format!(
                "{host} could not prove who it is (TLS), so nothing was sent. Check the address, and this server's \
                 clock and certificates."
            );
            return ExplorerError::new(Code::Tls, message);
        }
        let message = if error.is_connect() {
            format!(
                "{host} cannot be reached from this server. Check its name, its port and the network, then send again."
            )
        } else {
            format!("The connection to {host} broke off before the reply was whole. Look before you send again.")
        };
        ExplorerError::new(Code::Unreachable, message)
    }
}

fn not_public(host: &str) -> ExplorerError {
    let message = format!(
        "{host} is not on the public Internet but inside of a network, where this server sends nothing that its settings do \
         not name (provider.servers or provider.base_url). Nothing was sent."
    );
    ExplorerError::new(Code::Forbidden, message)
}

/// Whether a cause comes from TLS: the library's own error, or I/O errors around it.
fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    let inside = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    cause.is::<rustls::Error>() || inside.is_some_and(|inside| is_tls(inside))
}
