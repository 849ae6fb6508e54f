//! Access settings, and the identity and grants of callers: who may use the explorer.

pub mod access;
pub mod access_tokens;
pub mod cookie_scope;
pub mod identity;
pub mod logout_token;
pub mod network;
pub mod startup_token;
