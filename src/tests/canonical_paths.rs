//! Tests that the path that the policy judges is the path that is sent, in whatever spelling a caller writes it, and that
//! values with slashes reach the APIs that have them.

use crate::{
    snippets::text,
    support::{TestApp, TestEnv, TestRequest, Upstream},
};
use anyhow::Result;
use api_explorer::providers::{Policy, Rule};
use serde_json::{Value, json};

fn get(name: &str, parameters: &[Value]) -> Value {
    json!({"get": {"operationId": name, "parameters": parameters, "responses": {}}})
}

fn path_parameter(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
}

/// Starts the app with the operator's credential, these paths and these deny rules.
async fn start_app(upstream: &Upstream, paths: Value, deny: &[&str]) -> Result<TestApp> {
    let document = json!({
        "openapi": "3.2.0",
        "info": {"title": "People", "version": "1"},
        "servers": [{"url": "https://test.stytch.com", "x-name": "test"}],
        "paths": paths,
        "security": [{"basicAuth": []}],
        "components": {"securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}}},
    });
    let mut settings = TestEnv::with_upstream(upstream).to_settings()?;
    for provider in &mut settings.providers {
        provider.document = document.to_string().into();
        let deny = deny.iter().filter_map(|rule| Rule::parse(rule).ok()).collect();
        provider.policy = Policy { deny, ..Policy::default() };
    }
    TestApp::new(settings).await
}

/// Starts the app with users, of whom only `me` is denied.
async fn start_app_with_users(upstream: &Upstream) -> Result<TestApp> {
    let id = path_parameter("id");
    let paths = json!({
        "/users/me": get("getMe", &[]),
        "/users/{id}": get("getUser", std::slice::from_ref(&id)),
        "/users/{id}/keys": get("getKeys", &[id]),
    });
    start_app(upstream, paths, &["getMe", "getKeys"]).await
}

fn tool_call(app: &TestApp, operation: &str, arguments: &Value) -> TestRequest {
    app.post_json(&format!("/tools/stytch/{operation}"), &json!({"args": arguments}))
}

#[tokio::test]
async fn no_spelling_of_a_denied_path_passes_the_policy() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_with_users(&upstream).await?;
    for (path, rule) in [
        ("/users/me", "deny getMe"),
        ("/users/%6d%65", "deny getMe"),
        ("/users/%6D%65", "deny getMe"),
        ("/users/m%65", "deny getMe"),
        ("/%75sers/me", "deny getMe"),
        ("/users/ME", "deny getMe"),
        ("/users/%4D%45", "deny getMe"),
        ("/users/%256d%2565", "deny getMe"),
        ("/users/me;x=1", "deny getMe"),
        ("/users/me%3Bx", "deny getMe"),
        ("/users/%2Fme", "deny getMe"),
        ("/users/1%2Fkeys", "deny getKeys"),
        ("/users/1%2f%2fKEYS", "deny getKeys"),
    ] {
        for path in [["/proxy/stytch", path].concat(), path.to_owned()] {
            let response = app.get(&path).send().await?;
            assert_eq!(response.status_and_code()?, (403, "policy_denied".into()), "{path}: {}", response.text());
            assert_eq!(response.json()?["rule"], rule, "{path}");
        }
    }
    for (id, status) in [("ME", 403), ("mE", 403), ("1/keys", 403), ("me;x", 403), ("me", 400)] {
        let response = tool_call(&app, "getUser", &json!({"id": id})).send().await?;
        assert_eq!(response.status.as_u16(), status, "{id}: {}", response.text());
    }
    assert!(upstream.received_requests().is_empty(), "{:?}", upstream.received_requests());
    Ok(())
}

