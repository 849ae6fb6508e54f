//! Keeps the audit: what is done is written down in batches, and what cannot be written down is not done.

use crate::auth::identity::Identity;
use crate::{
    model::error::{ErrorCode, ExplorerError},
    store::{Store, audit::AuditRecord, with_timeout},
};
use std::time::{Duration, Instant};
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep,
};

/// Records that wait to be written; as many calls as may be under way when the store does not answer.
const QUEUE_CAPACITY: usize = 10_000;
/// Records that are written at once.
const MAX_BATCH_RECORDS: usize = 500;
/// How long to wait before a store that did not answer is asked again.
const RETRY_DELAY: Duration = Duration::from_millis(250);

/// Stands in a record of which nobody knows how it ended: whoever asked has gone.
const UNFINISHED_CODE: &str = "unfinished";

/// The way to the audit.
#[derive(Clone, Debug)]
pub struct AuditLog(mpsc::Sender<AuditMessage>);

#[derive(Debug)]
enum AuditMessage {
    Record(Box<AuditRecord>),
    /// Says so once everything before it is written.
    Flush(oneshot::Sender<()>),
}

impl AuditLog {
    /// Starts to write what is recorded into a store. It ends when nobody can record any more.
    pub fn start(store: Store) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_CAPACITY);
        tokio::spawn(write_records(store, receiver));
        Self(sender)
    }

    /// Begins a record: from here on it is sure to be written, if only as something that was never finished.
    ///
    /// # Errors
    /// Where too many wait to be written already.
    pub fn begin_entry(&self, identity: &Identity, action: &str) -> Result<AuditEntry, ExplorerError> {
        let permit = self.0.clone().try_reserve_owned().map_err(|_| {
            let message = "Nothing was done: what this server keeps its audit in does not answer, and what cannot be recorded is \
                           not done. Try again in a moment.";
            ExplorerError::new(ErrorCode::StoreUnavailable, message)
        })?;
        let mut record = AuditRecord::new(&identity.subject, identity.display_name.as_deref(), action);
        record.code = Some(UNFINISHED_CODE.to_owned());
        Ok(AuditEntry { permit: Some(permit), record, start: Instant::now() })
    }

    /// How many records wait to be written, those of what is under way included.
    pub fn pending_records(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }

    /// Waits until everything that is recorded so far is written.
    pub async fn flush(&self) {
        let (written_sender, written_receiver) = oneshot::channel();
        if self.0.send(AuditMessage::Flush(written_sender)).await.is_ok() {
            let _ = written_receiver.await;
        }
    }
}

/// A record that is written when it goes: as unfinished, unless it was ended.
#[derive(Debug)]
pub struct AuditEntry {
    permit: Option<mpsc::OwnedPermit<AuditMessage>>,
    /// What is written.
    pub record: AuditRecord,
    start: Instant,
}

impl AuditEntry {
    /// Ends it with what came of it. What was wrong before anything was tried is not written: nobody would ask for it.
    ///
    /// # Errors
    /// Those that it is ended with.
    pub fn finish<T>(mut self, outcome: Result<T, ExplorerError>) -> Result<T, ExplorerError> {
        self.record.code = None;
        if let Err(error) = &outcome {
            if matches!(error.code, ErrorCode::InvalidArguments | ErrorCode::MalformedCredential | ErrorCode::NotFound)
            {
                self.permit = None;
            }
            self.record.code = Some(error.code.as_str().to_owned());
            if error.rule.is_some() {
                self.record.rule.clone_from(&error.rule);
            }
        }
        outcome
    }
}

impl Drop for AuditEntry {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take() {
            let mut record = std::mem::take(&mut self.record);
            record.duration = i64::try_from(self.start.elapsed().as_micros()).ok();
            permit.send(AuditMessage::Record(Box::new(record)));
        }
    }
}

async fn write_records(store: Store, mut receiver: mpsc::Receiver<AuditMessage>) {
    let mut messages = Vec::new();
    while receiver.recv_many(&mut messages, MAX_BATCH_RECORDS).await > 0 {
        let (mut records, mut flush_senders) = (Vec::new(), Vec::new());
        for message in messages.drain(..) {
            match message {
                AuditMessage::Record(record) => records.push(*record),
                AuditMessage::Flush(flush_sender) => flush_senders.push(flush_sender),
            }
        }
        while !records.is_empty() && with_timeout(store.insert_records(&records)).await.is_err() {
            // The store logs what is wrong.
            sleep(RETRY_DELAY).await;
        }
        for flush_sender in flush_senders {
            // Whoever waited may have gone.
            let _ = flush_sender.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        Database, StoreSettings,
        key::{KeySource, SealingKey},
    };

    #[tokio::test]
    async fn what_cannot_be_recorded_is_not_done_and_the_queue_is_bounded() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let settings = StoreSettings {
            database: Database::Sqlite(folder.path().join("explorer.db")),
            key: KeySource::Inline(SealingKey::generate_base64()),
            max_connections: 8,
        };
        let store = Store::open(&settings).await?;
        store.close().await;
        let audit = AuditLog::start(store);
        let mut entries =
            (0..=QUEUE_CAPACITY + MAX_BATCH_RECORDS).map(|_| audit.begin_entry(&Identity::local(), "call"));
        let refused = entries.find_map(Result::err).map(|error| error.code);
        assert_eq!(refused, Some(ErrorCode::StoreUnavailable));
        Ok(())
    }
}
