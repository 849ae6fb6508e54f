//! Small parts that pages and islands share, as HTML text: rendered first by the server, then by the browser when they
//! change. Text costs the browser's binary a fifth of the size of components, and needs no hydration.

pub mod html;
pub mod json_tree;
pub mod masked_secret;
pub mod messages;
pub mod response;
pub mod snippet;
pub mod status;
