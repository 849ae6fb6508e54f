//! Command-line programs, for a POSIX shell: curl, wget, `HTTPie`.

use super::{
    HttpClientTarget,
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate},
};
use crate::snippet::{
    posix::quote,
    text_template::{TemplateFragment, TextTemplate},
};

pub(super) const CURL: HttpClientTarget = HttpClientTarget {
    id: "curl",
    language: "Shell",
    name: "curl",
    install_command: "",
    file_name: "call.sh",
    run_command: "sh call.sh",
    render: render_curl,
};

pub(super) const WGET: HttpClientTarget = HttpClientTarget {
    id: "wget",
    language: "Shell",
    name: "wget",
    install_command: "",
    file_name: "call.sh",
    run_command: "sh call.sh",
    render: render_wget,
};

pub(super) const HTTPIE: HttpClientTarget = HttpClientTarget {
    id: "httpie",
    language: "Shell",
    name: "HTTPie",
    install_command: "pip install httpie",
    file_name: "call.sh",
    run_command: "sh call.sh",
    render: render_httpie,
};

fn render_curl(template: &RequestTemplate) -> Result<String, &'static str> {
    // A missing argument leaves `{name}` in the URL, which curl would interpret as a glob pattern.
    let globoff = (template.url.contains_char('{') || template.url.contains_char('[')).then(|| "--globoff".to_owned());
    let first = match template.method() {
        "GET" if template.body.is_none() => "curl ".to_owned(),
        "HEAD" => "curl --head ".to_owned(),
        other => format!("curl --request {other} "),
    };
    let user_option =
        template.basic_auth.as_ref().map(|(username, password)| format!("--user \"${username}:${password}\""));
    let headers = template.headers.iter().map(|(name, value)| {
        // curl sends a header without a value only if it is written `name;`.
        let is_empty = value.as_literal() == Some("");
        let line = TextTemplate::from_literal(&[name.as_str(), if is_empty { ";" } else { ": " }].concat())
            .chain(value.clone());
        format!("--header {}", shell_word(&line))
    });
    let body = match &template.body {
        None => Vec::new(),
        // `--data-raw`, because `--data` interprets an initial `@` as the start of a file name.
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => {
            vec![format!("--data-raw {}", shell_word(text))]
        }
        Some(BodyTemplate::File(name)) => vec![format!("--data-binary {}", quote(&format!("@{name}")))],
        Some(BodyTemplate::Multipart(parts)) => parts.iter().map(curl_form_option).collect::<Result<_, _>>()?,
    };
    let first = format!("{first}{}", shell_word(&template.url));
    let lines: Vec<String> = [first].into_iter().chain(globoff).chain(user_option).chain(headers).chain(body).collect();
    Ok(lines.join(" \\\n  "))
}

/// Renders a part of a form. `--form-string` takes literal text; only `--form` supports files, media types and quotes.
/// For curl, a part's name ends at the first `=`, and a value that begins with `@` or `<` names a file to send.
fn curl_form_option(part: &PartTemplate) -> Result<String, &'static str> {
    if part.name.contains('=') {
        return Err("curl cannot send a form field whose name contains an equals sign.");
    }
    let media_type_suffix = part.content_type.iter().map(|kind| [";type=", kind].concat()).collect::<String>();
    let mut suffix = TextTemplate::from_literal(&media_type_suffix);
    for (name, value) in &part.headers {
        suffix = suffix
            .chain(TextTemplate::from_literal(&format!(";headers=\"{}: ", escape_form_value(name))))
            .chain(value.map_literals(escape_form_value))
            .chain(TextTemplate::from_literal("\""));
    }
    let name = TextTemplate::from_literal(&format!("{}=", part.name));
    let value = match &part.body {
        PartBody::Text(text) if suffix == TextTemplate::default() => {
            return Ok(format!("--form-string {}", shell_word(&name.chain(text.clone()))));
        }
        PartBody::Text(text) => TextTemplate::from_literal("\"")
            .chain(text.map_literals(escape_form_value))
            .chain(TextTemplate::from_literal("\"")),
        PartBody::File(file) => TextTemplate::from_literal(&format!("@{}", quote_form_value(file))),
    };
    Ok(format!("--form {}", shell_word(&name.chain(value).chain(suffix))))
}

fn render_wget(template: &RequestTemplate) -> Result<String, &'static str> {
    let mut lines = vec!["wget --quiet --output-document=- --content-on-error".to_owned()];
    if template.method() != "GET" || template.body.is_some() {
        lines.push(format!("--method={}", template.method()));
    }
    if let Some((username, password)) = &template.basic_auth {
        lines.push(format!("--auth-no-challenge --user=\"${username}\" --password=\"${password}\""));
    }
    for (name, value) in &template.headers {
        lines.push(format!(
            "--header={}",
            shell_argument(&TextTemplate::from(format!("{name}: ").as_str()).chain(value.clone()))?
        ));
    }
    match &template.body {
        None => {}
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => {
            lines.push(format!("--body-data={}", shell_argument(text)?));
        }
        Some(BodyTemplate::File(name)) => {
            lines.push(format!("--body-file={}", shell_argument(&TextTemplate::from_literal(name))?));
        }
        Some(BodyTemplate::Multipart(_)) => return Err("wget cannot send multipart forms."),
    }
    lines.push(shell_argument(&template.url)?);
    Ok(lines.join(" \\\n  "))
}

