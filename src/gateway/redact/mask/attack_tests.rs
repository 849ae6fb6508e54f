//! Attacks masking with responses that a document describes in unusual ways. In each, a caller that may not see secrets
//! must receive none.

use super::{ResponseSecrets, Visibility};
use crate::{
    gateway::transport::response::{RequestSnapshot, UpstreamResponse},
    model::receipt::Timings,
    openapi::{ExpectedResponse, parse_document},
};
use anyhow::Result;
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use url::Url;

/// A secret that is no word and has no known format.
const SECRET: &str = "zq7Kx-hunter2-4Fw9";
/// A secret that is a number.
const NUMBER: u64 = 4_815_162_342;

/// A response, and what the document says about it.
struct Case {
    name: &'static str,
    /// The object `content` of the documented response.
    content: Value,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// Returns a case with JSON that a schema describes.
#[expect(clippy::needless_pass_by_value, reason = "calls are easier to read")]
fn json_case(name: &'static str, schema: Value, body: impl ToString) -> Case {
    let headers = vec![("content-type", "application/json".to_owned())];
    Case { name, content: json!({"application/json": {"schema": schema}}), headers, body: body.to_string() }
}

/// Returns a case whose schema describes the field `note` as text.
fn note_case(name: &'static str, text: impl Into<String>) -> Case {
    json_case(name, object(json!({"note": {"type": "string"}})), json!({"note": text.into()}))
}

/// Returns a case with a header and an undocumented body.
fn header_case(name: &'static str, value: String) -> Case {
    let headers = vec![("content-type", "application/json".to_owned()), (name, value)];
    Case { name, content: json!({}), headers, body: "{}".into() }
}

/// Returns a case with an undocumented body of a type.
fn body_case(name: &'static str, content_type: &str, body: impl Into<String>) -> Case {
    Case { name, content: json!({}), headers: vec![("content-type", content_type.into())], body: body.into() }
}

#[expect(clippy::needless_pass_by_value, reason = "calls are easier to read")]
fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

/// Returns what a caller receives: header names and values, and the body.
fn mask(visibility: Visibility, case: &Case) -> Result<String> {
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "Attacks", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "attack", "responses": {
            "200": {"description": "", "content": case.content},
        }}}},
        "components": {"schemas": {"Phrase": {"type": "string", "format": "password"}}},
    });
    let content_type = case.headers.first().map(|(_, value)| value.as_str()).unwrap_or_default();
    let expected = parse_document(&document.to_string())?.expected_response("attack", 200, content_type);
    let mut headers = HeaderMap::new();
    for (name, value) in &case.headers {
        headers.append(HeaderName::from_static(name), HeaderValue::from_str(value)?);
    }
    mask_response(visibility, &expected, headers, case.body.clone())
}

fn mask_response(
    visibility: Visibility,
    expected: &ExpectedResponse,
    headers: HeaderMap,
    body: String,
) -> Result<String> {
    let response = UpstreamResponse {
        status: 200,
        headers,
        body: body.into_bytes(),
        stream: None,
        request_snapshot: RequestSnapshot {
            method: reqwest::Method::GET,
            url: Url::parse("https://a.example/")?,
            headers: HeaderMap::new(),
            body: None,
        },
        timings: Timings::default(),
    };
    let secrets = ResponseSecrets::find(visibility, expected, &response);
    let (headers, body) = secrets.mask(expected, &response, |label| format!("{{{{response 1.{label}}}}}"));
    let body = String::from_utf8_lossy(&body).into_owned();
    let unescaped = serde_json::from_str::<Value>(&body).map(|json| json.to_string()).unwrap_or_default();
    Ok(format!("{headers:?}\n{body}\n{unescaped}"))
}

