//! What search engines read: which pages there are, and which are none of their business.
//!
//! A sitemap has whole addresses, so there is one only where the operator says under which name the site is public.

use super::pages::App;
use crate::{pages::list::in_query, providers::CatalogEntry, ui::html::Html};
use axum::{
    extract::{Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use std::collections::HashMap;

/// Addresses that one file may list (sitemaps.org).
const MOST: usize = 50_000;

/// `/robots.txt`.
pub(crate) async fn robots(State(app): State<App>) -> String {
    let rules = "User-agent: *\nDisallow: /api/\nDisallow: /tools/\nDisallow: /search\n";
    let sitemap = app.site.origin.map(|origin| ["\nSitemap: ", &origin, "/sitemap.xml\n"].concat());
    [rules, &sitemap.unwrap_or_default()].concat()
}

/// `/sitemap.xml`: every page with a lasting address; in parts, where one file cannot hold them.
pub(crate) async fn sitemap(State(app): State<App>, Query(query): Query<HashMap<String, String>>) -> Response {
    let Some(origin) = app.site.origin else {
        let message =
            "There is no sitemap: this server does not know its public name. Whoever runs it sets EXPLORER_HOSTS.\n";
        return (StatusCode::NOT_FOUND, message).into_response();
    };
    let catalog = app.gateway.catalog();
    let all = 1 + catalog.iter().map(|entry| 1 + entry.document.listings.len()).sum::<usize>();
    let parts = all.div_ceil(MOST);
    let part = query.get("part").map(|part| part.parse::<usize>().unwrap_or_default());
    if part.is_some_and(|part| part == 0 || part > parts) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut xml = Html::default();
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    if part.is_none() && parts > 1 {
        xml.raw("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
        for part in 1..=parts {
            xml.raw("<sitemap><loc>").text(&origin).raw("/sitemap.xml?part=").text(&part.to_string());
            xml.raw("</loc></sitemap>\n");
        }
        xml.raw("</sitemapindex>\n");
    } else {
        let first = (part.unwrap_or(1) - 1) * MOST;
        xml.raw("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
        let paths = std::iter::once("/".to_owned()).chain(catalog.iter().flat_map(paths));
        for path in paths.skip(first).take(MOST) {
            xml.raw("<url><loc>").text(&origin).text(&path).raw("</loc></url>\n");
        }
        xml.raw("</urlset>\n");
    }
    ([(CONTENT_TYPE, "application/xml")], xml.finish()).into_response()
}

fn paths(entry: &CatalogEntry) -> impl Iterator<Item = String> {
    let provider = ["/", &in_query(&entry.provider.id)].concat();
    let operations = entry.document.listings.iter().map({
        let provider = provider.clone();
        move |listing| [&provider, "/", &in_query(&listing.name)].concat()
    });
    std::iter::once(provider).chain(operations)
}
