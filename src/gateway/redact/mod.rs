//! Removes credentials and secrets from what a provider sent.

pub(crate) mod mask;
pub(crate) mod scrub;
