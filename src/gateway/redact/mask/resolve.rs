//! Handles in arguments: the secrets that they stand for are put in their place, where whoever asks may send them there.

use super::names;
use crate::{
    auth::identity::{Grant, Identity},
    gateway::{
        Gateway,
        redact::scrub::{Scrubber, scrub},
    },
    model::{
        Arguments,
        error::{Code, ExplorerError},
        operation::Operation,
        placeholder::{Handle, find},
        problem::{Problem, pointer},
        schema::Schema,
    },
    store::{in_time, responses::KeptReply},
};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::{collections::HashMap, ops::ControlFlow};

/// Replies whose secrets one call may be made of.
const MOST_REPLIES: usize = 20;

/// What was put in place of handles.
#[derive(Default)]
pub(crate) struct Resolved {
    /// The arguments with the secrets in them; none, where there were no handles.
    pub(crate) arguments: Option<Arguments>,
    /// The secrets, and the handles that they are hidden behind again.
    hidden: Vec<(Scrubber, String)>,
    /// Where the replies came from that they were in: places of arguments, and environments.
    origins: Vec<(String, String)>,
}

impl Resolved {
    /// What is not to be shown of what comes of the call.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&Scrubber, &str)> {
        self.hidden.iter().map(|(scrubber, handle)| (scrubber, handle.as_str()))
    }

    /// Refuses what came from another environment than the one that the call goes to.
    pub(crate) fn stay_in(&self, environment: &str) -> Result<(), ExplorerError> {
        let strange = self.origins.iter().filter(|(_, origin)| origin != environment);
        let problems: Vec<Problem> = strange
            .map(|(at, origin)| {
                let message = format!("This secret came from {origin}, and the call goes to {environment}.");
                Problem::new(at, message)
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(ExplorerError::invalid(problems)) }
    }

    /// An error that repeats no secret.
    pub(crate) fn clean(&self, mut error: ExplorerError) -> ExplorerError {
        let names: Vec<_> = self.names().collect();
        let clean = |text: &mut String| *text = String::from_utf8_lossy(&scrub(&names, text.as_bytes())).into_owned();
        clean(&mut error.message);
        for problem in &mut error.detail {
            clean(&mut problem.at);
            clean(&mut problem.message);
        }
        error
    }
}

impl Gateway {
    /// Finds the secrets that handles in arguments stand for, and puts them in their place.
    ///
    /// # Errors
    /// Where a handle stands for nothing, or for what may not be sent there.
    pub(crate) async fn resolve(
        &self,
        identity: &Identity,
        provider: &str,
        operation: &Operation,
        arguments: &Arguments,
    ) -> Result<Resolved, ExplorerError> {
        let mut replies = HashMap::new();
        for value in arguments.values() {
            let _ = each_handle(value, &mut |handle| {
                replies.insert(handle.reply, None);
                if replies.len() > MOST_REPLIES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
        }
        if replies.is_empty() {
            return Ok(Resolved::default());
        }
        if replies.len() > MOST_REPLIES {
            let message =
                format!("These arguments name secrets of more than {MOST_REPLIES} replies. Nothing was sent.");
            return Err(ExplorerError::new(Code::InvalidArguments, message));
        }
        for (number, reply) in &mut replies {
            *reply = in_time(self.store.reply(&identity.subject, *number)).await.map_err(|_| unanswered())?;
        }
        let mut writer = Writer {
            replies,
            provider,
            may_reveal: identity.may(Grant::Reveal),
            resolved: Resolved::default(),
            problems: Vec::new(),
        };
        let mut written = arguments.clone();
        for (name, value) in &mut written {
            writer.value(value, &pointer("", name), name, is_for_secrets(operation, name));
        }
        let Writer { resolved, problems, .. } = writer;
        if problems.is_empty() {
            Ok(Resolved { arguments: Some(written), ..resolved })
        } else {
            Err(ExplorerError::invalid(problems))
        }
    }
}

struct Writer<'a> {
    replies: HashMap<u32, Option<KeptReply>>,
    provider: &'a str,
    may_reveal: bool,
    resolved: Resolved,
    problems: Vec<Problem>,
}

impl Writer<'_> {
    fn value(&mut self, value: &mut Value, at: &str, name: &str, is_for_secrets: bool) {
        match value {
            Value::String(text) => self.text(text, at, is_for_secrets || names::is_secret(name)),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.value(item, &pointer(at, &index.to_string()), name, is_for_secrets);
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.value(value, &pointer(at, name), name, false);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &mut String, at: &str, is_for_secrets: bool) {
        let (mut written, mut rest) = (String::new(), text.as_str());
        while let Some((place, handle)) = find(rest) {
            written.push_str(&rest[..place.start]);
            match self.secret(&handle, at, is_for_secrets) {
                Ok(secret) => written.push_str(&secret),
                Err(message) => self.problems.push(Problem::new(at, message)),
            }
            rest = &rest[place.end..];
        }
        written.push_str(rest);
        *text = written;
    }

    fn secret(&mut self, handle: &Handle, at: &str, is_for_secrets: bool) -> Result<String, String> {
        let reply = self.replies.get(&handle.reply).and_then(Option::as_ref);
        let found = reply.and_then(|reply| Some((reply, reply.secrets.get(&handle.label)?)));
        let (reply, secret) = found.ok_or_else(|| {
            format!("{handle} stands for nothing that you received within the last 12 hours. Make that call again.")
        })?;
        if reply.provider != self.provider {
            return Err("This secret came from another provider, and is not sent to this one.".into());
        }
        if reply.is_operators && !self.may_reveal && !is_for_secrets {
            return Err("What you may not see can be sent only in fields that are for secrets.".into());
        }
        let secret = secret.expose_secret().to_owned();
        self.resolved.origins.push((at.to_owned(), reply.environment.clone()));
        self.resolved.hidden.push((Scrubber::new(vec![secret.clone()]), handle.to_string()));
        Ok(secret)
    }
}

/// Whether an operation's field is there for a secret.
fn is_for_secrets(operation: &Operation, name: &str) -> bool {
    let schema = operation.field(name).map(|field| operation.open(&field.schema));
    names::is_secret(name) || matches!(schema, Some(Schema::Text(rules)) if rules.format.as_deref() == Some("password"))
}

fn each_handle(value: &Value, visit: &mut impl FnMut(&Handle) -> ControlFlow<()>) -> ControlFlow<()> {
    match value {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some((place, handle)) = find(rest) {
                visit(&handle)?;
                rest = &rest[place.end..];
            }
        }
        Value::Array(items) => items.iter().try_for_each(|item| each_handle(item, visit))?,
        Value::Object(fields) => fields.values().try_for_each(|field| each_handle(field, visit))?,
        _ => {}
    }
    ControlFlow::Continue(())
}

pub(crate) fn unanswered() -> ExplorerError {
    let message =
        "Nothing was sent: what this server keeps secrets of replies in does not answer. Try again in a moment.";
    ExplorerError::new(Code::StoreUnavailable, message)
}
