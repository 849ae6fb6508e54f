//! Tests that pages are in the language of their reader: chosen, or asked for by the browser.

use crate::support::{OPERATION_PAGE, TestApp, TestEnv};
use anyhow::{Context, Result};
use serde_json::{Value, json};

async fn html(app: &TestApp, path: &str, accept_language: &str, cookie: &str) -> Result<(String, String)> {
    let request = app.get(path).header("accept-language", accept_language).header("cookie", cookie);
    let response = request.send().await?;
    let language = response.header("content-language").to_owned();
    Ok((language, response.text()))
}

#[tokio::test]
async fn pages_are_in_the_language_that_the_reader_chose_or_the_browser_asks_for() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for (accept_language, cookie, expected) in [
        ("", "", "en"),
        ("fr", "", "en"),
        ("de-CH, en;q=0.5", "", "de"),
        ("de", "language=en", "en"),
        ("en", "language=de", "de"),
        ("de", "language=xx", "de"),
    ] {
        for path in ["/", "/stytch", OPERATION_PAGE, "/search?q=user", "/no/such/page", "/sign-in"] {
            let (language, html) = html(&app, path, accept_language, cookie).await?;
            assert_eq!(language, expected, "{path} {accept_language} {cookie}");
            assert!(html.contains(&format!("<html lang=\"{expected}\"")), "{path}");
            let pressed = format!("value=\"{expected}\" lang=\"{expected}\" aria-pressed=\"true\"");
            assert_eq!(html.matches(&pressed).count(), 1, "{path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_choice_is_kept_in_a_cookie_and_returns_to_its_page() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let response = app.post_form("/language", &[("language", "de")]).header("referer", "http://127.0.0.1:3000/stytch");
    let response = response.send().await?;
    assert_eq!((response.status.as_u16(), response.header("location")), (303, "/stytch"));
    assert!(response.header("set-cookie").starts_with("language=de; HttpOnly; SameSite=Lax"));
    for body in ["", "language=", "language=xx", "language=DE", "language=de&x=1", "de"] {
        let response = app.post("/language", body).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{body}");
        assert_eq!(response.header("set-cookie"), "", "{body}");
    }
    Ok(())
}

#[tokio::test]
async fn a_page_names_the_texts_for_the_browser_which_never_change() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let mut paths = Vec::new();
    for language in ["en", "de"] {
        let (_, html) = html(&app, OPERATION_PAGE, language, "").await?;
        let path = html.split_once("data-texts=\"").and_then(|(_, rest)| rest.split('"').next()).context("no path")?;
        let response = app.get(path).send().await?;
        assert_eq!(response.header("content-type"), "application/json");
        assert_eq!(response.header("cache-control"), "public, max-age=31536000, immutable");
        let texts: Value = serde_json::from_str(&response.text())?;
        assert!(texts.as_object().is_some_and(|texts| !texts.is_empty()));
        paths.push(path.to_owned());
    }
    assert_ne!(paths[0], paths[1]);
    for path in [
        "/assets/texts/en.0000000000000000.json",
        "/assets/texts/en.json",
        "/assets/texts/xx.json",
        &paths[0].replace("en.", "de."),
    ] {
        assert_eq!(app.get(path).send().await?.status, 404, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn tools_get_messages_in_the_language_of_a_page_and_sdks_in_english() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let message = async |path: &str, language: &str| -> Result<Value> {
        let request = app.post(path, json!({"emial": "x"}).to_string());
        let response = request.header("accept-language", language).send().await?;
        Ok(serde_json::from_str(&response.text())?)
    };
    let (tool, proxy) = ("/tools/stytch/apiUserV1Create", "/proxy/stytch/v1/unknown");
    assert_ne!(message(tool, "de").await?, message(tool, "en").await?);
    assert_eq!(message(proxy, "de").await?, message(proxy, "en").await?);
    Ok(())
}

/// Each English text of several words that is translated is looked for in the pages in German.
#[tokio::test]
async fn german_pages_have_no_english_texts() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let read = |source: &str| -> Vec<(String, String)> {
        let lines = source.lines().filter_map(|line| line.split_once(" = "));
        lines.map(|(id, text)| (id.to_owned(), text.to_owned())).collect()
    };
    let (english, german) = (read(include_str!("../../locales/en.ftl")), read(include_str!("../../locales/de.ftl")));
    let is_translated = |(id, text): &&(String, String)| {
        !text.contains('{')
            && text.contains(' ')
            && german.iter().all(|(other_id, other)| other_id != id || other != text)
    };
    let translated: Vec<_> = english.iter().filter(is_translated).collect();
    let mut found = Vec::new();
    for path in ["/", "/stytch", OPERATION_PAGE, "/search?q=user", "/search?q=", "/no/such/page", "/sign-in", "/admin"]
    {
        let (_, html) = html(&app, path, "de", "").await?;
        let has = |text: &str| [format!(">{text}<"), format!("\"{text}\"")].iter().any(|shown| html.contains(shown));
        let shown = translated.iter().filter(|(_, text)| has(text));
        found.extend(shown.map(|(id, text)| format!("{path}: {id} = {text}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
