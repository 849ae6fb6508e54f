//! `PowerShell` 7 with Invoke-RestMethod.

use super::{
    HttpClientTarget,
    literal::{is_invisible, is_nonempty_container, pretty_json, quote_string},
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate, escape_form_data_name},
};
use crate::snippet::text_template::{TemplateFragment, TextTemplate};
use std::fmt::Write;

pub(super) const POWERSHELL: HttpClientTarget = HttpClientTarget {
    id: "powershell",
    language: "PowerShell",
    name: "Invoke-RestMethod",
    install_command: "",
    file_name: "call.ps1",
    run_command: "pwsh call.ps1",
    render,
};

/// Headers that .NET parses and reformats, unless validation is disabled.
const REFORMATTED_HEADERS: [&str; 27] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "connection",
    "date",
    "expect",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "pragma",
    "proxy-authorization",
    "range",
    "referer",
    "te",
    "trailer",
    "upgrade",
    "user-agent",
    "via",
    "warning",
];

/// Returns the parameter for a method: `-Method` accepts only the methods of an enumeration.
fn method_setting(method: &str) -> (&'static str, String) {
    match method {
        "PUT" | "POST" | "DELETE" | "OPTIONS" | "HEAD" | "PATCH" | "TRACE" | "MERGE" => {
            ("Method", string_literal(&[&method[..1], &method[1..].to_lowercase()].concat()))
        }
        other => ("CustomMethod", string_literal(other)),
    }
}

fn render(template: &RequestTemplate) -> Result<String, &'static str> {
    if template.headers.iter().any(|(_, value)| !value.has_only_ascii_literals()) {
        return Err("PowerShell can send only ASCII in headers.");
    }
    let mut setup = String::new();
    let mut settings = Vec::new();
    if template.method() != "GET" {
        settings.push(method_setting(template.method()));
    }
    settings.push(("Uri", text_expression(&template.url)));
    if let Some((username, password)) = &template.basic_auth {
        setup += &["$password = ConvertTo-SecureString -String $env:", password, " -AsPlainText -Force\n"].concat();
        setup += &["$credential = [pscredential]::new($env:", username, ", $password)\n"].concat();
        settings.extend([("Authentication", "'Basic'".to_owned()), ("Credential", "$credential".to_owned())]);
        // Without this setting, Invoke-RestMethod refuses to send a credential over plain HTTP.
        if template
            .url
            .fragments()
            .first()
            .is_some_and(|piece| matches!(piece, TemplateFragment::Literal(text) if text.starts_with("http:")))
        {
            settings.push(("AllowUnencryptedAuthentication", "$true".to_owned()));
        }
    }
    let (content_types, headers): (Vec<_>, Vec<_>) =
        template.headers.iter().partition(|(name, _)| name == "content-type");
    if !headers.is_empty() {
        let lines: Vec<_> =
            headers.iter().map(|(name, value)| (string_literal(name), text_expression(value))).collect();
        settings.push(("Headers", hash_table_literal(&lines, 1)));
    }
    if template.headers.iter().any(is_reformatted) {
        settings.push(("SkipHeaderValidation", "$true".to_owned()));
    }
    match content_types.first() {
        Some((_, content_type)) => settings.push(("ContentType", text_expression(content_type))),
        // Otherwise, Invoke-RestMethod sends the content type of a form.
        None if matches!(template.method(), "POST" | "PUT")
            && !matches!(template.body, Some(BodyTemplate::Multipart(_))) =>
        {
            settings.push(("ContentType", "''".to_owned()));
        }
        None => {}
    }
    match &template.body {
        None => {}
        Some(BodyTemplate::Json(value, _)) if is_nonempty_container(value) => {
            let text = pretty_json(value, '\0');
            setup += &["$body = ", &here_string(&text), "\n"].concat();
            settings.push(("Body", encode_body("$body".to_owned(), &text, template)));
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => {
            settings.push(("Body", encode_body(text_expression(text), text, template)));
        }
        Some(BodyTemplate::File(name)) => settings.push(("InFile", string_literal(&escape_wildcards(name)))),
        Some(BodyTemplate::Multipart(parts)) => {
            setup += &render_multipart_form(parts)?;
            settings.push(("Body", "$form".to_owned()));
        }
    }
    let call = match settings.as_slice() {
        [(name, value)] => format!("Invoke-RestMethod -{name} {value}\n"),
        _ => format!("$request = {}\nInvoke-RestMethod @request\n", hash_table_literal(&settings, 0)),
    };
    let setup = if setup.is_empty() { setup } else { setup + "\n" };
    Ok(format!("$ErrorActionPreference = 'Stop'\n\n{setup}{call}"))
}

fn is_reformatted((name, value): &(String, TextTemplate)) -> bool {
    let name = name.to_ascii_lowercase();
    let starts_with = |start: &str| matches!(value.fragments().first(), Some(TemplateFragment::Literal(text)) if text.starts_with(start));
    match name.as_str() {
        // A value with the scheme Bearer is sent unchanged.
        "authorization" => !starts_with("Bearer "),
        "content-type" => value.contains_char(';'),
        name => REFORMATTED_HEADERS.contains(&name),
    }
}

