//! Tests for every kind of parameter, body and input, on a document of our own that contains them all: the provider
//! receives the values of the form.

use crate::support::{TestApp, TestEnv, TestResponse, Upstream};
use anyhow::Result;
use serde_json::{Value, json};
use std::path::Path;

/// Starts the app with `end2end/kinds.yaml` and an upstream.
async fn kinds() -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("end2end/kinds.yaml");
    let preset = "[[provider.preset]]\noperation = \"choices\"\ntitle = \"As the operator wants it\"\n\
                  arguments = { name = \"preset\" }\n";
    Ok((TestEnv::start_app_with_file("kinds", &document, &upstream, preset).await?, upstream))
}

async fn call(app: &TestApp, operation: &str, message: &Value) -> Result<TestResponse> {
    app.post_json(&format!("/tools/kinds/{operation}"), message).send().await
}

/// A part of a multipart form: name, file name and type, content.
type MultipartPart<'a> = (&'a str, Option<(&'a str, &'a str)>, &'a str);

/// Posts a multipart form as a browser without scripts does.
async fn post_files(app: &TestApp, path: &str, parts: &[MultipartPart<'_>]) -> Result<TestResponse> {
    let written = parts.iter().map(|(name, file, content)| {
        let file_headers = file.map(|(filename, kind)| format!("; filename=\"{filename}\"\r\ncontent-type: {kind}"));
        let file_headers = file_headers.unwrap_or_default();
        format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"{file_headers}\r\n\r\n{content}\r\n")
    });
    let body = written.collect::<String>() + "--edge--\r\n";
    let request = app.post(path, body).header("content-type", "multipart/form-data; boundary=edge");
    request.header("origin", "http://127.0.0.1:3000").header("sec-fetch-site", "same-origin").send().await
}

async fn post(app: &TestApp, operation: &str, controls: &[(&str, &str)]) -> Result<String> {
    let response = app.post_form(&format!("/kinds/{operation}"), controls).send().await?;
    Ok(response.text())
}

/// Returns the value of the first control with a name.
fn value<'a>(html: &'a str, name: &str) -> &'a str {
    let tag = html.split('<').find(|tag| tag.contains(&format!(" name=\"{name}\"")));
    let value = tag.and_then(|tag| tag.split_once(" value=\"")).map(|(_, rest)| rest);
    value.and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

#[tokio::test]
async fn every_parameter_style_is_serialized_as_documented() -> Result<()> {
    let (app, upstream) = kinds().await?;
    let arguments = json!({
        "simple": ["a", "b,c"], "label": [3, 4], "matrix": "x y",
        "exploded": ["1", "2"], "joined": ["1", "2"], "piped": ["1", "2"], "spaced": ["1", "2"],
        "deep": {"color": "red", "size": 5}, "reserved": "a/b?c", "filter": {"since": "2026-11-23"},
        "X-Trace": ["t1", "t2"], "taste": "sweet",
    });
    assert_eq!(call(&app, "styles", &arguments).await?.status, 200);
    let received = upstream.only_request()?;
    assert_eq!(received.path, "/styles/a,b%2Cc/.3.4/;matrix=x%20y");
    let query = "exploded=1&exploded=2&joined=1,2&piped=1%7C2&spaced=1%202&deep%5Bcolor%5D=red&deep%5Bsize%5D=5&\
                 reserved=a/b?c&filter=%7B%22since%22%3A%222026-11-23%22%7D";
    assert_eq!(received.query.as_deref(), Some(query));
    assert_eq!((received.header("x-trace"), received.header("cookie")), ("t1,t2", "taste=sweet"));
    Ok(())
}

