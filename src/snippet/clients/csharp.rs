//! C# with `HttpClient`, as `dotnet format` formats it: statements of a project with implicit usings.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    // C# has the same escapes.
    jvm::{escape, is_ascii},
    literal::{quoted, survives},
    text::{Piece, Text},
};
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) const HTTP_CLIENT: Client = Client {
    id: "csharp",
    language: "C#",
    name: "HttpClient",
    install: "",
    file: "Program.cs",
    run: "dotnet run Program.cs",
    print,
};

/// Headers that `HttpClient` keeps with the body.
const OF_CONTENT: [&str; 10] = [
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

/// Headers that it reads, and refuses where it does not understand them.
const READ: [&str; 18] = [
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

/// The longest list on one line.
const WIDTH: usize = 80;

fn print(http: &Http) -> Result<String, &'static str> {
    let mut usings = BTreeSet::new();
    let mut before = String::new();
    let mut request = String::new();
    if let Some((username, password)) = &http.basic {
        usings.extend(["System.Net.Http.Headers", "System.Text"]);
        let read = |name: &str, from: &str| ["var ", name, " = ", &variable(from), ";\n"].concat();
        before += &[read("username", username), read("password", password)].concat();
        before += "var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($\"{username}:{password}\"));\n\n";
        request += "request.Headers.Authorization = new AuthenticationHeaderValue(\"Basic\", credentials);\n";
    }
    let (mut kind, mut about) = (None, String::new());
    for (name, value) in &http.headers {
        let known = name.to_ascii_lowercase();
        let arguments = ["(", &literal(name), ", ", &string(value), ");\n"].concat();
        match (known.as_str(), value.pieces()) {
            ("content-type", _) if http.body.is_some() => kind = value.plain(),
            ("authorization", [Piece::Plain(scheme), Piece::Variable(name)]) if scheme.ends_with(' ') => {
                usings.insert("System.Net.Http.Headers");
                let arguments = [&literal(scheme.trim_end()), ", ", &variable(name)].concat();
                request +=
                    &["request.Headers.Authorization = new AuthenticationHeaderValue(", &arguments, ");\n"].concat();
            }
            (known, _) if OF_CONTENT.contains(&known) => {
                about += &["request.Content.Headers.TryAddWithoutValidation", &arguments].concat();
            }
            (known, _) if READ.contains(&known) => {
                request += &["request.Headers.TryAddWithoutValidation", &arguments].concat();
            }
            _ => request += &["request.Headers.Add", &arguments].concat(),
        }
    }
    let content = match &http.body {
        None if about.is_empty() => None,
        None => return Err("HttpClient sends headers about a body with one alone."),
        Some(Content::Json(value @ (Value::Object(_) | Value::Array(_)), _)) if survives(value, &|_| true) => {
            usings.insert("System.Text.Json.Nodes");
            before += &["var body = ", &json(value, 0), ";\n\n"].concat();
            Some("new StringContent(body.ToJsonString())".to_owned())
        }
        Some(Content::Text(text) | Content::Json(_, text)) => Some(["new StringContent(", &string(text), ")"].concat()),
        Some(Content::File(name)) => Some(["new StreamContent(File.OpenRead(", &literal(name), "))"].concat()),
        Some(Content::Parts(parts)) => {
            before += &[&form(parts, &mut usings), "\n"].concat();
            Some("form".to_owned())
        }
    };
    if let Some(content) = content {
        request += &["request.Content = ", &content, ";\n"].concat();
        if !matches!(http.body, Some(Content::Parts(_))) {
            request += &["request.Content.Headers.ContentType = ", &media_type(kind, &mut usings), ";\n"].concat();
        }
    }
    let client = if http.headers.iter().all(|(_, value)| is_ascii(value)) {
        "using var client = new HttpClient();\n"
    } else {
        usings.insert("System.Text");
        "using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };\n\
         using var client = new HttpClient(handler);\n"
    };
    let arguments = ["HttpMethod.", &method(http.method), ", ", &string(&http.url)].concat();
    let message = ["using var request = new HttpRequestMessage(", &arguments, ");\n"].concat();
    let after = "\nusing var response = await client.SendAsync(request);\nresponse.EnsureSuccessStatusCode();\n\
                 Console.WriteLine(await response.Content.ReadAsStringAsync());\n";
    let usings: String = usings.into_iter().map(|name| ["using ", name, ";\n"].concat()).collect();
    let usings = if usings.is_empty() { usings } else { usings + "\n" };
    Ok([&usings, &before, client, &message, &request, &about, after].concat())
}

/// `PUT` → `Put`
fn method(method: &str) -> String {
    let (first, rest) = method.split_at(1);
    [first, &rest.to_ascii_lowercase()].concat()
}

/// What a body is; without a word about it, a text would be plain.
fn media_type(kind: Option<&str>, usings: &mut BTreeSet<&str>) -> String {
    let Some(kind) = kind else { return "null".into() };
    usings.insert("System.Net.Http.Headers");
    let start = if kind.contains(';') { "MediaTypeHeaderValue.Parse(" } else { "new MediaTypeHeaderValue(" };
    [start, &literal(kind), ")"].concat()
}

/// A form whose names stand between quotes, and are escaped as browsers do it (RFC 7578, §4).
fn form(parts: &[Part], usings: &mut BTreeSet<&str>) -> String {
    let named = |name: &str| ["\"", &name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A"), "\""].concat();
    let is_plain = |part: &Part| match &part.value {
        PartValue::Text(_) => part.name.is_ascii(),
        PartValue::File(name) => part.name.is_ascii() && name.is_ascii(),
    };
    let mut form = String::from(if parts.iter().all(is_plain) {
        "var form = new MultipartFormDataContent();\n"
    } else {
        usings.insert("System.Text");
        "var form = new MultipartFormDataContent { HeaderEncodingSelector = (_, _) => Encoding.UTF8 };\n"
    });
    for part in parts {
        let (content, file, kind) = match &part.value {
            PartValue::Text(value) if is_plain(part) => {
                let kind = media_type(part.content_type.as_deref(), usings);
                let content = ["new StringContent(", &string(value), ") { Headers = { ContentType = ", &kind, " } }"];
                form += &["form.Add(", &content.concat(), ", ", &literal(&named(&part.name)), ");\n"].concat();
                continue;
            }
            PartValue::Text(value) => {
                let content = ["ByteArrayContent(Encoding.UTF8.GetBytes(", &string(value), "))"].concat();
                (content, String::new(), part.content_type.as_deref())
            }
            PartValue::File(name) => (
                ["StreamContent(File.OpenRead(", &literal(name), "))"].concat(),
                ["; filename=", &named(name)].concat(),
                part.content_type.as_deref().or(Some("application/octet-stream")),
            ),
        };
        let pair = |name: &str, value: &str| ["        { ", &literal(name), ", ", &literal(value), " },\n"].concat();
        let disposition = pair("Content-Disposition", &["form-data; name=", &named(&part.name), &file].concat());
        let kind = kind.map(|kind| pair("Content-Type", kind)).unwrap_or_default();
        let headers = ["    Headers =\n    {\n", &disposition, &kind, "    },\n"].concat();
        form += &["form.Add(new ", &content, "\n{\n", &headers, "});\n"].concat();
    }
    form
}

/// JSON in the classes of `System.Text.Json.Nodes`, which keep the order of fields.
fn json(value: &Value, depth: usize) -> String {
    let at = |depth: usize| ["\n", &"    ".repeat(depth)].concat();
    match value {
        Value::String(text) => string(&Text::from(text.as_str())),
        Value::Object(fields) if fields.is_empty() => "new JsonObject()".into(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                [&at(depth + 1), "[", &literal(name), "] = ", &json(value, depth + 1), ","].concat()
            };
            let fields: String = fields.iter().map(field).collect();
            ["new JsonObject", &at(depth), "{", &fields, &at(depth), "}"].concat()
        }
        // One null alone would be the list itself.
        Value::Array(items) if items.as_slice() == [Value::Null] => "new JsonArray((JsonNode?)null)".into(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| json(item, depth + 1)).collect();
            let line = ["new JsonArray(", &items.join(", "), ")"].concat();
            if line.len() <= WIDTH && !line.contains('\n') {
                return line;
            }
            let start = at(depth + 1);
            ["new JsonArray(", &start, &items.join(&[",", &start].concat()), ")"].concat()
        }
        other => other.to_string(),
    }
}

pub(in crate::snippet) fn variable(name: &str) -> String {
    ["Environment.GetEnvironmentVariable(\"", name, "\")"].concat()
}

/// A text; with variables, an interpolated string.
pub(in crate::snippet) fn string(text: &Text) -> String {
    if let Some(plain) = text.plain() {
        return literal(plain);
    }
    if let [Piece::Variable(name)] = text.pieces() {
        return variable(name);
    }
    let inside = |plain: &str| {
        let literal = literal(plain);
        literal[1..literal.len() - 1].replace('{', "{{").replace('}', "}}")
    };
    ["$\"", &text.joined(inside, |name| ["{", &variable(name), "}"].concat(), ""), "\""].concat()
}

pub(in crate::snippet) fn literal(text: &str) -> String {
    quoted('"', text, escape)
}
