//! Tests for finding an operation: through the catalog, its group, search, and another operation.

use crate::support::{OPERATION_PAGE, TestApp, TestEnv, visible_text};
use anyhow::{Context, Result};
use api_explorer::providers;
use serde_json::{Value, json};

/// Starts the app with this document as its only provider.
async fn start_app(document: &Value) -> Result<TestApp> {
    let mut settings = TestEnv::new().to_settings()?;
    let mut provider = providers::stytch_settings(None);
    provider.document = document.to_string().into();
    settings.providers = vec![provider];
    TestApp::new(settings).await
}

/// Returns a document with the given number of operations in each group: `Group 0`, `Group 1`, …
fn large_document(groups: &[usize]) -> Value {
    let mut paths = serde_json::Map::new();
    for (group, count) in groups.iter().enumerate() {
        for number in 0..*count {
            let operation = json!({"get": {
                "operationId": format!("get_g{group}_n{number}"),
                "summary": format!("Get number {number} of {group}"),
                "tags": [format!("Group {group}")],
            }});
            paths.insert(format!("/g{group}/n{number}"), operation);
        }
    }
    json!({"openapi": "3.1.0", "info": {"title": "Large", "version": "1"}, "paths": paths})
}

/// Returns the URLs of the links to Stytch's operations, in order.
fn operations(html: &str) -> Vec<&str> {
    let links = html.split("href=\"/stytch/").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|name| *name != "openapi.json").collect()
}

/// Returns the text between the first `start` and the next `end`.
fn between<'a>(html: &'a str, start: &str, end: &str) -> Result<&'a str> {
    let from = html.find(start).with_context(|| format!("no {start} in {html}"))?;
    html[from..].split(end).next().context("no end")
}

async fn html(app: &TestApp, path: &str) -> Result<String> {
    let response = app.get(path).send().await?;
    assert_eq!(response.status, 200, "{path}");
    Ok(response.text())
}

#[tokio::test]
async fn the_home_page_lists_providers_and_has_the_search() -> Result<()> {
    let home = html(&TestEnv::new().start_app().await?, "/").await?;
    assert!(home.contains("href=\"/stytch\"") && operations(&home).is_empty());
    assert_eq!(home.matches("action=\"/search\"").count(), 1, "one search");
    assert!(visible_text(&home).contains("184 operations · version"));
    Ok(())
}

#[tokio::test]
async fn the_search_works_without_scripts() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let found = html(&app, "/search?q=TOTP+delete").await?;
    assert_eq!(operations(&found), ["apiUserV1DeleteTotp", "apiOrganizationV1OrganizationsMembersDeleteTotp"]);
    assert!(visible_text(&found).contains("2 operations"));
    assert!(visible_text(&found).contains("Stytch · User") && visible_text(&found).contains("Stytch · Members"));
    for (query, first) in [
        ("POST%20/v1/users", "apiUserV1Create"),
        ("users+post", "apiUserV1Create"),
        ("serach", "apiUserV1Search"),
        ("phone_number+post", "apiUserV1Create"),
        ("apiUserV1Get", "apiUserV1Get"),
        ("stytch+exchange+primary", "apiUserV1ExchangePrimaryFactor"),
    ] {
        let found = html(&app, &format!("/search?q={query}")).await?;
        assert_eq!(operations(&found).first(), Some(&first), "{query}");
    }
    let nothing = html(&app, "/search?q=no+such+thing").await?;
    assert!(visible_text(&nothing).contains("No operation matches “no such thing”."));
    assert!(html(&app, "/search").await?.contains("name=\"q\""));
    Ok(())
}

#[tokio::test]
async fn the_old_search_url_redirects_to_the_new_one() -> Result<()> {
    let response = TestEnv::new().start_app().await?.get("/?q=a%20%26b").send().await?;
    assert_eq!((response.status.as_u16(), response.header("location")), (308, "/search?q=a%20%26b"));
    Ok(())
}

#[tokio::test]
async fn the_search_fragment_has_a_summary_line_and_options() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let response = app.get("/search?q=delete&fragment").send().await?;
    assert_eq!((response.status.as_u16(), response.header("cache-control")), (200, "no-store"));
    let text = response.text();
    let (summary, links) = text.split_once('\n').context("no line")?;
    assert_eq!(summary, "Best 8 of 24 matches");
    assert_eq!(links.matches("role=\"option\"").count(), 8);
    assert!(!text.contains("<html"));
    let nothing = app.get("/search?q=%3Cimg%20src%3Dx%3E%0A%3Cb%3E&fragment").send().await?.text();
    assert_eq!(nothing, "No operation matches “&lt;img src=x&gt; &lt;b&gt;”. Try fewer or other words.\n");
    let elsewhere = app.get("/search?q=delete&provider=nobody&fragment").send().await?.text();
    assert!(elsewhere.starts_with("No operation matches"), "{elsewhere}");
    Ok(())
}