#[tokio::test]
async fn a_path_is_sent_in_the_canonical_form_that_was_judged() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_with_users(&upstream).await?;
    for (path, sent) in [
        ("/users/%61nn", "/users/ann"),
        ("/users/a%2db%7e", "/users/a-b~"),
        ("/users/a%3ab", "/users/a%3Ab"),
        ("/users/a:b", "/users/a:b"),
        ("/users/a%c3%bc", "/users/a%C3%BC"),
        ("/users/group%2fproject", "/users/group%2Fproject"),
        ("/users/100%25", "/users/100%25"),
    ] {
        let response = app.get(&["/proxy/stytch", path].concat()).send().await?;
        assert_eq!(response.status, 200, "{path}: {}", response.text());
        assert_eq!(upstream.received_requests().pop().map(|request| request.path).as_deref(), Some(sent), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_path_value_whose_decoding_holds_separators_or_dot_segments_is_refused() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_with_users(&upstream).await?;
    for path in [
        "%2e%2e",
        ".%2E",
        "..%2f",
        "..%2Fusers",
        "a%2f..%2fb",
        "a%2f%2e",
        "%252e%252e",
        "%252e%252e%252fme",
        "a%5cb",
        "%00",
        "a%0d%0a",
        "%c0%ae%c0%ae",
        "%ff",
        "%",
        "%zz",
        "..;x",
        "%2F",
    ] {
        let response = app.get(&format!("/proxy/stytch/users/{path}")).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{path}: {}", response.text());
        assert!(response.text().contains("Segment 2 of the path"), "{}", response.text());
    }
    for value in ["%2e%2e", "..%2f", "..%2fme", "a/../b", "./a", "%252e", "a%5cb", "a%00", "..;x", "a%2fb", "//"] {
        let response = tool_call(&app, "getUser", &json!({"id": value})).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{value}: {}", response.text());
        assert_eq!(response.invalid_fields()?, ["/id"], "{value}");
    }
    assert!(upstream.received_requests().is_empty(), "{:?}", upstream.received_requests());
    Ok(())
}

#[tokio::test]
async fn a_slash_in_a_path_value_is_sent_encoded_or_as_itself_where_the_document_says_so() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let with = |name: &str, key: &str| {
        let mut parameter = path_parameter(name);
        parameter[key] = json!(true);
        parameter
    };
    let mut by_operation = get("getPage", &[path_parameter("page")]);
    by_operation["get"]["x-allow-slashes"] = json!(["page"]);
    let paths = json!({
        "/projects/{id}": get("getProject", &[path_parameter("id")]),
        "/works/{doi}": get("getWork", &[path_parameter("doi")]),
        "/sites/{url}/sitemaps": get("getSitemaps", &[path_parameter("url")]),
        "/repos/{owner}/{repo}/contents/{path}":
            get("getContent", &[path_parameter("owner"), path_parameter("repo"), with("path", "allowReserved")]),
        "/files/{name}": get("getFile", &[with("name", "x-allow-slashes")]),
        "/pages/{page}": by_operation,
    });
    let app = start_app(&upstream, paths, &[]).await?;
    for (operation, arguments, sent) in [
        ("getProject", json!({"id": "group/sub/project"}), "/projects/group%2Fsub%2Fproject"),
        ("getWork", json!({"doi": "10.1000/xyz(99)"}), "/works/10.1000%2Fxyz%2899%29"),
        ("getSitemaps", json!({"url": "https://example.com/"}), "/sites/https%3A%2F%2Fexample.com%2F/sitemaps"),
        (
            "getContent",
            json!({"owner": "o", "repo": "r", "path": "src/a b/lib.rs"}),
            "/repos/o/r/contents/src/a%20b/lib.rs",
        ),
        ("getFile", json!({"name": "a/b?c"}), "/files/a/b%3Fc"),
        ("getPage", json!({"page": "docs/index"}), "/pages/docs/index"),
    ] {
        let response = tool_call(&app, operation, &arguments).send().await?;
        assert_eq!(response.status, 200, "{operation}: {}", response.text());
        let by_tool = upstream.received_requests().pop().map(|request| request.path);
        assert_eq!(by_tool.as_deref(), Some(sent), "{operation}");
        // An SDK sends the same path.
        let response = app.get(&["/proxy/stytch", sent].concat()).send().await?;
        assert_eq!(response.status, 200, "{sent}: {}", response.text());
        assert_eq!(upstream.received_requests().pop().map(|request| request.path), by_tool);
        // The snippet prints the same.
        let snippet = json!({
            "provider": "stytch", "operation": operation, "environment": "test", "content_type": "",
            "arguments": arguments, "client": "Shell · curl", "secret_source": "environment",
        });
        let printed = app.post_json("/api/snippet", &snippet).send().await?;
        assert!(text(&printed.json()?["code"]).contains(sent), "{}: {}", printed.status, printed.text());
    }
    let count = upstream.received_requests().len();
    for path in ["../x", "a/../b", "a/./b", "a//b", "/a", "a/", ".."] {
        let arguments = json!({"owner": "o", "repo": "r", "path": path});
        let response = tool_call(&app, "getContent", &arguments).send().await?;
        assert_eq!(response.invalid_fields()?, ["/path"], "{path}");
    }
    for path in ["/repos/o/r/contents/../../x", "/repos/o/r/contents/a/%2e%2e/b", "/repos/o/r/contents/a//b"] {
        let response = app.get(&["/proxy/stytch", path].concat()).send().await?;
        assert!([400, 404].contains(&response.status.as_u16()), "{path}: {}", response.text());
    }
    assert_eq!(upstream.received_requests().len(), count);
    Ok(())
}

#[tokio::test]
async fn a_setting_sends_slashes_as_themselves() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let folder = tempfile::tempdir()?;
    let start = async |slashes: &str| {
        let file = folder.path().join("explorer.toml");
        std::fs::write(&file, format!("[[provider]]\nid = \"stytch\"\npath_slashes = [\"{slashes}\"]\n"))?;
        TestEnv::with_upstream(&upstream).set_var("EXPLORER_CONFIG", &file.display().to_string()).start_app().await
    };
    let app = start("apiUserV1Get.user_id").await?;
    assert_eq!(tool_call(&app, "apiUserV1Get", &json!({"user_id": "a/b"})).send().await?.status, 200);
    assert_eq!(upstream.only_request()?.path, "/v1/users/a/b");
    for unknown in ["apiUserV1Get.nothing", "nothing.user_id", "apiUserV1Get"] {
        let error = start(unknown).await.err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(error.contains("path_slashes"), "{unknown}: {error}");
    }
    Ok(())
}
