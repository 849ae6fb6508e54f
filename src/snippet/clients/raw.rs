//! The message itself (RFC 9112), as it goes over the connection.

use super::{
    Client,
    http::{Content, Http, PartValue},
    text::Text,
};

pub(super) const RAW: Client = Client {
    id: "http",
    language: "HTTP",
    name: "HTTP/1.1",
    install: "",
    file: "call.http",
    run: "",
    print: |http| Ok(print(http)),
};

fn print(http: &Http) -> String {
    let url = text(&http.url);
    let (_, rest) = url.split_once("://").unwrap_or(("", &url));
    let (host, target) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let mut lines = vec![[http.method, " ", target, " HTTP/1.1"].concat(), ["host: ", host].concat()];
    if let Some((username, password)) = &http.basic {
        lines.push(["authorization: Basic <base64 of ${", username, "}:${", password, "}>"].concat());
    }
    lines.extend(http.headers.iter().map(|(name, value)| [name, ": ", &text(value)].concat()));
    let body = match &http.body {
        None => String::new(),
        Some(Content::Text(body) | Content::Json(_, body)) => {
            if let Some(plain) = body.plain() {
                lines.push(["content-length: ", &plain.len().to_string()].concat());
            }
            text(body)
        }
        Some(Content::File(name)) => ["<the bytes of ", name, ">"].concat(),
        Some(Content::Parts(parts)) => {
            lines.push("content-type: multipart/form-data; boundary=boundary".into());
            let mut body = String::new();
            for part in parts {
                let (file, content) = match &part.value {
                    PartValue::Text(value) => (String::new(), text(value)),
                    PartValue::File(name) => {
                        (["; filename=\"", name, "\""].concat(), ["<the bytes of ", name, ">"].concat())
                    }
                };
                let kind =
                    part.content_type.iter().map(|kind| ["content-type: ", kind, "\n"].concat()).collect::<String>();
                let head =
                    ["--boundary\ncontent-disposition: form-data; name=\"", &part.name, "\"", &file, "\n", &kind];
                body += &[&head.concat(), "\n", &content, "\n"].concat();
            }
            body + "--boundary--"
        }
    };
    [&lines.join("\n"), "\n\n", &body].concat()
}

fn text(text: &Text) -> String {
    text.joined(str::to_owned, |name| ["${", name, "}"].concat(), "")
}
