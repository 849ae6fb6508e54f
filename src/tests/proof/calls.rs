//! The calls that every client makes; each contains a potential difficulty.

use super::recorder::Recorder;
use crate::support::{TestApp, TestEnv};
use anyhow::{Result, ensure};
use api_explorer::providers::{Policy, ProviderSettings};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

/// A call, with the arguments as sent and as entered.
pub(super) struct Call {
    pub(super) title: String,
    pub(super) operation: &'static str,
    pub(super) content_type: Option<&'static str>,
    pub(super) accept: Option<&'static str>,
    pub(super) arguments: Value,
    /// The same arguments, with placeholders in place of secrets and names in place of files.
    pub(super) snippet_arguments: Value,
    /// Files beside the code.
    pub(super) files: Vec<(&'static str, Vec<u8>)>,
}

fn call(title: impl Into<String>, operation: &'static str, arguments: Value) -> Call {
    Call {
        title: title.into(),
        operation,
        content_type: None,
        accept: None,
        snippet_arguments: arguments.clone(),
        arguments,
        files: Vec::new(),
    }
}

/// Texts with a special meaning in some language.
const TEXTS: [(&str, &str); 19] = [
    ("plain words", "plain words"),
    ("no text", ""),
    ("single quotes", "it's 'quoted'"),
    ("double quotes", r#"a "quoted" word"#),
    ("both quotes", r#"it's "both""#),
    ("backticks", "`whoami`"),
    ("dollars", "$HOME ${HOME} $(whoami) #{HOME} %HOME% {{x}} {x}"),
    ("backslashes", r"\ \\ \n \u0041 C:\new\table"),
    ("line ends", "one\ntwo\r\nthree\rfour"),
    ("tabs and spaces at both ends", " \t both ends \t "),
    ("the character NUL", "before\0after"),
    ("control characters", "\u{1}\u{7}\u{8}\u{b}\u{c}\u{1b}\u{7f}"),
    ("letters of many languages", "Zoë, Ærøskøbing, Ελλάδα, Україна, 東京"),
    ("emoji", "👩‍💻 🇩🇰 e\u{301}"),
    ("bidirectional text", "\u{202e}abc\u{202c} \u{2066}x\u{2069} עברית"),
    ("separators of lines", "a\u{2028}b\u{2029}c\u{feff}d"),
    ("special characters of URLs", "a/b?c=d&e#f%20+;,:@[]"),
    ("special characters of shells", "a; rm -rf x | y > z < w & (q) *!~^"),
    ("markup", "<script>alert('&amp;')</script>"),
];

/// Texts whose first character makes some client read a file, or take the text for an option.
const LEADING_CHARACTERS: [(&str, &str); 4] = [
    ("a leading at sign", "@/etc/hostname"),
    ("a leading equals sign", "=@/etc/hostname"),
    ("a leading less-than sign", "</etc/hostname"),
    ("a leading hyphen", "-o/etc/hostname"),
];

/// Returns calls with a leading character in every place of a request.
fn leading_character_calls((title, text): &(&str, &str)) -> [Call; 5] {
    let everywhere = json!({"id": text.replace('/', "-"), "text": text, "X-Trace": text, "flavour": text});
    [
        call(format!("{title}, in path, header, cookie and JSON"), "write", everywhere),
        call(format!("{title}, in the query"), "find", json!({"q": text})),
        call(format!("{title}, in a form"), "form", json!({"name": text, "tags": [text]})),
        call(format!("{title}, in a body of text"), "text", json!({"body": text})),
        call(format!("{title}, in a form with parts"), "upload", json!({"title": text, "tags": [text]})),
    ]
}

/// Returns all calls.
pub(super) fn all() -> Vec<Call> {
    let mut calls: Vec<Call> = TEXTS
        .iter()
        .map(|(title, text)| call(format!("{title}, in JSON"), "write", json!({"id": "1", "text": text})))
        .collect();
    let in_query = |title: &str| !title.starts_with("no text");
    calls.extend(
        TEXTS
            .iter()
            .filter(|(title, _)| in_query(title))
            .map(|(title, text)| call(format!("{title}, in the query"), "find", json!({"q": text}))),
    );
    calls.extend(LEADING_CHARACTERS.iter().flat_map(leading_character_calls));
    calls.push(call("nothing at all", "find", json!({})));
    calls.push(call("a list in the query", "find", json!({"tag": ["a", "b c", "d&e"]})));
    calls.push(call("an object in the query", "find", json!({"filter": {"name": "Ann", "a b": "1"}})));
    calls.push(call("characters of a path", "write", json!({"id": "user 1:é@x", "text": "a"})));
    let terms = json!({"terms": {"title": "a b&c=d+e%", "list": ["é", "\"x\""]}});
    calls.push(call("a query string that is a form", "terms", terms.clone()));
    calls.push(call("a query string that is JSON", "jsonTerms", terms));
    calls.push(call("an encoded slash in the path", "write", json!({"id": "group/sub/project", "text": "a"})));
    calls.push(call("a DOI in the path", "remove", json!({"id": "10.1000/xyz(99)"})));
    calls.push(call("slashes of the path", "file", json!({"path": "src/a b/é+~.rs"})));
    calls.push(call("a header", "write", json!({"id": "1", "X-Trace": "it's a \"trace\" $HOME `x` \\ %20"})));
    calls.push(call("an empty header", "write", json!({"id": "1", "X-Trace": ""})));
    calls.push(call("a cookie", "write", json!({"id": "1", "flavour": "a b;c"})));
    let nested = json!({"id": "1", "more": {"a": [1, [true, null], {"b": {}}], "c": [], "d e": "f"}, "text": "x"});
    calls.push(call("nested values", "write", nested));
    let numbers = r#"{"id": "1", "numbers": [0, -1, 1.5, 0.1, 123456789012345678901234567890, 1.50, 1e400, -0, 1E2]}"#;
    calls.push(call("numbers of every form", "write", serde_json::from_str(numbers).unwrap_or_default()));
    let names = json!({"id": "1", "more": {"__proto__": 1, "2": 1, "1": 2, "constructor": 3, "it's": 4, "\"": 5, "$x": 6, "": 7}});
    calls.push(call("unusual names", "write", names));
    calls.push(call("a long text", "write", json!({"id": "1", "text": "0123456789 ".repeat(700)})));
    calls.push(call("a DELETE request", "remove", json!({"id": "1"})));
    calls.push(call("a DELETE request with a body", "removeMany", json!({"ids": ["a", "b"]})));
    calls.push(call("a HEAD request", "head", json!({})));
    calls.push(call("an OPTIONS request", "options", json!({})));
    calls.push(call("a PATCH request", "patch", json!({"text": "a"})));
    calls.push(call("a form", "form", json!({"name": "Ann & Bo", "tags": ["a", "b=c"], "note": "+ %\n'\""})));
    calls.push(call("a body of text", "text", json!({"body": "one\n\"two\" 'three' $x\\n\n"})));
    let order = json!({"id": 7, "note": "<a> & \"b\" 'c' ]]>\r\n$x", "tags": ["a", "b"], "to": {"town": null}});
    calls.push(call("XML written from its fields", "order", order));
    calls.push(call(
        "XML written by hand",
        "order",
        json!({"body": "<?xml version='1.0'?>\n<o:order xmlns:o=\"urn:o\"/>"}),
    ));
    calls.push(call("the documented media types of responses", "report", json!({})));
    calls.push(Call {
        accept: Some("text/csv; header=present"),
        ..call("a media type of the response", "report", json!({}))
    });
    calls.push(call("a body that is a list", "list", json!({"body": [1, "two", {"three": 3}]})));
    let bytes: Vec<u8> = (0..=255).collect();
    let file =
        |base64: &str| json!({"filename": "data.bin", "contentType": "application/octet-stream", "base64": base64});
    let with_file = |call: Call, snippet_arguments: Value| Call {
        snippet_arguments,
        files: vec![("data.bin", bytes.clone())],
        ..call
    };
    let whole = file(&BASE64_STANDARD.encode(&bytes));
    calls.push(with_file(call("a body of bytes", "bytes", json!({"body": whole})), json!({"body": file("")})));
    let parts = |file: &Value| json!({"file": file, "title": "it's \"a\" title\nof two lines", "tags": ["a", "b"]});
    calls.push(with_file(call("a form with a file", "upload", parts(&whole)), parts(&file(""))));
    let signed =
        |file: &Value| json!({"file": file, "note": "n", "file.X-Sum": "a;b", "note.X-Note": "it's \"a\" \\ $x {y}"});
    calls.push(with_file(call("a form with headers of parts", "signed", signed(&whole)), signed(&file(""))));
    calls.push(call("a form with parts of text", "upload", json!({"title": "é"})));
    for operation in ["basic", "bearer", "header", "query", "cookie"] {
        calls.push(call(format!("authentication: {operation}"), operation, json!({})));
    }
    calls.push(call("a key behind a query", "query", json!({"q": "a b"})));
    calls.push(call("a key beside a cookie", "cookie", json!({"flavour": "sweet"})));
    let masked = |text: &str| json!({"id": "1", "text": text, "more": {"token": text}, "X-Trace": text});
    calls.push(Call {
        snippet_arguments: masked("{{response 1.session_token}}"),
        ..call("a masked value", "write", masked("kept-token"))
    });
    calls
}

/// Starts the app with the one provider that has all operations, and saves a caller's credential for every scheme.
pub(super) async fn app(recorder: &Recorder) -> Result<(TestApp, String)> {
    let mut settings = TestEnv::new().to_settings()?;
    settings.providers = vec![ProviderSettings {
        hosts: vec!["127.0.0.1".into()],
        base_url: Some(recorder.url.parse()?),
        policy: Policy { test_environments: vec!["server1".into()], ..Policy::default() },
        ..ProviderSettings::new("proof", document(&recorder.url).to_string().into())
    }];
    let app = TestApp::new(settings).await?;
    let values = json!({
        "basic/username": "ada", "basic/password": "pass-word", "bearer/token": "bearer-token",
        "header/key": "header-key", "query/key": "query-key", "cookie/key": "cookie-key",
    });
    let saved = app.post_json("/api/credential/save", &json!({"provider": "proof", "values": values})).send().await?;
    ensure!(saved.status == 200, "{}", saved.text());
    let cookie = saved.cookie()?;
    Ok((app, cookie))
}

fn document(url: &str) -> Value {
    let parameter = |name: &str, place: &str, schema: Value| json!({"name": name, "in": place, "schema": schema});
    let text = json!({"type": "string"});
    let id = json!({"name": "id", "in": "path", "required": true, "schema": text});
    let path = json!({"name": "path", "in": "path", "required": true, "schema": text, "x-allow-slashes": true});
    let (q, trace, flavour) = (
        parameter("q", "query", text.clone()),
        parameter("X-Trace", "header", text.clone()),
        parameter("flavour", "cookie", text.clone()),
    );
    let body = |kind: &str, schema: Value| json!({"required": true, "content": {kind: {"schema": schema}}});
    let object = json!({"type": "object", "properties": {"text": text}, "additionalProperties": true});
    let list = json!({"type": "array", "items": text});
    let operation = |id: &str, parameters: Value, body: Option<Value>| {
        let mut operation = json!({"operationId": id, "parameters": parameters, "security": [], "responses": {"200": {"description": "Done."}}});
        if let Some(body) = body {
            operation["requestBody"] = body;
        }
        operation
    };
    let secured = |scheme: &str, parameters: Value| {
        let mut operation = operation(scheme, parameters, None);
        operation["security"] = json!([{scheme: []}]);
        json!({"get": operation})
    };
    let filter = json!({"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object", "additionalProperties": text}});
    let form = json!({"type": "object", "properties": {"name": text, "tags": list, "note": text}});
    let file = json!({"type": "string", "format": "binary"});
    let upload = json!({"type": "object", "properties": {"file": file, "title": text, "tags": list}});
    let order = json!({
        "type": "object", "xml": {"name": "order", "prefix": "o", "namespace": "urn:o"},
        "properties": {
            "id": {"type": "integer", "xml": {"attribute": true}}, "note": text,
            "tags": {"type": "array", "xml": {"wrapped": true}, "items": {"type": "string", "xml": {"name": "tag"}}},
            "to": {"type": "object", "properties": {"town": {"type": ["string", "null"]}}},
        },
    });
    let mut report = operation("report", json!([]), None);
    report["responses"]["200"]["content"] = json!({"text/csv; header=present": {}, "application/json": {}});
    let mut signed = body("multipart/form-data", upload.clone());
    let headers = |name: &str| json!({"headers": {name: {"schema": text}}});
    signed["content"]["multipart/form-data"]["schema"]["properties"]["note"] = text.clone();
    signed["content"]["multipart/form-data"]["encoding"] = json!({"file": headers("X-Sum"), "note": headers("X-Note")});
    let terms = |media_type: &str| {
        let schema = json!({"type": "object", "properties": {"title": text, "list": list}});
        json!([{"name": "terms", "in": "querystring", "content": {media_type: {"schema": schema}}}])
    };
    json!({
        "openapi": "3.1.0", "info": {"title": "Proof", "version": "1"}, "servers": [{"url": url}],
        "paths": {
            "/v1/things": {
                "get": operation("find", json!([q, parameter("tag", "query", list.clone()), filter]), None),
                "delete": operation("removeMany", json!([]), Some(body("application/json", json!({"type": "object", "properties": {"ids": list}})))),
                "head": operation("head", json!([]), None),
                "options": operation("options", json!([]), None),
                "patch": operation("patch", json!([]), Some(body("application/merge-patch+json", object.clone()))),
                "post": operation("list", json!([]), Some(body("application/json", json!({"type": "array", "items": {}})))),
            },
            "/v1/things/{id}": {
                "put": operation("write", json!([id, trace, flavour]), Some(body("application/json", object))),
                "delete": operation("remove", json!([id]), None),
            },
            "/v1/files/{path}": {"get": operation("file", json!([path]), None)},
            "/v1/form": {"post": operation("form", json!([]), Some(body("application/x-www-form-urlencoded", form)))},
            "/v1/text": {"post": operation("text", json!([]), Some(body("text/plain", text.clone())))},
            "/v1/terms": {"get": operation("terms", terms("application/x-www-form-urlencoded"), None)},
            "/v1/json-terms": {"get": operation("jsonTerms", terms("application/json"), None)},
            "/v1/order": {"post": operation("order", json!([]), Some(body("application/xml", order)))},
            "/v1/report": {"get": report},
            "/v1/bytes": {"post": operation("bytes", json!([]), Some(body("application/octet-stream", file)))},
            "/v1/signed": {"post": operation("signed", json!([]), Some(signed))},
            "/v1/upload": {"post": operation("upload", json!([]), Some(body("multipart/form-data", upload)))},
            "/v1/basic": secured("basic", json!([])),
            "/v1/bearer": secured("bearer", json!([])),
            "/v1/header": secured("header", json!([])),
            "/v1/query": secured("query", json!([q])),
            "/v1/cookie": secured("cookie", json!([flavour])),
        },
        "components": {"securitySchemes": {
            "basic": {"type": "http", "scheme": "basic"},
            "bearer": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            "query": {"type": "apiKey", "in": "query", "name": "api key"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
        }},
    })
}
