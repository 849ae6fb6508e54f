//! The clients that the server prints calls for. Each is a constant of its language's file, and a line here.

mod c;
pub(super) mod csharp;
mod dart;
mod elixir;
mod faraday;
mod fetch;
pub(super) mod go;
mod http;
pub(super) mod java;
pub(super) mod java_layout;
mod java_okhttp;
mod jvm;
pub(super) mod kotlin;
mod libcurl;
pub(super) mod literal;
pub(super) mod php;
mod powershell;
pub(super) mod python;
mod r;
mod raw;
mod reqwest;
pub(super) mod ruby;
pub(super) mod rust;
mod shell;
mod swift;

use super::{Source, text};
use crate::model::request::Request;
use http::{Content, Http, PartValue};
use std::fmt;
use text::{Piece, Text};

/// A program or library that makes HTTP requests.
pub struct Client {
    /// Its name in URLs and markup.
    pub id: &'static str,
    /// The language that it is written in, as people call it.
    pub language: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The command that brings it; empty where the language has it.
    pub install: &'static str,
    /// What the code is saved as.
    pub file: &'static str,
    /// The command that runs it there; empty where nothing runs it.
    pub run: &'static str,
    print: fn(&Http) -> Result<String, &'static str>,
}

/// All of them, language by language.
pub const CLIENTS: [&Client; 27] = [
    &shell::CURL,
    &shell::WGET,
    &shell::HTTPIE,
    &powershell::POWERSHELL,
    &fetch::TYPED_FETCH,
    &fetch::FETCH,
    &fetch::UNDICI,
    &fetch::AXIOS,
    &python::REQUESTS,
    &python::HTTPX,
    &python::URLLIB,
    &php::CURL,
    &php::GUZZLE,
    &ruby::NET_HTTP,
    &faraday::FARADAY,
    &go::GO,
    &reqwest::REQWEST,
    &libcurl::LIBCURL,
    &java::HTTP,
    &java_okhttp::OKHTTP,
    &kotlin::OKHTTP,
    &csharp::HTTP_CLIENT,
    &swift::URL_SESSION,
    &dart::HTTP,
    &r::HTTR2,
    &elixir::REQ,
    &raw::RAW,
];

impl Client {
    /// The call as source code.
    ///
    /// # Errors
    /// In words, where the client cannot make such a request.
    pub fn print(&self, source: Source) -> Result<String, &'static str> {
        let Source { provider, operation, references, arguments, environment } = source;
        let request = Request::new(operation, arguments);
        (self.print)(&Http::new(request, provider.server(environment), references))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.id)
    }
}

/// What printers ask of a request.
impl Http {
    /// The headers, but for one whose value the client writes itself.
    pub(super) fn headers_but(&self, name: &str, value: &str) -> Vec<(&str, &Text)> {
        let is_other = |(known, text): &&(String, Text)| known != name || text.plain() != Some(value);
        self.headers.iter().filter(is_other).map(|(name, value)| (name.as_str(), value)).collect()
    }

    /// All variables that the program reads, each once.
    pub(super) fn variables(&self) -> Vec<&str> {
        let basic = self.basic.iter().flat_map(|(username, password)| [username.as_str(), password.as_str()]);
        let mut names: Vec<&str> = Vec::new();
        for name in basic.chain(self.texts().into_iter().flat_map(variables)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn texts(&self) -> Vec<&Text> {
        let mut texts = vec![&self.url];
        texts.extend(self.headers.iter().map(|(_, value)| value));
        match &self.body {
            Some(Content::Text(text) | Content::Json(_, text)) => texts.push(text),
            Some(Content::Parts(parts)) => texts.extend(parts.iter().filter_map(|part| match &part.value {
                PartValue::Text(text) => Some(text),
                PartValue::File(_) => None,
            })),
            Some(Content::File(_)) | None => {}
        }
        texts
    }
}

fn variables(text: &Text) -> impl Iterator<Item = &str> {
    text.pieces().iter().filter_map(|piece| match piece {
        Piece::Variable(name) => Some(name.as_str()),
        Piece::Plain(_) => None,
    })
}