#[tokio::test]
async fn without_scripts_files_are_uploaded_and_stay_selected() -> Result<()> {
    let (app, upstream) = kinds().await?;
    assert!(app.get("/kinds/upload").send().await?.text().contains("enctype=\"multipart/form-data\""));
    let parts = [
        ("value/title", None, "Sunset"),
        ("value/photo", Some(("sun%22set.gif", "image/gif")), "GIF89a"),
        ("value/more/0", Some(("", "application/octet-stream")), ""),
        ("value/more/1", Some(("b.txt", "text/plain")), "two"),
        ("value/details/place", None, "Capri"),
        ("intent", None, "send"),
    ];
    let page = post_files(&app, "/kinds/upload", &parts).await?.text();
    assert!(page.contains("200 OK"));
    let body = upstream.only_request()?.body;
    for part in [
        "name=\"title\"\r\n\r\nSunset\r\n",
        "name=\"photo\"; filename=\"sun%22set.gif\"\r\ncontent-type: image/png\r\n\r\nGIF89a\r\n",
        "name=\"more\"; filename=\"b.txt\"\r\ncontent-type: text/plain\r\n\r\ntwo\r\n",
        "name=\"details\"\r\ncontent-type: application/json\r\n\r\n{\"place\":\"Capri\"}\r\n",
    ] {
        assert!(body.to_lowercase().contains(&part.to_lowercase()), "{part:?} is missing in {body}");
    }
    // The returned page has an empty file input, as browsers require; a hidden field still contains the file.
    let html = page.replace("&quot;", "'");
    let hidden_input = html.split("type=\"hidden\" name=\"value/photo\"").nth(1).unwrap_or_default();
    assert!(hidden_input.contains("R0lGODlh") && page.contains("will be sent unless you choose another file"));
    let again: Vec<_> = [("value/title", "Again"), ("intent", "send")]
        .into_iter()
        .chain([("value/photo", r#"{"filename": "a.gif", "contentType": "image/gif", "base64": "R0lGODlh"}"#)])
        .collect();
    assert!(post(&app, "upload", &again).await?.contains("200 OK"));
    assert!(
        upstream
            .received_requests()
            .iter()
            .any(|received| received.body.contains("GIF89a") && received.body.contains("Again"))
    );
    // A chosen file can be removed again.
    let without = post(&app, "upload", &[again[2], ("intent", "remove/photo")]).await?;
    assert!(!without.contains("R0lGODlh"));
    Ok(())
}

#[tokio::test]
async fn a_binary_body_is_sent_unchanged() -> Result<()> {
    let (app, upstream) = kinds().await?;
    let body = json!({"body": {"filename": "a.bin", "contentType": "application/octet-stream", "base64": "aGk="}});
    assert_eq!(call(&app, "bytes", &body).await?.status, 200);
    let received = upstream.only_request()?;
    assert_eq!((&*received.body, received.header("content-type")), ("hi", "application/octet-stream"));
    let wrong = json!({"body": {"filename": "a.bin", "base64": "?"}});
    assert_eq!(call(&app, "bytes", &wrong).await?.status_and_code()?, (400, "invalid_arguments".into()));
    Ok(())
}

#[tokio::test]
async fn a_body_is_sent_in_the_selected_media_type() -> Result<()> {
    let (app, upstream) = kinds().await?;
    let plain = app.get("/kinds/choices").send().await?.text();
    assert!(plain.contains("name=\"media\"") && plain.contains("name=\"value/count\""));
    // A selection alone only redraws its fields, and sends nothing.
    let form = [("media", "application/x-www-form-urlencoded"), ("value/name", "kept"), ("intent", "redraw")];
    let html = post(&app, "choices", &form).await?;
    assert_eq!(value(&html, "value/name"), "kept");
    assert!(html.contains("value/tags/0") && !html.contains("value/count") && upstream.received_requests().is_empty());

    post(&app, "choices", &[form[0], ("value/name", "a b"), ("value/tags/0", "x"), ("intent", "send")]).await?;
    post(&app, "choices", &[("media", "text/plain"), ("value/body", "Plain words"), ("intent", "send")]).await?;
    call(&app, "choices", &json!({"args": {"body": "More"}, "contentType": "text/plain"})).await?;
    call(&app, "choices", &json!({"args": {"name": "n"}, "contentType": ""})).await?;
    let unknown = call(&app, "choices", &json!({"args": {"name": "n"}, "contentType": "no/such"})).await?;
    assert_eq!(unknown.status_and_code()?, (400, "invalid_arguments".into()));
    let received: Vec<_> = upstream
        .received_requests()
        .iter()
        .map(|sent| (sent.header("content-type").to_owned(), sent.body.clone()))
        .collect();
    let expected = [
        ("application/x-www-form-urlencoded", "name=a%20b&tags=x"),
        ("text/plain", "Plain words"),
        ("text/plain", "More"),
        ("application/json", "{\"name\":\"n\"}"),
    ];
    assert_eq!(received, expected.map(|(kind, body)| (kind.to_owned(), body.to_owned())));
    let refused = call(&app, "choices", &json!({"args": {"name": "n"}, "contentType": 1})).await?;
    assert_eq!(refused.status_and_code()?, (400, "malformed_request".into()));
    Ok(())
}

#[tokio::test]
async fn examples_and_presets_fill_the_form_and_other_values_stay() -> Result<()> {
    let (app, upstream) = kinds().await?;
    let page = app.get("/kinds/choices").send().await?.text();
    let at = |text: &str| page.find(text).unwrap_or(usize::MAX);
    assert!(at("As the operator wants it") < at("A small one") && at("A small one") < at("A large one"));
    let html = post(&app, "choices", &[("value/count", "7"), ("intent", "example/0")]).await?;
    assert_eq!((value(&html, "value/name"), value(&html, "value/count")), ("preset", "7"));
    let html = post(&app, "choices", &[("value/count", "not a number"), ("intent", "example/1")]).await?;
    assert_eq!((value(&html, "value/name"), value(&html, "value/count")), ("small", "not a number"));
    let html = post(&app, "choices", &[("value/count", "7"), ("intent", "example/2")]).await?;
    assert_eq!((value(&html, "value/name"), value(&html, "value/count")), ("large", "1000"));
    assert_eq!(app.post_form("/kinds/choices", &[("intent", "example/99")]).send().await?.status, 200);
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn buttons_insert_defaults_and_examples_of_fields_and_of_union_variants() -> Result<()> {
    let (app, upstream) = kinds().await?;
    let page = app.get("/kinds/schemas").send().await?.text();
    assert!(page.contains("Default: ") && value(&page, "value/limit").is_empty());
    let html = post(&app, "schemas", &[("value/city", "Paris"), ("intent", "take/limit")]).await?;
    assert_eq!((value(&html, "value/limit"), value(&html, "value/city")), ("25", "Paris"));
    let html = post(&app, "schemas", &[("value/city", "Paris"), ("intent", "try/1/city")]).await?;
    assert_eq!(value(&html, "value/city"), "Oslo");
    let html = post(&app, "schemas", &[("pick/owner", "0"), ("intent", "take/owner/address/country")]).await?;
    assert_eq!(value(&html, "value/owner/address/country"), "IT");
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn every_kind_of_schema_has_an_input_and_its_value_is_sent() -> Result<()> {
    let (app, upstream) = kinds().await?;
    let page = app.get("/kinds/schemas").send().await?.text();
    assert!(!page.contains("name=\"value/id\""), "a read-only field has no input");
    assert!(page.contains("type=\"password\"") && page.contains("deprecated") && page.contains("1 – Low"));
    let controls = [
        ("pick/owner", "1"),
        ("value/owner/vat", "IT1"),
        ("pick/size", "1"),
        ("value/size", "2.5"),
        ("value/tree/label", "root"),
        ("open/tree/left", "1"),
        ("value/tree/left/label", "leaf"),
        ("value/people/0/kind", "person"),
        ("value/people/0/name", "Ada"),
        ("key/prices/0", "tea"),
        ("value/prices/0", "1.15"),
        ("value/free", "[1, {\"a\": null}]"),
        ("value/level", "2"),
        ("as/note", "json"),
        ("json/note", "null"),
        ("value/version", "7"),
        ("value/pin", "1234"),
        ("value/start", "2026-11-23"),
        ("value/letter", "Dear Ada,\r\n\r\nyes."),
        ("value/seal", "-----BEGIN KEY-----\r\nQQ=="),
        // Entered before another kind of owner was selected.
        ("value/owner/name", "Ada"),
        ("intent", "send"),
    ];
    let html = post(&app, "schemas", &controls).await?;
    assert!(html.contains("200 OK"));
    assert_eq!(value(&html, "value/owner/name"), "Ada");
    let seal = html.split("<textarea").find(|control| control.contains("name=\"value/seal\"")).unwrap_or_default();
    assert!(seal.contains("class=\"secret\"") && seal.contains("QQ=="), "{seal}");
    let expected = json!({
        "owner": {"kind": "company", "vat": "IT1"}, "size": 2.5, "tree": {"label": "root", "left": {"label": "leaf"}},
        "people": [{"kind": "person", "name": "Ada"}], "prices": {"tea": 1.15}, "free": [1, {"a": null}], "level": 2,
        "note": null, "version": 7, "pin": "1234", "start": "2026-11-23",
        "letter": "Dear Ada,\n\nyes.", "seal": "-----BEGIN KEY-----\nQQ==",
    });
    assert_eq!(upstream.only_request()?.json()?, expected);
    Ok(())
}

#[tokio::test]
async fn violated_constraints_are_reported_at_their_fields() -> Result<()> {
    let (app, upstream) = kinds().await?;
    let controls = [
        ("pick/owner", "0"),
        ("value/owner/address/street", "S"),
        ("key/prices/0", "tea"),
        ("value/prices/0", "1.13"),
        ("value/note", "longer than ten"),
        ("value/pin", "12a4"),
        ("value/limit", "101"),
        ("value/start", "2026-13-45"),
        ("intent", "send"),
    ];
    let html = post(&app, "schemas", &controls).await?;
    for expected_message in [
        "This field is required.",
        "Must be a multiple of 0.05.",
        "At most 10 characters; this has 15.",
        "Only four digits.",
        "Must be 100 or less.",
        "Must be a date, like 2026-11-23.",
    ] {
        assert!(html.contains(expected_message), "{expected_message} is missing");
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}
