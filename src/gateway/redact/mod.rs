//! Removes credentials and secrets from provider responses.

pub(crate) mod mask;
pub(crate) mod scrub;
