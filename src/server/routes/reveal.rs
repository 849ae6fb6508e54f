//! `POST /reveal`: a secret of a reply on a page of its own, where there are no scripts to show it in its place.

use super::pages::App;
use crate::{
    auth::identity::Visitor,
    pages::{reveal::reveal, shell::Head},
};
use axum::{
    Extension, Form,
    body::Body,
    extract::{FromRequest, Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Wanted {
    handle: String,
}

/// Shows it, or says why not.
pub(crate) async fn show(State(app): State<App>, Extension(visitor): Extension<Visitor>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let form = Form::<Wanted>::from_request(Request::from_parts(parts.clone(), body), &app).await;
    let handle = form.map(|Form(Wanted { handle })| handle).unwrap_or_default();
    let found = app.gateway.reveal(&visitor, &handle).await;
    let code = found.as_ref().err().map(|error| error.code.status());
    let status = code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or_default();
    let head =
        Head { title: "Secret · API Explorer".into(), description: "A secret of a reply.".into(), ..Head::default() };
    app.render_as(status, Request::from_parts(parts, Body::empty()), head, move || reveal(&handle, &found)).await
}