#[tokio::test]
async fn operations_are_found_by_the_fields_of_referenced_schemas() -> Result<()> {
    let mut document = large_document(&[1]);
    document["components"] = json!({
        "parameters": {"Shade": {"name": "colour", "in": "query", "schema": {"type": "string"}}},
        "requestBodies": {"Paint": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Paint"}}}}},
        "schemas": {
            "Paint": {"allOf": [{"$ref": "#/components/schemas/Tin"}, {"properties": {"glossiness": {"type": "number"}}}]},
            "Tin": {"properties": {"volume_in_litres": {"type": "number"}, "again": {"$ref": "#/components/schemas/Paint"}}},
        },
    });
    document["paths"]["/walls"] = json!({"put": {
        "operationId": "paint",
        "parameters": [{"$ref": "#/components/parameters/Shade"}],
        "requestBody": {"$ref": "#/components/requestBodies/Paint"},
    }});
    let app = start_app(&document).await?;
    for field in ["colour", "glossiness", "volume_in_litres", "litres", "again"] {
        assert_eq!(operations(&html(&app, &format!("/search?q={field}")).await?), ["paint"], "{field}");
    }
    Ok(())
}

#[tokio::test]
async fn the_provider_page_filters_without_scripts() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let filtered = html(&app, "/stytch?q=search").await?;
    assert_eq!(operations(&filtered).first(), Some(&"apiUserV1Search"));
    assert_eq!(operations(&filtered).len(), 5);
    assert!(filtered.contains("value=\"search\"") && filtered.contains("Show all"));
    assert!(visible_text(&html(&app, "/stytch?q=xyzzy").await?).contains("No operation matches “xyzzy”."));
    Ok(())
}

#[tokio::test]
async fn groups_are_listed_under_their_headings() -> Result<()> {
    let mut document = large_document(&[2, 1, 1]);
    document["x-tagGroups"] =
        json!([{"name": "Late", "tags": ["Group 2", "Nobody"]}, {"name": "Early", "tags": ["Group 0"]}]);
    let text = visible_text(&html(&start_app(&document).await?, "/stytch").await?);
    let places = ["Late", "Group 2 1", "Early", "Group 0 2", "Other", "Group 1 1"];
    let list = text.split("Filter").last().context("no list")?;
    let mut from = list.find(" Late ").context("no heading")?;
    for place in places {
        from += list[from..].find(place).with_context(|| format!("{place} is not next in {list}"))?;
    }
    Ok(())
}

