//! `PowerShell` 7, by Invoke-RestMethod.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    literal::{is_hidden, is_long, pretty, quoted},
    text::{Piece, Text},
};
use std::fmt::Write;

pub(super) const POWERSHELL: Client = Client {
    id: "powershell",
    language: "PowerShell",
    name: "Invoke-RestMethod",
    install: "",
    file: "call.ps1",
    run: "pwsh call.ps1",
    print,
};

/// Headers that .NET reads and writes anew, unless it is told to let them be.
const WRITTEN_ANEW: [&str; 27] = [
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

fn print(http: &Http) -> Result<String, &'static str> {
    if http.headers.iter().any(|(_, value)| !is_ascii(value)) {
        return Err("PowerShell sends headers of ASCII alone.");
    }
    let mut before = String::new();
    let mut settings = Vec::new();
    if http.method != "GET" {
        settings.push(("Method", string(&[&http.method[..1], &http.method[1..].to_lowercase()].concat())));
    }
    settings.push(("Uri", expression(&http.url)));
    if let Some((username, password)) = &http.basic {
        before += &["$password = ConvertTo-SecureString -String $env:", password, " -AsPlainText -Force\n"].concat();
        before += &["$credential = [pscredential]::new($env:", username, ", $password)\n"].concat();
        settings.extend([("Authentication", "'Basic'".to_owned()), ("Credential", "$credential".to_owned())]);
        // Else it refuses.
        if http
            .url
            .pieces()
            .first()
            .is_some_and(|piece| matches!(piece, Piece::Plain(text) if text.starts_with("http:")))
        {
            settings.push(("AllowUnencryptedAuthentication", "$true".to_owned()));
        }
    }
    let (kinds, headers): (Vec<_>, Vec<_>) = http.headers.iter().partition(|(name, _)| name == "content-type");
    if !headers.is_empty() {
        let lines: Vec<_> = headers.iter().map(|(name, value)| (string(name), expression(value))).collect();
        settings.push(("Headers", table(&lines, 1)));
    }
    if http.headers.iter().any(is_written_anew) {
        settings.push(("SkipHeaderValidation", "$true".to_owned()));
    }
    match kinds.first() {
        Some((_, kind)) => settings.push(("ContentType", expression(kind))),
        // Else it says that a form is sent.
        None if matches!(http.method, "POST" | "PUT") && !matches!(http.body, Some(Content::Parts(_))) => {
            settings.push(("ContentType", "''".to_owned()));
        }
        None => {}
    }
    match &http.body {
        None => {}
        Some(Content::Json(value, _)) if is_long(value) => {
            let text = pretty(value, '\0');
            before += &["$body = ", &lines(&text), "\n"].concat();
            settings.push(("Body", encoded("$body".to_owned(), &text, http)));
        }
        Some(Content::Text(text) | Content::Json(_, text)) => {
            settings.push(("Body", encoded(expression(text), text, http)));
        }
        Some(Content::File(name)) => settings.push(("InFile", string(&escaped_pattern(name)))),
        Some(Content::Parts(parts)) => {
            before += &form(parts)?;
            settings.push(("Body", "$form".to_owned()));
        }
    }
    let call = match settings.as_slice() {
        [(name, value)] => ["Invoke-RestMethod -", name, " ", value, "\n"].concat(),
        _ => ["$request = ", &table(&settings, 0), "\nInvoke-RestMethod @request\n"].concat(),
    };
    let before = if before.is_empty() { before } else { before + "\n" };
    Ok(["$ErrorActionPreference = 'Stop'\n\n", &before, &call].concat())
}

fn is_ascii(text: &Text) -> bool {
    text.pieces().iter().all(|piece| match piece {
        Piece::Plain(text) => text.is_ascii(),
        Piece::Variable(_) => true,
    })
}

fn is_written_anew((name, value): &(String, Text)) -> bool {
    let name = name.to_ascii_lowercase();
    let starts_with =
        |start: &str| matches!(value.pieces().first(), Some(Piece::Plain(text)) if text.starts_with(start));
    match name.as_str() {
        // One that has a scheme comes out as it went in.
        "authorization" => !starts_with("Bearer "),
        "content-type" => value.has(';'),
        name => WRITTEN_ANEW.contains(&name),
    }
}

/// Names and values, the signs between them below each other.
fn table<T: AsRef<str>>(pairs: &[(T, String)], depth: usize) -> String {
    let indent = "    ".repeat(depth);
    let width = pairs.iter().map(|(name, _)| name.as_ref().chars().count()).max().unwrap_or_default();
    let mut code = String::from("@{\n");
    for (name, value) in pairs {
        let space = " ".repeat(width - name.as_ref().chars().count());
        code += &[&indent, "    ", name.as_ref(), &space, " = ", value, "\n"].concat();
    }
    [&code, &indent, "}"].concat()
}

