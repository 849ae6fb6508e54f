//! Cookies (RFC 6265): the session, a sign-in in progress, the user's theme, language and snippet preference.

use crate::{
    auth::cookie_scope::CookieScope,
    model::theme::Theme,
    snippet::SnippetPreference,
    store::sessions::{MAX_SESSION_LIFETIME, SessionId},
    texts::Language,
};
use cookie::{Cookie, SameSite};
use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT_LANGUAGE, COOKIE},
};
use std::time::Duration;

/// Prefix of the names of cookies that only this host can set, over HTTPS (RFC 6265bis, §4.1.3.2).
const HOST_PREFIX: &str = "__Host-";
/// Name of the session cookie, and start of the names of all cookies but the snippet preference, without the scope.
const SESSION: &str = "api-explorer";
/// Time within which a user must sign in at the identity provider.
const PENDING_LOGIN_LIFETIME: Duration = Duration::from_mins(10);
/// Name of the cookie with the snippet preference, which contains nothing else: `snippet=python-requests.vault`.
const SNIPPET_PREFERENCE: &str = "snippet";
/// Name of the cookie with the theme, without the scope.
const THEME: &str = "api-explorer-theme";
/// Name of the cookie with the code of the language: `language=de`.
const LANGUAGE: &str = "language";
/// Lifetime of the snippet preference, the theme and the language: one year.
const PREFERENCE_LIFETIME: Duration = Duration::from_hours(365 * 24);

/// Returns the session ID of a request. Over HTTPS, only the `__Host-` cookie is accepted, which no sibling domain can
/// set (RFC 6265bis, §4.1.3).
pub(crate) fn read_session_id(headers: &HeaderMap, scope: CookieScope) -> Option<SessionId> {
    SessionId::parse(&find_cookie(headers, &session_name(scope))?)
}

/// Returns true if a request has a session cookie, even if its value is not the ID of a session.
pub(crate) fn has_session_cookie(headers: &HeaderMap, scope: CookieScope) -> bool {
    find_cookie(headers, &session_name(scope)).is_some_and(|value| !value.is_empty())
}

/// Returns the `Set-Cookie` value that deletes the session cookie.
pub(crate) fn expired_session_cookie(scope: CookieScope) -> String {
    build_cookie(&session_name(scope), "", Duration::ZERO, scope)
}

/// Returns the `Set-Cookie` value of a session.
pub(crate) fn session_cookie(session_id: SessionId, scope: CookieScope) -> String {
    build_cookie(&session_name(scope), &session_id.expose(), MAX_SESSION_LIFETIME, scope)
}

/// Returns the state of a sign-in in progress, as [`pending_login_cookie`] received it.
pub(crate) fn read_pending_login(headers: &HeaderMap, scope: CookieScope) -> Option<String> {
    find_cookie(headers, &pending_login_name(scope))
}

/// Returns the `Set-Cookie` value of a sign-in in progress. The state must consist of characters of a cookie's value.
pub(crate) fn pending_login_cookie(state: &str, scope: CookieScope) -> String {
    build_cookie(&pending_login_name(scope), state, PENDING_LOGIN_LIFETIME, scope)
}

/// Returns the `Set-Cookie` value that deletes the state of a sign-in.
pub(crate) fn expired_login_cookie(scope: CookieScope) -> String {
    build_cookie(&pending_login_name(scope), "", Duration::ZERO, scope)
}

/// Returns the snippet preference of a request; the default if there is none, or an invalid one.
pub(crate) fn read_snippet_preference(headers: &HeaderMap) -> SnippetPreference {
    SnippetPreference::parse(&find_cookie(headers, SNIPPET_PREFERENCE).unwrap_or_default())
}

/// Returns the `Set-Cookie` value of a snippet preference.
pub(crate) fn snippet_preference_cookie(preference: &SnippetPreference, scope: CookieScope) -> String {
    build_cookie(SNIPPET_PREFERENCE, &preference.to_string(), PREFERENCE_LIFETIME, scope)
}

/// Returns the theme of a request; that of the operating system if there is none, or an invalid one.
pub(crate) fn read_theme(headers: &HeaderMap, scope: CookieScope) -> Theme {
    let name = find_cookie(headers, &scoped_name(THEME, scope));
    name.and_then(|name| Theme::from_name(&name)).unwrap_or_default()
}

/// Returns the `Set-Cookie` value of a theme.
pub(crate) fn theme_cookie(theme: Theme, scope: CookieScope) -> String {
    build_cookie(&scoped_name(THEME, scope), theme.name(), PREFERENCE_LIFETIME, scope)
}

/// Returns the language that the user chose, or that the browser asks for.
pub(crate) fn read_language(headers: &HeaderMap) -> Language {
    let chosen = find_cookie(headers, LANGUAGE).and_then(|code| Language::from_code(&code));
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    chosen.or_else(|| accepted.map(Language::negotiate)).unwrap_or_default()
}

