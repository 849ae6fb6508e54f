//! Tests that `/proxy` validates the values of a request as `/tools` does, and writes bodies of every documented kind
//! anew, so that the provider receives what was judged.

use crate::support::{TestApp, TestEnv, TestRequest, Upstream};
use anyhow::{Context, Result};
use serde_json::{Value, json};

const LIVE_ID: &str = "thing-live-00000000-0000-4000-8000-000000000000";

fn document() -> Value {
    let text = json!({"type": "string"});
    let integer = json!({"type": "integer"});
    let file = json!({"type": "string", "format": "binary"});
    let query = |name: &str, schema: Value| json!({"name": name, "in": "query", "schema": schema});
    let list = |item: &Value| json!({"type": "array", "items": item});
    let styled = |name: &str, schema: Value, style: &str, explode: bool| json!({"name": name, "in": "query", "schema": schema, "style": style, "explode": explode});
    let point = json!({"type": "object", "properties": {"x": integer, "y": integer}});
    let find = json!([
        {"name": "id", "in": "path", "required": true, "schema": {"type": "integer", "maximum": 99}},
        query("count", json!({"type": "integer", "minimum": 1, "maximum": 10})),
        query("exact", json!({"type": "boolean"})),
        query("kind", json!({"enum": ["a", "b", 3]})),
        query("q", json!({"type": "string", "maxLength": 5})),
        query("at", json!({"type": "string", "format": "date-time"})),
        query("either", json!({"anyOf": [integer, {"enum": ["all"]}]})),
        query("ids", json!({"type": "array", "items": integer, "maxItems": 3})),
        styled("csv", list(&integer), "form", false),
        styled("piped", list(&integer), "pipeDelimited", false),
        styled("filter", json!({"type": "object", "properties": {"since": integer, "in": list(&integer)}}), "deepObject", true),
        styled("flat", point.clone(), "form", false),
        query("point", point.clone()),
        {"name": "json", "in": "query", "content": {"application/json": {"schema": point}}},
        {"name": "X-Count", "in": "header", "schema": integer},
        {"name": "mode", "in": "cookie", "schema": {"enum": ["fast", "slow"]}},
    ]);
    let form = json!({"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string", "maxLength": 9}, "size": integer, "tags": list(&text),
        "point": {"type": "object", "properties": {"x": integer}},
    }});
    let upload = json!({"type": "object", "required": ["title"], "properties": {
        "title": {"type": "string", "maxLength": 99}, "size": integer, "tags": list(&text), "file": file,
        "photos": list(&file), "icon": file,
        "meta": {"type": "object", "properties": {"note": text, "n": integer}},
    }});
    let post = |name: &str, content: Value| json!({"post": {"operationId": name, "requestBody": {"required": true, "content": content}, "responses": {}}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://test.stytch.com", "x-name": "test"}],
        "paths": {
            "/find/{id}": {"get": {"operationId": "find", "parameters": find, "responses": {}}},
            "/required": {"get": {"operationId": "required", "responses": {}, "parameters": [
                {"name": "q", "in": "query", "required": true, "schema": text},
                {"name": "X-Api-Key", "in": "header", "required": true, "schema": text},
            ]}},
            "/form": post("form", json!({"application/x-www-form-urlencoded": {"schema": form, "encoding": {"point": {"style": "deepObject"}}}})),
            "/upload": post("upload", json!({"multipart/form-data": {"schema": upload, "encoding": {"icon": {"contentType": "image/png"}}}})),
            "/related": post("related", json!({"multipart/related": {"schema": {}}})),
            "/raw": post("raw", json!({
                "application/octet-stream": {"schema": file}, "text/plain": {"schema": text}, "image/*": {},
            })),
            "/note": post("note", json!({"application/json": {"schema": form}})),
        },
        "security": [{"basicAuth": []}],
        "components": {"securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}}},
    })
}

async fn start_app(upstream: &Upstream) -> Result<TestApp> {
    let mut settings = TestEnv::with_upstream(upstream).to_settings()?;
    for provider in &mut settings.providers {
        provider.document = document().to_string().into();
    }
    TestApp::new(settings).await
}

