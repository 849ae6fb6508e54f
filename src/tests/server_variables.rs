//! Tests of server variables without a list of values: form, snippet, call, and the hosts that they cannot reach.

use crate::{
    snippets::text,
    support::{TestApp, TestEnv, TestResponse, Upstream},
};
use anyhow::Result;
use api_explorer::{
    model::{
        provider::Environment,
        server_template::{ServerTemplate, ServerVariable},
    },
    providers::{Policy, ProviderSettings},
};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

fn document() -> Value {
    let responses = json!({"200": {"description": "ok"}});
    json!({
        "openapi": "3.0.3", "info": {"title": "Tenants", "version": "1"},
        "servers": [{
            "url": "https://{host}/{tenant}/{region}", "x-name": "main",
            "variables": {
                "host": {"default": "test.tenants.example", "description": "host of **your** installation"},
                "tenant": {"default": "unknown", "description": "your tenant"},
                "region": {"default": "eu", "enum": ["eu", "us"]},
            },
        }],
        "paths": {"/things": {
            "get": {"operationId": "list", "responses": responses},
            "post": {"operationId": "create", "responses": responses},
        }},
    })
}

async fn start(change: impl FnOnce(&mut ProviderSettings)) -> Result<TestApp> {
    let mut settings = TestEnv::new().to_settings()?;
    let mut provider = ProviderSettings::new("tenants", document().to_string().into());
    change(&mut provider);
    settings.providers = vec![provider];
    TestApp::new(settings).await
}

async fn call(app: &TestApp, operation: &str, environment: &str, variables: &Value) -> Result<TestResponse> {
    let message = json!({"args": {}, "environment": environment, "serverVariables": variables});
    app.post_json(&format!("/tools/tenants/{operation}"), &message).send().await
}

#[tokio::test]
async fn values_of_server_variables_are_part_of_the_url() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let variable = ServerVariable { name: "tenant".into(), default: "unknown".into(), ..ServerVariable::default() };
    let template = ServerTemplate {
        url: format!("{}/{{tenant}}/eu", upstream.url),
        variables: vec![variable],
        ..ServerTemplate::default()
    };
    let environment = Environment::new("main", format!("{}/unknown/eu", upstream.url));
    let app = start(|provider| {
        provider.servers = vec![Environment { template: Some(Box::new(template)), ..environment }];
        provider.policy = Policy { test_environments: vec!["main".into()], ..Policy::default() };
    })
    .await?;
    for (operation, variables, path) in [
        ("list", json!({}), "/unknown/eu/things"),
        ("list", json!({"tenant": ""}), "/unknown/eu/things"),
        ("list", json!({"tenant": "acme"}), "/acme/eu/things"),
        ("create", json!({"tenant": "a.b~c_d-1:e"}), "/a.b~c_d-1:e/eu/things"),
    ] {
        let response = call(&app, operation, "main", &variables).await?;
        assert_eq!(response.status, 200, "{variables}: {}", response.text());
        assert_eq!(upstream.received_requests().pop().map(|request| request.path).as_deref(), Some(path));
        assert!(response.text().contains(path), "the receipt has the URL: {}", response.text());
    }
    let form = [("environment", "main"), ("variable.tenant", " acme "), ("intent", "send")];
    let page = app.post_form("/tenants/list", &form).send().await?.text();
    assert!(page.contains("200 OK"), "{page}");
    assert_eq!(upstream.received_requests().pop().map(|request| request.path).as_deref(), Some("/acme/eu/things"));
    Ok(())
}

#[tokio::test]
async fn the_form_has_an_input_for_each_free_variable_and_the_snippet_its_value() -> Result<()> {
    let app = start(|_| ()).await?;
    let page = app.get("/tenants/list").send().await?.text();
    assert!(page.contains("https://{host}/{tenant}/eu") && page.contains("https://{host}/{tenant}/us"), "{page}");
    assert!(page.contains("host of <strong>your</strong> installation") && page.contains("your tenant"), "{page}");
    for (name, default) in [("host", "test.tenants.example"), ("tenant", "unknown")] {
        let input = page.split('<').find(|tag| tag.contains(&format!("name=\"variable.{name}\""))).unwrap_or_default();
        assert!(input.contains(&format!("placeholder=\"{default}\"")), "{name}: {input}");
    }
    assert!(!page.contains("variable.region"), "{page}");
    let message = |variables: Value| {
        json!({
            "provider": "tenants", "operation": "list", "environment": "main us", "arguments": {},
            "client": "Shell · curl", "secret_source": "environment", "server_variables": variables,
        })
    };
    let response = app.post_json("/api/snippet", &message(json!({"tenant": "acme"}))).send().await?;
    let code = text(&response.json()?["code"]);
    assert!(code.contains("https://test.tenants.example/acme/us/things"), "{code}");
    let response = app.post_json("/api/snippet", &message(json!({"tenant": "a/b"}))).send().await?;
    assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()));
    let form = [("environment", "main eu"), ("variable.tenant", "acme"), ("client", "curl"), ("intent", "redraw")];
    let page = app.post_form("/tenants/list", &form).send().await?.text();
    assert!(page.contains("https://test.tenants.example/acme/eu/things"), "{page}");
    Ok(())
}

