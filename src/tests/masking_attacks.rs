//! Tests that a caller that may not see secrets receives none, in whatever form a provider returns it.

use crate::{
    masking::login,
    support::{
        TestApp, TestEnv, Upstream,
        login::{LOGIN_OPERATION, session_response},
        search::find_leaks,
    },
};
use anyhow::{Context, Result};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue},
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// The secret of every attack. It is no word, has no known format, and is long enough to be found anywhere.
const SECRET: &str = "zq7Kx-hunter2-4Fw9";
/// A secret that is a number.
const NUMBER: &str = "4815162342";

/// A response of a provider.
#[derive(Clone, Default)]
struct Attack {
    name: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

impl Attack {
    fn with_type(name: impl Into<String>, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), headers: vec![("content-type", content_type.into())], body: body.into() }
    }

    #[expect(clippy::needless_pass_by_value, reason = "calls are easier to read")]
    fn json(name: impl Into<String>, body: impl ToString) -> Self {
        Self::with_type(name, "application/json", body.to_string())
    }

    fn with_header(name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", "application/json".into()), (name, value.into())];
        Self { name: ["header ", name].concat(), headers, body: session_response().to_string().into_bytes() }
    }
}

/// Returns bodies that are not plain JSON.
fn formats() -> Vec<Attack> {
    let json = json!({"note": "x", "password": SECRET}).to_string();
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| json.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
    let form = format!("user=ann&password={SECRET}&next=https%3A%2F%2Fa.example%2F%3Ftoken%3D{SECRET}");
    let multipart = format!("--b\r\ncontent-disposition: form-data; name=\"password\"\r\n\r\n{SECRET}\r\n--b--\r\n");
    vec![
        Attack::with_type("one byte that is not UTF-8", "application/json", [json.as_bytes(), b"\xff"].concat()),
        Attack::with_type("Latin-1", "application/json", [b"{\"n\":\"\xe9\",", &json.as_bytes()[1..]].concat()),
        Attack::with_type(
            "UTF-16, little-endian",
            "application/json",
            [b"\xff\xfe", &*utf16(u16::to_le_bytes)].concat(),
        ),
        Attack::with_type("UTF-16, big-endian", "application/json; charset=utf-16", utf16(u16::to_be_bytes)),
        Attack::with_type("UTF-16 as text", "text/plain; charset=utf-16", utf16(u16::to_le_bytes)),
        Attack::with_type("byte order mark", "application/json", ["\u{feff}", &json].concat()),
        Attack::with_type("prefix against scripts", "application/json", [")]}'\n", &json].concat()),
        Attack::with_type("another prefix", "application/json", ["while(1);", &json].concat()),
        Attack::with_type("JSONP", "application/javascript", ["callback(", &json, ")"].concat()),
        Attack::with_type("events", "text/event-stream", ["event: login\ndata: ", &json, "\n\n"].concat()),
        Attack::with_type("lines of JSON", "application/x-ndjson", [&*json, "\n", &json, "\n"].concat()),
        Attack::with_type("JSON sequence", "application/json-seq", ["\u{1e}", &json, "\n"].concat()),
        Attack::with_type("two JSON texts", "application/json", [&*json, &json].concat()),
        Attack::with_type("incomplete JSON", "application/json", &json[..json.len() - 1]),
        Attack::with_type("comments in JSON", "application/json", ["/* x */", &json].concat()),
        Attack::with_type("JSON5", "application/json", format!("{{password: '{SECRET}'}}")),
        Attack::with_type("XML", "application/xml", format!("<user><password>{SECRET}</password></user>")),
        Attack::with_type("XML attribute", "text/xml", format!("<user password=\"{SECRET}\"/>")),
        Attack::with_type("YAML", "application/yaml", format!("user: ann\npassword: {SECRET}\n")),
        Attack::with_type("CSV", "text/csv", format!("user,password\nann,{SECRET}\n")),
        Attack::with_type("HTML", "text/html", format!("<p>Your password:</p><b>{SECRET}</b>")),
        Attack::with_type("plain text", "text/plain", format!("Your password is {SECRET}")),
        Attack::with_type("only the secret", "text/plain", SECRET),
        Attack::with_type("number as text", "text/plain", NUMBER),
        Attack::with_type("form", "application/x-www-form-urlencoded", form),
        Attack::with_type("multipart", "multipart/form-data; boundary=b", multipart),
        Attack::with_type("image", "image/svg+xml", format!("<svg><text>{SECRET}</text></svg>")),
        Attack::with_type("bytes", "application/octet-stream", [b"\x00\x80", SECRET.as_bytes()].concat()),
        Attack::with_type("unknown type", "x", json.clone()),
        Attack { name: "no type".into(), body: json.clone().into_bytes(), ..Attack::default() },
        Attack::with_type("secret in the type", SECRET, json.clone()),
        Attack::json("root is a text", Value::from(SECRET)),
        Attack::json("deeply nested", format!("{}\"{SECRET}\"{}", "[".repeat(400), "]".repeat(400))),
        Attack {
            name: "unknown encoding".into(),
            headers: vec![("content-type", "application/json".into()), ("content-encoding", "rot13".into())],
            body: json.into_bytes(),
        },
    ]
}

