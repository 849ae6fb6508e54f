//! Admission middleware: refuses what exceeds the bounds of a network or a signed-in caller, before anything is spent.

use super::network::{client_network, is_forwarded};
use crate::{
    auth::{access::AccessMode, identity::Caller, network::ClientNetwork},
    model::error::ExplorerError,
    server::{error::with_retry_after, state::AppState},
};
use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Middleware that limits the requests of a network, and stores the network in the request's extensions.
pub(crate) async fn limit_network(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let network = client_network(&parts, &app.access);
    if !is_from_own_machine(&app, &parts.headers)
        && let Err(error) = app.gateway.admission().requests.spend(&network.to_string())
    {
        return error.into_response();
    }
    parts.extensions.insert(network);
    next.run(Request::from_parts(parts, body)).await
}

/// Middleware that limits the requests of a signed-in caller, whatever its network.
pub(crate) async fn limit_caller(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
    next: Next,
) -> Response {
    let signed_in = caller.identity.filter(|identity| identity.display_name.is_some());
    if let Some(identity) = signed_in
        && !is_from_own_machine(&app, request.headers())
        && let Err(error) = app.gateway.admission().requests.spend(&identity.subject)
    {
        return error.into_response();
    }
    next.run(request).await
}

/// Returns true for a request to a server that only its own machine can reach, unless a proxy forwarded it. The rate of
/// such requests is not limited, because they are the operator's.
fn is_from_own_machine(app: &AppState, headers: &HeaderMap) -> bool {
    app.access.mode() == AccessMode::Local && !is_forwarded(headers)
}

/// Middleware that limits the sign-in attempts of a network.
pub(crate) async fn limit_sign_ins(
    State(app): State<AppState>,
    Extension(network): Extension<ClientNetwork>,
    request: Request,
    next: Next,
) -> Response {
    match app.gateway.admission().sign_ins.spend(&network.to_string()) {
        Ok(()) => next.run(request).await,
        Err(error) => sign_in_refused(&app, request, error).await,
    }
}

/// Middleware that limits how often a network makes this server fetch the metadata of the identity provider.
pub(crate) async fn limit_discoveries(
    State(app): State<AppState>,
    Extension(network): Extension<ClientNetwork>,
    request: Request,
    next: Next,
) -> Response {
    match app.gateway.admission().discoveries.spend(&network.to_string()) {
        Ok(()) => next.run(request).await,
        Err(error) => sign_in_refused(&app, request, error).await,
    }
}

/// Shows an error on the sign-in page.
async fn sign_in_refused(app: &AppState, request: Request, error: ExplorerError) -> Response {
    let page = app.render_sign_in(request, "/", Some(&error.message), StatusCode::TOO_MANY_REQUESTS).await;
    with_retry_after(page, error.retry_after)
}
