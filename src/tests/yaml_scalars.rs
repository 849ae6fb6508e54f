//! Tests that plain scalars of YAML are read by version 1.2: `no` is a text, and a date stays as it is written.

use crate::support::{TestEnv, Upstream, visible_text};
use anyhow::{Context, Result};
use serde_json::json;

const DOCUMENT: &str = r"
openapi: 3.0.3
info: { title: Scalars, version: 1.10 }
x-responses: &responses
  400: { description: The base response }
x-base: &base
  name: trace
  in: header
  schema: { type: string }
paths:
  /merge:
    get:
      operationId: merge
      parameters:
        - <<: *base
          required: true
        - { name: on, in: query, schema: { type: string, enum: [yes, no, on, off], default: no } }
        - { name: day, in: query, example: 2017-07-21, schema: { type: string, format: date } }
        - { name: time, in: query, schema: { type: string, enum: [12:30:45] } }
      responses:
        <<: *responses
        200: { description: OK }
";

#[tokio::test]
async fn yes_no_dates_and_times_are_texts_and_merged_parts_are_used() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::start_app_with_document("scalars", DOCUMENT, &upstream).await?;
    let page = app.get("/scalars/merge").send().await?.text();
    for choice in ["yes", "no", "on", "off", "12:30:45"] {
        assert!(page.contains(&format!(">{choice}</option>")), "{choice}: {page}");
    }
    assert!(page.contains("2017-07-21"), "{page}");
    let responses = visible_text(&app.get("/scalars/merge/replies").send().await?.text());
    assert!(responses.contains("The base response") && !responses.contains("<<"), "{responses}");
    for (arguments, query) in [
        (json!({"trace": "t", "on": "no", "day": "2017-07-21"}), Some("on=no&day=2017-07-21")),
        (json!({"trace": "t", "on": "off", "time": "12:30:45"}), Some("on=off&time=12%3A30%3A45")),
        (json!({"trace": "t", "on": false}), None),
        (json!({"on": "no"}), None),
    ] {
        let response = app.post_json("/tools/scalars/merge", &json!({ "args": arguments })).send().await?;
        assert_eq!(response.status, if query.is_some() { 200 } else { 400 }, "{arguments}: {}", response.text());
        if query.is_some() {
            let sent = upstream.received_requests().pop().context("nothing was sent")?;
            assert_eq!((sent.query.as_deref(), sent.header("trace")), (query, "t"));
        }
    }
    Ok(())
}