/// Schemas that call a value a secret without naming a field.
fn schemas() -> Vec<Case> {
    let password = || json!({"type": "string", "format": "password"});
    let phrase = || json!({"$ref": "#/components/schemas/Phrase"});
    let mut many_variants = vec![json!({"type": "string", "minLength": 1}); 150];
    many_variants.insert(0, password());
    let many: serde_json::Map<String, Value> =
        (0..4_000).map(|number| (format!("field_{number}"), object(json!({"a": {"type": "string"}})))).collect();
    let mut too_large = object(Value::Object(many));
    too_large["properties"]["phrase"] = json!({"type": "integer", "format": "password"});
    vec![
        json_case(
            "items",
            object(json!({"phrases": {"type": "array", "items": password()}})),
            json!({"phrases": [SECRET]}),
        ),
        json_case(
            "referenced items",
            object(json!({"phrases": {"type": "array", "items": phrase()}})),
            json!({"phrases": [SECRET]}),
        ),
        json_case("root", password(), Value::from(SECRET)),
        json_case("items of the root", json!({"type": "array", "items": phrase()}), json!([SECRET])),
        json_case("other fields", json!({"type": "object", "additionalProperties": password()}), json!({"a": SECRET})),
        json_case(
            "pattern of names",
            json!({"type": "object", "patternProperties": {"^a": phrase()}}),
            json!({"a": SECRET}),
        ),
        json_case(
            "one variant",
            object(json!({"a": {"oneOf": [{"type": "string"}, password()]}})),
            json!({"a": SECRET}),
        ),
        json_case(
            "part of allOf",
            object(json!({"a": {"allOf": [{"type": "string"}, {"anyOf": [phrase()]}]}})),
            json!({"a": SECRET}),
        ),
        json_case("one of many variants", object(json!({"a": {"oneOf": many_variants}})), json!({"a": SECRET})),
        json_case(
            "variants that disagree about a name",
            json!({"oneOf": [object(json!({"a": {"type": "string"}})), object(json!({"a": phrase()}))]}),
            json!({"a": SECRET}),
        ),
        json_case("number", object(json!({"a": {"type": "integer", "format": "password"}})), json!({"a": NUMBER})),
        json_case("prefix items", json!({"type": "array", "prefixItems": [password()]}), json!([SECRET])),
        json_case(
            "object",
            object(json!({"a": {"type": "object", "format": "password"}})),
            json!({"a": {"b": NUMBER}}),
        ),
        json_case(
            "written only",
            object(json!({"phrase": {"type": "string", "writeOnly": true}})),
            json!({"phrase": SECRET}),
        ),
        json_case("too large", too_large, json!({"phrase": NUMBER})),
        json_case(
            "free texts",
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            json!({"a": SECRET}),
        ),
        json_case(
            "number in place of a flag",
            object(json!({"has_pin": {"type": "boolean"}})),
            json!({"has_pin": NUMBER}),
        ),
        json_case(
            "text in place of a count",
            object(json!({"total_tokens": {"type": "integer"}})),
            json!({"total_tokens": SECRET}),
        ),
        json_case(
            "list in place of a flag",
            object(json!({"has_pin": {"type": "boolean"}})),
            json!({"has_pin": [NUMBER]}),
        ),
        Case {
            name: "documented text",
            content: json!({"text/plain": {"schema": {"allOf": [phrase()]}}}),
            headers: vec![("content-type", "text/plain".into())],
            body: SECRET.into(),
        },
        Case {
            name: "documented text, one variant",
            content: json!({"text/plain": {"schema": {"oneOf": [{"type": "string"}, phrase()]}}}),
            headers: vec![("content-type", "text/plain".into())],
            body: SECRET.into(),
        },
        Case {
            name: "range of types",
            content: json!({"*/*": {"schema": password()}}),
            headers: vec![("content-type", "text/plain".into())],
            body: SECRET.into(),
        },
    ]
}

/// Documented texts that contain a secret nevertheless.
fn texts() -> Vec<Case> {
    let json = json!({"password": SECRET}).to_string();
    vec![
        note_case("percent-encoded", format!("user%3Dann%26password%3D{SECRET}")),
        note_case("percent-encoded twice", format!("password%253D{SECRET}")),
        note_case("Base64 of JSON", BASE64_STANDARD.encode(&json)),
        note_case("Base64 of a form", BASE64_STANDARD.encode(format!("user=ann&password={SECRET}"))),
        note_case("incomplete JSON with escapes", json.replace("pass", "p\\u0061ss").trim_end_matches('}')),
        note_case("Cyrillic letter in a name", format!("p\u{430}ssword: {SECRET}")),
        note_case(
            "fullwidth name",
            format!("\u{ff50}\u{ff41}\u{ff53}\u{ff53}\u{ff57}\u{ff4f}\u{ff52}\u{ff44}={SECRET}"),
        ),
        note_case("fullwidth colon", format!("password\u{ff1a}{SECRET}")),
        note_case("combining mark", format!("pass\u{301}word: {SECRET}")),
        note_case("variation selector", format!("pass\u{fe0f}word: {SECRET}")),
        note_case("sentence", format!("Your password is {SECRET}.")),
        note_case("sentence with a code", "Your verification code is 481516"),
        note_case("path of a URL", format!("https://a.example/reset-password/{SECRET}")),
        note_case("path of a URL in a sentence", format!("Open https://a.example/magic-link/{SECRET} now")),
        note_case("character reference", format!("password&#61;{SECRET}")),
        note_case("JSON web encryption", format!("eyJhbGciOiJSU0EifQ.{SECRET}.a.b.{SECRET}")),
        note_case("lines of JSON", format!("{{\"a\":1}}\n{}", json.replace("pass", "p\\u0061ss"))),
    ]
}