fn find(app: &TestApp, query: &str) -> TestRequest {
    app.get(&format!("/proxy/stytch/find/1?{query}"))
}

#[tokio::test]
async fn legal_values_of_every_style_are_proxied_unchanged() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    for query in [
        "count=3",
        "count=03&exact=true",
        "exact=True",
        "exact=0",
        "kind=a",
        "kind=3",
        "q=a%20b",
        "q=",
        "count=",
        "count",
        "at=2026-11-23T09:30:00Z",
        "either=7",
        "either=all",
        "ids=1&ids=2",
        "ids[]=1&ids[]=2",
        "ids%5B0%5D=1&ids%5B1%5D=2",
        "ids=1,2",
        "ids=",
        "csv=1,2",
        "csv=1%2C2",
        "csv=1&csv=2",
        "piped=1%7C2",
        "piped=1|2",
        "filter[since]=1&filter[in]=1&filter[in]=2",
        "filter%5Bin%5D%5B%5D=1&filter%5Bother%5D=a",
        "flat=x,1,y,2",
        "x=1&y=2",
        "json=%7B%22x%22%3A1%7D",
    ] {
        let response = find(&app, query).header("x-count", "7").header("cookie", "mode=fast").send().await?;
        assert_eq!(response.status, 200, "{query}: {}", response.text());
        let sent = upstream.received_requests().pop().context("nothing was sent")?;
        assert_eq!(sent.query.as_deref(), Some(query));
        assert_eq!((sent.header("x-count"), sent.header("cookie")), ("7", "mode=fast"), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn values_that_their_schemas_refuse_are_not_proxied() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    for (query, field) in [
        ("count=11", "/count"),
        ("count=ten", "/count"),
        ("count=1.5", "/count"),
        ("exact=yes", "/exact"),
        ("kind=c", "/kind"),
        ("q=abcdef", "/q"),
        ("at=yesterday", "/at"),
        ("either=none", "/either"),
        ("ids=1&ids=b", "/ids/1"),
        ("ids=1&ids=2&ids=3&ids=4", "/ids"),
        ("csv=1,b", "/csv/1"),
        ("filter[since]=b", "/filter/since"),
        ("flat=x,b", "/flat/x"),
        ("x=b", "/point/x"),
        ("json=%7B%22x%22%3A%22b%22%7D", "/json/x"),
        ("json=1", "/json"),
    ] {
        let response = find(&app, query).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{query}: {}", response.text());
        assert_eq!(response.invalid_fields()?, [field], "{query}");
    }
    for (query, reason) in [
        ("q=%ff", "UTF-8"),
        ("%ff=1", "UTF-8"),
        ("q=%", "percent"),
        ("q=%zz", "percent"),
        ("json=%7B%22x%22%3A1%2C%22x%22%3A2%7D", "occurs twice"),
    ] {
        let response = find(&app, query).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{query}: {}", response.text());
        assert!(response.text().contains(reason), "{query}: {}", response.text());
    }
    let response = app.get("/proxy/stytch/find/100").send().await?;
    assert_eq!(response.invalid_fields()?, ["/id"]);
    let response = find(&app, "").header("x-count", "many").send().await?;
    assert_eq!(response.invalid_fields()?, ["/X-Count"]);
    let response = find(&app, "").header("cookie", "mode=other").send().await?;
    assert_eq!(response.invalid_fields()?, ["/mode"]);
    assert!(upstream.received_requests().is_empty(), "{:?}", upstream.received_requests());
    Ok(())
}

#[tokio::test]
async fn a_proxied_request_needs_the_required_parameters_except_its_credential() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    let token = app.access_token(&[], &[]).await?;
    let request = |query: &str| app.get(&format!("/proxy/stytch/required{query}")).header("x-api-key", &token);
    assert_eq!(request("").send().await?.invalid_fields()?, ["/q"]);
    assert_eq!(app.get("/proxy/stytch/required?q=1").send().await?.invalid_fields()?, ["/X-Api-Key"]);
    assert!(upstream.received_requests().is_empty());
    assert_eq!(request("?q=").send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_form_is_validated_against_its_schema() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    let send = |body: &'static str| {
        let request = app.post("/proxy/stytch/form", body);
        request.header("content-type", "application/x-www-form-urlencoded").send()
    };
    for (body, field) in [
        ("size=1", "/name"),
        ("", "/name"),
        ("name=0123456789", "/name"),
        ("name=a&size=big", "/size"),
        ("name=a&point[x]=b", "/point/x"),
    ] {
        let response = send(body).await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{body}: {}", response.text());
        assert_eq!(response.invalid_fields()?, [field], "{body}");
    }
    for body in ["name=%ff", "name=a&tags=%"] {
        assert_eq!(send(body).await?.status_and_code()?, (400, "invalid_arguments".into()), "{body}");
    }
    for id in ["name=a&tags=b&tags=", "name=a&tags[]=", "name=a&tags=b,"] {
        let body = [id, LIVE_ID].concat();
        let request = app.post("/proxy/stytch/form", body.clone());
        let response = request.header("content-type", "application/x-www-form-urlencoded").send().await?;
        assert!(response.text().contains("belongs to live"), "{body}: {}", response.text());
    }
    assert!(upstream.received_requests().is_empty(), "{:?}", upstream.received_requests());
    for (body, sent) in [
        ("name=a&size=7&tags=b&tags=c", "name=a&size=7&tags=b&tags=c"),
        ("name=a&tags[]=b&tags[]=c", "name=a&tags%5B%5D=b&tags%5B%5D=c"),
        ("name=&point[x]=1&size=", "name=&point%5Bx%5D=1&size="),
        ("n%61me=a;b", "name=a%3Bb"),
    ] {
        let response = send(body).await?;
        assert_eq!(response.status, 200, "{body}: {}", response.text());
        assert_eq!(upstream.received_requests().pop().map(|sent| sent.body).as_deref(), Some(sent));
    }
    Ok(())
}

