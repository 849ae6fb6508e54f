//! Middleware for requests.

pub(crate) mod authentication;
pub(crate) mod body;
mod local;
mod refusal;
pub(crate) mod security;
