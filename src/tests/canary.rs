//! A marked secret is put in, everything is driven, and whatever comes out is searched for it: pages, JSON, headers,
//! cookies and logs; plain, in Base64, URL-encoded, and as JSON and HTML escape it.

use crate::support::{Answer, PAGE, Setup, TOOL, TestApp, Upstream, basic, unused_address};
use anyhow::Result;
use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use tower_http::compression::CompressionLayer;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

const PROJECT: &str = "project-test-canary";
const GET_USER: &str = "/tools/stytch/apiUserV1Get";

/// RFC 3986, §2.3.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How the upstream writes back what it was sent; the id of the user that is asked for says how.
const ECHOES: [&str; 7] = ["json", "text", "html", "bytes", "refusal", "failure", "redirect"];

/// A secret that every way of writing changes in its own way.
fn secret(of: &str) -> String {
    format!("canary-{of}-_+/=\"\\&<>'%~#-end")
}

/// Every form in which a secret is looked for, and its name.
fn forms(secret: &str) -> Vec<(&'static str, String)> {
    let in_base64 = |before: &str| {
        let whole = BASE64_STANDARD.encode([before, secret].concat());
        // The digits that hold nothing but the secret.
        let (first, last) = ((before.len() * 8).div_ceil(6), (before.len() + secret.len()) * 8 / 6);
        whole.get(first..last).unwrap_or_default().to_owned()
    };
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    vec![
        ("plain", secret.to_owned()),
        ("basic", basic(PROJECT, secret)),
        ("base64", in_base64("")),
        ("base64, one byte in", in_base64("x")),
        ("base64, two bytes in", in_base64("xx")),
        ("form-encoded", url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()),
        ("percent-encoded", utf8_percent_encode(secret, UNRESERVED).to_string()),
        ("JSON", Value::from(secret).to_string().trim_matches('"').to_owned()),
        ("HTML", html.clone()),
        ("HTML attribute", html.replace('"', "&quot;")),
        ("Debug", format!("{secret:?}").trim_matches('"').to_owned()),
    ]
}

/// The names of the forms in which a text holds the secret.
fn found(text: &str, secret: &str) -> Vec<&'static str> {
    let forms = forms(secret).into_iter();
    forms.filter(|(_, form)| text.contains(form.as_str())).map(|(name, _)| name).collect()
}

/// What was logged since the first test looked, by all tests of this program, at every level, as text and as JSON.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    let writers = [log.clone(), log.clone()].map(|log| move || log.clone());
    let [text, json] = writers;
    let parser = |targets: Targets, name: &str| targets.with_target(name, LevelFilter::OFF);
    let filter = ["html5ever", "markup5ever", "selectors"].into_iter().fold(Targets::new(), parser);
    let installed = tracing_subscriber::registry()
        .with(filter.with_default(LevelFilter::TRACE))
        .with(fmt::layer().with_writer(text).with_ansi(false))
        .with(fmt::layer().with_writer(json).json().flatten_event(true))
        .try_init();
    assert!(installed.is_ok(), "somebody else takes the log");
    log
});

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An upstream that sends the credential back in headers and body, in every form that it could think of.
async fn parrot(of: &'static str) -> Result<Upstream> {
    let answer = move |request: Request| async move { parroted(&request, &secret(of)).unwrap_or_default() };
    Upstream::start(Router::new().fallback(answer).layer(CompressionLayer::new())).await
}

fn parroted(request: &Request, secret: &str) -> Result<Response> {
    let authorization = request.headers().get("authorization").cloned();
    let authorization = authorization.unwrap_or_else(|| HeaderValue::from_static("none"));
    let mut said: Vec<String> = forms(secret).into_iter().map(|(_, form)| form).collect();
    said.push(authorization.to_str().unwrap_or_default().to_owned());
    for before in ["", "x", "xx"] {
        said.push(BASE64_STANDARD.encode([before, secret, " and so on"].concat()));
    }
    let mut headers = HeaderMap::new();
    for (index, said) in said.iter().enumerate() {
        headers.insert(HeaderName::try_from(format!("x-said-{index}"))?, HeaderValue::try_from(said)?);
    }
    headers.insert("set-cookie", HeaderValue::try_from(format!("session={secret}"))?);
    headers.insert("location", HeaderValue::try_from(format!("https://evil.example/?{secret}"))?);
    let text = said.join("\n");
    let json =
        json!({"error_message": text, "error_url": format!("https://evil.example/?{secret}"), "said": said, secret: 1});
    let kind = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    let body = match kind.as_str() {
        "text" => text.into_response(),
        "html" => ([("content-type", "text/html")], format!("<p>{text}")).into_response(),
        "bytes" => [&[0xff, 0x00], text.as_bytes()].concat().into_response(),
        _ => axum::Json(json).into_response(),
    };
    let status = match kind.as_str() {
        "refusal" => StatusCode::UNAUTHORIZED,
        "failure" => StatusCode::INTERNAL_SERVER_ERROR,
        "redirect" => StatusCode::FOUND,
        _ => StatusCode::OK,
    };
    Ok((status, headers, body).into_response())
}