/// Returns the text of a multipart body. Each part is its header lines, and its content.
fn multipart(parts: &[(&str, &str)]) -> String {
    let parts = parts.iter().map(|(headers, content)| format!("--sep\r\n{headers}\r\n\r\n{content}\r\n"));
    [&parts.collect::<String>(), "--sep--\r\n"].concat()
}

fn upload(app: &TestApp, body: impl Into<axum::body::Body>) -> TestRequest {
    app.post("/proxy/stytch/upload", body).header("content-type", "multipart/form-data; boundary=\"sep\"")
}

const TITLE: (&str, &str) = ("Content-Disposition: form-data; name=\"title\"", "a");

#[tokio::test]
async fn a_multipart_body_is_parsed_and_written_anew() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    let parts = multipart(&[
        ("content-disposition:form-data;name=title\r\nContent-Type: text/plain; charset=UTF-8", "é\r\n--se"),
        ("Content-Disposition: form-data; name=\"size\"\r\nContent-Length: 1", "7"),
        ("Content-Disposition: form-data; name=\"tags\"\r\nContent-Transfer-Encoding: 8bit", "b"),
        (
            "Content-Type: application/zip\r\nContent-Disposition: form-data; filename=\"a\\\"b%22.zip\"; name=\"file\"",
            "PK\0--sep",
        ),
        ("Content-Disposition: form-data; name=\"tags\"", ""),
        ("Content-Disposition: form-data; name=\"photos\"; filename=\"1\"\r\nContent-Type: image/png", "1"),
        ("Content-Disposition: form-data; name=\"photos\"; filename*=UTF-8''%C3%A9", "2"),
        ("Content-Disposition: form-data; name=\"icon\"; filename=\"i\"\r\nContent-Type: image/png", "3"),
        (
            "Content-Disposition: form-data; name=\"meta\"; filename=\"blob\"\r\nContent-Type: application/json",
            "{\"n\" : 1.0, \"note\":\"x\"}",
        ),
    ]);
    let response = upload(&app, ["preamble\r\n", &parts, "epilogue"].concat()).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = upstream.only_request()?;
    let (media_type, boundary) = sent.header("content-type").split_once("; boundary=").context("no boundary")?;
    assert_eq!(media_type, "multipart/form-data");
    assert!(boundary.len() == 32 && !boundary.contains("sep"), "{boundary}");
    let expected = [
        ("name=\"title\"\r\nContent-Type: text/plain; charset=UTF-8", "é\r\n--se"),
        ("name=\"size\"", "7"),
        ("name=\"tags\"", "b"),
        ("name=\"file\"; filename=\"a%22b%22.zip\"\r\nContent-Type: application/zip", "PK\0--sep"),
        ("name=\"tags\"", ""),
        ("name=\"photos\"; filename=\"1\"\r\nContent-Type: image/png", "1"),
        ("name=\"photos\"; filename=\"é\"", "2"),
        ("name=\"icon\"; filename=\"i\"\r\nContent-Type: image/png", "3"),
        ("name=\"meta\"; filename=\"blob\"\r\nContent-Type: application/json", "{\"n\":1.0,\"note\":\"x\"}"),
    ];
    let expected = expected
        .map(|(head, content)| format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n"));
    assert_eq!(sent.body, [&expected.concat(), "--", boundary, "--\r\n"].concat());
    Ok(())
}