/// Bodies in which something else says that a value is a secret.
fn bodies() -> Vec<Case> {
    let other = json!({"type": "object"});
    let many: Vec<String> = (0..80).map(|number| format!("{SECRET}-{number:02}")).collect();
    let last = many.last().cloned().unwrap_or_default();
    let echo = object(json!({"note": {"type": "string"}}));
    let number = |name, body| json_case(name, json!({"type": "object"}), body);
    vec![
        json_case("copy of one of many secrets", echo.clone(), json!({"tokens": many, "note": last})),
        json_case(
            "copy of one of many secrets in a sentence",
            echo.clone(),
            json!({"tokens": many, "note": format!("not {last}, but")}),
        ),
        json_case("copy of a word", echo, json!({"password": "swordfish-zq", "note": "swordfish-zq"})),
        number("table with a head", json!([["user", "pin"], [1, NUMBER]])),
        number(
            "table with described columns",
            json!({"fields": [{"name": "user"}, {"name": "pin"}], "rows": [[1, NUMBER]]}),
        ),
        number("pair by a path", json!({"op": "replace", "path": "/user/pin", "value": NUMBER})),
        number("code in a number", json!({"one_time_code": NUMBER})),
        number("access code", json!({"access_code": NUMBER})),
        number("short name", json!({"pw": NUMBER})),
        number("name without case", json!({"passCode": NUMBER})),
        json_case("random name without digits", other.clone(), json!({"sessions": {"QmFzZSBzaXhUeWZvdXJUb": true}})),
        json_case("random lowercase name", other, json!({"sessions": {"qzxjkvbnmwrtplkh": true}})),
        body_case("pair in a form", "application/x-www-form-urlencoded", format!("key=pin&value={NUMBER}")),
        body_case("JSON with a suffix", "application/vnd.a+json; charset=utf-8", json!({"note": SECRET}).to_string()),
        body_case("problem", "application/problem+json", json!({"detail": SECRET}).to_string()),
        body_case("multipart/mixed", "multipart/mixed; boundary=b", format!("--b\r\n\r\n{SECRET}\r\n--b--")),
        body_case("secret in a parameter of the type", &format!("text/csv; header={SECRET}"), "a"),
        body_case("secret in the subtype", &format!("text/{SECRET}"), "a"),
    ]
}

fn headers() -> Vec<Case> {
    vec![
        header_case("location", format!("https://a.example/reset/{SECRET}")),
        header_case("location", format!("/magic/{SECRET}?page=2")),
        header_case("location", format!("https://a.example/?next={SECRET}")),
        header_case("location", "https://a.example/verify/550e8400-e29b-41d4-a716-446655440000".into()),
        header_case("content-location", format!("/sessions/{SECRET}")),
        header_case("link", format!("<https://a.example/{SECRET}>; rel=\"next\"")),
        header_case("refresh", format!("0; url=https://a.example/{SECRET}")),
        header_case("x-ratelimit-token", SECRET.into()),
        header_case("ratelimit-session-id", SECRET.into()),
        header_case("set-cookie", format!("a={SECRET}")),
        header_case("www-authenticate", format!("Basic realm=\"{SECRET}\"")),
    ]
}

#[test]
fn no_documented_or_undocumented_shape_shows_a_secret() -> Result<()> {
    let mut leaks = Vec::new();
    for case in [schemas(), texts(), bodies(), headers()].into_iter().flatten() {
        let received = mask(Visibility::OnlyKnown, &case)?;
        let number = NUMBER.to_string();
        let planted =
            [SECRET, &number, "481516", "swordfish", "QmFz", "qzxj", "550e8400", &BASE64_STANDARD.encode(SECRET)[..20]];
        let encoded = BASE64_STANDARD.encode(json!({"password": SECRET}).to_string());
        if planted.iter().any(|secret| received.contains(secret)) || received.contains(&encoded[..40]) {
            leaks.push(format!("{}: {}", case.name, received.chars().take(300).collect::<String>()));
        }
    }
    assert_eq!(leaks, [""; 0], "{} leaks", leaks.len());
    Ok(())
}

