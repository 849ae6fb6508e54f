//! Tests for the home page with many providers: categories, pages, and the search for a provider.

use crate::support::{TestApp, TestEnv, visible_text};
use anyhow::{Context, Result};
use api_explorer::providers::ProviderSettings;
use serde_json::{Value, json};

/// Maximum size of the home page.
const MAX_PAGE_BYTES: usize = 60_000;

/// Returns a document whose title, summary and groups are longer than those of most documents.
fn wordy_document(title: &str, categories: &Value) -> Value {
    let operation = |group: usize| json!({"get": {"operationId": format!("get{group}"), "tags": [format!("Management of devices, part {group}")]}});
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "2026-01-01-preview",
            "description": "Lists, creates, changes and removes the devices & accounts of a customer. ".repeat(9),
            "x-apisguru-categories": categories,
        },
        "paths": (0..9).map(|group| (format!("/p{group}"), operation(group))).collect::<serde_json::Map<_, _>>(),
    })
}

fn provider(id: &str, document: &Value) -> ProviderSettings {
    ProviderSettings::new(id, document.to_string().into())
}

async fn start_app(providers: Vec<ProviderSettings>) -> Result<TestApp> {
    let mut settings = TestEnv::new().to_settings()?;
    settings.providers = providers;
    TestApp::new(settings).await
}

/// Starts the app with this number of providers, each in one of sixty categories.
async fn start_app_with(count: usize) -> Result<TestApp> {
    let providers = (0..count).map(|number| {
        let title = format!("Service number {number} of the Example Cloud Platform for Customers");
        let category = format!("category_{:02}", number % 60);
        provider(&format!("service-{number}"), &wordy_document(&title, &json!([category])))
    });
    start_app(providers.collect()).await
}

async fn html(app: &TestApp, path: &str) -> Result<String> {
    let response = app.get(path).send().await?;
    assert_eq!(response.status, 200, "{path}");
    Ok(response.text())
}

/// Returns the ids of the providers on a home page, in order.
fn cards(html: &str) -> Vec<&str> {
    html.split("<h3><a href=\"/").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Returns the URLs of all links whose URL begins with a text.
fn links<'a>(html: &'a str, start: &str) -> Vec<&'a str> {
    let urls = html.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    urls.filter(|url| url.starts_with(start)).collect()
}

