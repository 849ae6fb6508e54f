//! The site's static files: the browser's WebAssembly and JavaScript, the styles, and the content of `public/`. A
//! release embeds them in its binary; `cargo leptos watch` serves them from a folder.

use super::route_class::{ClassifiedRouter, RouteClass};
use crate::pages::shell::loader_script;
use anyhow::{Context, bail, ensure};
use axum::{
    body::Bytes,
    extract::Request,
    http::{
        HeaderMap, HeaderValue,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY},
    },
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, get_service},
};
use leptos::config::{LeptosOptions, get_configuration};
use std::{
    env::{current_exe, var_os},
    fs::read_to_string,
    future::ready,
    path::{Path, PathBuf},
    sync::Arc,
};
use tower_http::services::{ServeDir, ServeFile};

/// Path prefix of the files whose names change with their content.
const PACKAGE_PATH_PREFIX: &str = "/pkg/";
const CACHE_IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const CACHE_REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// The site embedded in a release binary. `scripts/site/assemble.mjs` generates the value.
#[derive(Debug)]
pub struct EmbeddedSite {
    /// Name of the browser's JavaScript and WebAssembly files without their extensions, including a hash of both.
    pub output_name: &'static str,
    /// Styles, which are inlined in every page: a separate file would cost a mobile client one more round trip.
    pub styles: &'static str,
    /// Files of the site.
    pub assets: &'static [Asset],
}

/// An embedded file.
#[derive(Debug)]
pub struct Asset {
    /// URL path.
    pub path: &'static str,
    /// Media type.
    pub content_type: &'static str,
    /// Uncompressed content.
    pub identity: &'static [u8],
    /// Content compressed with Brotli.
    pub brotli: &'static [u8],
    /// Content compressed with gzip.
    pub gzip: &'static [u8],
}

/// Location of the site's files.
#[derive(Clone, Debug)]
pub enum SiteFiles {
    /// Embedded in the binary.
    Embedded(&'static EmbeddedSite),
    /// In the folder that `LEPTOS_SITE_ROOT` names, in the layout of `cargo leptos`.
    Folder(LeptosOptions),
}

impl SiteFiles {
    /// Returns the files of the folder that `LEPTOS_SITE_ROOT` names, or the embedded ones if the variable is unset.
    ///
    /// # Errors
    /// Returns an error if a variable is invalid, or if the site's files are missing.
    pub fn locate(embedded: Option<&'static EmbeddedSite>) -> anyhow::Result<Self> {
        let files = match (var_os("LEPTOS_SITE_ROOT"), embedded) {
            (Some(_), _) => Self::Folder(get_configuration(None)?.leptos_options),
            (None, Some(site)) => Self::Embedded(site),
            (None, None) => bail!(
                "this binary was built without the site's files. Build it with `make serve`, or start it with `make \
                 watch`, which sets LEPTOS_SITE_ROOT"
            ),
        };
        files.ensure_complete().context("LEPTOS_SITE_ROOT must name the folder of the site's files")?;
        Ok(files)
    }

    /// Checks that the files required to render pages exist.
    ///
    /// # Errors
    /// Returns an error that names the missing file.
    pub(crate) fn ensure_complete(&self) -> anyhow::Result<()> {
        let Self::Folder(options) = self else { return Ok(()) };
        let required_file = if options.hash_files {
            current_exe()?.with_file_name(&*options.hash_file)
        } else {
            let LeptosOptions { site_root, site_pkg_dir, output_name, .. } = options;
            PathBuf::from(format!("{site_root}/{site_pkg_dir}/{output_name}.js"))
        };
        ensure!(required_file.is_file(), "{} is missing", required_file.display());
        Ok(())
    }

    /// Returns the options with which Leptos refers to the files.
    pub(crate) fn leptos_options(&self) -> LeptosOptions {
        match self {
            Self::Embedded(site) => LeptosOptions::builder().output_name(site.output_name).build(),
            Self::Folder(options) => options.clone(),
        }
    }

