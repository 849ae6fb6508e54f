//! Audit log: writes records in batches, counts equal refusals together, and refuses an action whose record cannot be
//! queued.

mod export;
mod refusals;

pub use export::AuditExport;

use crate::{
    auth::identity::Identity,
    model::error::{ErrorCode, ExplorerError},
    store::{
        Store, StoreError,
        audit::{AuditChain, AuditRecord},
        with_timeout,
    },
    text,
};
use refusals::RefusalCounter;
use std::time::{Duration, Instant};
use tokio::{
    sync::{mpsc, oneshot},
    time::{sleep, timeout_at},
};

/// Maximum number of records in the queue, which limits the number of concurrent calls while the store is unavailable.
const QUEUE_CAPACITY: usize = 10_000;
/// Maximum number of records in a batch.
const MAX_BATCH_RECORDS: usize = 500;
/// Time for which records are gathered into a batch. Writing each record on its own would take as much of the processor
/// as a third of a call.
const GATHERING_TIME: Duration = Duration::from_millis(100);
/// Delay before a failed batch is retried.
const RETRY_DELAY: Duration = Duration::from_millis(250);

/// Action of a record of a call.
const CALL_ACTION: &str = "call";
/// Code of a record whose outcome is unknown, because the caller disconnected before the action finished.
const UNFINISHED_CODE: &str = "unfinished";

/// Code of a record of a stream whose caller disconnected before its end.
pub(crate) const CANCELLED_CODE: &str = "cancelled";
/// Code of a record of a stream that was not received until its end.
pub(crate) const INCOMPLETE_CODE: &str = "incomplete";

/// Sender to the queue of audit records.
#[derive(Clone, Debug)]
pub struct AuditLog(mpsc::Sender<AuditMessage>);

#[derive(Debug)]
enum AuditMessage {
    Record(Box<AuditRecord>),
    /// Sets the place that all later records are also exported to.
    Export(AuditExport),
    /// Sends a notification once all earlier messages are written, with the refusals counted so far.
    Flush(oneshot::Sender<()>),
}

impl AuditLog {
    /// Starts a task that writes records to a store. The task ends once all clones of the returned log are dropped.
    pub fn start(store: Store) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_CAPACITY);
        tokio::spawn(write_records(store, receiver));
        Self(sender)
    }

    /// Exports all records from now on, as soon as they are stored.
    pub async fn export_to(&self, export: AuditExport) {
        // This fails only if the task that writes records ended, with the runtime.
        let _ = self.0.send(AuditMessage::Export(export)).await;
    }

    /// Begins an entry and reserves a place in the queue, so that the entry is always written, as unfinished if need
    /// be.
    ///
    /// # Errors
    /// Returns an error if the queue is full.
    pub fn begin_entry(&self, identity: &Identity, action: &str) -> Result<AuditEntry, ExplorerError> {
        let permit = self.0.clone().try_reserve_owned().map_err(|_| {
            // The queue is full only if the store does not accept the records in it.
            StoreError::Unavailable.to_explorer_error(text!("audit-not-recorded"))
        })?;
        let mut record = AuditRecord::new(&identity.subject, identity.display_name.as_deref(), action);
        record.code = Some(UNFINISHED_CODE.to_owned());
        if action == CALL_ACTION {
            // Until the call is authorized, nothing was done.
            record.chain = AuditChain::Refusals;
        }
        Ok(AuditEntry { permit: Some(permit), record, start: Instant::now() })
    }

    /// Returns the number of records that are not written yet, including those of actions in progress.
    pub fn pending_records(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }

    /// Waits until all records queued so far are written.
    pub async fn flush(&self) {
        let (written_sender, written_receiver) = oneshot::channel();
        if self.0.send(AuditMessage::Flush(written_sender)).await.is_ok() {
            let _ = written_receiver.await;
        }
    }
}

/// An audit record in progress, which is queued when the value is dropped. Its code is `unfinished` unless
/// [`finish`](AuditEntry::finish) was called.
#[derive(Debug)]
pub struct AuditEntry {
    permit: Option<mpsc::OwnedPermit<AuditMessage>>,
    /// Record to write.
    pub record: AuditRecord,
    start: Instant,
}

