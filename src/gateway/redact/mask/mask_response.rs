//! Masks the secrets of responses, stores them, and reveals a stored secret to callers that may see it.

use super::{NOT_STORED, ResponseSecrets, Visibility, resolve::unknown_placeholder_message};
use crate::{
    auth::identity::{Caller, Grant, Identity},
    gateway::{
        Gateway,
        policy::AuthorizationContext,
        redact::{run_blocking_if_large, scrub::MIN_SECRET_BYTES},
        transport::response::UpstreamResponse,
    },
    model::{
        error::{ErrorCode, ExplorerError},
        placeholder::Placeholder,
        problem::decode_pointer_key,
        response::{Differences, MaskedSecrets},
    },
    openapi::ExpectedResponse,
    store::{audit::AuditRecord, responses::NewResponseSecrets, sessions::SessionId, with_timeout},
    text,
};
use secrecy::ExposeSecret;

/// Number of characters by which a hidden text is recognized in a difference, which shortens names.
const MAX_HIDDEN_CHARS: usize = 40;

/// The call whose response is masked.
#[derive(Clone, Copy)]
pub(crate) struct MaskContext<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) authorization: AuthorizationContext<'a>,
    /// The name of the environment that the call went to.
    pub(crate) environment: &'a str,
    pub(crate) request_id: &'a str,
}

/// A response whose secrets are masked.
pub(crate) struct MaskedResponse {
    pub(crate) upstream_response: UpstreamResponse,
    /// Summary of the masked secrets, if there are any.
    pub(crate) masked: Option<MaskedSecrets>,
    /// The session that was created to store the secrets, if the caller had none.
    pub(crate) new_session: Option<SessionId>,
    /// The beginnings of the texts that the caller may not see, neither in the response nor in what is said about it.
    hidden_texts: Vec<String>,
    /// The secrets, if the body is a stream that they also have to be removed from.
    pub(crate) head_secrets: HeadSecrets,
}

/// The secrets of the head of a stream.
#[derive(Default)]
pub(crate) struct HeadSecrets {
    pub(super) secrets: ResponseSecrets,
    /// Number of the stored response.
    pub(super) response_number: Option<u32>,
    /// True if the caller receives them unmasked, which is recorded.
    pub(super) is_revealed: bool,
}

impl MaskedResponse {
    /// Creates a response in which nothing is masked.
    fn unmasked(upstream_response: UpstreamResponse) -> Self {
        let head_secrets = HeadSecrets::default();
        Self { upstream_response, masked: None, new_session: None, hidden_texts: Vec::new(), head_secrets }
    }

    /// Removes the differences whose text contains a hidden text, such as the name of an undocumented field.
    pub(crate) fn retain_harmless(&self, differences: &mut Differences) {
        retain_harmless(&self.hidden_texts, differences);
    }
}

/// Removes the differences whose text contains one of the hidden texts.
pub(super) fn retain_harmless(hidden_texts: &[String], differences: &mut Differences) {
    let is_hidden = |text: &str| {
        let unescaped = decode_pointer_key(text);
        hidden_texts.iter().any(|hidden| text.contains(hidden) || unescaped.contains(hidden))
    };
    differences.problems.retain(|problem| !is_hidden(&problem.location) && !is_hidden(&problem.message));
}

/// Returns the beginning of a hidden text, by which a difference that contains it is recognized. Short texts are not
/// hidden in differences.
pub(super) fn recognizable_beginning(text: &str) -> Option<String> {
    (text.len() >= MIN_SECRET_BYTES).then(|| text.chars().take(MAX_HIDDEN_CHARS).collect())
}

