//! Puts a credential into a finished request, scheme by scheme, and sends it. Last of all, so that no argument of the same
//! name stays.

use super::client::{Client, Received};
use crate::gateway::{
    credential::{
        basic,
        tokens::{Token, sensitive},
    },
    policy::Access,
    request::wire::{WireRequest, frames_the_message},
};
use crate::{
    model::{
        UNRESERVED,
        error::{Code, ExplorerError},
        security::{KeyPlace, Need, Part, SchemeKind},
    },
    providers::CatalogEntry,
};
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, COOKIE, HeaderName},
};
use std::{sync::Arc, time::Instant};
use tokio::time::timeout_at;

/// Sends a request with a credential. Where the provider refuses a token that was fetched earlier, once more with a new
/// one. The tokens come back too, to be taken out of the reply.
pub(crate) async fn send(
    client: &Client,
    entry: &CatalogEntry,
    access: &Access<'_>,
    request: WireRequest,
) -> Result<(Received, Vec<Arc<Token>>), ExplorerError> {
    let deadline = client.deadline();
    let (first, mut tokens) = authenticated(client, entry, access, request.clone(), deadline).await?;
    let received = client.send(first, deadline).await?;
    if received.status != StatusCode::UNAUTHORIZED || tokens.is_empty() {
        return Ok((received, tokens));
    }
    for token in &tokens {
        // Another may be fetched meanwhile, and whoever does that cannot be waited for any longer than for the call.
        let _ = timeout_at(deadline.into(), access.credential.tokens().forget(token)).await;
    }
    let (second, renewed) = authenticated(client, entry, access, request, deadline).await?;
    tokens.extend(renewed);
    Ok((client.send(second, deadline).await?, tokens))
}

async fn authenticated(
    client: &Client,
    entry: &CatalogEntry,
    access: &Access<'_>,
    mut request: WireRequest,
    deadline: Instant,
) -> Result<(WireRequest, Vec<Arc<Token>>), ExplorerError> {
    let mut tokens = Vec::new();
    for need in access.needs {
        let Some(scheme) = entry.scheme(&need.scheme) else { continue };
        let part = |part| access.credential.expose(&need.scheme, part);
        match &scheme.kind {
            SchemeKind::Basic => {
                let (username, password) = (part(Part::Username), part(Part::Password));
                let digits = basic(username.unwrap_or_default(), password.unwrap_or_default());
                request.authorize(&["Basic ", &digits].concat())?;
            }
            SchemeKind::ClientCredentials { token_url } if part(Part::ClientSecret).is_some() => {
                let tokens_at_hand = access.credential.tokens();
                let token = tokens_at_hand.get(client, entry, &access.credential, (need, token_url), deadline).await?;
                request.authorize(&["Bearer ", token.expose()].concat())?;
                tokens.push(token);
            }
            SchemeKind::Bearer | SchemeKind::AccessToken | SchemeKind::ClientCredentials { .. } => {
                request.authorize(&["Bearer ", part(Part::Token).unwrap_or_default()].concat())?;
            }
            SchemeKind::ApiKey { place, name } => {
                let key = part(Part::Key).unwrap_or_default();
                match place {
                    KeyPlace::Header => request.set_key(need, name, key)?,
                    KeyPlace::Query => request.set_query(name, key),
                    KeyPlace::Cookie => request.set_cookie(name, key)?,
                }
            }
            SchemeKind::Unsupported(_) => {}
        }
    }
    Ok((request, tokens))
}

impl WireRequest {
    fn authorize(&mut self, value: &str) -> Result<(), ExplorerError> {
        if self.headers.insert(AUTHORIZATION, sensitive(value)?).is_some() {
            let message = "Two of the schemes that this operation needs together want the header Authorization, which \
                           can hold one. The document is wrong there, so nothing was sent.";
            return Err(ExplorerError::new(Code::Forbidden, message));
        }
        Ok(())
    }

    fn set_key(&mut self, need: &Need, name: &str, key: &str) -> Result<(), ExplorerError> {
        let header = HeaderName::try_from(name).ok().filter(|header| !frames_the_message(header));
        let header = header.ok_or_else(|| {
            let message = format!(
                "The document wants the key {} in the header {name}, which no credential may stand in. Nothing was sent.",
                need.scheme
            );
            ExplorerError::new(Code::Forbidden, message)
        })?;
        if header == AUTHORIZATION {
            return self.authorize(key);
        }
        self.headers.insert(header, sensitive(key)?);
        Ok(())
    }

    fn set_query(&mut self, name: &str, key: &str) {
        let is_other = |pair: &&str| {
            let known = pair.split('=').next().unwrap_or_default().replace('+', " ");
            percent_decode_str(&known).decode_utf8_lossy() != name
        };
        let mut pairs: Vec<String> =
            self.url.query().unwrap_or_default().split('&').filter(is_other).map(Into::into).collect();
        pairs.retain(|pair| !pair.is_empty());
        pairs.push([&encode(name), "=", &encode(key)].concat());
        self.url.set_query(Some(&pairs.join("&")));
    }

    fn set_cookie(&mut self, name: &str, key: &str) -> Result<(), ExplorerError> {
        let known = self.headers.get(COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let is_other = |pair: &&str| !pair.is_empty() && pair.split('=').next() != Some(name);
        let mut pairs: Vec<String> = known.split(';').map(str::trim).filter(is_other).map(Into::into).collect();
        pairs.push([name, "=", &encode(key)].concat());
        self.headers.insert(COOKIE, sensitive(&pairs.join("; "))?);
        Ok(())
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use crate::gateway::request::wire::WireRequest;
    use reqwest::{Method, header::HeaderMap};
    use url::Url;

    fn request(url: &str) -> Result<WireRequest, url::ParseError> {
        let url = Url::parse(url)?;
        Ok(WireRequest { method: Method::GET, url, headers: HeaderMap::new(), body: None, shown_host: String::new() })
    }

    #[test]
    fn a_key_in_the_query_replaces_arguments_of_its_name_and_leaves_the_others_as_they_are() -> anyhow::Result<()> {
        for (before, after) in [
            ("https://a.example/x", "https://a.example/x?the%20key=s%26"),
            ("https://a.example/x?b=%7e+1&the+key=2&the%20key=3&c", "https://a.example/x?b=%7e+1&c&the%20key=s%26"),
        ] {
            let mut request = request(before)?;
            request.set_query("the key", "s&");
            assert_eq!(request.url.as_str(), after);
        }
        Ok(())
    }

    #[test]
    fn a_key_in_a_cookie_replaces_the_argument_of_its_name() -> anyhow::Result<()> {
        let mut request = request("https://a.example")?;
        request.headers.insert("cookie", "session=1; theme=dark; sessions=2".parse()?);
        assert!(request.set_cookie("session", "s;").is_ok());
        let cookie = &request.headers["cookie"];
        assert_eq!((cookie.to_str()?, cookie.is_sensitive()), ("theme=dark; sessions=2; session=s%3B", true));
        Ok(())
    }

    #[test]
    fn a_key_cannot_stand_in_a_header_that_frames_the_message() -> anyhow::Result<()> {
        let need = crate::model::security::Need { scheme: "key".into(), scopes: Vec::new() };
        for (name, allowed) in
            [("X-Api-Key", true), ("Authorization", true), ("Host", false), ("content-length", false)]
        {
            assert_eq!(request("https://a.example")?.set_key(&need, name, "value").is_ok(), allowed, "{name}");
        }
        Ok(())
    }
}
