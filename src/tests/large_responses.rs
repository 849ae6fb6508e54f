//! Tests of bodies that the server shows in parts: nothing is sent as a whole, nothing that masking hides is in a part, and
//! nobody else can request one.

use crate::support::{CALLER_PROJECT, CALLER_SECRET, TestApp, TestEnv, TestRequest, Upstream};
use anyhow::{Context, Result};
use axum::response::IntoResponse;
use serde_json::{Value, json};

/// Secrets of the provider: of every row, and of the whole response.
const SECRET: &str = "tok_of_a_row_0123456789abcdef";
const ROWS: usize = 5_000;

/// A body of about 1 MB, with a secret in each row and at the end.
fn large_body() -> String {
    let rows: Vec<Value> = (0..ROWS)
        .map(|id| {
            let nested = json!({"values": (0..40).collect::<Vec<_>>(), "text": "y".repeat(1_500)});
            let is_first = id == 0;
            json!({"id": id, "name": format!("User {id}"), "access_token": format!("{SECRET}{id}"),
                   "more": if is_first { nested } else { json!("x".repeat(150)) }})
        })
        .collect();
    json!({"count": ROWS, "client_secret": SECRET, "rows": rows}).to_string()
}

async fn start(body: String) -> Result<(TestApp, Upstream)> {
    let upstream =
        Upstream::with_responder(move || ([("content-type", "application/json")], body.clone()).into_response())
            .await?;
    let operation = |id: &str| json!({"operationId": id, "responses": {"200": {"description": ""}}});
    let fields = json!({"client_secret": {"type": "string"}, "other": {"type": "string"}});
    let mut check = operation("check");
    check["requestBody"] =
        json!({"content": {"application/json": {"schema": {"type": "object", "properties": fields}}}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Large", "version": "1"},
        "servers": [{"url": upstream.url}],
        "paths": {"/list": {"get": operation("list")}, "/check": {"post": check}},
    });
    Ok((TestEnv::start_app_with_document("large", &document.to_string(), &upstream).await?, upstream))
}

/// Makes the call as a page with scripts does.
async fn call(app: &TestApp) -> Result<Value> {
    let call = json!({"provider": "large", "operation": "list", "environment": "server1", "arguments": {}});
    app.post_json("/api/call", &call).send().await?.json()
}

/// Returns the links of HTML that lead to parts of a body.
fn links(html: &str) -> Vec<String> {
    let hrefs = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.filter(|url| url.starts_with("/responses/")).map(|url| url.replace("&amp;", "&")).collect()
}

async fn get(app: &TestApp, url: &str) -> Result<String> {
    let response = app.get(url).send().await?;
    anyhow::ensure!(response.status == 200, "{url}: {}", response.status);
    assert_eq!(response.header("cache-control"), "no-store");
    Ok(response.text())
}

