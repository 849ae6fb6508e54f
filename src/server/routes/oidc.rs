//! Signing in at a provider of identities: the authorization code flow with PKCE (`OpenID` Connect Core 1.0, §3.1; RFC 7636).

use super::pages::App;
use super::sign_in::{begin, inside, page};
use crate::server::layers::security::{host_of, is_loopback, text_of};
use crate::{
    auth::{
        access::Oidc,
        identity::{Identity, Visitor},
    },
    providers::matches,
};
use anyhow::{Context, anyhow, bail, ensure};
use axum::{
    Extension,
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims},
};
use reqwest::redirect::Policy;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, time::Duration};

/// How long each answer of the provider may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer.
const LARGEST: usize = 1_000_000;
/// Seconds within which one signs in there.
const TIME: u32 = 600;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What the browser keeps while one signs in elsewhere: only that browser can come back with the answer.
#[derive(Deserialize, Serialize)]
struct Pending {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
}

/// Leads to the provider.
pub(crate) async fn leave(
    State(app): State<App>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    let next = inside(query.get("next").map_or("/", String::as_str)).to_owned();
    let Some(oidc) = &app.access.oidc else { return Redirect::to("/sign-in").into_response() };
    let host = host_of(request.uri(), request.headers());
    let left = async {
        let (client, _) = connect(oidc, &host).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let asked = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let asked = asked.add_scope(Scope::new("email".into())).set_pkce_challenge(challenge);
        let (url, state, nonce) = asked.url();
        let (state, nonce) = (state.into_secret(), nonce.secret().clone());
        let pending = Pending { state, nonce, verifier: verifier.into_secret(), next: next.clone() };
        let cookie = cookie(&host, &serde_urlencoded::to_string(&pending)?, TIME)?;
        anyhow::Ok(([(header::SET_COOKIE, cookie)], Redirect::to(url.as_str())))
    };
    match left.await {
        Ok(left) => left.into_response(),
        Err(error) => failed(&app, request, &next, &error).await,
    }
}

/// Takes the provider's answer, and begins a session.
pub(crate) async fn come_back(
    State(app): State<App>,
    Query(answer): Query<HashMap<String, String>>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let Some(oidc) = &app.access.oidc else { return Redirect::to("/sign-in").into_response() };
    let host = host_of(request.uri(), request.headers());
    let pending = pending(&host, request.headers());
    let next = pending.as_ref().map_or("/", |pending| inside(&pending.next)).to_owned();
    let come_back = async {
        let name = who(oidc, &host, pending, &answer).await?;
        let identity = Identity::person(&name, false, &[]);
        let session = begin(&app, &visitor, &identity).await.map_err(|error| anyhow!(error.message))?;
        anyhow::Ok((session, cookie(&host, "", 0)?))
    };
    match come_back.await {
        Ok((session, done)) => {
            let mut response = Redirect::to(&next).into_response();
            response.headers_mut().append(header::SET_COOKIE, session);
            response.headers_mut().append(header::SET_COOKIE, done);
            response
        }
        Err(error) => failed(&app, request, &next, &error).await,
    }
}

/// The e-mail address of whoever comes back, if they may use this explorer.
async fn who(
    oidc: &Oidc,
    host: &str,
    pending: Option<Pending>,
    answer: &HashMap<String, String>,
) -> anyhow::Result<String> {
    let pending = pending.context("This browser did not begin to sign in here, or it took too long. Try again.")?;
    ensure!(
        answer.get("state") == Some(&pending.state),
        "The answer belongs to another attempt to sign in. Try again."
    );
    let Some(code) = answer.get("code") else {
        bail!("Your organisation's sign-in did not let you in ({}).", plain(answer.get("error")));
    };
    let (client, http) = connect(oidc, host).await?;
    let http = |request| send(http.clone(), request);
    let tokens = client.exchange_code(AuthorizationCode::new(code.clone()))?;
    let tokens = tokens.set_pkce_verifier(PkceCodeVerifier::new(pending.verifier)).request_async(&http).await?;
    let id_token = tokens.id_token().context("Your organisation's sign-in sent no ID token.")?;
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, &Nonce::new(pending.nonce))?;
    if let Some(expected) = claims.access_token_hash() {
        let (algorithm, key) = (id_token.signing_alg()?, id_token.signing_key(&verifier)?);
        let found = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)?;
        ensure!(found == *expected, "The access token is not the one that the ID token names.");
    }
    let (mut email, mut is_verified) = (claims.email().cloned(), claims.email_verified());
    if email.is_none() {
        // Some providers tell it only when asked.
        let asked = client.user_info(tokens.access_token().to_owned(), Some(claims.subject().clone()))?;
        let told: CoreUserInfoClaims = asked.request_async(&http).await?;
        (email, is_verified) = (told.email().cloned(), told.email_verified());
    }
    let email = email.context("Your organisation's sign-in did not tell your e-mail address.")?;
    let email = email.as_str().to_ascii_lowercase();
    // Anybody could claim an address that nobody has verified.
    ensure!(is_verified == Some(true), "Your organisation's sign-in has not verified your e-mail address ({email}).");
    let may = oidc.allow.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), &email));
    ensure!(may, "{email} may not use this explorer. Ask whoever runs it, or sign in as somebody else.");
    Ok(email)
}

