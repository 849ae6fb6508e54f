//! Tests that a document which is not accepted cannot show secrets to callers that may not see them.

use crate::{
    accepted_documents::{Shop, accept, first_version, with_change},
    support::{TestApp, Upstream},
};
use anyhow::Result;
use serde_json::{Value, json};

const SECRET: &str = "correct horse battery";

/// Returns the path item of an operation whose document describes the response as harmless text.
fn describing_order() -> Value {
    let order = json!({"type": "object", "properties": {"note": {"type": "string"}, "count": {"type": "integer"}}});
    let mut item = first_version()["paths"]["/orders/{id}"].take();
    item["get"]["responses"] = json!({"200": {"description": "", "content": {"application/json": {"schema": order}}}});
    item
}

async fn received(app: &TestApp) -> Result<Value> {
    let token = app.access_token(&[], &[]).await?;
    let call = app.post_json("/tools/shop/getOrder", &json!({"args": {"id": "1"}})).bearer_token(&token);
    Ok(call.send().await?.json()?["data"].take())
}

#[tokio::test]
async fn the_schemas_of_a_document_show_nothing_before_it_is_accepted() -> Result<()> {
    let upstream = Upstream::with_response(200, json!({"note": SECRET, "count": 3})).await?;
    let shop = Shop::with_upstream("", upstream).await?;
    let app = shop.start_and_change(&with_change("/paths/~1orders~1{id}", describing_order())?).await?;
    let shown = received(&app).await?;
    assert_eq!((&shown["note"], &shown["count"]), (&json!("{{response 1.note}}"), &json!(3)));
    accept(&app).await?;
    assert_eq!(received(&app).await?, json!({"note": SECRET, "count": 3}));
    Ok(())
}
