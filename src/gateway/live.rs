//! Calls whose response may be a stream that the caller receives item by item.

use super::{
    CallOutcome, CallRequest, Gateway,
    pipeline::{Delivery, RedactedItem, StreamHead, StreamPart},
};
use crate::{
    auth::identity::Caller,
    model::{Arguments, error::ExplorerError},
    store::sessions::SessionId,
};
use futures::{
    FutureExt, StreamExt,
    channel::mpsc,
    future::{Either, ready, select},
    stream::{BoxStream, PollNext, select_with_strategy},
};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// A call that has begun to respond: its result, or the head of a stream with the parts that follow.
pub(crate) enum Started<T> {
    Complete(T),
    /// Dropping the parts ends the call, and closes the connection to the provider.
    Stream(StreamHead, BoxStream<'static, Part<T>>),
}

/// A part of a stream after its head.
pub(crate) enum Part<T> {
    Item(RedactedItem),
    /// The result of the call, once the stream has ended.
    End(T),
}

/// Starts a call, and waits for its result or the head of a stream. A stream continues while its parts are read.
pub(crate) async fn start_live<T: Send + 'static, F>(call: impl FnOnce(Delivery) -> F) -> Started<T>
where
    F: Future<Output = T> + Send + 'static,
{
    // Without a buffer, the call waits until each part is read.
    let (sender, mut receiver) = mpsc::channel(0);
    match select(call(Delivery::Live(sender)).boxed(), receiver.next()).await {
        Either::Left((result, _)) => Started::Complete(result),
        Either::Right((Some(StreamPart::Head(head)), call)) => {
            let items = receiver.filter_map(|part| {
                ready(match part {
                    StreamPart::Item(item) => Some(Part::Item(item)),
                    StreamPart::Head(_) => None,
                })
            });
            let end = call.into_stream().map(Part::End);
            // The end comes after all items.
            Started::Stream(head, select_with_strategy(items, end, |(): &mut ()| PollNext::Left).boxed())
        }
        Either::Right((_, call)) => Started::Complete(call.await),
    }
}

/// A request to call an operation, with its content: a stream continues after the handler of the request has returned.
/// [`CallRequest`] describes the fields.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "described by `CallRequest`")]
pub struct OwnedCallRequest {
    pub provider: String,
    pub operation: String,
    pub environment: Option<String>,
    pub server_variables: Option<Arguments>,
    pub content_type: Option<String>,
    pub accept: Option<String>,
    pub arguments: Arguments,
    pub confirm: Option<String>,
    pub fingerprint: Option<String>,
    pub unlock: bool,
    pub additional_arguments: bool,
    pub reveal: bool,
}

impl OwnedCallRequest {
    /// Returns the request for a call that ends before it.
    pub fn borrow(&self) -> CallRequest<'_> {
        CallRequest {
            provider: &self.provider,
            operation: &self.operation,
            environment: self.environment.as_deref(),
            server_variables: self.server_variables.as_ref(),
            content_type: self.content_type.as_deref(),
            accept: self.accept.as_deref(),
            arguments: &self.arguments,
            confirm: self.confirm.as_deref(),
            fingerprint: self.fingerprint.as_deref(),
            unlock: self.unlock,
            additional_arguments: self.additional_arguments,
            reveal: self.reveal,
        }
    }
}

/// The response to a call whose caller receives streams item by item.
pub enum LiveResponse {
    /// The response is no stream.
    Complete(Box<CallOutcome>),
    /// The response is a stream.
    Stream {
        /// The provider's status.
        status: u16,
        /// A new session that stores the secrets of the headers, if the caller had none.
        new_session: Option<SessionId>,
        /// The frames of the stream, with that of the head. Dropping them ends the call.
        frames: BoxStream<'static, Frame>,
    },
}

/// A part of a stream, as JSON.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Kind of the frame: `head`, `item`, `end` or `error`.
    pub kind: &'static str,
    /// Content.
    pub content: Value,
}

