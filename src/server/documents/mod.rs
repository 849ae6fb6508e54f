//! Documents of the providers: loaded at startup, retried while they are missing, and copied to the store.

mod backoff;
mod copies;

pub use backoff::RetryBackoff;

use crate::{
    gateway::{DocumentUpdate, Gateway, ResolvedProvider, accept_by_setting, credential::CredentialConfig},
    providers::{
        Catalog, CatalogEntry, DocumentSource, LoadError, Outage, ProviderSettings, ProviderState, load,
        run_on_own_thread,
    },
    settings::Settings,
    store::{Store, documents::sha256_hex},
};
use anyhow::bail;
use futures::{StreamExt, future::join_all, stream};
use std::{collections::BTreeMap, sync::Arc, thread, time::Instant};
use tokio::time::{sleep, sleep_until};

/// Maximum number of documents that are fetched at the same time. Each takes memory until it is read.
const MAX_CONCURRENT_LOADS: usize = 64;

/// Loads documents, and retries those that are missing.
#[derive(Clone, Debug)]
pub struct DocumentLoader {
    /// Store of the copies.
    pub store: Store,
    /// Backoff between attempts to load documents from URLs.
    pub backoff: RetryBackoff,
    /// True if an unreadable document file prevents the startup.
    pub strict: bool,
}

/// Result of another attempt to load a document.
enum RetryOutcome {
    /// The document differs from the copy that is served, or no copy is served.
    Changed(ResolvedProvider),
    /// The document is identical to the copy that is served.
    Unchanged,
    Failed(Outage),
}

impl DocumentLoader {
    /// Loads the documents of all providers concurrently.
    ///
    /// If a document cannot be fetched from its URL, the copy in the store is used. A provider without a document and
    /// without a copy is in the catalog with its outage.
    ///
    /// # Errors
    /// Returns an error if a setting is invalid, a file cannot be read and `strict` is set, or no provider can be
    /// served now or after a retry.
    pub async fn load(&self, settings: &mut Settings) -> anyhow::Result<Catalog> {
        let providers = std::mem::take(&mut settings.providers);
        self.delete_unused_copies(&providers).await;
        let loads = providers.into_iter().enumerate().map(async |(position, provider)| {
            let credential = settings.credentials.get(&provider.id);
            (position, self.load_provider(provider, credential).await)
        });
        let mut loaded: Vec<_> = stream::iter(loads).buffer_unordered(MAX_CONCURRENT_LOADS).collect().await;
        loaded.sort_unstable_by_key(|(position, _)| *position);
        let provider_states: Vec<ProviderState> =
            loaded.into_iter().map(|(_, provider_state)| provider_state).collect::<anyhow::Result<_>>()?;
        let is_servable =
            |provider_state: &ProviderState| provider_state.entry.is_some() || is_retry_scheduled(provider_state);
        if !provider_states.iter().any(is_servable) {
            let reasons = provider_states
                .iter()
                .filter_map(|provider_state| Some(provider_state.outage.as_ref()?.reason.as_str()));
            bail!("no provider can be served. {}", reasons.collect::<Vec<_>>().join("\n"));
        }
        Ok(Catalog::new(provider_states))
    }

    async fn load_provider(
        &self,
        settings: ProviderSettings,
        credential: Option<&CredentialConfig>,
    ) -> anyhow::Result<ProviderState> {
        let loaded = load(settings.clone())
            .await
            .and_then(|(entry, text)| Ok((ensure_credential_resolves(entry, credential)?, text)));
        let error = match loaded {
            Ok((entry, text)) => {
                self.store_copy(&settings, text).await;
                self.accept_by_setting(&entry, credential.is_some()).await;
                return Ok(ProviderState::with_entry(settings, entry));
            }
            Err(error) => error,
        };
        let is_at_url = matches!(settings.document, DocumentSource::Url(_));
        if !is_at_url && (self.strict || matches!(error, LoadError::Setting(_))) {
            return Err(error.with_provider(&settings));
        }
        let mut outage = Outage::new(&error, &settings);
        outage.next_attempt = is_at_url.then(|| Instant::now() + self.backoff.delay(outage.attempts));
        tracing::warn!(provider = settings.id, "the document is unavailable: {:#}", error.with_provider(&settings));
        let copy = self
            .load_copy(&settings)
            .await
            .and_then(|(entry, copy)| Some((ensure_credential_resolves(entry, credential).ok()?, copy)));
        if let Some((entry, _)) = &copy {
            self.accept_by_setting(entry, credential.is_some()).await;
        }
        let (entry, copy) = copy.map(|(entry, copy)| (Arc::new(entry), copy)).unzip();
        outage.served_copy = copy;
        Ok(ProviderState { settings: Arc::new(settings), entry, outage: Some(outage) })
    }

    /// Accepts a document if the settings say so and the provider has an operator's credential. A failure is not fatal:
    /// the first call tries again.
    async fn accept_by_setting(&self, entry: &CatalogEntry, has_credential: bool) {
        if has_credential && accept_by_setting(&self.store, entry).await.is_err() {
            tracing::warn!(provider = entry.provider.id, "the accepted version of the document could not be stored");
        }
    }

