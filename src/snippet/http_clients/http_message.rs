//! The HTTP/1.1 message itself (RFC 9112), as sent over the connection.

use super::{
    HttpClientTarget,
    request_template::{BodyTemplate, PartBody, RequestTemplate},
};
use crate::snippet::text_template::TextTemplate;

pub(super) const HTTP_MESSAGE: HttpClientTarget = HttpClientTarget {
    id: "http",
    language: "HTTP",
    name: "HTTP/1.1",
    install_command: "",
    file_name: "call.http",
    run_command: "",
    render: |template| Ok(render(template)),
};

fn render(template: &RequestTemplate) -> String {
    let url = render_text(&template.url);
    let (_, rest) = url.split_once("://").unwrap_or(("", &url));
    let (host, target) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let mut lines = vec![format!("{} {target} HTTP/1.1", template.method()), format!("host: {host}")];
    if let Some((username, password)) = &template.basic_auth {
        lines.push(format!("authorization: Basic <base64 of ${{{username}}}:${{{password}}}>"));
    }
    lines.extend(template.headers.iter().map(|(name, value)| format!("{name}: {}", render_text(value))));
    let body = match &template.body {
        None => String::new(),
        Some(BodyTemplate::Text(body) | BodyTemplate::Json(_, body)) => {
            if let Some(plain) = body.as_literal() {
                lines.push(format!("content-length: {}", plain.len()));
            }
            render_text(body)
        }
        Some(BodyTemplate::File(name)) => format!("<the bytes of {name}>"),
        Some(BodyTemplate::Multipart(parts)) => {
            lines.push("content-type: multipart/form-data; boundary=boundary".into());
            let mut body = String::new();
            for part in parts {
                let (filename_parameter, content) = match &part.body {
                    PartBody::Text(value) => (String::new(), render_text(value)),
                    PartBody::File(name) => (format!("; filename=\"{name}\""), format!("<the bytes of {name}>")),
                };
                let content_type_line =
                    part.content_type.iter().map(|kind| ["content-type: ", kind, "\n"].concat()).collect::<String>();
                let other_lines: String =
                    part.headers.iter().map(|(name, value)| [name, ": ", &render_text(value), "\n"].concat()).collect();
                let part_headers = [
                    "--boundary\ncontent-disposition: form-data; name=\"",
                    &part.name,
                    "\"",
                    &filename_parameter,
                    "\n",
                    &content_type_line,
                    &other_lines,
                ];
                body += &[&part_headers.concat(), "\n", &content, "\n"].concat();
            }
            body + "--boundary--"
        }
    };
    format!("{}\n\n{body}", lines.join("\n"))
}

fn render_text(text: &TextTemplate) -> String {
    text.render(str::to_owned, |name| format!("${{{name}}}"), "")
}
