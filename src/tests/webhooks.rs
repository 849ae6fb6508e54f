//! Tests that webhooks and callbacks are shown as documentation, cannot be called, and are reported if they are faulty.

use crate::{
    documents_whole::{entry, problems, start_app},
    support::{Upstream, visible_text},
};
use anyhow::Result;
use serde_json::json;

pub(crate) const HOOKS: &str = r##"
openapi: 3.1.0
info: { title: Hooks, version: "1" }
servers: [ { url: "https://a.example" } ]
paths:
  /streams:
    post:
      operationId: subscribe
      responses: { "201": { description: made } }
      callbacks:
        onData:
          "{$request.query.callbackUrl}/data":
            post:
              summary: A callback
              description: About the *callback*.
              requestBody: { content: { application/json: { schema: { type: object, properties: { stamp: { type: string, description: When it was } } } } } }
              responses: { "202": { description: Was accepted } }
        shared: { $ref: "#/components/callbacks/Shared" }
        lost: { $ref: "#/components/callbacks/Lost" }
components:
  schemas: { Payment: { type: object, properties: { amount: { type: number, description: How much } } } }
  callbacks:
    Shared: { "https://b.example/{$url}": { put: { summary: A shared callback, responses: {} } } }
  pathItems:
    Refund: { post: { summary: Was refunded, responses: {} } }
webhooks:
  paymentDone:
    post:
      summary: Was paid
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Payment" } } } }
      responses: { "200": { description: Was received } }
  "refund <b>": { $ref: "#/components/pathItems/Refund" }
  broken: { $ref: "#/components/pathItems/Nowhere" }
  text: nonsense
"##;

#[tokio::test]
async fn webhooks_and_callbacks_are_shown_and_not_called() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(HOOKS, &upstream).await?;
    let page = app.get("/whole/subscribe").send().await?.text();
    let text = visible_text(&page);
    for part in [
        "{$request.query.callbackUrl}/data",
        "A callback",
        "stamp",
        "When it was",
        "202",
        "Was accepted",
        "A shared callback",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(page.contains("<em>callback</em>"), "{page}");
    let provider_page = app.get("/whole").send().await?.text();
    for part in
        ["href=\"/whole?webhook=paymentDone\"", "Was paid", "href=\"/whole?webhook=refund%20%3Cb%3E\"", "Was refunded"]
    {
        assert!(provider_page.contains(part), "{part}: {provider_page}");
    }
    let hook = app.get("/whole?webhook=paymentDone").send().await?;
    let hook_text = visible_text(&hook.text());
    for part in ["Was paid", "amount", "How much", "200", "Was received"] {
        assert!(hook_text.contains(part), "{part}: {hook_text}");
    }
    assert!(app.get("/whole?webhook=refund%20%3Cb%3E").send().await?.text().contains("refund &lt;b&gt;"));
    assert_eq!(app.get("/whole?webhook=none").send().await?.status, 404);
    let called = app.post_json("/tools/whole/paymentDone", &json!({})).send().await?;
    assert_eq!((called.status.as_u16(), upstream.received_requests().len()), (404, 0));
    let expected = [
        "webhooks.broken: \"#/components/pathItems/Nowhere\" does not exist",
        "webhooks.text: is not an object",
        "paths./streams.post.callbacks.lost: \"#/components/callbacks/Lost\" does not exist",
    ];
    assert_eq!(problems(&*entry(HOOKS)?), expected);
    Ok(())
}

