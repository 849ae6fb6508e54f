//! The providers' documents: loaded at start, tried again while they are missing, and copied to the store.

mod copies;
mod schedule;

pub use schedule::Schedule;

use crate::settings::Settings;
use crate::{
    gateway::{Fitted, Gateway, credential::GivenCredential},
    providers::{
        Catalog, CatalogEntry, DocumentSource, LoadError, Outage, ProviderSettings, Slot, load, on_own_thread,
    },
    store::{Store, documents::sha256},
};
use anyhow::bail;
use futures::future::join_all;
use std::{collections::BTreeMap, sync::Arc, thread, time::Instant};
use tokio::time::{sleep, sleep_until};

/// Loads documents, and loads them again while they are missing.
#[derive(Clone, Debug)]
pub struct Documents {
    /// The store of the copies.
    pub store: Store,
    /// When documents at URLs are tried again.
    pub schedule: Schedule,
    /// If set, a document in a file that cannot be read stops the start.
    pub strict: bool,
}

/// The outcome of an attempt to load a document again.
enum Attempt {
    /// Another document than the one that is served.
    Changed(Fitted),
    /// The document of which a copy is served.
    Unchanged,
    Failed(Outage),
}

impl Documents {
    /// Loads the documents of all providers, side by side. Of those that cannot be fetched from their URLs, the copies in the
    /// store are used; providers without either are in the catalog with their outage.
    ///
    /// # Errors
    /// If a setting is wrong, a file cannot be read and `strict` is set, or no provider is left that is or may be served.
    pub async fn load(&self, settings: &mut Settings) -> anyhow::Result<Catalog> {
        let providers = std::mem::take(&mut settings.providers);
        self.forget_others(&providers).await;
        let slots = providers.into_iter().map(|provider| {
            let given = settings.credentials.get(&provider.id);
            self.load_one(provider, given)
        });
        let slots: Vec<Slot> = join_all(slots).await.into_iter().collect::<anyhow::Result<_>>()?;
        let may_be_served = |slot: &Slot| slot.entry.is_some() || is_retried(slot);
        if !slots.iter().any(may_be_served) {
            let reasons = slots.iter().filter_map(|slot| Some(slot.outage.as_ref()?.reason.as_str()));
            bail!("no provider can be served. {}", reasons.collect::<Vec<_>>().join("\n"));
        }
        Ok(Catalog::new(slots))
    }

    async fn load_one(&self, settings: ProviderSettings, given: Option<&GivenCredential>) -> anyhow::Result<Slot> {
        let loaded = load(settings.clone()).await.and_then(|(entry, text)| Ok((fitting(entry, given)?, text)));
        let error = match loaded {
            Ok((entry, text)) => {
                self.keep_copy(&settings, text).await;
                return Ok(Slot::served(settings, entry));
            }
            Err(error) => error,
        };
        let is_at_url = matches!(settings.document, DocumentSource::Url(_));
        if !is_at_url && (self.strict || matches!(error, LoadError::Setting(_))) {
            return Err(error.of(&settings));
        }
        let mut outage = Outage::new(&error, &settings.document);
        outage.next_attempt = is_at_url.then(|| Instant::now() + self.schedule.pause(outage.attempts));
        tracing::warn!(provider = settings.id, "the document is missing: {:#}", error.of(&settings));
        let copy = self.copy(&settings).await.and_then(|(entry, copy)| Some((fitting(entry, given).ok()?, copy)));
        let (entry, copy) = copy.map(|(entry, copy)| (Arc::new(entry), copy)).unzip();
        outage.copy = copy;
        Ok(Slot { settings: Arc::new(settings), entry, outage: Some(outage) })
    }

