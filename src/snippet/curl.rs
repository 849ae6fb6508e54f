//! The command line, for a POSIX shell.

use crate::model::{operation::Method, provider::CredentialForm, request::Request};

pub(super) fn print(request: &Request, server: &str, credential: &CredentialForm) -> String {
    let url = [server, &request.target].concat();
    // A value that is not filled in yet stays `{name}`, which curl would take for a pattern.
    let globoff = url.contains('{').then(|| "--globoff".to_owned());
    let first = match request.method {
        Method::Get if request.body.is_none() => ["curl ", &quote(&url)].concat(),
        Method::Head => ["curl --head ", &quote(&url)].concat(),
        other => ["curl --request ", other.as_str(), " ", &quote(&url)].concat(),
    };
    let user = ["--user \"$", &credential.username_variable, ":$", &credential.password_variable, "\""].concat();
    let headers = request.headers.iter().map(|(name, value)| {
        // `name;` is how curl is told to send a header without a value.
        let line = if value.is_empty() { [name, ";"].concat() } else { [name, ": ", value].concat() };
        ["--header ", &quote(&line)].concat()
    });
    // --data-raw: a body may begin with the @ that --data takes for a file's name.
    let body = request.body.iter().map(|body| ["--data-raw ", &quote(body)].concat());
    let lines: Vec<String> = [first].into_iter().chain(globoff).chain([user]).chain(headers).chain(body).collect();
    lines.join(" \\\n  ")
}

/// Single quotes keep everything as it is but the single quote itself (POSIX Shell, §2.2.2).
fn quote(text: &str) -> String {
    ["'", &text.replace('\'', r"'\''"), "'"].concat()
}
