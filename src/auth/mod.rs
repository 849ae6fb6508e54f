//! Access settings, and the identity and grants of callers.

pub mod access;
pub mod identity;
