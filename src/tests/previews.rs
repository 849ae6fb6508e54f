//! Tests of the bodies that a page shows other than as JSON, and of those that it offers as files.

use crate::support::{CALLER_PROJECT, CALLER_SECRET, TestApp, TestEnv, TestRequest, TestResponse, Upstream};
use anyhow::{Context, Result};
use axum::{
    Router,
    http::HeaderValue,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff";
const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

/// The path of an operation, and the headers and the body of its response.
type Example = (&'static str, Vec<(&'static str, &'static str)>, &'static [u8]);

fn responses() -> Vec<Example> {
    let csv = "name,ort\n\"Ä, <B>\",Köln\n".as_bytes();
    vec![
        ("png", vec![("content-type", "image/png")], PNG),
        ("svg", vec![("content-type", "image/svg+xml")], SVG.as_bytes()),
        ("pdf", vec![("content-type", "application/pdf")], b"%PDF-1.7\xff"),
        ("markup", vec![("content-type", "application/pdf")], b"<script>alert(1)</script>\xff"),
        ("csv", vec![("content-type", "text/csv; header=present")], csv),
        ("html", vec![("content-type", "text/html")], b"<h1 id=x>Hi</h1><script>alert(1)</script>"),
        ("wav", vec![("content-type", "audio/wav")], b"RIFF\xff\xff\xff\xff"),
        (
            "zip",
            vec![("content-type", "application/zip"), ("content-disposition", "attachment; filename=\"../a b.zip\"")],
            b"PK\x05\x06\xff",
        ),
        (
            "json",
            vec![("content-disposition", "attachment; filename=\"data.json\""), ("content-type", "application/json")],
            b"{\"a\":1}",
        ),
        ("plain", vec![("content-type", "application/json")], b"{\"a\":1}"),
        ("empty", vec![("content-type", "application/zip")], b"PK\x05\x06\0\0"),
        ("lines", vec![("content-type", "application/x-ndjson")], b"{\"a\":1}\n"),
        ("number", vec![("content-type", "text/plain")], b"1"),
    ]
}

async fn start() -> Result<(TestApp, Upstream)> {
    let routes = responses().into_iter().fold(Router::new(), |routes, (name, headers, body)| {
        let respond = move || {
            let mut response: Response = body.into_response();
            response.headers_mut().clear();
            for (name, value) in headers {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            std::future::ready(response)
        };
        routes.route(&format!("/{name}"), get(respond))
    });
    let upstream = Upstream::start(routes).await?;
    let paths = responses().into_iter().map(|(name, ..)| {
        (format!("/{name}"), json!({"get": {"operationId": name, "responses": {"200": {"description": ""}}}}))
    });
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Files", "version": "1"},
        "servers": [{"url": upstream.url}],
        "paths": Value::Object(paths.collect()),
    });
    Ok((TestEnv::start_app_with_document("files", &document.to_string(), &upstream).await?, upstream))
}

/// Posts the form as a browser without scripts does, and returns the page.
async fn page(app: &TestApp, operation: &str) -> Result<String> {
    let page = app.post_form(&format!("/files/{operation}"), &[("intent", "send")]).send().await?;
    anyhow::ensure!(page.status == 200, "{}", page.text());
    Ok(page.text())
}

/// Returns the path of the file that a page without scripts offers.
fn file_url(page: &str) -> Option<String> {
    let (before, _) = page.split_once("\" download>Download</a>")?;
    Some(before.rsplit('"').next()?.to_owned())
}

async fn file(app: &TestApp, operation: &str) -> Result<TestResponse> {
    let url = file_url(&page(app, operation).await?).context(operation.to_owned())?;
    app.get(&url).send().await
}

