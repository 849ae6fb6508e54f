//! `POST /theme` and `POST /language`: choose the color theme and the language of the pages.

use crate::{
    auth::identity::Caller,
    cookies::{language_cookie, theme_cookie},
    model::{
        error::{ErrorCode, ExplorerError},
        theme::Theme,
    },
    server::{
        layers::security::{header_str, request_host},
        routes::sign_in::safe_redirect_path,
    },
    text,
    texts::Language,
};
use axum::{
    Extension,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};

/// The page after a choice on a page that has no address of its own.
const HOME: &str = "/";
/// Path of a page that only a form can request.
const FORM_ONLY_PATH: &str = "/reveal";

/// Stores the theme in a cookie, and redirects back to the page. The body is `theme=dark`. A script, which changes the
/// page itself, gets no page.
pub(crate) async fn choose_theme(
    Extension(caller): Extension<Caller>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let Some(theme) = body.strip_prefix("theme=").and_then(Theme::from_name) else {
        return ExplorerError::new(ErrorCode::InvalidArguments, text!("preferences-no-theme")).into_response();
    };
    let cookie = [(header::SET_COOKIE, theme_cookie(theme, caller.cookie_scope))];
    let is_script = headers.get("sec-fetch-dest").is_some_and(|destination| destination == "empty");
    if is_script {
        return (cookie, StatusCode::NO_CONTENT).into_response();
    }
    (cookie, Redirect::to(&requesting_path(&uri, &headers))).into_response()
}

/// Stores the language in a cookie, and redirects back to the page. The body is `language=de`.
pub(crate) async fn choose_language(
    Extension(caller): Extension<Caller>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let Some(language) = body.strip_prefix("language=").and_then(Language::from_code) else {
        return ExplorerError::new(ErrorCode::InvalidArguments, text!("preferences-no-language")).into_response();
    };
    let cookie = [(header::SET_COOKIE, language_cookie(language, caller.cookie_scope))];
    (cookie, Redirect::to(&requesting_path(&uri, &headers))).into_response()
}

/// Returns path and query of the page that a request comes from, if it is on this site, and `/` otherwise.
pub(crate) fn requesting_path(uri: &Uri, headers: &HeaderMap) -> String {
    let page: Option<Uri> = header_str(headers, &header::REFERER).and_then(|page| page.parse().ok());
    let is_ours = |page: &Uri| {
        let host = page.authority().map(|authority| authority.as_str().to_ascii_lowercase());
        host.is_some_and(|host| host == request_host(uri, headers))
    };
    let page = page.filter(|page| is_ours(page) && page.path() != FORM_ONLY_PATH);
    let path = page.as_ref().and_then(Uri::path_and_query).map_or(HOME, |path| path.as_str());
    safe_redirect_path(path).to_owned()
}
