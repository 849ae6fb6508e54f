//! The body of a response that is a stream: read item by item, within limits on time and size.

use super::item_splitter::{ItemSplitter, RawItem};
use crate::model::{media_type::StreamFormat, response::IncompleteReason};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use tokio::time::timeout_at;

/// Maximum size of an item, in bytes. Larger ones are not shown.
const MAX_ITEM_BYTES: usize = 1_000_000;

/// A stream that is still open. Dropping it closes the connection, or resets the HTTP/2 stream.
#[derive(Debug)]
pub(crate) struct ItemStream {
    pub(crate) format: StreamFormat,
    response: reqwest::Response,
    splitter: ItemSplitter,
    /// Items that have arrived.
    ready: VecDeque<RawItem>,
    opened: Instant,
    received_bytes: u64,
    max_bytes: u64,
    /// Set once nothing more is read: an error if the provider has not ended the stream.
    end: Option<Result<(), IncompleteReason>>,
}

impl ItemStream {
    /// Creates a stream of at most `max_bytes`.
    pub(crate) fn new(format: StreamFormat, response: reqwest::Response, max_bytes: usize) -> Self {
        Self {
            format,
            response,
            splitter: ItemSplitter::new(format, MAX_ITEM_BYTES),
            ready: VecDeque::new(),
            opened: Instant::now(),
            received_bytes: 0,
            max_bytes: max_bytes as u64,
            end: None,
        }
    }

    /// Returns the number of bytes received so far, after decompression.
    pub(crate) fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    /// Returns the time since the head of the response arrived.
    pub(crate) fn elapsed(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Waits for the next item. Returns `None` at the end of the stream.
    ///
    /// # Errors
    /// Returns the reason for which no further item is received. An item that is incomplete then is discarded.
    pub(crate) async fn next(&mut self, deadline: Instant) -> Result<Option<RawItem>, IncompleteReason> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Ok(Some(item));
            }
            if let Some(end) = self.end {
                return end.map(|()| None);
            }
            let chunk = timeout_at(deadline.into(), self.response.chunk()).await;
            match chunk.map_err(|_| IncompleteReason::TimeLimit)? {
                Ok(Some(chunk)) => self.push(&chunk),
                Ok(None) => {
                    self.end = Some(Ok(()));
                    self.ready.extend(self.splitter.finish());
                }
                Err(error) => {
                    let error = error.without_url();
                    tracing::debug!(%error, "the stream of the provider was interrupted");
                    self.end = Some(Err(IncompleteReason::Interrupted));
                }
            }
        }
    }

    /// Splits a chunk, up to the maximum size of the stream.
    fn push(&mut self, chunk: &[u8]) {
        let remaining = usize::try_from(self.max_bytes - self.received_bytes).unwrap_or(usize::MAX);
        let accepted = &chunk[..chunk.len().min(remaining)];
        self.received_bytes += accepted.len() as u64;
        self.ready.extend(self.splitter.push(accepted));
        if accepted.len() < chunk.len() {
            self.end = Some(Err(IncompleteReason::SizeLimit));
        }
    }
}