#[tokio::test]
async fn a_multipart_body_may_have_only_documented_parts() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    let part = |parameters: &str, content: &str| {
        multipart(&[TITLE, (&format!("Content-Disposition: form-data; {parameters}"), content)])
    };
    for (body, reason) in [
        (part("name=\"admin\"", "1"), "\"admin\""),
        (part("name=\"Title\"", "1"), "\"Title\""),
        (part("name=\"tags[]\"", "1"), "\"tags[]\""),
        (part("name=\"title\"", "b"), "occurs twice"),
        (part("name=\"file\"; filename=\"a\"", "b").replace("name=\"title\"", "name=\"file\""), "occurs twice"),
        (part("name=\"size\"; name=\"title\"", "1"), "twice"),
        (part("name=\"size\"; other=\"1\"", "1"), "other"),
        (part("filename=\"a\"", "1"), "no name"),
        (part("name=\"size", "1"), "Content-Disposition"),
        (part("name=\"size\"\r\nContent-Disposition: form-data; name=\"file\"", "1"), "twice"),
        (part("name=\"size\"\r\nX-Other: 1", "1"), "x-other"),
        (part("name=\"size\"\r\n folded: 1", "1"), "header"),
        (part("name=\"size\"\r\nContent-Transfer-Encoding: base64", "MQ=="), "base64"),
        (part("name=\"size\"\r\nContent-Type: text/plain; charset=utf-16", "1"), "utf-16"),
        (part("name=\"size\"\r\nContent-Type: text/html", "1"), "text/html"),
        (part("name=\"icon\"; filename=\"i\"\r\nContent-Type: text/html", "1"), "image/png"),
        (part("name=\"file\"; filename=\"i\"\r\nContent-Type: multipart/mixed; boundary=x", "1"), "multipart/mixed"),
        (part("name=\"meta\"\r\nContent-Type: application/json", "{\"n\":1,\"n\":2}"), "occurs twice"),
        (multipart(&[("Content-Disposition: attachment; name=\"title\"", "a")]), "form-data"),
        (multipart(&[("Content-Type: text/plain", "a")]), "Content-Disposition"),
        (multipart(&[TITLE]).replace("\r\n", "\n"), "multipart"),
        (multipart(&[TITLE]).replace("--sep--", "--sep"), "multipart"),
        (multipart(&[TITLE]).replace("--sep", "--other"), "multipart"),
        (multipart(&vec![TITLE; 1001]), "1000"),
        (part(&format!("name=\"size\"; filename=\"{}\"", "a".repeat(9000)), "1"), "header"),
    ] {
        let response = upload(&app, body.clone()).send().await?;
        let shown = &body[..body.len().min(300)];
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{shown}: {}", response.text());
        assert!(
            response.json()?["error"].as_str().unwrap_or_default().contains(reason),
            "{shown}: {}",
            response.text()
        );
    }
    for (body, field) in [
        (multipart(&[]), "/title"),
        (part("name=\"size\"", "big"), "/size"),
        (part("name=\"meta\"\r\nContent-Type: application/json", "{\"n\":\"b\"}"), "/meta/n"),
        (part("name=\"meta\"", "text"), "/meta"),
    ] {
        let response = upload(&app, body.clone()).send().await?;
        assert_eq!(response.invalid_fields()?, [field], "{body}: {}", response.text());
    }
    let mut not_text = multipart(&[TITLE]).into_bytes();
    not_text.iter_mut().filter(|byte| **byte == b'a').last().map(|byte| *byte = 0xff).context("no text")?;
    assert_eq!(upload(&app, not_text).send().await?.status_and_code()?, (400, "invalid_arguments".into()));
    for content_type in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=a b"] {
        let request = app.post("/proxy/stytch/upload", multipart(&[TITLE])).header("content-type", content_type);
        let response = request.send().await?;
        assert!(response.text().contains("boundary"), "{content_type}: {}", response.text());
    }
    let related = app.post("/proxy/stytch/related", multipart(&[TITLE]));
    let response = related.header("content-type", "multipart/related; boundary=sep").send().await?;
    assert!(response.text().contains("multipart/form-data"), "{}", response.text());
    assert!(upstream.received_requests().is_empty(), "{:?}", upstream.received_requests());
    Ok(())
}

