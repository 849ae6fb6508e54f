//! Forms in Dart: by the library's own class where it writes the same, else byte by byte.

use super::{
    super::{
        http::{Http, Part, PartValue},
        text::{Piece, Text},
    },
    SEND, add_headers, call_with_url, expression, function, headers, is_simple_kind,
    layout::{call, fits, map, pair},
    request, string,
};

/// Whether the library writes this form: fields come first, each once, and say more of themselves where they are not
/// plain; a file's media type is written anew.
pub(super) fn suit_library(parts: &[Part]) -> bool {
    let mut names: Vec<&str> = Vec::new();
    let mut has_file = false;
    parts.iter().all(|part| match (&part.value, &part.content_type) {
        (PartValue::Text(text), None) => {
            let is_plain = |piece: &Piece| match piece {
                Piece::Plain(text) => text.chars().all(|c| c.is_ascii() && (!c.is_control() || c == '\n')),
                Piece::Variable(_) => true,
            };
            let is_new = !names.contains(&part.name.as_str());
            names.push(&part.name);
            is_new && !has_file && text.pieces().iter().all(is_plain)
        }
        (_, kind) => {
            has_file = true;
            kind.as_deref().is_none_or(is_simple_kind)
        }
    })
}

pub(super) fn is_typed_text(part: &Part) -> bool {
    matches!(part.value, PartValue::Text(_)) && part.content_type.is_some()
}

pub(super) fn with_parts(http: &Http, parts: &[Part]) -> String {
    let mut code = [request("MultipartRequest", http), add_headers(http)].concat();
    for part in parts {
        let name = string(&part.name);
        let kind = part.content_type.as_deref().filter(|kind| *kind != "application/octet-stream");
        let kind = kind.and_then(|kind| kind.split_once('/')).map(|(kind, subkind)| {
            ["contentType: http.MediaType(", &string(kind), ", ", &string(subkind), ")"].concat()
        });
        let (start, mut given) = match (&part.value, &part.content_type) {
            (PartValue::Text(text), None) => {
                code += &["  ", &pair(&["request.fields[", &name, "] ="].concat(), &expression(text), ";", 1), "\n"]
                    .concat();
                continue;
            }
            (PartValue::Text(text), Some(_)) => {
                let bytes = ["utf8.encode(", &expression(text), ")"].concat();
                ("http.MultipartFile.fromBytes(", vec![name, bytes])
            }
            (PartValue::File(file), _) => ("await http.MultipartFile.fromPath(", vec![name, string(file)]),
        };
        given.extend(kind);
        let line = ["  request.files.add(", start, &given.join(", "), "));\n"].concat();
        if fits(line.trim_end(), 0) {
            code += &line;
            continue;
        }
        let line = ["    ", start, &given.join(", "), "),"].concat();
        let file = if fits(&line, 0) {
            line
        } else {
            let given: String = given.iter().map(|given| ["      ", given, ",\n"].concat()).collect();
            ["    ", start, "\n", &given, "    ),"].concat()
        };
        code += &["  request.files.add(\n", &file, "\n  );\n"].concat();
    }
    code + SEND
}

/// A form whose parts the code writes itself.
pub(super) fn by_hand(http: &Http, parts: &[Part]) -> String {
    let mut code =
        String::from("  final boundary = 'boundary-${DateTime.now().microsecondsSinceEpoch}';\n  final body = [\n");
    for part in parts {
        let escaped = |name: &str| name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let (file, kind, content) = match &part.value {
            PartValue::Text(text) => {
                (String::new(), part.content_type.as_deref(), encoded(&text.clone().then(Text::literal("\r\n"))))
            }
            PartValue::File(name) => (
                ["; filename=\"", &escaped(name), "\""].concat(),
                Some(part.content_type.as_deref().unwrap_or("application/octet-stream")),
                ["    ...await File(", &string(name), ").readAsBytes(),\n", &encoded(&Text::literal("\r\n"))].concat(),
            ),
        };
        let head = ["Content-Disposition: form-data; name=\"", &escaped(&part.name), "\"", &file, "\r\n"].concat();
        code += "    ...utf8.encode('--$boundary\\r\\n'),\n";
        match kind {
            None => code += &encoded(&Text::literal(&[&head, "\r\n"].concat())),
            Some(kind) => {
                code += &encoded(&Text::literal(&head));
                code += &encoded(&Text::literal(&["Content-Type: ", kind, "\r\n\r\n"].concat()));
            }
        }
        code += &content;
    }
    code += "    ...utf8.encode('--$boundary--\\r\\n'),\n  ];\n";
    let mut headers = headers(http);
    headers.push(("'content-type'".into(), "'multipart/form-data; boundary=$boundary'".into()));
    if let Some(function) = function(http) {
        let start = ["  final response = await http.", &function, "("].concat();
        let headers = map(&headers, 2, "headers: ", ",").unwrap_or_default();
        return code + &call_with_url(&start, &http.url, &[headers, "body: body,".into()]);
    }
    let headers = map(&headers, 1, "request.headers.addAll(", ");").unwrap_or_default();
    [&code, &request("Request", http), "  ", &headers, "\n  request.bodyBytes = body;\n", SEND].concat()
}

/// Some of a form's bytes.
fn encoded(text: &Text) -> String {
    ["    ", &call("...utf8.encode(", &expression(text), "),", 2), "\n"].concat()
}
