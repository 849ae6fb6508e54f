//! Adds a credential to a finished request, scheme by scheme, and sends it. This is the last step, so the credential
//! replaces any argument of the same name.

use super::{
    client::UpstreamClient,
    response::UpstreamResponse,
    token_endpoint::{TokenRequest, get_or_fetch_token},
};
use crate::{
    gateway::{
        credential::{encode_basic, tokens::OAuthToken},
        policy::CredentialUse,
        request::{
            wire::is_routing_or_framing,
            wire_request::{WireRequest, sensitive_header_value},
        },
    },
    model::{
        NON_UNRESERVED,
        error::{ErrorCode, ExplorerError},
        security::{CredentialLocation, CredentialPart, SchemeKind, SchemeRequirement},
    },
    providers::CatalogEntry,
    text,
};
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, COOKIE, HeaderName},
};
use std::{sync::Arc, time::Instant};
use tokio::time::timeout_at;

/// A request with its credential.
struct AuthenticatedRequest {
    request: WireRequest,
    /// The fetched access tokens in it.
    tokens: Vec<Arc<OAuthToken>>,
}

/// The response to a request with a credential.
pub(crate) struct AuthenticatedResponse {
    pub(crate) response: UpstreamResponse,
    /// The fetched access tokens that were sent, to be removed from the response.
    pub(crate) tokens: Vec<Arc<OAuthToken>>,
}

/// Sends a request with a credential. If the provider responds 401 to a fetched token, evicts the token and sends the
/// request once more with a new one, unless it has just rejected a new one too.
pub(crate) async fn send_with_credential(
    client: &UpstreamClient,
    entry: &CatalogEntry,
    credential_use: &CredentialUse<'_>,
    request: WireRequest,
    deadline: Instant,
) -> Result<AuthenticatedResponse, ExplorerError> {
    let first = add_credential(client, entry, credential_use, request.clone(), deadline).await?;
    let (response, mut tokens) = (client.send(first.request, deadline).await?, first.tokens);
    if response.status != StatusCode::UNAUTHORIZED || tokens.is_empty() {
        return Ok(AuthenticatedResponse { response, tokens });
    }
    // Another call may hold the lock while it fetches a token; the wait ends at this call's deadline.
    let oauth_tokens = credential_use.credential.oauth_tokens();
    let is_renewable =
        timeout_at(deadline.into(), oauth_tokens.lock()).await.is_ok_and(|mut cached| cached.evict(&tokens));
    if !is_renewable {
        return Ok(AuthenticatedResponse { response, tokens });
    }
    let second = add_credential(client, entry, credential_use, request, deadline).await?;
    tokens.extend(second.tokens);
    let response = client.send(second.request, deadline).await?;
    if response.status == StatusCode::UNAUTHORIZED
        && let Ok(mut cached) = timeout_at(deadline.into(), oauth_tokens.lock()).await
    {
        cached.pause_renewal();
    }
    Ok(AuthenticatedResponse { response, tokens })
}

async fn add_credential(
    client: &UpstreamClient,
    entry: &CatalogEntry,
    credential_use: &CredentialUse<'_>,
    mut request: WireRequest,
    deadline: Instant,
) -> Result<AuthenticatedRequest, ExplorerError> {
    let mut tokens = Vec::new();
    for requirement in credential_use.requirements {
        let Some(scheme) = entry.security_scheme(&requirement.scheme) else { continue };
        let part = |part| credential_use.credential.expose(&requirement.scheme, part);
        match &scheme.kind {
            SchemeKind::Basic => {
                let (username, password) = (part(CredentialPart::Username), part(CredentialPart::Password));
                let encoded_pair = encode_basic(username.unwrap_or_default(), password.unwrap_or_default());
                request.set_authorization(&["Basic ", &encoded_pair].concat())?;
            }
            SchemeKind::ClientCredentials { token_url } if part(CredentialPart::ClientSecret).is_some() => {
                let token_request = TokenRequest { credential: &credential_use.credential, requirement, token_url };
                let token = get_or_fetch_token(client, entry, token_request, deadline).await?;
                request.set_authorization(&["Bearer ", token.expose()].concat())?;
                tokens.push(token);
            }
            SchemeKind::Bearer | SchemeKind::AccessToken | SchemeKind::ClientCredentials { .. } => {
                request.set_authorization(&["Bearer ", part(CredentialPart::Token).unwrap_or_default()].concat())?;
            }
            SchemeKind::ApiKey { location, name } => {
                let key = part(CredentialPart::Key).unwrap_or_default();
                match location {
                    CredentialLocation::Header => request.set_key_header(requirement, name, key)?,
                    CredentialLocation::Query => request.set_query_parameter(name, key),
                    CredentialLocation::Cookie => request.set_cookie(name, key)?,
                }
            }
            SchemeKind::Unsupported(_) => {}
        }
    }
    Ok(AuthenticatedRequest { request, tokens })
}