fn render_httpie(template: &RequestTemplate) -> Result<String, &'static str> {
    let mut options = vec!["http --ignore-stdin".to_owned()];
    if let Some((username, password)) = &template.basic_auth {
        options.push(format!("--auth=\"${username}:${password}\""));
    }
    let mut items = Vec::new();
    match &template.body {
        None => {}
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) if text.as_literal() == Some("") => {}
        // With `=`, because a value that begins with `-` would be taken for an option.
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => {
            options.push(format!("--raw={}", shell_argument(text)?));
        }
        Some(BodyTemplate::File(name)) => items.push(TextTemplate::from_literal(&format!("@{name}"))),
        Some(BodyTemplate::Multipart(parts)) => {
            options.push("--multipart".into());
            for part in parts {
                items.push(httpie_form_item(part)?);
            }
        }
    }
    for (name, value) in &template.headers {
        // HTTPie sends a header without a value only if it is written `name;`. Otherwise, the space, which it removes,
        // separates the colon from a value that begins with `@` or `=`: `:@` would read a file.
        let separator = if value.as_literal() == Some("") { ";" } else { ": " };
        items.push(TextTemplate::from_literal(&[name, separator].concat()).chain(httpie_value(value)?));
    }
    // HTTPie misinterprets the items if its options do not come first.
    options.push(format!("{} {}", template.method(), shell_argument(&template.url)?));
    if items.iter().any(|item| starts_with(item, '-')) {
        options.push("--".into());
    }
    for item in &items {
        options.push(shell_argument(item)?);
    }
    Ok(options.join(" \\\n  "))
}

/// Returns the item of `HTTPie` for a part of a form. In a value that begins with `@` or `=`, that character is escaped,
/// because `=@` would read a file, and `==` would add to the query.
fn httpie_form_item(part: &PartTemplate) -> Result<TextTemplate, &'static str> {
    let name = escape_item_name(&part.name)?;
    match (&part.body, &part.content_type) {
        (PartBody::Text(_), Some(_)) => Err("HTTPie can set a media type only for files."),
        (PartBody::Text(text), None) => {
            if let Some(TemplateFragment::Variable(_)) = text.fragments().first() {
                return Err(
                    "HTTPie reads a file if the value of a form field begins with @, and this one begins with a \
                            variable.",
                );
            }
            let escape = if starts_with(text, '@') || starts_with(text, '=') { "\\" } else { "" };
            Ok(TextTemplate::from_literal(&[&name, "=", escape].concat()).chain(httpie_value(text)?))
        }
        (PartBody::File(file), content_type) => {
            let media_type_suffix = content_type.as_ref().map(|kind| format!(";type={kind}")).unwrap_or_default();
            Ok(TextTemplate::from_literal(&format!("{name}@{file}{media_type_suffix}")))
        }
    }
}

/// Returns a value of an item of `HTTPie`, or an error if it cannot be written: a backslash before one of `:;=@` always
/// escapes that character, unless another backslash precedes it.
fn httpie_value(value: &TextTemplate) -> Result<TextTemplate, &'static str> {
    let has_escape = |text: &str| {
        let mut characters = text.chars();
        while let Some(c) = characters.next() {
            if c == '\\' && characters.next().is_some_and(is_item_separator) {
                return true;
            }
        }
        false
    };
    let is_affected = |piece: &TemplateFragment| matches!(piece, TemplateFragment::Literal(text) if has_escape(text));
    if value.fragments().iter().any(is_affected) {
        return Err("HTTPie removes a backslash before a colon, semicolon, equals sign or at sign.");
    }
    Ok(value.clone())
}

fn starts_with(text: &TextTemplate, c: char) -> bool {
    matches!(text.fragments().first(), Some(TemplateFragment::Literal(text)) if text.starts_with(c))
}

/// Quotes a value of curl's `--form`.
fn quote_form_value(text: &str) -> String {
    format!("\"{}\"", escape_form_value(text))
}

fn escape_form_value(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Escapes the characters that end the name of an item of `HTTPie`, or returns an error if it contains a backslash, which
/// cannot always be written.
fn escape_item_name(name: &str) -> Result<String, &'static str> {
    if name.contains('\\') {
        return Err("HTTPie cannot send a form field whose name contains a backslash.");
    }
    let mut text = String::new();
    for c in name.chars() {
        if is_item_separator(c) {
            text.push('\\');
        }
        text.push(c);
    }
    Ok(text)
}

/// Returns true if a character belongs to a separator of name and value in an item of `HTTPie`.
fn is_item_separator(c: char) -> bool {
    matches!(c, ':' | ';' | '=' | '@')
}

/// Renders one word, or returns an error if a shell cannot represent it.
fn shell_argument(text: &TextTemplate) -> Result<String, &'static str> {
    if text.contains_char('\0') { Err("Shell words cannot contain the NUL character.") } else { Ok(shell_word(text)) }
}

/// Renders one word. Uses double quotes if the text has variables and no other characters that are special there;
/// otherwise, single quotes.
fn shell_word(text: &TextTemplate) -> String {
    let is_safe_in_double_quotes = |piece: &TemplateFragment| match piece {
        TemplateFragment::Literal(text) => !text.contains(['"', '\\', '$', '`', '!']),
        TemplateFragment::Variable(_) => true,
    };
    if text.as_literal().is_none() && text.fragments().iter().all(is_safe_in_double_quotes) {
        return format!("\"{}\"", text.render(str::to_owned, |name| format!("${{{name}}}"), ""));
    }
    text.render(quote, |name| format!("\"${name}\""), "")
}
