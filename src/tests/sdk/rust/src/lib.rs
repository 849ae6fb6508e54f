//! The printed code comes here, in a copy of this crate.
