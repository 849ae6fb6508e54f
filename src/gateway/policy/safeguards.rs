//! Safeguards against mistakes: mixing environments, changing live data, deleting.

use super::{AuthorizationContext, rules::Denial};
use crate::{
    auth::identity::{Grant, Identity},
    model::{
        error::{ErrorCode, ExplorerError},
        operation::{Method, Operation},
        part_delimiter,
        problem::{Problem, join_pointer},
        provider::Environment,
        schema::{Field, FieldLocation, Schema},
        xml::parse_texts,
    },
    providers::CatalogEntry,
    store::Store,
    text,
};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

/// Characters at which servers split lists and pairs.
const DELIMITERS: [char; 8] = [',', ';', '=', '|', '&', '/', ' ', '\t'];

/// Returns an error if a call must not proceed in an environment: its arguments have IDs of another environment, live
/// data is locked, or a deletion is not confirmed. Returns true if the call requests to unlock live data, which the
/// caller must do after all other checks.
pub(crate) async fn enforce_safeguards(
    context: AuthorizationContext<'_>,
    environment: &Environment,
    store: &Store,
) -> Result<bool, ExplorerError> {
    let problems = foreign_environment_ids(context, &environment.name);
    if !problems.is_empty() {
        return Err(ExplorerError::invalid_arguments(problems));
    }
    let AuthorizationContext { entry, documented, .. } = context;
    let policy = &entry.settings.policy;
    let changes_live_data = policy.is_live_environment(environment) && !policy.is_read_only(entry, documented);
    if changes_live_data {
        require_live_unlocked(context, &environment.name, store).await?;
    }
    if documented.operation.method == Method::Delete {
        require_delete_confirmed(context)?;
    }
    Ok(changes_live_data && context.call_request.unlock)
}

/// Unlocks live data for an identity, for the duration that the policy sets.
pub(crate) async fn unlock_live_data(
    entry: &CatalogEntry,
    identity: &Identity,
    is_operator_credential: bool,
    store: &Store,
) -> Result<(), ExplorerError> {
    require_grant(entry, identity, is_operator_credential, Grant::Live)?;
    let result =
        store.unlock_live_data(&entry.provider.id, &identity.subject, entry.settings.policy.unlock_duration).await;
    result.map_err(|error| error.to_explorer_error(text!("live-not-unlocked")))
}

/// Formats the time for which live data is unlocked: `1 minute`, `15 minutes`.
pub(crate) fn format_minutes(duration: Duration) -> String {
    text!("duration-minutes", count = duration.as_secs().div_ceil(60))
}

/// Requires that live data is unlocked, or that the call unlocks it. It is read-only by default, and an unlock expires.
async fn require_live_unlocked(
    context: AuthorizationContext<'_>,
    environment: &str,
    store: &Store,
) -> Result<(), ExplorerError> {
    let AuthorizationContext { entry, identity, call_request, is_operator_credential, .. } = context;
    require_grant(entry, identity, is_operator_credential, Grant::Live)?;
    if call_request.unlock {
        return Ok(());
    }
    let remaining = store.remaining_unlock(&entry.provider.id, &identity.subject).await;
    if remaining.map_err(|error| error.to_explorer_error(text!("live-not-checked")))?.is_some() {
        return Ok(());
    }
    let duration = format_minutes(entry.settings.policy.unlock_duration);
    let message = text!("live-locked", environment = environment, duration = duration);
    let rule = Some("live data is read-only".into());
    Err(ExplorerError { rule, ..ExplorerError::new(ErrorCode::LiveLocked, message) })
}

/// Requires that the call repeats the name of what it deletes.
fn require_delete_confirmed(context: AuthorizationContext) -> Result<(), ExplorerError> {
    let AuthorizationContext { entry, identity, is_operator_credential, .. } = context;
    require_grant(entry, identity, is_operator_credential, Grant::Delete)?;
    let ConfirmationTarget { name, is_parameter, expected } = confirmation_target(context);
    if context.call_request.confirm.map(str::trim) == Some(&*expected) {
        return Ok(());
    }
    let message = if is_parameter {
        text!("delete-unconfirmed-parameter", name = name)
    } else {
        text!("delete-unconfirmed-operation", name = name)
    };
    Err(ExplorerError {
        rule: Some("deletions must be confirmed".into()),
        ..ExplorerError::new(ErrorCode::ConfirmationRequired, message)
    })
}

/// The text that confirms a deletion.
struct ConfirmationTarget {
    /// Name of the parameter or the operation.
    name: String,
    /// True if the text is the value of a parameter, and false if it is the operation's name.
    is_parameter: bool,
    expected: String,
}

