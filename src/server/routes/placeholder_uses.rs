//! `GET /responses/uses`: the operations that take the secret of a response.

use crate::{
    auth::identity::Caller,
    model::placeholder::Placeholder,
    pages::{placeholder_uses::placeholder_uses_page, shell::PageHead},
    server::state::AppState,
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
    let unknown = "This placeholder is not known. It may have expired: make the call again.";
    let Some(placeholder) = Placeholder::parse(&query.placeholder) else {
        return app.render_not_found(request, unknown, "/", "Back to the home page").await;
    };
    let source = match app.gateway.find_placeholder_source(&caller, &placeholder).await {
        Ok(source) => source,
        Err(error) => return app.render_error(request, error).await,
    };
    let Some(entry) = app.gateway.catalog().entry(&source.provider).cloned() else {
        return app.render_not_found(request, unknown, "/", "Back to the home page").await;
    };
    let head = PageHead {
        title: "Use in next call".into(),
        description: "The operations that take a secret of a response.".into(),
        ..PageHead::default()
    };
    app.render(request, head, move || placeholder_uses_page(&entry, &placeholder, &source)).await
}