#[tokio::test]
async fn a_body_that_is_a_file_can_be_saved_without_scripts_and_without_another_call() -> Result<()> {
    let (app, upstream) = start().await?;
    for (operation, name, body) in
        [("png", "png.png", PNG), ("zip", "a%20b.zip", b"PK\x05\x06\xff"), ("json", "data.json", b"{\"a\":1}")]
    {
        let count = upstream.received_requests().len();
        let file = file(&app, operation).await?;
        assert_eq!((file.status.as_u16(), &*file.body), (200, body), "{operation}");
        assert_eq!(file.header("content-disposition"), format!("attachment; filename*=UTF-8''{name}"));
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(file.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(file.header("content-security-policy"), "sandbox; default-src 'none'; frame-ancestors 'none'");
        assert_eq!(file.header("cache-control"), "no-store");
        assert_eq!(upstream.received_requests().len(), count + 1, "{operation}");
    }
    assert_eq!(file_url(&page(&app, "plain").await?), None);
    Ok(())
}

#[tokio::test]
async fn a_file_has_a_type_that_no_browser_runs() -> Result<()> {
    let (app, _upstream) = start().await?;
    for (operation, content_type) in [
        ("png", "image/png"),
        ("wav", "audio/wav"),
        ("pdf", "application/pdf"),
        ("zip", "application/octet-stream"),
        ("json", "application/octet-stream"),
    ] {
        assert_eq!(file(&app, operation).await?.header("content-type"), content_type);
    }
    let url = file_url(&page(&app, "wav").await?).context("no file")?;
    let part = app.get(&url).header("range", "bytes=1-2").send().await?;
    assert_eq!((part.status.as_u16(), &*part.text()), (206, "IF"));
    assert_eq!(part.header("content-range"), "bytes 1-2/8");
    Ok(())
}

#[tokio::test]
async fn a_pdf_opens_in_a_tab_of_its_own_if_it_is_one() -> Result<()> {
    let (app, _upstream) = start().await?;
    let page = page(&app, "pdf").await?;
    let url = file_url(&page).with_context(|| page.clone())?;
    assert!(page.contains(&format!("href=\"{url}\">Open the PDF in a new tab</a>")), "{page}");
    let pdf = app.get(&url).send().await?;
    assert_eq!(pdf.header("content-disposition"), "inline; filename*=UTF-8''pdf.pdf");
    assert_eq!(pdf.header("x-content-type-options"), "nosniff");
    let policy = pdf.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("script"), "{policy}");
    let markup = file(&app, "markup").await?;
    assert_eq!(markup.header("content-disposition"), "attachment; filename*=UTF-8''markup.pdf");
    assert_eq!(markup.header("content-security-policy"), "sandbox; default-src 'none'; frame-ancestors 'none'");
    Ok(())
}

#[tokio::test]
async fn a_file_belongs_to_the_session_that_received_it() -> Result<()> {
    let upstream = Upstream::with_responder(|| ([("content-type", "image/png")], PNG).into_response()).await?;
    let env = TestEnv::new()
        .set_var("STYTCH_BASE_URL", &upstream.url)
        .set_var("EXPLORER_ACCESS", "public")
        .set_var("EXPLORER_HOSTS", "explorer.example.com");
    let app = env.start_app().await?;
    let form = [("environment", "test"), ("intent", "send")];
    let remote = |request: TestRequest| {
        request
            .header("host", "explorer.example.com")
            .header("origin", "https://explorer.example.com")
            .header("x-forwarded-proto", "https")
    };
    let credential =
        [("credential", "save"), ("basicAuth/username", CALLER_PROJECT), ("basicAuth/password", CALLER_SECRET)];
    let saved = remote(app.post_form("/stytch/apiUserV1Search", &credential)).send().await?;
    let cookie = saved.cookie()?;
    let page = remote(app.post_form("/stytch/apiUserV1Search", &form)).header("cookie", &cookie).send().await?.text();
    let url = file_url(&page).with_context(|| page.clone())?;
    let own = remote(app.get(&url)).header("cookie", &cookie).send().await?;
    assert_eq!((own.status.as_u16(), &*own.body), (200, PNG));
    let mut others = vec![remote(app.get(&url)).send().await?];
    let other_session = remote(app.post_form("/stytch/apiUserV1Search", &credential)).send().await?.cookie()?;
    others.push(remote(app.get(&url)).header("cookie", &other_session).send().await?);
    others.push(remote(app.get("/responses/00000000000000000000000000000000")).header("cookie", &cookie).send().await?);
    for other in others {
        assert_eq!(other.status, 404);
        assert!(other.text().contains("This response is no longer kept."), "{}", other.text());
    }
    Ok(())
}

