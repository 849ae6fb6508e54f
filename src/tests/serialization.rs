//! Tests of values outside of JSON: lists of Swagger 2.0, reserved characters and cookies.

use crate::{
    snippets::text,
    support::{TestApp, TestEnv, Upstream},
};
use anyhow::{Result, ensure};
use api_explorer::snippet::HTTP_CLIENT_TARGETS;
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

/// Starts the app with a document, and an upstream.
async fn start(document: &Value) -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    let folder = TempDir::new()?;
    let (document_file, settings_file) = (folder.path().join("document.json"), folder.path().join("explorer.toml"));
    fs::write(&document_file, document.to_string())?;
    let toml = format!(
        "[[provider]]\nid = \"lists\"\ndocument = {:?}\nservers = [{:?}]\n[provider.policy]\ntest = [\"server1\"]\n",
        document_file.display().to_string(),
        upstream.url
    );
    fs::write(&settings_file, toml)?;
    let env = TestEnv::new().set_var("EXPLORER_CONFIG", &settings_file.display().to_string());
    Ok((env.start_app().await?, upstream))
}

async fn call(app: &TestApp, operation: &str, arguments: &Value) -> Result<()> {
    let response = app.post_json(&format!("/tools/lists/{operation}"), &json!({"args": arguments})).send().await?;
    ensure!(response.status == 200, "{arguments}: {}", response.text());
    Ok(())
}

fn swagger() -> Value {
    let list = |location: &str, format: &str| {
        let items = json!({"type": "string"});
        json!({"name": format, "in": location, "required": location == "path", "type": "array", "items": items, "collectionFormat": format})
    };
    let lists = |location: &str| -> Vec<Value> {
        ["csv", "ssv", "tsv", "pipes", "multi"].iter().map(|format| list(location, format)).collect()
    };
    let operation =
        |name: &str, location: &str| json!({"operationId": name, "parameters": lists(location), "responses": {}});
    let mut path = operation("path", "path");
    // No path contains a tab.
    path["parameters"].as_array_mut().into_iter().for_each(|parameters| drop(parameters.remove(2)));
    let mut form = operation("form", "formData");
    form["consumes"] = json!(["application/x-www-form-urlencoded"]);
    let mut parts = operation("parts", "formData");
    parts["consumes"] = json!(["multipart/form-data"]);
    json!({
        "swagger": "2.0", "info": {"title": "Lists", "version": "1"}, "host": "lists.example",
        "paths": {
            "/query": {"get": operation("query", "query")}, "/header": {"get": operation("header", "header")},
            "/path/{csv}/{ssv}/{pipes}/{multi}": {"get": path},
            "/form": {"post": form}, "/parts": {"post": parts},
        },
    })
}

#[tokio::test]
async fn lists_of_swagger_2_have_their_collection_format() -> Result<()> {
    let (app, upstream) = start(&swagger()).await?;
    let pair = json!(["a", "b"]);
    let arguments = json!({"csv": pair, "ssv": pair, "tsv": pair, "pipes": pair, "multi": pair});
    for operation in ["query", "header", "path", "form", "parts"] {
        let mut arguments = arguments.clone();
        if operation == "path" {
            arguments.as_object_mut().and_then(|arguments| arguments.remove("tsv"));
        }
        call(&app, operation, &arguments).await?;
    }
    let received = upstream.received_requests();
    let [query, header, path, form, parts] = received.as_slice() else { anyhow::bail!("{received:?}") };
    let pairs = "csv=a,b&ssv=a%20b&tsv=a%09b&pipes=a%7Cb&multi=a&multi=b";
    assert_eq!(query.query.as_deref(), Some(pairs));
    assert_eq!(path.path, "/path/a,b/a%20b/a%7Cb/a,b");
    assert_eq!(form.body, pairs);
    for (name, expected) in [("csv", "a,b"), ("ssv", "a b"), ("tsv", "a\tb"), ("pipes", "a|b"), ("multi", "a,b")] {
        assert_eq!(header.header(name), expected, "{name}");
        let part = |content: &str| format!("name=\"{name}\"\r\n\r\n{content}\r\n");
        let contents = if name == "multi" { vec![part("a"), part("b")] } else { vec![part(expected)] };
        assert!(contents.iter().all(|part| parts.body.contains(part)), "{name}: {}", parts.body);
    }
    Ok(())
}