#[tokio::test]
async fn no_value_leads_to_another_place() -> Result<()> {
    let app = start(|_| ()).await?;
    for (variables, location) in [
        (json!({"tenant": "a/../b"}), "/tenant"),
        (json!({"tenant": ".."}), "/tenant"),
        (json!({"tenant": "a?b"}), "/tenant"),
        (json!({"tenant": "a#b"}), "/tenant"),
        (json!({"tenant": "%2e%2e"}), "/tenant"),
        (json!({"tenant": 1}), "/tenant"),
        (json!({"host": "user@evil.example"}), "/host"),
        (json!({"host": "evil.example/"}), "/host"),
        (json!({"region": "us"}), "/region"),
        (json!({"other": "a"}), "/other"),
    ] {
        let response = call(&app, "list", "main eu", &variables).await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{variables}");
        assert_eq!(response.invalid_fields()?, [location], "{variables}");
    }
    let response = app.post_json("/tools/tenants/list", &json!({"args": {}, "serverVariables": []})).send().await?;
    assert_eq!(response.status_and_code()?, (400, "malformed_request".into()));
    let base = "http://127.0.0.1:9".parse()?;
    let app = start(|provider| provider.base_url = Some(base)).await?;
    let response = call(&app, "list", "main eu", &json!({"tenant": "acme"})).await?;
    assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()));
    Ok(())
}

#[tokio::test]
async fn a_host_that_a_user_chooses_must_be_listed() -> Result<()> {
    let open = start(|_| ()).await?;
    let listed = start(|provider| provider.hosts = vec!["127.0.0.1".into()]).await?;
    for (app, host, code) in [
        (&open, "evil.example", "forbidden"),
        (&open, "127.0.0.1", "forbidden"),
        (&open, "test.tenants.example:8443", "forbidden"),
        (&listed, "evil.example", "forbidden"),
        // Nothing listens there, but the call is made.
        (&listed, "127.0.0.1", "unreachable"),
    ] {
        let response = call(app, "list", "main eu", &json!({"host": host})).await?;
        assert_eq!(response.status_and_code()?.1, code, "{host}: {}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn a_host_that_a_user_chooses_is_live_unless_its_name_says_otherwise() -> Result<()> {
    let app = start(|provider| {
        provider.hosts = vec!["127.0.0.1".into()];
        provider.policy = Policy { test_environments: vec!["main eu".into()], ..Policy::default() };
    })
    .await?;
    for (host, code) in
        [("127.0.0.1", "live_locked"), ("api.tenants.com", "live_locked"), ("sandbox.tenants.com", "forbidden")]
    {
        let response = call(&app, "create", "main eu", &json!({"host": host})).await?;
        assert_eq!(response.status_and_code()?.1, code, "{host}: {}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn the_operators_credential_is_only_sent_to_the_documented_path() -> Result<()> {
    let mut secured = document();
    secured["security"] = json!([{"key": []}]);
    secured["components"] = json!({"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}});
    let folder = TempDir::new()?;
    let (file, settings) = (folder.path().join("document.json"), folder.path().join("explorer.toml"));
    fs::write(&file, secured.to_string())?;
    let toml = format!(
        "[[provider]]\nid = \"tenants\"\ndocument = {:?}\n[provider.credential]\nkey = \"env:A_KEY\"\nhosts = \
         [\"127.0.0.1\"]\n",
        file.display().to_string()
    );
    fs::write(&settings, toml)?;
    let env = TestEnv::new().set_var("EXPLORER_CONFIG", &settings.display().to_string());
    let app = env.set_var("A_KEY", "a-key-of-the-operator").start_app().await?;
    for (variables, code) in
        [(json!({"host": "127.0.0.1"}), "unreachable"), (json!({"host": "127.0.0.1", "tenant": "acme"}), "forbidden")]
    {
        let response = call(&app, "list", "main eu", &variables).await?;
        assert_eq!(response.status_and_code()?.1, code, "{variables}: {}", response.text());
    }
    let saved = json!({"provider": "tenants", "values": {"key/key": "a-key-of-a-caller"}});
    let cookie = app.post_json("/api/credential/save", &saved).send().await?.cookie()?;
    let message =
        json!({"args": {}, "environment": "main eu", "serverVariables": {"host": "127.0.0.1", "tenant": "acme"}});
    let response = app.post_json("/tools/tenants/list", &message).header("cookie", &cookie).send().await?;
    assert_eq!(response.status_and_code()?.1, "unreachable", "{}", response.text());
    Ok(())
}