#[test]
fn what_is_harmless_stays_visible() -> Result<()> {
    let uuid = "user-test-550e8400-e29b-41d4-a716-446655440000";
    for (case, expected) in [
        (header_case("location", format!("https://a.example/users/{uuid}")), uuid),
        (header_case("location", "/repos/rust-lang/rust/issues/1347?page=2".into()), "1347?page=2"),
        (header_case("link", "<https://a.example/users?after=Y3Vyc29y&per_page=100>; rel=\"next\"".into()), "Y3Vyc29y"),
        (header_case("x-ratelimit-remaining", "59".into()), "59"),
        (note_case("sentence", "The token is invalid."), "The token is invalid."),
        (note_case("draft", "[Draft] Fix 100% of the bugs"), "[Draft] Fix 100% of the bugs"),
        (note_case("cursor", BASE64_STANDARD.encode("{\"id\":1}")), "eyJpZCI6MX0="),
        (note_case("Greek", "\u{3b1}\u{3b2}\u{3b3} and beta: 1"), "beta: 1"),
        (note_case("commit", "4f2a9c4f2a9c4f2a9c4f2a9c4f2a9c4f2a9c4f2a"), "4f2a9c4f2a9c"),
        (json_case("flag", object(json!({"has_pin": {"type": "boolean"}})), json!({"has_pin": true})), "true"),
        (
            json_case("count", object(json!({"total_tokens": {"type": "integer"}})), json!({"total_tokens": 7_123})),
            "7123",
        ),
        (
            json_case(
                "word of a mock",
                object(json!({"session_token": {"type": "string"}, "name": {"type": "string"}})),
                json!({"session_token": "string", "name": "string"}),
            ),
            "\"name\":\"string\"",
        ),
        (
            json_case(
                "choice equal to a secret",
                object(json!({"token": {"type": "string"}, "role": {"type": "string", "enum": ["swordfish-role"]}})),
                json!({"token": "swordfish-role", "role": "swordfish-role"}),
            ),
            "\"role\":\"swordfish-role\"",
        ),
        (
            json_case(
                "example equal to a secret",
                object(json!({"token": {"type": "string", "example": "made-up-token-1"}, "note": {"type": "string"}})),
                json!({"token": "made-up-token-1", "note": "made-up-token-1"}),
            ),
            "\"note\":\"made-up-token-1\"",
        ),
        (json_case("error", object(json!({})), json!({"error": "invalid_token", "status": 401})), "401"),
        (
            json_case(
                "choice among other fields",
                json!({"type": "object", "additionalProperties": {"type": "string", "enum": ["read", "write"]}}),
                json!({"issues": "read"}),
            ),
            "read",
        ),
    ] {
        let received = mask(Visibility::OnlyKnown, &case)?;
        assert!(received.contains(expected), "{}: {received}", case.name);
        for field in ["\"session_token\":\"string\"", "\"token\":\"swordfish-role\"", "\"token\":\"made-up-token-1\""] {
            assert!(!received.contains(field), "{}: {received}", case.name);
        }
    }
    Ok(())
}

#[test]
fn the_schema_of_a_response_that_is_too_large_still_names_its_secrets() -> Result<()> {
    let case = schemas().into_iter().find(|case| case.name == "too large");
    let Some(case) = case else { anyhow::bail!("no case") };
    let body = json!({"phrase": SECRET}).to_string();
    for visibility in [Visibility::AllButSecrets, Visibility::OnlyKnown] {
        let received = mask(visibility, &Case { body: body.clone(), ..case_like(&case) })?;
        assert!(received.contains("{{response 1.phrase}}"), "{received}");
    }
    Ok(())
}

fn case_like(case: &Case) -> Case {
    Case { name: case.name, content: case.content.clone(), headers: case.headers.clone(), body: String::new() }
}

#[test]
fn what_is_already_masked_is_not_masked_again() -> Result<()> {
    for visibility in [Visibility::AllButSecrets, Visibility::OnlyKnown] {
        for text in [
            "https://a.example/?token={{response 7.session_token}}&id=1",
            "https://a.example/?token=[credential removed]&id=1",
            "token={{not stored}}",
        ] {
            let received = mask(visibility, &note_case("echo", text))?;
            assert!(received.contains(text), "{received}");
        }
        // What is written beside it is not masked yet.
        let received = mask(visibility, &note_case("echo", format!("?token={{{{response 7.a}}}}{SECRET}")))?;
        assert!(!received.contains(SECRET), "{received}");
    }
    Ok(())
}

#[test]
fn secrets_are_stored_before_everything_else_that_is_hidden() -> Result<()> {
    let others: Vec<String> = (0..1_500).map(|number| format!("unknown {number}")).collect();
    let case = json_case("many", json!({"type": "object"}), json!({"others": others, "session_token": SECRET}));
    let received = mask(Visibility::OnlyKnown, &case)?;
    assert!(received.contains("{{response 1.session_token}}"), "the secret can be sent");
    Ok(())
}