#[tokio::test]
async fn reserved_characters_are_sent_only_where_the_document_allows_them() -> Result<()> {
    let parameter = |name: &str, other: Value| {
        let mut parameter = json!({"name": name, "in": "query", "schema": {"type": "string"}});
        parameter
            .as_object_mut()
            .into_iter()
            .for_each(|fields| fields.extend(other.as_object().cloned().unwrap_or_default()));
        parameter
    };
    let joined =
        json!({"allowReserved": true, "explode": false, "schema": {"type": "array", "items": {"type": "string"}}});
    let parameters =
        [parameter("box", json!({"allowReserved": true})), parameter("strict", json!({})), parameter("list", joined)];
    let (app, upstream) = start(&json!({
        "openapi": "3.0.3", "info": {"title": "Reserved", "version": "1"}, "servers": [{"url": "https://a.example"}],
        "paths": {"/crop": {"get": {"operationId": "crop", "parameters": parameters, "responses": {}}}},
    }))
    .await?;
    let value = "1,2:3/(a)='b'+c@d;e%2Ff%zz";
    call(&app, "crop", &json!({"box": value, "strict": value, "list": ["a", "b", "c/d"]})).await?;
    let strict = "1%2C2%3A3%2F%28a%29%3D%27b%27%2Bc%40d%3Be%252Ff%25zz";
    let query = upstream.only_request()?.query.unwrap_or_default().replace("%27", "'");
    let expected = format!("box=1,2:3/(a)='b'+c@d;e%2Ff%25zz&strict={strict}&list=a,b,c/d");
    assert_eq!(query, expected.replace("%27", "'"));
    // The snippets and `/proxy` have the same query.
    let arguments = json!({"box": value, "list": ["a", "b", "c/d"]});
    for target in HTTP_CLIENT_TARGETS {
        let client = format!("{} · {}", target.language, target.name);
        let message = json!({
            "provider": "lists", "operation": "crop", "environment": "server1", "content_type": "",
            "arguments": arguments, "client": client, "secret_source": "environment",
        });
        let code = text(&app.post_json("/api/snippet", &message).send().await?.json()?["code"]);
        // A client that would encode the query differently has no code.
        let is_rendered = code.contains("+c@d;e%2Ff%25zz") && code.contains("list=a,b,c/d");
        assert!(is_rendered || code.is_empty() && target.name != "curl", "{client}: {code}");
    }
    let sdk_query = "box=1,2:3/(a)=b+c@d;e%2Ff%25zz&strict=a%3Bb";
    let proxied = app.get(&format!("/proxy/lists/crop?{sdk_query}")).send().await?;
    assert_eq!(proxied.status, 200, "{}", proxied.text());
    assert_eq!(upstream.received_requests().pop().and_then(|received| received.query).as_deref(), Some(sdk_query));
    // What would end the value is still encoded.
    call(&app, "crop", &json!({"box": "a&strict=b#c d"})).await?;
    let last = upstream.received_requests().pop().and_then(|received| received.query);
    assert_eq!(last.as_deref(), Some("box=a%26strict=b%23c%20d"));
    Ok(())
}

#[tokio::test]
async fn items_that_contain_their_delimiter_are_refused() -> Result<()> {
    let (app, upstream) = start(&swagger()).await?;
    for (operation, list, items, delimiter) in [
        ("header", "csv", json!(["a,b", "c"]), "commas"),
        ("header", "pipes", json!(["a|b"]), "vertical bars"),
        ("query", "ssv", json!(["a b"]), "spaces"),
        ("query", "tsv", json!(["a\tb"]), "tabs"),
        ("form", "pipes", json!(["a", "b|"]), "vertical bars"),
        ("parts", "csv", json!(["a,b"]), "commas"),
    ] {
        let message = json!({"args": {list: items}});
        let response = app.post_json(&format!("/tools/lists/{operation}"), &message).send().await?;
        assert_eq!(response.invalid_fields()?, [format!("/{list}")], "{operation} {message}");
        let reason = format!("Its items cannot contain {delimiter}, which separate them.");
        assert!(response.text().contains(&reason), "{operation} {message}: {}", response.text());
    }
    assert_eq!(upstream.received_requests().len(), 0);
    call(&app, "query", &json!({"csv": ["a,b"], "ssv": ["a,b"], "multi": ["a,b"]})).await?;
    let query = upstream.only_request()?.query;
    assert_eq!(query.as_deref(), Some("csv=a%2Cb&ssv=a%2Cb&multi=a%2Cb"));
    Ok(())
}