#[tokio::test]
async fn every_value_of_a_multipart_or_raw_body_is_judged() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    let part = |headers: &str, content: &str| multipart(&[TITLE, (headers, content)]);
    let meta = format!("{{\"note\": \"{LIVE_ID}\"}}");
    for body in [
        multipart(&[(TITLE.0, LIVE_ID)]),
        part("Content-Disposition: form-data; name=\"tags\"", LIVE_ID),
        part("Content-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json", &meta),
        part(&format!("Content-Disposition: form-data; name=\"file\"; filename=\"{LIVE_ID}\""), "a"),
    ] {
        let response = upload(&app, body.clone()).send().await?;
        assert!(response.text().contains("belongs to live"), "{body}: {}", response.text());
    }
    let raw = app.post("/proxy/stytch/raw", LIVE_ID).header("content-type", "text/plain");
    assert!(raw.send().await?.text().contains("belongs to live"));
    assert!(upstream.received_requests().is_empty(), "{:?}", upstream.received_requests());
    Ok(())
}

#[tokio::test]
async fn a_raw_body_must_have_a_documented_media_type_and_be_text_if_that_is_text() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    let send_raw = |content_type: &'static str, body: &'static [u8]| {
        app.post("/proxy/stytch/raw", body).header("content-type", content_type).send()
    };
    for (content_type, body) in [
        ("application/octet-stream", &b"\x01\x02"[..]),
        ("text/plain; charset=utf-8", "é".as_bytes()),
        ("image/png", b"\x89PNG"),
    ] {
        let response = send_raw(content_type, body).await?;
        assert_eq!(response.status, 200, "{content_type}: {}", response.text());
        let sent = upstream.received_requests().pop().context("nothing was sent")?;
        assert_eq!((sent.header("content-type"), sent.body.as_str()), (content_type, &*String::from_utf8_lossy(body)));
    }
    let count = upstream.received_requests().len();
    for (content_type, body, reason) in [
        ("text/html", &b"a"[..], "text/html"),
        ("image/", b"a", "image/"),
        ("text/plain", b"\xff", "UTF-8"),
        ("text/plain; charset=utf-16", b"a", "utf-16"),
    ] {
        let response = send_raw(content_type, body).await?;
        assert_eq!(
            response.status_and_code()?,
            (400, "invalid_arguments".into()),
            "{content_type}: {}",
            response.text()
        );
        assert!(response.text().contains(reason), "{content_type}: {}", response.text());
    }
    let empty = app.post("/proxy/stytch/note", "").header("content-type", "application/json").send().await?;
    assert_eq!(empty.invalid_fields()?, ["/name"]);
    assert_eq!(upstream.received_requests().len(), count);
    Ok(())
}

#[tokio::test]
async fn an_empty_body_is_not_sent_with_an_undocumented_media_type() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    for (content_type, expected) in [("text/x-undocumented", ""), ("text/plain; charset=utf-8", "text/plain")] {
        app.post("/proxy/stytch/raw", "").header("content-type", content_type).send().await?;
        let sent = upstream.received_requests().pop().context("nothing was sent")?;
        assert_eq!((sent.header("content-type"), sent.body.as_str()), (expected, ""));
    }
    Ok(())
}
