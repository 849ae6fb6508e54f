//! The code that runs in the browser: one island around all parts of a call, and one for the search.
//!
//! The cards and the form inside it are HTML from the server and are not hydrated. The document holds the user's input
//! from the start, so nothing is lost when the script loads. The island listens for events that bubble up to it, holds
//! the shared state, and updates the document when the state changes. Each card has a file.

mod authentication;
mod changes;
mod commands;
mod dom;
mod drafts;
mod export;
mod files;
mod form;
mod gateway;
mod html;
mod json_nodes;
mod json_text;
mod load;
mod reading;
mod remote;
mod response;
mod search;
mod send;
mod snippets;
mod state;
mod stream;
mod tree_search;
mod try_it;

pub use search::{Search, SearchProps};
pub use try_it::{TryIt, TryItProps};

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
use crate::{model::json, texts};

/// Brings the page's islands to life, with the page's texts, a JSON object, and its language; called by the page's own
/// script.
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate(page_texts: &str, language: &str) {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    texts::set_texts(json::parse(page_texts).unwrap_or_default(), language);
    leptos::mount::hydrate_islands();
}
