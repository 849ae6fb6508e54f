//! Tests of the headers of multipart parts, which the Encoding Objects of a document describe.

use crate::{
    snippets::text,
    support::{TestApp, TestEnv, TestResponse, Upstream},
};
use anyhow::Result;
use serde_json::{Value, json};

fn document() -> Value {
    let text = json!({"type": "string"});
    let header = |schema: Value, required: bool| json!({"required": required, "schema": schema});
    let encoding = json!({
        "photo": {"contentType": "image/png", "headers": {
            "X-Checksum": header(json!({"type": "string", "maxLength": 8}), true),
            "X-Tags": header(json!({"type": "array", "items": text}), false),
            "Content-Type": header(text.clone(), false), "a b": header(text.clone(), false)}},
        "pages": {"headers": {"X-Number": header(json!({"type": "integer"}), false)}},
        "nothing": {"headers": {"X-None": header(text.clone(), false)}},
    });
    let schema = json!({"type": "object", "properties": {
        "photo": {"type": "string", "format": "binary"}, "title": text, "pages": {"type": "array", "items": text}}});
    json!({
        "openapi": "3.1.0", "info": {"title": "Parts", "version": "1"}, "servers": [{"url": "https://parts.example"}],
        "paths": {"/photos": {"post": {
            "operationId": "upload", "responses": {},
            "requestBody": {"content": {"multipart/form-data": {"schema": schema, "encoding": encoding}}}}}},
    })
}

async fn start() -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    Ok((TestEnv::start_app_with_document("parts", &document().to_string(), &upstream).await?, upstream))
}

async fn call(app: &TestApp, arguments: &Value) -> Result<TestResponse> {
    app.post_json("/tools/parts/upload", &json!({"args": arguments})).send().await
}

fn photo() -> Value {
    json!({"filename": "a.png", "contentType": "", "base64": "aGk="})
}

#[tokio::test]
async fn headers_of_parts_are_sent_with_their_parts() -> Result<()> {
    let (app, upstream) = start().await?;
    let arguments = json!({
        "photo": photo(), "photo.X-Checksum": "1f: \"a\"", "photo.X-Tags": ["a", "b"], "pages": ["p", "q"],
        "pages.X-Number": 7, "title": "t",
    });
    let response = call(&app, &arguments).await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let body = upstream.only_request()?.body;
    let head = "Content-Disposition: form-data; name=";
    for part in [
        format!(
            "{head}\"photo\"; filename=\"a.png\"\r\nContent-Type: image/png\r\nX-Checksum: 1f: \"a\"\r\nX-Tags: a,b\r\n\r\nhi\r\n"
        ),
        format!("{head}\"pages\"\r\nX-Number: 7\r\n\r\np\r\n"),
        format!("{head}\"pages\"\r\nX-Number: 7\r\n\r\nq\r\n"),
        format!("{head}\"title\"\r\n\r\nt\r\n"),
    ] {
        assert!(body.contains(&part), "{part:?} is missing in {body:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_header_without_its_part_and_a_value_that_no_header_has_are_refused() -> Result<()> {
    let (app, upstream) = start().await?;
    for (arguments, field, message) in [
        (json!({"title": "t", "photo.X-Checksum": "1"}), "/photo.X-Checksum", "part that is not sent"),
        (json!({"pages": [], "pages.X-Number": 1}), "/pages.X-Number", "part that is not sent"),
        (json!({"photo": photo()}), "/photo.X-Checksum", "required"),
        (json!({"photo": photo(), "photo.X-Checksum": "123456789"}), "/photo.X-Checksum", "At most 8"),
        (json!({"pages": ["a"], "pages.X-Number": "x"}), "/pages.X-Number", "whole number"),
        (json!({"title": "t", "nothing.X-None": "1"}), "/nothing.X-None", "no field named"),
    ] {
        let response = call(&app, &arguments).await?;
        assert_eq!(response.invalid_fields()?, [field], "{arguments}: {}", response.text());
        assert!(response.text().contains(message), "{arguments}: {}", response.text());
    }
    let response = call(&app, &json!({"photo": photo(), "photo.X-Checksum": "a\r\nX: 1"})).await?;
    assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()));
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn the_form_has_inputs_for_headers_of_parts_and_reports_those_left_out() -> Result<()> {
    let (app, _) = start().await?;
    let page = app.get("/parts/upload").send().await?.text();
    for name in ["photo.X-Checksum", "photo.X-Tags/0", "pages.X-Number"] {
        assert!(page.contains(&format!("name=\"value/{name}\"")), "{name}: {page}");
    }
    for (header, part) in [("Content-Type", "photo"), ("a b", "photo"), ("X-None", "nothing")] {
        assert!(page.contains(&format!("the header {header} of the part {part} is left out")), "{header}: {page}");
    }
    Ok(())
}

#[tokio::test]
async fn an_sdk_sends_only_documented_headers_of_parts() -> Result<()> {
    let (app, upstream) = start().await?;
    let part = |name: &str, headers: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{headers}\r\n\r\nhi\r\n")
    };
    let file = "; filename=\"a.png\"\r\ncontent-type: image/png";
    for (parts, status) in [
        (part("photo", &format!("{file}\r\nx-checksum: 1")), 200),
        (part("photo", &format!("{file}\r\nx-checksum: 1\r\nx-other: 1")), 400),
        (part("photo", file), 400),
        (part("title", "\r\nx-checksum: 1"), 400),
        ([part("pages", "\r\nx-number: 1"), part("pages", "\r\nx-number: 1")].concat(), 200),
        ([part("pages", "\r\nx-number: 1"), part("pages", "\r\nx-number: 2")].concat(), 400),
        (part("pages", "\r\nx-number: one"), 400),
    ] {
        let request = app.request_with_body("POST", "/proxy/parts/photos", format!("{parts}--b--\r\n"));
        let response = request.header("content-type", "multipart/form-data; boundary=b").send().await?;
        assert_eq!(response.status, status, "{parts}: {}", response.text());
    }
    let received = upstream.received_requests();
    assert_eq!(received.len(), 2);
    assert!(received[0].body.contains("\r\nX-Checksum: 1\r\n\r\nhi"), "{}", received[0].body);
    Ok(())
}

#[tokio::test]
async fn snippets_have_the_headers_or_say_that_they_cannot() -> Result<()> {
    let (app, _) = start().await?;
    let arguments = json!({"title": "t", "pages": ["p"], "pages.X-Number": 7});
    for (client, expected) in [
        ("Shell · curl", "pages=&quot;p&quot;;headers=&quot;X-Number: 7&quot;"),
        ("Python · requests", "X-Number"),
        ("JavaScript · fetch", "cannot set headers of the parts"),
    ] {
        let message = json!({
            "provider": "parts", "operation": "upload", "environment": "server1", "arguments": arguments,
            "client": client, "secret_source": "environment",
        });
        let response = app.post_json("/api/snippet", &message).send().await?.json()?;
        let shown = [text(&response["code"]), text(&response["note"])].concat();
        let expected = expected.replace("&quot;", "\"");
        assert!(shown.contains(&expected), "{client}: {shown}");
    }
    Ok(())
}