#[tokio::test]
async fn properties_that_are_cookies_of_their_own_are_proxied() -> Result<()> {
    let look = json!({"type": "object", "properties": {"theme": {"type": "string"}, "size": {"type": "integer"}}});
    let parameter = json!({"name": "look", "in": "cookie", "style": "cookie", "schema": look});
    let (app, upstream) = start(&json!({
        "openapi": "3.2.0", "info": {"title": "Cookies", "version": "1"}, "servers": [{"url": "https://a.example"}],
        "paths": {"/biscuits": {"get": {"operationId": "biscuits", "parameters": [parameter], "responses": {}}}},
    }))
    .await?;
    call(&app, "biscuits", &json!({"look": {"theme": "a%20b", "size": 3}})).await?;
    assert_eq!(upstream.only_request()?.header("cookie"), "theme=a%20b; size=3");
    let proxied = app.get("/proxy/lists/biscuits").header("cookie", "other=1; size=3; theme=a%20b; look=x");
    let response = proxied.send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let last = upstream.received_requests().pop().map(|received| received.header("cookie").to_owned());
    assert_eq!(last.as_deref(), Some("size=3; theme=a%20b"));
    let wrong = app.get("/proxy/lists/biscuits").header("cookie", "size=large").send().await?;
    assert_eq!(wrong.invalid_fields()?, ["/look/size"]);
    Ok(())
}

#[tokio::test]
async fn cookies_are_sent_as_they_are() -> Result<()> {
    let cookie = |name: &str, schema: Value| json!({"name": name, "in": "cookie", "explode": false, "schema": schema});
    let parameters = [
        cookie("theme", json!({"type": "string"})),
        cookie("csrf", json!({"type": "string"})),
        cookie("ids", json!({"type": "array", "items": {"type": "integer"}})),
    ];
    let (app, upstream) = start(&json!({
        "openapi": "3.0.3", "info": {"title": "Cookies", "version": "1"}, "servers": [{"url": "https://a.example"}],
        "paths": {"/biscuits": {"get": {"operationId": "biscuits", "parameters": parameters, "responses": {}}}},
    }))
    .await?;
    call(&app, "biscuits", &json!({"theme": "abcDEF012+/==", "csrf": "s%3Aa.b", "ids": [1, 2]})).await?;
    assert_eq!(upstream.only_request()?.header("cookie"), "theme=abcDEF012+/==; csrf=s%3Aa.b; ids=1,2");
    call(&app, "biscuits", &json!({"theme": "a; csrf=b"})).await?;
    let last = upstream.received_requests().pop().map(|received| received.header("cookie").to_owned());
    assert_eq!(last.as_deref(), Some("theme=a%3B%20csrf%3Db"), "a value cannot add a cookie");
    Ok(())
}

