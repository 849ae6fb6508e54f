//! What the server remembers. In memory for now: a restart forgets it.

pub mod sessions;
