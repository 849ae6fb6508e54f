//! Verifies logout tokens, with which an identity provider ends the sessions of a user (`OpenID` Connect Back-Channel
//! Logout 1.0).

use super::access::OidcSettings;
use anyhow::{Context, anyhow, ensure};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use openidconnect::{
    JsonWebKey, JsonWebKeyUse,
    core::{CoreJsonWebKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};
use serde_json::Value;

/// Algorithms with which an identity provider may sign its tokens. The others are unusual, or are no signatures: with
/// HMAC, everybody who knows the client secret can issue tokens.
pub const SIGNING_ALGORITHMS: [CoreJwsSigningAlgorithm; 2] =
    [CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, CoreJwsSigningAlgorithm::EcdsaP256Sha256];

/// Member of the claim `events` that makes a token a logout token.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Types that the header of a logout token may name, in lowercase.
const TOKEN_TYPES: [&str; 3] = ["logout+jwt", "application/logout+jwt", "jwt"];
/// Maximum length of a token, in bytes.
const MAX_TOKEN_BYTES: usize = 16_384;
/// Tolerated difference between the clocks, in seconds.
const CLOCK_SKEW_SECS: i64 = 60;
/// Maximum age of a token without expiry time, in seconds.
const MAX_AGE_SECS: i64 = 300;

/// The sessions that a logout token ends: those of a user, or one session.
#[derive(Debug, PartialEq, Eq)]
pub struct LogoutToken {
    /// URL of the identity provider.
    pub issuer: String,
    /// ID of the user: the claim `sub`.
    pub subject: Option<String>,
    /// ID of the session: the claim `sid`.
    pub session: Option<String>,
}

/// A logout token with claims that are valid, but whose signature is not verified yet.
#[derive(Debug)]
pub struct UnverifiedLogoutToken<'a> {
    algorithm: CoreJwsSigningAlgorithm,
    key_id: Option<String>,
    message: &'a str,
    signature: Vec<u8>,
    token: LogoutToken,
}

impl<'a> UnverifiedLogoutToken<'a> {
    /// Parses a token and checks its claims (section 2.6), so that keys are fetched only for plausible tokens. `now` is
    /// the current time, in seconds since 1970.
    ///
    /// # Errors
    /// Returns an error that says what is wrong. It contains no part of the token.
    pub fn parse(text: &'a str, oidc: &OidcSettings, now: i64) -> anyhow::Result<Self> {
        ensure!(text.len() <= MAX_TOKEN_BYTES, "the token is longer than {MAX_TOKEN_BYTES} bytes");
        let (message, signature) = text.rsplit_once('.').context("the token is not a signed JWT")?;
        let (header, claims) = message.split_once('.').context("the token is not a signed JWT")?;
        let (header, claims) = (decode_json(header)?, decode_json(claims)?);
        let algorithm = serde_json::from_value(header["alg"].clone()).context("`alg` is unknown")?;
        ensure!(SIGNING_ALGORITHMS.contains(&algorithm), "`alg` must be RS256 or ES256");
        ensure!(header["crit"].is_null(), "`crit` names extensions that this server does not support");
        if let Some(token_type) = header["typ"].as_str() {
            ensure!(TOKEN_TYPES.contains(&&*token_type.to_ascii_lowercase()), "`typ` must be logout+jwt");
        }
        Ok(Self {
            algorithm,
            key_id: header["kid"].as_str().map(str::to_owned),
            message,
            signature: decode(signature)?,
            token: check_claims(&claims, oidc, now)?,
        })
    }

    /// Verifies the signature with the keys of the identity provider.
    ///
    /// # Errors
    /// Returns an error if none of the keys made the signature.
    pub fn verify(self, keys: &CoreJsonWebKeySet) -> anyhow::Result<LogoutToken> {
        let Self { algorithm, key_id, message, signature, token } = self;
        let is_candidate = |key: &&CoreJsonWebKey| {
            key_id.as_deref().is_none_or(|id| key.key_id().is_some_and(|key_id| key_id.as_str() == id))
                && key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
        };
        let mut candidates = keys.keys().iter().filter(is_candidate);
        let is_signed = candidates.any(|key| key.verify_signature(&algorithm, message.as_bytes(), &signature).is_ok());
        ensure!(is_signed, "the signature is not from a key of the identity provider");
        Ok(token)
    }
}

fn check_claims(claims: &Value, oidc: &OidcSettings, now: i64) -> anyhow::Result<LogoutToken> {
    let text = |name: &str| claims[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let issuer =
        text("iss").filter(|issuer| oidc.is_issuer(issuer)).context("`iss` is not the issuer of the settings")?;
    let is_audience = |audience: &Value| audience == oidc.client_id.as_str();
    ensure!(
        is_audience(&claims["aud"]) || claims["aud"].as_array().is_some_and(|all| all.iter().any(is_audience)),
        "`aud` is not the client ID of the settings"
    );
    ensure!(claims["events"][LOGOUT_EVENT].is_object(), "`events` has no back-channel logout");
    ensure!(claims.get("nonce").is_none(), "`nonce` must be absent, so that no ID token is a logout token");
    ensure!(text("jti").is_some(), "`jti` is missing");
    let issued_at = claims["iat"].as_i64().context("`iat` is missing")?;
    ensure!(issued_at <= now + CLOCK_SKEW_SECS, "`iat` is in the future");
    let expires_at = match &claims["exp"] {
        Value::Null => issued_at + MAX_AGE_SECS,
        expiry => expiry.as_i64().context("`exp` is not a time")?,
    };
    ensure!(now < expires_at.saturating_add(CLOCK_SKEW_SECS), "the token has expired");
    let (subject, session) = (text("sub"), text("sid"));
    ensure!(subject.is_some() || session.is_some(), "`sub` and `sid` are both missing");
    Ok(LogoutToken { issuer, subject, session })
}

/// Returns the claim `sid` of an ID token that is verified already.
pub fn session_id_claim(id_token: &str) -> Option<String> {
    let claims = decode_json(id_token.split('.').nth(1)?).ok()?;
    claims["sid"].as_str().map(str::to_owned)
}

fn decode_json(part: &str) -> anyhow::Result<Value> {
    serde_json::from_slice(&decode(part)?).map_err(|_| anyhow!("the token is not a signed JWT"))
}

fn decode(part: &str) -> anyhow::Result<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| anyhow!("the token is not a signed JWT"))
}
