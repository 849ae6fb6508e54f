//! The last step: compares the response with its documentation, and removes or masks the secrets in it.

use super::{
    Input,
    redact_stream::{StreamHead, StreamRedaction},
    sent::Sent,
};
use crate::{
    audit::CANCELLED_CODE,
    gateway::{
        Gateway,
        charset::{self, EncodedBody},
        compare,
        credential::tokens::OAuthToken,
        policy::CredentialUse,
        receipt,
        redact::{
            mask::{MaskContext, MaskedResponse, ResolvedArguments, can_reveal_secrets},
            scrub::{self, CREDENTIAL_REMOVED, Redaction},
        },
    },
    model::{
        error::ExplorerError,
        receipt::{SentRequest, Timings},
        response::{Differences, MaskedSecrets, StreamSummary},
    },
    openapi::ExpectedResponse,
    store::{audit::AuditRecord, sessions::SessionId},
};
use encoding_rs::Encoding;
use reqwest::header::HeaderMap;
use std::sync::Arc;

/// A response that may leave the server, with the data for its receipt.
pub(crate) struct Redacted {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The whole body. Of a stream, the items that were received, unless they were delivered one by one.
    pub(crate) body: Vec<u8>,
    /// Name of the charset that the body was decoded from; `None` if it has the bytes that the headers describe.
    pub(crate) charset: Option<&'static str>,
    /// Size of the body before redaction, in bytes.
    pub(crate) received_bytes: u64,
    /// The name of the environment that the call went to.
    pub(crate) environment: String,
    pub(crate) timings: Timings,
    /// The differences from the documentation; `None` if the response was not compared.
    pub(crate) differences: Option<Differences>,
    /// The secrets that were masked, if any.
    pub(crate) masked: Option<MaskedSecrets>,
    /// Summary of the stream; `None` if the body is none.
    pub(crate) stream: Option<StreamSummary>,
    /// A new session that stores the masked secrets, if the caller had none.
    pub(crate) new_session: Option<SessionId>,
    /// The request as it was sent, without secrets; `None` for SDKs, which get no receipt.
    pub(crate) request: Option<SentRequest>,
    /// The rule that allowed the call.
    pub(crate) rule: String,
    /// Prevents construction outside this file.
    _private: (),
}

impl Redacted {
    /// Returns true for a stream that was not received until its end.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.stream.is_some_and(|stream| stream.incomplete.is_some())
    }
}

