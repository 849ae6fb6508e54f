//! Java with the HTTP client that comes with it, as google-java-format formats it; and what all programs of Java have.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    java_layout::Expression,
    jvm::{escape, is_ascii, json_lines},
    literal::quoted,
    text::{Piece, Text},
};
use std::collections::BTreeSet;

pub(super) const HTTP: Client = Client {
    id: "java-http",
    language: "Java",
    name: "HttpClient",
    install: "",
    file: "Call.java",
    run: "java Call.java",
    print: http_client,
};

pub(super) const UTF_8: &str = "static java.nio.charset.StandardCharsets.UTF_8";

/// No string of a class file is longer than 65,535 bytes (JVMS, §4.4.7).
const LONGEST: usize = 65_000;

/// Where statements of `main` begin.
pub(super) const MARGIN: usize = 4;

fn http_client(http: &Http) -> Result<String, &'static str> {
    if !http.headers.iter().all(|(_, value)| is_ascii(value)) {
        return Err("Java's HttpClient sends headers in ASCII alone.");
    }
    let mut imports = BTreeSet::from([
        "java.io.IOException",
        "java.net.URI",
        "java.net.http.HttpClient",
        "java.net.http.HttpRequest",
        "java.net.http.HttpResponse.BodyHandlers",
        "java.time.Duration",
    ]);
    let mut before = String::new();
    let mut calls = vec![("timeout", vec![Expression::word("Duration.ofSeconds(30)")])];
    if matches!(http.url.pieces().first(), Some(Piece::Plain(start)) if start.starts_with("http://")) {
        // Without TLS it would ask in headers of its own to go on with HTTP/2.
        calls.push(("version", vec![Expression::word("HttpClient.Version.HTTP_1_1")]));
    }
    if let Some((username, password)) = &http.basic {
        imports.extend([UTF_8, "java.util.Base64"]);
        let pair = [&variable(username), "\":\"", &variable(password)].map(Expression::word);
        before += &Expression::Sum(pair.into()).declared("credentials", MARGIN);
        let encoded = Expression::word("Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8))");
        before += &encoded.declared("basic", MARGIN);
        calls.push(("header", vec![string("authorization"), Expression::word("\"Basic \" + basic")]));
    }
    calls.extend(headers(http.headers.iter().map(|(name, value)| (name.as_str(), value))));
    let publisher = |name: &str, argument| Some(Expression::call(["BodyPublishers.", name].concat(), [argument]));
    let body = match &http.body {
        None => None,
        Some(Content::Text(text) | Content::Json(_, text)) => match block(http.body.as_ref()) {
            Some(block) => {
                before += &block.declared("body", MARGIN);
                publisher("ofString", Expression::word("body"))
            }
            None => publisher("ofString", expression(text)),
        },
        Some(Content::File(name)) => {
            imports.insert("java.nio.file.Path");
            publisher("ofFile", Expression::call("Path.of", [string(name)]))
        }
        Some(Content::Parts(parts)) => {
            imports.insert("java.util.UUID");
            if parts.iter().any(|part| matches!(part.value, PartValue::File(_))) {
                imports.insert("java.nio.file.Path");
            }
            before += &Expression::word("UUID.randomUUID().toString()").declared("boundary", MARGIN);
            before += &Expression::call("BodyPublishers.concat", publishers(parts)).declared("body", MARGIN);
            let kind = [Expression::word("\"multipart/form-data; boundary=\""), Expression::word("boundary")];
            calls.push(("header", vec![string("content-type"), Expression::Sum(kind.into())]));
            Some(Expression::word("body"))
        }
    };
    match (http.method, body) {
        ("GET", None) => {}
        ("DELETE", None) => calls.push(("DELETE", Vec::new())),
        (method, body) => {
            imports.insert("java.net.http.HttpRequest.BodyPublishers");
            let body = body.unwrap_or_else(|| Expression::word("BodyPublishers.noBody()"));
            match method {
                "POST" => calls.push(("POST", vec![body])),
                "PUT" => calls.push(("PUT", vec![body])),
                method => calls.push(("method", vec![string(method), body])),
            }
        }
    }
    calls.push(("build", Vec::new()));
    let url = Expression::call("URI.create", [expression(&http.url)]);
    let head = Expression::call("HttpRequest.newBuilder", [url]);
    let request = Expression::Chain(head.into(), calls).declared("request", MARGIN);
    let after = "\n    var client = HttpClient.newHttpClient();\n    \
                 var response = client.send(request, BodyHandlers.ofString());\n    \
                 if (response.statusCode() >= 400) {\n      \
                 throw new IOException(response.statusCode() + \" \" + response.body());\n    }\n    \
                 System.out.println(response.body());\n";
    Ok(program(&imports, "IOException, InterruptedException", &[&before, &request, after].concat()))
}

