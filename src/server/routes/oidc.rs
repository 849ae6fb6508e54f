//! Sign-in at an identity provider: the authorization code flow with PKCE (`OpenID` Connect Core 1.0, §3.1; RFC 7636).
//! Sign-out by the identity provider (`OpenID` Connect Back-Channel Logout 1.0).

use super::sign_in::{safe_redirect_path, start_session};
use crate::{
    auth::{
        access::OidcSettings,
        identity::{Caller, Identity},
        logout_token::{LogoutToken, SIGNING_ALGORITHMS, UnverifiedLogoutToken, session_id_claim},
    },
    cookies::{expired_login_cookie, pending_login_cookie, read_pending_login},
    model::error::ExplorerError,
    providers::http_client_builder,
    server::{
        layers::security::{cookie_scope, is_loopback_host, request_host},
        state::AppState,
    },
    store::sessions::SignIn,
    text,
    texts::Language,
};
use anyhow::{Context, anyhow, bail, ensure};
use axum::{
    Extension, Form, Json,
    extract::{FromRequest, Query, Request, State},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, SET_COOKIE},
    },
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    collections::HashMap,
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use subtle::ConstantTimeEq;

/// Timeout of each request to the identity provider.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum size of a response of the identity provider, in bytes.
const MAX_RESPONSE_BYTES: usize = 1_000_000;

type OidcClient =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// State of a sign-in in progress. A cookie holds it, so that only the browser that began the sign-in can finish it.
#[derive(Deserialize, Serialize)]
struct PendingLogin {
    state: String,
    nonce: String,
    #[serde(rename = "verifier")]
    pkce_verifier: String,
    next: String,
}

/// A problem of a sign-in. The sign-in page shows it in the language of its user, and the log in English.
#[derive(Debug)]
enum SignInProblem {
    ProviderUnavailable,
    /// The browser has no state of a sign-in in progress.
    NotStarted,
    OtherAttempt,
    /// The identity provider refused the sign-in with an error code.
    Refused(String),
    NoIdToken,
    AccessTokenMismatch,
    NoEmail,
    /// The identity provider has not verified the e-mail address.
    UnverifiedEmail(String),
    /// The user of the e-mail address may not use the explorer.
    NotAllowed(String),
}

impl SignInProblem {
    /// Returns the problem as one sentence or more.
    fn text(&self) -> String {
        match self {
            Self::ProviderUnavailable => text!("oidc-provider-unavailable").into(),
            Self::NotStarted => text!("oidc-not-started").into(),
            Self::OtherAttempt => text!("oidc-other-attempt").into(),
            Self::Refused(code) => text!("oidc-refused", code = code),
            Self::NoIdToken => text!("oidc-no-id-token").into(),
            Self::AccessTokenMismatch => text!("oidc-access-token-mismatch").into(),
            Self::NoEmail => text!("oidc-no-email").into(),
            Self::UnverifiedEmail(email) => text!("oidc-unverified-email", email = format!("{email:?}")),
            Self::NotAllowed(email) => text!("oidc-not-allowed", email = email.escape_debug()),
        }
    }
}

impl fmt::Display for SignInProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Language::default().sync_scope(|| self.text()))
    }
}

impl std::error::Error for SignInProblem {}

/// Redirects to the identity provider.
pub(crate) async fn login(
    State(app): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    let next = safe_redirect_path(query.get("next").map_or("/", String::as_str)).to_owned();
    let Some(oidc) = &app.access.oidc else { return Redirect::to("/sign-in").into_response() };
    let host = request_host(request.uri(), request.headers());
    let redirect = async {
        let (client, _) = discover_client(oidc, &host).await?;
        let (challenge, pkce_verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let authorization_request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let authorization_request =
            authorization_request.add_scope(Scope::new("email".into())).set_pkce_challenge(challenge);
        let (url, state, nonce) = authorization_request.url();
        let (state, nonce) = (state.into_secret(), nonce.secret().clone());
        let pending = PendingLogin { state, nonce, pkce_verifier: pkce_verifier.into_secret(), next: next.clone() };
        let state = serde_urlencoded::to_string(&pending)?;
        let cookie = pending_login_cookie(&state, cookie_scope(&host));
        anyhow::Ok(([(SET_COOKIE, cookie)], Redirect::to(url.as_str())))
    };
    match redirect.await {
        Ok(redirect) => redirect.into_response(),
        Err(error) => render_sign_in_error(&app, request, &next, &error).await,
    }
}

/// Handles the redirect from the identity provider, and starts a session.
pub(crate) async fn callback(
    State(app): State<AppState>,
    Query(callback_params): Query<HashMap<String, String>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let Some(oidc) = &app.access.oidc else { return Redirect::to("/sign-in").into_response() };
    let host = request_host(request.uri(), request.headers());
    let scope = cookie_scope(&host);
    let pending = read_pending_login(request.headers(), scope);
    let pending = pending.and_then(|state| serde_urlencoded::from_str::<PendingLogin>(&state).ok());
    let next = pending.as_ref().map_or("/", |pending| safe_redirect_path(&pending.next)).to_owned();
    let sign_in = async {
        let (sign_in, email) = fetch_verified_user(oidc, &host, pending, &callback_params).await?;
        let identity = Identity::oidc_user(&sign_in, &email, false, &[]);
        let session_cookie = start_session(&app, &caller, &identity, Some(sign_in)).await;
        let session_cookie = session_cookie.map_err(|error| anyhow!(error.message))?;
        anyhow::Ok([session_cookie, expired_login_cookie(scope)])
    };
    match sign_in.await {
        Ok(cookies) => (AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie))), Redirect::to(&next)).into_response(),
        Err(error) => render_sign_in_error(&app, request, &next, &error).await,
    }
}

