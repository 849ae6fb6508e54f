//! Tests of the media types of request bodies: which one is sent, as which bytes, and what is refused.

use crate::support::{ReceivedRequest, TestApp, TestEnv, TestResponse, Upstream};
use anyhow::{Context, Result};
use serde_json::{Value, json};

const PNG: &str = "iVBORw0KGgo=";

/// Starts the app with a document that has one operation per given request body, and an upstream.
async fn start(bodies: &[(&str, Value)]) -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    let paths = bodies.iter().map(|(name, content)| {
        let operation = json!({"operationId": name, "requestBody": {"content": content}, "responses": {}});
        (format!("/{name}"), json!({"post": operation}))
    });
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Bodies", "version": "1"},
        "servers": [{"url": "https://bodies.example"}],
        "paths": Value::Object(paths.collect()),
    });
    Ok((TestEnv::start_app_with_document("bodies", &document.to_string(), &upstream).await?, upstream))
}

async fn call(app: &TestApp, operation: &str, message: &Value) -> Result<TestResponse> {
    app.post_json(&format!("/tools/bodies/{operation}"), message).send().await
}

/// Makes a call that must succeed, and returns the request that the upstream received last.
async fn sent(app: &TestApp, upstream: &Upstream, operation: &str, message: &Value) -> Result<ReceivedRequest> {
    let response = call(app, operation, message).await?;
    anyhow::ensure!(response.status == 200, "{message}: {}", response.text());
    upstream.received_requests().pop().context("no request was received")
}

fn text_bodies() -> Value {
    let text = json!({"schema": {"type": "string"}});
    json!({
        "text/plain": text, "application/json": text, "text/csv; charset=utf-8": text, "application/x-ndjson": text,
        "application/jsonl": {"schema": {"type": "array", "items": {"type": "object"}}},
        "application/vnd.a+json": {"schema": {"type": "object", "properties": {"name": {"type": "string"}}}},
    })
}

#[tokio::test]
async fn a_text_is_sent_in_the_requested_media_type() -> Result<()> {
    let (app, upstream) = start(&[("text", text_bodies())]).await?;
    let body = json!({"body": "a\nb"});
    for (requested, content_type, expected) in [
        ("text/plain", "text/plain", "a\nb"),
        ("TEXT/PLAIN", "text/plain", "a\nb"),
        ("text/csv", "text/csv; charset=utf-8", "a\nb"),
        ("text/csv;charset=UTF-8", "text/csv; charset=utf-8", "a\nb"),
        ("text/plain; format=flowed", "text/plain; format=flowed", "a\nb"),
        ("application/x-ndjson", "application/x-ndjson", "a\nb"),
        ("application/json", "application/json", "\"a\\nb\""),
    ] {
        let received = sent(&app, &upstream, "text", &json!({"args": body, "contentType": requested})).await?;
        assert_eq!((received.header("content-type"), &*received.body), (content_type, expected), "{requested}");
    }
    let lines = json!({"args": {"body": [{"a": 1}, {"a": 2}]}, "contentType": "application/jsonl"});
    assert_eq!(sent(&app, &upstream, "text", &lines).await?.body, "{\"a\":1}\n{\"a\":2}\n");
    let fields = json!({"args": {"name": "n"}, "contentType": "Application/VND.a+json"});
    let received = sent(&app, &upstream, "text", &fields).await?;
    assert_eq!((received.header("content-type"), &*received.body), ("application/vnd.a+json", "{\"name\":\"n\"}"));
    Ok(())
}

#[tokio::test]
async fn a_media_type_that_the_document_does_not_have_is_refused() -> Result<()> {
    let (app, upstream) = start(&[("text", text_bodies()), ("none", json!({}))]).await?;
    for requested in
        ["image/png", "nonsense", "text/*", "*/*", "text/csv; charset=latin1", "text/plain; charset=utf-16"]
    {
        let response = call(&app, "text", &json!({"args": {"body": "a"}, "contentType": requested})).await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{requested}");
        let text = response.text();
        assert!(text.contains("Nothing was sent"), "{text}");
        assert!(requested.contains("utf-16") || text.contains("text/plain, text/csv; charset=utf-8"), "{text}");
    }
    let response = call(&app, "none", &json!({"args": {}, "contentType": "text/plain"})).await?;
    assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()));
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_range_of_media_types_is_never_sent() -> Result<()> {
    let file = |content_type: &str| json!({"filename": "a", "contentType": content_type, "base64": PNG});
    let (app, upstream) = start(&[
        ("image", json!({"image/*": {"schema": {"type": "string", "format": "binary"}}})),
        ("any", json!({"*/*": {"schema": {"type": "string"}}})),
        ("written", json!({"text/*": {}})),
        ("bytes", json!({"*/*": {"schema": {"type": "string", "format": "binary"}}})),
    ])
    .await?;
    for (operation, message, expected) in [
        ("image", json!({"args": {"body": file("image/webp")}}), "image/webp"),
        ("image", json!({"args": {"body": file("")}, "contentType": "image/png"}), "image/png"),
        ("image", json!({"args": {"body": file("image/gif")}, "contentType": "image/*"}), "image/gif"),
        ("any", json!({"body": "a"}), "application/json"),
        ("any", json!({"args": {"body": "a"}, "contentType": "text/csv"}), "text/csv"),
        ("any", json!({"args": {"body": file("")}, "contentType": "image/png"}), "image/png"),
        ("written", json!({"body": "a"}), "text/plain"),
        ("bytes", json!({"body": file("application/pdf")}), "application/pdf"),
        ("bytes", json!({"body": file("")}), "application/octet-stream"),
    ] {
        let received = sent(&app, &upstream, operation, &message).await?;
        assert_eq!(received.header("content-type"), expected, "{operation} {message}");
        assert!(!received.body.contains("base64"), "a file is sent as its bytes: {}", received.body);
    }
    let count = upstream.received_requests().len();
    for content_type in ["", "text/csv", "image/*", "nonsense"] {
        let response = call(&app, "image", &json!({"body": file(content_type)})).await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{content_type}");
        assert!(response.text().contains("image/*"), "{}", response.text());
    }
    let constrained = json!({"args": {"body": 7}, "contentType": "application/json"});
    assert_eq!(call(&app, "any", &constrained).await?.status, 400, "the schema of a range is validated");
    assert_eq!(upstream.received_requests().len(), count);
    Ok(())
}