fn server_call(environment: &str, arguments: &Value) -> Value {
    json!({"provider": "stytch", "operation": "apiUserV1Get", "environment": environment, "arguments": arguments})
}

/// Every page, every door, every kind of reply and every refusal, as one visitor.
async fn drive(app: &TestApp, cookie: &str) -> Result<Vec<Answer>> {
    let mut asks = vec![
        app.get("/"),
        app.get("/?q=canary"),
        app.get("/stytch"),
        app.get("/stytch/openapi.json"),
        app.get("/nobody"),
        app.get(PAGE).header("host", "evil.example"),
        app.post(TOOL, "{"),
        app.post(TOOL, "{}").header("origin", "https://evil.example"),
        app.post_json(TOOL, &json!({"args": {"email": 1}})),
        app.post_json(TOOL, &json!({"args": {}, "environment": "live"})),
        app.post_json(TOOL, &json!({"args": {}, "environment": "example"})),
        app.post_json("/tools/stytch/nothing", &json!({})),
        app.post("/api/call", "{"),
        app.post_json("/api/call", &server_call("live", &json!({"user_id": "x"}))),
        app.post_json("/api/call", &server_call("test", &json!({"user_id": ".."}))),
    ];
    for name in crate::pages::OPERATIONS {
        asks.push(app.get(&format!("/stytch/{name}")));
    }
    for echo in ECHOES {
        let arguments = json!({"user_id": echo});
        asks.push(app.post_json(GET_USER, &arguments));
        asks.push(app.post_json("/api/call", &server_call("test", &arguments)));
        let controls = [("environment", "test"), ("value/user_id", echo), ("intent", "send")];
        asks.push(app.post_form("/stytch/apiUserV1Get", &controls));
    }
    let mut answers = Vec::new();
    for ask in asks {
        answers.push(ask.header("cookie", cookie).send().await?);
    }
    Ok(answers)
}

fn assert_clean(answers: &[Answer], secret: &str) {
    for answer in answers {
        let everything = answer.everything();
        assert_eq!(found(&everything, secret), [""; 0], "{} {everything}", answer.status);
    }
    assert_eq!(found(&LOG.text(), secret), [""; 0], "in the log");
}

#[test]
fn the_search_finds_what_is_planted() {
    LazyLock::force(&LOG);
    let planted = secret("planted");
    for (name, form) in forms(&planted) {
        let answer = Answer {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: format!("before{form}after").into_bytes(),
        };
        assert!(found(&answer.everything(), &planted).contains(&name), "{name} is not found");
        let headers =
            HeaderValue::try_from(&form).map(|value| HeaderMap::from_iter([(HeaderName::from_static("x"), value)]));
        let answer = headers.map(|headers| Answer { status: StatusCode::OK, headers, body: Vec::new() });
        let is_found = answer.is_ok_and(|answer| found(&answer.everything(), &planted).contains(&name));
        assert!(is_found, "{name} is not found in a header");
    }
    for before in ["", "x", "xx"] {
        let text = BASE64_STANDARD.encode([before, &planted, "more"].concat());
        assert!(!found(&text, &planted).is_empty(), "{text}");
    }
    tracing::trace!(value = planted, "planted");
    assert!(!found(&LOG.text(), &planted).is_empty(), "the log is not searched");
}

#[tokio::test]
async fn the_operators_secret_never_comes_out() -> Result<()> {
    LazyLock::force(&LOG);
    let (upstream, secret) = (parrot("operator").await?, secret("operator"));
    let app = Setup::calling(&upstream).set("STYTCH_PROJECT_ID", PROJECT).set("STYTCH_SECRET", &secret).start()?;
    let answers = drive(&app, "").await?;
    assert_clean(&answers, &secret);
    let sent = upstream.received();
    assert_eq!(sent.len(), 3 * ECHOES.len());
    assert!(sent.iter().all(|sent| sent.header("authorization") == basic(PROJECT, &secret)));
    let removed = answers.iter().filter(|answer| answer.text().contains("[credential removed]")).count();
    assert!(removed >= 2 * ECHOES.len(), "{removed} replies had something to remove");
    assert!(LOG.text().contains("apiUserV1Get"), "calls are logged");
    Ok(())
}

