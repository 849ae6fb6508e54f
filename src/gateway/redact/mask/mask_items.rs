//! Masks the items of a stream one by one, by the rules for whole bodies.

use super::{
    CopyRules, HeadSecrets, LabelFn, MaskContext, NOT_STORED, ResponseSecrets, Visibility,
    known_json::Reason,
    mask_response::{can_reveal_secrets, recognizable_beginning, retain_harmless},
    to_redactions,
};
use crate::{
    gateway::{
        Gateway,
        redact::{distinctive::is_distinctive, run_blocking_if_large, scrub::Scrubber, stream_item::StreamItem},
    },
    model::{
        error::ExplorerError,
        media_type::StreamFormat,
        placeholder::Placeholder,
        response::{Differences, MaskedSecrets},
    },
    openapi::ExpectedItems,
    store::{responses::NewResponseSecrets, with_timeout},
    text,
};
use std::collections::{BTreeMap, HashMap};

/// Maximum number of items of a stream whose secrets are stored. Each counts as a response, of which only the last ones
/// of a caller are stored.
const MAX_STORED_ITEMS: usize = 20;

/// Masks the items of one response, and remembers the secrets of earlier items. The memory for them is limited.
pub(crate) struct ItemMask<'a> {
    context: MaskContext<'a>,
    format: StreamFormat,
    expected: ExpectedItems,
    can_reveal: bool,
    /// True if the caller requests the secrets and may see them.
    reveals: bool,
    has_recorded_reveal: bool,
    secrets: ResponseSecrets,
    /// Numbers of the stored items, by the labels of their secrets.
    numbers: HashMap<String, u32>,
    /// Scrubbers of copies of the secrets, and the number of secrets for which they were built.
    scrubbers: Vec<(Scrubber, String)>,
    scrubbed_secrets: usize,
    stored_items: usize,
    item_count: u32,
    /// Number of secrets without a label, because there are too many.
    unlabeled_count: u32,
}

/// A masked item.
pub(crate) struct MaskedItem {
    pub(crate) item: StreamItem,
    /// The beginnings of the texts of the item that the caller may not see.
    hidden_texts: Vec<String>,
    /// True if nothing of the item is shown.
    is_withheld: bool,
}

impl MaskedItem {
    /// Creates an item of which nothing is hidden.
    fn unmasked(item: StreamItem) -> Self {
        Self { item, hidden_texts: Vec::new(), is_withheld: false }
    }

    /// Removes the differences whose text contains a hidden text of the item.
    pub(crate) fn retain_harmless(&self, differences: &mut Differences) {
        if self.is_withheld {
            differences.problems.clear();
        }
        retain_harmless(&self.hidden_texts, differences);
    }
}

/// The secrets of one item, each with its label.
#[derive(Default)]
struct ItemSecrets {
    found: Vec<(String, String, Reason)>,
    /// True if the item cannot be searched.
    is_withheld: bool,
}

impl Gateway {
    /// Begins to mask the items of a response with this documentation, whose head had these secrets.
    pub(crate) async fn begin_item_mask<'a>(
        &self,
        context: MaskContext<'a>,
        format: StreamFormat,
        expected: ExpectedItems,
        head: HeadSecrets,
    ) -> ItemMask<'a> {
        let authorization = context.authorization;
        let can_reveal = can_reveal_secrets(authorization.identity, authorization.is_operator_credential);
        let visibility = if can_reveal { Visibility::AllButSecrets } else { Visibility::OnlyKnown };
        // A changed document must not decide what callers see that may not see secrets.
        let is_trusted = can_reveal || matches!(self.accepted_documents.review(authorization.entry).await, Ok(None));
        let labels = head.secrets.stored.keys().cloned();
        let numbers = labels.filter_map(|label| Some((label, head.response_number?))).collect();
        ItemMask {
            context,
            format,
            expected: if is_trusted { expected } else { ExpectedItems::UNKNOWN },
            can_reveal,
            reveals: can_reveal && authorization.call_request.reveal,
            has_recorded_reveal: head.is_revealed,
            numbers,
            secrets: ResponseSecrets { visibility, ..head.secrets },
            scrubbers: Vec::new(),
            scrubbed_secrets: 0,
            stored_items: 0,
            item_count: 0,
            unlabeled_count: 0,
        }
    }

    /// Masks the next item.
    ///
    /// # Errors
    /// Returns an error if the caller is to receive unmasked secrets and the audit log cannot record that.
    pub(crate) async fn mask_item(
        &self,
        mask: &mut ItemMask<'_>,
        item: StreamItem,
    ) -> Result<MaskedItem, ExplorerError> {
        let index = mask.item_count;
        mask.item_count += 1;
        if mask.has_recorded_reveal {
            return Ok(MaskedItem::unmasked(item));
        }
        let (visibility, expected, size) = (mask.secrets.visibility, mask.expected.clone(), item.size());
        let (item, secrets) = run_blocking_if_large(size, move || {
            let secrets = find_secrets(visibility, &expected, &item, index);
            (item, secrets)
        })
        .await;
        if mask.reveals {
            if !secrets.found.is_empty() || secrets.is_withheld {
                self.record_response_reveal(mask.context)?;
                mask.has_recorded_reveal = true;
            }
            return Ok(MaskedItem::unmasked(item));
        }
        if secrets.is_withheld {
            let item = StreamItem::notice(mask.format, &withheld_notice(size));
            return Ok(MaskedItem { is_withheld: true, ..MaskedItem::unmasked(item) });
        }
        let hidden = secrets.found.iter().filter(|_| !mask.can_reveal);
        let hidden_texts = hidden.filter_map(|(_, text, _)| recognizable_beginning(text)).collect();
        self.store_item_secrets(mask, secrets).await;
        Ok(MaskedItem { item: mask.replace_secrets(item, size).await, hidden_texts, is_withheld: false })
    }

    /// Adds the secrets of an item to those of the response, and stores the new ones.
    async fn store_item_secrets(&self, mask: &mut ItemMask<'_>, mut secrets: ItemSecrets) {
        // Secrets are stored before everything else that is hidden, because only they are needed in later calls.
        secrets.found.sort_by_key(|(_, _, reason)| *reason != Reason::Secret);
        let known: BTreeMap<String, _> = std::mem::take(&mut mask.secrets.stored);
        for (label, secret, reason) in &secrets.found {
            if mask.secrets.labels.len() >= super::MAX_STORED_SECRETS
                || mask.secrets.stored_bytes >= super::MAX_STORED_BYTES
            {
                mask.unlabeled_count = mask.unlabeled_count.saturating_add(1);
                continue;
            }
            mask.secrets.add(&|| label.clone(), secret);
            if *reason == Reason::Secret {
                mask.secrets.certain.insert(secret.clone());
            }
        }
        let new = std::mem::replace(&mut mask.secrets.stored, known);
        let MaskContext { authorization, environment, .. } = mask.context;
        // A session for callers that are identified only by an address would be needed before the first item.
        let has_subject = !authorization.identity.is_address();
        if new.is_empty() || !has_subject || mask.stored_items >= MAX_STORED_ITEMS {
            return;
        }
        mask.stored_items += 1;
        let new_response = NewResponseSecrets {
            provider: &authorization.entry.provider.id,
            environment,
            is_operator_credential: authorization.is_operator_credential,
            secrets: &new,
        };
        let saved = self.store.save_response_secrets(&authorization.identity.subject, new_response);
        if let Ok(number) = with_timeout(saved).await {
            mask.numbers.extend(new.keys().map(|label| (label.clone(), number)));
            mask.secrets.stored.extend(new);
        }
    }
}

