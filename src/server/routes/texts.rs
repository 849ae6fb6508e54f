//! The texts that the browser's program uses, in each language.

use crate::{
    server::route_class::{ClassifiedRouter, RouteClass},
    texts::Language,
};
use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

/// Returns the route of the texts.
pub(crate) fn text_routes() -> ClassifiedRouter {
    ClassifiedRouter::new().route(RouteClass::Asset, "/assets/texts/{file}", get(show_texts))
}

async fn show_texts(Path(file): Path<String>) -> Response {
    let path = format!("/assets/texts/{file}");
    let Some(language) = Language::all().find(|language| language.browser_texts_path() == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        // Its URL changes with its content.
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, language.browser_texts()).into_response()
}
