//! The shared words: what browser and server both know. No I/O and no credential lives here.

pub mod check;
pub mod credential;
pub mod error;
pub mod form;
pub mod json;
pub mod operation;
pub mod placeholder;
mod platform;
pub mod problem;
pub mod provider;
mod read;
#[cfg(feature = "ssr")]
pub mod receipt;
pub mod request;
pub mod response;
pub mod schema;
pub mod security;
mod style;

#[cfg(feature = "ssr")]
pub(crate) use style::NON_UNRESERVED;

/// What the reader filled in: one JSON object, keys are parameter names and body fields.
pub type Arguments = serde_json::Map<String, serde_json::Value>;

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;
