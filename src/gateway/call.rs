//! Calls of operations by name, with arguments: from the page's form, server functions and `/tools`.

use super::{
    CallRequest, Gateway, example,
    file_name::response_file_name,
    headers::content_type,
    links::follow_links,
    next_page::{Page, find_next_page},
    observe::{CallRecorder, CallSummary},
    pipeline::{Call, Delivery, Input, Redacted, validate_arguments},
    receipt,
    request::content_type::{choose_accept, choose_content_type},
    runtime_expression::CompletedCall,
};
use crate::{
    auth::identity::Caller,
    model::{
        error::{ErrorCode, ExplorerError},
        media_type::MediaType,
        provider::EXAMPLE_ENVIRONMENT,
        receipt::Receipt,
        response::{CallResponse, ResponseBody, ResponseLink},
    },
    openapi::DocumentedOperation,
    providers::CatalogEntry,
    store::sessions::SessionId,
    text,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{CONTENT_DISPOSITION, HeaderMap, HeaderValue, RETRY_AFTER};
use std::sync::Arc;
use tracing::Instrument;
use uuid::Uuid;

/// The outcome of a call.
#[derive(Debug)]
pub struct CallOutcome {
    /// The response.
    pub response: CallResponse,
    /// The receipt; `None` in the environment `example`, where no request is sent.
    pub receipt: Option<Receipt>,
    /// A new session that stores the secrets of the response, if the caller had none.
    pub new_session: Option<SessionId>,
}

impl Gateway {
    /// Makes a call, records it in the audit log, and writes one line to the log. A call in the environment `example`
    /// sends no request and is not audited.
    ///
    /// # Errors
    /// Returns an error if the gateway refuses the call or receives no complete response. An error response of the
    /// provider is not an error.
    pub async fn call(&self, caller: &Caller, request: CallRequest<'_>) -> Result<CallOutcome, ExplorerError> {
        self.call_with_delivery(caller, request, &Delivery::AtEnd).await
    }

    /// Makes a call. If the response is a stream, its items are delivered before the outcome.
    pub(crate) async fn call_with_delivery(
        &self,
        caller: &Caller,
        request: CallRequest<'_>,
        delivery: &Delivery,
    ) -> Result<CallOutcome, ExplorerError> {
        let request_id = Uuid::new_v4().to_string();
        let operation_lookup = self.find_operation(request.provider, request.operation, request.content_type);
        // Callers can send any text as a name, so unknown names must not become log fields or metric labels.
        let catalog = self.catalog();
        let provider = catalog.provider(request.provider).map_or("unknown", |provider| &provider.settings.id);
        let operation =
            operation_lookup.as_ref().map_or("unknown".into(), |(_, documented)| documented.operation.name.clone());
        let recorder = CallRecorder::begin(&self.metrics, provider, &operation, &request_id);
        let outcome = async {
            let (entry, documented) = operation_lookup?;
            let input = Input::Arguments(request);
            let call = Call {
                caller,
                entry: &entry,
                documented: &documented,
                request_id: &request_id,
                input,
                delivery,
                recorder: &recorder,
            };
            if request.environment == Some(EXAMPLE_ENVIRONMENT) {
                return respond_with_example(&call, request);
            }
            let mut outcome = CallOutcome::new(self.run(&call).await?, &request_id, &operation);
            outcome.find_next_page(&call, request);
            outcome.follow_links(&call, request);
            Ok(outcome)
        };
        let mut outcome = outcome.instrument(recorder.span.clone()).await;
        if let Ok(CallOutcome { response, .. }) = &mut outcome {
            response.duration_ms = recorder.elapsed().as_secs_f64() * 1000.0;
        }
        recorder.finish(&outcome.as_ref().map(|CallOutcome { response, receipt, .. }| CallSummary {
            status: response.status,
            environment: &response.environment,
            timings: receipt.as_ref().map(|receipt| receipt.timings),
        }));
        outcome
    }

    /// Returns an operation of a provider, with the body of the given media type, or else of its default one.
    ///
    /// # Errors
    /// Returns an error if the provider or the operation is unknown, if the operation does not have the given media
    /// type, or if the provider's document could not be loaded.
    pub fn find_operation(
        &self,
        provider: &str,
        operation: &str,
        content_type: Option<&str>,
    ) -> Result<(Arc<CatalogEntry>, Arc<DocumentedOperation>), ExplorerError> {
        let entry = self.require_entry(provider)?;
        let not_found = || {
            let message = text!("call-unknown-operation", provider = entry.provider.title, id = entry.provider.id);
            ExplorerError::new(ErrorCode::NotFound, message)
        };
        let mut documented = entry.document.operation(operation).ok_or_else(not_found)?;
        if let Some(requested) = content_type.filter(|requested| !requested.is_empty()) {
            let choice = choose_content_type(&documented.media_types, requested)?;
            let chosen =
                entry.document.operation_with_content_type(operation, choice.document_key, &choice.content_type);
            documented = chosen.ok_or_else(not_found)?;
        }
        Ok((entry, documented))
    }
}

/// Builds an example response from the document. No request is sent, so the call is not audited.
fn respond_with_example(call: &Call, request: CallRequest) -> Result<CallOutcome, ExplorerError> {
    call.caller.require_identity()?;
    validate_arguments(call, request.arguments, request.additional_arguments)?;
    let media_type = request.accept.filter(|requested| !requested.is_empty());
    if let Some(requested) = media_type {
        choose_accept(&call.documented.response_media_types, requested)?;
    }
    let document = &call.entry.document;
    let response = example::build_example_response(document, request.operation, media_type, call.request_id);
    Ok(CallOutcome { response, receipt: None, new_session: None })
}

/// Returns the seconds until a provider that refused a call accepts the next one (RFC 9110, §10.2.3). A time that has passed
/// is zero.
fn retry_after(status: u16, headers: &HeaderMap) -> Option<u32> {
    let text = headers.get(RETRY_AFTER).filter(|_| matches!(status, 429 | 503))?.to_str().ok()?.trim();
    let seconds = text.parse::<i64>().ok().or_else(|| {
        let time = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        Some(time.as_second() - jiff::Timestamp::now().as_second())
    })?;
    u32::try_from(seconds.max(0)).ok()
}

impl CallOutcome {
    /// Adds the arguments of the next page to a response that is a page of a list, and no stream.
    fn find_next_page(&mut self, call: &Call, request: CallRequest) {
        if self.response.stream.is_some() {
            return;
        }
        let page = Page {
            entry: call.entry,
            documented: call.documented,
            arguments: request.arguments,
            response: &self.response,
            request_url: self.receipt.as_ref().map_or("", |receipt| &receipt.request.url),
        };
        self.response.next_page = find_next_page(&page);
    }

    /// Adds the operations that the documented links of the response lead to. A link to the next page of a list is not
    /// repeated.
    fn follow_links(&mut self, call: &Call, request: CallRequest) {
        if !call.documented.has_links || self.response.stream.is_some() {
            return;
        }
        let completed_call = CompletedCall {
            operation: &call.documented.operation,
            arguments: request.arguments,
            request_url: self.receipt.as_ref().map_or("", |receipt| &receipt.request.url),
            response: &self.response,
            body: None,
        };
        let is_next_page =
            |link: &ResponseLink| self.response.next_page.is_some() && link.operation == call.documented.operation.name;
        let mut links = follow_links(call.entry, completed_call);
        links.retain(|link| !is_next_page(link));
        self.response.links = links;
    }

    fn new(redacted: Redacted, request_id: &str, operation: &str) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let content_type = content_type(&redacted.headers);
        let is_text_type = MediaType::parse(content_type).has_charset();
        let file_name = response_file_name(
            redacted.headers.get(CONTENT_DISPOSITION).map(HeaderValue::as_bytes).unwrap_or_default(),
            redacted.request.as_ref().map_or("", |request| &request.url),
            operation,
            content_type,
        );
        let headers = redacted.headers.iter();
        let mut response = CallResponse {
            status: redacted.status,
            headers: headers.map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect(),
            size: redacted.received_bytes,
            charset: redacted.charset.map(str::to_owned),
            file_name: (!redacted.body.is_empty() || redacted.stream.is_some()).then_some(file_name),
            body: match String::from_utf8(redacted.body) {
                Ok(text) if text.is_empty() => ResponseBody::Empty,
                // By chance, some files are UTF-8.
                Ok(bytes) if !is_text_type && bytes.contains('\0') => {
                    ResponseBody::Binary(BASE64_STANDARD.encode(bytes))
                }
                Ok(text) => ResponseBody::Text(text),
                Err(error) => ResponseBody::Binary(BASE64_STANDARD.encode(error.as_bytes())),
            },
            request_id: request_id.to_owned(),
            environment: redacted.environment,
            differences: redacted.differences,
            masked: redacted.masked,
            stream: redacted.stream,
            retry_after: retry_after(redacted.status, &redacted.headers),
            ..CallResponse::default()
        };
        let receipt =
            redacted.request.map(|request| receipt::build_receipt(request, redacted.timings, redacted.rule, &response));
        response.receipt = receipt.as_ref().map(Receipt::to_lines).unwrap_or_default();
        Self { response, receipt, new_session: redacted.new_session }
    }
}

#[cfg(test)]
mod tests {
    use super::retry_after;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

    fn seconds(status: u16, text: &'static str) -> Option<u32> {
        retry_after(status, &HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]))
    }

    #[test]
    fn the_time_until_the_next_call_is_read_in_seconds_and_as_a_date() {
        assert_eq!(seconds(429, "120"), Some(120));
        assert_eq!(seconds(503, " 0 "), Some(0));
        assert_eq!(seconds(429, "Wed, 21 Oct 2015 07:28:00 GMT"), Some(0));
        assert!(seconds(429, "Wed, 21 Oct 2065 07:28:00 GMT").is_some_and(|seconds| seconds > 1_000_000));
        for text in ["soon", "", "1.5", "99999999999999"] {
            assert_eq!(seconds(429, text), None, "{text}");
        }
        assert_eq!(seconds(200, "120"), None);
        assert_eq!(retry_after(429, &HeaderMap::new()), None);
    }
}
