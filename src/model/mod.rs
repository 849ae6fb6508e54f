//! The types that browser and server share. No I/O and no credentials.

#[cfg(feature = "ssr")]
pub mod branding;
pub mod check;
#[cfg(feature = "ssr")]
pub mod color;
mod cookie_value;
pub mod credential;
pub(crate) mod date_time;
#[cfg(feature = "ssr")]
pub mod delimiter;
pub mod error;
pub mod error_body;
pub mod form;
pub mod json;
pub mod media_type;
pub mod operation;
mod path_value;
pub mod placeholder;
mod platform;
pub mod problem;
pub mod provider;
mod read;
#[cfg(feature = "ssr")]
pub mod receipt;
#[cfg(feature = "ssr")]
pub mod request;
pub mod response;
pub mod schema;
pub mod security;
#[cfg(feature = "ssr")]
pub mod server_template;
#[cfg(feature = "ssr")]
mod server_variables;
#[cfg(feature = "ssr")]
mod style;
#[cfg(feature = "ssr")]
pub mod theme;
mod token;
#[cfg(feature = "ssr")]
pub mod xml;
#[cfg(feature = "ssr")]
pub mod xml_object;

#[cfg(feature = "ssr")]
pub(crate) use path_value::{decode_fully, hex_value, is_plain_segment};
#[cfg(feature = "ssr")]
pub(crate) use platform::MAX_COMPILED_PATTERN_BYTES;
#[cfg(feature = "ssr")]
pub(crate) use style::{NON_UNRESERVED, format_value, part_delimiter, serialize_path_value};
#[cfg(feature = "ssr")]
pub(crate) use token::{is_token, is_token_byte};

/// The values that the user filled in: one JSON object whose keys are names of parameters and body fields.
pub type Arguments = serde_json::Map<String, serde_json::Value>;

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;