#[tokio::test]
async fn a_visitors_secret_never_comes_out() -> Result<()> {
    LazyLock::force(&LOG);
    let (upstream, secret) = (parrot("visitor").await?, secret("visitor"));
    let app = Setup::new().upstream(&upstream.url).start()?;
    let save = |username: &str| json!({"provider": "stytch", "username": username, "password": secret});
    let form = |username: &'static str, intent: &'static str| {
        app.post_form(PAGE, &[("username", username), ("password", &secret), ("credential", intent)])
    };
    let saved = app.post_json("/api/credential/save", &save(PROJECT)).send().await?;
    let cookie = saved.cookie()?;
    let mut answers = drive(&app, &cookie).await?;
    answers.push(saved);
    for ask in [
        app.post_json("/api/credential/save", &save("nonsense")),
        app.post_json("/api/credential/save", &save("")),
        app.post_json("/api/credential/save", &json!({"provider": "nobody", "username": PROJECT, "password": secret})),
        app.post_json(
            "/api/credential/save",
            &json!({"provider": "stytch", "username": PROJECT, "password": [secret]}),
        ),
        app.post("/api/credential/save", format!("{{\"password\":{}", Value::from(secret.as_str()))),
        app.post_json("/api/credential/save", &save(PROJECT)).header("accept", "text/html").header("referer", PAGE),
        app.post_json("/api/credential/save", &save("nonsense")).header("accept", "text/html").header("referer", PAGE),
        app.post_json("/api/credential/save", &save(PROJECT)).header("origin", "https://evil.example"),
        form(PROJECT, "save"),
        form("nonsense", "save"),
        form(PROJECT, "clear"),
        form(PROJECT, "something"),
        app.post_json("/api/credential/clear", &json!({"provider": "stytch", "password": secret})),
    ] {
        answers.push(ask.header("cookie", &cookie).send().await?);
    }
    assert_clean(&answers, &secret);
    assert_eq!(upstream.received().len(), 3 * ECHOES.len());
    Ok(())
}

#[tokio::test]
async fn no_failure_gives_the_secret_away() -> Result<()> {
    LazyLock::force(&LOG);
    let (secret, silent, large) = (secret("failing"), Upstream::silent().await?, "x".repeat(1_000_001));
    let large = Upstream::always(move || large.clone().into_response()).await?;
    let nobody = unused_address().await?;
    let mut answers = Vec::new();
    for url in [silent.url, large.url, format!("http://{nobody}"), format!("https://{nobody}")] {
        let setup = Setup::new().upstream(&url).set("EXPLORER_TIMEOUT", "1").set("EXPLORER_REPLY_LIMIT_MB", "1");
        let app = setup.set("STYTCH_PROJECT_ID", PROJECT).set("STYTCH_SECRET", &secret).start()?;
        for ask in [
            app.post(TOOL, "{}"),
            app.post_json("/api/call", &server_call("test", &json!({"user_id": "x"}))),
            app.post_form(PAGE, &[("environment", "test"), ("intent", "send")]),
        ] {
            answers.push(ask.send().await?);
        }
    }
    assert!(answers.iter().step_by(3).all(|answer| answer.status.is_server_error()));
    assert_clean(&answers, &secret);
    let beyond = Setup::new().set("STYTCH_PROJECT_ID", PROJECT).set("STYTCH_SECRET", &secret);
    let refused = beyond.set("LEPTOS_SITE_ADDR", "0.0.0.0:3000").settings();
    assert!(refused.is_err_and(|error| found(&format!("{error:#} {error:?}"), &secret).is_empty()));
    Ok(())
}

/// Writers of JSON escape more than they must: Go's `&`, `<`, `>`, PHP's `/`. Reading such JSON and writing it anew would
/// bring the secret back.
#[tokio::test]
async fn a_secret_that_json_escaped_otherwise_never_comes_out() -> Result<()> {
    LazyLock::force(&LOG);
    let secret = secret("escaped");
    let json = Value::from(secret.as_str()).to_string();
    let go = json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
    let php = json.replace('/', "\\/");
    for written in [go, php] {
        let body = format!("{{\"error_message\":{written}}}");
        let upstream = Upstream::always(move || (StatusCode::BAD_REQUEST, body.clone()).into_response()).await?;
        let app = Setup::calling(&upstream).set("STYTCH_PROJECT_ID", PROJECT).set("STYTCH_SECRET", &secret).start()?;
        let call = server_call("test", &json!({"user_id": "x"}));
        let form = [("environment", "test"), ("intent", "send")];
        for ask in [app.post(TOOL, "{}"), app.post_json("/api/call", &call), app.post_form(PAGE, &form)] {
            assert_clean(&[ask.send().await?], &secret);
        }
    }
    Ok(())
}