impl ItemMask<'_> {
    /// Returns true if the caller may see secrets.
    pub(crate) fn can_reveal(&self) -> bool {
        self.can_reveal
    }

    /// Counts a notice in place of an item.
    pub(crate) fn count_notice(&mut self, notice: StreamItem) -> StreamItem {
        self.item_count += 1;
        notice
    }

    /// Returns the number of items so far.
    pub(crate) fn item_count(&self) -> u32 {
        self.item_count
    }

    /// Returns a summary of the secrets that were masked so far.
    pub(crate) fn summarize(&self) -> Option<MaskedSecrets> {
        let count = u32::try_from(self.secrets.labels.len()).unwrap_or(u32::MAX).saturating_add(self.unlabeled_count);
        let is_stored = !self.numbers.is_empty();
        (count > 0).then_some(MaskedSecrets { count, is_stored, can_reveal: self.can_reveal })
    }

    /// Replaces the secrets of an item, and copies of the secrets of earlier items.
    async fn replace_secrets(&mut self, item: StreamItem, size: usize) -> StreamItem {
        let (secrets, numbers) = (std::mem::take(&mut self.secrets), std::mem::take(&mut self.numbers));
        let (mut scrubbers, scrubbed_secrets) = (std::mem::take(&mut self.scrubbers), self.scrubbed_secrets);
        let (expected, format, can_reveal) = (self.expected.clone(), self.format, self.can_reveal);
        let (item, secrets, numbers, scrubbers) = run_blocking_if_large(size, move || {
            let replacement_for = |secret: &str| {
                let label = secrets.labels.get(secret);
                match label.and_then(|label| Some((label, numbers.get(label)?))) {
                    Some((label, number)) => Placeholder { response_number: *number, label: label.clone() }.to_string(),
                    None => NOT_STORED.to_owned(),
                }
            };
            let replace = &mut |_: LabelFn, secret: &str, _| replacement_for(secret);
            let rewritten = secrets.visibility.rewrite_item(&expected, &item, replace);
            let rewritten = rewritten.unwrap_or_else(|| StreamItem::notice(format, &withheld_notice(size)));
            let is_copy = |text: &str| is_distinctive(text, can_reveal) && !expected.is_documented_value(text);
            let copies = CopyRules { is_copy: &is_copy, replacement_for: &replacement_for };
            if secrets.certain.len() != scrubbed_secrets {
                scrubbers = secrets.copy_scrubbers(copies);
            }
            let redactions = to_redactions(&scrubbers);
            let scrub = |text: &str| secrets.scrub_copies(&redactions, copies, text.as_bytes());
            let item = rewritten.map_texts(|text| String::from_utf8_lossy(&scrub(text)).into_owned());
            (item, secrets, numbers, scrubbers)
        })
        .await;
        self.scrubbed_secrets = secrets.certain.len();
        (self.secrets, self.numbers, self.scrubbers) = (secrets, numbers, scrubbers);
        item
    }
}

fn find_secrets(visibility: Visibility, expected: &ExpectedItems, item: &StreamItem, index: u32) -> ItemSecrets {
    let mut secrets = ItemSecrets::default();
    let rewritten = visibility.rewrite_item(expected, item, &mut |label, secret, reason| {
        // Streams are modelled as arrays, so the first segment of a place is the index of the item.
        let label = match label() {
            place if place.is_empty() => index.to_string(),
            place => format!("{index}.{place}"),
        };
        secrets.found.push((label, secret.to_owned(), reason));
        NOT_STORED.to_owned()
    });
    secrets.is_withheld = rewritten.is_none();
    secrets
}

fn withheld_notice(size: usize) -> String {
    text!("withheld-item", size = size)
}
