//! Middleware that every request passes.

pub(crate) mod body;
pub(crate) mod identify;
pub(crate) mod security;