#[tokio::test]
async fn ids_of_another_environment_are_found_in_encoded_and_in_split_text() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let mut settings = TestEnv::with_upstream(&upstream).to_settings()?;
    let string = json!({"type": "string"});
    let parameters = json!([
        {"name": "box", "in": "query", "allowReserved": true, "schema": string},
        {"name": "X-List", "in": "header", "schema": {"type": "array", "items": string}},
        {"name": "theme", "in": "cookie", "schema": string},
    ]);
    let tags = json!({"type": "object", "properties": {"tags": {"type": "array", "items": string}}});
    let content =
        json!({"multipart/form-data": {"schema": tags, "encoding": {"tags": {"style": "form", "explode": false}}}});
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "Crop", "version": "1"},
        "servers": [{"url": "https://test.stytch.com", "x-name": "test"}],
        "paths": {"/crop": {"post": {
            "operationId": "crop", "parameters": parameters, "requestBody": {"content": content}, "responses": {},
        }}},
        "security": [{"basicAuth": []}],
        "components": {"securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}}},
    });
    for provider in &mut settings.providers {
        provider.document = document.to_string().into();
    }
    let app = TestApp::new(settings).await?;
    let live = "thing-live-00000000-0000-4000-8000-000000000000";
    let encoded = live.replace('-', "%2D");
    for arguments in [
        json!({"box": live}),
        json!({"box": encoded}),
        json!({"box": format!("%20{encoded}+")}),
        json!({"box": format!("a;box={live}")}),
        json!({"box": format!("a%2C{encoded}")}),
        json!({"theme": encoded}),
        json!({"X-List": ["a", live]}),
        json!({"tags": ["a", live]}),
    ] {
        let response = app.post_json("/tools/stytch/crop", &json!({"args": arguments})).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{arguments}");
        assert!(response.text().contains("belongs to live"), "{arguments}: {}", response.text());
    }
    let part = format!("--b\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\na,{live}\r\n--b--\r\n");
    for (query, cookie, body) in [
        (format!("?box={encoded}"), "a", ""),
        (format!("?box=a;box={live}"), "a", ""),
        (String::new(), &*encoded, ""),
        (String::new(), "a", &*part),
    ] {
        let request = app.post(&format!("/proxy/stytch/crop{query}"), body.to_owned());
        let request = request.header("cookie", &format!("theme={cookie}"));
        let response = request.header("content-type", "multipart/form-data; boundary=b").send().await?;
        assert!(response.text().contains("belongs to live"), "{query} {cookie} {body}: {}", response.text());
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn objects_have_the_delimiter_of_their_list_style() -> Result<()> {
    let color = |name: &str, style: &str| {
        let schema = json!({"type": "object", "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}}});
        json!({"name": name, "in": "query", "style": style, "explode": false, "schema": schema})
    };
    let parameters = [color("sp", "spaceDelimited"), color("pi", "pipeDelimited"), color("fo", "form")];
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "Lists", "version": "1"},
        "paths": {"/colors": {"get": {"operationId": "colors", "parameters": parameters, "responses": {}}}},
    });
    let (app, upstream) = start(&document).await?;
    let color = json!({"R": 1, "G": 2});
    call(&app, "colors", &json!({"sp": color, "pi": color, "fo": color})).await?;
    let query = upstream.received_requests().pop().and_then(|request| request.query);
    assert_eq!(query.as_deref(), Some("sp=R%201%20G%202&pi=R%7C1%7CG%7C2&fo=R,1,G,2"));
    Ok(())
}

/// `OpenAPI` 3.0 describes files by `format: binary`, and only in bodies that can contain files.
#[tokio::test]
async fn binary_text_of_parameters_and_json_is_text() -> Result<()> {
    let binary = json!({"type": "string", "format": "binary"});
    let schema = json!({"type": "object", "properties": {"b": binary}});
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "Lists", "version": "1"},
        "paths": {"/texts": {"post": {
            "operationId": "texts",
            "parameters": [{"name": "q", "in": "query", "schema": binary}],
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {},
        }}},
    });
    let (app, upstream) = start(&document).await?;
    call(&app, "texts", &json!({"q": "x y", "b": "text"})).await?;
    let sent = upstream.received_requests().pop();
    let sent = sent.as_ref().map(|request| (request.query.as_deref().unwrap_or_default(), request.body.as_str()));
    assert_eq!(sent, Some(("q=x%20y", "{\"b\":\"text\"}")));
    let file = json!({"filename": "a.bin", "contentType": "text/plain", "base64": "AAE="});
    for arguments in [json!({"b": file}), json!({"q": file})] {
        let refused = app.post_json("/tools/lists/texts", &json!({"args": arguments})).send().await?;
        assert_eq!(refused.status_and_code()?, (400, "invalid_arguments".into()), "{arguments}");
    }
    Ok(())
}
