//! Tests for the server function that reads the form of an operation after a change.

use crate::{
    snippets::text,
    support::{TestApp, TestEnv, TestResponse, Upstream},
};
use anyhow::Result;
use serde_json::{Value, json};

async fn read(app: &TestApp, operation: &str, controls: &Value) -> Result<TestResponse> {
    let message = json!({"provider": "stytch", "operation": operation, "controls": controls});
    app.post_json("/api/form", &message).send().await
}

#[tokio::test]
async fn the_state_of_a_form_has_its_problems_and_all_that_depends_on_it() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    let controls = json!([
        ["environment", "test"],
        ["value/email", "ada@example.com"],
        ["value/phone_number", "12"],
        ["value/roles/3", "reader"],
        ["client", "Shell · curl"],
    ]);
    let response = read(&app, "apiUserV1Create", &controls).await?;
    assert!(response.header("set-cookie").starts_with("snippet=curl."), "{}", response.header("set-cookie"));
    let state = response.json()?;
    assert_eq!(state["problems"].as_array().map(Vec::len), Some(1), "{state}");
    assert_eq!(state["problems"][0]["field"], "value/phone_number");
    assert_eq!(state["hasParseErrors"], false);
    let arguments: Value = serde_json::from_str(state["arguments"].as_str().unwrap_or_default())?;
    assert_eq!(arguments, json!({"email": "ada@example.com", "phone_number": "12", "roles": ["reader"]}));
    assert_eq!(state["url"], "https://test.stytch.com/v1/users");
    let link = state["link"].as_str().unwrap_or_default();
    assert!(link.starts_with("apiUserV1Create?args=%7B%22email%22"), "{link}");
    assert!(text(&state["snippet"]["code"]).contains("ada@example.com"), "{state}");
    assert_eq!(state["credential"]["isOwn"], false);
    assert_eq!(state["credential"]["defaultEnvironment"], "test");
    assert!(state["credential"]["description"].as_str().is_some_and(|text| text.contains("test")), "{state}");
    // Filled in by the server, the link shows the same form.
    let page = app.get(&format!("/stytch/{link}")).send().await?.text();
    assert!(page.contains("value=\"ada@example.com\"") && page.contains("value=\"reader\""), "{page}");
    Ok(())
}

#[tokio::test]
async fn a_form_of_an_unknown_operation_or_client_is_refused_or_said() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    assert_eq!(read(&app, "nothing", &json!([])).await?.status, 404);
    let response = read(&app, "apiUserV1Create", &json!([["client", "COBOL"]])).await?;
    assert_eq!(response.header("set-cookie"), "");
    let snippet = &response.json()?["snippet"];
    assert_eq!((&snippet["label"], &snippet["code"]), (&json!(""), &json!("")));
    assert!(snippet["note"].as_str().is_some_and(|note| note.contains("Choose one from the list")));
    Ok(())
}

#[tokio::test]
async fn an_untouched_optional_list_or_object_sends_nothing() -> Result<()> {
    let document = r#"
openapi: 3.1.0
info: { title: Rules, version: "1" }
servers: [{ url: "https://rules.example" }]
paths:
  /rules:
    post:
      operationId: createRules
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                rules:
                  type: array
                  items:
                    oneOf:
                      - { type: object, title: creation, required: [type], properties: { type: { const: creation } } }
                      - { type: object, title: deletion, required: [type], properties: { type: { const: deletion } } }
                owner: { type: object, required: [kind], properties: { kind: { enum: [user] } } }
                steps: { type: array, items: { type: object, required: [kind], properties: { kind: { enum: [only] } } } }
      responses: { "200": { description: Done } }
"#;
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::start_app_with_document("rules", document, &upstream).await?;
    let page = app.get("/rules/createRules").send().await?.text();
    let controls: Vec<(String, String)> = selected_options(&page);
    assert!(controls.iter().all(|(_, value)| value.is_empty()), "{controls:?}");
    Ok(())
}

/// Returns the names of the select elements of the form's fields, with the value that a browser would submit.
fn selected_options(page: &str) -> Vec<(String, String)> {
    let selects = page.split("<select ").skip(1).filter_map(|rest| rest.split_once("</select>"));
    let fields = selects.filter_map(|(select, _)| {
        let name = select.split_once("name=\"")?.1.split('"').next()?;
        let option = select.split("<option ").skip(1).find(|option| option.contains(" selected"));
        let value = option.and_then(|option| option.split_once("value=\"")?.1.split('"').next());
        (name.contains('/')).then(|| (name.to_owned(), value.unwrap_or_default().to_owned()))
    });
    fields.collect()
}