/// The provider, as it describes itself.
async fn connect(oidc: &Oidc, host: &str) -> anyhow::Result<(Client, reqwest::Client)> {
    let http = reqwest::Client::builder().redirect(Policy::none()).no_proxy().timeout(PATIENCE).build()?;
    let issuer = IssuerUrl::new(oidc.issuer.as_str().trim_end_matches('/').to_owned())?;
    let described = {
        let http = |request| send(http.clone(), request);
        match CoreProviderMetadata::discover_async(issuer, &http).await {
            Err(openidconnect::DiscoveryError::Validation(_)) => {
                // Some name themselves with a slash at the end.
                CoreProviderMetadata::discover_async(IssuerUrl::from_url(oidc.issuer.clone()), &http).await
            }
            other => other,
        }
    };
    let described = described.context("Your organisation's sign-in cannot be reached. Try again in a moment.")?;
    let secret = ClientSecret::new(oidc.client_secret.expose_secret().to_owned());
    let client = CoreClient::from_provider_metadata(described, ClientId::new(oidc.client_id.clone()), Some(secret));
    let scheme = if is_loopback(host) { "http" } else { "https" };
    let back = RedirectUrl::new(format!("{scheme}://{host}/auth/callback"))?;
    Ok((client.set_redirect_uri(back), http))
}

/// Sends one of the flow's messages; what comes back is bounded.
async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let failed = |error: reqwest::Error| std::io::Error::other(error.without_url());
    let mut response = http.execute(request.try_into().map_err(failed)?).await.map_err(failed)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err(std::io::Error::other("the answer is too large"));
        }
    }
    let mut answer = HttpResponse::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer)
}

/// Tells what went wrong, on the page where one signs in; the log has the causes.
async fn failed(app: &App, request: Request, next: &str, error: &anyhow::Error) -> Response {
    tracing::warn!(error = format!("{error:#}"), "sign-in failed");
    let message = format!("You are not signed in. {error}");
    page(app, request, next, Some(&message), StatusCode::UNAUTHORIZED).await
}

/// An error's code, without what else somebody may have written there (RFC 6749, §4.1.2.1).
fn plain(code: Option<&String>) -> &str {
    let code = code.map_or("no reason was given", String::as_str);
    if code.len() <= 64 && code.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
        code
    } else {
        "no reason was given"
    }
}

fn cookie_name(host: &str) -> &'static str {
    if is_loopback(host) { "api-explorer-sign-in" } else { "__Host-api-explorer-sign-in" }
}

/// Lax: the provider's site leads back here.
fn cookie(host: &str, value: &str, seconds: u32) -> anyhow::Result<HeaderValue> {
    let secure = if is_loopback(host) { "" } else { "; Secure" };
    let name = cookie_name(host);
    Ok(HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"))?)
}

fn pending(host: &str, headers: &HeaderMap) -> Option<Pending> {
    let cookies = text_of(headers, &header::COOKIE)?.split(';');
    let mut named = cookies.filter_map(|pair| pair.trim().strip_prefix(cookie_name(host))?.strip_prefix('='));
    serde_urlencoded::from_str(named.next()?).ok()
}