    /// Tries to load the documents of providers once more, and serves those that have arrived.
    pub async fn retry(&self, gateway: &Arc<Gateway>, providers: &[String]) {
        let catalog = gateway.catalog();
        let slots = providers.iter().filter_map(|id| catalog.slot(id)).filter(|slot| is_retried(slot));
        let attempts = join_all(slots.map(async |slot| (slot.settings.id.clone(), self.attempt(gateway, slot).await)));
        let mut changes = BTreeMap::new();
        let mut arrived = Vec::new();
        for (id, attempt) in attempts.await {
            let (fitted, outage) = match attempt {
                Attempt::Failed(outage) => (None, Some(outage)),
                Attempt::Unchanged => (None, None),
                Attempt::Changed(fitted) => (Some(fitted), None),
            };
            if outage.is_none() {
                tracing::info!(provider = id, "the document has arrived");
            }
            arrived.extend(fitted.as_ref().map(|fitted| fitted.entry().clone()));
            changes.insert(id, (fitted, outage));
        }
        let gateway = gateway.clone();
        if let Err(error) = on_own_thread(move || gateway.change(changes)).await {
            tracing::error!("the catalog cannot be changed, so no document that has arrived is served: {error:#}");
            // The same attempts are still due.
            sleep(self.schedule.longest).await;
            return;
        }
        log_faults(arrived);
    }

    async fn attempt(&self, gateway: &Gateway, slot: &Slot) -> Attempt {
        let settings = &*slot.settings;
        let fit = |(entry, text)| Ok((gateway.fit(entry).map_err(LoadError::Setting)?, text));
        let error = match load(settings.clone()).await.and_then(fit) {
            Ok((fitted, text)) => {
                let copy = slot.outage.as_ref().and_then(|outage| outage.copy.as_ref());
                let is_same = copy.zip(text.as_ref()).is_some_and(|(copy, text)| copy.sha256 == sha256(text));
                self.keep_copy(settings, text).await;
                return if is_same { Attempt::Unchanged } else { Attempt::Changed(fitted) };
            }
            Err(error) => error,
        };
        let source = &settings.document;
        let known = slot.outage.as_ref();
        let mut outage = known.map_or_else(|| Outage::new(&error, source), |known| known.continued(&error, source));
        let pause = self.schedule.pause(outage.attempts);
        outage.next_attempt = Some(Instant::now() + pause);
        tracing::warn!(provider = settings.id, ?pause, "the document is still missing: {:#}", error.of(settings));
        Attempt::Failed(outage)
    }

    /// Tries again, each time that a pause is over, until the documents of all providers at URLs have arrived.
    pub async fn keep_retrying(self, gateway: Arc<Gateway>) {
        loop {
            let catalog = gateway.catalog();
            let next = |slot: &Slot| slot.outage.as_ref().and_then(|outage| outage.next_attempt);
            let Some(earliest) = catalog.slots().iter().filter_map(next).min() else { return };
            sleep_until(earliest.into()).await;
            // Those that are due by now are tried together, as the search index is built once for all that arrive.
            let is_due = |slot: &&Slot| next(slot).is_some_and(|due| due <= Instant::now());
            let due: Vec<String> = catalog.slots().iter().filter(is_due).map(|slot| slot.settings.id.clone()).collect();
            drop(catalog);
            self.retry(&gateway, &due).await;
        }
    }
}

fn is_retried(slot: &Slot) -> bool {
    slot.outage.as_ref().is_some_and(|outage| outage.next_attempt.is_some())
}

/// Checks that the operator's credential, if there is one, fits the document.
fn fitting(entry: CatalogEntry, given: Option<&GivenCredential>) -> Result<CatalogEntry, LoadError> {
    given.map(|given| given.resolve(&entry)).transpose().map_err(LoadError::Setting)?;
    Ok(entry)
}

/// Reads every operation of documents on a thread of its own, and logs what is wrong. A server that stops does not wait for it.
pub fn log_faults(entries: Vec<Arc<CatalogEntry>>) {
    let log = move || {
        for entry in entries {
            for fault in entry.check() {
                tracing::warn!(provider = entry.provider.id, "not understood: {fault}");
            }
        }
    };
    if let Err(error) = thread::Builder::new().spawn(log) {
        tracing::warn!(%error, "the documents are not checked: no thread can be started");
    }
}