    /// Retries loading the documents of providers, and serves those that could be loaded.
    pub async fn retry(&self, gateway: &Arc<Gateway>, providers: &[String]) {
        let catalog = gateway.catalog();
        let provider_states = providers
            .iter()
            .filter_map(|id| catalog.provider(id))
            .filter(|provider_state| is_retry_scheduled(provider_state));
        let attempts = join_all(provider_states.map(async |provider_state| {
            (provider_state.settings.id.clone(), self.retry_provider(gateway, provider_state).await)
        }));
        let mut changes = BTreeMap::new();
        let mut loaded_entries = Vec::new();
        for (id, attempt) in attempts.await {
            let (resolved, outage) = match attempt {
                RetryOutcome::Failed(outage) => (None, Some(outage)),
                RetryOutcome::Unchanged => (None, None),
                RetryOutcome::Changed(resolved) => (Some(resolved), None),
            };
            if outage.is_none() {
                tracing::info!(provider = id, "the document was loaded");
            }
            loaded_entries.extend(resolved.as_ref().map(|resolved| resolved.entry().clone()));
            changes.insert(id, DocumentUpdate { provider: resolved, outage });
        }
        let gateway = gateway.clone();
        if let Err(error) = run_on_own_thread(move || gateway.apply_changes(changes)).await {
            tracing::error!("the catalog cannot be updated, so the loaded documents are not served: {error:#}");
            // The same attempts are still due: without a pause, they would be repeated at once.
            sleep(self.backoff.max_delay).await;
            return;
        }
        spawn_document_check(loaded_entries);
    }

    async fn retry_provider(&self, gateway: &Gateway, provider_state: &ProviderState) -> RetryOutcome {
        let settings = &*provider_state.settings;
        let resolve = |(entry, text)| Ok((gateway.resolve_credential(entry).map_err(LoadError::Setting)?, text));
        let error = match load(settings.clone()).await.and_then(resolve) {
            Ok((resolved, text)) => {
                let copy = provider_state.outage.as_ref().and_then(|outage| outage.served_copy.as_ref());
                let is_same = copy.zip(text.as_ref()).is_some_and(|(copy, text)| copy.sha256 == sha256_hex(text));
                self.store_copy(settings, text).await;
                self.accept_by_setting(resolved.entry(), resolved.has_credential()).await;
                return if is_same { RetryOutcome::Unchanged } else { RetryOutcome::Changed(resolved) };
            }
            Err(error) => error,
        };
        let previous_outage = provider_state.outage.as_ref();
        let mut outage = previous_outage.map_or_else(
            || Outage::new(&error, settings),
            |previous_outage| previous_outage.after_failed_attempt(&error, settings),
        );
        let delay = self.backoff.delay(outage.attempts);
        outage.next_attempt = Some(Instant::now() + delay);
        tracing::warn!(
            provider = settings.id,
            ?delay,
            "the document is still unavailable: {:#}",
            error.with_provider(settings)
        );
        RetryOutcome::Failed(outage)
    }

    /// Retries missing documents, each when its delay has passed, until all documents at URLs are loaded.
    pub async fn retry_until_loaded(self, gateway: Arc<Gateway>) {
        loop {
            let catalog = gateway.catalog();
            let next_attempt =
                |provider_state: &ProviderState| provider_state.outage.as_ref().and_then(|outage| outage.next_attempt);
            let Some(earliest) = catalog.providers().iter().filter_map(next_attempt).min() else { return };
            sleep_until(earliest.into()).await;
            // All documents due now are loaded together, because the search index is then built only once.
            let is_due =
                |provider_state: &&ProviderState| next_attempt(provider_state).is_some_and(|due| due <= Instant::now());
            let due: Vec<String> = catalog
                .providers()
                .iter()
                .filter(is_due)
                .map(|provider_state| provider_state.settings.id.clone())
                .collect();
            drop(catalog);
            self.retry(&gateway, &due).await;
        }
    }
}

fn is_retry_scheduled(provider_state: &ProviderState) -> bool {
    provider_state.outage.as_ref().is_some_and(|outage| outage.next_attempt.is_some())
}

/// Checks that the operator's credential, if there is one, matches the document.
///
/// # Errors
/// Returns an error if it does not match.
pub fn ensure_credential_resolves(
    entry: CatalogEntry,
    credential: Option<&CredentialConfig>,
) -> Result<CatalogEntry, LoadError> {
    credential.map(|credential| credential.resolve(&entry)).transpose().map_err(LoadError::Setting)?;
    Ok(entry)
}

/// Priority of the thread that checks documents; 19 is the lowest.
#[cfg(target_os = "linux")]
const LOW_PRIORITY: i32 = 19;

/// Parses every operation of the documents on a separate thread, and logs faults. Shutdown does not wait for the
/// thread.
pub fn spawn_document_check(entries: Vec<Arc<CatalogEntry>>) {
    let check = move || {
        // Requests come first. On Linux, this is the priority of the thread.
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::setpriority_process(None, LOW_PRIORITY) {
            tracing::debug!(%error, "documents are checked at the priority of requests");
        }
        for entry in entries {
            for fault in entry.collect_diagnostics() {
                tracing::warn!(provider = entry.provider.id, "fault in the document: {fault}");
            }
        }
    };
    if let Err(error) = thread::Builder::new().spawn(check) {
        tracing::warn!(%error, "the documents are not checked: cannot start a thread");
    }
}
