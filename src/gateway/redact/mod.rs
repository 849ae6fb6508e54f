//! Removes credentials and secrets from provider responses.

mod distinctive;
pub(crate) mod mask;
pub(crate) mod scrub;
pub(crate) mod stream_item;

use crate::texts;

/// Minimum size of a body that is processed on a blocking thread, in bytes.
pub(crate) const BLOCKING_THRESHOLD_BYTES: usize = 32_000;

/// Processes content of a size, on a blocking thread if it is large.
async fn run_blocking_if_large<T: Send + 'static>(size: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    if size < BLOCKING_THRESHOLD_BYTES {
        return work();
    }
    match texts::spawn_blocking(work).await {
        Ok(output) => output,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
