//! Tests of the header Accept: the documented media types of responses, and the caller's choice among them.

use crate::{
    snippets::text,
    support::{TestApp, TestEnv, TestResponse, Upstream},
};
use anyhow::{Context, Result};
use serde_json::{Value, json};

fn document() -> Value {
    let header = |name: &str| json!({"name": name, "in": "header", "required": true, "schema": {"type": "string"}});
    let report = json!({"type": "object", "xml": {"name": "report"}, "properties": {"total": {"type": "integer"}}});
    let content = json!({
        "text/csv": {"example": "total\n1\n"}, "application/hal+json": {"schema": report, "example": {"total": 1}},
        "application/xml": {"schema": report, "example": {"total": 1}}, "image/*": {},
    });
    let error = json!({"description": "", "content": {"application/problem+json": {"schema": {"type": "object"}}}});
    json!({
        "openapi": "3.0.3", "info": {"title": "Reports", "version": "1"}, "servers": [{"url": "https://reports.example"}],
        "paths": {
            "/report": {"get": {
                "operationId": "report",
                "parameters": [header("Accept"), header("content-type"), header("Authorization"), header("X-Ok")],
                "responses": {"default": error, "200": {"description": "", "content": content}},
            }},
            "/plain": {"get": {"operationId": "plain", "responses": {"204": {"description": ""}}}},
        },
    })
}

async fn start() -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    Ok((TestEnv::start_app_with_document("reports", &document().to_string(), &upstream).await?, upstream))
}

async fn call(app: &TestApp, operation: &str, message: &Value) -> Result<TestResponse> {
    app.post_json(&format!("/tools/reports/{operation}"), message).send().await
}

const DOCUMENTED: &str =
    "application/hal+json, application/problem+json, text/csv, application/xml, image/*, */*;q=0.1";

#[tokio::test]
async fn documented_media_types_are_accepted_unless_the_caller_chooses_one() -> Result<()> {
    let (app, upstream) = start().await?;
    let message = |accept: &str| json!({"args": {"X-Ok": "a"}, "accept": accept});
    for (operation, message, expected) in [
        ("report", json!({"args": {"X-Ok": "a"}}), DOCUMENTED),
        ("report", message(""), DOCUMENTED),
        ("report", message("text/csv"), "text/csv"),
        ("report", message("TEXT/CSV"), "text/csv"),
        ("report", message("image/png"), "image/png"),
        ("report", message("image/*"), "image/*"),
        ("plain", json!({}), "*/*"),
    ] {
        let response = call(&app, operation, &message).await?;
        assert_eq!(response.status, 200, "{message}: {}", response.text());
        let received = upstream.received_requests().pop().context("nothing was sent")?;
        assert_eq!(received.header("accept"), expected, "{message}");
        assert_eq!(received.headers.get_all("accept").iter().count(), 1, "{message}");
    }
    let count = upstream.received_requests().len();
    for (operation, accept) in
        [("report", "text/html"), ("report", "*/*"), ("report", "text/csv\r\nX: 1"), ("plain", "text/csv")]
    {
        let response = call(&app, operation, &json!({"args": {}, "accept": accept})).await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{accept}");
    }
    let refused = call(&app, "report", &message("text/html")).await?.text();
    assert!(refused.contains("Set accept to one of: application/hal+json, "), "{refused}");
    assert_eq!(upstream.received_requests().len(), count);
    Ok(())
}

#[tokio::test]
async fn the_form_offers_the_documented_media_types() -> Result<()> {
    let (app, upstream) = start().await?;
    let page = app.get("/reports/report").send().await?.text();
    assert!(page.contains("<label for=\"accept\">Accept</label>"), "{page}");
    assert!(page.contains("<option value=\"text/csv\">"), "{page}");
    assert!(!app.get("/reports/plain").send().await?.text().contains("id=\"accept\""));
    let form = [
        ("environment", "server1"),
        ("accept", "application/xml"),
        ("value/X-Ok", "a"),
        ("client", "curl"),
        ("intent", "send"),
    ];
    let page = app.post_form("/reports/report", &form).send().await?.text();
    assert_eq!(upstream.only_request()?.header("accept"), "application/xml");
    assert!(page.contains("<option value=\"application/xml\" selected>"), "the choice stays: {page}");
    assert!(page.contains("accept: application/xml&#39;") || page.contains("accept: application/xml'"), "{page}");
    Ok(())
}

#[tokio::test]
async fn snippets_accept_what_the_explorer_accepts() -> Result<()> {
    let (app, _) = start().await?;
    for (accept, expected) in [("", DOCUMENTED), ("text/csv", "text/csv"), ("text/html", DOCUMENTED)] {
        for client in ["Shell · curl", "JavaScript · fetch", "Python · requests"] {
            let message = json!({
                "provider": "reports", "operation": "report", "environment": "server1", "accept": accept,
                "arguments": {"X-Ok": "a"}, "client": client, "secret_source": "environment",
            });
            let response = app.post_json("/api/snippet", &message).send().await?;
            let code = text(&response.json()?["code"]);
            assert!(code.contains(expected), "{client}: {code}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn headers_that_are_no_parameters_are_reported() -> Result<()> {
    let (app, _) = start().await?;
    let page = app.get("/reports/report").send().await?.text();
    for header in ["Accept", "content-type", "Authorization"] {
        assert!(page.contains(&format!("the header {header} is no parameter")), "{header}: {page}");
        assert!(!page.contains(&format!("name=\"value/{header}\"")), "{header}");
    }
    assert!(page.contains("name=\"value/X-Ok\""), "{page}");
    Ok(())
}

#[tokio::test]
async fn the_example_has_the_chosen_media_type() -> Result<()> {
    let (app, _) = start().await?;
    for (accept, content_type, expected) in [
        ("", "application/hal+json", json!({"total": 1})),
        ("text/csv", "text/csv", json!("total\n1\n")),
        (
            "application/xml",
            "application/xml",
            json!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<report><total>1</total></report>"),
        ),
    ] {
        let message = json!({"args": {"X-Ok": "a"}, "accept": accept, "environment": "example"});
        let response = call(&app, "report", &message).await?.json()?;
        assert_eq!(response["meta"]["headers"]["content-type"], content_type, "{response}");
        assert_eq!(response["data"], expected, "{response}");
    }
    Ok(())
}