impl Gateway {
    /// Masks the secrets of a response, unless the caller requests them and may see them. Revealing is audited.
    pub(crate) async fn mask(
        &self,
        context: MaskContext<'_>,
        expected_response: &ExpectedResponse,
        upstream_response: UpstreamResponse,
    ) -> Result<MaskedResponse, ExplorerError> {
        let MaskContext { caller, authorization, environment, .. } = context;
        let can_reveal = can_reveal_secrets(authorization.identity, authorization.is_operator_credential);
        let visibility = if can_reveal { Visibility::AllButSecrets } else { Visibility::OnlyKnown };
        // A changed document must not decide what callers see that may not see secrets.
        let is_trusted = can_reveal || matches!(self.accepted_documents.review(authorization.entry).await, Ok(None));
        let expected_response = if is_trusted { expected_response } else { &ExpectedResponse::Unknown };
        let (upstream_response, secrets) = find_secrets(visibility, expected_response, upstream_response).await;
        if can_reveal && secrets.labels.is_empty() && !secrets.is_too_deep {
            return Ok(MaskedResponse::unmasked(upstream_response));
        }
        if authorization.call_request.reveal && can_reveal {
            self.record_response_reveal(context)?;
            let head_secrets = HeadSecrets { is_revealed: true, ..HeadSecrets::default() };
            return Ok(MaskedResponse { head_secrets, ..MaskedResponse::unmasked(upstream_response) });
        }
        let new_response = NewResponseSecrets {
            provider: &authorization.entry.provider.id,
            environment,
            is_operator_credential: authorization.is_operator_credential,
            secrets: &secrets.stored,
        };
        // Callers identified only by an address share a subject, so their secrets are stored for a new session.
        let mut subject = (!authorization.identity.is_address()).then(|| authorization.identity.subject.clone());
        let mut new_session = None;
        if subject.is_none()
            && !secrets.stored.is_empty()
            && self.admission().admit_session(caller).is_ok()
            && let Ok((session_id, session)) =
                with_timeout(self.store.create_anonymous_session(&caller.network.to_string())).await
        {
            (new_session, subject) = (Some(session_id), Some(session.subject));
        }
        let response_number = match subject.filter(|_| !secrets.stored.is_empty()) {
            Some(subject) => with_timeout(self.store.save_response_secrets(&subject, new_response)).await.ok(),
            None => None,
        };
        let hidden = secrets.labels.keys().filter(|_| !can_reveal);
        let hidden_texts = hidden.filter_map(|text| recognizable_beginning(text)).collect();
        let count = u32::try_from(secrets.labels.len()).unwrap_or(u32::MAX);
        let expected_response = expected_response.clone();
        let (upstream_response, secrets) = run_blocking_if_large(upstream_response.body.len(), move || {
            let placeholder_for = |label: &str| match response_number {
                Some(response_number) => Placeholder { response_number, label: label.to_owned() }.to_string(),
                None => NOT_STORED.to_owned(),
            };
            let (headers, body) = secrets.mask(&expected_response, &upstream_response, placeholder_for);
            (UpstreamResponse { headers, body, ..upstream_response }, secrets)
        })
        .await;
        let masked = (count > 0).then_some(MaskedSecrets { count, is_stored: response_number.is_some(), can_reveal });
        let head_secrets = HeadSecrets { secrets, response_number, is_revealed: false };
        Ok(MaskedResponse { upstream_response, masked, new_session, hidden_texts, head_secrets })
    }

    /// Records that the caller receives the secrets of a response.
    ///
    /// # Errors
    /// Returns an error if the audit log cannot record that.
    pub(super) fn record_response_reveal(&self, context: MaskContext<'_>) -> Result<(), ExplorerError> {
        let MaskContext { caller, authorization, environment, request_id } = context;
        let mut audit_entry = self.begin_audit_entry(caller, "reveal", authorization.entry)?;
        audit_entry.record.operation = Some(authorization.documented.operation.name.clone());
        audit_entry.record.environment = Some(environment.to_owned());
        audit_entry.record.request_id = Some(request_id.to_owned());
        audit_entry.record.target = Some("response".to_owned());
        self.metrics.record_reveal(&authorization.entry.provider.id);
        audit_entry.finish(Ok(()))
    }

    /// Returns the secret that a placeholder refers to.
    ///
    /// # Errors
    /// Returns an error if the placeholder refers to no stored secret, if the caller may not see the secret, or if the
    /// store or the audit log is unavailable.
    pub async fn reveal(&self, caller: &Caller, placeholder: &str) -> Result<String, ExplorerError> {
        let identity = caller.require_identity()?;
        let mut audit_entry = self.audit.begin_entry(identity, "reveal")?;
        let revealed = self.find_revealable_secret(identity, placeholder, &mut audit_entry.record).await;
        audit_entry.finish(revealed)
    }

    async fn find_revealable_secret(
        &self,
        identity: &Identity,
        placeholder: &str,
        record: &mut AuditRecord,
    ) -> Result<String, ExplorerError> {
        let not_found = || ExplorerError::new(ErrorCode::NotFound, unknown_placeholder_message(None));
        let placeholder = Placeholder::parse(placeholder).ok_or_else(not_found)?;
        let stored_response =
            with_timeout(self.store.find_response_secrets(&identity.subject, placeholder.response_number))
                .await
                .map_err(|error| error.to_explorer_error(text!("secret-not-read")))?;
        let stored_response = stored_response.ok_or_else(not_found)?;
        let secret = stored_response.secrets.get(&placeholder.label).ok_or_else(not_found)?;
        record.provider = Some(stored_response.provider.clone());
        record.environment = Some(stored_response.environment.clone());
        record.target = Some(placeholder.to_string());
        if !can_reveal_secrets(identity, stored_response.is_operator_credential) {
            return Err(reveal_denied_error());
        }
        self.metrics.record_reveal(&stored_response.provider);
        Ok(secret.expose_secret().to_owned())
    }
}

/// Returns true if a caller may see secrets: always, except with the operator's credential, which requires
/// [`Grant::Reveal`].
pub(crate) fn can_reveal_secrets(identity: &Identity, is_operator_credential: bool) -> bool {
    !is_operator_credential || identity.has_grant(Grant::Reveal)
}

pub(crate) fn reveal_denied_error() -> ExplorerError {
    let message = text!("secret-reveal-denied");
    ExplorerError { rule: Some("may reveal".into()), ..ExplorerError::new(ErrorCode::PolicyDenied, message) }
}

async fn find_secrets(
    visibility: Visibility,
    expected_response: &ExpectedResponse,
    upstream_response: UpstreamResponse,
) -> (UpstreamResponse, ResponseSecrets) {
    let expected_response = expected_response.clone();
    run_blocking_if_large(upstream_response.body.len(), move || {
        let secrets = ResponseSecrets::find(visibility, &expected_response, &upstream_response);
        (upstream_response, secrets)
    })
    .await
}