impl Sent<'_> {
    /// Removes the credential and replaces secrets that were sent with their placeholders. Then masks the secrets that
    /// the provider returned. Does so for each item of a stream as it arrives, and delivers it.
    ///
    /// # Errors
    /// Returns an error if the caller is to receive unmasked secrets and the audit log cannot record that.
    pub(super) async fn redact(
        self,
        gateway: &Gateway,
        placeholders: &ResolvedArguments,
        record: &mut AuditRecord,
    ) -> Result<Redacted, ExplorerError> {
        let Self {
            prepared,
            destination,
            is_operator_credential,
            rule,
            mut response,
            tokens,
            deadline,
            permit: _permit,
            ..
        } = self;
        let stream = response.stream.take();
        let (call, operation) = (prepared.call, &prepared.call.documented.operation);
        let credential_use = destination.credential_use.as_ref();
        let expected = compare::find_expected_response(&call.entry.document, operation, &response);
        let expected_items =
            stream.as_ref().map(|_| compare::find_expected_items(&call.entry.document, operation, &response));
        let can_reveal = can_reveal_secrets(prepared.context(is_operator_credential).identity, is_operator_credential);
        let inserted = placeholders.response_redactions(&expected, can_reveal);
        let redactions = collect_redactions(credential_use, &tokens, inserted, CREDENTIAL_REMOVED);
        let mut received_bytes = response.body.len() as u64;
        let encoded_body = charset::decode_body(&mut response, &redactions);
        // SDKs can show neither differences nor a receipt.
        let has_details = matches!(call.input, Input::Arguments(_));
        // The items of a stream are compared one by one.
        let is_comparable = stream.is_none() || matches!(expected, ExpectedResponse::UndocumentedStatus(_));
        let mut differences = if has_details && is_comparable {
            compare::find_differences(operation, &expected, &response, &redactions).await
        } else {
            None
        };
        // SDKs receive the bytes of the provider, unless something in them is hidden.
        let decoded_text = (encoded_body.is_some() && can_reveal && !has_details).then(|| response.body.clone());
        let response = scrub::scrub_response(response, &redactions);
        let environment = destination.environment.name.clone();
        let context = MaskContext {
            caller: call.caller,
            authorization: prepared.context(is_operator_credential),
            environment: &environment,
            request_id: call.request_id,
        };
        let masked_response = gateway.mask(context, &expected, response).await?;
        if let Some(differences) = &mut differences {
            masked_response.retain_harmless(differences);
        }
        let MaskedResponse { upstream_response: mut response, mut masked, new_session, head_secrets, .. } =
            masked_response;
        let mut charset = encoded_body.as_ref().and_then(|encoded_body| encoded_body.charset);
        if let Some(EncodedBody { bytes, .. }) = encoded_body
            && decoded_text.as_ref() == Some(&response.body)
        {
            (response.body, charset) = (bytes, None);
        }
        let mut summary = None;
        if let Some((stream, expected)) = stream.zip(expected_items) {
            record.status = Some(i64::from(response.status));
            // The code of a call whose caller disconnects before the stream ends.
            record.code = Some(CANCELLED_CODE.to_owned());
            call.recorder.begin_stream(response.status, &environment);
            let item_charset = charset::find_item_charset(&response.headers);
            charset = item_charset.map(Encoding::name);
            let head = StreamHead::new(&response, context, charset, new_session);
            let is_compared = has_details && differences.is_none();
            let redaction = StreamRedaction {
                gateway,
                stream,
                charset: item_charset,
                expected,
                redactions: &redactions,
                context,
                head_secrets,
                is_compared,
            };
            let redacted_stream = redaction.deliver(call.delivery, head, deadline).await?;
            (response.body, received_bytes) = (redacted_stream.body, redacted_stream.received_bytes);
            response.timings.body_ms = redacted_stream.body_ms;
            (masked, summary) = (redacted_stream.masked, Some(redacted_stream.summary));
            differences = differences.or(redacted_stream.differences);
        }
        let request = has_details.then(|| {
            let credential_name = credential_display_name(credential_use);
            let inserted = placeholders.redactions();
            let redactions = collect_redactions(credential_use, &tokens, inserted, &credential_name);
            receipt::build_sent_request(response.request_snapshot, &redactions, call.entry.settings.base_url.as_ref())
        });
        Ok(Redacted {
            status: response.status,
            headers: response.headers,
            body: response.body,
            charset,
            received_bytes,
            environment,
            timings: response.timings,
            differences,
            masked,
            stream: summary,
            new_session,
            request,
            rule,
            _private: (),
        })
    }
}

/// Returns the scrubbers of all secrets that a call sent, each with its replacement: `credential_replacement` for the
/// credential and its tokens, and the original placeholder for each resolved secret in `inserted`.
fn collect_redactions<'a>(
    credential_use: Option<&'a CredentialUse>,
    tokens: &'a [Arc<OAuthToken>],
    inserted: impl Iterator<Item = Redaction<'a>>,
    credential_replacement: &'a str,
) -> Vec<Redaction<'a>> {
    let credential = credential_use.map(|credential_use| credential_use.credential.scrubber());
    let scrubbers = credential.into_iter().chain(tokens.iter().map(|token| &token.scrubber));
    scrubbers.map(|scrubber| Redaction { scrubber, replacement: credential_replacement }).chain(inserted).collect()
}

/// Returns the text that replaces the credential in a receipt.
fn credential_display_name(credential_use: Option<&CredentialUse>) -> String {
    let fingerprint = credential_use.map(|credential_use| credential_use.credential.fingerprint());
    fingerprint.map_or_else(String::new, |fingerprint| format!("[credential {fingerprint}]"))
}
