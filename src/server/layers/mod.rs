//! Middleware for requests.

pub(crate) mod admission;
pub(crate) mod authentication;
pub(crate) mod body;
pub(crate) mod language;
mod local;
mod network;
mod refusal;
pub(crate) mod security;
