//! C# with `HttpClient`, formatted as by `dotnet format`: top-level statements of a project with implicit usings.

use super::{
    HttpClientTarget,
    is_rfc_9110_method,
    // Java has the same escapes.
    jvm::escape_char,
    literal::{can_round_trip, quote_string},
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate, escape_form_data_name},
};
use crate::snippet::text_template::{TemplateFragment, TextTemplate};
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) const HTTP_CLIENT: HttpClientTarget = HttpClientTarget {
    id: "csharp",
    language: "C#",
    name: "HttpClient",
    install_command: "",
    file_name: "Program.cs",
    run_command: "dotnet run Program.cs",
    render,
};

/// Headers that `HttpClient` stores with the body.
const CONTENT_HEADERS: [&str; 10] = [
    "allow",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-location",
    "content-md5",
    "content-range",
    "content-type",
    "expires",
    "last-modified",
];

/// Headers that `HttpClient` parses, and rejects if it cannot parse them.
const PARSED_HEADERS: [&str; 18] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "date",
    "from",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "pragma",
    "range",
    "referer",
    "user-agent",
];

/// Maximum length of a list on one line, in bytes.
const MAX_LIST_WIDTH: usize = 80;

fn render(template: &RequestTemplate) -> Result<String, &'static str> {
    let mut usings = BTreeSet::new();
    let mut setup = String::new();
    let mut request = String::new();
    if let Some((username, password)) = &template.basic_auth {
        usings.extend(["System.Net.Http.Headers", "System.Text"]);
        let read_variable = |name: &str, from: &str| format!("var {name} = {};\n", env_var(from));
        setup += &[read_variable("username", username), read_variable("password", password)].concat();
        setup += "var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($\"{username}:{password}\"));\n\n";
        request += "request.Headers.Authorization = new AuthenticationHeaderValue(\"Basic\", credentials);\n";
    }
    let (mut content_type, mut content_header_statements) = (None, String::new());
    for (name, value) in &template.headers {
        let lowercase_name = name.to_ascii_lowercase();
        let arguments = format!("({}, {});\n", string_literal(name), text_expression(value));
        match (lowercase_name.as_str(), value.fragments()) {
            ("content-type", _) if template.body.is_some() => content_type = value.as_literal(),
            ("authorization", [TemplateFragment::Literal(scheme), TemplateFragment::Variable(name)])
                if scheme.ends_with(' ') =>
            {
                usings.insert("System.Net.Http.Headers");
                let arguments = format!("{}, {}", string_literal(scheme.trim_end()), env_var(name));
                request +=
                    &["request.Headers.Authorization = new AuthenticationHeaderValue(", &arguments, ");\n"].concat();
            }
            (header_name, _) if CONTENT_HEADERS.contains(&header_name) => {
                content_header_statements += &["request.Content.Headers.TryAddWithoutValidation", &arguments].concat();
            }
            (header_name, _) if PARSED_HEADERS.contains(&header_name) => {
                request += &["request.Headers.TryAddWithoutValidation", &arguments].concat();
            }
            _ => request += &["request.Headers.Add", &arguments].concat(),
        }
    }
    let content = match &template.body {
        None if content_header_statements.is_empty() => None,
        None => return Err("HttpClient cannot send content headers without a body."),
        Some(BodyTemplate::Json(value @ (Value::Object(_) | Value::Array(_)), _))
            if can_round_trip(value, &|_| true) =>
        {
            usings.insert("System.Text.Json.Nodes");
            setup += &["var body = ", &render_json_node(value, 0), ";\n\n"].concat();
            Some("new StringContent(body.ToJsonString())".to_owned())
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => {
            Some(format!("new StringContent({})", text_expression(text)))
        }
        Some(BodyTemplate::File(name)) => Some(format!("new StreamContent(File.OpenRead({}))", string_literal(name))),
        Some(BodyTemplate::Multipart(parts)) => {
            setup += &[&render_multipart_form(parts, &mut usings), "\n"].concat();
            Some("form".to_owned())
        }
    };
    if let Some(content) = content {
        request += &["request.Content = ", &content, ";\n"].concat();
        if !matches!(template.body, Some(BodyTemplate::Multipart(_))) {
            request +=
                &["request.Content.Headers.ContentType = ", &media_type_expression(content_type, &mut usings), ";\n"]
                    .concat();
        }
    }
    let client = if template.headers.iter().all(|(_, value)| value.has_only_ascii_literals()) {
        "using var client = new HttpClient();\n"
    } else {
        usings.insert("System.Text");
        "using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };\n\
         using var client = new HttpClient(handler);\n"
    };
    let arguments = format!("{}, {}", method_expression(template.method()), text_expression(&template.url));
    let message = format!("using var request = new HttpRequestMessage({arguments});\n");
    let send_statements = "\nusing var response = await client.SendAsync(request);\nresponse.EnsureSuccessStatusCode();\n\
                 Console.WriteLine(await response.Content.ReadAsStringAsync());\n";
    let usings: String = usings.into_iter().map(|name| ["using ", name, ";\n"].concat()).collect();
    let usings = if usings.is_empty() { usings } else { usings + "\n" };
    Ok(format!("{usings}{setup}{client}{message}{request}{content_header_statements}{send_statements}"))
}

