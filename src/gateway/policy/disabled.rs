//! Disabled credentials and access tokens. The items are cached from the store, and checked before each call with the
//! operator's credential.

use crate::{
    model::error::{ErrorCode, ExplorerError},
    store::{Store, StoreError, with_timeout},
};
use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

/// Time for which a snapshot is used before the store is queried again. A change takes effect on all servers within it.
const CACHE_TTL: Duration = Duration::from_secs(1);
/// Maximum age of a snapshot that is still used while the store is unavailable.
const MAX_STALENESS: Duration = Duration::from_secs(10);

/// The disabled items in the store, and the latest snapshot of them.
#[derive(Debug)]
pub struct DisabledItems {
    store: Store,
    snapshot: RwLock<Option<DisabledSnapshot>>,
}

#[derive(Debug)]
struct DisabledSnapshot {
    item_ids: HashSet<String>,
    fetched_at: Instant,
}

impl DisabledItems {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, snapshot: RwLock::default() }
    }

    fn is_disabled(&self, item_id: &str, max_age: Duration) -> Option<bool> {
        let snapshot = self.snapshot.read().unwrap_or_else(PoisonError::into_inner);
        snapshot
            .as_ref()
            .filter(|snapshot| snapshot.fetched_at.elapsed() < max_age)
            .map(|snapshot| snapshot.item_ids.contains(item_id))
    }

    fn replace_snapshot(&self, snapshot: Option<DisabledSnapshot>) {
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
    }

    /// Refuses a call that uses a disabled item. Fails closed if the store is unavailable.
    pub(crate) async fn ensure_enabled(&self, item_id: &str) -> Result<(), ExplorerError> {
        let mut is_disabled = self.is_disabled(item_id, CACHE_TTL);
        if is_disabled.is_none() {
            if let Ok(disabled_items) = with_timeout(self.store.disabled_items()).await {
                let item_ids = disabled_items.into_iter().map(|item| item.item_id).collect();
                self.replace_snapshot(Some(DisabledSnapshot { item_ids, fetched_at: Instant::now() }));
            }
            is_disabled = self.is_disabled(item_id, MAX_STALENESS);
        }
        match is_disabled {
            Some(false) => Ok(()),
            Some(true) => {
                let message = "The operator's credential is disabled. Nothing was sent. Ask the operator of this \
                               server to enable it, or save your own credential.";
                let rule = Some(["disabled: ", item_id].concat());
                Err(ExplorerError { rule, ..ExplorerError::new(ErrorCode::Disabled, message) })
            }
            None => Err(StoreError::Unavailable
                .to_explorer_error("Nothing was sent. The list of disabled credentials and tokens could not be read")),
        }
    }

    /// Enables or disables a credential or access token, for all callers. `changed_by` is the name of the administrator.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable; nothing changes then.
    pub async fn set_enabled(&self, item_id: &str, is_enabled: bool, changed_by: &str) -> Result<(), ExplorerError> {
        let result =
            if is_enabled { self.store.enable(item_id).await } else { self.store.disable(item_id, changed_by).await };
        result.map_err(|error| {
            error.to_explorer_error(
                "Nothing was changed. The list of disabled credentials and tokens could not be saved",
            )
        })?;
        // Without a snapshot, the next call on this server queries the store.
        self.replace_snapshot(None);
        Ok(())
    }
}
