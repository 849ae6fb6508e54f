//! API Explorer
pub mod model;
pub mod snippet;
