//! Sends requests to providers: within limits, to allowed addresses, with a credential.

pub(crate) mod address;
pub(crate) mod authenticate;
pub(crate) mod client;
mod errors;
pub(crate) mod item_splitter;
pub(crate) mod item_stream;
pub(crate) mod response;
pub(crate) mod timing;
mod token_endpoint;
