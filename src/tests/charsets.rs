//! Tests of text in other charsets than UTF-8: it is decoded, compared and masked as text, and SDKs receive its bytes.

use crate::support::{OPERATOR_SECRET, TestApp, TestEnv, Upstream};
use anyhow::{Context, Result};
use api_explorer::providers;
use axum::response::IntoResponse;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

const TEXT: &str = "/tools/stytch/text";

/// Starts the app with a provider that has one operation, `text`, whose response is described as text and as JSON.
async fn start(content_type: &'static str, body: Vec<u8>) -> Result<TestApp> {
    let upstream =
        Upstream::with_responder(move || ([("content-type", content_type)], body.clone()).into_response()).await?;
    let user = json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}});
    let text = json!({"schema": {"type": "string"}});
    let content = json!({"text/plain": text, "text/html": text, "application/json": {"schema": user}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Texts", "version": "1"},
        "servers": [{"url": "https://test.stytch.com", "x-name": "test"}],
        "security": [{"basicAuth": []}],
        "paths": {"/text": {"get": {
            "operationId": "text",
            "responses": {"200": {"description": "", "content": content}},
        }}},
        "components": {"securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}}},
    });
    let mut settings = TestEnv::with_upstream(&upstream).to_settings()?;
    let mut provider = providers::stytch_settings(Some(upstream.url.parse()?));
    provider.document = document.to_string().into();
    provider.presets = Vec::new();
    settings.providers = vec![provider];
    TestApp::new(settings).await
}