impl WireRequest {
    fn set_authorization(&mut self, value: &str) -> Result<(), ExplorerError> {
        if self.headers.insert(AUTHORIZATION, sensitive_header_value(value)?).is_some() {
            return Err(ExplorerError::new(ErrorCode::Forbidden, text!("authenticate-two-authorizations")));
        }
        Ok(())
    }

    fn set_key_header(&mut self, requirement: &SchemeRequirement, name: &str, key: &str) -> Result<(), ExplorerError> {
        let header = HeaderName::try_from(name).ok().filter(|header| !is_routing_or_framing(header));
        let header = header.ok_or_else(|| {
            let message = text!("authenticate-reserved-header", scheme = requirement.scheme, name = name);
            ExplorerError::new(ErrorCode::Forbidden, message)
        })?;
        if header == AUTHORIZATION {
            return self.set_authorization(key);
        }
        self.headers.insert(header, sensitive_header_value(key)?);
        Ok(())
    }

    fn set_query_parameter(&mut self, name: &str, key: &str) {
        let is_other = |pair: &&str| {
            let existing_name = pair.split('=').next().unwrap_or_default().replace('+', " ");
            percent_decode_str(&existing_name).decode_utf8_lossy() != name
        };
        let mut pairs: Vec<String> =
            self.url.query().unwrap_or_default().split('&').filter(is_other).map(Into::into).collect();
        pairs.retain(|pair| !pair.is_empty());
        pairs.push([&percent_encode(name), "=", &percent_encode(key)].concat());
        self.url.set_query(Some(&pairs.join("&")));
    }

    /// Sends the key as it is, like the snippets: cookies have no encoding of their own (RFC 6265, §4.1.1).
    fn set_cookie(&mut self, name: &str, key: &str) -> Result<(), ExplorerError> {
        if key.contains(';') {
            return Err(ExplorerError::new(ErrorCode::Forbidden, text!("authenticate-cookie-semicolon")));
        }
        let existing = self.headers.get(COOKIE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let existing = existing.unwrap_or_default();
        let is_other = |pair: &&str| !pair.is_empty() && pair.split('=').next() != Some(name);
        let mut pairs: Vec<String> = existing.split(';').map(str::trim).filter(is_other).map(Into::into).collect();
        pairs.push([name, "=", key].concat());
        self.headers.insert(COOKIE, sensitive_header_value(&pairs.join("; "))?);
        Ok(())
    }
}

fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, NON_UNRESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use crate::gateway::request::wire_request::WireRequest;
    use reqwest::{Method, header::HeaderMap};
    use url::Url;

    fn request(url: &str) -> Result<WireRequest, url::ParseError> {
        let url = Url::parse(url)?;
        Ok(WireRequest { method: Method::GET, url, headers: HeaderMap::new(), body: None, display_host: String::new() })
    }

    #[test]
    fn a_key_in_the_query_replaces_arguments_of_its_name_and_keeps_the_others() -> anyhow::Result<()> {
        for (before, after) in [
            ("https://a.example/x", "https://a.example/x?the%20key=s%26"),
            ("https://a.example/x?b=%7e+1&the+key=2&the%20key=3&c", "https://a.example/x?b=%7e+1&c&the%20key=s%26"),
        ] {
            let mut request = request(before)?;
            request.set_query_parameter("the key", "s&");
            assert_eq!(request.url.as_str(), after);
        }
        Ok(())
    }

    #[test]
    fn a_key_in_a_cookie_is_sent_as_it_is_and_replaces_the_argument_of_its_name() -> anyhow::Result<()> {
        let mut request = request("https://a.example")?;
        request.headers.insert("cookie", "session=1; theme=dark; sessions=2".parse()?);
        assert!(request.set_cookie("session", "a+b/c==").is_ok());
        let cookie = &request.headers["cookie"];
        assert_eq!((cookie.to_str()?, cookie.is_sensitive()), ("theme=dark; sessions=2; session=a+b/c==", true));
        assert!(request.set_cookie("session", "s; admin=1").is_err(), "a key cannot add a cookie");
        Ok(())
    }

    #[test]
    fn a_key_cannot_be_in_a_header_that_frames_the_message() -> anyhow::Result<()> {
        let requirement = crate::model::security::SchemeRequirement { scheme: "key".into(), scopes: Vec::new() };
        for (name, allowed) in
            [("X-Api-Key", true), ("Authorization", true), ("Host", false), ("content-length", false)]
        {
            assert_eq!(
                request("https://a.example")?.set_key_header(&requirement, name, "value").is_ok(),
                allowed,
                "{name}"
            );
        }
        Ok(())
    }
}