/// Returns the user's ID at the identity provider and verified e-mail address, if that address may use this explorer.
async fn fetch_verified_user(
    oidc: &OidcSettings,
    host: &str,
    pending: Option<PendingLogin>,
    callback_params: &HashMap<String, String>,
) -> anyhow::Result<(SignIn, String)> {
    let pending = pending.context(SignInProblem::NotStarted)?;
    ensure!(
        callback_params.get("state").is_some_and(|state| state.as_bytes().ct_eq(pending.state.as_bytes()).into()),
        SignInProblem::OtherAttempt
    );
    let Some(code) = callback_params.get("code") else {
        bail!(SignInProblem::Refused(sanitize_error_code(callback_params.get("error")).to_owned()));
    };
    let (client, http) = discover_client(oidc, host).await?;
    let http = |request| send_request(http.clone(), request);
    let tokens = client.exchange_code(AuthorizationCode::new(code.clone()))?;
    let tokens = tokens.set_pkce_verifier(PkceCodeVerifier::new(pending.pkce_verifier)).request_async(&http).await?;
    let id_token = tokens.id_token().context(SignInProblem::NoIdToken)?;
    // The identity provider's own list of algorithms may contain weaker ones, or `none`.
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNING_ALGORITHMS);
    let claims = id_token.claims(&verifier, &Nonce::new(pending.nonce))?;
    if let Some(expected) = claims.access_token_hash() {
        let (algorithm, key) = (id_token.signing_alg()?, id_token.signing_key(&verifier)?);
        let actual_hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)?;
        ensure!(actual_hash == *expected, SignInProblem::AccessTokenMismatch);
    }
    let (mut email, mut is_verified) = (claims.email().cloned(), claims.email_verified());
    if email.is_none() {
        // Some providers return the address only from the UserInfo endpoint.
        let user_info_request = client.user_info(tokens.access_token().to_owned(), Some(claims.subject().clone()))?;
        let user_info: CoreUserInfoClaims = user_info_request.request_async(&http).await?;
        (email, is_verified) = (user_info.email().cloned(), user_info.email_verified());
    }
    let email = email.context(SignInProblem::NoEmail)?;
    let email = email.as_str().to_lowercase();
    // An unverified address may belong to another user.
    ensure!(is_verified == Some(true), SignInProblem::UnverifiedEmail(email));
    ensure!(oidc.allows_email(&email), SignInProblem::NotAllowed(email));
    let sign_in = SignIn {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        session: session_id_claim(&id_token.to_string()),
    };
    Ok((sign_in, email))
}

/// The form of a back-channel logout (section 2.5).
#[derive(Default, Deserialize)]
struct LogoutForm {
    #[serde(default)]
    logout_token: String,
}

/// Ends the sessions that a logout token of the identity provider names.
pub(crate) async fn back_channel_logout(State(app): State<AppState>, request: Request) -> Response {
    let form = Form::<LogoutForm>::from_request(request, &app).await;
    let Form(LogoutForm { logout_token }) = form.unwrap_or_default();
    let no_store = (CACHE_CONTROL, "no-store");
    let token = match verify_logout_token(&app, &logout_token).await {
        Ok(token) => token,
        Err(error) => {
            let reason = format!("{error:#}");
            tracing::warn!(error = reason, "a back-channel logout was refused");
            let body = json!({"error": "invalid_request", "error_description": reason});
            return (StatusCode::BAD_REQUEST, [no_store], Json(body)).into_response();
        }
    };
    match end_sessions(&app, &token).await {
        Ok(()) => (StatusCode::OK, [no_store]).into_response(),
        Err(error) => ([no_store], error).into_response(),
    }
}

