//! The command line, for a POSIX shell.

use crate::model::{
    UNRESERVED,
    operation::Method,
    request::{File, Part, PartContent, Request, RequestBody},
    security::{KeyPlace, Reference},
};
use percent_encoding::utf8_percent_encode;

pub(super) fn print(mut request: Request, server: &str, references: &[Reference]) -> String {
    let url = [server, &request.target].concat();
    // A value that is not filled in yet stays `{name}`, which curl would take for a pattern.
    let globoff = url.contains('{').then(|| "--globoff".to_owned());
    let first = match request.method {
        Method::Get if request.body.is_none() => "curl ".to_owned(),
        Method::Head => "curl --head ".to_owned(),
        other => ["curl --request ", other.as_str(), " "].concat(),
    };
    let first = [first, quote(&url), query_keys(&url, references)].concat();
    let proofs: Vec<String> = references.iter().filter_map(|reference| proof(reference, &mut request)).collect();
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
    let lines: Vec<String> = [first].into_iter().chain(globoff).chain(proofs).chain(headers).chain(body).collect();
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
pub(super) fn double_quoted(text: &str) -> String {
    ["\"", &escaped(text), "\""].concat()
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Keys behind the address, which the shell puts in.
fn query_keys(url: &str, references: &[Reference]) -> String {
    let mut keys = String::new();
    for Reference { name, variable, .. } in references.iter().filter(|reference| reference.place == KeyPlace::Query) {
        let mark = if keys.is_empty() && !url.contains('?') { "?" } else { "&" };
        keys += &["\"", mark, &utf8_percent_encode(name, UNRESERVED).to_string(), "=$", variable, "\""].concat();
    }
    keys
}

/// The option that authenticates; the request's own header of that name gives way.
fn proof(reference: &Reference, request: &mut Request) -> Option<String> {
    let Reference { place, name, before, variable, username_variable } = reference;
    let is_same = |known: &str| *place == KeyPlace::Header && known.eq_ignore_ascii_case(name);
    request.headers.retain(|(known, _)| !is_same(known));
    match (place, username_variable) {
        (KeyPlace::Query, _) => None,
        (KeyPlace::Header, Some(username)) => Some(["--user \"$", username, ":$", variable, "\""].concat()),
        (KeyPlace::Header, None) => Some(["--header \"", &open(name), ": ", before, "$", variable, "\""].concat()),
        // A second `cookie` header would replace the first: what the reader filled in stands before the key.
        (KeyPlace::Cookie, _) => {
            let at = request.headers.iter().position(|(known, _)| known == "cookie");
            let others = at.map(|at| request.headers.remove(at).1 + "; ").unwrap_or_default();
            Some(["--header \"cookie: ", &open(&others), &open(name), "=$", variable, "\""].concat())
        }
    }
}

/// Text between double quotes, where the shell reads on (POSIX Shell, §2.2.3).
fn open(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Single quotes keep everything as it is but the single quote itself (POSIX Shell, §2.2.2).
pub(super) fn quote(text: &str) -> String {
    ["'", &text.replace('\'', r"'\''"), "'"].concat()
}