    /// Returns the script that loads the browser program.
    ///
    /// # Errors
    /// Returns an error if the file with the hashes of a folder's files cannot be read.
    pub(crate) fn loader(&self) -> anyhow::Result<Arc<str>> {
        let options = self.leptos_options();
        let hashes = match self {
            Self::Folder(options) if options.hash_files => {
                read_to_string(current_exe()?.with_file_name(&*options.hash_file))?
            }
            _ => String::new(),
        };
        let path = |extension: &str| {
            let hash =
                hashes.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.trim() == extension);
            let hash = hash.map(|(_, hash)| format!(".{}", hash.trim())).unwrap_or_default();
            format!("/{}/{}{hash}.{extension}", options.site_pkg_dir, options.output_name)
        };
        Ok(loader_script(&path("js"), &path("wasm")))
    }

    /// Returns the styles if pages inline them.
    pub(crate) fn styles(&self) -> Option<Arc<str>> {
        match self {
            Self::Embedded(site) => Some(site.styles.into()),
            Self::Folder(_) => None,
        }
    }

    /// Returns the routes of the files.
    pub(crate) fn router(&self) -> ClassifiedRouter {
        match self {
            Self::Embedded(site) => site.assets.iter().fold(ClassifiedRouter::new(), |router, asset| {
                let handler = get(|headers: HeaderMap| ready(asset_response(asset, &headers)));
                router.route(RouteClass::Asset, asset.path, handler)
            }),
            Self::Folder(options) => folder_router(options),
        }
    }
}

/// Responds with an asset in the best encoding that the client accepts.
fn asset_response(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let (encoding, body) = if accepts_encoding(headers, "br") {
        (Some("br"), asset.brotli)
    } else if accepts_encoding(headers, "gzip") {
        (Some("gzip"), asset.gzip)
    } else {
        (None, asset.identity)
    };
    let cache_control = if asset.path.starts_with(PACKAGE_PATH_PREFIX) { CACHE_IMMUTABLE } else { CACHE_REVALIDATE };
    let base_headers = [
        (CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
        (CACHE_CONTROL, cache_control),
        (VARY, HeaderValue::from_static("accept-encoding")),
    ];
    let encoding = encoding.map(|name| [(CONTENT_ENCODING, HeaderValue::from_static(name))]);
    (base_headers, encoding, Bytes::from_static(body)).into_response()
}

/// Returns true if a client accepts a content coding by its name (RFC 9110, section 12.5.3).
fn accepts_encoding(headers: &HeaderMap, coding: &str) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let has_zero_weight = weight.trim().strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case(coding) && !has_zero_weight
    })
}

/// Returns the routes of the files in a folder.
fn folder_router(options: &LeptosOptions) -> ClassifiedRouter {
    let site = Path::new(&*options.site_root);
    let package = &*options.site_pkg_dir;
    let cache_control = if options.hash_files { CACHE_IMMUTABLE } else { CACHE_REVALIDATE };
    let set_cache_control = move |request: Request, next: Next| {
        let cache_control = cache_control.clone();
        async move {
            let mut response = next.run(request).await;
            if response.status().is_success() {
                response.headers_mut().insert(CACHE_CONTROL, cache_control);
            }
            response
        }
    };
    ClassifiedRouter::new()
        .route(RouteClass::Asset, &format!("/{package}/{{*file}}"), get_service(ServeDir::new(site)))
        .map(|router| router.layer(from_fn(set_cache_control)))
        .route(RouteClass::Asset, "/favicon.svg", get_service(ServeFile::new(site.join("favicon.svg"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accept_encoding_header_selects_the_encoding() {
        for (accepted, brotli, gzip) in [
            ("gzip, deflate, br", true, true),
            ("GZIP;q=0.5, br;q=0", false, true),
            ("br ; q=0.000, gzip ;q=1.0", false, true),
            ("brotli", false, false),
            ("", false, false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            assert_eq!(
                (accepts_encoding(&headers, "br"), accepts_encoding(&headers, "gzip")),
                (brotli, gzip),
                "{accepted}"
            );
        }
    }
}
