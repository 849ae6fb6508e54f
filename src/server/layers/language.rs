//! The language of pages and of messages on them.

use crate::{cookies::read_language, server::route_class::RouteClass, texts::Language};
use axum::{
    Error, Extension,
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::{HeaderValue, header::CONTENT_LANGUAGE},
    middleware::Next,
    response::Response,
};
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// Middleware that handles a request in the language that its user chose, or that its browser asks for. SDKs get English
/// messages.
pub(crate) async fn set_language(Extension(class): Extension<RouteClass>, request: Request, next: Next) -> Response {
    if class == RouteClass::Proxy {
        return next.run(request).await;
    }
    let language = read_language(request.headers());
    let response = language.scope(next.run(request)).await;
    let mut response = response.map(|inner| Body::new(LanguageBody { inner, language }));
    response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    response
}

/// Body whose parts are written in a language: those of streams are written after the handler has returned.
struct LanguageBody {
    inner: Body,
    language: Language,
}

impl HttpBody for LanguageBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let language = self.language;
        language.sync_scope(|| Pin::new(&mut self.inner).poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
