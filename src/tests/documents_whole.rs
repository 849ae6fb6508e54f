//! Tests that all parts of a document are shown, can be called if they are operations, or are reported.

use crate::support::{TestApp, TestEnv, Upstream, visible_text};
use anyhow::{Context, Result, ensure};
use api_explorer::{
    openapi::OperationFacts,
    providers::{Catalog, CatalogEntry, ProviderSettings, Rule},
    snippet::HTTP_CLIENT_TARGETS,
};
use serde_json::json;
use std::sync::Arc;

/// Starts the app with a document, whose server is the upstream.
pub(crate) async fn start_app(document: &str, upstream: &Upstream) -> Result<TestApp> {
    TestEnv::start_app_with_document("whole", document, upstream).await
}

/// Loads a document as the provider `whole`.
pub(crate) fn entry(document: &str) -> Result<Arc<CatalogEntry>> {
    let catalog = Catalog::load(vec![ProviderSettings::new("whole", document.to_owned().into())])?;
    catalog.entry("whole").cloned().context("no entry")
}

/// Returns the reported problems of a document, as text.
pub(crate) fn problems(entry: &CatalogEntry) -> Vec<String> {
    entry.document.collect_diagnostics().iter().map(ToString::to_string).collect()
}

pub(crate) const METHODS: &str = r#"
openapi: 3.2.0
info: { title: Methods, version: "1" }
servers: [ { url: "https://a.example" } ]
paths:
  /items:
    query:
      operationId: queryItems
      requestBody: { content: { application/json: { schema: { type: object, properties: { q: { type: string } } } } } }
      responses: { "200": { description: OK } }
    additionalOperations:
      LOCK: { operationId: lockItems, responses: { "200": { description: OK } } }
      M-SEARCH: { responses: { "200": { description: OK } } }
      Purge: { operationId: purgeItems, responses: { "200": { description: OK } } }
      x-note: { }
      POST: { operationId: hiddenPost }
      get: { operationId: hiddenGet }
      CONNECT: { operationId: tunnel }
      "A B": { operationId: blank }
      "$(id)": { operationId: shell }
      COPY: nonsense
  /typing-error:
    gett: { operationId: mistyped }
  /list:
    additionalOperations: []
"#;

#[test]
fn methods_of_openapi_3_2_are_operations_and_others_are_reported() -> Result<()> {
    let entry = entry(METHODS)?;
    let operations: Vec<(&str, &str)> = entry
        .document
        .operations
        .iter()
        .map(|operation| (operation.name.as_str(), operation.method.as_str()))
        .collect();
    assert_eq!(
        operations,
        [("queryItems", "QUERY"), ("lockItems", "LOCK"), ("mSearchItems", "M-SEARCH"), ("purgeItems", "Purge")]
    );
    let problems = problems(&entry);
    for (location, reason) in [
        ("paths./items.additionalOperations.POST", "belongs in the field `post`"),
        ("paths./items.additionalOperations.get", "is not a method that can be sent"),
        ("paths./items.additionalOperations.CONNECT", "is not a method that can be sent"),
        ("paths./items.additionalOperations.A B", "is not a method that can be sent"),
        ("paths./items.additionalOperations.$(id)", "is not a method that can be sent"),
        ("paths./items.additionalOperations.COPY", "is not an object"),
        ("paths./typing-error.gett", "is left out: a path item has no such field"),
        ("paths./list.additionalOperations", "is not an object"),
    ] {
        assert!(problems.contains(&format!("{location}: {reason}")), "{location}: {problems:#?}");
    }
    assert_eq!(problems.len(), 8, "{problems:#?}");
    let facts: Vec<String> = entry.document.operation_facts().iter().map(OperationFacts::title).collect();
    assert_eq!(facts, ["QUERY /items", "LOCK /items", "M-SEARCH /items", "Purge /items"]);
    assert_eq!(entry.document.to_value()["openapi"], "3.2.0");
    Ok(())
}

