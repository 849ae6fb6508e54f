//! The command line, for a POSIX shell.

use crate::model::{
    operation::Method,
    provider::CredentialForm,
    request::{File, Part, PartContent, Request, RequestBody},
};

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
    let body = match &request.body {
        None => Vec::new(),
        // --data-raw: a body may begin with the @ that --data takes for a file's name.
        Some(RequestBody::Text(text)) => vec![["--data-raw ", &quote(text)].concat()],
        Some(RequestBody::File(file)) => vec![["--data-binary ", &quote(&["@", &file.filename].concat())].concat()],
        Some(RequestBody::Parts(parts)) => parts.iter().map(part).collect(),
    };
    let lines: Vec<String> = [first].into_iter().chain(globoff).chain([user]).chain(headers).chain(body).collect();
    lines.join(" \\\n  ")
}

/// `--form-string` takes a text as it is; only `--form` can name files and media types, and takes quoted values.
fn part(part: &Part) -> String {
    let kind = part.content_type.iter().map(|kind| [";type=", kind].concat()).collect::<String>();
    let value = match &part.content {
        PartContent::Text(text) if kind.is_empty() => {
            return ["--form-string ", &quote(&[&part.name, "=", text].concat())].concat();
        }
        PartContent::Text(text) => double_quoted(text),
        PartContent::File(File { filename, .. }) => ["@", &double_quoted(filename)].concat(),
    };
    ["--form ", &quote(&[&part.name, "=", &value, &kind].concat())].concat()
}

/// As curl reads values of `--form`.
fn double_quoted(text: &str) -> String {
    ["\"", &text.replace('\\', "\\\\").replace('"', "\\\""), "\""].concat()
}

/// Single quotes keep everything as it is but the single quote itself (POSIX Shell, §2.2.2).
fn quote(text: &str) -> String {
    ["'", &text.replace('\'', r"'\''"), "'"].concat()
}
