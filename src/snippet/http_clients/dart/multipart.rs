//! Forms in Dart, with the library's own class if it writes the same bytes, otherwise byte by byte.

use super::{
    SEND_STATEMENT, add_headers_statement, function_name, header_entries, headers_argument,
    layout::{delimited_document, pair_document, render_line, render_statement},
    render_call_with_url, request_declaration, string_literal, text_expression,
};
use crate::snippet::{
    document::Document,
    http_clients::request_template::{
        PartBody, PartTemplate, RequestTemplate, escape_form_data_name, is_simple_media_type,
    },
    text_template::{TemplateFragment, TextTemplate},
};

/// Returns true if the library writes this form unchanged. It writes the fields first, each name once, adds headers to
/// fields that are not plain, and reformats the media types of files.
pub(super) fn can_use_multipart_request(parts: &[PartTemplate]) -> bool {
    let mut names: Vec<&str> = Vec::new();
    let mut has_file = false;
    parts.iter().all(|part| match (&part.body, &part.content_type) {
        (PartBody::Text(text), None) => {
            let is_plain = |piece: &TemplateFragment| match piece {
                TemplateFragment::Literal(text) => text.chars().all(|c| c.is_ascii() && (!c.is_control() || c == '\n')),
                TemplateFragment::Variable(_) => true,
            };
            let is_new = !names.contains(&part.name.as_str());
            names.push(&part.name);
            is_new && !has_file && text.fragments().iter().all(is_plain)
        }
        (_, media_type) => {
            has_file = true;
            media_type.as_deref().is_none_or(is_simple_media_type)
        }
    })
}

pub(super) fn is_text_with_media_type(part: &PartTemplate) -> bool {
    matches!(part.body, PartBody::Text(_)) && part.content_type.is_some()
}

pub(super) fn render_multipart_request(template: &RequestTemplate, parts: &[PartTemplate]) -> String {
    let mut code = format!(
        "{}{}",
        request_declaration("MultipartRequest", template),
        add_headers_statement(&header_entries(template))
    );
    for part in parts {
        let name = string_literal(&part.name);
        let media_type = part.content_type.as_deref().filter(|kind| *kind != "application/octet-stream");
        let media_type_argument = media_type.and_then(|kind| kind.split_once('/')).map(|(kind, subkind)| {
            format!("contentType: http.MediaType({}, {})", string_literal(kind), string_literal(subkind))
        });
        let (constructor, mut arguments) = match (&part.body, &part.content_type) {
            (PartBody::Text(text), None) => {
                let field = pair_document(&format!("request.fields[{name}] ="), text_expression(text).into());
                code += &render_statement(field);
                continue;
            }
            (PartBody::Text(text), Some(_)) => {
                let bytes = format!("utf8.encode({})", text_expression(text));
                ("http.MultipartFile.fromBytes(", vec![name, bytes])
            }
            (PartBody::File(file), _) => ("await http.MultipartFile.fromPath(", vec![name, string_literal(file)]),
        };
        arguments.extend(media_type_argument);
        let file = delimited_document([constructor, ")"], arguments.into_iter().map(Document::from), false);
        code += &render_statement(delimited_document(["request.files.add(", ")"], [file], false));
    }
    code + SEND_STATEMENT
}

/// Renders a form whose parts the code writes itself.
pub(super) fn render_manual_multipart(template: &RequestTemplate, parts: &[PartTemplate]) -> String {
    let mut code =
        String::from("  final boundary = 'boundary-${DateTime.now().microsecondsSinceEpoch}';\n  final body = [\n");
    for part in parts {
        let (filename_parameter, media_type, content) = match &part.body {
            PartBody::Text(text) => (
                String::new(),
                part.content_type.as_deref(),
                encode_statement(&text.clone().chain(TextTemplate::from_literal("\r\n"))),
            ),
            PartBody::File(name) => (
                format!("; filename=\"{}\"", escape_form_data_name(name)),
                Some(part.content_type.as_deref().unwrap_or("application/octet-stream")),
                format!(
                    "    ...await File({}).readAsBytes(),\n{}",
                    string_literal(name),
                    encode_statement(&TextTemplate::from_literal("\r\n"))
                ),
            ),
        };
        let part_headers = format!(
            "Content-Disposition: form-data; name=\"{}\"{filename_parameter}\r\n",
            escape_form_data_name(&part.name)
        );
        code += "    ...utf8.encode('--$boundary\\r\\n'),\n";
        match media_type {
            None => code += &encode_statement(&TextTemplate::from_literal(&format!("{part_headers}\r\n"))),
            Some(media_type) => {
                code += &encode_statement(&TextTemplate::from_literal(&part_headers));
                code += &encode_statement(&TextTemplate::from_literal(&format!("Content-Type: {media_type}\r\n\r\n")));
            }
        }
        code += &content;
    }
    code += "    ...utf8.encode('--$boundary--\\r\\n'),\n  ];\n";
    let mut headers = header_entries(template);
    headers.push(("'content-type'".into(), "'multipart/form-data; boundary=$boundary'".into()));
    if let Some(function) = function_name(template) {
        return code
            + &render_call_with_url(template, &function, vec![headers_argument(&headers), "body: body".into()]);
    }
    format!(
        "{code}{}{}  request.bodyBytes = body;\n{SEND_STATEMENT}",
        request_declaration("Request", template),
        add_headers_statement(&headers)
    )
}

/// Renders an element of the body that encodes a text as bytes.
fn encode_statement(text: &TextTemplate) -> String {
    let element = delimited_document(["...utf8.encode(", ")"], [text_expression(text).into()], false);
    render_line(&[element, ",".into()].into(), 2)
}
