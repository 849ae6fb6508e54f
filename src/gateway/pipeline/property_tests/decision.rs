//! Decides about generated calls, with the steps of the pipeline before a call is sent.

use super::{
    super::{Call, Input, authorized::judge_path, prepared::Prepared},
    generator::BASE_PATH,
    sent::Sent,
};
use crate::{
    auth::identity::{Caller, Identity},
    gateway::{
        CallRequest,
        metrics::GatewayMetrics,
        observe::CallRecorder,
        pipeline::Delivery,
        policy::{self, AuthorizationContext, Destination},
        proxy::match_operation,
        request::{ProxyRequest, parse_path, wire},
    },
    model::{
        Arguments,
        error::{ErrorCode, ExplorerError},
    },
    openapi::DocumentedOperation,
    providers::CatalogEntry,
    store::{
        Database, Store, StoreSettings,
        key::{KeySource, SealingKey},
    },
};
use anyhow::{Context, Result};
use reqwest::header::HeaderMap;
use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The decision about a request: what is sent, or the step that refuses it, with the reason.
pub(super) type Decision = Result<Sent, (Step, ExplorerError)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Parsing and validation.
    Arguments,
    /// The rules for operations.
    Rules,
    /// IDs of other environments, and the lock on live data.
    Safeguards,
}

/// A store in which nothing is unlocked.
static STORE: LazyLock<Option<(Runtime, Store, TempDir)>> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().ok()?;
    let folder = tempfile::tempdir().ok()?;
    let settings = StoreSettings {
        database: Database::Sqlite(folder.path().join("explorer.db")),
        key: KeySource::Inline(SealingKey::generate_base64()),
        max_connections: 1,
    };
    let store = runtime.block_on(Store::open(&settings)).ok()?;
    Some((runtime, store, folder))
});

/// Returns the decision about a call with the operator's credential, and checks that exactly what was judged is sent.
fn decide(
    entry: &CatalogEntry,
    identity: &Identity,
    documented: &DocumentedOperation,
    input: Input,
) -> Result<Decision> {
    let caller = Caller { identity: Some(Arc::new(identity.clone())), ..Caller::default() };
    let metrics = GatewayMetrics::default();
    let recorder = CallRecorder::begin(&metrics, "", "", "");
    let delivery = &Delivery::AtEnd;
    let call = Call { caller: &caller, entry, documented, request_id: "", input, delivery, recorder: &recorder };
    let mut prepared = match Prepared::new(&call, None) {
        Ok(prepared) => prepared,
        Err(error) => return Ok(Err((Step::Arguments, error))),
    };
    let parts = std::mem::take(&mut prepared.parts);
    let context = prepared.context(true);
    let others = match judge_path(context, &parts.path) {
        Ok((_, others)) => others,
        Err(error) => return Ok(Err((Step::Rules, error))),
    };
    let environment = documented.environments.first().context("no environment")?;
    let (runtime, store, _) = STORE.as_ref().context("no store")?;
    let documented_or_other = policy::find_safeguarded_operation(context, &others);
    let safeguarded = AuthorizationContext { documented: documented_or_other, ..context };
    if let Err(error) = runtime.block_on(policy::enforce_safeguards(safeguarded, environment, store)) {
        return Ok(Err((Step::Safeguards, error)));
    }
    let judged_arguments = context.call_request.arguments.clone();
    let judged_path = parts.path.as_str().to_owned();
    let destination = Destination { environment: Cow::Borrowed(environment), credential_use: None };
    let request = match wire::build_request(entry, &documented.operation, &destination, parts) {
        Ok(request) => request,
        Err(error) => anyhow::bail!("{judged_path} was judged, but cannot be sent: {}", error.message),
    };
    let uri = http::Uri::try_from(request.url.as_str())?;
    anyhow::ensure!(
        uri.path() == [BASE_PATH, &judged_path].concat(),
        "{judged_path} was judged, {} is sent",
        uri.path()
    );
    let sent = Sent::new(judged_path, uri.query(), &request.headers, request.body.unwrap_or_default());
    sent.ensure_judged(&judged_arguments)?;
    Ok(Ok(sent))
}

/// Returns the decision about a call with arguments, as the page and `/tools` make it.
pub(super) fn decide_arguments(
    entry: &CatalogEntry,
    identity: &Identity,
    documented: &DocumentedOperation,
    arguments: &Arguments,
) -> Result<Decision> {
    let request = CallRequest {
        provider: "p",
        operation: &documented.operation.name,
        environment: None,
        server_variables: None,
        content_type: None,
        accept: None,
        arguments,
        fingerprint: None,
        confirm: None,
        unlock: false,
        additional_arguments: false,
        reveal: false,
    };
    decide(entry, identity, documented, Input::Arguments(request))
}

/// A generated proxy request.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// Returns the decision about a proxy request, and the name of the operation that it matches.
pub(super) fn decide_proxied(
    entry: &CatalogEntry,
    identity: &Identity,
    request: &Request,
) -> Result<(Decision, Option<String>)> {
    let refused = |error| Ok((Err((Step::Arguments, error)), None));
    let path = match parse_path(request.path) {
        Ok(path) => path,
        Err(error) => return refused(error),
    };
    let Request { method, query, headers, body, .. } = *request;
    let request = ProxyRequest { provider: "p", method, path: &path, query, headers, body };
    let documented = match match_operation(entry, request) {
        Ok(documented) => documented,
        Err(error) => {
            anyhow::ensure!(matches!(error.code, ErrorCode::NotFound | ErrorCode::InvalidArguments), "{error:?}");
            return refused(error);
        }
    };
    let decision = decide(entry, identity, &documented, Input::Proxy(request))?;
    Ok((decision, Some(documented.operation.name.clone())))
}