/// Returns the `Set-Cookie` value of a language.
pub(crate) fn language_cookie(language: Language, scope: CookieScope) -> String {
    build_cookie(LANGUAGE, language.code(), PREFERENCE_LIFETIME, scope)
}

fn session_name(scope: CookieScope) -> String {
    scoped_name(SESSION, scope)
}

fn pending_login_name(scope: CookieScope) -> String {
    scoped_name("api-explorer-sign-in", scope)
}

/// Returns the name of a cookie within a scope. Browsers reject `__Host-` and `Secure` over plain HTTP, which a server
/// on loopback uses.
fn scoped_name(name: &str, scope: CookieScope) -> String {
    match scope {
        CookieScope::SecureHost => [HOST_PREFIX, name].concat(),
        CookieScope::LoopbackPort(port) => format!("{name}-{port}"),
    }
}

/// Removes the cookies that this server sets from the headers of a request.
pub(crate) fn remove_own_cookies(headers: &mut HeaderMap) {
    let is_own = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default().trim();
        // Also those of explorers on other ports of this host, which browsers send as well.
        [SNIPPET_PREFERENCE, LANGUAGE].contains(&name)
            || name.strip_prefix(HOST_PREFIX).unwrap_or(name).starts_with(SESSION)
    };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let values: Vec<String> = headers.get_all(COOKIE).iter().map(text).collect();
    headers.remove(COOKIE);
    for value in values {
        let others: Vec<&str> = value.split(';').filter(|pair| !is_own(pair)).collect();
        if let Ok(value) = HeaderValue::try_from(others.join(";")) {
            headers.append(COOKIE, value);
        }
    }
}

/// Returns the value of the first cookie with a name.
fn find_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let header = headers.get(COOKIE)?.to_str().ok()?;
    let mut cookies = Cookie::split_parse(header).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// Returns a `Set-Cookie` value. `SameSite=Lax` lets the browser send the cookie when it follows a link or a redirect
/// from another site, like the one from the identity provider.
fn build_cookie(name: &str, value: &str, lifetime: Duration, scope: CookieScope) -> String {
    let cookie =
        Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax).secure(scope.is_secure());
    cookie.max_age(lifetime.try_into().unwrap_or(cookie::time::Duration::MAX)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request_headers(cookies: &str) -> anyhow::Result<HeaderMap> {
        Ok(HeaderMap::from_iter([(COOKIE, cookies.parse()?)]))
    }

    #[test]
    fn a_preference_is_read_from_the_cookie_that_it_was_written_to() -> anyhow::Result<()> {
        let preference = SnippetPreference::new("python-requests", "vault");
        let cookie = snippet_preference_cookie(&preference, CookieScope::SecureHost);
        let [pair, attributes @ ..] = &*cookie.split("; ").collect::<Vec<_>>() else { anyhow::bail!("{cookie}") };
        assert_eq!(attributes, ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=31536000"]);
        assert_eq!(read_snippet_preference(&request_headers(&["a=b; ", pair].concat())?), preference);
        Ok(())
    }

    #[test]
    fn a_theme_is_read_from_the_cookie_that_it_was_written_to() -> anyhow::Result<()> {
        for scope in [CookieScope::SecureHost, CookieScope::LoopbackPort(3000)] {
            for theme in Theme::ALL {
                let cookie = theme_cookie(theme, scope);
                let pair = cookie.split(';').next().unwrap_or_default();
                assert_eq!(read_theme(&request_headers(pair)?, scope), theme);
                let mut headers = request_headers(pair)?;
                remove_own_cookies(&mut headers);
                assert_eq!(headers.get(COOKIE).map(HeaderValue::as_bytes), Some(&b""[..]), "{pair} is not forwarded");
            }
            for cookies in ["", "api-explorer-theme=dark", "__Host-api-explorer-theme=<b>", "api-explorer-theme-3000="]
            {
                assert_eq!(read_theme(&request_headers(cookies)?, scope), Theme::System, "{cookies}");
            }
        }
        Ok(())
    }

    #[test]
    fn an_invalid_preference_is_the_default() -> anyhow::Result<()> {
        for cookies in ["", "snippet", "snippet=", "snippet=<b>.x", "other=python-requests.vault", "snippet=a b"] {
            let preference = read_snippet_preference(&request_headers(cookies)?);
            assert_eq!(preference, SnippetPreference::default(), "{cookies}");
        }
        Ok(())
    }

    #[test]
    fn a_session_id_is_read_from_the_first_cookie_of_its_name() -> anyhow::Result<()> {
        let (first, second) = (SessionId::new(), SessionId::new());
        let scopes = [CookieScope::SecureHost, CookieScope::LoopbackPort(3000), CookieScope::LoopbackPort(3001)];
        for scope in scopes {
            let pairs = [first, second].map(|id| [&session_name(scope), "=", &id.expose()].concat());
            let headers = request_headers(&["a;b=c;", &pairs.join(";")].concat())?;
            for other in scopes {
                assert_eq!(read_session_id(&headers, other), (other == scope).then_some(first), "{other:?}");
            }
        }
        Ok(())
    }
}
