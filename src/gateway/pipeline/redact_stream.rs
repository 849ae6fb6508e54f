//! The last step for a response that is a stream: compares its items, removes or masks the secrets in each, and delivers
//! it. No item is delivered in parts, so no secret is split.

use crate::{
    gateway::{
        Gateway,
        charset::decode_item,
        compare,
        redact::{
            mask::{HeadSecrets, MaskContext},
            scrub::{Redactions, scrub_bytes},
            stream_item::StreamItem,
        },
        transport::{item_splitter::RawItem, item_stream::ItemStream, response::UpstreamResponse},
    },
    model::{
        error::ExplorerError,
        media_type::StreamFormat,
        response::{Differences, IncompleteReason, MaskedSecrets, StreamSummary},
    },
    openapi::ExpectedItems,
    store::sessions::SessionId,
    text,
};
use encoding_rs::Encoding;
use futures::{SinkExt, channel::mpsc};
use reqwest::header::HeaderMap;
use serde_json::{Map, Value};
use std::{borrow::Cow, future::pending, time::Instant};
use tokio::{sync::watch, time::timeout_at};

/// The way in which the items of a stream reach the caller. Other responses are always complete.
pub(crate) enum Delivery {
    /// All at the end of the call, within the time for a whole response.
    AtEnd,
    /// One by one as they arrive, after the head of the response. The channel holds the stream back while the caller
    /// reads nothing.
    Live(mpsc::Sender<StreamPart>),
}

/// A part of a stream, as it is delivered.
#[derive(Debug)]
pub(crate) enum StreamPart {
    Head(StreamHead),
    Item(RedactedItem),
}

/// The head of a response that is a stream, without secrets.
#[derive(Debug)]
pub(crate) struct StreamHead {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Name of the charset that the items are decoded from; `None` for UTF-8.
    pub(crate) charset: Option<&'static str>,
    pub(crate) environment: String,
    pub(crate) request_id: String,
    /// A new session that stores the secrets of the headers, if the caller had none.
    pub(crate) new_session: Option<SessionId>,
}

impl StreamHead {
    /// Creates the head of a response without secrets.
    pub(super) fn new(
        response: &UpstreamResponse,
        context: MaskContext,
        charset: Option<&'static str>,
        new_session: Option<SessionId>,
    ) -> Self {
        Self {
            status: response.status,
            headers: response.headers.clone(),
            charset,
            environment: context.environment.to_owned(),
            request_id: context.request_id.to_owned(),
            new_session,
        }
    }
}

/// An item that may leave the server.
#[derive(Debug)]
pub(crate) struct RedactedItem {
    item: StreamItem,
    format: StreamFormat,
}

impl RedactedItem {
    /// Returns the item as it is sent in a stream of its format.
    pub(crate) fn to_wire(&self) -> String {
        self.item.to_wire(self.format)
    }

    /// Returns true for an item without content, which only keeps the connection open.
    pub(crate) fn is_comment(&self) -> bool {
        self.item.is_comment()
    }

    /// Returns the item as an object: `data` is JSON as JSON if `parses_json`, and else a text; `event` and `id` are
    /// those of an event.
    pub(crate) fn to_json(&self, parses_json: bool) -> Value {
        let mut object = Map::new();
        for name in ["event", "id"] {
            object.extend(self.item.field(name).map(|value| (name.to_owned(), value.into())));
        }
        let data = self.item.data();
        let json = if parses_json { crate::model::json::parse(data).ok() } else { None };
        if json.is_none() {
            object.insert("encoding".to_owned(), "text".into());
        }
        object.insert("data".to_owned(), json.unwrap_or_else(|| data.into()));
        Value::Object(object)
    }
}

/// A stream that has ended.
pub(super) struct RedactedStream {
    /// The items, unless they were delivered one by one.
    pub(super) body: Vec<u8>,
    pub(super) summary: StreamSummary,
    pub(super) received_bytes: u64,
    /// Time from the head of the response to the end of the stream, in milliseconds.
    pub(super) body_ms: f64,
    pub(super) differences: Option<Differences>,
    /// The masked secrets, with those of the head.
    pub(super) masked: Option<MaskedSecrets>,
}

/// A stream whose items are to be delivered.
pub(super) struct StreamRedaction<'a> {
    pub(super) gateway: &'a Gateway,
    pub(super) stream: ItemStream,
    /// The charset of items that are not UTF-8.
    pub(super) charset: Option<&'static Encoding>,
    pub(super) expected: ExpectedItems,
    pub(super) redactions: &'a Redactions<'a>,
    pub(super) context: MaskContext<'a>,
    pub(super) head_secrets: HeadSecrets,
    /// True if the items are compared with their documentation.
    pub(super) is_compared: bool,
}