impl AuditEntry {
    /// Finishes the entry with the outcome of the action, and returns that outcome.
    ///
    /// Invalid arguments, malformed credentials and unknown items are not recorded, because nothing was attempted.
    ///
    /// # Errors
    /// Returns the error of `outcome`.
    pub fn finish<T>(mut self, outcome: Result<T, ExplorerError>) -> Result<T, ExplorerError> {
        self.record.code = None;
        if outcome.is_ok() {
            self.record.chain = AuditChain::Actions;
        }
        if let Err(error) = &outcome {
            let is_refused = match error.code {
                // These also refuse a call that was authorized, before it is sent.
                ErrorCode::TooBusy | ErrorCode::Forbidden => true,
                // After an error of the store, an action other than a call may have been done.
                ErrorCode::StoreUnavailable => false,
                _ => self.record.action != CALL_ACTION,
            };
            if is_refused {
                self.record.chain = AuditChain::Refusals;
            }
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
            record.duration_us = i64::try_from(self.start.elapsed().as_micros()).ok();
            permit.send(AuditMessage::Record(Box::new(record)));
        }
    }
}

async fn write_records(store: Store, mut receiver: mpsc::Receiver<AuditMessage>) {
    let (mut messages, mut refusals, mut export) = (Vec::new(), RefusalCounter::default(), None);
    loop {
        let receiving = receiver.recv_many(&mut messages, MAX_BATCH_RECORDS);
        let is_closed = match refusals.period_end() {
            Some(end) => timeout_at(end.into(), receiving).await == Ok(0),
            None => receiving.await == 0,
        };
        gather(&mut receiver, &mut messages).await;
        let (mut records, mut flush_senders) = (Vec::new(), Vec::new());
        for message in messages.drain(..) {
            match message {
                AuditMessage::Record(record) if record.chain == AuditChain::Refusals => {
                    records.extend(refusals.add(*record));
                }
                AuditMessage::Record(record) => records.push(*record),
                AuditMessage::Export(target) => export = Some(target),
                AuditMessage::Flush(flush_sender) => flush_senders.push(flush_sender),
            }
        }
        if is_closed || !flush_senders.is_empty() || refusals.period_end().is_some_and(|end| end <= Instant::now()) {
            records.extend(refusals.end_period());
        }
        write_batch(&store, &records, export.as_ref()).await;
        for flush_sender in flush_senders {
            // The receiver is dropped if the caller of `flush` was canceled.
            let _ = flush_sender.send(());
        }
        if is_closed {
            return;
        }
    }
}

/// Receives the messages that follow soon after the first ones, unless somebody waits for these to be written.
async fn gather(receiver: &mut mpsc::Receiver<AuditMessage>, messages: &mut Vec<AuditMessage>) {
    let end = Instant::now() + GATHERING_TIME;
    let mut unseen = 0;
    while (1..MAX_BATCH_RECORDS).contains(&messages.len())
        && !messages[unseen..].iter().any(|message| matches!(message, AuditMessage::Flush(_)))
    {
        unseen = messages.len();
        let receiving = receiver.recv_many(messages, MAX_BATCH_RECORDS - unseen);
        if !matches!(timeout_at(end.into(), receiving).await, Ok(1..)) {
            return;
        }
    }
}

/// Stores records, however long the store is unavailable, and exports those that were stored.
async fn write_batch(store: &Store, records: &[AuditRecord], export: Option<&AuditExport>) {
    while !records.is_empty() {
        // The store has logged the error.
        let Ok(stored) = with_timeout(store.insert_records(records)).await else {
            sleep(RETRY_DELAY).await;
            continue;
        };
        if let Some(export) = export {
            export.write(stored).await;
        }
        return;
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
    async fn an_action_that_cannot_be_recorded_is_refused_and_the_queue_is_limited() -> anyhow::Result<()> {
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
