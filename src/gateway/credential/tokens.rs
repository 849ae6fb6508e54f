//! Access tokens that the server fetches itself: `OAuth` 2.0, client credentials (RFC 6749, §4.4).

use super::{Credential, basic, form_encoded};
use crate::gateway::{
    credential, policy,
    redact::scrub::{REMOVED, Scrubber, scrub},
    request::wire::WireRequest,
    transport::client::{Client, Received},
};
use crate::{
    model::{
        error::{Code, ExplorerError},
        security::{Need, Part},
    },
    providers::CatalogEntry,
};
use reqwest::{
    Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Mutex, time::timeout_at};
use url::Url;

/// How long a token is used of which nobody said how long it lives.
const UNSAID: u64 = 300;
/// A token is renewed so long before its end, so that none ends on its way.
const MARGIN: u64 = 30;
/// The longest life that is believed.
const LONGEST_LIFE: u64 = 24 * 3600;
/// The longest token that is taken.
const LONGEST: usize = 8192;

/// A fetched token.
pub(crate) struct Token {
    text: SecretString,
    renewal: Instant,
    pub(crate) scrubber: Scrubber,
}

impl Token {
    /// The token, for the code that puts it into a request.
    pub(crate) fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

/// The tokens that one credential got, by scheme and scopes. The lock is held while one is fetched: those who wait for it
/// find it there.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<Vec<(Need, Arc<Token>)>>);

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(…)")
    }
}

impl Tokens {
    /// The token for a need: the one at hand, or a new one.
    pub(crate) async fn get(
        &self,
        client: &Client,
        entry: &CatalogEntry,
        credential: &Credential,
        (need, token_url): (&Need, &str),
        deadline: Instant,
    ) -> Result<Arc<Token>, ExplorerError> {
        let known = timeout_at(deadline.into(), self.0.lock()).await;
        let mut known = known.map_err(|_| unfetched(client.too_slow(&entry.provider.title)))?;
        known.retain(|(_, token)| token.renewal > Instant::now());
        if let Some((_, token)) = known.iter().find(|(known, _)| known == need) {
            return Ok(token.clone());
        }
        let token = Arc::new(fetch(client, entry, credential, (need, token_url), deadline).await?);
        known.push((need.clone(), token.clone()));
        Ok(token)
    }

    /// Forgets a token that the provider refused, unless it was renewed meanwhile.
    pub(crate) async fn forget(&self, refused: &Arc<Token>) {
        self.0.lock().await.retain(|(_, token)| !Arc::ptr_eq(token, refused));
    }
}

async fn fetch(
    client: &Client,
    entry: &CatalogEntry,
    credential: &Credential,
    (need, token_url): (&Need, &str),
    deadline: Instant,
) -> Result<Token, ExplorerError> {
    let url = Url::parse(token_url).ok().filter(|url| policy::may_receive_client(entry, url));
    let url = url.ok_or_else(|| {
        let message = format!(
            "The client ID and secret may not be sent to {token_url}: the settings of {} do not list that host, or it is \
             not https. Ask whoever runs this server, or paste an access token instead.",
            entry.provider.title
        );
        ExplorerError::new(Code::Forbidden, message)
    })?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let part = |part| form_encoded(credential.expose(&need.scheme, part).unwrap_or_default());
    let authorization = ["Basic ", &basic(&part(Part::ClientId), &part(Part::ClientSecret))].concat();
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, sensitive(&authorization)?);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let mut body = "grant_type=client_credentials".to_owned();
    if !need.scopes.is_empty() {
        body += &["&scope=", &form_encoded(&need.scopes.join(" "))].concat();
    }
    let request =
        WireRequest { method: Method::POST, url, headers, body: Some(body.into_bytes()), shown_host: host.clone() };
    let received = client.send(request, deadline).await.map_err(unfetched)?;
    read(&received, &host, credential)
}

fn unfetched(error: ExplorerError) -> ExplorerError {
    let message = ["No access token was fetched, so nothing was sent to the provider. ", &error.message].concat();
    ExplorerError { message, ..error }
}

/// The token of a successful answer (RFC 6749, §5.1), or the reason of another (§5.2).
fn read(received: &Received, host: &str, credential: &Credential) -> Result<Token, ExplorerError> {
    let clean = scrub(&[(credential.scrubber(), REMOVED)], &received.body);
    if received.status != 200 {
        let answer: Value = serde_json::from_slice(&clean).unwrap_or_default();
        let said: Vec<String> = ["error", "error_description"]
            .into_iter()
            .filter_map(|key| answer[key].as_str())
            .map(|text| text.chars().filter(|c| !c.is_control()).take(200).collect())
            .collect();
        let said = if said.is_empty() { String::new() } else { format!(" ({})", said.join(": ")) };
        let message = format!(
            "{host} gave no access token for the client ID and secret: it answered {}{said}. Check them, and what they \
             may do there; nothing was sent to the provider.",
            received.status
        );
        return Err(ExplorerError::new(Code::TokenRefused, message));
    }
    let answer: Value = serde_json::from_slice(&received.body).unwrap_or_default();
    let kind = answer["token_type"].as_str().unwrap_or("bearer");
    let token = answer["access_token"].as_str().filter(|token| is_token(token));
    let Some(token) = token.filter(|_| kind.eq_ignore_ascii_case("bearer")) else {
        let message = format!(
            "{host} answered without an access token of the kind Bearer, so nothing was sent to the provider. Is it the \
             address where tokens are fetched?"
        );
        return Err(ExplorerError::new(Code::TokenRefused, message));
    };
    let life = match &answer["expires_in"] {
        Value::String(seconds) => seconds.parse().ok(),
        seconds => seconds.as_u64(),
    };
    let life = life.unwrap_or(UNSAID).min(LONGEST_LIFE);
    // Of a short life, half is used.
    let used = life.saturating_sub(MARGIN).max(life / 2);
    Ok(Token {
        text: token.into(),
        renewal: Instant::now() + Duration::from_secs(used),
        scrubber: Scrubber::new(credential::texts_of_secret(token)),
    })
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic())
}

/// A header's value that nothing prints.
pub(crate) fn sensitive(text: &str) -> Result<HeaderValue, ExplorerError> {
    let value = HeaderValue::try_from(text);
    let mut value =
        value.map_err(|_| ExplorerError::new(Code::Internal, "The credential cannot be written as a header."))?;
    value.set_sensitive(true);
    Ok(value)
}
