//! Tests for the gateway over HTTP: every explorer error, with its status and code.

use crate::support::{OPERATION_TOOL, TestEnv, Upstream, unused_address};
use anyhow::Result;
use serde_json::{Value, json};

#[tokio::test]
async fn every_invalid_argument_is_reported() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let arguments = json!({
        "email": "nobody",
        "phone_number": "0123",
        "external_id": "x".repeat(129),
        "create_user_as_pending": "yes",
        "name": {"first_name": 1},
        "roles": ["ok", 2],
        "trusted_metadata": [],
    });
    let response = app.post_json(OPERATION_TOOL, &json!({"args": arguments})).send().await?;
    assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()));
    let mut fields = response.invalid_fields()?;
    fields.sort();
    assert_eq!(
        fields,
        [
            "/create_user_as_pending",
            "/email",
            "/external_id",
            "/name/first_name",
            "/phone_number",
            "/roles/1",
            "/trusted_metadata",
        ]
    );
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_missing_path_value_and_an_unknown_argument_are_reported() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    let response = app.post_json("/tools/stytch/apiUserV1Get", &json!({"user": "x"})).send().await?;
    assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()));
    assert_eq!(response.invalid_fields()?, ["/user_id", "/user"]);
    Ok(())
}

#[tokio::test]
async fn missing_required_fields_inside_a_body_are_reported() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    let body = json!({"args": {"query": {"operator": "XOR"}}});
    let response = app.post_json("/tools/stytch/apiUserV1Search", &body).send().await?;
    assert_eq!(response.invalid_fields()?, ["/query/operator", "/query/operands"]);
    Ok(())
}

#[tokio::test]
async fn a_message_with_an_invalid_structure_is_malformed() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for body in [
        "{",
        "nonsense",
        "[]",
        "\"text\"",
        "null",
        r#"{"args":[]}"#,
        r#"{"args":null}"#,
        r#"{"args":{},"environment":1}"#,
        "{\"args\":{}} more",
        "\u{feff}{}",
    ] {
        let response = app.post(OPERATION_TOOL, body).send().await?;
        assert_eq!(response.status_and_code()?, (400, "malformed_request".into()), "{body}");
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_deeply_nested_message_is_refused() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    let body = [r#"{"trusted_metadata":{"x":"#, &"[".repeat(100_000), &"]".repeat(100_000), "}}"].concat();
    let response = app.post(OPERATION_TOOL, body).send().await?;
    assert_eq!(response.status_and_code()?, (400, "malformed_request".into()));
    Ok(())
}

#[tokio::test]
async fn a_call_to_an_unknown_operation_is_not_found() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for path in [
        "/tools/stytch/apiUserV1Nothing",
        "/tools/stytch/api_user_v1_Create",
        "/tools/stytch/..%2F..%2Fetc",
        "/tools/nobody/apiUserV1Create",
    ] {
        let response = app.post(path, "{}").send().await?;
        assert_eq!(response.status_and_code()?, (404, "not_found".into()), "{path}");
    }
    let body = json!({"args": {}, "environment": "https://evil.example"});
    let response = app.post_json(OPERATION_TOOL, &body).send().await?;
    assert_eq!(response.status_and_code()?, (404, "not_found".into()));
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_call_without_a_credential_is_refused() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for environment in [json!(null), json!("test"), json!("live")] {
        let body = json!({"args": {}, "environment": environment});
        let response = app.post_json(OPERATION_TOOL, &body).send().await?;
        assert_eq!(response.status_and_code()?, (401, "no_credential".into()));
    }
    Ok(())
}

#[tokio::test]
async fn a_test_credential_is_never_sent_to_live() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let response = app.post_json(OPERATION_TOOL, &json!({"args": {}, "environment": "live"})).send().await?;
    assert_eq!(response.status_and_code()?, (409, "environment_mismatch".into()));
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn only_post_makes_a_call() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH"] {
        let response = app.request(method, OPERATION_TOOL).send().await?;
        assert_eq!(response.status, 405, "{method}");
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_provider_that_does_not_run_is_unreachable() -> Result<()> {
    let address = unused_address().await?;
    let app = TestEnv::new().with_operator_credential().with_base_url(&format!("http://{address}")).start_app().await?;
    let response = app.post(OPERATION_TOOL, "").send().await?;
    assert_eq!(response.status_and_code()?, (502, "unreachable".into()));
    let message = response.json()?["error"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("cannot be reached"), "{message}");
    Ok(())
}

#[tokio::test]
async fn all_errors_have_the_same_structure() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let no_credential = app.post(OPERATION_TOOL, "").send().await?.json()?;
    let keys = |json: &Value| -> Vec<String> {
        let object = json.as_object().into_iter().flatten();
        object.map(|(key, _)| key.clone()).collect()
    };
    assert_eq!(keys(&no_credential), ["error", "code"]);
    let invalid = app.post_json(OPERATION_TOOL, &json!({"email": 1})).send().await?.json()?;
    assert_eq!(keys(&invalid), ["error", "code", "detail"]);
    assert_eq!(keys(&invalid["detail"][0]), ["field", "message"]);
    Ok(())
}
