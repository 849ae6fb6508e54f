//! Handlers, one file per subject.

pub(crate) mod admin;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod oidc;
pub(crate) mod pages;
pub(crate) mod programs;
pub(crate) mod proxy;
pub(crate) mod reveal;
pub(crate) mod sign_in;
pub(crate) mod sitemap;
pub(crate) mod tools;