/// Returns JSON in which the place of the secret is unusual.
fn places() -> Vec<Attack> {
    let inside = json!({"password": SECRET}).to_string();
    let twice = Value::from(inside.clone()).to_string();
    let mut attacks = vec![
        Attack::json("JSON inside a documented text", json!({"request_id": inside})),
        Attack::json("JSON inside JSON inside a text", json!({"request_id": twice})),
        Attack::json("incomplete JSON inside a text", json!({"request_id": inside[..inside.len() - 1]})),
        Attack::json("JSON inside an undocumented text", json!({"payload": inside})),
        Attack::json("Base64 inside a text", json!({"payload": BASE64_STANDARD.encode(&inside)})),
        Attack::json("XML inside a text", json!({"request_id": format!("<password>{SECRET}</password>")})),
        Attack::json("YAML inside a text", json!({"request_id": format!("password: {SECRET}")})),
        Attack::json("CSV inside a text", json!({"request_id": format!("user,password\nann,{SECRET}")})),
        Attack::json("header inside a text", json!({"request_id": format!("Authorization: Bearer {SECRET}")})),
        Attack::json("invisible character in a name", json!({"request_id": format!("pass\u{200b}word={SECRET}")})),
        Attack::json("user of a URL", json!({"request_id": format!("https://ann:{SECRET}@a.example/")})),
        Attack::json("code of a URL", json!({"request_id": format!("https://a.example/?x=1&code={SECRET}")})),
        Attack::json("path of a URL", json!({"reset": format!("https://a.example/reset/{SECRET}")})),
        Attack::json("object", json!({"password": {"current": SECRET, "more": {"deep": [SECRET]}}})),
        Attack::json("list", json!({"recovery_codes": [SECRET, [SECRET], {"a": SECRET}]})),
        Attack::json("number", format!("{{\"pin\": {NUMBER}}}")),
        Attack::json("number below a secret name", format!("{{\"password\": {{\"value\": {NUMBER}}}}}")),
        Attack::json("list of numbers", format!("{{\"tokens\": [{NUMBER}]}}")),
        Attack::json("number of a session", format!("{{\"session_id\": {NUMBER}}}")),
        Attack::json("pair", json!({"key": "password", "value": SECRET})),
        Attack::json("pair, value first", json!([{"value": SECRET, "name": "DBPassword"}])),
        Attack::json("pair with a number", format!("{{\"field\": \"pin\", \"value\": {NUMBER}}}")),
        Attack::json("pair as a list", format!("[[\"pin\", {NUMBER}]]")),
        Attack::json("table", format!("{{\"columns\": [\"user\", \"pin\"], \"rows\": [[1, {NUMBER}]]}}")),
        Attack::json("name of a field", json!({(SECRET): {"active": true}})),
        Attack::json("name below a secret name", json!({"tokens": {(SECRET): 1}})),
        Attack::json("name in another alphabet", format!("{{\"p\u{430}ssword\": {NUMBER}}}")),
        Attack::json(
            "same name twice",
            format!("{{\"request_id\": \"a\", \"token\": \"{SECRET}\", \"token\": \"b\"}}"),
        ),
        Attack::json("escaped name", format!("{{\"p\\u0061ssword\": {NUMBER}}}")),
        Attack::json("escaped value", json!({"password": SECRET}).to_string().replace('h', "\\u0068")),
        Attack::json("copy in a documented text", json!({"password": SECRET, "request_id": format!("not {SECRET}")})),
        Attack::json(
            "copy in Base64",
            json!({"password": SECRET, "request_id": BASE64_STANDARD.encode(format!("a:{SECRET}"))}),
        ),
        Attack::json("copy in a number", format!("{{\"pin\": \"{NUMBER}\", \"status_code\": {NUMBER}}}")),
        Attack::json("free-form field", json!({"user": {"trusted_metadata": {"note": SECRET}}})),
        Attack::json("undocumented field", json!({"something": SECRET})),
        Attack::json("list in place of a text", json!({"request_id": [SECRET]})),
        Attack::json("text in place of an object", json!({"user": SECRET})),
    ];
    let names = [
        "JWTToken",
        "DBPassword",
        "accesstoken",
        "token1",
        "pwd",
        "pin",
        "verification_code",
        "session_id",
        "apiKey",
        "X-Api-Key",
        "client_secret",
        "refresh-token",
        "OTPCode",
        "passwd",
        "PHPSESSID",
        "sid",
    ];
    attacks.extend(names.map(|name| Attack::json(["name ", name].concat(), json!({(name): SECRET}))));
    let numbers =
        names.iter().map(|name| Attack::json(["number under ", name].concat(), format!("{{\"{name}\": {NUMBER}}}")));
    attacks.extend(numbers);
    attacks
}

