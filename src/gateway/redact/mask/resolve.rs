//! Replaces the placeholders in arguments with the secrets they refer to, if the caller may send them there.

use super::destination::{ChosenUrls, DocumentedField};
use crate::{
    auth::identity::{Grant, Identity},
    gateway::{
        Gateway,
        redact::{
            distinctive::is_distinctive,
            scrub::{Redaction, Scrubber, scrub_bytes},
        },
    },
    model::{
        Arguments,
        error::{ErrorCode, ExplorerError},
        operation::Operation,
        placeholder::{Placeholder, find_first},
        problem::{Problem, join_pointer},
        response::SECRETS_LIFETIME_HOURS,
    },
    openapi::ExpectedResponse,
    store::{responses::StoredResponseSecrets, with_timeout},
    text,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::{collections::HashMap, ops::ControlFlow};

/// Maximum number of responses whose secrets one call may use.
const MAX_RESPONSES: usize = 20;

/// The result of resolving the placeholders of a call's arguments.
#[derive(Default)]
pub(crate) struct ResolvedArguments {
    /// The arguments with the secrets inserted, or `None` if they contained no placeholder.
    pub(crate) arguments: Option<Arguments>,
    secrets: Vec<InsertedSecret>,
}

/// A secret that was inserted into arguments.
struct InsertedSecret {
    secret: SecretString,
    scrubber: Scrubber,
    /// The placeholder that replaces the secret in responses.
    placeholder: String,
    /// Path of the argument that contains the secret.
    path: String,
    /// The environment that the secret comes from.
    environment: String,
}

impl ResolvedArguments {
    /// Returns the scrubbers of the inserted secrets, each with the placeholder that replaces its matches.
    pub(crate) fn redactions(&self) -> impl Iterator<Item = Redaction<'_>> {
        self.secrets.iter().map(|secret| Redaction { scrubber: &secret.scrubber, replacement: &secret.placeholder })
    }

    /// Does the same for a response, without the secrets whose equals in it are not copies of them.
    pub(crate) fn response_redactions(
        &self,
        expected_response: &ExpectedResponse,
        can_reveal: bool,
    ) -> impl Iterator<Item = Redaction<'_>> {
        let is_copy =
            move |secret: &str| is_distinctive(secret, can_reveal) && !expected_response.is_documented_value(secret);
        let copied = self.secrets.iter().filter(move |inserted| is_copy(inserted.secret.expose_secret()));
        copied.map(|inserted| Redaction { scrubber: &inserted.scrubber, replacement: &inserted.placeholder })
    }

    /// Returns an error if a secret comes from another environment than the one the call goes to.
    pub(crate) fn ensure_environment(&self, environment: &str) -> Result<(), ExplorerError> {
        let foreign = self.secrets.iter().filter(|secret| secret.environment != environment);
        let problems: Vec<Problem> = foreign
            .map(|secret| {
                let message = text!("secret-other-environment", other = secret.environment, environment = environment);
                Problem::new(&secret.path, message)
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(ExplorerError::invalid_arguments(problems)) }
    }

    /// Replaces the inserted secrets in an error with their placeholders.
    pub(crate) fn redact_error(&self, mut error: ExplorerError) -> ExplorerError {
        let redactions: Vec<_> = self.redactions().collect();
        let redact = |text: &mut String| {
            *text = String::from_utf8_lossy(&scrub_bytes(&redactions, text.as_bytes())).into_owned();
        };
        redact(&mut error.message);
        for problem in &mut error.detail {
            redact(&mut problem.location);
            redact(&mut problem.message);
        }
        error
    }
}

/// The request whose placeholders are resolved.
pub(crate) struct PlaceholderRequest<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) provider: &'a str,
    pub(crate) operation: &'a Operation,
    /// The arguments that can contain placeholders.
    pub(crate) arguments: &'a Arguments,
    /// Other values of the request: the path, query and headers of a proxy request.
    pub(crate) other_values: Arguments,
    /// Origins of URLs that callers may send together with a secret that they cannot see.
    pub(crate) trusted_origins: &'a [String],
}

