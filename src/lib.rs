//! API Explorer: try any API from a web page, without the page ever holding its keys.
//!
//! The map: `model` has the words that browser and server share; `openapi` reads documents into it; `providers` says
//! which; `gateway` makes calls; `api` is the door between browser and server; `islands` run in the browser; `ui`, `pages`
//! and `server` make the site around them. Imports run one way: server → pages → islands → api → gateway → store, openapi,
//! snippet → model.

pub mod api;
pub mod islands;
pub mod model;
pub mod snippet;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod gateway;
#[cfg(feature = "ssr")]
pub mod openapi;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod providers;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod store;

/// Brings the page's islands to life; called by the page's own script.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
