//! API Explorer: try any API from a web page, without the page ever holding its keys.
//!
//! Modules, from the bottom up; imports go from the later to the earlier:
//!
//! - `texts`: the texts of the user interface, in several languages
//! - `model`: operations, schemas, arguments, responses and errors, shared by browser and server
//! - `snippet`: generates source code for calls; `openapi`: reads documents into the model
//! - `providers`: the catalog of documents, with search and the settings of each provider
//! - `store`: sessions, credentials, tokens, audit records, in `SQLite` or `PostgreSQL`
//! - `auth`: callers and what they may do; `audit`: records who did what
//! - `gateway`: makes calls: policy, request, credential, transport, redaction, receipt
//! - `cookies`: reads and writes cookies
//! - `server_functions`: what the browser calls on the server
//! - `ui`, `islands`, `pages`: shared HTML, what runs in the browser, pages
//! - `settings`, `server`, `cli`: configuration, HTTP, commands

pub mod islands;
pub mod model;
pub mod server_functions;
pub mod texts;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
pub mod auth;
#[cfg(feature = "ssr")]
pub mod cli;
#[cfg(feature = "ssr")]
mod cookies;
#[cfg(feature = "ssr")]
pub mod gateway;
#[cfg(feature = "ssr")]
pub mod openapi;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod providers;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod settings;
#[cfg(feature = "ssr")]
pub mod snippet;
#[cfg(feature = "ssr")]
pub mod store;
