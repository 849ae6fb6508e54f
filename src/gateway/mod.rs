//! The gateway: accepts a call, adds the credential, sends the request, and returns the response. Only this module uses
//! decrypted credentials.
//!
//! The module `pipeline` has one file per step of a call. Each module here has one concern of these steps, such as
//! policy, transport or redaction.

mod admission;
mod call;
mod charset;
mod compare;
pub mod credential;
mod denial;
mod documents;
mod example;
mod file_name;
pub(crate) mod form_link;
mod headers;
mod links;
mod live;
mod live_data;
pub mod metrics;
mod next_page;
mod observe;
mod pipeline;
mod placeholder_source;
mod policy;
mod providers;
pub mod proxy;
mod receipt;
mod redact;
mod request;
mod response;
mod response_files;
mod runtime_expression;
pub mod transport;
mod unknown_arguments;

use crate::{
    audit::{AuditEntry, AuditLog},
    auth::identity::Caller,
    model::{Arguments, error::ExplorerError},
    providers::{Catalog, CatalogEntry},
    store::Store,
};
use anyhow::Context;
use credential::{Credential, CredentialConfig};
use metrics::GatewayMetrics;
use moka::sync::Cache;
use providers::ServedProviders;
use response_files::ResponseFiles;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};
use tokio::sync::watch;

pub(crate) use admission::BodyShare;
pub use admission::{Admission, AdmissionLimits};
pub use call::CallOutcome;
pub use documents::{DocumentFaults, DocumentStatus};
pub(crate) use example::build_example_response;
pub use live::{Frame, FrameForm, LiveResponse, OwnedCallRequest};
pub(crate) use next_page::plain_name;
pub use placeholder_source::PlaceholderSource;
pub(crate) use policy::format_minutes;
pub use policy::{
    accepted::{
        AcceptedDocuments, ComparedVersions, DocumentReview, accept_by_setting, parse_operations, serialize_operations,
    },
    disabled::DisabledItems,
};
pub use providers::{DocumentUpdate, ResolvedProvider};
pub use proxy::ProxyBody;
pub(crate) use redact::mask::is_secret_name;
pub(crate) use request::parse_path;
pub use request::{OwnedProxyRequest, ProxyRequest};
pub use response_files::ResponseFile;
pub use transport::client::Limits;

/// Maximum number of decrypted caller credentials in memory.
const CREDENTIAL_CACHE_CAPACITY: u64 = 1000;
/// Time after its last use at which a decrypted credential leaves the cache.
const CREDENTIAL_CACHE_TIME_TO_IDLE: Duration = Duration::from_mins(15);

/// The catalog, the credentials, and everything else that is needed to make calls.
pub struct Gateway {
    served_providers: RwLock<ServedProviders>,
    /// Serializes changes of `served_providers`.
    change_lock: Mutex<()>,
    /// The operator's credentials from the settings, by provider id. Each update of a document resolves them again.
    credential_configs: HashMap<String, CredentialConfig>,
    client: transport::client::UpstreamClient,
    store: Store,
    admission: Admission,
    audit: AuditLog,
    disabled_items: DisabledItems,
    accepted_documents: AcceptedDocuments,
    metrics: GatewayMetrics,
    response_files: ResponseFiles,
    /// True once streams end because the server stops.
    ends_streams: watch::Sender<bool>,
    /// Recently decrypted credentials of callers, with the access tokens fetched with them. The key is the sealed text.
    credential_cache: Cache<String, Arc<Credential>>,
}

