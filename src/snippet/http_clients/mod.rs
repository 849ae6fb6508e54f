//! HTTP clients for which the server renders calls. Each is a constant in its language's module and listed in
//! [`HTTP_CLIENT_TARGETS`].

mod c;
pub(super) mod csharp;
mod dart;
mod elixir;
mod faraday;
mod fetch;
pub(super) mod go;
pub(crate) mod http_message;
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
pub(crate) mod request_template;
mod reqwest;
pub(super) mod ruby;
pub(super) mod rust;
mod shell;
mod swift;

use super::{
    SnippetInput,
    text_template::{TemplateFragment, TextTemplate},
};
use crate::model::request::OperationRequest;
use ::reqwest::header::HeaderName;
use request_template::{BodyTemplate, PartBody, RequestTemplate};
use std::fmt;

/// A program or library that makes HTTP requests.
pub struct HttpClientTarget {
    /// Id used in URLs and markup.
    pub id: &'static str,
    /// Common name of the language of the code.
    pub language: &'static str,
    /// Name of the client.
    pub name: &'static str,
    /// Command that installs the client; empty if the language includes it.
    pub install_command: &'static str,
    /// Name of the file that the code is saved as.
    pub file_name: &'static str,
    /// Command that runs the file; empty if it cannot be run.
    pub run_command: &'static str,
    render: fn(&RequestTemplate) -> Result<String, &'static str>,
}

/// All clients, grouped by language.
pub const HTTP_CLIENT_TARGETS: [&HttpClientTarget; 27] = [
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
    &http_message::HTTP_MESSAGE,
];

/// Clients whose snippets set headers of the parts of forms.
const PART_HEADER_CLIENTS: [&str; 6] =
    ["curl", "python-requests", "python-httpx", "python-urllib", "php-guzzle", "http"];

impl HttpClientTarget {
    /// Renders the call as source code.
    ///
    /// # Errors
    /// Returns an error if the client cannot make such a request. The message gives the reason.
    pub fn render(&self, input: SnippetInput) -> Result<String, &'static str> {
        let SnippetInput { provider, operation, credential_variables, arguments, environment } = input;
        let request = OperationRequest::new(operation, arguments);
        // The gateway refuses such a request too. In a shell, such a name could be that of a file.
        if request.headers.iter().any(|(name, _)| HeaderName::try_from(name.as_str()).is_err()) {
            return Err("The name of a header in the document is not one that HTTP allows.");
        }
        // Most clients change the case of a method. curl does not.
        if request.method.as_str().bytes().any(|byte| byte.is_ascii_lowercase()) && !matches!(self.id, "curl" | "http")
        {
            return Err("The method has lowercase letters, which only the snippet for curl retains.");
        }
        let template = RequestTemplate::new(request, provider.base_url(environment), credential_variables);
        if template.has_part_headers() && !PART_HEADER_CLIENTS.contains(&self.id) {
            return Err("This snippet cannot set headers of the parts of a form.");
        }
        (self.render)(&template)
    }
}

/// Returns true if a method is defined in RFC 9110 or RFC 5789. Many clients have a function or constant for each of
/// these methods only.
pub(super) fn is_rfc_9110_method(method: &str) -> bool {
    matches!(method, "GET" | "PUT" | "POST" | "DELETE" | "OPTIONS" | "HEAD" | "PATCH" | "TRACE")
}

impl fmt::Debug for HttpClientTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpClientTarget({})", self.id)
    }
}

/// Properties of a request that several renderers need.
impl RequestTemplate {
    /// Returns the headers, except one with this name and value, which the client adds itself.
    pub(super) fn headers_except(&self, name: &str, value: &str) -> Vec<(&str, &TextTemplate)> {
        let is_other =
            |(header_name, text): &&(String, TextTemplate)| header_name != name || text.as_literal() != Some(value);
        self.headers.iter().filter(is_other).map(|(name, value)| (name.as_str(), value)).collect()
    }

    /// Returns true if a part of the body has headers of its own.
    fn has_part_headers(&self) -> bool {
        let parts = match &self.body {
            Some(BodyTemplate::Multipart(parts)) => parts.as_slice(),
            _ => &[],
        };
        parts.iter().any(|part| !part.headers.is_empty())
    }

    /// Returns the names of all variables that the program reads, without duplicates.
    pub(super) fn variable_names(&self) -> Vec<&str> {
        let basic_auth = self.basic_auth.iter().flat_map(|(username, password)| [username.as_str(), password.as_str()]);
        let mut names: Vec<&str> = Vec::new();
        for name in basic_auth.chain(self.text_templates().into_iter().flat_map(variables_in)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn text_templates(&self) -> Vec<&TextTemplate> {
        let mut texts = vec![&self.url];
        texts.extend(self.headers.iter().map(|(_, value)| value));
        match &self.body {
            Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => texts.push(text),
            Some(BodyTemplate::Multipart(parts)) => {
                texts.extend(parts.iter().flat_map(|part| {
                    let text = match &part.body {
                        PartBody::Text(text) => Some(text),
                        PartBody::File(_) => None,
                    };
                    part.headers.iter().map(|(_, value)| value).chain(text)
                }));
            }
            Some(BodyTemplate::File(_)) | None => {}
        }
        texts
    }
}

fn variables_in(text: &TextTemplate) -> impl Iterator<Item = &str> {
    text.fragments().iter().filter_map(|piece| match piece {
        TemplateFragment::Variable(name) => Some(name.as_str()),
        TemplateFragment::Literal(_) => None,
    })
}
