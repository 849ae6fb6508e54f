//! Tests for parameters of the same name in several places of a request: each has an argument of its own.

use crate::support::{TestApp, TestEnv, TestResponse, Upstream, visible_text};
use anyhow::Result;
use serde_json::{Value, json};

const DOCUMENT: &str = r#"
openapi: 3.1.0
info: { title: Names, version: "1" }
paths:
  /things/{id}:
    parameters:
      - { name: id, in: path, required: true, description: Of the path., schema: { type: string } }
      - { name: id, in: query, schema: { type: string } }
      - { name: limit, in: query, schema: { type: integer, maximum: 5 } }
    get:
      operationId: getThing
      parameters:
        - { name: id, in: path, required: true, description: Of the operation., schema: { type: integer } }
        - { name: limit, in: query, schema: { type: integer, maximum: 500 } }
        - { name: id, in: header, schema: { type: string } }
        - { name: id, in: cookie, schema: { type: string } }
      responses: { "200": { description: OK } }
    put:
      operationId: putThing
      requestBody:
        content:
          application/json: { schema: { type: object, properties: { id: { type: boolean }, limit: { type: string } } } }
      responses: { "200": { description: OK } }
    patch:
      operationId: patchThing
      requestBody:
        content: { application/json: { schema: { type: object, properties: { other: { type: boolean } } } } }
      responses: { "200": { description: OK } }
  /undeclared/{id}:
    post:
      operationId: postUndeclared
      parameters: [{ name: id, in: query, required: true, schema: { type: string } }]
      responses: { "200": { description: OK } }
  /lists:
    post:
      operationId: postList
      parameters:
        - { name: body, in: query, schema: { type: string } }
        - { name: query.body, in: header, schema: { type: string } }
      requestBody: { content: { application/json: { schema: { type: array, items: { type: integer } } } } }
      responses: { "200": { description: OK } }
  /styles/{size}:
    get:
      operationId: getStyles
      parameters:
        - { name: size, in: path, required: true, style: matrix, schema: { type: string } }
        - { name: size, in: query, style: deepObject, schema: { type: object, properties: { width: { type: integer } } } }
      responses: { "200": { description: OK } }
"#;

async fn start() -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    Ok((TestEnv::start_app_with_document("names", DOCUMENT, &upstream).await?, upstream))
}

async fn call(app: &TestApp, operation: &str, arguments: &Value) -> Result<TestResponse> {
    app.post_json(&format!("/tools/names/{operation}"), &json!({ "args": arguments })).send().await
}

#[tokio::test]
async fn each_parameter_of_a_name_is_sent_in_its_place() -> Result<()> {
    let (app, upstream) = start().await?;
    let arguments = json!({"path.id": 7, "query.id": "q", "header.id": "h", "cookie.id": "c", "limit": 400});
    let response = call(&app, "getThing", &arguments).await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = upstream.only_request()?;
    assert_eq!((&*sent.path, sent.query.as_deref()), ("/things/7", Some("id=q&limit=400")));
    assert_eq!((sent.header("id"), sent.header("cookie")), ("h", "id=c"));
    Ok(())
}

#[tokio::test]
async fn a_name_without_its_place_is_refused_with_the_names_to_use() -> Result<()> {
    let (app, upstream) = start().await?;
    for operation in ["getThing", "patchThing"] {
        let response = call(&app, operation, &json!({"path.id": 7, "query.id": "q", "id": "x"})).await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{operation}");
        assert_eq!(
            response.invalid_fields()?,
            ["/path.id", "/id"][usize::from(operation == "getThing")..],
            "{operation}"
        );
        assert!(response.text().contains("Use path.id or query.id"), "{}", response.text());
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_field_of_the_body_with_the_name_of_parameters_moves_under_body() -> Result<()> {
    let (app, upstream) = start().await?;
    let arguments = json!({"path.id": "a", "query.id": "b", "limit": 1, "body": {"id": true, "limit": "all"}});
    let response = call(&app, "putThing", &arguments).await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = upstream.only_request()?;
    assert_eq!((&*sent.path, sent.query.as_deref()), ("/things/a", Some("id=b&limit=1")));
    assert_eq!(sent.json()?, json!({"id": true, "limit": "all"}));
    Ok(())
}

#[tokio::test]
async fn a_path_parameter_that_no_parameter_describes_is_told_apart_too() -> Result<()> {
    let (app, upstream) = start().await?;
    let response = call(&app, "postUndeclared", &json!({"path.id": "a", "query.id": "b"})).await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = upstream.only_request()?;
    assert_eq!((&*sent.path, sent.query.as_deref()), ("/undeclared/a", Some("id=b")));
    Ok(())
}

#[tokio::test]
async fn parameters_named_body_are_told_apart_from_the_body() -> Result<()> {
    let (app, upstream) = start().await?;
    let arguments = json!({"query.body": "q", "header.query.body": "h", "body": [1, 2]});
    let response = call(&app, "postList", &arguments).await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = upstream.only_request()?;
    assert_eq!((sent.query.as_deref(), sent.header("query.body"), &*sent.body), (Some("body=q"), "h", "[1,2]"));
    Ok(())
}

#[tokio::test]
async fn serialized_values_contain_the_documented_name() -> Result<()> {
    let (app, upstream) = start().await?;
    let response = call(&app, "getStyles", &json!({"path.size": "s", "query.size": {"width": 3}})).await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = upstream.only_request()?;
    assert_eq!((&*sent.path, sent.query.as_deref()), ("/styles/;size=s", Some("size%5Bwidth%5D=3")));
    Ok(())
}

#[tokio::test]
async fn an_sdk_sends_them_under_their_documented_names() -> Result<()> {
    let (app, upstream) = start().await?;
    let request = app.get("/proxy/names/things/7?id=q&limit=400").without_browser_headers().header("id", "h");
    let response = request.send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = upstream.only_request()?;
    assert_eq!((&*sent.path, sent.query.as_deref(), sent.header("id")), ("/things/7", Some("id=q&limit=400"), "h"));
    // The path's parameter is a number, and the query has no limit above 500.
    for path in ["/proxy/names/things/x", "/proxy/names/things/7?limit=501", "/proxy/names/undeclared/a"] {
        let method = if path.contains("undeclared") { "POST" } else { "GET" };
        let response = app.request(method, path).without_browser_headers().send().await?;
        assert_eq!(response.status, 400, "{path}: {}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn the_form_has_an_input_for_each_and_the_snippet_sends_the_same() -> Result<()> {
    let (app, upstream) = start().await?;
    let page = app.get("/names/getThing").header("accept", "text/html").send().await?.text();
    for label in [">path.id</label>", ">query.id</label>", ">header.id</label>", ">cookie.id</label>", ">limit</label>"]
    {
        assert!(page.contains(label), "{label}");
    }
    let text = visible_text(&page);
    assert!(text.contains("Of the operation.") && !text.contains("Of the path."), "{text}");
    let controls = [("value/path.id", "7"), ("value/query.id", "q"), ("value/header.id", "h"), ("snippet", "curl")];
    let page = app.post_form("/names/getThing", &controls).send().await?.text();
    let sent = upstream.only_request()?;
    assert_eq!((&*sent.path, sent.query.as_deref(), sent.header("id")), ("/things/7", Some("id=q"), "h"));
    assert!(visible_text(&page).contains("'path.id': 7"), "the generated SDK takes the same arguments: {page}");
    Ok(())
}
