//! What may be called, where, by whom, how often, and what is asked before.

mod budget;
mod caution;
mod destination;
mod rules;

pub(super) use budget::spend;
pub(super) use caution::{caution, unlock};
pub(super) use destination::{Access, Destination, destination, may_receive_call, may_receive_client};
pub(super) use rules::allowed;

use super::{Incoming, identity::Identity};
use crate::{openapi::Documentation, providers::CatalogEntry};

/// A call on its way through the policy.
#[derive(Clone, Copy)]
pub(super) struct Passage<'a> {
    pub(super) entry: &'a CatalogEntry,
    pub(super) documented: &'a Documentation,
    pub(super) identity: &'a Identity,
    pub(super) incoming: Incoming<'a>,
    /// Whether it is made with the operator's credential, and not with the visitor's own or none.
    pub(super) is_operators: bool,
}
