//! Server functions: the only doors from the browser to the server. Each names what to do; none takes a URL, a method
//! or a header, and none gives a credential back.
#![allow(missing_docs, clippy::unused_async, reason = "the macro makes undocumented fields, and async is its form")]

use crate::model::{Arguments, credential::CredentialStatus, error::ExplorerError, response::Reply};
use crate::ui::snippet::Printed;
#[cfg(feature = "ssr")]
use crate::{
    model::error::Code,
    snippet::{Preference, Source},
};
use leptos::{prelude::*, server_fn::codec::Json};
use std::collections::BTreeMap;

/// Bytes of a request's body that this server takes: room for files of 10 MB, in Base64.
pub const LARGEST_REQUEST: usize = 14_000_000;

/// Makes a call with the credential in force for this visitor.
///
/// # Errors
/// The explorer's own; a provider that refuses the call has replied.
#[server(input = Json, output = Json, endpoint = "call")]
pub async fn call(
    provider: String,
    operation: String,
    environment: Option<String>,
    content_type: Option<String>,
    arguments: Arguments,
    confirm: Option<String>,
    unlock: Option<bool>,
) -> Result<Reply, ExplorerError> {
    let door = ssr::Door::open()?;
    let incoming = crate::gateway::Incoming {
        provider: &provider,
        operation: &operation,
        environment: environment.as_deref(),
        content_type: content_type.as_deref(),
        arguments: &arguments,
        confirm: confirm.as_deref(),
        unlock: unlock.unwrap_or_default(),
        reveal: false,
    };
    let outcome = door.gateway.call(&door.visitor, incoming).await?;
    outcome.session.into_iter().for_each(|session| door.remember(session));
    Ok(outcome.reply)
}

/// Keeps a visitor's own credential on the server, sealed, for this session: texts by `scheme/part`.
///
/// # Errors
/// Where the credential cannot be right, one problem per part, or cannot be stored.
#[server(input = Json, output = Json, endpoint = "credential/save")]
pub async fn save_credential(
    provider: String,
    values: BTreeMap<String, String>,
) -> Result<CredentialStatus, ExplorerError> {
    let door = ssr::Door::open()?;
    let (session, status) = door.gateway.save(&door.visitor, &provider, &values).await?;
    door.remember(session);
    Ok(status)
}

/// Forgets a visitor's own credential; the operator's, if there is one, is in force again.
///
/// # Errors
/// Where it could not be removed.
#[server(input = Json, output = Json, endpoint = "credential/clear")]
pub async fn clear_credential(provider: String) -> Result<CredentialStatus, ExplorerError> {
    let door = ssr::Door::open()?;
    door.gateway.clear(&door.visitor, &provider).await
}

/// Lets whoever asks change live data of a provider for a while: for scripts, whose calls cannot say so themselves.
///
/// # Errors
/// Where they may not.
#[server(input = Json, output = Json, endpoint = "live/unlock")]
pub async fn unlock_live(provider: String) -> Result<(), ExplorerError> {
    let door = ssr::Door::open()?;
    door.gateway.unlock_live(&door.visitor, &provider).await
}

/// The call as source code, in one of the ways that there are, by id or label; the browser remembers it.
///
/// # Errors
/// Where the provider, the operation or the way is unknown.
#[server(input = Json, output = Json, endpoint = "snippet")]
pub async fn print_snippet(
    provider: String,
    operation: String,
    environment: String,
    content_type: Option<String>,
    arguments: Arguments,
    client: String,
    keeper: String,
) -> Result<Printed, ExplorerError> {
    let door = ssr::Door::open()?;
    let media = content_type.as_deref().filter(|media| !media.is_empty());
    let (entry, documented) = door.gateway.documentation(&provider, &operation, media)?;
    let unknown = || ExplorerError::new(Code::NotFound, "There is no such client here. Choose one of the list.");
    let choice = entry.choices(&documented).find(&client).ok_or_else(unknown)?;
    let preference = Preference::new(&choice.id(), &keeper);
    door.prefer(&preference);
    let source = Source {
        provider: &entry.provider_of(&documented),
        operation: &documented.operation,
        references: &entry.access(&documented).references,
        arguments: &arguments,
        environment: &environment,
    };
    Ok(Printed::new(&choice, source, preference.keeper))
}

/// The secret of a reply that a handle stands for, which is written down.
///
/// # Errors
/// Where it stands for nothing, or for what they may not see.
#[server(input = Json, output = Json, endpoint = "reveal")]
pub async fn reveal(handle: String) -> Result<String, ExplorerError> {
    let door = ssr::Door::open()?;
    door.gateway.reveal(&door.visitor, &handle).await
}

/// What server functions find around them.
#[cfg(feature = "ssr")]
mod ssr {
    use crate::{
        auth::identity::Visitor,
        gateway::Gateway,
        model::error::{Code, ExplorerError},
        snippet::Preference,
        store::sessions::SessionId,
    };
    use axum::http::{HeaderValue, header::SET_COOKIE, request::Parts};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use std::sync::Arc;

    pub(crate) struct Door {
        pub(crate) gateway: Arc<Gateway>,
        pub(crate) visitor: Visitor,
        /// What the visitor's browser remembers of code.
        preference: Preference,
        response: ResponseOptions,
    }

    impl Door {
        pub(crate) fn open() -> Result<Self, ExplorerError> {
            let outside = || ExplorerError::new(Code::Internal, "A server function ran outside of a request.");
            let parts: Parts = use_context().ok_or_else(outside)?;
            Ok(Self {
                gateway: use_context().ok_or_else(outside)?,
                visitor: parts.extensions.get::<Visitor>().cloned().unwrap_or_default(),
                preference: Preference::of(&parts.headers),
                response: use_context().ok_or_else(outside)?,
            })
        }

        /// Makes the visitor's browser remember its session.
        pub(crate) fn remember(&self, session: SessionId) {
            self.set_cookie(session.set_cookie(self.visitor.secure));
        }

        /// Makes the visitor's browser remember how code is wanted.
        pub(crate) fn prefer(&self, preference: &Preference) {
            if *preference != self.preference {
                self.set_cookie(preference.set_cookie(self.visitor.secure));
            }
        }

        fn set_cookie(&self, cookie: String) {
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                self.response.append_header(SET_COOKIE, cookie);
            }
        }
    }
}
