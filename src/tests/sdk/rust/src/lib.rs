//! Empty: tests write the printed code into a copy of this crate.