/// Returns the text that confirms a deletion: the last path parameter, which identifies the deleted object, or else the
/// operation's name.
fn confirmation_target(context: AuthorizationContext) -> ConfirmationTarget {
    let AuthorizationContext { documented, call_request, .. } = context;
    let target = documented
        .operation
        .target_parameter()
        .and_then(|field| Some((field.name.clone(), call_request.arguments.get(&field.name)?)));
    match target {
        Some((name, Value::String(text))) => {
            ConfirmationTarget { name, is_parameter: true, expected: text.trim().to_owned() }
        }
        Some((name, other)) => ConfirmationTarget { name, is_parameter: true, expected: other.to_string() },
        None => {
            let name = &documented.operation.name;
            ConfirmationTarget { name: name.clone(), is_parameter: false, expected: name.clone() }
        }
    }
}

fn require_grant(
    entry: &CatalogEntry,
    identity: &Identity,
    is_operator_credential: bool,
    grant: Grant,
) -> Result<(), ExplorerError> {
    if is_operator_credential { judge_grant(entry, identity, grant).map_err(Denial::into_error) } else { Ok(()) }
}

/// Returns the denial if a caller lacks a grant for calls with the operator's credential.
pub(crate) fn judge_grant(entry: &CatalogEntry, identity: &Identity, grant: Grant) -> Result<(), Denial> {
    if identity.has_grant(grant) {
        return Ok(());
    }
    let title = &entry.provider.title;
    let reason = if grant == Grant::Delete {
        text!("policy-may-not-delete", provider = title)
    } else {
        text!("policy-may-not-change-live-data", provider = title)
    };
    Err(Denial { reason, rule: format!("may {grant}") })
}

/// Returns a problem for every ID in the arguments that belongs to another environment than the call's.
fn foreign_environment_ids(context: AuthorizationContext, environment: &str) -> Vec<Problem> {
    let markers = &context.entry.settings.environment_id_markers;
    let Some((_, own_marker)) = markers.iter().find(|(name, _)| name == environment) else {
        return Vec::new();
    };
    let (operation, arguments) = (&context.documented.operation, context.call_request.arguments);
    let mut problems = Vec::new();
    let mut judge = |path: &str, text: &str, is_split: bool| {
        let foreign = markers.iter().find(|(_, marker)| marker != own_marker && is_foreign(text, marker, is_split));
        problems.extend(foreign.map(|(other, _)| {
            let message = text!("foreign-id", other = other, environment = environment);
            Problem::new(path, message)
        }));
    };
    for (name, value) in arguments {
        let is_split = operation.field(name).is_some_and(|field| can_be_split(operation, field));
        visit_texts(value, &join_pointer("", name), &mut |path, text| judge(path, text, is_split));
    }
    if let Some((name, text)) = operation.written_body(arguments) {
        for text in parse_texts(text).unwrap_or_default() {
            judge(&join_pointer("", name), &text, false);
        }
    }
    problems
}

/// Returns true if servers can take one text of a field for several: delimiters in it are sent as they are.
fn can_be_split(operation: &Operation, field: &Field) -> bool {
    field.serialization.allow_reserved
        || field.location == FieldLocation::Header && matches!(operation.resolve(&field.schema), Schema::Array(_))
        || field.location == FieldLocation::BodyField && part_delimiter(field).is_some()
}

/// Returns true if a text, or a part of a text that can be split, is an ID with the marker: as it is, or decoded.
/// Cookies and parameters with `allowReserved` can contain text that is already percent-encoded.
fn is_foreign(text: &str, marker: &str, is_split: bool) -> bool {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8_lossy();
    let has_part = |text: &str| is_split && text.split(DELIMITERS).any(|part| has_marker(part, marker));
    [text, &*decoded].iter().any(|text| has_marker(text, marker) || has_part(text))
}

/// Returns true if a text is an ID with the marker, such as `user`, `-live-` and a UUID.
fn has_marker(text: &str, marker: &str) -> bool {
    let split = text.trim().split_once(marker);
    split.is_some_and(|(kind, id)| {
        let is_kind = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        !kind.is_empty() && kind.chars().all(is_kind) && id.len() == 36 && Uuid::try_parse(id).is_ok()
    })
}

fn visit_texts(value: &Value, path: &str, visit: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => visit(path, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                visit_texts(item, &join_pointer(path, &index.to_string()), visit);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                visit_texts(field, &join_pointer(path, name), visit);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::has_marker;

    #[test]
    fn an_id_is_recognized_by_its_environment_marker_and_uuid() {
        let uuid = "00000000-0000-4000-8000-000000000000";
        for (text, expected) in [
            (format!("user-live-{uuid}"), true),
            (format!("oidc-connection-live-{uuid}"), true),
            (format!("user-test-{uuid}"), false),
            (format!("-live-{uuid}"), false),
            ("a-live-show".into(), false),
            (format!("see user-live-{uuid}"), false),
        ] {
            assert_eq!(has_marker(&text, "-live-"), expected, "{text}");
        }
    }
}
