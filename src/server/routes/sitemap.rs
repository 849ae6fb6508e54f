//! Files for search engines: the sitemap, and the paths excluded from crawling.
//!
//! A sitemap contains absolute URLs, so it exists only if the operator has set the site's public host name.

use crate::{pages::list::encode_query_value, providers::CatalogEntry, server::state::AppState, ui::html::HtmlWriter};
use axum::{
    extract::{Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use std::collections::HashMap;

/// Maximum number of URLs in a sitemap (sitemaps.org).
const MAX_URLS_PER_SITEMAP: usize = 50_000;

/// Returns `/robots.txt`.
pub(crate) async fn robots_txt(State(app): State<AppState>) -> String {
    let rules = "User-agent: *\nDisallow: /api/\nDisallow: /tools/\nDisallow: /search\n";
    let sitemap = app.site.origin.map(|origin| format!("\nSitemap: {origin}/sitemap.xml\n"));
    [rules, &sitemap.unwrap_or_default()].concat()
}

/// Returns `/sitemap.xml`, which lists every page with a permanent URL. If one file cannot hold them all, it is an
/// index of several sitemaps.
pub(crate) async fn sitemap_xml(State(app): State<AppState>, Query(query): Query<HashMap<String, String>>) -> Response {
    let Some(origin) = app.site.origin else {
        let message =
            "There is no sitemap: this server has no public host name. Its operator can set EXPLORER_HOSTS.\n";
        return (StatusCode::NOT_FOUND, message).into_response();
    };
    let catalog = app.gateway.catalog();
    let url_count = 1 + catalog.entries().map(|entry| 1 + entry.document.operations.len()).sum::<usize>();
    let part_count = url_count.div_ceil(MAX_URLS_PER_SITEMAP);
    let part = query.get("part").map(|part| part.parse::<usize>().unwrap_or_default());
    if part.is_some_and(|part| part == 0 || part > part_count) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut xml = HtmlWriter::default();
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    if part.is_none() && part_count > 1 {
        xml.raw("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
        for part in 1..=part_count {
            xml.raw("<sitemap><loc>").text(&origin).raw("/sitemap.xml?part=").text(&part.to_string());
            xml.raw("</loc></sitemap>\n");
        }
        xml.raw("</sitemapindex>\n");
    } else {
        let offset = (part.unwrap_or(1) - 1) * MAX_URLS_PER_SITEMAP;
        xml.raw("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
        let paths = std::iter::once("/".to_owned()).chain(catalog.entries().flat_map(page_paths));
        for path in paths.skip(offset).take(MAX_URLS_PER_SITEMAP) {
            xml.raw("<url><loc>").text(&origin).text(&path).raw("</loc></url>\n");
        }
        xml.raw("</urlset>\n");
    }
    ([(CONTENT_TYPE, "application/xml")], xml.finish()).into_response()
}

fn page_paths(entry: &CatalogEntry) -> impl Iterator<Item = String> {
    let provider = format!("/{}", encode_query_value(&entry.provider.id));
    let operations = entry.document.operations.iter().map({
        let provider = provider.clone();
        move |listing| format!("{provider}/{}", encode_query_value(&listing.name))
    });
    std::iter::once(provider).chain(operations)
}
