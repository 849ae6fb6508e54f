//! Small parts of pages that the server and the browser both render, as HTML text: first the server, then, when they
//! change, the browser. Code that writes HTML text takes a fifth of the size of components in the browser's binary, and
//! its output needs no hydration. Only the server renders previews of bodies, which the browser inserts.

#[cfg(feature = "ssr")]
pub mod form_reading;
pub mod form_state;
pub mod html;
#[cfg(feature = "ssr")]
pub mod icon;
pub mod json_search;
pub mod json_tree;
#[cfg(feature = "ssr")]
pub mod large_json;
#[cfg(feature = "ssr")]
pub mod live_bar;
pub mod masked_secret;
#[cfg(feature = "ssr")]
pub mod messages;
#[cfg(feature = "ssr")]
pub mod preview;
pub mod response;
pub mod snippet;
pub mod status;
pub mod stream;
