//! A documented request carried through as it came, with the credential added: SDKs use the explorer as their base URL.

use super::wire::{self, WireRequest, WireRequestParts};
use crate::{
    auth::identity::{Caller, Identity},
    gateway::{
        CallRequest, Gateway, compare,
        observe::{CallRecorder, CallSummary},
        pipeline::collect_redactions,
        policy::{self, AuthorizationContext, Destination},
        redact::{mask::ResolvedArguments, scrub},
        require_identity,
        transport::client::UpstreamResponse,
    },
};
use crate::{
    model::{
        Arguments,
        credential::CredentialSource,
        error::{ErrorCode, ExplorerError},
        operation::Operation,
        receipt::Timings,
        schema::FieldLocation,
    },
    openapi::DocumentedOperation,
    providers::CatalogEntry,
    store::{access_tokens::looks_like_access_token, audit::AuditRecord},
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
const FORWARDED_REQUEST_HEADERS: [&str; 11] = [
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
const DROPPED_RESPONSE_HEADERS: [&str; 15] = [
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
pub struct ProxyRequest<'a> {
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
pub struct ProxyResponse {
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
    pub fn resolve_root_request<'a>(&self, method: &str, path: &'a str) -> Option<(String, &'a str)> {
        let catalog = self.catalog();
        if catalog.provider(path.split('/').nth(1)?).is_some() {
            return None;
        }
        let mut matching = catalog.entries().filter_map(|entry| {
            let servers =
                entry.provider.environments.iter().filter_map(|environment| Url::parse(&environment.url).ok());
            let mut candidate_paths =
                servers.filter_map(|server| path.strip_prefix(server.path().trim_end_matches('/')));
            let path = candidate_paths.find(|path| entry.routes.find_operation(method, path).is_some())?;
            Some((entry.provider.id.as_str(), path))
        });
        let (provider, path) = matching.next().filter(|_| matching.next().is_none())?;
        Some((provider.to_owned(), path))
    }

    /// Carries a request through, if it is one that the provider documents.
    ///
    /// # Errors
    /// The explorer's own: a provider that refuses the call has replied.
    pub async fn proxy_request(
        &self,
        caller: &Caller,
        proxy_request: ProxyRequest<'_>,
    ) -> Result<ProxyResponse, ExplorerError> {
        let request_id = Uuid::new_v4().to_string();
        let entry = self.require_entry(proxy_request.provider)?;
        let documented = match_operation(&entry, proxy_request)?;
        let operation = &documented.operation.name;
        let mut audit_entry = self.begin_audit_entry(caller, "call", &entry)?;
        audit_entry.record.operation = Some(operation.clone());
        audit_entry.record.request_id = Some(request_id.clone());
        let recorder = CallRecorder::begin(&self.metrics, &entry.provider.id, operation, &request_id);
        let proxied_call =
            self.resolve_and_proxy(caller, proxy_request, (&entry, &documented), &mut audit_entry.record);
        let outcome = proxied_call.instrument(recorder.span.clone()).await;
        audit_entry.record.status = outcome.as_ref().ok().map(|response| i64::from(response.status));
        let environment = audit_entry.record.environment.as_deref().unwrap_or_default();
        recorder.finish(&outcome.as_ref().map(|response| CallSummary {
            status: response.status,
            environment,
            timings: Some(response.timings),
        }));
        audit_entry.finish(outcome)
    }

    async fn resolve_and_proxy(
        &self,
        caller: &Caller,
        proxy_request: ProxyRequest<'_>,
        (entry, documented): (&CatalogEntry, &DocumentedOperation),
        record: &mut AuditRecord,
    ) -> Result<ProxyResponse, ExplorerError> {
        let identity = require_identity(caller)?;
        let resolved = self.resolve_body_placeholders(identity, &documented.operation, proxy_request).await?;
        let body = resolved.arguments.as_ref().and_then(|fields| serde_json::to_vec(fields).ok());
        let proxy_request = ProxyRequest { body: body.as_deref().unwrap_or(proxy_request.body), ..proxy_request };
        let outcome =
            self.send_proxy_request(caller, identity, proxy_request, (entry, documented), (&resolved, record)).await;
        outcome.map_err(|error| resolved.redact_error(error))
    }

    /// The secrets that handles in the fields of a JSON body stand for.
    async fn resolve_body_placeholders(
        &self,
        identity: &Identity,
        operation: &Operation,
        proxy_request: ProxyRequest<'_>,
    ) -> Result<ResolvedArguments, ExplorerError> {
        if memmem::find(proxy_request.body, b"reply").is_none() {
            return Ok(ResolvedArguments::default());
        }
        let Ok(Value::Object(fields)) = serde_json::from_slice(proxy_request.body) else {
            return Ok(ResolvedArguments::default());
        };
        self.resolve_placeholders(identity, proxy_request.provider, operation, &fields).await
    }

    async fn send_proxy_request(
        &self,
        caller: &Caller,
        identity: &Identity,
        proxy_request: ProxyRequest<'_>,
        (entry, documented): (&CatalogEntry, &DocumentedOperation),
        (resolved, record): (&ResolvedArguments, &mut AuditRecord),
    ) -> Result<ProxyResponse, ExplorerError> {
        let arguments = extract_arguments(&documented.operation, proxy_request);
        // A program that deletes says so by the method that it sends.
        let target_value = documented.operation.target_parameter().and_then(|field| arguments.get(&field.name));
        let confirm = target_value.and_then(Value::as_str).unwrap_or(&documented.operation.name);
        let call_request = CallRequest {
            provider: proxy_request.provider,
            operation: &documented.operation.name,
            environment: None,
            content_type: None,
            arguments: &arguments,
            confirm: Some(confirm),
            unlock: false,
            // A program that may see secrets could not work without them.
            reveal: true,
        };
        let effective_credential = self.effective_credential(caller, entry).await?;
        let is_operator_credential = matches!(effective_credential, Some((CredentialSource::Operator, _)));
        let context = AuthorizationContext { entry, documented, identity, call_request, is_operator_credential };
        let destination = self.authorize(context, effective_credential, (resolved, record)).await?;
        let request = build_request(entry, documented, proxy_request, &destination)?;
        policy::spend_budget(context, &self.store).await?;
        let credential_use = destination.credential_use.as_ref();
        let (upstream_response, tokens) = self.send_authenticated(entry, credential_use, request).await?;
        let upstream_response = scrub::scrub_response(
            upstream_response,
            &collect_redactions(credential_use, &tokens, resolved, scrub::CREDENTIAL_REMOVED),
        );
        let expected_response =
            compare::find_expected_response(&entry.document, &documented.operation, &upstream_response);
        let request_id = record.request_id.clone().unwrap_or_default();
        let masking_context = (context, destination.environment.name.as_str(), request_id.as_str());
        let UpstreamResponse { status, headers, body, timings, .. } =
            self.mask(caller, masking_context, &expected_response, upstream_response).await?.upstream_response;
        let is_returned = |name: &HeaderName| {
            !DROPPED_RESPONSE_HEADERS.contains(&name.as_str()) && !name.as_str().starts_with("access-control-")
        };
        let headers = headers.iter().filter(|(name, _)| is_returned(name));
        let headers = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(ProxyResponse { status, headers, body, request_id, timings })
    }
}

/// The operation that a method and a path lead to.
fn match_operation(
    entry: &CatalogEntry,
    proxy_request: ProxyRequest,
) -> Result<Arc<DocumentedOperation>, ExplorerError> {
    let index = entry.routes.find_operation(proxy_request.method, proxy_request.path);
    let operation_summary = index.and_then(|index| entry.document.operations.get(index));
    operation_summary.and_then(|operation_summary| entry.operation(&operation_summary.name)).ok_or_else(|| {
        let message = format!(
            "The document of {} has no operation with this method and path, so nothing was sent. /{} lists all.",
            entry.provider.title, entry.provider.id
        );
        ExplorerError::new(ErrorCode::NotFound, message)
    })
}

/// The request as it goes on the wire, before the credential is added: only what the operation documents, and a few headers.
fn build_request(
    entry: &CatalogEntry,
    documented: &DocumentedOperation,
    proxy_request: ProxyRequest,
    destination: &Destination,
) -> Result<WireRequest, ExplorerError> {
    let invalid_request = |message: &str| ExplorerError::new(ErrorCode::InvalidArguments, message);
    let is_plain_segment = |segment: &str| {
        let text = percent_decode_str(segment).decode_utf8_lossy();
        !text.is_empty() && text != "." && text != ".." && !text.contains(['/', '\\', '\0'])
    };
    if !proxy_request.path.split('/').skip(1).all(is_plain_segment) {
        return Err(invalid_request(
            "A part of the path is empty, `.` or `..`, or has a slash in it. Nothing was sent.",
        ));
    }
    let server = entry.server_url(destination.environment);
    // Access tokens of ours stay here, wherever an SDK put them.
    let is_access_token = |pair: &&str| pair.split_once('=').is_some_and(|(_, value)| looks_like_access_token(value));
    let query: Vec<&str> =
        proxy_request.query.unwrap_or_default().split('&').filter(|pair| !is_access_token(pair)).collect();
    let query = if proxy_request.query.is_some() { ["?", &query.join("&")].concat() } else { String::new() };
    let url = Url::parse(&[server, proxy_request.path, &query].concat())
        .map_err(|_| invalid_request("The path cannot be sent."))?;
    let mut headers = HeaderMap::new();
    let is_documented = |name: &HeaderName| {
        let mut fields = documented.operation.fields.iter();
        fields.any(|field| field.place == FieldLocation::Header && field.name.eq_ignore_ascii_case(name.as_str()))
    };
    for (name, value) in proxy_request.headers {
        if value.to_str().is_ok_and(looks_like_access_token) {
            continue;
        }
        if FORWARDED_REQUEST_HEADERS.contains(&name.as_str())
            || (is_documented(name) && !wire::is_routing_or_framing(name))
        {
            headers.append(name.clone(), value.clone());
        }
    }
    let mut body = (!proxy_request.body.is_empty()).then(|| proxy_request.body.to_vec());
    if documented.operation.body.is_none() {
        // Some SDKs write an empty object where there is nothing to say.
        if !matches!(proxy_request.body.trim_ascii(), b"" | b"{}" | b"null") {
            return Err(invalid_request("This operation takes no body. Nothing was sent."));
        }
        headers.remove(CONTENT_TYPE);
        body = None;
    }
    wire::build_validated_request(entry, &documented.operation, destination, WireRequestParts { url, headers, body })
}

/// What the request says, as far as the policy must know it: the path's values, the query's, and the fields of a JSON body.
fn extract_arguments(operation: &Operation, proxy_request: ProxyRequest) -> Arguments {
    let mut arguments = Arguments::new();
    if let Ok(Value::Object(body)) = serde_json::from_slice(proxy_request.body) {
        arguments.extend(body);
    }
    for (name, value) in url::form_urlencoded::parse(proxy_request.query.unwrap_or_default().as_bytes()) {
        arguments.insert(name.into_owned(), value.into_owned().into());
    }
    for (template_segment, path_segment) in operation.path.split('/').zip(proxy_request.path.split('/')) {
        let name = template_segment.strip_prefix('{').and_then(|template_segment| template_segment.strip_suffix('}'));
        if let Some(name) = name {
            let value = percent_decode_str(path_segment).decode_utf8_lossy().into_owned();
            arguments.insert(name.to_owned(), value.into());
        }
    }
    arguments
}
