//! The pages: HTML rendered on the server and never hydrated. One file per page.

pub mod admin;
mod admin_documents;
pub mod audit;
mod commands;
mod description;
pub mod error;
pub mod home;
pub mod list;
mod logo;
mod markdown;
mod messages;
pub mod not_found;
pub mod operation;
pub mod placeholder_uses;
pub mod provider;
pub mod provider_requests;
pub mod response_body;
pub mod reveal;
mod schema_fields;
pub mod search;
pub mod shell;
pub mod sign_in;
pub mod unavailable;
mod unreadable_parts;
