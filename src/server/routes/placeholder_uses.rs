//! `GET /responses/uses`: the operations that take the secret of a response.

use crate::{
    auth::identity::Caller,
    model::placeholder::Placeholder,
    pages::{placeholder_uses::placeholder_uses_page, shell::PageHead},
    server::state::AppState,
    text,
};
use axum::{
    Extension,
    body::Body,
    extract::{Query, Request, State},
    response::Response,
};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct UsesQuery {
    #[serde(default)]
    placeholder: String,
}

/// Shows the operations to the caller that received the placeholder.
pub(crate) async fn show_uses(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(query): Query<UsesQuery>,
    request: Request<Body>,
) -> Response {
    let unknown = text!("placeholder-uses-unknown");
    let Some(placeholder) = Placeholder::parse(&query.placeholder) else {
        return app.render_not_found(request, unknown, "/", text!("not-found-home")).await;
    };
    let source = match app.gateway.find_placeholder_source(&caller, &placeholder).await {
        Ok(source) => source,
        Err(error) => return app.render_error(request, error).await,
    };
    let Some(entry) = app.gateway.catalog().entry(&source.provider).cloned() else {
        return app.render_not_found(request, unknown, "/", text!("not-found-home")).await;
    };
    let head = PageHead {
        title: text!("placeholder-uses-title").into(),
        description: text!("placeholder-uses-summary").into(),
        ..PageHead::default()
    };
    app.render(request, head, move || placeholder_uses_page(&entry, &placeholder, &source)).await
}