async fn verify_logout_token(app: &AppState, logout_token: &str) -> anyhow::Result<LogoutToken> {
    let oidc = app.access.oidc.as_ref().context("this server has no identity provider")?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().try_into()?;
    let unverified = UnverifiedLogoutToken::parse(logout_token, oidc, now)?;
    let (metadata, _) = discover_metadata(oidc).await?;
    unverified.verify(metadata.jwks())
}

/// Ends the sessions of a user of the identity provider, and records each in the audit log.
async fn end_sessions(app: &AppState, token: &LogoutToken) -> Result<(), ExplorerError> {
    let (store, audit) = (app.gateway.store(), app.gateway.audit());
    let not_ended = text!("oidc-no-session-ended");
    let (subject, session) = (token.subject.as_deref(), token.session.as_deref());
    let sessions = store.find_sessions_of_sign_in(&token.issuer, subject, session).await;
    for session in sessions.map_err(|error| error.to_explorer_error(not_ended))? {
        let identity = Identity::of_ended_session(&session);
        let mut audit_entry = audit.begin_entry(&identity, "sign_out")?;
        audit_entry.record.target = Some("by the identity provider".into());
        let result = store.delete_session(&session).await;
        audit_entry.finish(result.map_err(|error| error.to_explorer_error(not_ended)))?;
    }
    Ok(())
}

/// Fetches the metadata and keys of the identity provider. Also returns the HTTP client for further requests to it.
async fn discover_metadata(oidc: &OidcSettings) -> anyhow::Result<(CoreProviderMetadata, reqwest::Client)> {
    let http = http_client_builder().timeout(REQUEST_TIMEOUT).build()?;
    let issuer = IssuerUrl::new(oidc.issuer.as_str().trim_end_matches('/').to_owned())?;
    let metadata = {
        let http = |request| send_request(http.clone(), request);
        match CoreProviderMetadata::discover_async(issuer, &http).await {
            Err(openidconnect::DiscoveryError::Validation(_)) => {
                // Some providers have an issuer URL with a trailing slash.
                CoreProviderMetadata::discover_async(IssuerUrl::from_url(oidc.issuer.clone()), &http).await
            }
            other => other,
        }
    };
    Ok((metadata.context(SignInProblem::ProviderUnavailable)?, http))
}

/// Returns an OIDC client for the identity provider, and its HTTP client.
async fn discover_client(oidc: &OidcSettings, host: &str) -> anyhow::Result<(OidcClient, reqwest::Client)> {
    let (metadata, http) = discover_metadata(oidc).await?;
    let secret = ClientSecret::new(oidc.client_secret.expose_secret().to_owned());
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(oidc.client_id.clone()), Some(secret));
    let scheme = if is_loopback_host(host) { "http" } else { "https" };
    let redirect_url = RedirectUrl::new(format!("{scheme}://{host}/auth/callback"))?;
    Ok((client.set_redirect_uri(redirect_url), http))
}

/// Sends a request of the flow, with a limit on the size of the response.
async fn send_request(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let to_io_error = |error: reqwest::Error| std::io::Error::other(error.without_url());
    let mut response = http.execute(request.try_into().map_err(to_io_error)?).await.map_err(to_io_error)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(to_io_error)? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_RESPONSE_BYTES {
            return Err(std::io::Error::other("the response is too large"));
        }
    }
    let mut http_response = HttpResponse::new(body);
    *http_response.status_mut() = response.status();
    *http_response.headers_mut() = std::mem::take(response.headers_mut());
    Ok(http_response)
}

/// Shows an error on the sign-in page, and logs its causes.
async fn render_sign_in_error(app: &AppState, request: Request, next: &str, error: &anyhow::Error) -> Response {
    tracing::warn!(error = format!("{error:#}"), "sign-in failed");
    let problem = error.downcast_ref::<SignInProblem>().map_or_else(|| error.to_string(), SignInProblem::text);
    let message = text!("oidc-not-signed-in", problem = problem);
    app.render_sign_in(request, next, Some(&message), StatusCode::UNAUTHORIZED).await
}

/// Returns an error code, or `none` if it contains characters other than those of a code (RFC 6749, §4.1.2.1).
fn sanitize_error_code(code: Option<&String>) -> &str {
    let code = code.map_or("none", String::as_str);
    if code.len() <= 64 && code.chars().all(|c| c.is_ascii_lowercase() || c == '_') { code } else { "none" }
}