#[test]
fn a_rule_can_select_any_method() -> Result<()> {
    let entry = entry(METHODS)?;
    let mut selected = Vec::new();
    for text in ["QUERY", "LOCK", "M-SEARCH", "whole/LOCK", "GET"] {
        let rule = Rule::parse(text).map_err(anyhow::Error::msg)?;
        let is_selected =
            |name: &&str| entry.document.operation(name).is_some_and(|found| rule.matches(&entry, &found));
        let names = ["queryItems", "lockItems", "mSearchItems", "purgeItems"];
        selected.push((text, names.into_iter().filter(|name| is_selected(name)).collect::<Vec<_>>()));
    }
    let expected: [(&str, Vec<&str>); 5] = [
        ("QUERY", vec!["queryItems"]),
        ("LOCK", vec!["lockItems"]),
        ("M-SEARCH", vec!["mSearchItems"]),
        ("whole/LOCK", vec!["lockItems"]),
        ("GET", vec![]),
    ];
    assert_eq!(selected, expected);
    Ok(())
}

#[tokio::test]
async fn operations_with_methods_of_openapi_3_2_are_shown_and_called() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(METHODS, &upstream).await?;
    let provider_page = app.get("/whole").send().await?.text();
    for (operation, method, arguments, body) in [
        ("queryItems", "QUERY", json!({"q": "x"}), r#"{"q":"x"}"#),
        ("lockItems", "LOCK", json!({}), ""),
        ("mSearchItems", "M-SEARCH", json!({}), ""),
        ("purgeItems", "Purge", json!({}), ""),
    ] {
        assert!(provider_page.contains(&format!("/whole/{operation}\">")), "{operation}");
        let page = app.get(&format!("/whole/{operation}")).send().await?;
        assert_eq!(page.status, 200, "{operation}");
        assert!(visible_text(&page.text()).contains(method), "{operation}");
        let response = app.post_json(&format!("/tools/whole/{operation}"), &arguments).send().await?;
        assert_eq!(response.status, 200, "{operation}: {}", response.text());
        let proxied =
            app.request_with_body(method, "/proxy/whole/items", body).header("content-type", "application/json");
        let proxied = proxied.send().await?;
        assert_eq!(proxied.status, 200, "{operation}: {}", proxied.text());
        let received = upstream.received_requests();
        for request in received.iter().rev().take(2) {
            assert_eq!((&*request.method, &*request.path, &*request.body), (method, "/items", body), "{operation}");
        }
    }
    assert_eq!(upstream.received_requests().len(), 8);
    Ok(())
}

#[tokio::test]
async fn snippets_send_methods_of_openapi_3_2_or_say_why_they_cannot() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(METHODS, &upstream).await?;
    for client in HTTP_CLIENT_TARGETS {
        let label = format!("{} · {}", client.language, client.name);
        let mut snippets = Vec::new();
        for operation in ["queryItems", "lockItems", "purgeItems"] {
            let message = json!({
                "provider": "whole", "operation": operation, "environment": "server1", "content_type": "",
                "arguments": {}, "client": label, "secret_source": "environment",
            });
            let response = app.post_json("/api/snippet", &message).send().await?;
            ensure!(response.status == 200, "{label}: {}", response.text());
            snippets.push(response.text());
        }
        let says_why = |text: &String| text.contains("has no function for this method");
        assert!(snippets[0].contains("QUERY") || says_why(&snippets[0]), "{label}: {}", snippets[0]);
        assert!(snippets[1].contains("LOCK") || says_why(&snippets[1]), "{label}: {}", snippets[1]);
        // Names in code, such as constants, exist for the methods of RFC 9110 only.
        for name in ["MethodLock", "HttpMethod.Lock", "HTTP::Lock", "Method::LOCK", ".lock("] {
            assert!(!snippets[1].contains(name), "{label}: {}", snippets[1]);
        }
        let retains_case = ["curl", "http"].contains(&client.id);
        assert_eq!(snippets[2].contains("lowercase letters"), !retains_case, "{label}: {}", snippets[2]);
    }
    Ok(())
}

const MERGES: &str = r#"
openapi: 3.0.3
info: { title: 2024, version: 1.10 }
servers: [ { url: "https://a.example" } ]
x-responses: &responses
  400: { description: bad }
  200: { description: of the base }
x-base: &base
  name: trace
  in: header
  schema: { type: string }
x-other: &other { name: other, description: of the other }
paths:
  /merge:
    get:
      operationId: merge
      parameters:
        - <<: *base
          required: true
        - in: query
          <<: [ *other, *base ]
      responses:
        <<: *responses
        200: { description: ok }
  /broken:
    get:
      operationId: broken
      responses:
        <<: text
        200: { description: ok }
"#;

