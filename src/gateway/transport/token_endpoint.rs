//! Access tokens that the server fetches: `OAuth` 2.0, client credentials grant (RFC 6749, §4.4).

use super::{client::UpstreamClient, response::UpstreamResponse};
use crate::{
    gateway::{
        credential::{Credential, encode_basic, form_encode, tokens::OAuthToken},
        policy,
        redact::scrub::{CREDENTIAL_REMOVED, Redaction, scrub_bytes},
        request::wire_request::{WireRequest, sensitive_header_value},
    },
    model::{
        error::{ErrorCode, ExplorerError},
        security::{CredentialPart, SchemeRequirement},
    },
    providers::CatalogEntry,
    text,
};
use reqwest::{
    Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde_json::Value;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::timeout_at;
use url::Url;

/// Lifetime of a token whose response states none, in seconds.
const DEFAULT_LIFETIME_SECS: u64 = 300;
/// Time before expiry at which a token is renewed, in seconds, so that no token expires in transit.
const RENEWAL_MARGIN_SECS: u64 = 30;
/// Maximum lifetime that is accepted from a token response, in seconds.
const MAX_LIFETIME_SECS: u64 = 24 * 3600;
/// Maximum size of an access token, in bytes.
const MAX_TOKEN_BYTES: usize = 8192;

/// A request for an access token.
#[derive(Clone, Copy)]
pub(crate) struct TokenRequest<'a> {
    pub(crate) credential: &'a Credential,
    pub(crate) requirement: &'a SchemeRequirement,
    pub(crate) token_url: &'a str,
}

/// Returns the access token for a request, from the credential's cache or from the token endpoint.
pub(crate) async fn get_or_fetch_token(
    client: &UpstreamClient,
    entry: &CatalogEntry,
    request: TokenRequest<'_>,
    deadline: Instant,
) -> Result<Arc<OAuthToken>, ExplorerError> {
    let tokens = timeout_at(deadline.into(), request.credential.oauth_tokens().lock()).await;
    let title = &entry.provider.title;
    let mut tokens = tokens.map_err(|_| token_fetch_error(client.timeout_error(title), title))?;
    if let Some(token) = tokens.find(request.requirement) {
        return Ok(token);
    }
    let token = Arc::new(fetch_token(client, entry, request, deadline).await?);
    tokens.insert(request.requirement.clone(), token.clone());
    Ok(token)
}

async fn fetch_token(
    client: &UpstreamClient,
    entry: &CatalogEntry,
    TokenRequest { credential, requirement, token_url }: TokenRequest<'_>,
    deadline: Instant,
) -> Result<OAuthToken, ExplorerError> {
    let url = Url::parse(token_url).ok().filter(|url| policy::can_receive_client_credentials(entry, url));
    let url = url.ok_or_else(|| {
        let message = text!("token-host-not-listed", url = token_url, provider = entry.provider.title);
        ExplorerError::new(ErrorCode::Forbidden, message)
    })?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let part = |part| form_encode(credential.expose(&requirement.scheme, part).unwrap_or_default());
    let authorization =
        ["Basic ", &encode_basic(&part(CredentialPart::ClientId), &part(CredentialPart::ClientSecret))].concat();
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, sensitive_header_value(&authorization)?);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let mut body = "grant_type=client_credentials".to_owned();
    if !requirement.scopes.is_empty() {
        body += &["&scope=", &form_encode(&requirement.scopes.join(" "))].concat();
    }
    let request =
        WireRequest { method: Method::POST, url, headers, body: Some(body.into_bytes()), display_host: host.clone() };
    let upstream_response = client.send(request, deadline).await.map_err(|error| token_fetch_error(error, &host))?;
    parse_token_response(&upstream_response, &host, credential)
}

/// Rewrites an error that is possible after the token request was sent: its text describes a call to the provider, but
/// no call was made. All other errors state that nothing was sent, and are returned unchanged.
fn token_fetch_error(error: ExplorerError, host: &str) -> ExplorerError {
    let message = match error.code {
        ErrorCode::ProviderTimeout => text!("token-timeout", host = host),
        ErrorCode::ProviderUnreachable => text!("token-unreachable", host = host),
        ErrorCode::ResponseTooLarge => text!("token-response-too-large", host = host),
        ErrorCode::MalformedResponse => text!("token-malformed-response", host = host),
        _ => return error,
    };
    ExplorerError { message, ..error }
}

/// Parses the token of a successful response (RFC 6749, §5.1), or the reason of an error response (§5.2).
fn parse_token_response(
    upstream_response: &UpstreamResponse,
    host: &str,
    credential: &Credential,
) -> Result<OAuthToken, ExplorerError> {
    let redaction = Redaction { scrubber: credential.scrubber(), replacement: CREDENTIAL_REMOVED };
    let redacted = scrub_bytes(&[redaction], &upstream_response.body);
    if upstream_response.status != 200 {
        let json: Value = serde_json::from_slice(&redacted).unwrap_or_default();
        let details: Vec<String> = ["error", "error_description"]
            .into_iter()
            .filter_map(|key| json[key].as_str())
            .map(|text| text.chars().filter(|c| !c.is_control()).take(200).collect())
            .collect();
        let status = upstream_response.status;
        let message = if details.is_empty() {
            text!("token-refused", host = host, status = status)
        } else {
            text!("token-refused-with-details", host = host, status = status, details = details.join(": "))
        };
        return Err(ExplorerError::new(ErrorCode::TokenRefused, message));
    }
    let json: Value = serde_json::from_slice(&upstream_response.body).unwrap_or_default();
    let token_type = json["token_type"].as_str().unwrap_or("bearer");
    let token = json["access_token"].as_str().filter(|token| is_valid_token(token));
    let Some(token) = token.filter(|_| token_type.eq_ignore_ascii_case("bearer")) else {
        return Err(ExplorerError::new(ErrorCode::TokenRefused, text!("token-no-bearer-token", host = host)));
    };
    let lifetime_secs = match &json["expires_in"] {
        Value::String(seconds) => seconds.parse().ok(),
        seconds => seconds.as_u64(),
    };
    let lifetime_secs = lifetime_secs.unwrap_or(DEFAULT_LIFETIME_SECS).min(MAX_LIFETIME_SECS);
    // For short lifetimes, half of the lifetime is used.
    let usable_secs = lifetime_secs.saturating_sub(RENEWAL_MARGIN_SECS).max(lifetime_secs / 2);
    Ok(OAuthToken::new(token, Instant::now() + Duration::from_secs(usable_secs)))
}

fn is_valid_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_TOKEN_BYTES && text.bytes().all(|b| b.is_ascii_graphic())
}
