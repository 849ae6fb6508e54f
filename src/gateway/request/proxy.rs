//! A documented request carried through as it came, with the credential added: SDKs use the explorer as their base URL.

use super::wire::{self, WireParts, WireRequest};
use crate::{
    auth::identity::{Identity, Visitor},
    gateway::{
        Gateway, Incoming, compare,
        observe::{Answered, Call},
        pipeline::names_of,
        policy::{self, Destination, Passage},
        redact::{mask::Resolved, scrub},
        signed_in,
        transport::client::Received,
    },
};
use crate::{
    model::{
        Arguments,
        credential::CredentialSource,
        error::{Code, ExplorerError},
        operation::Operation,
        receipt::Timings,
        schema::Place,
    },
    openapi::Documentation,
    providers::CatalogEntry,
    store::{audit::Record, tokens::looks_like_token},
};
use memchr::memmem;
use percent_encoding::percent_decode_str;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use serde_json::Value;
use std::sync::Arc;
use tracing::Instrument;
use url::Url;
use uuid::Uuid;

/// Headers of a request that go on, beside those that the operation documents.
const REQUEST_HEADERS: [&str; 11] = [
    "accept",
    "accept-language",
    "content-language",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "prefer",
    "user-agent",
];
/// Headers of a reply that do not come back: they would frame another message, or act on whoever reads it.
const REPLY_HEADERS: [&str; 15] = [
    "alt-svc",
    "connection",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-security-policy-report-only",
    "keep-alive",
    "proxy-authenticate",
    "set-cookie",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
];

/// A request as it came.
#[derive(Clone, Copy, Debug)]
pub struct RawRequest<'a> {
    /// The provider's id.
    pub provider: &'a str,
    /// HTTP method.
    pub method: &'a str,
    /// Path below the provider's server, percent-encoded, with the slash before it.
    pub path: &'a str,
    /// Query, percent-encoded.
    pub query: Option<&'a str>,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The body's bytes.
    pub body: &'a [u8],
}

/// A reply as it goes back.
#[derive(Debug)]
pub struct RawReply {
    /// HTTP status code.
    pub status: u16,
    /// The provider's headers, but for those that would act on whoever reads them.
    pub headers: HeaderMap,
    /// The body's bytes, decompressed, without the credential.
    pub body: Vec<u8>,
    /// The gateway's own id of the call.
    pub request_id: String,
    /// How long the steps of the request to the provider took.
    pub timings: Timings,
}