#[test]
fn yaml_merge_keys_are_applied_or_reported() -> Result<()> {
    let entry = entry(MERGES)?;
    let root = entry.document.to_value();
    let merged = &root["paths"]["/merge"]["get"];
    let base = json!({"required": true, "name": "trace", "in": "header", "schema": {"type": "string"}});
    assert_eq!(merged["parameters"][0], base);
    let several = json!({"in": "query", "name": "other", "description": "of the other", "schema": {"type": "string"}});
    assert_eq!(merged["parameters"][1], several);
    assert_eq!(merged["responses"], json!({"200": {"description": "ok"}, "400": {"description": "bad"}}));
    let problems = problems(&entry);
    let expected = "paths./broken.get.responses.<<: is left out: only a mapping or a list of mappings can be merged";
    assert_eq!(problems, [expected]);
    assert_eq!(entry.document.responses("broken").map(|responses| responses.responses.len()), Some(1));
    Ok(())
}

#[test]
fn titles_and_versions_are_shown_as_written() -> Result<()> {
    let loaded = entry(MERGES)?;
    assert_eq!((loaded.document.title.as_str(), loaded.document.version.as_str()), ("2024", "1.10"));
    let base = "\nservers: [ { url: \"https://a.example\" } ]\npaths: {}\n";
    for (info, version) in [
        ("openapi: 3.1.0\ninfo:\n  title: T\n  version: 1.0", "1.0"),
        ("openapi: 3.1.0\ninfo: { title: T, version: 2024-01-02 }", "2024-01-02"),
        ("openapi: 3.1.0\ninfo: { title: T, version: 0x10 }", "0x10"),
        ("openapi: 3.1.0\ninfo: { title: T, version: 1e3 }", "1e3"),
        ("openapi: 3.1.0\ninfo: { title: T, version: 007 }", "007"),
        ("openapi: 3.1.0\ninfo: { title: T, version: true }", "true"),
        ("x-v: &v 3.20\nopenapi: 3.1.0\ninfo: { title: T, version: *v }", "3.20"),
        ("x-i: &i { title: T, version: 4.50 }\nopenapi: 3.1.0\ninfo: *i", "4.50"),
        ("openapi: 3.1.0\ninfo: { title: T, version: { a: b } }", ""),
    ] {
        assert_eq!(entry(&format!("{info}{base}"))?.document.version, version, "{info}");
    }
    let json = r#"{"openapi": "3.1.0", "info": {"title": "T", "version": 1.10}, "paths": {}}"#;
    assert_eq!(entry(json)?.document.version, "1.10");
    Ok(())
}

#[test]
fn operations_of_one_id_are_all_listed_and_reported() -> Result<()> {
    let entry = entry(
        r#"
openapi: 3.1.0
info: { title: Ids, version: "1" }
servers: [ { url: "https://a.example" } ]
paths:
  /a: { get: { operationId: find, responses: {} } }
  /b: { get: { operationId: find, responses: {} }, put: { operationId: put_it, responses: {} } }
  /c: { put: { operationId: putIt, responses: {} }, get: { responses: {} } }
"#,
    )?;
    let names: Vec<&str> = entry.document.operations.iter().map(|operation| operation.name.as_str()).collect();
    assert_eq!(names, ["find", "getB", "putIt", "getC", "putC"]);
    let reason =
        |id: &str, name: &str| format!("another operation has the name of \"{id}\" already, so it is called {name}");
    let expected = [
        format!("paths./b.get.operationId: {}", reason("find", "getB")),
        format!("paths./c.put.operationId: {}", reason("putIt", "putC")),
    ];
    assert_eq!(problems(&entry), expected);
    Ok(())
}

#[tokio::test]
async fn an_operation_is_listed_in_the_group_of_each_tag() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let document = r#"
openapi: 3.1.0
info: { title: Tags, version: "1" }
servers: [ { url: "https://a.example" } ]
tags: [ { name: second } ]
paths:
  /a: { get: { operationId: both, tags: [first, second, first], responses: {} } }
  /b: { get: { operationId: one, tags: [second], responses: {} } }
  /c: { get: { operationId: none, responses: {} } }
"#;
    let entry = entry(document)?;
    let groups: Vec<(&str, Vec<usize>)> =
        entry.document.groups.iter().map(|group| (group.name.as_str(), group.operation_indices.clone())).collect();
    assert_eq!(groups, [("second", vec![0, 1]), ("first", vec![0]), ("Other", vec![2])]);
    let html = start_app(document, &upstream).await?.get("/whole").send().await?.text();
    assert_eq!(html.matches("<a href=\"/whole/both\">").count(), 2, "{html}");
    Ok(())
}
