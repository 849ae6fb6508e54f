//! Files: the browser's part of the program, styles, and what `public/` holds.

use crate::app::App;
use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header::CACHE_CONTROL},
    middleware::{Next, from_fn},
    response::Response,
};
use leptos::config::LeptosOptions;
use std::sync::Arc;
use tower_http::services::{ServeDir, ServeFile};

/// The styles, to stand in the page itself: a file of its own would keep a phone waiting for one more answer. A build that
/// is watched keeps the file, which can be exchanged under an open page.
pub(super) fn styles(options: &LeptosOptions) -> Option<Arc<str>> {
    if std::env::var_os("LEPTOS_WATCH").is_some() {
        return None;
    }
    let hashes = std::fs::read_to_string(std::env::current_exe().ok()?.with_file_name(&*options.hash_file)).ok()?;
    let hash = hashes.lines().find_map(|line| line.strip_prefix("css:"))?.trim();
    let file = format!("{}/{}/{}.{hash}.css", options.site_root, options.site_pkg_dir, options.output_name);
    std::fs::read_to_string(file).ok().map(Arc::from)
}

/// Names in `/pkg` change with their content where they are hashed, so a browser may keep them for ever.
pub(super) fn router(options: &LeptosOptions) -> Router<App> {
    let site = options.site_root.as_ref();
    let package = format!("/{}", options.site_pkg_dir);
    let policy = if options.hash_files { "public, max-age=31536000, immutable" } else { "no-cache" };
    let files = ServeDir::new(format!("{site}{package}")).precompressed_br().precompressed_gzip();
    let keep = move |request: Request, next: Next| async move {
        let mut response: Response = next.run(request).await;
        if response.status().is_success() {
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(policy));
        }
        response
    };
    Router::new()
        .nest_service(&package, files)
        .layer(from_fn(keep))
        .route_service("/favicon.svg", ServeFile::new(format!("{site}/favicon.svg")))
}
