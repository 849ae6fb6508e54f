//! Removes credentials and secrets from provider responses.

mod distinctive;
pub(crate) mod mask;
pub(crate) mod scrub;

/// Minimum size of a body that is processed on a blocking thread, in bytes.
pub(crate) const BLOCKING_THRESHOLD_BYTES: usize = 32_000;