impl Gateway {
    /// Replaces the placeholders in arguments with the secrets they refer to.
    ///
    /// # Errors
    /// Returns an error if a placeholder refers to no stored secret, if its secret may not be sent to this provider or
    /// field, if the placeholders refer to too many responses, or if the store is unavailable.
    pub(crate) async fn resolve_placeholders(
        &self,
        request: PlaceholderRequest<'_>,
    ) -> Result<ResolvedArguments, ExplorerError> {
        let PlaceholderRequest { identity, operation, arguments, .. } = request;
        let mut stored_responses = HashMap::new();
        for value in arguments.values() {
            let _ = visit_placeholders(value, &mut |placeholder| {
                stored_responses.insert(placeholder.response_number, None);
                if stored_responses.len() > MAX_RESPONSES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
        }
        if stored_responses.is_empty() {
            return Ok(ResolvedArguments::default());
        }
        if stored_responses.len() > MAX_RESPONSES {
            let message = text!("secret-too-many-responses", max = MAX_RESPONSES);
            return Err(ExplorerError::new(ErrorCode::InvalidArguments, message));
        }
        for (number, stored_response) in &mut stored_responses {
            *stored_response = with_timeout(self.store.find_response_secrets(&identity.subject, *number))
                .await
                .map_err(|error| error.to_explorer_error(text!("secret-placeholders-not-read")))?;
        }
        let chosen_urls = ChosenUrls { operation, trusted_origins: request.trusted_origins };
        let mut resolver = PlaceholderResolver {
            stored_responses,
            provider: request.provider,
            can_reveal: identity.has_grant(Grant::Reveal),
            url_location: chosen_urls.find([arguments, &request.other_values]),
            resolved: ResolvedArguments::default(),
            problems: Vec::new(),
        };
        let mut resolved_arguments = arguments.clone();
        for (name, value) in &mut resolved_arguments {
            resolver.resolve_value(value, &join_pointer("", name), DocumentedField::of_operation(operation, name));
        }
        let PlaceholderResolver { resolved, problems, .. } = resolver;
        if problems.is_empty() {
            Ok(ResolvedArguments { arguments: Some(resolved_arguments), ..resolved })
        } else {
            Err(ExplorerError::invalid_arguments(problems))
        }
    }
}

struct PlaceholderResolver<'a> {
    stored_responses: HashMap<u32, Option<StoredResponseSecrets>>,
    provider: &'a str,
    can_reveal: bool,
    /// The location of a URL that the caller chose, if the request contains one.
    url_location: Option<String>,
    resolved: ResolvedArguments,
    problems: Vec<Problem>,
}

impl PlaceholderResolver<'_> {
    fn resolve_value(&mut self, value: &mut Value, path: &str, field: DocumentedField) {
        match value {
            Value::String(text) => self.resolve_text(text, path, field),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.resolve_value(item, &join_pointer(path, &index.to_string()), field.item());
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.resolve_value(value, &join_pointer(path, name), field.child(name));
                }
            }
            _ => {}
        }
    }

    fn resolve_text(&mut self, text: &mut String, path: &str, field: DocumentedField) {
        let is_whole = Placeholder::parse(text).is_some();
        let (mut output, mut rest) = (String::new(), text.as_str());
        while let Some((range, placeholder)) = find_first(rest) {
            output.push_str(&rest[..range.start]);
            match self.find_secret(&placeholder, path, field, is_whole) {
                Ok(secret) => output.push_str(&secret),
                Err(message) => self.problems.push(Problem::new(path, message)),
            }
            rest = &rest[range.end..];
        }
        output.push_str(rest);
        *text = output;
    }

    /// Returns the secret of a placeholder. `is_whole` is true if the value consists of the placeholder.
    fn find_secret(
        &mut self,
        placeholder: &Placeholder,
        path: &str,
        field: DocumentedField,
        is_whole: bool,
    ) -> Result<String, String> {
        let stored_response = self.stored_responses.get(&placeholder.response_number).and_then(Option::as_ref);
        let stored_secret = stored_response
            .and_then(|stored_response| Some((stored_response, stored_response.secrets.get(&placeholder.label)?)));
        let (stored_response, secret) = stored_secret.ok_or_else(|| unknown_placeholder_message(Some(placeholder)))?;
        if stored_response.provider != self.provider {
            return Err(text!("secret-other-provider").into());
        }
        // Callers that can see a secret can send it anywhere.
        if stored_response.is_operator_credential && !self.can_reveal {
            if !is_whole {
                return Err(text!("secret-only-whole-value").into());
            }
            if !field.accepts(&placeholder.label) {
                return Err(text!("secret-only-in-its-fields").into());
            }
            if let Some(location) = &self.url_location {
                return Err(text!("secret-with-chosen-url", location = location));
            }
        }
        let secret = secret.expose_secret().to_owned();
        self.resolved.secrets.push(InsertedSecret {
            secret: secret.as_str().into(),
            scrubber: Scrubber::with_encodings(&secret),
            placeholder: placeholder.to_string(),
            path: path.to_owned(),
            environment: stored_response.environment.clone(),
        });
        Ok(secret)
    }
}

fn visit_placeholders(value: &Value, visit: &mut impl FnMut(&Placeholder) -> ControlFlow<()>) -> ControlFlow<()> {
    match value {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some((range, placeholder)) = find_first(rest) {
                visit(&placeholder)?;
                rest = &rest[range.end..];
            }
        }
        Value::Array(items) => items.iter().try_for_each(|item| visit_placeholders(item, visit))?,
        Value::Object(fields) => fields.values().try_for_each(|field| visit_placeholders(field, visit))?,
        _ => {}
    }
    ControlFlow::Continue(())
}

/// Returns the message for a placeholder that refers to no stored secret, or for a text that is no placeholder.
pub(super) fn unknown_placeholder_message(placeholder: Option<&Placeholder>) -> String {
    let hours = SECRETS_LIFETIME_HOURS;
    match placeholder {
        Some(placeholder) => text!("secret-unknown-placeholder", placeholder = placeholder, hours = hours),
        None => text!("secret-unknown", hours = hours),
    }
}
