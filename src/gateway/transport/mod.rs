//! Sends requests to providers: within limits, to allowed addresses, with a credential.

pub(crate) mod address;
pub(crate) mod authenticate;
pub(crate) mod client;
pub(crate) mod response;
pub(crate) mod timing;
mod token_endpoint;
