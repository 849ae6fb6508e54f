//! Reads the files that a document refers to, from its folder on this machine or on the web.

use super::referenced_files::{DocumentFiles, file_url, has_file_ending};
use futures::{StreamExt, stream};
use std::{
    fs::{self, File},
    future::Future,
    io::Read,
    path::Path,
};
use url::Url;

/// Maximum number of files that are fetched at the same time.
const MAX_CONCURRENT_FETCHES: usize = 6;

/// Returns a document as JSON text, with the files of its folder that it or an overlay refers to.
///
/// # Errors
/// Returns an error if the text is neither JSON nor YAML.
pub(super) fn add_files_of_folder(
    path: &Path,
    text: &str,
    overlay_references: &[String],
    max_bytes: u64,
) -> anyhow::Result<String> {
    let path = path.canonicalize()?;
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(text.to_owned());
    };
    let mut files = DocumentFiles::new(text, name, None, max_bytes)?.with_overlay_references(overlay_references);
    loop {
        let names = files.next_names();
        if names.is_empty() {
            return Ok(files.into_json());
        }
        for name in names {
            if let Some(text) = read_file(folder, &name, files.remaining_bytes()) {
                files.add(name, &text);
            }
        }
    }
}

/// Reads a file of a folder, unless a symbolic link leads out of the folder.
fn read_file(folder: &Path, name: &str, max_bytes: u64) -> Option<String> {
    let path = folder.join(name).canonicalize().ok().filter(|path| path.starts_with(folder))?;
    if !has_file_ending(path.to_str()?) || !fs::metadata(&path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(max_bytes + 1).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Returns a document on the web as JSON text, with the files at and below its folder that it or an overlay refers to.
/// `fetch` returns the text of a file, or `None` if there is no such file.
///
/// # Errors
/// Returns an error if the text is neither JSON nor YAML, or a file cannot be fetched.
pub(super) async fn add_files_of_url<F: Future<Output = anyhow::Result<Option<String>>>>(
    url: &Url,
    text: &str,
    overlay_references: &[String],
    max_bytes: u64,
    fetch: impl Fn(Url) -> F,
) -> anyhow::Result<String> {
    let name = url.path_segments().and_then(Iterator::last).unwrap_or_default();
    let mut files = DocumentFiles::new(text, name, Some(url), max_bytes)?.with_overlay_references(overlay_references);
    loop {
        let names = files.next_names();
        if names.is_empty() {
            return Ok(files.into_json());
        }
        let urls = names.into_iter().filter_map(|name| Some((file_url(url, &name)?, name)));
        let mut fetched = stream::iter(urls.map(|(url, name)| {
            let text = fetch(url);
            async { (name, text.await) }
        }))
        .buffered(MAX_CONCURRENT_FETCHES);
        while let Some((name, text)) = fetched.next().await {
            if let Some(text) = text? {
                files.add(name, &text);
            }
        }
    }
}
