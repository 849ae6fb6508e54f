//! Integration tests: the whole router, driven from outside, with an upstream on this machine that remembers what
//! reached it. One subject per file.

mod access_tokens;
mod addresses;
mod audit;
mod budgets;
mod canary;
mod comparison;
mod config;
mod config_refusals;
mod corpus;
mod crash;
mod cross_site;
mod destinations;
mod documents;
mod finding;
mod forms;
mod hosts;
mod key_rotation;
mod kinds;
mod limits;
mod pages;
mod policy;
mod properties;
mod requests;
mod response_headers;
mod security_schemes;
mod security_schemes_canary;
mod server_functions;
mod settings;
mod sign_in;
mod store;
mod stytch_document;
mod stytch_facts;
mod support;
mod tool_errors;
mod tools;
