//! An identity provider (OpenID Connect) that signs in the users that a test names.

use super::{DEFAULT_HOST, TestApp, TestEnv, TestResponse};
use anyhow::{Context, Result};
use axum::{
    Json, Router,
    extract::{Form, State},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use openidconnect::{
    PrivateSigningKey,
    core::{CoreHmacKey, CoreJwsSigningAlgorithm},
};
use rcgen::{KeyPair, PublicKeyData, SigningKey};
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpListener;

pub(crate) const CLIENT_ID: &str = "explorer";
pub(crate) const CLIENT_SECRET: &str = "secret-of-the-explorer-at-the-identity-provider";

/// The algorithms with which the provider can sign its ID tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Algorithm {
    Es256,
    Hs256,
    None,
}

/// An identity provider that listens on a local port.
pub(crate) struct IdentityProvider {
    pub(crate) url: String,
    key: Arc<KeyPair>,
    /// ID tokens by authorization code.
    id_tokens: IdTokens,
}

type IdTokens = Arc<Mutex<HashMap<String, String>>>;

impl IdentityProvider {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let key = Arc::new(KeyPair::generate()?);
        let id_tokens = IdTokens::default();
        let metadata = json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "jwks_uri": format!("{url}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            // What the provider offers must not decide what the explorer accepts.
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        });
        let [x, y] = [1..33, 33..65].map(|range| encode(&key.der_bytes()[range]));
        let keys = json!({"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "kid": "key-1", "x": x, "y": y}]});
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(async || Json(metadata)))
            .route("/keys", get(async || Json(keys)))
            .route("/token", post(issue_token))
            .with_state(id_tokens.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { url, key, id_tokens })
    }

    /// Adds the provider to a server's environment, with these patterns of e-mail addresses that may sign in.
    pub(crate) fn apply_to(&self, env: TestEnv, folder: &Path, allow: &[&str]) -> Result<TestEnv> {
        let path = folder.join("explorer.toml");
        let text = format!(
            "[access.oidc]\nissuer = \"{}\"\nclient_id = \"{CLIENT_ID}\"\nclient_secret = \"env:OIDC_SECRET\"\nallow = {}\n",
            self.url,
            json!(allow)
        );
        std::fs::write(&path, text)?;
        Ok(env.set_var("EXPLORER_CONFIG", &path.display().to_string()).set_var("OIDC_SECRET", CLIENT_SECRET))
    }

    /// Signs in at an app, as a browser does, with these claims in the ID token. Returns the response of the callback.
    pub(crate) async fn sign_in(&self, app: &TestApp, claims: &Value, algorithm: Algorithm) -> Result<TestResponse> {
        let begun = app.get("/auth/begin?next=%2Fstytch").send().await?;
        let location = url::Url::parse(begun.header("location")).with_context(|| begun.text())?;
        let query: HashMap<String, String> = location.query_pairs().into_owned().collect();
        let now = now();
        let mut all_claims = json!({
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": query["nonce"],
            "email_verified": true,
        });
        extend(&mut all_claims, claims);
        let token = self.sign(algorithm, &json!({}), &all_claims)?;
        let code = format!("code-{}", query["state"]);
        self.id_tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(code.clone(), token);
        let callback = app.get(&format!("/auth/callback?code={code}&state={}", query["state"]));
        callback.header("host", DEFAULT_HOST).header("cookie", &begun.cookie()?).send().await
    }

    /// Returns a valid logout token, changed by these header fields and claims; `null` removes one.
    pub(crate) fn logout_token(&self, algorithm: Algorithm, header: &Value, claims: &Value) -> Result<String> {
        let now = now();
        let mut all_claims = json!({
            "iss": self.url,
            "aud": [CLIENT_ID],
            "iat": now,
            "exp": now + 120,
            "jti": "logout-1",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        extend(&mut all_claims, claims);
        self.sign(algorithm, header, &all_claims)
    }

    /// Returns a signed JWT.
    fn sign(&self, algorithm: Algorithm, header: &Value, claims: &Value) -> Result<String> {
        let name = match algorithm {
            Algorithm::Es256 => "ES256",
            Algorithm::Hs256 => "HS256",
            Algorithm::None => "none",
        };
        let mut all_fields = json!({"alg": name, "kid": "key-1"});
        extend(&mut all_fields, header);
        let message =
            format!("{}.{}", encode(all_fields.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let signature = match algorithm {
            Algorithm::Es256 => to_fixed_length(&self.key.sign(message.as_bytes())?)?,
            Algorithm::Hs256 => CoreHmacKey::new(CLIENT_SECRET)
                .sign(&CoreJwsSigningAlgorithm::HmacSha256, message.as_bytes())
                .ok()
                .context("no signature")?,
            Algorithm::None => Vec::new(),
        };
        Ok(format!("{message}.{}", encode(&signature)))
    }
}

async fn issue_token(State(id_tokens): State<IdTokens>, Form(form): Form<HashMap<String, String>>) -> Json<Value> {
    let id_token = id_tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(&form["code"]);
    Json(json!({"access_token": "access-1", "token_type": "Bearer", "id_token": id_token}))
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Sets the fields of one object in another; `null` removes a field.
fn extend(object: &mut Value, changes: &Value) {
    let empty = Map::new();
    let changes = changes.as_object().unwrap_or(&empty);
    if let Some(object) = object.as_object_mut() {
        object.extend(changes.clone());
        object.retain(|_, value| !value.is_null());
    }
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Converts an ECDSA signature from DER to the two numbers of 32 bytes of a JWS (RFC 7518, section 3.4).
fn to_fixed_length(der: &[u8]) -> Result<Vec<u8>> {
    let mut signature = Vec::new();
    // SEQUENCE, its length, and twice: INTEGER, its length, its bytes with leading zeros removed or one added.
    let mut rest = der.get(2..).context("not DER")?;
    for _ in 0..2 {
        let length = usize::from(*rest.get(1).context("not DER")?);
        let number = rest.get(2..2 + length).context("not DER")?;
        let number = &number[number.len().saturating_sub(32)..];
        signature.extend(std::iter::repeat_n(0, 32 - number.len()));
        signature.extend_from_slice(number);
        rest = &rest[2 + length..];
    }
    Ok(signature)
}
