//! `POST /reveal`: shows a secret of a response on its own page, for browsers without scripts.

use crate::{
    auth::identity::Caller,
    pages::{reveal::secret_page, shell::PageHead},
    server::state::AppState,
    text,
};
use axum::{
    Extension, Form,
    body::Body,
    extract::{FromRequest, Request, State},
    response::Response,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct RevealForm {
    placeholder: String,
}

/// Shows the secret of a placeholder, or an error.
pub(crate) async fn show_secret(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let form = Form::<RevealForm>::from_request(Request::from_parts(parts.clone(), body), &app).await;
    let placeholder = form.map(|Form(RevealForm { placeholder })| placeholder).unwrap_or_default();
    let revealed = app.gateway.reveal(&caller, &placeholder).await;
    let status = revealed.as_ref().err().map(|error| error.code.into()).unwrap_or_default();
    let head = PageHead {
        title: text!("reveal-title").into(),
        description: text!("reveal-summary").into(),
        ..PageHead::default()
    };
    app.render_with_status(status, Request::from_parts(parts, Body::empty()), head, move || {
        secret_page(&placeholder, &revealed)
    })
    .await
}