#[tokio::test]
async fn bodies_are_previewed_as_tables_source_media_and_bytes() -> Result<()> {
    let (app, _upstream) = start().await?;
    for (operation, expected) in [
        ("csv", "<th scope=\"col\">ort</th></tr></thead><tbody><tr><td>Ä, &lt;B&gt;</td><td>Köln</td></tr>"),
        ("html", "<i class=\"k\">&lt;h1</i>"),
        ("svg", "<i class=\"k\">&lt;svg</i>"),
        ("png", "<img alt=\"Image in the response\" src=\"/responses/"),
        ("wav", "<audio controls aria-label=\"Audio in the response\" src=\"/responses/"),
        ("pdf", "Open the PDF in a new tab"),
        ("zip", "000000  50 4b 05 06 ff"),
        ("empty", "000000  50 4b 05 06 00 00"),
    ] {
        let page = page(&app, operation).await?;
        assert!(page.contains(expected), "{operation}: {page}");
        assert!(!page.contains("<script>alert") && !page.contains("<h1 id=x>"), "{operation}");
        let call = json!({"provider": "files", "operation": operation, "environment": "server1", "arguments": {}});
        let meta = app.post_json("/api/call", &call).send().await?.json()?["meta"].take();
        let preview = meta["previews"][0]["html"].as_str().context("no preview")?;
        assert!(preview.contains(expected), "{operation}: {preview}");
        let needs_file = ["png", "wav", "pdf"].contains(&operation);
        assert_eq!(meta["fileUrl"].is_string(), needs_file, "{operation}");
        let tool = app.post(&format!("/tools/files/{operation}"), "{}").send().await?.json()?;
        assert!(tool["meta"].get("previews").is_none() && tool["meta"].get("fileUrl").is_none(), "{operation}");
    }
    Ok(())
}

#[tokio::test]
async fn a_withheld_body_has_no_preview() -> Result<()> {
    for (content_type, body) in
        [("image/png", PNG), ("text/csv", b"user,password\nann,hunter2\n"), ("text/html", b"<b>hunter2</b>")]
    {
        let upstream =
            Upstream::with_responder(move || ([("content-type", content_type)], body).into_response()).await?;
        let app = TestEnv::with_upstream(&upstream).start_app().await?;
        let token = app.access_token(&[], &[]).await?;
        let call =
            json!({"provider": "stytch", "operation": "apiUserV1Search", "environment": "test", "arguments": {}});
        let response = app.post_json("/api/call", &call).bearer_token(&token).send().await?.json()?;
        assert!(
            response["data"].as_str().is_some_and(|notice| notice.starts_with("The server withholds")),
            "{response}"
        );
        assert!(response["meta"].get("previews").is_none() && response["meta"].get("fileUrl").is_none(), "{response}");
    }
    Ok(())
}

#[tokio::test]
async fn the_name_of_a_file_is_told_to_programs() -> Result<()> {
    let (app, _upstream) = start().await?;
    for (operation, name) in
        [("zip", "a b.zip"), ("json", "data.json"), ("plain", "plain.json"), ("lines", "lines.jsonl")]
    {
        let response = app.post(&format!("/tools/files/{operation}"), "{}").send().await?.json()?;
        assert_eq!(response["meta"]["fileName"], name);
    }
    Ok(())
}

#[tokio::test]
async fn only_json_is_json() -> Result<()> {
    let (app, _upstream) = start().await?;
    for (operation, data, encoding) in [
        ("plain", json!({"a": 1}), Value::Null),
        ("lines", json!("{\"a\":1}\n"), json!("text")),
        ("number", json!("1"), json!("text")),
    ] {
        let response = app.post(&format!("/tools/files/{operation}"), "{}").send().await?.json()?;
        assert_eq!((&response["data"], &response["meta"]["encoding"]), (&data, &encoding), "{operation}");
    }
    Ok(())
}