#[tokio::test]
async fn the_home_page_of_2638_providers_is_small_and_leads_to_all_of_them() -> Result<()> {
    let app = start_app_with(2638).await?;
    let first = html(&app, "/").await?;
    assert!(first.len() <= MAX_PAGE_BYTES, "{} bytes", first.len());
    assert_eq!(cards(&first).len(), 50);
    assert!(visible_text(&first).contains("All providers 2638"));
    assert_eq!(links(&first, "/?category=").len(), 40, "the largest categories");
    let search = first.find("action=\"/search\"").context("no search")?;
    assert!(search < first.find("/?category=").context("no category")?, "the search comes first");
    let mut seen: Vec<String> = Vec::new();
    let mut next = Some("/".to_owned());
    while let Some(path) = next {
        let page = html(&app, &path).await?;
        seen.extend(cards(&page).into_iter().map(str::to_owned));
        next = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    }
    assert_eq!(seen, (0..2638).map(|number| format!("service-{number}")).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn a_category_has_pages_of_its_own() -> Result<()> {
    let count = 70;
    let with_categories = |number: usize| match number {
        0 => json!(["open_data", "cloud"]),
        1 => json!(["<b>&\"x"]),
        2 => json!(null),
        _ => json!(["cloud"]),
    };
    let providers =
        (0..count).map(|number| provider(&format!("p{number}"), &wordy_document("T", &with_categories(number))));
    let app = start_app(providers.collect()).await?;
    let home = html(&app, "/").await?;
    assert!(visible_text(&home).contains("All providers 70 <b>&\"x 1 Cloud 68 Open data 1"), "{}", visible_text(&home));
    assert!(!home.contains("<b>&"));
    assert_eq!(cards(&html(&app, "/?category=Open%20data").await?), ["p0"]);
    assert_eq!(cards(&html(&app, "/?category=%3Cb%3E%26%22x").await?), ["p1"]);
    let cloud = html(&app, "/?category=Cloud").await?;
    assert_eq!(cards(&cloud).len(), 50);
    assert!(cloud.contains("<title>Cloud · API Explorer</title>"));
    assert!(
        cloud.contains("href=\"/?category=Cloud&amp;page=2\"") || cloud.contains("href=\"/?category=Cloud&page=2\"")
    );
    assert_eq!(cloud.matches("aria-current=\"page\"").count(), 1);
    let last = html(&app, "/?category=Cloud&page=99").await?;
    assert_eq!((cards(&last).len(), cards(&last).last()), (18, Some(&"p69")), "the last page");
    for path in ["/?page=0", "/?page=x", "/?page=-1"] {
        assert_eq!(cards(&html(&app, path).await?), cards(&home), "{path}");
    }
    let unknown = app.get("/?category=nothing").send().await?;
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("This category does not exist."));
    Ok(())
}

#[tokio::test]
async fn few_providers_are_listed_without_categories_and_pages() -> Result<()> {
    let app = start_app_with(50).await?;
    let home = html(&app, "/").await?;
    assert_eq!(cards(&home).len(), 50);
    assert!(!home.contains("aria-label=\"Categories\"") && !home.contains("aria-label=\"Pages\""));
    assert_eq!(cards(&html(&app, "/?category=Category%2007").await?), ["service-7"]);
    Ok(())
}

#[tokio::test]
async fn long_titles_and_names_of_groups_are_shortened() -> Result<()> {
    let mut document = wordy_document(&"Title ".repeat(5000), &json!(["x".repeat(50_000)]));
    document["info"]["version"] = "9".repeat(50_000).into();
    document["paths"]["/p0"]["get"]["tags"] = json!(["Group ".repeat(5000)]);
    let home = html(&start_app(vec![provider("long", &document)]).await?, "/").await?;
    assert!(home.len() < 10_000, "{} bytes", home.len());
    Ok(())
}

#[tokio::test]
async fn the_settings_name_a_category_in_place_of_the_document() -> Result<()> {
    let mut settings = provider("one", &wordy_document("One", &json!(["cloud"])));
    settings.category = Some("Our own".into());
    let app = start_app(vec![settings]).await?;
    assert_eq!(cards(&html(&app, "/?category=Our%20own").await?), ["one"]);
    assert_eq!(app.get("/?category=Cloud").send().await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn the_search_finds_providers_by_title_and_id() -> Result<()> {
    let titles = [("pets", "The Pet Store"), ("store", "Store"), ("bank", "A Bank <i>"), ("other", "Store & more")];
    let providers = titles.map(|(id, title)| provider(id, &wordy_document(title, &json!(null))));
    let app = start_app(providers.into()).await?;
    let found = async |query: &str| -> Result<Vec<String>> {
        let page = html(&app, &format!("/search?q={query}")).await?;
        let list = page.split("aria-label=\"Providers\"").nth(1).and_then(|rest| rest.split("</nav>").next());
        Ok(list.map(|list| links(list, "/").into_iter().map(str::to_owned).collect()).unwrap_or_default())
    };
    assert_eq!(found("STORE").await?, ["/store", "/other", "/pets"]);
    assert_eq!(found("pet+store").await?, ["/pets"]);
    assert_eq!(found("bank").await?, ["/bank"]);
    assert_eq!(found("bank&provider=bank").await?, Vec::<String>::new(), "operations of one provider");
    for query in ["", "+", "%2F", "nothing", "bank+store"] {
        assert!(found(query).await?.is_empty(), "{query}");
    }
    assert!(!html(&app, "/search?q=bank").await?.contains("<i>"));
    Ok(())
}