impl Gateway {
    /// The provider that alone documents what is asked of the explorer's root, and the path below that provider's server: of
    /// their base URL, SDKs keep but the origin.
    pub fn at_the_root<'a>(&self, method: &str, path: &'a str) -> Option<(String, &'a str)> {
        let catalog = self.catalog();
        if catalog.slot(path.split('/').nth(1)?).is_some() {
            return None;
        }
        let mut found = catalog.iter().filter_map(|entry| {
            let servers =
                entry.provider.environments.iter().filter_map(|environment| Url::parse(&environment.url).ok());
            let mut below = servers.filter_map(|server| path.strip_prefix(server.path().trim_end_matches('/')));
            let path = below.find(|path| entry.routes.find(method, path).is_some())?;
            Some((entry.provider.id.as_str(), path))
        });
        let (provider, path) = found.next().filter(|_| found.next().is_none())?;
        Some((provider.to_owned(), path))
    }

    /// Carries a request through, if it is one that the provider documents.
    ///
    /// # Errors
    /// The explorer's own: a provider that refuses the call has replied.
    pub async fn carry(&self, visitor: &Visitor, raw: RawRequest<'_>) -> Result<RawReply, ExplorerError> {
        let request_id = Uuid::new_v4().to_string();
        let entry = self.entry(raw.provider)?;
        let documented = documented(&entry, raw)?;
        let operation = &documented.operation.name;
        let mut note = self.note(visitor, "call", &entry)?;
        note.record.operation = Some(operation.clone());
        note.record.request_id = Some(request_id.clone());
        let call = Call::begin(&self.metrics, &entry.provider.id, operation, &request_id);
        let carried = self.carry_documented(visitor, raw, (&entry, &documented), &mut note.record);
        let outcome = carried.instrument(call.span.clone()).await;
        note.record.status = outcome.as_ref().ok().map(|reply| i64::from(reply.status));
        let environment = note.record.environment.as_deref().unwrap_or_default();
        call.end(&outcome.as_ref().map(|reply| Answered {
            status: reply.status,
            environment,
            timings: Some(reply.timings),
        }));
        note.end(outcome)
    }

    async fn carry_documented(
        &self,
        visitor: &Visitor,
        raw: RawRequest<'_>,
        (entry, documented): (&CatalogEntry, &Documentation),
        record: &mut Record,
    ) -> Result<RawReply, ExplorerError> {
        let identity = signed_in(visitor)?;
        let resolved = self.resolve_body(identity, &documented.operation, raw).await?;
        let body = resolved.arguments.as_ref().and_then(|fields| serde_json::to_vec(fields).ok());
        let raw = RawRequest { body: body.as_deref().unwrap_or(raw.body), ..raw };
        let outcome = self.send_raw(visitor, identity, raw, (entry, documented), (&resolved, record)).await;
        outcome.map_err(|error| resolved.clean(error))
    }

    /// The secrets that handles in the fields of a JSON body stand for.
    async fn resolve_body(
        &self,
        identity: &Identity,
        operation: &Operation,
        raw: RawRequest<'_>,
    ) -> Result<Resolved, ExplorerError> {
        if memmem::find(raw.body, b"reply").is_none() {
            return Ok(Resolved::default());
        }
        let Ok(Value::Object(fields)) = serde_json::from_slice(raw.body) else { return Ok(Resolved::default()) };
        self.resolve(identity, raw.provider, operation, &fields).await
    }

    async fn send_raw(
        &self,
        visitor: &Visitor,
        identity: &Identity,
        raw: RawRequest<'_>,
        (entry, documented): (&CatalogEntry, &Documentation),
        (resolved, record): (&Resolved, &mut Record),
    ) -> Result<RawReply, ExplorerError> {
        let arguments = arguments(&documented.operation, raw);
        // A program that deletes says so by the method that it sends.
        let target = documented.operation.target().and_then(|field| arguments.get(&field.name));
        let confirm = target.and_then(Value::as_str).unwrap_or(&documented.operation.name);
        let incoming = Incoming {
            provider: raw.provider,
            operation: &documented.operation.name,
            environment: None,
            content_type: None,
            arguments: &arguments,
            confirm: Some(confirm),
            unlock: false,
            // A program that may see secrets could not work without them.
            reveal: true,
        };
        let found = self.credential(visitor, entry).await?;
        let is_operators = matches!(found, Some((CredentialSource::Operator, _)));
        let passage = Passage { entry, documented, identity, incoming, is_operators };
        let destination = self.admit(passage, found, (resolved, record)).await?;
        let request = request(entry, documented, raw, &destination)?;
        policy::spend(passage, &self.store).await?;
        let access = destination.access.as_ref();
        let (received, tokens) = self.deliver(entry, access, request).await?;
        let received = scrub::received(received, &names_of(access, &tokens, resolved, scrub::REMOVED));
        let promise = compare::promise(&entry.document, &documented.operation, &received);
        let request_id = record.request_id.clone().unwrap_or_default();
        let call = (passage, destination.environment.name.as_str(), request_id.as_str());
        let Received { status, headers, body, timings, .. } =
            self.mask(visitor, call, &promise, received).await?.received;
        let comes_back = |name: &HeaderName| {
            !REPLY_HEADERS.contains(&name.as_str()) && !name.as_str().starts_with("access-control-")
        };
        let headers = headers.iter().filter(|(name, _)| comes_back(name));
        let headers = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(RawReply { status, headers, body, request_id, timings })
    }
}

