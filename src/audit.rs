//! Keeps the audit: what is done is written down in batches, and what cannot be written down is not done.

use crate::auth::identity::Identity;
use crate::{
    model::error::{Code, ExplorerError},
    store::{Store, audit::Record, in_time},
};
use std::time::{Duration, Instant};
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep,
};

/// Records that wait to be written; as many calls as may be under way when the store does not answer.
const QUEUE: usize = 10_000;
/// Records that are written at once.
const BATCH: usize = 500;
/// How long to wait before a store that did not answer is asked again.
const PAUSE: Duration = Duration::from_millis(250);

/// Stands in a record of which nobody knows how it ended: whoever asked has gone.
const UNFINISHED: &str = "unfinished";

/// The way to the audit.
#[derive(Clone, Debug)]
pub struct Audit(mpsc::Sender<Message>);

#[derive(Debug)]
enum Message {
    Record(Box<Record>),
    /// Says so once everything before it is written.
    Flush(oneshot::Sender<()>),
}

impl Audit {
    /// Starts to write what is recorded into a store. It ends when nobody can record any more.
    pub fn start(store: Store) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(write(store, receiver));
        Self(sender)
    }

    /// Begins a record: from here on it is sure to be written, if only as something that was never finished.
    ///
    /// # Errors
    /// Where too many wait to be written already.
    pub fn begin(&self, identity: &Identity, action: &str) -> Result<Entry, ExplorerError> {
        let place = self.0.clone().try_reserve_owned().map_err(|_| {
            let message = "Nothing was done: what this server keeps its audit in does not answer, and what cannot be recorded is \
                           not done. Try again in a moment.";
            ExplorerError::new(Code::StoreUnavailable, message)
        })?;
        let mut record = Record::new(&identity.subject, identity.name.as_deref(), action);
        record.code = Some(UNFINISHED.to_owned());
        Ok(Entry { place: Some(place), record, start: Instant::now() })
    }

    /// How many records wait to be written, those of what is under way included.
    pub fn waiting(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }

    /// Waits until everything that is recorded so far is written.
    pub async fn flush(&self) {
        let (written, wait) = oneshot::channel();
        if self.0.send(Message::Flush(written)).await.is_ok() {
            let _ = wait.await;
        }
    }
}

/// A record that is written when it goes: as unfinished, unless it was ended.
#[derive(Debug)]
pub struct Entry {
    place: Option<mpsc::OwnedPermit<Message>>,
    /// What is written.
    pub record: Record,
    start: Instant,
}

impl Entry {
    /// Ends it with what came of it. What was wrong before anything was tried is not written: nobody would ask for it.
    ///
    /// # Errors
    /// Those that it is ended with.
    pub fn end<T>(mut self, outcome: Result<T, ExplorerError>) -> Result<T, ExplorerError> {
        self.record.code = None;
        if let Err(error) = &outcome {
            if matches!(error.code, Code::InvalidArguments | Code::MalformedCredential | Code::NotFound) {
                self.place = None;
            }
            self.record.code = Some(error.code.name().to_owned());
            if error.rule.is_some() {
                self.record.rule.clone_from(&error.rule);
            }
        }
        outcome
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            let mut record = std::mem::take(&mut self.record);
            record.duration = i64::try_from(self.start.elapsed().as_micros()).ok();
            place.send(Message::Record(Box::new(record)));
        }
    }
}

async fn write(store: Store, mut receiver: mpsc::Receiver<Message>) {
    let mut messages = Vec::new();
    while receiver.recv_many(&mut messages, BATCH).await > 0 {
        let (mut records, mut waiting) = (Vec::new(), Vec::new());
        for message in messages.drain(..) {
            match message {
                Message::Record(record) => records.push(*record),
                Message::Flush(written) => waiting.push(written),
            }
        }
        while !records.is_empty() && in_time(store.add_records(&records)).await.is_err() {
            // The store logs what is wrong.
            sleep(PAUSE).await;
        }
        for written in waiting {
            // Whoever waited may have gone.
            let _ = written.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        Database, StoreSettings,
        key::{Key, KeySource},
    };

    #[tokio::test]
    async fn what_cannot_be_recorded_is_not_done_and_the_queue_is_bounded() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let settings = StoreSettings {
            database: Database::Sqlite(folder.path().join("explorer.db")),
            key: KeySource::Given(Key::new_text()),
            connections: 8,
        };
        let store = Store::open(&settings).await?;
        store.close().await;
        let audit = Audit::start(store);
        let mut begun = (0..=QUEUE + BATCH).map(|_| audit.begin(&Identity::local(), "call"));
        let refused = begun.find_map(Result::err).map(|error| error.code);
        assert_eq!(refused, Some(Code::StoreUnavailable));
        Ok(())
    }
}
