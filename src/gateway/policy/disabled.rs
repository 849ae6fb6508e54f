//! Disabled credentials, access tokens and users. The items are cached from the store, and checked before each call with
//! the operator's credential and before each request of a user.

use crate::{
    model::error::{ErrorCode, ExplorerError},
    store::{Store, StoreError, with_timeout},
    text,
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

    /// Returns true if one of several items is disabled.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable. Then nothing that may be disabled may be used.
    pub async fn is_any_disabled(&self, item_ids: &[String]) -> Result<bool, StoreError> {
        if item_ids.is_empty() {
            return Ok(false);
        }
        let are_disabled = |max_age| {
            item_ids.iter().try_fold(false, |found, item_id| Some(found | self.is_disabled(item_id, max_age)?))
        };
        if let Some(are_disabled) = are_disabled(CACHE_TTL) {
            return Ok(are_disabled);
        }
        if let Ok(disabled_items) = with_timeout(self.store.disabled_items()).await {
            let item_ids = disabled_items.into_iter().map(|item| item.item_id).collect();
            self.replace_snapshot(Some(DisabledSnapshot { item_ids, fetched_at: Instant::now() }));
        }
        are_disabled(MAX_STALENESS).ok_or(StoreError::Unavailable)
    }

    /// Refuses a call that uses a disabled credential. Fails closed if the store is unavailable.
    pub(crate) async fn ensure_enabled(&self, item_id: &str) -> Result<(), ExplorerError> {
        match self.is_any_disabled(&[item_id.to_owned()]).await {
            Ok(false) => Ok(()),
            Ok(true) => {
                let message = text!("disabled-credential");
                let rule = Some(format!("disabled: {item_id}"));
                Err(ExplorerError { rule, ..ExplorerError::new(ErrorCode::Disabled, message) })
            }
            Err(error) => Err(error.to_explorer_error(text!("disabled-list-not-read"))),
        }
    }

    /// Enables or disables a credential, access token or user, for all callers. `changed_by` is the name of the administrator.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable; nothing changes then.
    pub async fn set_enabled(&self, item_id: &str, is_enabled: bool, changed_by: &str) -> Result<(), ExplorerError> {
        let result =
            if is_enabled { self.store.enable(item_id).await } else { self.store.disable(item_id, changed_by).await };
        result.map_err(|error| error.to_explorer_error(text!("disabled-list-not-saved")))?;
        // Without a snapshot, the next call on this server queries the store.
        self.replace_snapshot(None);
        Ok(())
    }
}