/// The pieces of a multipart body (RFC 7578, §4), whose names are escaped as browsers do it.
fn publishers(parts: &[Part]) -> Vec<Expression> {
    let text = |words: Vec<Expression>| Expression::call("BodyPublishers.ofString", [Expression::Sum(words)]);
    let boundary = |start: &str| vec![string(start), Expression::word("boundary")];
    let escaped = |name: &str| name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let (mut publishers, mut start) = (Vec::new(), "--");
    for part in parts {
        let mut lines = boundary(start);
        let name = ["\r\nContent-Disposition: form-data; name=\"", &escaped(&part.name), "\""].concat();
        let kind = part.content_type.as_ref().map(|kind| ["\r\nContent-Type: ", kind].concat());
        match &part.value {
            PartValue::Text(value) => {
                let head = [&name, kind.as_deref().unwrap_or_default(), "\r\n\r\n"].concat();
                lines.extend(words(&Text::literal(&head).then(value.clone()).then(Text::literal("\r\n"))));
                publishers.push(text(lines));
                start = "--";
            }
            PartValue::File(file) => {
                let kind = kind.unwrap_or_else(|| "\r\nContent-Type: application/octet-stream".into());
                lines.push(string(&[&name, "; filename=\"", &escaped(file), "\""].concat()));
                lines.push(string(&[&kind, "\r\n\r\n"].concat()));
                let path = Expression::call("Path.of", [string(file)]);
                publishers.extend([text(lines), Expression::call("BodyPublishers.ofFile", [path])]);
                start = "\r\n--";
            }
        }
    }
    let mut end = boundary(start);
    end.push(string("--\r\n"));
    publishers.push(text(end));
    publishers
}

/// A class around statements. Static imports come first.
pub(in crate::snippet) fn program(imports: &BTreeSet<&str>, throws: &str, statements: &str) -> String {
    let lines = |is_static: bool| -> String {
        let imports = imports.iter().filter(|name| name.starts_with("static ") == is_static);
        let lines: String = imports.map(|name| ["import ", name, ";\n"].concat()).collect();
        if lines.is_empty() { lines } else { lines + "\n" }
    };
    let main = ["public class Call {\n  public static void main(String[] args) throws ", throws, " {\n"].concat();
    [&lines(true), &lines(false), &main, statements, "  }\n}\n"].concat()
}

pub(super) fn headers<'a>(
    headers: impl Iterator<Item = (&'a str, &'a Text)>,
) -> impl Iterator<Item = (&'static str, Vec<Expression>)> {
    headers.map(|(name, value)| ("header", vec![string(name), expression(value)]))
}

/// JSON as a text block (JLS, §3.10.6); what is in variables is formatted into it.
pub(super) fn block(body: Option<&Content>) -> Option<Expression> {
    let Some(Content::Json(value, _)) = body else { return None };
    let text = json_lines(value)?;
    let has_variables = text.plain().is_none();
    let escaped = |plain: &str| {
        let plain = plain.replace('\\', "\\\\");
        if has_variables { plain.replace('%', "%%") } else { plain }
    };
    let inside = text.joined(escaped, |_| "%s".into(), "");
    if inside.len() > LONGEST {
        return None;
    }
    let lines = ["\"\"\""].into_iter().chain(inside.lines()).chain(["\"\"\""]).map(str::to_owned);
    let block = Expression::Block(lines.collect());
    let variables = text.pieces().iter().filter_map(|piece| match piece {
        Piece::Variable(name) => Some(Expression::word(variable(name))),
        Piece::Plain(_) => None,
    });
    let variables: Vec<Expression> = variables.collect();
    Some(if has_variables { Expression::Chain(block.into(), vec![("formatted", variables)]) } else { block })
}

pub(in crate::snippet) fn variable(name: &str) -> String {
    ["System.getenv(\"", name, "\")"].concat()
}

pub(in crate::snippet) fn expression(text: &Text) -> Expression {
    let mut words = words(text);
    if words.len() > 1 { Expression::Sum(words) } else { words.pop().unwrap_or_else(|| string("")) }
}

fn words(text: &Text) -> Vec<Expression> {
    let word = |piece: &Piece| match piece {
        Piece::Plain(text) => string(text),
        Piece::Variable(name) => Expression::word(variable(name)),
    };
    text.pieces().iter().map(word).collect()
}

pub(in crate::snippet) fn string(text: &str) -> Expression {
    if text.len() <= LONGEST {
        return Expression::word(literal(text));
    }
    let mut literals = vec![Expression::word("\"\"")];
    let mut rest = text;
    while !rest.is_empty() {
        let (start, end) = rest.split_at(rest.floor_char_boundary(LONGEST));
        literals.push(Expression::word(literal(start)));
        rest = end;
    }
    Expression::call("String.join", literals)
}

pub(super) fn literal(text: &str) -> String {
    quoted('"', text, escape)
}