#[tokio::test]
async fn a_document_with_webhooks_only_shows_them() -> Result<()> {
    let document = r#"
openapi: 3.1.0
info: { title: Only, version: "1" }
webhooks: { done: { post: { summary: Is done, responses: {} } } }
"#;
    let app = start_app(document, &Upstream::succeeding().await?).await?;
    let page = app.get("/whole").send().await?;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Is done") && !page.text().contains("could not be read"), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn all_methods_and_schemas_of_webhooks_are_shown_and_their_faults_reported() -> Result<()> {
    let document = r##"
openapi: 3.1.0
info: { title: Shapes, version: "1" }
components:
  schemas: { Pet: { type: object, properties: { owner: { $ref: "#/components/schemas/Person" } } }, Person: { type: object, properties: { email: { type: string } } } }
webhooks:
  "a/b & c":
    parameters: [ { name: X-Signature, in: header, description: Proof of the sender, schema: { type: string } } ]
    post:
      deprecated: true
      requestBody: { content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Pet" } }, example: [ { owner: { email: e1@a.example } } ] } } }
      responses:
        "200": { description: Taken, content: { application/json: { schema: { type: object, properties: { accepted: { type: boolean } } } } } }
        "400": { $ref: "#/components/responses/Nowhere" }
    put: { summary: Was <i>replaced</i>, requestBody: { $ref: "#/components/requestBodies/Nowhere" } }
    get: text
"##;
    let app = start_app(document, &Upstream::succeeding().await?).await?;
    let page = app.get("/whole?webhook=a%2Fb%20%26%20c").send().await?.text();
    let text = visible_text(&page);
    for part in [
        "POST",
        "PUT",
        "Deprecated",
        "X-Signature",
        "Proof of the sender",
        "Pet",
        "owner",
        "email",
        "e1@a.example",
        "Taken",
        "accepted",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(page.contains("Was &lt;i&gt;replaced") && !page.contains("<i>"), "{page}");
    let expected = [
        "webhooks.a/b & c.get: is not an object",
        "webhooks.a/b & c: requestBody: \"#/components/requestBodies/Nowhere\" does not exist",
        "webhooks.a/b & c: responses.400: \"#/components/responses/Nowhere\" does not exist",
    ];
    let mut found = problems(&*entry(document)?);
    found.sort_by_key(|problem| expected.iter().position(|expected| expected == problem));
    assert_eq!(found, expected);
    Ok(())
}

#[tokio::test]
async fn callbacks_are_limited_and_their_faults_reported() -> Result<()> {
    let callbacks: Vec<String> =
        (0..150).map(|index| format!("        call{index}: {{ $ref: \"#/components/callbacks/Same\" }}\n")).collect();
    let callbacks = callbacks.concat();
    let document = format!(
        r##"
openapi: 3.0.3
info: {{ title: Many, version: "1" }}
servers: [ {{ url: "https://a.example" }} ]
components: {{ callbacks: {{ Same: {{ "https://b.example": {{ post: {{ responses: {{}} }} }} }} }} }}
paths:
  /many:
    post:
      operationId: many
      responses: {{}}
      callbacks:
{callbacks}
  /faulty:
    post:
      operationId: faulty
      responses: {{}}
      callbacks: {{ text: nonsense, inner: {{ "https://c.example": nonsense, "https://d.example": {{ $ref: "#/nowhere" }}, x-note: {{}} }} }}
  /none: {{ post: {{ operationId: none, responses: {{}}, callbacks: [] }} }}
"##
    );
    let app = start_app(&document, &Upstream::succeeding().await?).await?;
    let page = app.get("/whole/many").send().await?.text();
    assert!(page.contains("request-99-call99") && !page.contains("request-100-"), "{page}");
    let expected = [
        "paths./many.post.callbacks.call100: is left out from here on: more than 100 requests and problems",
        "paths./faulty.post.callbacks.text: is not an object",
        "paths./faulty.post.callbacks.inner: https://c.example: is not an object",
        "paths./faulty.post.callbacks.inner: https://d.example: \"#/nowhere\" does not exist",
        "paths./none.post.callbacks: is not an object",
    ];
    assert_eq!(problems(&*entry(&document)?), expected);
    let faulty = visible_text(&app.get("/whole/faulty").send().await?.text());
    assert!(faulty.contains("callbacks.text") && faulty.contains("callbacks.inner"), "{faulty}");
    Ok(())
}

#[tokio::test]
async fn links_of_responses_are_shown_or_reported() -> Result<()> {
    let document = r##"
openapi: 3.0.3
info: { title: Links, version: "1" }
servers: [ { url: "https://a.example" } ]
paths:
  /made:
    post:
      operationId: make
      responses:
        "201":
          description: made
          links:
            readIt: { operationId: read, description: Reads *it* }
            byPlace: { operationRef: "#/paths/~1made/post", parameters: { query.id: "$response.body#/id" }, requestBody: { a: 1 } }
            byId: { operationId: make }
            lost: { $ref: "#/components/links/Lost" }
"##;
    let app = start_app(document, &Upstream::succeeding().await?).await?;
    let page = app.get("/whole/make/replies").send().await?.text();
    for part in ["readIt", "<code>read</code>", "Reads <em>it</em>", "byPlace", "byId"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("<a href=\"../make\">").count(), 2, "{page}");
    let text = visible_text(&page);
    assert!(text.contains("with query.id from $response.body#/id, body from {\"a\":1}"), "{text}");
    let expected = ["paths./made.post: responses.201.links.lost: \"#/components/links/Lost\" does not exist"];
    assert_eq!(problems(&*entry(document)?), expected);
    Ok(())
}

#[tokio::test]
async fn webhooks_are_found_by_search() -> Result<()> {
    let app = start_app(HOOKS, &Upstream::succeeding().await?).await?;
    for (path, is_found) in [
        ("/search?q=was+paid", true),
        ("/search?q=PAYMENT", true),
        ("/search?q=paid&provider=whole", true),
        ("/search?q=paid&provider=stytch", false),
        ("/search?q=paid+elsewhere", false),
        ("/whole?q=paid", true),
        ("/search?q=paid&fragment=1", true),
    ] {
        let response = app.get(path).send().await?;
        assert_eq!(response.status, 200, "{path}");
        assert_eq!(
            response.text().contains("href=\"/whole?webhook=paymentDone\""),
            is_found,
            "{path}: {}",
            response.text()
        );
    }
    Ok(())
}

const XML_HOOKS: &str = r##"
openapi: 3.2.0
info: { title: Hooks, version: "1" }
webhooks:
  orderMade:
    post:
      requestBody: { content: { application/xml: { schema: { $ref: "#/components/schemas/Order" } } } }
      responses: { "200": { description: OK, content: { text/xml: { schema: { $ref: "#/components/schemas/Receipt" } } } } }
  orderPaid:
    post:
      requestBody: { content: { application/xml: { schema: { $ref: "#/components/schemas/Order" }, example: { id: 7, note: "a < b" } } } }
      responses: {}
components:
  schemas:
    Order:
      type: object
      xml: { name: order, prefix: o, namespace: "https://ns.example/o" }
      properties:
        id: { type: integer, xml: { nodeType: attribute } }
        lines: { type: array, xml: { nodeType: element, name: rows }, items: { type: string, xml: { name: row } } }
        note: { type: string, xml: { nodeType: cdata } }
    Receipt: { type: object, xml: { name: receipt }, properties: { right: { type: boolean } } }
"##;

#[tokio::test]
async fn examples_of_webhooks_whose_bodies_are_xml_are_xml() -> Result<()> {
    let app = start_app(XML_HOOKS, &Upstream::succeeding().await?).await?;
    for (webhook, examples) in [
        (
            "orderMade",
            vec![
                r#"<o:order xmlns:o="https://ns.example/o" id="0">"#,
                "<rows>",
                "<row>string</row>",
                "<![CDATA[string]]>",
                "<receipt>",
                "<right>true</right>",
            ],
        ),
        ("orderPaid", vec![r#"<o:order xmlns:o="https://ns.example/o" id="7">"#, "<![CDATA[a < b]]>"]),
    ] {
        let page = visible_text(&app.get(&format!("/whole?webhook={webhook}")).send().await?.text());
        for example in examples {
            assert!(page.contains(example), "{webhook} {example}: {page}");
        }
    }
    Ok(())
}
