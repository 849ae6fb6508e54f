//! Builds the request that is sent to a provider.

pub mod proxy;
pub(crate) mod wire;
