//! Middleware that every request passes.

pub(crate) mod authentication;
pub(crate) mod body;
pub(crate) mod security;
