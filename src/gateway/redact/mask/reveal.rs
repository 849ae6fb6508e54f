//! Masks replies, keeps their secrets, and shows one to whoever may see it.

use super::{NOT_KEPT, Secrets, resolve::unanswered};
use crate::{
    auth::identity::{Grant, Identity, Visitor},
    gateway::{Gateway, compare::LARGE, policy::Passage, signed_in, transport::client::Received},
    model::{
        error::{Code, ExplorerError},
        placeholder::Handle,
        response::Masked,
    },
    openapi::Promise,
    store::{
        audit::Record,
        in_time,
        responses::NewReply,
        sessions::{SessionId, is_of_nobody},
    },
};
use secrecy::ExposeSecret;

/// A reply without its secrets.
pub(crate) struct Masking {
    pub(crate) received: Received,
    /// What was masked, if anything was.
    pub(crate) masked: Option<Masked>,
    /// A session that was begun for it.
    pub(crate) session: Option<SessionId>,
}

impl Gateway {
    /// Masks the secrets of a reply, unless they are asked for by whoever may see them, which is written down.
    pub(crate) async fn mask(
        &self,
        visitor: &Visitor,
        (passage, environment, request_id): (Passage<'_>, &str, &str),
        promise: &Promise,
        received: Received,
    ) -> Result<Masking, ExplorerError> {
        let (received, secrets) = find(promise, received).await;
        if secrets.labels.is_empty() && !secrets.is_too_deep {
            return Ok(Masking { received, masked: None, session: None });
        }
        let may_reveal = may_see(passage.identity, passage.is_operators);
        if passage.incoming.reveal && may_reveal {
            let mut note = self.note(visitor, "reveal", passage.entry)?;
            note.record.operation = Some(passage.documented.operation.name.clone());
            note.record.environment = Some(environment.to_owned());
            note.record.request_id = Some(request_id.to_owned());
            note.record.target = Some("reply".to_owned());
            self.metrics.revealed(&passage.entry.provider.id);
            return note.end(Ok(Masking { received, masked: None, session: None }));
        }
        let reply = NewReply {
            provider: &passage.entry.provider.id,
            environment,
            is_operators: passage.is_operators,
            secrets: &secrets.kept,
        };
        let mut subject = passage.identity.subject.clone();
        let mut session = None;
        if is_of_nobody(&subject)
            && !secrets.kept.is_empty()
            && let Ok((name, begun)) = in_time(self.store.begin_session()).await
        {
            (session, subject) = (Some(name), begun.subject);
        }
        // Of somebody who cannot be told from others, nothing is kept.
        let may_keep = !is_of_nobody(&subject) && !secrets.kept.is_empty();
        let number = if may_keep { in_time(self.store.keep_reply(&subject, reply)).await.ok() } else { None };
        let count = u32::try_from(secrets.labels.len()).unwrap_or(u32::MAX);
        let promise = promise.clone();
        let received = beside(received, move |received| {
            let name = |label: &str| match number {
                Some(reply) => Handle { reply, label: label.to_owned() }.to_string(),
                None => NOT_KEPT.to_owned(),
            };
            let (headers, body) = secrets.mask(&promise, &received, name);
            Received { headers, body, ..received }
        })
        .await;
        let masked = (count > 0).then_some(Masked { count, is_kept: number.is_some(), may_reveal });
        Ok(Masking { received, masked, session })
    }

    /// The secret that a handle stands for.
    ///
    /// # Errors
    /// Where it stands for nothing, or for what they may not see.
    pub async fn reveal(&self, visitor: &Visitor, handle: &str) -> Result<String, ExplorerError> {
        let identity = signed_in(visitor)?;
        let mut note = self.audit.begin(identity, "reveal")?;
        let revealed = self.secret(identity, handle, &mut note.record).await;
        note.end(revealed)
    }

    async fn secret(&self, identity: &Identity, handle: &str, record: &mut Record) -> Result<String, ExplorerError> {
        let gone = || {
            let message = "This stands for nothing that you received within the last 12 hours. Make that call again.";
            ExplorerError::new(Code::NotFound, message)
        };
        let handle = Handle::whole(handle).ok_or_else(gone)?;
        let reply = in_time(self.store.reply(&identity.subject, handle.reply)).await.map_err(|_| unanswered())?;
        let reply = reply.ok_or_else(gone)?;
        let secret = reply.secrets.get(&handle.label).ok_or_else(gone)?;
        record.provider = Some(reply.provider.clone());
        record.environment = Some(reply.environment.clone());
        record.target = Some(handle.to_string());
        if !may_see(identity, reply.is_operators) {
            return Err(denied());
        }
        self.metrics.revealed(&reply.provider);
        Ok(secret.expose_secret().to_owned())
    }
}

/// Whoever brought the credential, or none, may see what it gave them; with the operator's, the operator says who may.
pub(crate) fn may_see(identity: &Identity, is_operators: bool) -> bool {
    !is_operators || identity.may(Grant::Reveal)
}

pub(crate) fn denied() -> ExplorerError {
    let message = "You may not see secrets that were received with the operator's credential; where a secret is asked for, you can \
                   send what stands for one. Ask whoever runs this server (`--may reveal`, `may = [\"reveal\"]`), or save a \
                   credential of your own.";
    ExplorerError { rule: Some("may reveal".into()), ..ExplorerError::new(Code::PolicyDenied, message) }
}

async fn find(promise: &Promise, received: Received) -> (Received, Secrets) {
    let promise = promise.clone();
    beside(received, move |received| {
        let secrets = Secrets::find(&promise, &received);
        (received, secrets)
    })
    .await
}

/// Works on a reply: a large one beside what else goes on.
async fn beside<T: Send + 'static>(received: Received, work: impl FnOnce(Received) -> T + Send + 'static) -> T {
    if received.body.len() < LARGE {
        return work(received);
    }
    match tokio::task::spawn_blocking(move || work(received)).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