/// The operation that a method and a path lead to.
fn documented(entry: &CatalogEntry, raw: RawRequest) -> Result<Arc<Documentation>, ExplorerError> {
    let place = entry.routes.find(raw.method, raw.path);
    let listing = place.and_then(|place| entry.document.listings.get(place));
    listing.and_then(|listing| entry.operation(&listing.name)).ok_or_else(|| {
        let message = format!(
            "The document of {} has no operation with this method and path, so nothing was sent. /{} lists all.",
            entry.provider.title, entry.provider.id
        );
        ExplorerError::new(Code::NotFound, message)
    })
}

/// The request as it goes on the wire, before the credential is added: only what the operation documents, and a few headers.
fn request(
    entry: &CatalogEntry,
    documented: &Documentation,
    raw: RawRequest,
    destination: &Destination,
) -> Result<WireRequest, ExplorerError> {
    let refuse = |message: &str| ExplorerError::new(Code::InvalidArguments, message);
    let is_tame = |segment: &str| {
        let text = percent_decode_str(segment).decode_utf8_lossy();
        !text.is_empty() && text != "." && text != ".." && !text.contains(['/', '\\', '\0'])
    };
    if !raw.path.split('/').skip(1).all(is_tame) {
        return Err(refuse("A part of the path is empty, `.` or `..`, or has a slash in it. Nothing was sent."));
    }
    let server = entry.server(destination.environment);
    // Access tokens of ours stay here, wherever an SDK put them.
    let is_token = |pair: &&str| pair.split_once('=').is_some_and(|(_, value)| looks_like_token(value));
    let query: Vec<&str> = raw.query.unwrap_or_default().split('&').filter(|pair| !is_token(pair)).collect();
    let query = if raw.query.is_some() { ["?", &query.join("&")].concat() } else { String::new() };
    let url = Url::parse(&[server, raw.path, &query].concat()).map_err(|_| refuse("The path cannot be sent."))?;
    let mut headers = HeaderMap::new();
    let is_documented = |name: &HeaderName| {
        let mut fields = documented.operation.fields.iter();
        fields.any(|field| field.place == Place::Header && field.name.eq_ignore_ascii_case(name.as_str()))
    };
    for (name, value) in raw.headers {
        if value.to_str().is_ok_and(looks_like_token) {
            continue;
        }
        if REQUEST_HEADERS.contains(&name.as_str()) || (is_documented(name) && !wire::frames_the_message(name)) {
            headers.append(name.clone(), value.clone());
        }
    }
    let mut body = (!raw.body.is_empty()).then(|| raw.body.to_vec());
    if documented.operation.body.is_none() {
        // Some SDKs write an empty object where there is nothing to say.
        if !matches!(raw.body.trim_ascii(), b"" | b"{}" | b"null") {
            return Err(refuse("This operation takes no body. Nothing was sent."));
        }
        headers.remove(CONTENT_TYPE);
        body = None;
    }
    wire::finish(entry, &documented.operation, destination, WireParts { url, headers, body })
}

/// What the request says, as far as the policy must know it: the path's values, the query's, and the fields of a JSON body.
fn arguments(operation: &Operation, raw: RawRequest) -> Arguments {
    let mut arguments = Arguments::new();
    if let Ok(Value::Object(body)) = serde_json::from_slice(raw.body) {
        arguments.extend(body);
    }
    for (name, value) in url::form_urlencoded::parse(raw.query.unwrap_or_default().as_bytes()) {
        arguments.insert(name.into_owned(), value.into_owned().into());
    }
    for (expected, found) in operation.path.split('/').zip(raw.path.split('/')) {
        let name = expected.strip_prefix('{').and_then(|expected| expected.strip_suffix('}'));
        if let Some(name) = name {
            let value = percent_decode_str(found).decode_utf8_lossy().into_owned();
            arguments.insert(name.to_owned(), value.into());
        }
    }
    arguments
}