/// A body as it comes on the wire: what is not ASCII is not encoded alike by all versions.
fn encoded(expression: String, text: &Text, http: &Http) -> String {
    let has_charset = http.headers.iter().any(|(name, value)| name == "content-type" && value.has(';'));
    let is_plain = text.plain().is_some_and(str::is_ascii) && !has_charset;
    if is_plain { expression } else { ["[System.Text.Encoding]::UTF8.GetBytes(", &expression, ")"].concat() }
}

/// A form part by part: the parameter -Form gives texts a media type, and writes names in another way.
fn form(parts: &[Part]) -> Result<String, &'static str> {
    let mut code = String::from("$form = [System.Net.Http.MultipartFormDataContent]::new()\n");
    for part in parts {
        let escaped = |name: &str| name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let mut about = ["form-data; name=\"", &escaped(&part.name), "\""].concat();
        let mut kind = part.content_type.as_deref();
        let content = match &part.value {
            PartValue::Text(text) => {
                let bytes = ["[System.Text.Encoding]::UTF8.GetBytes(", &expression(text), ")"].concat();
                ["[System.Net.Http.ByteArrayContent]::new(", &bytes, ")"].concat()
            }
            PartValue::File(name) => {
                about += &["; filename=\"", &escaped(name), "\""].concat();
                kind = kind.or(Some("application/octet-stream"));
                let file = ["(Get-Item -LiteralPath ", &string(name), ").OpenRead()"].concat();
                ["[System.Net.Http.StreamContent]::new(", &file, ")"].concat()
            }
        };
        if !about.is_ascii() {
            return Err("PowerShell sends names of parts and files in ASCII alone.");
        }
        code +=
            &["\n$part = ", &content, "\n$part.Headers.Add('Content-Disposition', ", &string(&about), ")\n"].concat();
        if let Some(kind) = kind {
            code += &["$part.Headers.Add('Content-Type', ", &string(kind), ")\n"].concat();
        }
        code += "$form.Add($part)\n";
    }
    Ok(code)
}

/// A file's name where a pattern is asked for.
fn escaped_pattern(name: &str) -> String {
    let mut pattern = String::new();
    for c in name.chars() {
        if matches!(c, '[' | ']' | '*' | '?' | '`') {
            pattern.push('`');
        }
        pattern.push(c);
    }
    pattern
}

/// A string over several lines, as it is; with variables, one in which they have their values. No line of JSON begins
/// with the mark that ends it.
fn lines(text: &Text) -> String {
    if let Some(plain) = text.plain() {
        return ["@'\n", plain, "\n'@"].concat();
    }
    ["@\"\n", &with_variables(text, |text| text.replace('`', "``").replace('$', "`$")), "\n\"@"].concat()
}

/// A string in single quotes, where nothing means anything, or in double ones, where variables and escapes do.
fn expression(text: &Text) -> String {
    if let [Piece::Variable(name)] = text.pieces() {
        return ["$env:", name].concat();
    }
    match text.plain() {
        Some(plain) if !plain.contains(is_hidden) => string(plain),
        _ => ["\"", &with_variables(text, inside), "\""].concat(),
    }
}

fn with_variables(text: &Text, plain: impl Fn(&str) -> String) -> String {
    let mut written = String::new();
    for (i, piece) in text.pieces().iter().enumerate() {
        // What could be more of the name.
        let continues = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '?');
        match (piece, text.pieces().get(i + 1)) {
            (Piece::Plain(text), _) => written += &plain(text),
            (Piece::Variable(name), Some(Piece::Plain(next))) if next.starts_with(continues) => {
                written += &["${env:", name, "}"].concat();
            }
            (Piece::Variable(name), _) => written += &["$env:", name].concat(),
        }
    }
    written
}

/// Quotation marks of print count as quotes too, and are doubled like them (`PowerShell` Language Specification, §2.3.5.2).
fn string(text: &str) -> String {
    if text.contains(is_hidden) {
        return ["\"", &inside(text), "\""].concat();
    }
    quoted('\'', text, |c| matches!(c, '\'' | '\u{2018}'..='\u{201B}').then(|| [c, c].iter().collect()))
}

/// The characters between double quotes.
fn inside(text: &str) -> String {
    let mut written = String::new();
    for c in text.chars() {
        match c {
            '"' | '`' | '$' | '\u{201C}'..='\u{201E}' => written.extend(['`', c]),
            '\0' => written += "`0",
            '\n' => written += "`n",
            '\r' => written += "`r",
            '\t' => written += "`t",
            c if is_hidden(c) => {
                let _ = write!(written, "`u{{{:x}}}", c as u32);
            }
            c => written.push(c),
        }
    }
    written
}
