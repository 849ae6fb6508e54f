//! Who uses the explorer: the settings of access, and the identity of a caller with what it may do.

pub mod access;
pub mod identity;
