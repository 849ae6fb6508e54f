//! Small parts that pages and islands share, as HTML text: written once on the server, written again by the browser when
//! they change. Text costs the browser's program a fifth of what components do, and needs no hydration.

pub mod html;
pub mod json;
pub mod response;
pub mod secret;
pub mod snippet;
pub mod status;
pub mod words;