fn preview(response: &Value, label: &str) -> Result<String> {
    let previews = response["meta"]["previews"].as_array().context("no previews")?;
    let found = previews.iter().find(|preview| preview["label"] == label).context(label.to_owned())?;
    Ok(found["html"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_large_body_is_shown_in_parts_and_not_sent_as_a_whole() -> Result<()> {
    let (app, _upstream) = start(large_body()).await?;
    let response = call(&app).await?;
    assert_eq!(response["meta"]["isPartial"], true);
    assert!(
        response["data"].as_str().is_some_and(|start| start.len() <= 200_000 && start.starts_with("{\"count\":5000"))
    );
    let tree = preview(&response, "Tree")?;
    assert!(
        tree.len() < 300_000 && tree.contains("5000 items") && tree.contains("data-pointer=\"/rows/1/name\""),
        "{tree}"
    );
    assert!(!tree.contains("data-pointer=\"/rows/100\""), "only the first hundred rows are there");
    let next = links(&tree).into_iter().find(|url| url.ends_with("&from=100")).context("no next part")?;
    let part = get(&app, &format!("{next}&fragment=part")).await?;
    assert!(part.starts_with("<div") && part.contains("/rows/199") && part.contains("Items 200 to 299"), "{part}");
    // The first row is larger than the others, so it is folded, and so is an object in it.
    let row = links(&tree).into_iter().find(|url| url.ends_with("pointer=%2Frows%2F0")).context("no folded row")?;
    let part = get(&app, &format!("{row}&fragment=part")).await?;
    let nested = links(&part).into_iter().find(|url| url.ends_with("%2Fmore")).context("no folded value")?;
    let part = get(&app, &format!("{nested}&fragment=part")).await?;
    assert!(part.starts_with("<details open><summary>{") && part.contains("1502 bytes"), "{part}");
    let page = get(&app, &nested).await?;
    assert!(page.contains("<title>Response body · API Explorer</title>"), "{page}");
    assert!(page.contains("<h1>Response body</h1>") && page.contains("aria-label=\"Path\""), "{page}");
    let last = nested.replace("%2F0%2Fmore", "&from=4900");
    let page = get(&app, &last).await?;
    assert!(page.contains("/rows/4999") && !page.contains("Items 5000") && page.contains("Previous"), "{page}");
    Ok(())
}

#[tokio::test]
async fn a_page_without_scripts_shows_a_large_body_in_parts() -> Result<()> {
    let (app, _upstream) = start(large_body()).await?;
    let page = app.post_form("/large/list", &[("environment", "server1"), ("intent", "send")]).send().await?.text();
    assert!(page.len() < 1_000_000 && page.contains("Items 100 to 199") && page.contains("download>Download</a>"));
    let next = links(&page).into_iter().find(|url| url.ends_with("&from=100")).context("no next part")?;
    let page = get(&app, &next).await?;
    assert!(page.contains("data-pointer=\"/rows/150\"") && !page.contains("data-pointer=\"/rows/99\""));
    Ok(())
}

#[tokio::test]
async fn a_search_leads_to_the_places_of_a_large_body() -> Result<()> {
    let (app, _upstream) = start(large_body()).await?;
    let url = call(&app).await?["meta"]["fileUrl"].as_str().context("no file")?.to_owned();
    let page = get(&app, &format!("{url}/tree?q=uSER%204321")).await?;
    assert!(page.contains("1 place found.") && page.contains("<code>/rows/4321/name</code>"), "{page}");
    let found = links(&page).into_iter().find(|url| url.contains("at=")).context("no result")?;
    let part = get(&app, &format!("{found}&fragment=view")).await?;
    assert!(
        part.contains("data-pointer=\"/rows/4321/name\" class=\"match\"") && part.contains("pointer=%2Frows%2F4321\""),
        "{part}"
    );
    assert!(get(&app, &format!("{url}/tree?q=%3Cb%3E")).await?.contains("Nothing found."));
    assert_eq!(get(&app, &format!("{url}/value?pointer=/rows/7/name")).await?, "\"User 7\"");
    assert_eq!(app.get(&format!("{url}/value?pointer=/lost")).send().await?.status, 404);
    assert_eq!(app.get(&format!("{url}/tree?pointer=/count")).send().await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn no_part_search_or_table_shows_what_masking_hides() -> Result<()> {
    let (app, _upstream) = start(large_body()).await?;
    let response = call(&app).await?;
    let url = response["meta"]["fileUrl"].as_str().context("no file")?.to_owned();
    assert!(!response.to_string().contains(SECRET));
    let table = preview(&response, "Table")?;
    assert!(table.contains("The first 100 of 5000 rows are shown.") && table.contains("{{response 1."), "{table}");
    for query in [
        "tree?pointer=/rows&from=4900",
        "tree?at=/client_secret",
        "tree?pointer=/rows/17",
        "tree?q=access_token",
        "tree?q=access_token&fragment=view",
        "value?pointer=/client_secret",
        "value?pointer=/rows",
    ] {
        let part = app.get(&format!("{url}/{query}")).send().await?.text();
        assert!(!part.contains(SECRET), "{query}");
    }
    let found = get(&app, &format!("{url}/tree?q={SECRET}&fragment=view")).await?;
    assert!(found.contains("Nothing found."), "a search does not tell which secrets there are: {found}");
    Ok(())
}

#[tokio::test]
async fn only_the_caller_that_received_a_response_can_request_its_parts() -> Result<()> {
    let body = large_body();
    let upstream =
        Upstream::with_responder(move || ([("content-type", "application/json")], body.clone()).into_response());
    let env = TestEnv::new()
        .set_var("STYTCH_BASE_URL", &upstream.await?.url)
        .set_var("EXPLORER_ACCESS", "public")
        .set_var("EXPLORER_HOSTS", "explorer.example.com");
    let app = env.start_app().await?;
    let remote = |request: TestRequest| {
        let request = request.header("host", "explorer.example.com").header("origin", "https://explorer.example.com");
        request.header("x-forwarded-proto", "https")
    };
    let credential =
        [("credential", "save"), ("basicAuth/username", CALLER_PROJECT), ("basicAuth/password", CALLER_SECRET)];
    let session = async || -> Result<String> {
        remote(app.post_form("/stytch/apiUserV1Search", &credential)).send().await?.cookie()
    };
    let (own, other) = (session().await?, session().await?);
    let call = json!({"provider": "stytch", "operation": "apiUserV1Search", "environment": "test", "arguments": {}});
    let response = remote(app.post_json("/api/call", &call)).header("cookie", &own).send().await?.json()?;
    let url = response["meta"]["fileUrl"].as_str().with_context(|| response["error"].to_string())?;
    for path in [
        format!("{url}/tree?pointer=/rows"),
        format!("{url}/tree?pointer=/rows&fragment=part"),
        format!("{url}/tree?q=User"),
        format!("{url}/value?pointer=/count"),
        format!("/responses/uses?placeholder={}", "{{response%201.client_secret}}"),
    ] {
        assert_eq!(remote(app.get(&path)).header("cookie", &own).send().await?.status, 200, "{path}");
        for request in [remote(app.get(&path)).header("cookie", &other), remote(app.get(&path))] {
            let response = request.send().await?;
            assert_eq!(response.status, 404, "{path}: {}", response.text());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_small_body_is_sent_as_a_whole_and_a_list_of_objects_has_a_table() -> Result<()> {
    let (app, _upstream) = start(json!({"users": [{"id": 1, "token": SECRET}, {"id": 2}]}).to_string()).await?;
    let response = call(&app).await?;
    assert!(response["meta"].get("fileUrl").is_none() && response["meta"].get("isPartial").is_none(), "{response}");
    let table = preview(&response, "Table")?;
    assert!(table.contains("<caption>/users</caption>") && table.contains("<tr><td>2</td><td></td></tr>"), "{table}");
    assert!(table.contains("{{response 1.users.0.token}}") && !table.contains(SECRET), "{table}");
    Ok(())
}

#[tokio::test]
async fn a_placeholder_leads_to_the_operations_that_take_it() -> Result<()> {
    let (app, upstream) = start(json!({"client_secret": SECRET}).to_string()).await?;
    let page = app.post_form("/large/list", &[("environment", "server1"), ("intent", "send")]).send().await?.text();
    assert!(page.contains("formaction=\"/responses/uses\" value=\"{{response 1.client_secret}}\""), "{page}");
    let uses = app.get("/responses/uses?placeholder=%7B%7Bresponse%201.client_secret%7D%7D").send().await?;
    assert_eq!(uses.status, 200);
    let uses = uses.text();
    assert!(uses.contains("<title>Use in next call · API Explorer</title>"), "{uses}");
    assert!(!uses.contains(SECRET) && !uses.contains("/large/list?"), "{uses}");
    let start = uses.find("/large/check?args=").with_context(|| uses.clone())?;
    let link = uses[start..].split('"').next().unwrap_or_default();
    let form = app.get(link).send().await?.text();
    assert!(form.contains("{{response 1.client_secret}}") && !form.contains(SECRET), "{form}");
    let input =
        [("environment", "server1"), ("intent", "send"), ("value/client_secret", "{{response 1.client_secret}}")];
    app.post_form("/large/check", &input).send().await?;
    let sent = upstream.received_requests().pop().context("no request")?;
    assert!(sent.body.contains(SECRET), "the provider receives the secret");
    for unknown in ["{{response 9.client_secret}}", "{{response 1.other}}", "none", ""] {
        let query = unknown.replace(' ', "%20");
        assert_eq!(app.get(&format!("/responses/uses?placeholder={query}")).send().await?.status, 404, "{unknown}");
    }
    Ok(())
}
