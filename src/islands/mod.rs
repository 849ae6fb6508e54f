//! What runs in the browser: one island around everything that belongs to a call, and one for the search.
//!
//! The cards and the form inside it are HTML from the server, and stay as they are: what is typed lives in the document
//! from the first moment, so nothing is lost when the script arrives. The island listens for events that rise from them,
//! keeps the state that they share, and writes what follows from it back into the document, a file per card.

mod authentication;
mod dom;
mod files;
mod form;
mod gateway;
mod remote;
mod response;
mod search;
mod send;
mod snippets;
mod state;
mod try_it;

pub use search::{Search, SearchProps};
pub use state::InitialState;
pub use try_it::{TryIt, TryItProps};