/// Form of the frames: for programs, JSON items and a receipt as JSON; for pages, items as text and a receipt as lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameForm {
    /// For programs.
    Program,
    /// For the pages of this server.
    Page,
}

impl Gateway {
    /// Makes a call, like [`Gateway::call`], whose caller receives streams item by item.
    ///
    /// # Errors
    /// Returns an error if the gateway refuses the call or receives no response.
    pub async fn call_live(
        self: Arc<Self>,
        caller: Caller,
        request: OwnedCallRequest,
        form: FrameForm,
    ) -> Result<LiveResponse, ExplorerError> {
        let started =
            start_live(async move |delivery| self.call_with_delivery(&caller, request.borrow(), &delivery).await);
        match started.await {
            Started::Complete(outcome) => Ok(LiveResponse::Complete(Box::new(outcome?))),
            Started::Stream(head, parts) => {
                let (status, new_session) = (head.status, head.new_session);
                let head = futures::stream::once(ready(head_frame(head)));
                let frames = head.chain(parts.filter_map(move |part| ready(to_frame(part, form)))).boxed();
                Ok(LiveResponse::Stream { status, new_session, frames })
            }
        }
    }
}

fn head_frame(head: StreamHead) -> Frame {
    let mut headers = Map::new();
    for (name, value) in &head.headers {
        super::response::add_header(&mut headers, name.to_string(), String::from_utf8_lossy(value.as_bytes()).into());
    }
    let StreamHead { status, environment, request_id, .. } = head;
    let content = json!({"requestId": request_id, "status": status, "headers": headers, "environment": environment});
    Frame { kind: "head", content }
}

/// Returns the frame of a part, or `None` for an item without content.
fn to_frame(part: Part<Result<CallOutcome, ExplorerError>>, form: FrameForm) -> Option<Frame> {
    let (kind, content) = match part {
        Part::Item(item) if item.is_comment() => return None,
        Part::Item(item) => ("item", item.to_json(form == FrameForm::Program)),
        Part::End(Ok(outcome)) => {
            let response = match form {
                FrameForm::Program => outcome.into_tool_response(),
                FrameForm::Page => outcome.into_page_response(),
            };
            ("end", serde_json::to_value(response).unwrap_or_default())
        }
        Part::End(Err(error)) => ("error", serde_json::to_value(error).unwrap_or_default()),
    };
    Some(Frame { kind, content })
}

#[cfg(test)]
mod tests {
    use super::{Delivery, Part, Started, start_live};
    use crate::gateway::pipeline::{StreamHead, StreamPart};
    use futures::{SinkExt, StreamExt};
    use reqwest::header::HeaderMap;
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    /// Starts a call that sends a thousand parts and counts them. Only the first part is forwarded, because all are heads.
    async fn start_counting(sent: Arc<AtomicUsize>) -> Started<()> {
        start_live(async move |delivery| {
            let Delivery::Live(mut sender) = delivery else { return };
            for _ in 0..1000 {
                let (environment, request_id) = (String::new(), String::new());
                let headers = HeaderMap::new();
                let head =
                    StreamHead { status: 200, headers, charset: None, environment, request_id, new_session: None };
                let _ = sender.send(StreamPart::Head(head)).await;
                sent.fetch_add(1, Ordering::SeqCst);
            }
        })
        .await
    }

    #[tokio::test]
    async fn a_call_waits_until_its_items_are_read() {
        let sent = Arc::new(AtomicUsize::new(0));
        let Started::Stream(_, mut parts) = start_counting(sent.clone()).await else { unreachable!("no stream") };
        assert!(sent.load(Ordering::SeqCst) <= 1, "{sent:?}");
        assert!(matches!(parts.next().await, Some(Part::End(()))));
        assert_eq!(sent.load(Ordering::SeqCst), 1000);
        assert!(parts.next().await.is_none());
    }

    #[tokio::test]
    async fn a_call_ends_when_its_parts_are_dropped() {
        let sent = Arc::new(AtomicUsize::new(0));
        drop(start_counting(sent.clone()).await);
        assert_eq!(Arc::strong_count(&sent), 1);
    }
}
