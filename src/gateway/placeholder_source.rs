//! Finds the provider whose response a placeholder refers to.

use super::Gateway;
use crate::{
    auth::identity::Caller,
    model::{
        error::{ErrorCode, ExplorerError},
        placeholder::Placeholder,
    },
    store::with_timeout,
    text,
};

/// The response that a placeholder refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceholderSource {
    /// Provider ID.
    pub provider: String,
    /// Environment of the call.
    pub environment: String,
}

impl Gateway {
    /// Returns the source of a placeholder that the caller received. The secret stays in the store.
    ///
    /// # Errors
    /// Returns an error if the placeholder refers to no stored secret of the caller, or if the store is unavailable.
    pub async fn find_placeholder_source(
        &self,
        caller: &Caller,
        placeholder: &Placeholder,
    ) -> Result<PlaceholderSource, ExplorerError> {
        let identity = caller.require_identity()?;
        let stored = with_timeout(self.store.find_response_secrets(&identity.subject, placeholder.response_number))
            .await
            .map_err(|error| error.to_explorer_error(text!("secret-placeholder-not-read")))?;
        let stored = stored.filter(|response| response.secrets.contains_key(&placeholder.label));
        stored
            .map(|response| PlaceholderSource { provider: response.provider, environment: response.environment })
            .ok_or_else(|| ExplorerError::new(ErrorCode::NotFound, text!("secret-not-stored")))
    }
}
