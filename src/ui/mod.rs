//! Small parts that pages and islands share, as HTML text: written once on the server, written again by the browser when
//! they change. Text costs the browser's program a fifth of what components do, and needs no hydration.

pub mod html;
pub mod json_tree;
pub mod masked_secret;
pub mod messages;
pub mod response;
pub mod snippet;
pub mod status;