/// A request to call an operation. It has only names, arguments and options: no URL, method or authentication header.
#[derive(Clone, Copy, Debug)]
pub struct CallRequest<'a> {
    /// The provider's id.
    pub provider: &'a str,
    /// The operation's name.
    pub operation: &'a str,
    /// The environment's name. By default, the credential's environment, or else the operation's first one.
    pub environment: Option<&'a str>,
    /// Values of the server variables of the environment, by name; defaults for the others.
    pub server_variables: Option<&'a Arguments>,
    /// The media type of the body, if the operation has several. The first one is the default.
    pub content_type: Option<&'a str>,
    /// The media type of the response, if the document has several; by default, any of them.
    pub accept: Option<&'a str>,
    /// The operation's arguments.
    pub arguments: &'a Arguments,
    /// The confirmation of a deletion: the value of the last path parameter, or else the operation's name.
    pub confirm: Option<&'a str>,
    /// Fingerprint of the credential that the caller means, or `none`. If another one is in effect, nothing is sent.
    pub fingerprint: Option<&'a str>,
    /// True if the call first unlocks changes of live data.
    pub unlock: bool,
    /// True if arguments that the document does not name are sent, where its schema allows them.
    pub additional_arguments: bool,
    /// True if the caller requests the secrets of the response instead of placeholders.
    pub reveal: bool,
}

impl Gateway {
    /// Creates a gateway to the providers of a catalog, with the operator's credentials by provider id, and a store for
    /// the callers' own credentials.
    ///
    /// # Errors
    /// Returns an error if a credential belongs to no provider or does not match its provider's document, or if the
    /// HTTP client cannot be created.
    pub fn new(
        catalog: Catalog,
        credential_configs: HashMap<String, CredentialConfig>,
        limits: Limits,
        store: Store,
    ) -> anyhow::Result<Self> {
        let mut operator_credentials = HashMap::new();
        for (provider, credential_config) in &credential_configs {
            let provider_state = catalog.provider(provider);
            let provider_state = provider_state
                .with_context(|| format!("there is a credential for {provider}, but no provider with this ID"))?;
            if let Some(entry) = &provider_state.entry {
                operator_credentials.insert(provider.clone(), Arc::new(credential_config.resolve(entry)?));
            }
        }
        let client = transport::client::UpstreamClient::new(limits, transport::address::AddressFilter::new(&catalog))?;
        let credential_cache = Cache::builder()
            .max_capacity(CREDENTIAL_CACHE_CAPACITY)
            .time_to_idle(CREDENTIAL_CACHE_TIME_TO_IDLE)
            .build();
        let admission = Admission::new(limits.admission, limits.max_concurrent_calls);
        let audit = AuditLog::start(store.clone());
        Ok(Self {
            served_providers: RwLock::new(ServedProviders { catalog: Arc::new(catalog), operator_credentials }),
            change_lock: Mutex::default(),
            credential_configs,
            client,
            disabled_items: DisabledItems::new(store.clone()),
            accepted_documents: AcceptedDocuments::new(store.clone()),
            store,
            admission,
            audit,
            metrics: GatewayMetrics::default(),
            response_files: ResponseFiles::new(limits.max_response_bytes),
            ends_streams: watch::Sender::new(false),
            credential_cache,
        })
    }

    /// Returns the store, which has the callers' credentials.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the bounds on what networks and callers may use.
    pub fn admission(&self) -> &Admission {
        &self.admission
    }

    /// Returns the audit log.
    pub fn audit(&self) -> &AuditLog {
        &self.audit
    }

    /// Returns the metrics of calls.
    pub fn metrics(&self) -> &GatewayMetrics {
        &self.metrics
    }

    /// Returns the disabled credentials and access tokens.
    pub fn disabled_items(&self) -> &DisabledItems {
        &self.disabled_items
    }

    /// Returns the number of calls in progress.
    pub fn in_flight_calls(&self) -> usize {
        self.admission.calls_in_progress()
    }

    /// Ends the streams that are forwarded item by item, now and later, so that they do not keep the server from stopping.
    pub fn end_streams(&self) {
        self.ends_streams.send_replace(true);
    }

    /// Begins the audit entry of an action on a provider. Returns an error if the caller must sign in first, or if the
    /// queue of audit records is full.
    fn begin_audit_entry(
        &self,
        caller: &Caller,
        action: &str,
        entry: &CatalogEntry,
    ) -> Result<AuditEntry, ExplorerError> {
        let mut audit_entry = self.audit.begin_entry(caller.require_identity()?, action)?;
        audit_entry.record.provider = Some(entry.provider.id.clone());
        Ok(audit_entry)
    }
}
