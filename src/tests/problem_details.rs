//! Tests that the errors of providers are explained, in the forms that are common.

use crate::support::{TestApp, TestEnv, Upstream, visible_text};
use anyhow::Result;
use axum::{http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};

async fn start(status: u16, content_type: &'static str, body: &Value) -> Result<TestApp> {
    let (status, body) = (StatusCode::from_u16(status)?, body.to_string());
    let upstream =
        Upstream::with_responder(move || (status, [("content-type", content_type)], body.clone()).into_response())
            .await?;
    TestEnv::with_upstream(&upstream).start_app().await
}

async fn page(app: &TestApp) -> Result<String> {
    let form = [("environment", "test"), ("intent", "send")];
    Ok(visible_text(&app.post_form("/stytch/apiUserV1Search", &form).send().await?.text()))
}

#[tokio::test]
async fn problem_details_are_explained_above_the_body() -> Result<()> {
    let body = json!({
        "type": "https://example.com/probs/out-of-credit",
        "title": "You do not have enough credit",
        "detail": "Your balance is 30, but that costs 50",
        "status": 403,
        "instance": "/account/12345/msgs/abc",
        "errors": [{"detail": "must be a positive integer", "pointer": "#/age"}],
    });
    let app = start(422, "application/problem+json; charset=utf-8", &body).await?;
    let page = page(&app).await?;
    for expected in [
        "You do not have enough credit . Your balance is 30, but that costs 50",
        "The provider names these problems: age : must be a positive integer",
        "The provider's documentation for this error",
        "Occurrence of the problem: /account/12345/msgs/abc",
        "The body says that the status is 403.",
    ] {
        let is_shown =
            page.replace(" .", ".").replace(" :", ":").contains(&expected.replace(" .", ".").replace(" :", ":"));
        assert!(is_shown, "{expected} is missing in {page}");
    }
    Ok(())
}

#[tokio::test]
async fn the_error_of_a_call_is_the_detail_or_the_title() -> Result<()> {
    for (body, expected) in [
        (json!({"type": "about:blank", "title": "No good", "status": 422}), "No good"),
        (json!({"title": "No good", "detail": "The age is negative."}), "The age is negative."),
        (json!({"error": {"message": "No such customer."}}), "No such customer."),
        (json!({"error_message": "Not like this."}), "Not like this."),
        (json!({"code": 7}), "The provider responded with status 422."),
    ] {
        let app = start(422, "application/problem+json", &body).await?;
        let response = app.post("/tools/stytch/apiUserV1Search", "{}").send().await?;
        assert_eq!((response.status.as_u16(), &response.json()?["error"]), (422, &json!(expected)));
    }
    Ok(())
}

#[tokio::test]
async fn texts_of_an_error_are_never_markup() -> Result<()> {
    let attack = "<img src=x onerror=alert(1)>";
    let body = json!({
        "type": "javascript:alert(1)", "title": attack, "detail": attack, "instance": attack,
        "errors": {"<b>": [attack]}, "status": 1,
    });
    let app = start(400, "application/problem+json", &body).await?;
    let form = [("environment", "test"), ("intent", "send")];
    let html = app.post_form("/stytch/apiUserV1Search", &form).send().await?.text();
    assert!(html.contains("&lt;img src=x") && !html.contains("<img src=x") && !html.contains("href=\"javascript"));
    Ok(())
}
