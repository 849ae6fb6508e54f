//! What nobody does by mistake: to mix environments up, to change live data, to delete.

use super::{Passage, rules::denied};
use crate::{
    auth::identity::{Grant, Identity},
    model::{
        error::{Code, ExplorerError},
        operation::Method,
        problem::{Problem, pointer},
    },
    providers::CatalogEntry,
    store::Store,
};
use serde_json::Value;
use uuid::Uuid;

/// Whether a call may change what it would change, in an environment.
pub(crate) async fn caution(passage: Passage<'_>, environment: &str, store: &Store) -> Result<(), ExplorerError> {
    let problems = strangers(passage, environment);
    if !problems.is_empty() {
        return Err(ExplorerError::invalid(problems));
    }
    let Passage { entry, documented, .. } = passage;
    if entry.settings.policy.is_live(environment) && !entry.settings.policy.only_reads(entry, documented) {
        live(passage, environment, store).await?;
    }
    if documented.operation.method == Method::Delete {
        delete(passage)?;
    }
    Ok(())
}

/// Unlocks live data for whoever asks, for as long as the policy says.
pub(crate) async fn unlock(
    entry: &CatalogEntry,
    identity: &Identity,
    is_operators: bool,
    store: &Store,
) -> Result<(), ExplorerError> {
    may(entry, identity, is_operators, Grant::Live)?;
    let unlocked = store.unlock(&entry.provider.id, &identity.subject, entry.settings.policy.unlock).await;
    unlocked.map_err(|_| unanswered())
}

/// Live data is read-only until somebody unlocks it, for a while.
async fn live(passage: Passage<'_>, environment: &str, store: &Store) -> Result<(), ExplorerError> {
    let Passage { entry, identity, incoming, is_operators, .. } = passage;
    if incoming.unlock {
        return unlock(entry, identity, is_operators, store).await;
    }
    may(entry, identity, is_operators, Grant::Live)?;
    if store.is_unlocked(&entry.provider.id, &identity.subject).await.map_err(|_| unanswered())? {
        return Ok(());
    }
    let minutes = entry.settings.policy.unlock.as_secs().div_ceil(60);
    let message = format!(
        "{environment} holds real data, so it is read-only. Nothing was sent. To change it, tick \"Unlock {environment}\" beside \
         Send (from a script: \"unlock\": true); that holds for {minutes} minutes."
    );
    Err(ExplorerError { rule: Some("live is read-only".into()), ..ExplorerError::new(Code::LiveLocked, message) })
}

/// What is deleted is named once more.
fn delete(passage: Passage) -> Result<(), ExplorerError> {
    let Passage { entry, identity, is_operators, .. } = passage;
    may(entry, identity, is_operators, Grant::Delete)?;
    let (what, expected) = target(passage);
    if passage.incoming.confirm.map(str::trim) == Some(&*expected) {
        return Ok(());
    }
    let message = format!(
        "This deletes. Nothing was sent. To confirm, type the {what} again beside Send (from a script: \"confirm\"), and send \
         again."
    );
    Err(ExplorerError {
        rule: Some("deleting is confirmed".into()),
        ..ExplorerError::new(Code::ConfirmationRequired, message)
    })
}

/// What is typed again to delete, and how it is called: the last value of the path, which names it; else the operation.
fn target(passage: Passage) -> (String, String) {
    let Passage { documented, incoming, .. } = passage;
    let found = documented
        .operation
        .target()
        .and_then(|field| Some((field.name.clone(), incoming.arguments.get(&field.name)?)));
    match found {
        Some((name, Value::String(text))) => (name, text.trim().to_owned()),
        Some((name, other)) => (name, other.to_string()),
        None => ("operation's name".into(), documented.operation.name.clone()),
    }
}

fn may(entry: &CatalogEntry, identity: &Identity, is_operators: bool, grant: Grant) -> Result<(), ExplorerError> {
    if !is_operators || identity.may(grant) {
        return Ok(());
    }
    let what = if grant == Grant::Delete { "delete" } else { "change live data" };
    let why = format!("You may not {what} with the operator's credential for {}.", entry.provider.title);
    Err(denied(&why, format!("may {}", grant.name())))
}

fn unanswered() -> ExplorerError {
    let message = "Nothing was sent: what this server keeps its locks in does not answer. Try again in a moment.";
    ExplorerError::new(Code::StoreUnavailable, message)
}

/// Ids among the arguments that belong to another environment than the call goes to.
fn strangers(passage: Passage, environment: &str) -> Vec<Problem> {
    let marks = &passage.entry.settings.id_marks;
    let Some((_, own)) = marks.iter().find(|(known, _)| known == environment) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for (name, value) in passage.incoming.arguments {
        each_text(value, &pointer("", name), &mut |at, text| {
            let strange = marks.iter().find(|(_, mark)| mark != own && is_marked(text, mark));
            problems.extend(strange.map(|(other, _)| {
                let message = format!("This id belongs to {other}, and the call goes to {environment}.");
                Problem::new(at, message)
            }));
        });
    }
    problems
}

/// `user-live-` and a UUID.
fn is_marked(text: &str, mark: &str) -> bool {
    let found = text.trim().split_once(mark);
    found.is_some_and(|(kind, id)| {
        let is_kind = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        !kind.is_empty() && kind.chars().all(is_kind) && id.len() == 36 && Uuid::try_parse(id).is_ok()
    })
}

fn each_text(value: &Value, at: &str, visit: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => visit(at, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                each_text(item, &pointer(at, &index.to_string()), visit);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                each_text(field, &pointer(at, name), visit);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::is_marked;

    #[test]
    fn an_id_is_known_by_its_mark_and_the_uuid_behind_it() {
        let uuid = "00000000-0000-4000-8000-000000000000";
        for (text, expected) in [
            (format!("user-live-{uuid}"), true),
            (format!("oidc-connection-live-{uuid}"), true),
            (format!("user-test-{uuid}"), false),
            (format!("-live-{uuid}"), false),
            ("a-live-show".into(), false),
            (format!("see user-live-{uuid}"), false),
        ] {
            assert_eq!(is_marked(&text, "-live-"), expected, "{text}");
        }
    }
}