/// Renders a hash table, with the equals signs aligned.
fn hash_table_literal<T: AsRef<str>>(pairs: &[(T, String)], depth: usize) -> String {
    let indent = "    ".repeat(depth);
    let width = pairs.iter().map(|(name, _)| name.as_ref().chars().count()).max().unwrap_or_default();
    let mut code = String::from("@{\n");
    for (name, value) in pairs {
        let space = " ".repeat(width - name.as_ref().chars().count());
        code += &[&indent, "    ", name.as_ref(), &space, " = ", value, "\n"].concat();
    }
    format!("{code}{indent}}}")
}

/// Encodes a body unless it is plain ASCII, because versions of `PowerShell` encode other characters differently.
fn encode_body(expression: String, text: &TextTemplate, template: &RequestTemplate) -> String {
    let has_charset = template.headers.iter().any(|(name, value)| name == "content-type" && value.contains_char(';'));
    let is_plain = text.as_literal().is_some_and(str::is_ascii) && !has_charset;
    if is_plain { expression } else { format!("[System.Text.Encoding]::UTF8.GetBytes({expression})") }
}

/// Renders a form part by part. The `-Form` parameter adds a media type to texts and writes names differently.
fn render_multipart_form(parts: &[PartTemplate]) -> Result<String, &'static str> {
    let mut code = String::from("$form = [System.Net.Http.MultipartFormDataContent]::new()\n");
    for part in parts {
        let mut disposition = format!("form-data; name=\"{}\"", escape_form_data_name(&part.name));
        let mut media_type = part.content_type.as_deref();
        let content = match &part.body {
            PartBody::Text(text) => {
                let bytes = format!("[System.Text.Encoding]::UTF8.GetBytes({})", text_expression(text));
                format!("[System.Net.Http.ByteArrayContent]::new({bytes})")
            }
            PartBody::File(name) => {
                disposition += &["; filename=\"", &escape_form_data_name(name), "\""].concat();
                media_type = media_type.or(Some("application/octet-stream"));
                let file = format!("(Get-Item -LiteralPath {}).OpenRead()", string_literal(name));
                format!("[System.Net.Http.StreamContent]::new({file})")
            }
        };
        if !disposition.is_ascii() {
            return Err("PowerShell can send only ASCII in part and file names.");
        }
        code += &[
            "\n$part = ",
            &content,
            "\n$part.Headers.Add('Content-Disposition', ",
            &string_literal(&disposition),
            ")\n",
        ]
        .concat();
        if let Some(media_type) = media_type {
            code += &["$part.Headers.Add('Content-Type', ", &string_literal(media_type), ")\n"].concat();
        }
        code += "$form.Add($part)\n";
    }
    Ok(code)
}

/// Escapes a file name for a parameter that takes a pattern.
fn escape_wildcards(name: &str) -> String {
    let mut pattern = String::new();
    for c in name.chars() {
        if matches!(c, '[' | ']' | '*' | '?' | '`') {
            pattern.push('`');
        }
        pattern.push(c);
    }
    pattern
}

/// Renders a here-string, which is literal unless the text has variables. No line of JSON begins with its closing
/// delimiter.
fn here_string(text: &TextTemplate) -> String {
    if let Some(plain) = text.as_literal() {
        return format!("@'\n{plain}\n'@");
    }
    format!("@\"\n{}\n\"@", interpolate(text, |text| text.replace('`', "``").replace('$', "`$")))
}

/// Renders a string in single quotes, which are literal, or in double quotes, which allow variables and escapes.
fn text_expression(text: &TextTemplate) -> String {
    if let [TemplateFragment::Variable(name)] = text.fragments() {
        return format!("$env:{name}");
    }
    match text.as_literal() {
        Some(plain) if !plain.contains(is_invisible) => string_literal(plain),
        _ => format!("\"{}\"", interpolate(text, escape_double_quoted)),
    }
}

fn interpolate(text: &TextTemplate, escape_literal: impl Fn(&str) -> String) -> String {
    let mut output = String::new();
    for (i, piece) in text.fragments().iter().enumerate() {
        // These characters would extend the name of the variable.
        let continues_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '?');
        match (piece, text.fragments().get(i + 1)) {
            (TemplateFragment::Literal(text), _) => output += &escape_literal(text),
            (TemplateFragment::Variable(name), Some(TemplateFragment::Literal(next)))
                if next.starts_with(continues_name) =>
            {
                output += &["${env:", name, "}"].concat();
            }
            (TemplateFragment::Variable(name), _) => output += &["$env:", name].concat(),
        }
    }
    output
}

/// Renders a literal string. Typographic quotes count as quotes too and are doubled in the same way
/// (`PowerShell` Language Specification, §2.3.5.2).
fn string_literal(text: &str) -> String {
    if text.contains(is_invisible) {
        return format!("\"{}\"", escape_double_quoted(text));
    }
    quote_string('\'', text, |c| matches!(c, '\'' | '\u{2018}'..='\u{201B}').then(|| [c, c].iter().collect()))
}

/// Escapes the characters between double quotes.
fn escape_double_quoted(text: &str) -> String {
    let mut output = String::new();
    for c in text.chars() {
        match c {
            '"' | '`' | '$' | '\u{201C}'..='\u{201E}' => output.extend(['`', c]),
            '\0' => output += "`0",
            '\n' => output += "`n",
            '\r' => output += "`r",
            '\t' => output += "`t",
            c if is_invisible(c) => {
                let _ = write!(output, "`u{{{:x}}}", c as u32);
            }
            c => output.push(c),
        }
    }
    output
}
