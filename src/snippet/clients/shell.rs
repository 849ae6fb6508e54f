//! Programs of the command line, for a POSIX shell: curl, wget, `HTTPie`.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    text::{Piece, Text},
};
use crate::snippet::posix::quote;

pub(super) const CURL: Client = Client {
    id: "curl",
    language: "Shell",
    name: "curl",
    install: "",
    file: "call.sh",
    run: "sh call.sh",
    print: |http| Ok(curl(http)),
};

pub(super) const WGET: Client = Client {
    id: "wget",
    language: "Shell",
    name: "wget",
    install: "",
    file: "call.sh",
    run: "sh call.sh",
    print: wget,
};

pub(super) const HTTPIE: Client = Client {
    id: "httpie",
    language: "Shell",
    name: "HTTPie",
    install: "pip install httpie",
    file: "call.sh",
    run: "sh call.sh",
    print: httpie,
};

fn curl(http: &Http) -> String {
    // A value that is not filled in yet stays `{name}`, which curl would take for a pattern.
    let globoff = (http.url.has('{') || http.url.has('[')).then(|| "--globoff".to_owned());
    let first = match http.method {
        "GET" if http.body.is_none() => "curl ".to_owned(),
        "HEAD" => "curl --head ".to_owned(),
        other => ["curl --request ", other, " "].concat(),
    };
    let proof = http.basic.as_ref().map(|(username, password)| ["--user \"$", username, ":$", password, "\""].concat());
    let headers = http.headers.iter().map(|(name, value)| {
        // `name;` is how curl is told to send a header without a value.
        let is_empty = value.plain() == Some("");
        let line = Text::literal(&[name.as_str(), if is_empty { ";" } else { ": " }].concat()).then(value.clone());
        ["--header ", &word(&line)].concat()
    });
    let body = match &http.body {
        None => Vec::new(),
        // --data-raw: a body may begin with the @ that --data takes for a file's name.
        Some(Content::Text(text) | Content::Json(_, text)) => vec![["--data-raw ", &word(text)].concat()],
        Some(Content::File(name)) => vec![["--data-binary ", &quote(&["@", name].concat())].concat()],
        Some(Content::Parts(parts)) => parts.iter().map(form_part).collect(),
    };
    let first = [first, word(&http.url)].concat();
    let lines: Vec<String> = [first].into_iter().chain(globoff).chain(proof).chain(headers).chain(body).collect();
    lines.join(" \\\n  ")
}

/// `--form-string` takes a text as it is; only `--form` can name files and media types, and takes quoted values.
fn form_part(part: &Part) -> String {
    let kind = part.content_type.iter().map(|kind| [";type=", kind].concat()).collect::<String>();
    let name = Text::literal(&[&part.name, "="].concat());
    let value = match &part.value {
        PartValue::Text(text) if kind.is_empty() => {
            return ["--form-string ", &word(&name.then(text.clone()))].concat();
        }
        PartValue::Text(text) => Text::literal("\"").then(text.map(escaped_in_form)).then(Text::literal("\"")),
        PartValue::File(file) => Text::literal(&["@", &double_quoted(file)].concat()),
    };
    ["--form ", &word(&name.then(value).then(Text::literal(&kind)))].concat()
}

fn wget(http: &Http) -> Result<String, &'static str> {
    let mut lines = vec!["wget --quiet --output-document=- --content-on-error".to_owned()];
    if http.method != "GET" || http.body.is_some() {
        lines.push(["--method=", http.method].concat());
    }
    if let Some((username, password)) = &http.basic {
        lines.push(["--auth-no-challenge --user=\"$", username, "\" --password=\"$", password, "\""].concat());
    }
    for (name, value) in &http.headers {
        lines.push(["--header=", &argument(&Text::from([name, ": "].concat().as_str()).then(value.clone()))?].concat());
    }
    match &http.body {
        None => {}
        Some(Content::Text(text) | Content::Json(_, text)) => lines.push(["--body-data=", &argument(text)?].concat()),
        Some(Content::File(name)) => lines.push(["--body-file=", &argument(&Text::literal(name))?].concat()),
        Some(Content::Parts(_)) => return Err("wget sends no forms with parts."),
    }
    lines.push(argument(&http.url)?);
    Ok(lines.join(" \\\n  "))
}

fn httpie(http: &Http) -> Result<String, &'static str> {
    let mut options = vec!["http --ignore-stdin".to_owned()];
    if let Some((username, password)) = &http.basic {
        options.push(["--auth \"$", username, ":$", password, "\""].concat());
    }
    let mut items = Vec::new();
    match &http.body {
        None => {}
        Some(Content::Text(text) | Content::Json(_, text)) if text.plain() == Some("") => {}
        Some(Content::Text(text) | Content::Json(_, text)) => options.push(["--raw ", &argument(text)?].concat()),
        Some(Content::File(name)) => items.push(argument(&Text::literal(&["@", name].concat()))?),
        Some(Content::Parts(parts)) => {
            options.push("--multipart".into());
            for part in parts {
                let kind = part.content_type.as_ref().map(|kind| [";type=", kind].concat()).unwrap_or_default();
                let item = match &part.value {
                    PartValue::Text(_) if !kind.is_empty() => return Err("HTTPie gives media types to files alone."),
                    PartValue::Text(text) => {
                        Text::from([&escaped(&part.name), "="].concat().as_str()).then(text.clone())
                    }
                    PartValue::File(name) => Text::from([&escaped(&part.name), "@", name, &kind].concat().as_str()),
                };
                items.push(argument(&item)?);
            }
        }
    }
    for (name, value) in &http.headers {
        // `name;` is a header without a value.
        let (mark, value) = if value.plain() == Some("") { (";", Text::default()) } else { (":", value.clone()) };
        items.push(argument(&Text::from([name, mark].concat().as_str()).then(value))?);
    }
    // Its options stand before all else, or the items behind them are not understood.
    options.push([http.method, " ", &argument(&http.url)?].concat());
    options.extend(items);
    Ok(options.join(" \\\n  "))
}

/// As curl reads values of `--form`.
fn double_quoted(text: &str) -> String {
    ["\"", &escaped_in_form(text), "\""].concat()
}

fn escaped_in_form(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// The names of `HTTPie`'s items end at these.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if matches!(c, ':' | '=' | '@' | '\\' | ';') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// One word, where a shell can hold it.
fn argument(text: &Text) -> Result<String, &'static str> {
    if text.has('\0') { Err("No word of a shell holds the character NUL.") } else { Ok(word(text)) }
}

/// One word: between double quotes where it has variables and nothing that means something there, else between single ones.
fn word(text: &Text) -> String {
    let is_simple = |piece: &Piece| match piece {
        Piece::Plain(text) => !text.contains(['"', '\\', '$', '`', '!']),
        Piece::Variable(_) => true,
    };
    if text.plain().is_none() && text.pieces().iter().all(is_simple) {
        return ["\"", &text.joined(str::to_owned, |name| ["${", name, "}"].concat(), ""), "\""].concat();
    }
    text.joined(quote, |name| ["\"$", name, "\""].concat(), "")
}