/// Returns the property of `HttpMethod` for a method (`PUT` → `HttpMethod.Put`), or an object if there is none.
fn method_expression(method: &str) -> String {
    if !is_rfc_9110_method(method) {
        return format!("new HttpMethod({})", string_literal(method));
    }
    let (first, rest) = method.split_at(1);
    format!("HttpMethod.{first}{}", rest.to_ascii_lowercase())
}

/// Renders the media type of a body. Without a value, `HttpClient` would send a string as plain text.
fn media_type_expression(content_type: Option<&str>, usings: &mut BTreeSet<&str>) -> String {
    let Some(content_type) = content_type else { return "null".into() };
    usings.insert("System.Net.Http.Headers");
    let start = if content_type.contains(';') { "MediaTypeHeaderValue.Parse(" } else { "new MediaTypeHeaderValue(" };
    format!("{start}{})", string_literal(content_type))
}

/// Renders a form. Its names are quoted, and escaped as browsers do (RFC 7578, §4).
fn render_multipart_form(parts: &[PartTemplate], usings: &mut BTreeSet<&str>) -> String {
    let quoted_name = |name: &str| format!("\"{}\"", escape_form_data_name(name));
    let is_plain = |part: &PartTemplate| match &part.body {
        PartBody::Text(_) => part.name.is_ascii(),
        PartBody::File(name) => part.name.is_ascii() && name.is_ascii(),
    };
    let mut form = String::from(if parts.iter().all(is_plain) {
        "var form = new MultipartFormDataContent();\n"
    } else {
        usings.insert("System.Text");
        "var form = new MultipartFormDataContent { HeaderEncodingSelector = (_, _) => Encoding.UTF8 };\n"
    });
    for part in parts {
        let (content, filename_parameter, content_type) = match &part.body {
            PartBody::Text(value) if is_plain(part) => {
                let content_type_expression = media_type_expression(part.content_type.as_deref(), usings);
                let content = [
                    "new StringContent(",
                    &text_expression(value),
                    ") { Headers = { ContentType = ",
                    &content_type_expression,
                    " } }",
                ];
                form +=
                    &["form.Add(", &content.concat(), ", ", &string_literal(&quoted_name(&part.name)), ");\n"].concat();
                continue;
            }
            PartBody::Text(value) => {
                let content = format!("ByteArrayContent(Encoding.UTF8.GetBytes({}))", text_expression(value));
                (content, String::new(), part.content_type.as_deref())
            }
            PartBody::File(name) => (
                format!("StreamContent(File.OpenRead({}))", string_literal(name)),
                format!("; filename={}", quoted_name(name)),
                part.content_type.as_deref().or(Some("application/octet-stream")),
            ),
        };
        let header_entry =
            |name: &str, value: &str| format!("        {{ {}, {} }},\n", string_literal(name), string_literal(value));
        let disposition = header_entry(
            "Content-Disposition",
            &format!("form-data; name={}{filename_parameter}", quoted_name(&part.name)),
        );
        let content_type_entry = content_type.map(|kind| header_entry("Content-Type", kind)).unwrap_or_default();
        let headers = format!("    Headers =\n    {{\n{disposition}{content_type_entry}    }},\n");
        form += &["form.Add(new ", &content, "\n{\n", &headers, "});\n"].concat();
    }
    form
}

/// Renders JSON with the classes of `System.Text.Json.Nodes`, which preserve the order of fields.
fn render_json_node(value: &Value, depth: usize) -> String {
    let line_break = |depth: usize| format!("\n{}", "    ".repeat(depth));
    match value {
        Value::String(text) => text_expression(&TextTemplate::from(text.as_str())),
        Value::Object(fields) if fields.is_empty() => "new JsonObject()".into(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                format!("{}[{}] = {},", line_break(depth + 1), string_literal(name), render_json_node(value, depth + 1))
            };
            let fields: String = fields.iter().map(field).collect();
            format!("new JsonObject{}{{{fields}{}}}", line_break(depth), line_break(depth))
        }
        // A single null argument would be the list itself.
        Value::Array(items) if items.as_slice() == [Value::Null] => "new JsonArray((JsonNode?)null)".into(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| render_json_node(item, depth + 1)).collect();
            let line = format!("new JsonArray({})", items.join(", "));
            if line.len() <= MAX_LIST_WIDTH && !line.contains('\n') {
                return line;
            }
            let start = line_break(depth + 1);
            format!("new JsonArray({start}{})", items.join(&format!(",{start}")))
        }
        other => other.to_string(),
    }
}

pub(in crate::snippet) fn env_var(name: &str) -> String {
    format!("Environment.GetEnvironmentVariable(\"{name}\")")
}

/// Renders a text, as an interpolated string if it has variables.
pub(in crate::snippet) fn text_expression(text: &TextTemplate) -> String {
    if let Some(plain) = text.as_literal() {
        return string_literal(plain);
    }
    if let [TemplateFragment::Variable(name)] = text.fragments() {
        return env_var(name);
    }
    let interpolated_content = |plain: &str| {
        let literal = string_literal(plain);
        literal[1..literal.len() - 1].replace('{', "{{").replace('}', "}}")
    };
    format!("$\"{}\"", text.render(interpolated_content, |name| format!("{{{}}}", env_var(name)), ""))
}

pub(in crate::snippet) fn string_literal(text: &str) -> String {
    quote_string('"', text, escape_char)
}