fn utf16(text: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[tokio::test]
async fn text_is_decoded_by_its_charset() -> Result<()> {
    for (content_type, body, charset, text) in [
        ("text/plain; charset=iso-8859-1", b"Gr\xf6\xdfe".to_vec(), "windows-1252", "Größe"),
        ("text/plain;charset=\"Shift_JIS\"", b"\x93\xfa\x96{".to_vec(), "Shift_JIS", "日本"),
        ("text/plain", utf16("Größe 😀"), "UTF-16LE", "Größe 😀"),
        ("text/html", b"<meta charset=latin1>\xe9".to_vec(), "windows-1252", "<meta charset=latin1>é"),
    ] {
        let size = body.len();
        let app = start(content_type, body).await?;
        let response = app.post(TEXT, "{}").send().await?.json()?;
        assert_eq!(response["data"], text, "{content_type}");
        let meta = &response["meta"];
        assert_eq!(
            (&meta["encoding"], &meta["charset"], &meta["size"]),
            (&json!("text"), &json!(charset), &json!(size))
        );
        assert_eq!(meta["headers"]["content-type"], content_type);
        let page = app.post_form("/stytch/text", &[("environment", "test"), ("intent", "send")]).send().await?.text();
        assert!(page.contains(&text.replace('<', "&lt;").replace('>', "&gt;")), "{content_type}");
        assert!(page.contains(&format!("{charset} · ")), "{content_type}");
    }
    Ok(())
}

#[tokio::test]
async fn json_in_another_charset_is_json_and_compared_with_its_document() -> Result<()> {
    for (body, difference) in [
        (utf16(r#"{"name": "Zoë"}"#), json!([])),
        (utf16(r#"{"name": 1}"#), json!([{"at": "/name", "message": "Must be text, not a number."}])),
        ([b"\xef\xbb\xbf".as_slice(), r#"{"name": "Zoë"}"#.as_bytes()].concat(), json!([])),
    ] {
        let response = start("application/json", body).await?.post(TEXT, "{}").send().await?.json()?;
        assert!(response["data"]["name"] == "Zoë" || response["data"]["name"] == 1, "{response}");
        assert_eq!(response["meta"]["differences"], difference);
    }
    Ok(())
}

#[tokio::test]
async fn bytes_that_are_not_valid_in_their_charset_are_binary() -> Result<()> {
    for (content_type, body) in [
        ("text/plain", b"Gr\xf6\xdfe".as_slice()),
        ("text/plain; charset=shift_jis", b"\x93"),
        ("image/png; charset=latin1", b"\x89PNG"),
    ] {
        let response = start(content_type, body.to_vec()).await?.post(TEXT, "{}").send().await?.json()?;
        assert_eq!(response["meta"]["encoding"], "base64", "{content_type}");
        assert_eq!(response["data"], BASE64_STANDARD.encode(body));
    }
    Ok(())
}

#[tokio::test]
async fn masking_judges_the_decoded_text() -> Result<()> {
    let secret = "zq7Kx-hunter2-4Fw9";
    let sentence = format!("Your password is {secret}");
    for (content_type, body) in [
        ("text/plain", utf16(&sentence)),
        ("text/plain; charset=utf-16", sentence.clone().into_bytes()),
        ("text/plain; charset=iso-2022-jp", sentence.replace("hunter", "hun\u{1b}(Bter").into_bytes()),
        ("application/json", utf16(&json!({"name": "é", "password": secret}).to_string())),
        ("text/plain; charset=shift_jis", [b"\x93", sentence.as_bytes()].concat()),
    ] {
        let app = start(content_type, body).await?;
        let token = app.access_token(&[], &[]).await?;
        let tool = app.post(TEXT, "{}").bearer_token(&token).send().await?;
        let proxied = app.get("/proxy/stytch/text").bearer_token(&token).send().await?;
        let bytes = BASE64_STANDARD.decode(tool.json()?["data"].as_str().unwrap_or_default()).unwrap_or_default();
        for text in [tool.full_text(), proxied.full_text(), String::from_utf8_lossy(&bytes).into_owned()] {
            assert!(!text.replace('\0', "").contains("hunter2"), "{content_type}: {text}");
        }
    }
    let app = start("text/plain; charset=iso-8859-1", b"Gr\xf6\xdfe 3".to_vec()).await?;
    let token = app.access_token(&[], &[]).await?;
    let proxied = app.get("/proxy/stytch/text").bearer_token(&token).send().await?;
    assert_eq!((&*proxied.text(), proxied.header("content-type")), ("Größe 3", "text/plain; charset=utf-8"));
    let app = start("text/plain; charset=shift_jis", b"Gr\xf6\xdfe\xff".to_vec()).await?;
    let token = app.access_token(&[], &[]).await?;
    let withheld = app.post(TEXT, "{}").bearer_token(&token).send().await?.json()?;
    let notice = withheld["data"].as_str().context("no text")?;
    assert!(notice.starts_with("The server withholds this body (6 bytes"), "{notice}");
    Ok(())
}

#[tokio::test]
async fn sdks_of_callers_that_may_see_secrets_receive_the_bytes_unless_something_is_hidden() -> Result<()> {
    let latin1 = b"Gr\xf6\xdfe".to_vec();
    let token = |app: TestApp| async move { app.access_token(&[], &["reveal"]).await };
    let app = start("text/plain; charset=iso-8859-1", latin1.clone()).await?;
    let bearer = token(app.clone()).await?;
    let proxied = app.get("/proxy/stytch/text").bearer_token(&bearer).send().await?;
    assert_eq!((proxied.body.clone(), proxied.header("content-type")), (latin1, "text/plain; charset=iso-8859-1"));
    let app = start("text/plain; charset=utf-16", utf16(&format!("é {OPERATOR_SECRET}"))).await?;
    let bearer = token(app.clone()).await?;
    let proxied = app.get("/proxy/stytch/text").bearer_token(&bearer).send().await?;
    assert_eq!(proxied.text(), "é [credential removed]");
    assert_eq!(proxied.header("content-type"), "text/plain; charset=utf-8");
    Ok(())
}

#[tokio::test]
async fn an_echo_of_the_credential_is_removed_in_every_charset() -> Result<()> {
    let echo = json!({"name": OPERATOR_SECRET}).to_string();
    for (content_type, body) in [
        ("application/json", utf16(&echo)),
        ("application/json; charset=utf-16", echo.clone().into_bytes()),
        ("text/plain; charset=iso-8859-1", [b"\xe9 ", echo.as_bytes()].concat()),
        ("text/plain; charset=utf-16", [echo.as_bytes(), b"\0a"].concat()),
    ] {
        let app = start(content_type, body).await?;
        let response = app.post(TEXT, "{}").send().await?;
        let data: Value = response.json()?["data"].take();
        let bytes = BASE64_STANDARD.decode(data.as_str().unwrap_or_default()).unwrap_or_default();
        let shown = [response.text(), String::from_utf8_lossy(&bytes).replace('\0', "")].concat();
        assert!(shown.contains("[credential removed]") && !shown.contains(OPERATOR_SECRET), "{content_type}: {shown}");
    }
    Ok(())
}
