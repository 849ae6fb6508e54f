//! Integration tests: the whole router, driven from outside, with an upstream on this machine that remembers what
//! reached it. One subject per file.

mod access_tokens;
mod canary;
mod comparison;
mod config;
mod config_refusals;
mod cross_site;
mod destinations;
mod documents;
mod forms;
mod hosts;
mod limits;
mod pages;
mod requests;
mod response_headers;
mod security_schemes;
mod security_schemes_canary;
mod server_functions;
mod settings;
mod stytch_facts;
mod support;
mod tool_errors;
mod tools;