#[tokio::test]
async fn files_as_openapi_3_1_describes_them_are_sent_as_parts() -> Result<()> {
    let bytes = json!({"type": "string", "contentMediaType": "application/octet-stream"});
    let properties = json!({
        "file": {"anyOf": [bytes, {"type": "null"}]}, "files": {"type": "array", "items": bytes},
        "cover": {"contentMediaType": "image/png"}, "free": {"type": "array", "items": {}}, "typed": {},
        "note": {"type": "string", "contentMediaType": "text/markdown"},
        "encoded": {"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"},
    });
    let encoding = json!({"free": {"contentType": "image/*"}, "typed": {"contentType": "image/png, image/gif"}});
    let content = json!({"multipart/form-data": {
        "schema": {"type": "object", "properties": properties}, "encoding": encoding,
    }});
    let raw = json!({"image/png": {"schema": {}}, "application/pdf": {"schema": {"type": "string", "contentMediaType": "application/pdf"}}});
    let (app, upstream) = start(&[("upload", content), ("raw", raw)]).await?;
    let page = app.get("/bodies/upload").send().await?.text();
    for name in ["file", "files/0", "cover", "free/0", "typed"] {
        let control = page.split('<').find(|tag| tag.contains(&format!("name=\"value/{name}\""))).unwrap_or_default();
        assert!(control.contains("type=\"file\""), "{name}: {control}");
    }
    let file = |name: &str| json!({"filename": name, "contentType": "image/gif", "base64": "aGk="});
    let arguments = json!({
        "file": file("1"), "files": [file("2"), file("3")], "cover": file("4"), "free": [file("5")], "typed": file("6"),
        "note": "# Hi", "encoded": PNG,
    });
    let body = sent(&app, &upstream, "upload", &arguments).await?.body.to_lowercase();
    for (name, filename) in
        [("file", "1"), ("files", "2"), ("files", "3"), ("cover", "4"), ("free", "5"), ("typed", "6")]
    {
        let part = format!("name=\"{name}\"; filename=\"{filename}\"\r\ncontent-type: image/gif\r\n\r\nhi\r\n");
        assert!(body.contains(&part), "{part:?} is missing in {body}");
    }
    assert!(body.contains("name=\"note\"\r\n\r\n# hi\r\n") && body.contains(&PNG.to_lowercase()), "{body}");
    for media_type in ["image/png", "application/pdf"] {
        let message = json!({"args": {"body": file("a")}, "contentType": media_type});
        let received = sent(&app, &upstream, "raw", &message).await?;
        assert_eq!((received.header("content-type"), &*received.body), (media_type, "hi"));
    }
    Ok(())
}

#[tokio::test]
async fn the_fields_of_a_form_are_encoded_as_documented() -> Result<()> {
    let list = json!({"type": "array", "items": {"type": "string"}});
    let object = json!({"type": "object", "properties": {"k": {"type": "string"}}});
    let properties = json!({
        "words": list, "codes": list, "both": list, "deep": object, "meta": object, "plain": object, "flat": object,
        "list": list, "text": {"type": "string"}, "quoted": {"type": "string"},
        "rows": {"type": "array", "items": object},
    });
    let encoding = json!({
        "words": {"style": "spaceDelimited", "explode": false}, "codes": {"explode": false}, "both": {"explode": true},
        "deep": {"style": "deepObject"}, "meta": {"contentType": "application/json"}, "flat": {"style": "form"},
        "list": {"contentType": "application/json; charset=utf-8"}, "quoted": {"contentType": "application/json"},
    });
    let content = json!({"application/x-www-form-urlencoded": {
        "schema": {"type": "object", "properties": properties}, "encoding": encoding,
    }});
    let (app, upstream) = start(&[("form", content)]).await?;
    let (pair, value) = (json!(["a b", "c"]), json!({"k": "v"}));
    for (name, argument, expected) in [
        ("words", &json!(["a", "c"]), "words=a%20c"),
        ("codes", &pair, "codes=a%20b,c"),
        ("both", &pair, "both=a%20b&both=c"),
        ("deep", &value, "deep%5Bk%5D=v"),
        ("meta", &value, "meta=%7B%22k%22%3A%22v%22%7D"),
        ("plain", &value, "plain=%7B%22k%22%3A%22v%22%7D"),
        ("flat", &value, "k=v"),
        ("list", &pair, "list=%5B%22a%20b%22%2C%22c%22%5D"),
        ("text", &json!("a+b"), "text=a%2Bb"),
        ("quoted", &json!("a"), "quoted=%22a%22"),
        ("rows", &json!([value, value]), "rows=%7B%22k%22%3A%22v%22%7D&rows=%7B%22k%22%3A%22v%22%7D"),
    ] {
        assert_eq!(sent(&app, &upstream, "form", &json!({"args": {name: argument}})).await?.body, expected, "{name}");
    }
    Ok(())
}
