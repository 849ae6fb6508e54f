//! Tests that numbers keep their digits: in requests, in responses and in code of languages that would round them.

use crate::{
    snippets::text,
    support::{TestEnv, Upstream, visible_text},
};
use anyhow::Result;
use axum::{Router, routing::post};

const DOCUMENT: &str = r#"
openapi: 3.0.3
info: { title: Digits, version: "1" }
paths:
  /accounts/{id}:
    post:
      operationId: putAccount
      parameters: [ { name: id, in: path, required: true, schema: { type: integer, format: int64 } } ]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties: { balance: { type: integer, format: int64 }, iccid: { type: integer }, price: { type: number } }
      responses:
        "200":
          description: OK
          content: { application/json: { schema: { type: object, properties: { big: { type: integer, format: int64 } } } } }
"#;

#[tokio::test]
async fn large_numbers_are_sent_and_shown_with_all_digits() -> Result<()> {
    let big = r#"{"big":9223372036854775807}"#;
    let respond = move || async move { ([("content-type", "application/json")], big) };
    let upstream = Upstream::start(Router::new().route("/accounts/{id}", post(respond))).await?;
    let app = TestEnv::start_app_with_document("digits", DOCUMENT, &upstream).await?;
    let body =
        r#"{"args":{"id":9007199254740993,"balance":9223372036854775807,"iccid":89440000000000000001,"price":1.10}}"#;
    let response = app.post("/tools/digits/putAccount", body).header("content-type", "application/json").send().await?;
    assert!(response.status == 200 && response.text().contains("9223372036854775807"), "{}", response.text());
    let sent = upstream.received_requests().pop().map(|sent| (sent.path, sent.body));
    let expected = r#"{"balance":9223372036854775807,"iccid":89440000000000000001,"price":1.10}"#;
    assert_eq!(sent, Some(("/accounts/9007199254740993".into(), expected.into())));
    let form = [("value/id", "9007199254740993"), ("value/balance", "9223372036854775807"), ("intent", "send")];
    let page = visible_text(&app.post_form("/digits/putAccount", &form).send().await?.text());
    assert!(page.contains("9223372036854775807"), "{page}");
    let sent = upstream.received_requests().pop().map(|sent| (sent.path, sent.body));
    assert_eq!(sent, Some(("/accounts/9007199254740993".into(), r#"{"balance":9223372036854775807}"#.into())));
    Ok(())
}

#[tokio::test]
async fn code_that_would_round_numbers_has_their_text() -> Result<()> {
    let app = TestEnv::start_app_with_document("digits", DOCUMENT, &Upstream::succeeding().await?).await?;
    for client in ["TypeScript", "JavaScript · fetch", "Shell · curl"] {
        let message = r#"{"provider":"digits","operation":"putAccount","environment":"server1","content_type":"",
            "arguments":{"id":9007199254740993,"balance":9223372036854775807},"secret_source":"environment","client":"CLIENT"}"#;
        let request =
            app.post("/api/snippet", message.replace("CLIENT", client)).header("content-type", "application/json");
        let response = request.send().await?;
        let code = text(&response.json()?["code"]);
        assert!(code.contains("9007199254740993") && code.contains("9223372036854775807"), "{client}: {code}");
        for number in ["9007199254740993", "9223372036854775807"] {
            let rest = code.split(number).nth(1).unwrap_or_default();
            let is_exact = client.ends_with("curl") || client.ends_with("fetch") || rest.starts_with('n');
            assert!(is_exact, "{client}: {code}");
        }
    }
    Ok(())
}
