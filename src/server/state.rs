//! State that the handlers share, and the rendering of pages with it.

use super::canonical_location::find_canonical_location;
use crate::{
    auth::{
        access::{AccessMode, AccessSettings},
        identity::{Caller, Grant},
    },
    cookies::{expired_session_cookie, read_theme},
    gateway::Gateway,
    model::error::ExplorerError,
    pages::{
        error::error_page,
        not_found::not_found_page,
        shell::{Account, Frame, PageHead, Site, shell},
        sign_in::sign_in_page,
    },
    text,
    ui::live_bar::{find_unlocked_live_data, render_live_bar},
};
use axum::{
    body::Body,
    http::{HeaderValue, Request, StatusCode, header, uri::PathAndQuery},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{nonce::Nonce, prelude::*};
use std::sync::Arc;

/// State that the handlers share.
#[derive(Clone)]
pub(crate) struct AppState {
    /// Gateway, with the catalog and the credentials.
    pub gateway: Arc<Gateway>,
    /// Data common to all pages.
    pub site: Site,
    /// Access settings.
    pub access: Arc<AccessSettings>,
    /// Origins of other explorers' pages that may use this gateway.
    pub allowed_origins: Arc<[String]>,
    /// True if users may send calls through another gateway.
    pub allow_other_gateways: bool,
    /// The listener of programs, if they have one of their own.
    pub program_listener: Option<ProgramListener>,
}

/// Listener of the routes for programs. It reads no session and no header with a user's name: a request of a page in
/// another site could have them, and cannot have an access token.
#[derive(Clone)]
pub(crate) struct ProgramListener {
    /// Origin that programs send their requests to, if it is known.
    pub origin: Option<String>,
}

impl AppState {
    /// Renders a page in the site's layout.
    pub(crate) async fn render(
        &self,
        request: Request<Body>,
        head: PageHead,
        page: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
    ) -> Response {
        let nonce = request.extensions().get::<Nonce>().cloned();
        let (site, account) = (self.site.clone(), self.account(&request));
        let caller = request.extensions().get::<Caller>();
        let provider = request.uri().path().split('/').nth(1).unwrap_or_default();
        let unlocked = match caller {
            Some(caller) => find_unlocked_live_data(&self.gateway, caller, provider).await,
            None => None,
        };
        let page_url = request.uri().path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
        let theme = caller.map(|caller| read_theme(request.headers(), caller.cookie_scope)).unwrap_or_default();
        let frame = Frame { account, theme };
        let ended_session = caller.filter(|caller| caller.has_ended_session).map(|caller| caller.cookie_scope);
        let render_page = leptos_axum::render_app_async_with_context(
            move || {
                nonce.iter().cloned().for_each(provide_context);
                unlocked.iter().cloned().for_each(provide_context);
            },
            move || {
                let banner = use_context().map(|unlocked| render_live_bar(&unlocked, &page_url));
                shell(site.clone(), head.clone(), frame.clone(), banner.unwrap_or_default(), page())
            },
        );
        let mut response = render_page(request).await;
        // A page contains a nonce and the status of the caller's credential, so no cache may store it.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // The page shows which credential is in effect without the session, so the next call may be made with it.
        if let Some(scope) = ended_session
            && let Ok(cookie) = HeaderValue::try_from(expired_session_cookie(scope))
        {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// Renders a page with a given status.
    pub(crate) async fn render_with_status(
        &self,
        status: StatusCode,
        request: Request<Body>,
        head: PageHead,
        page: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
    ) -> Response {
        (status, self.render(request, head, page).await).into_response()
    }

    /// Returns the account information in the page header.
    fn account(&self, request: &Request<Body>) -> Account {
        let caller = request.extensions().get::<Caller>();
        let identity = caller.and_then(|caller| caller.identity.as_ref());
        Account {
            name: identity.and_then(|identity| identity.display_name.clone()),
            can_sign_out: caller.and_then(|caller| caller.session.as_ref()?.display_name.as_ref()).is_some(),
            is_sign_in_required: self.access.mode() == AccessMode::SignIn,
            // The page of administrators tells users of this machine how to sign in.
            is_admin: identity.is_some_and(|identity| identity.has_grant(Grant::Admin) || identity.is_local()),
        }
    }

    /// Renders the page for an unknown URL, or redirects to the page that the URL means.
    pub(crate) async fn render_not_found(
        &self,
        request: Request<Body>,
        message: &'static str,
        back: &str,
        back_title: &'static str,
    ) -> Response {
        let location = find_canonical_location(&self.gateway.catalog(), request.method(), request.uri());
        if let Some(location) = location {
            return Redirect::permanent(&location).into_response();
        }
        let head =
            PageHead { title: text!("not-found-title").into(), description: message.into(), ..PageHead::default() };
        let back = back.to_owned();
        self.render_with_status(StatusCode::NOT_FOUND, request, head, move || {
            not_found_page(message, &back, back_title)
        })
        .await
    }

    /// Renders the sign-in page, with an error message if there is one. A successful sign-in redirects to `next`.
    pub(crate) async fn render_sign_in(
        &self,
        request: Request<Body>,
        next: &str,
        error_message: Option<&str>,
        status: StatusCode,
    ) -> Response {
        let head = PageHead {
            title: text!("sign-in-title").into(),
            description: text!("sign-in-summary").into(),
            canonical_path: None,
            has_search: true,
            ..PageHead::default()
        };
        let (access, next, error_message) = (self.access.clone(), next.to_owned(), error_message.map(str::to_owned));
        let page = move || sign_in_page(&access, &next, error_message.as_deref());
        self.render_with_status(status, request, head, page).await
    }

    /// Renders the page of an error, with the error's status.
    pub(crate) async fn render_error(&self, request: Request<Body>, error: ExplorerError) -> Response {
        let head = PageHead { title: text!("error-title").into(), ..PageHead::default() };
        self.render_with_status(error.code.into(), request, head, move || error_page(&error)).await
    }
}