#[tokio::test]
async fn a_large_group_has_pages_of_its_own() -> Result<()> {
    let app = start_app(&large_document(&[250, 3])).await?;
    let all = html(&app, "/stytch").await?;
    assert_eq!(operations(&all).len(), 3);
    assert!(
        all.contains("href=\"/stytch?group=group-0\"") && visible_text(&all).contains("All 250 operations of Group 0")
    );
    let first = html(&app, "/stytch?group=group-0").await?;
    assert_eq!(operations(&first).len(), 100);
    assert!(
        first.contains("rel=\"next\" href=\"/stytch?group=group-0&amp;page=2\"") && !first.contains("rel=\"prev\"")
    );
    let last = html(&app, "/stytch?group=group-0&page=3").await?;
    assert_eq!((operations(&last).len(), operations(&last)[0]), (50, "getG0N200"));
    assert!(last.contains("rel=\"prev\"") && !last.contains("rel=\"next\""));
    for odd in ["0", "99", "x", "-1", "99999999999999999999"] {
        let listed = html(&app, &format!("/stytch?group=group-0&page={odd}")).await?;
        assert!(!operations(&listed).is_empty(), "{odd}");
    }
    assert!(html(&app, "/stytch?group=Group%200").await?.contains("getG0N0"), "by its name too");
    assert_eq!(app.get("/stytch?group=nobody").send().await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_large_provider_lists_its_groups_only() -> Result<()> {
    let app = start_app(&large_document(&[40; 10])).await?;
    let all = html(&app, "/stytch").await?;
    assert!(operations(&all).is_empty());
    assert_eq!(all.matches("href=\"/stytch?group=group-").count(), 10);
    let many = start_app(&large_document(&[3; 250])).await?;
    let page = html(&many, "/stytch?page=3").await?;
    assert_eq!(page.matches("href=\"/stytch?group=group-").count(), 50);
    Ok(())
}

#[tokio::test]
async fn a_link_to_a_group_opens_the_list_of_its_operations() -> Result<()> {
    for (counts, operation, link) in [
        (vec![5, 3], "getG1N1", "/stytch#group-group-1"),
        (vec![40; 10], "getG7N1", "/stytch?group=group-7"),
        (vec![1; 250], "getG249N0", "/stytch?group=group-249"),
        (vec![250, 3], "getG0N50", "/stytch?group=group-0"),
    ] {
        let app = start_app(&large_document(&counts)).await?;
        let page = html(&app, &["/stytch/", operation].concat()).await?;
        for of in ["<nav aria-label=\"Operations\"", "aria-label=\"Breadcrumb\""] {
            let part = between(&page, of, "</nav>")?;
            assert!(part.contains(&format!("href=\"{link}\"")), "{link} in {part}");
        }
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let listed = html(&app, path).await?;
        assert!(operations(&listed).contains(&operation), "{operation} under {link}");
        assert!(anchor.is_empty() || listed.contains(&format!("id=\"{anchor}\"")), "{anchor} in {listed}");
    }
    Ok(())
}

#[tokio::test]
async fn the_sidebar_lists_the_group_of_the_operation_and_links_to_the_others() -> Result<()> {
    let page = html(&start_app(&large_document(&[5, 3])).await?, "/stytch/getG1N1").await?;
    let sidebar = between(&page, "<nav aria-label=\"Operations\"", "</nav>")?;
    for link in [
        "href=\"/stytch#group-group-0\"",
        "href=\"getG1N0\"",
        "href=\"getG1N1\" aria-current=\"page\"",
        "href=\"getG1N2\"",
    ] {
        assert!(sidebar.contains(link), "{link} in {sidebar}");
    }
    assert!(!sidebar.contains("getG0N0"));
    Ok(())
}

#[tokio::test]
async fn the_sidebar_does_not_grow_with_the_document() -> Result<()> {
    let mut counts = vec![4; 300];
    counts[150] = 400;
    let page = html(&start_app(&large_document(&counts)).await?, "/stytch/getG150N200").await?;
    let sidebar = between(&page, "<nav aria-label=\"Operations\"", "</nav>")?;
    assert!(sidebar.matches("<li").count() <= 62, "{}", sidebar.matches("<li").count());
    assert!(sidebar.contains("All 400 operations") && sidebar.contains("All 300 groups"));
    assert!(sidebar.contains("aria-current"));
    Ok(())
}

#[tokio::test]
async fn an_operation_links_to_the_previous_and_the_next() -> Result<()> {
    let app = start_app(&large_document(&[3])).await?;
    let footer = |page: &str| -> Result<String> {
        Ok(between(page, "<nav aria-label=\"Neighboring operations\"", "</nav>")?.to_owned())
    };
    let first = footer(&html(&app, "/stytch/getG0N0").await?)?;
    assert!(!first.contains("rel=\"prev\"") && first.contains("rel=\"next\" href=\"getG0N1\""), "{first}");
    let last = footer(&html(&app, "/stytch/getG0N2").await?)?;
    assert!(last.contains("rel=\"prev\" href=\"getG0N1\"") && !last.contains("rel=\"next\""), "{last}");
    Ok(())
}

#[tokio::test]
async fn operations_on_the_same_resource_are_related() -> Result<()> {
    let page = html(&TestEnv::new().start_app().await?, "/stytch/apiUserV1Get").await?;
    let related = between(&page, "id=\"related\"", "</section>")?;
    let names: Vec<&str> = related.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(names.len(), 5, "{names:?}");
    assert_eq!(names[..3], ["apiUserV1Update", "apiUserV1Delete", "apiUserV1Create"], "{names:?}");
    Ok(())
}

#[tokio::test]
async fn the_breadcrumb_links_to_provider_and_group() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let page = html(&app, OPERATION_PAGE).await?;
    let breadcrumb = between(&page, "aria-label=\"Breadcrumb\"", "</nav>")?;
    assert!(
        breadcrumb.contains("href=\"/stytch\"") && breadcrumb.contains("href=\"/stytch#group-user\""),
        "{breadcrumb}"
    );
    assert!(html(&app, "/stytch").await?.contains("id=\"group-user\""));
    Ok(())
}

#[tokio::test]
async fn the_provider_page_lists_parts_that_could_not_be_read() -> Result<()> {
    let mut document = large_document(&[2]);
    document["paths"]["/broken"] = json!({"get": "nonsense"});
    let page = html(&start_app(&document).await?, "/stytch").await?;
    let faults = between(&page, "class=\"faults\"", "</details>")?;
    assert!(faults.contains("Parts that could not be read") && faults.contains("paths./broken.get"), "{faults}");
    assert_eq!(operations(&page).len(), 2);
    Ok(())
}

#[tokio::test]
async fn every_page_has_a_title_and_a_plain_text_description() -> Result<()> {
    let mut document = large_document(&[1]);
    document["info"]["description"] =
        json!(["# Head\n\n", &"A *plain* `word` and a [link](https://a.example). ".repeat(20)].concat());
    document["paths"]["/g0/n0"]["get"]["description"] = json!("Says **what** it \"does\" <b>now</b>.");
    document["tags"] = json!([{"name": "Group 0", "description": "About _it_."}]);
    let app = start_app(&document).await?;
    for (path, title, description) in [
        ("/", "API Explorer", "Try any API"),
        ("/search?q=user", "user · Search · API Explorer", "Search operations by name"),
        ("/stytch", "Large · API Explorer", "Head A plain word and a link. A plain"),
        ("/stytch?group=group-0", "Group 0 · Large · API Explorer", "About it."),
        ("/stytch/getG0N0", "Get number 0 of 0 · Large · API Explorer", "Says what it &quot;does&quot; now."),
    ] {
        let page = html(&app, path).await?;
        assert!(page.contains(&format!("<title>{title}</title>")), "{path}: {}", &page[..900]);
        let found = between(&page, "<meta name=\"description\" content=\"", "\">")?;
        let found = found.rsplit("content=\"").next().unwrap_or_default();
        assert!(found.starts_with(description), "{path}: {found}");
        assert!(found.chars().count() <= 170, "{found}");
    }
    Ok(())
}

#[tokio::test]
async fn pages_of_a_site_with_a_public_name_have_canonical_urls() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_HOSTS", "explorer.example.com").start_app().await?;
    let canonical = "<link rel=\"canonical\" href=\"https://explorer.example.com";
    for (path, lasting) in [
        (OPERATION_PAGE, OPERATION_PAGE),
        ("/stytch?q=user&page=2", "/stytch"),
        ("/stytch?group=User", "/stytch?group=user"),
        ("/", "/"),
    ] {
        let page = html(&app, path).await?;
        assert!(page.contains(&format!("{canonical}{lasting}\"")), "{path}");
    }
    assert!(!html(&app, "/search?q=a").await?.contains("canonical"));
    assert!(
        !html(&TestEnv::new().start_app().await?, OPERATION_PAGE).await?.contains("canonical"),
        "loopback is no lasting name"
    );
    Ok(())
}

