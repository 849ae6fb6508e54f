//! Classes of routes: who may request them, and in which form they expect bodies and report errors.
//!
//! Middleware reads the class of a request and never its path. A route without a class is refused.

use super::state::AppState;
use crate::model::error::{ErrorCode, ExplorerError};
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use std::{collections::HashMap, sync::Arc};

/// Class of a route.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RouteClass {
    /// Page or file of the catalog. Anyone may read it if reading is public.
    PublicPage,
    /// Page of an operation, or another form that acts for its caller. Anyone may request it if reading is public; its
    /// handler rejects callers that must sign in, so that it can preserve their input.
    Operation,
    /// Server function, requested by scripts of this site's pages.
    Call,
    /// Call of a program, or of a page of another explorer.
    Tool,
    /// Request of an SDK: for programs only, which authenticate with an access token and never with a cookie.
    Proxy,
    /// Sign-in, and whatever its page offers to everyone.
    SignIn,
    /// Page for administrators.
    Admin,
    /// Script, stylesheet or other static file.
    Asset,
    /// File or status for machines, such as crawlers and load balancers.
    Machine,
}

impl RouteClass {
    /// Returns true if callers without an identity may request the route although users must sign in.
    pub(crate) fn allows_anonymous(self, is_reading_public: bool) -> bool {
        match self {
            Self::SignIn | Self::Asset | Self::Machine => true,
            Self::PublicPage | Self::Operation => is_reading_public,
            Self::Call | Self::Tool | Self::Proxy | Self::Admin => false,
        }
    }

    /// Returns true if session cookies identify the caller.
    pub(crate) fn accepts_session_cookie(self) -> bool {
        self != Self::Proxy
    }

    /// Returns true if an access token may be in any header or query parameter, where SDKs put the provider's secret.
    pub(crate) fn accepts_token_anywhere(self) -> bool {
        self == Self::Proxy
    }

    /// Returns true if bodies are forms of pages. Their handlers report a rejected body on the page.
    pub(crate) fn has_form_body(self) -> bool {
        !matches!(self, Self::Call | Self::Tool | Self::Proxy)
    }

    /// Returns true if programs request the route, so that it can be on a listener of its own.
    pub(crate) fn is_for_programs(self) -> bool {
        matches!(self, Self::Tool | Self::Proxy)
    }
}

/// Router that knows the class of each of its routes.
pub(crate) struct ClassifiedRouter<S = AppState> {
    router: Router<S>,
    /// Classes by path pattern.
    classes: HashMap<String, RouteClass>,
}

impl<S: Clone + Send + Sync + 'static> ClassifiedRouter<S> {
    pub(crate) fn new() -> Self {
        Self { router: Router::new(), classes: HashMap::new() }
    }

    /// Adds a route.
    pub(crate) fn route(mut self, class: RouteClass, path: &str, method_router: MethodRouter<S>) -> Self {
        self.classes.insert(path.to_owned(), class);
        self.map(|router| router.route(path, method_router))
    }

    /// Adds the routes of another router.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.classes.extend(other.classes);
        self.map(|router| router.merge(other.router))
    }

    /// Changes the router, for example to add middleware.
    pub(crate) fn map(self, change: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        Self { router: change(self.router), classes: self.classes }
    }

    /// Returns the first path segments of all routes, without those that are parameters.
    pub(crate) fn first_segments(&self) -> impl Iterator<Item = &str> {
        let segments = self.classes.keys().filter_map(|path| path.split('/').nth(1));
        segments.filter(|segment| !segment.is_empty() && !segment.starts_with('{'))
    }

    /// Returns the router with the middleware that determines the class of each request.
    pub(crate) fn into_router(self) -> Router<S> {
        self.router.layer(from_fn_with_state(Arc::new(self.classes), classify))
    }
}

/// Middleware that stores the class of the matched route in the request's extensions, and refuses routes without one.
async fn classify(
    State(classes): State<Arc<HashMap<String, RouteClass>>>,
    mut request: Request,
    next: Next,
) -> Response {
    let class = match request.extensions().get::<MatchedPath>() {
        Some(path) => classes.get(path.as_str()).copied(),
        // No route matches: the fallback responds with the page "Not found".
        None => Some(RouteClass::PublicPage),
    };
    let Some(class) = class else {
        let message = "This route has no class, so it is refused. This is a bug of the server.";
        return ExplorerError::new(ErrorCode::Forbidden, message).into_response();
    };
    request.extensions_mut().insert(class);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::StatusCode, routing::get};
    use tower::ServiceExt;

    const ALL: [RouteClass; 9] = [
        RouteClass::PublicPage,
        RouteClass::Operation,
        RouteClass::Call,
        RouteClass::Tool,
        RouteClass::Proxy,
        RouteClass::SignIn,
        RouteClass::Admin,
        RouteClass::Asset,
        RouteClass::Machine,
    ];

    #[tokio::test]
    async fn a_route_without_a_class_is_refused() -> anyhow::Result<()> {
        let router: Router<()> = ClassifiedRouter::new()
            .route(RouteClass::Machine, "/classified/{id}", get(|| async {}))
            .map(|router| router.route("/added/{id}", get(|| async {})))
            .into_router();
        for (path, status) in [
            ("/classified/1", StatusCode::OK),
            ("/added/1", StatusCode::FORBIDDEN),
            ("/unknown", StatusCode::NOT_FOUND),
        ] {
            let request = Request::builder().uri(path).body(Body::empty())?;
            assert_eq!(router.clone().oneshot(request).await?.status(), status, "{path}");
        }
        Ok(())
    }

    #[test]
    fn calls_and_administration_are_never_anonymous() {
        let anonymous =
            |is_reading_public| ALL.into_iter().filter(move |class| class.allows_anonymous(is_reading_public));
        assert_eq!(anonymous(false).collect::<Vec<_>>(), [RouteClass::SignIn, RouteClass::Asset, RouteClass::Machine]);
        let has_calls =
            |class| matches!(class, RouteClass::Call | RouteClass::Tool | RouteClass::Proxy | RouteClass::Admin);
        assert!(!anonymous(true).any(has_calls));
    }
}
