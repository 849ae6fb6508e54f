//! Tests of combinations of security schemes: those of one requirement are sent together, requirements are alternatives,
//! and an empty one needs no credential.

use crate::support::{TestApp, TestEnv, Upstream, basic_authorization};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

const DOCUMENT: &str = r#"
openapi: 3.0.3
info: { title: Keys, version: "1" }
servers: [ { url: "https://keys.example" } ]
security: [ { bearer: [] } ]
components:
  securitySchemes:
    userName: { type: apiKey, in: header, name: X-User }
    userKey: { type: apiKey, in: header, name: X-Key }
    jar1: { type: apiKey, in: cookie, name: sid }
    jar2: { type: apiKey, in: cookie, name: tenant }
    basic: { type: http, scheme: basic }
    bearer: { type: http, scheme: bearer }
    queryKey: { type: apiKey, in: query, name: api_key }
    oidc: { type: openIdConnect, openIdConnectUrl: "https://id.example/.well-known/openid-configuration" }
    digest: { type: http, scheme: digest }
paths:
  /pair: { get: { operationId: pair, security: [ { userName: [], userKey: [] } ], responses: {} } }
  /jars: { get: { operationId: jars, security: [ { jar1: [], jar2: [] } ], responses: {} } }
  /basic: { get: { operationId: basic, security: [ { basic: [] } ], responses: {} } }
  /open: { get: { operationId: open, security: [ {}, { bearer: [] } ], responses: {} } }
  /either: { get: { operationId: either, security: [ { bearer: [] }, { userName: [], queryKey: [] } ], responses: {} } }
  /oidc: { get: { operationId: oidcCall, security: [ { oidc: [ read ] } ], responses: {} } }
  /digest: { get: { operationId: digestCall, security: [ { digest: [] } ], responses: {} } }
  /public: { get: { operationId: publicCall, security: [], responses: {} } }
  /default: { get: { operationId: defaultCall, responses: {} } }
"#;

async fn start(upstream: &Upstream) -> Result<TestApp> {
    let mut settings = TestEnv::new().to_settings()?;
    let provider = api_explorer::providers::ProviderSettings {
        hosts: vec!["127.0.0.1".into()],
        base_url: Some(upstream.url.parse()?),
        ..api_explorer::providers::ProviderSettings::new("keys", DOCUMENT.to_owned().into())
    };
    settings.providers = vec![provider];
    TestApp::new(settings).await
}

/// Saves values as the credential, and makes a call with it. Returns its status.
async fn call(app: &TestApp, values: Value, operation: &str) -> Result<(u16, String)> {
    let save = json!({"provider": "keys", "values": values});
    let mut cookie = String::new();
    if !values.is_null() {
        let response = app.post_json("/api/credential/save", &save).send().await?;
        ensure!(response.status == 200, "{values}: {}", response.text());
        cookie = response.cookie()?;
    }
    let request = app.post_json(&format!("/tools/keys/{operation}"), &json!({"args": {}}));
    let response = request.header("cookie", &cookie).send().await?;
    Ok((response.status.into(), response.text()))
}

#[tokio::test]
async fn schemes_of_one_requirement_are_sent_together_and_requirements_are_alternatives() -> Result<()> {
    let pair = json!({"userName/key": "u", "userKey/key": "k"});
    for (values, operation, sent) in [
        (pair.clone(), "pair", Some(("", "u", "k", "", ""))),
        (json!({"userName/key": "u"}), "pair", None),
        (json!({"jar1/key": "a+/=", "jar2/key": "b"}), "jars", Some(("", "", "", "sid=a+/=; tenant=b", ""))),
        (json!({"bearer/token": "t"}), "open", Some(("Bearer t", "", "", "", ""))),
        (Value::Null, "open", Some(("", "", "", "", ""))),
        (json!({"bearer/token": "t"}), "either", Some(("Bearer t", "", "", "", ""))),
        (json!({"userName/key": "u", "queryKey/key": "q"}), "either", Some(("", "u", "", "", "api_key=q"))),
        (json!({"userName/key": "u"}), "either", None),
        (json!({"oidc/token": "t"}), "oidcCall", Some(("Bearer t", "", "", "", ""))),
        (pair, "publicCall", Some(("", "", "", "", ""))),
        (Value::Null, "defaultCall", None),
        (json!({"bearer/token": "t"}), "digestCall", None),
    ] {
        let upstream = Upstream::succeeding().await?;
        let app = start(&upstream).await?;
        let (status, text) = call(&app, values.clone(), operation).await?;
        assert_eq!(status, if sent.is_some() { 200 } else { 401 }, "{operation} {values}: {text}");
        let received = upstream.received_requests().pop();
        let received = received.as_ref().map(|received| {
            let [authorization, user, key, cookie] =
                ["authorization", "x-user", "x-key", "cookie"].map(|name| received.header(name));
            (authorization, user, key, cookie, received.query.as_deref().unwrap_or_default())
        });
        assert_eq!(received, sent, "{operation} {values}");
    }
    Ok(())
}

#[tokio::test]
async fn short_keys_and_passwords_with_spaces_and_umlauts_are_sent_as_entered() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start(&upstream).await?;
    for (username, password) in [("ü", "pass wörd: 1"), ("a b", "x"), ("ab", "y z")] {
        let values = json!({"basic/username": username, "basic/password": password});
        let (status, text) = call(&app, values, "basic").await?;
        assert_eq!(status, 200, "{username} {password}: {text}");
        let sent = upstream.received_requests().pop().map(|sent| sent.header("authorization").to_owned());
        assert_eq!(sent, Some(basic_authorization(username, password)));
    }
    Ok(())
}