#[tokio::test]
async fn a_site_with_a_public_name_has_a_sitemap() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_HOSTS", "explorer.example.com,other.example.com").start_app().await?;
    let origin = "https://explorer.example.com";
    for host in ["explorer.example.com", "other.example.com", "localhost:3000"] {
        let sitemap = app.get("/sitemap.xml").header("host", host).send().await?;
        assert_eq!((sitemap.status.as_u16(), sitemap.header("content-type")), (200, "application/xml"));
        let text = sitemap.text();
        assert_eq!(text.matches("<loc>").count(), 186, "184 operations, their provider, the start");
        for path in ["/", "/stytch", OPERATION_PAGE] {
            assert!(text.contains(&format!("<loc>{origin}{path}</loc>")), "{path} in {text}");
        }
        let robots = app.get("/robots.txt").header("host", host).send().await?.text();
        assert!(
            robots.contains(&format!("Sitemap: {origin}/sitemap.xml")) && robots.contains("Disallow: /api/"),
            "{robots}"
        );
    }
    assert_eq!(app.get("/sitemap.xml").header("host", "evil.example").send().await?.status, 403);
    for part in ["0", "2", "x"] {
        assert_eq!(app.get(&format!("/sitemap.xml?part={part}")).send().await?.status, 404, "{part}");
    }
    Ok(())
}

#[tokio::test]
async fn a_site_without_a_public_name_has_no_sitemap() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let sitemap = app.get("/sitemap.xml").send().await?;
    assert_eq!(sitemap.status, 404);
    assert!(sitemap.text().contains("EXPLORER_HOSTS"), "{}", sitemap.text());
    let robots = app.get("/robots.txt").send().await?.text();
    assert!(robots.contains("Disallow: /api/") && !robots.contains("Sitemap"), "{robots}");
    Ok(())
}