impl StreamRedaction<'_> {
    /// Delivers the head and then all items, until the stream ends or exceeds a limit. `deadline` applies if the items
    /// are delivered at the end.
    ///
    /// # Errors
    /// Returns an error if the caller is to receive unmasked secrets and the audit log cannot record that.
    pub(super) async fn deliver(
        self,
        delivery: &Delivery,
        head: StreamHead,
        deadline: Instant,
    ) -> Result<RedactedStream, ExplorerError> {
        let Self { gateway, mut stream, charset, expected, redactions, context, head_secrets, is_compared } = self;
        let format = stream.format;
        let mut mask = gateway.begin_item_mask(context, format, expected.clone(), head_secrets).await;
        let mut comparison = is_compared.then(|| compare::ItemComparison::new(&expected, redactions));
        let mut items = match delivery {
            Delivery::AtEnd => Items { deadline, collected: Vec::new(), sender: None, stopping: None },
            Delivery::Live(sender) => Items {
                deadline: gateway.client.stream_deadline(),
                collected: Vec::new(),
                sender: Some(sender.clone()),
                stopping: Some(gateway.ends_streams.subscribe()),
            },
        };
        let mut incomplete = items.deliver(StreamPart::Head(head)).await.err();
        while incomplete.is_none() {
            let end = items.deadline;
            let next = tokio::select! {
                biased;
                () = items.wait_until_stopping() => Err(IncompleteReason::Stopping),
                next = stream.next(end) => next,
            };
            let raw_item = match next {
                Ok(Some(raw_item)) => raw_item,
                Ok(None) => break,
                Err(reason) => {
                    incomplete = Some(reason);
                    break;
                }
            };
            let item = match read_item(format, charset, &raw_item, redactions, mask.can_reveal()) {
                Ok(item) if item.is_comment() => item.without_comments(),
                Ok(item) => {
                    let differences =
                        comparison.as_mut().map(|comparison| comparison.compare(&item, mask.item_count()));
                    let masked_item = gateway.mask_item(&mut mask, item).await?;
                    if let (Some(comparison), Some(mut differences)) = (&mut comparison, differences) {
                        masked_item.retain_harmless(&mut differences);
                        comparison.add(differences);
                    }
                    masked_item.item
                }
                Err(notice) => mask.count_notice(notice),
            };
            incomplete = items.deliver(StreamPart::Item(RedactedItem { item, format })).await.err();
        }
        Ok(RedactedStream {
            body: items.collected,
            summary: StreamSummary { item_count: mask.item_count(), incomplete },
            received_bytes: stream.received_bytes(),
            body_ms: stream.elapsed().as_secs_f64() * 1000.0,
            differences: comparison.and_then(compare::ItemComparison::finish),
            masked: mask.summarize(),
        })
    }
}

/// The receiver of the items.
struct Items {
    deadline: Instant,
    collected: Vec<u8>,
    /// `None` if the items are collected.
    sender: Option<mpsc::Sender<StreamPart>>,
    /// True once the server stops. `None` for a call that ends in time without that.
    stopping: Option<watch::Receiver<bool>>,
}

impl Items {
    /// Waits until the server stops.
    async fn wait_until_stopping(&mut self) {
        match &mut self.stopping {
            // An error would mean that the gateway, which has the sender, no longer exists.
            Some(stopping) => drop(stopping.wait_for(|is_stopping| *is_stopping).await),
            None => pending().await,
        }
    }

    /// Delivers a part, once the caller has read the one before.
    async fn deliver(&mut self, part: StreamPart) -> Result<(), IncompleteReason> {
        if Instant::now() >= self.deadline {
            return Err(IncompleteReason::TimeLimit);
        }
        let Some(sender) = &mut self.sender else {
            if let StreamPart::Item(item) = part
                && !item.is_comment()
            {
                self.collected.extend(item.to_wire().into_bytes());
            }
            return Ok(());
        };
        // The receiver is dropped together with the call.
        let sent = timeout_at(self.deadline.into(), sender.send(part)).await;
        sent.map(drop).map_err(|_| IncompleteReason::TimeLimit)
    }
}

/// Returns an item without the secrets that were sent, or a notice in place of one that cannot be searched.
fn read_item(
    format: StreamFormat,
    charset: Option<&'static Encoding>,
    raw_item: &RawItem,
    redactions: &Redactions,
    can_reveal: bool,
) -> Result<StreamItem, StreamItem> {
    let size = raw_item.size;
    let notice = |message: &str| StreamItem::notice(format, message);
    let Some(bytes) = &raw_item.bytes else { return Err(notice(&text!("withheld-item-too-large", size = size))) };
    let bytes = scrub_bytes(redactions, bytes);
    let text = match decode_item(charset, &bytes) {
        Some(Cow::Borrowed(text)) => text.into(),
        // Secrets with other letters than those of ASCII are found only now.
        Some(Cow::Owned(text)) => String::from_utf8_lossy(&scrub_bytes(redactions, text.as_bytes())).into_owned(),
        None if can_reveal && !bytes.contains(&0) => String::from_utf8_lossy(&bytes).into_owned(),
        None => return Err(notice(&text!("withheld-item-not-utf8", size = size))),
    };
    Ok(StreamItem::parse(format, &text))
}