fn headers() -> Vec<Attack> {
    vec![
        Attack::with_header("set-cookie", format!("sid={SECRET}; Path=/")),
        Attack::with_header("x-api-key", SECRET),
        Attack::with_header("x-something", SECRET),
        Attack::with_header("x-token", [SECRET.as_bytes(), b"\xe9"].concat()),
        Attack::with_header("x-user", ["\u{e9}".as_bytes(), SECRET.as_bytes()].concat()),
        Attack::with_header("location", format!("https://a.example/#access_token={SECRET}")),
        Attack::with_header("link", format!("<https://a.example/?code={SECRET}>; rel=\"next\"")),
        Attack::with_header("authorization", format!("Bearer {SECRET}")),
        Attack::with_header("www-authenticate", format!("Digest nonce={SECRET}")),
        Attack::with_header("etag", [b"\"\xe9", SECRET.as_bytes(), b"\""].concat()),
    ]
}

/// Starts an upstream that returns the current attack.
async fn start_attacker(current: Arc<Mutex<Attack>>) -> Result<Upstream> {
    Upstream::with_responder(move || {
        let attack = current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut response = Response::new(Body::from(attack.body));
        for (name, value) in attack.headers {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                response.headers_mut().append(HeaderName::from_static(name), value);
            }
        }
        response
    })
    .await
}

/// Returns everything that a caller without the grant receives, at each endpoint for programs, in readable form.
async fn received(app: &TestApp, token: &str) -> Result<String> {
    let tool = app.post_json(&format!("/tools/stytch/{LOGIN_OPERATION}"), &login()).bearer_token(token).send().await?;
    let body = login()["args"].to_string();
    let proxied = app.post("/proxy/stytch/v1/passwords/authenticate", body).bearer_token(token).send().await?;
    let json = tool.json()?;
    let bytes = BASE64_STANDARD.decode(json["data"].as_str().unwrap_or_default()).unwrap_or_default();
    let texts = [tool.full_text(), json.to_string(), String::from_utf8_lossy(&bytes).into_owned(), proxied.full_text()];
    // A JSON text may write any character as an escape, and UTF-16 writes letters with zeros between them.
    let unescaped = proxied.json().map(|json| json.to_string()).unwrap_or_default();
    Ok((texts.join("\n") + &unescaped).replace('\0', ""))
}

#[tokio::test]
async fn no_format_place_or_header_of_a_response_shows_a_secret_without_the_reveal_grant() -> Result<()> {
    let current = Arc::new(Mutex::new(Attack::default()));
    let app = TestEnv::with_upstream(&start_attacker(current.clone()).await?).start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let attacks = [formats(), places(), headers()].concat();
    assert!(attacks.len() >= 34, "{}", attacks.len());
    let mut leaks = Vec::new();
    for attack in attacks {
        *current.lock().unwrap_or_else(PoisonError::into_inner) = attack.clone();
        let everything = received(&app, &token).await.with_context(|| attack.name.clone())?;
        for secret in [SECRET, NUMBER] {
            for form in find_leaks(&everything, secret) {
                leaks.push(format!("{}, {form}", attack.name));
            }
        }
    }
    assert_eq!(leaks, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn what_the_document_describes_is_shown_without_the_reveal_grant() -> Result<()> {
    let current = Arc::new(Mutex::new(Attack::json("documented", session_response())));
    let app = TestEnv::with_upstream(&start_attacker(current.clone()).await?).start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let call = || app.post_json(&format!("/tools/stytch/{LOGIN_OPERATION}"), &login()).bearer_token(&token);
    let mut expected = session_response();
    expected["session_token"] = "{{response 1.session_token}}".into();
    expected["session_jwt"] = "{{response 1.session_jwt}}".into();
    assert_eq!(call().send().await?.json()?["data"], expected);
    let body = "{ \"n\" : 1.50,\r\n \"user_id\":\"\\u00e9\", \"when\" : \"2026-01-31\",\n\"on\":true, \"x\":\"y\" }\n";
    *current.lock().unwrap_or_else(PoisonError::into_inner) = Attack::json("formatting", body);
    let proxied = app.post("/proxy/stytch/v1/passwords/authenticate", login()["args"].to_string()).bearer_token(&token);
    assert_eq!(proxied.send().await?.text(), body.replace("\"y\"", "\"{{response 2.x}}\""));
    Ok(())
}

#[tokio::test]
async fn a_body_that_cannot_be_searched_is_withheld_with_its_size_and_type() -> Result<()> {
    let attack = Attack::with_type("XML", "application/xml", format!("<password>{SECRET}</password>"));
    let size = attack.body.len();
    let app = TestEnv::with_upstream(&start_attacker(Arc::new(Mutex::new(attack))).await?).start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let call = app.post_json(&format!("/tools/stytch/{LOGIN_OPERATION}"), &login()).bearer_token(&token);
    let response = call.send().await?.json()?;
    let notice = response["data"].as_str().context("no text")?;
    assert!(notice.contains(&format!("{size} bytes of application/xml")), "{notice}");
    Ok(())
}
