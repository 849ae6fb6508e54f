//! Middleware for requests.

pub(crate) mod authentication;
pub(crate) mod body;
pub(crate) mod security;
