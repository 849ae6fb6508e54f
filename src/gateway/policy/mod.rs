//! What may be called, where, by whom, how often, and what is asked before.

mod budget;
mod caution;
mod destination;
pub(crate) mod disabled;
mod rules;

pub(crate) use budget::spend;
pub(crate) use caution::{caution, unlock};
pub(crate) use destination::{Access, Destination, destination, may_receive_call, may_receive_client};
pub(crate) use rules::allowed;

use super::Incoming;
use crate::auth::identity::Identity;
use crate::{openapi::Documentation, providers::CatalogEntry};

/// A call on its way through the policy.
#[derive(Clone, Copy)]
pub(crate) struct Passage<'a> {
    pub(crate) entry: &'a CatalogEntry,
    pub(crate) documented: &'a Documentation,
    pub(crate) identity: &'a Identity,
    pub(crate) incoming: Incoming<'a>,
    /// Whether it is made with the operator's credential, and not with the visitor's own or none.
    pub(crate) is_operators: bool,
}
