//! Ruby with Faraday, formatted as by `RuboCop`.

use super::{
    HttpClientTarget, is_rfc_9110_method,
    literal::{can_round_trip, strip_trailing_commas},
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate},
    ruby::{FILE_HEADER, env_var, hash_key, json_literal, string_literal, text_expression},
};
use crate::{model::NON_UNRESERVED, snippet::text_template::TextTemplate};
use percent_encoding::{percent_decode_str, utf8_percent_encode};

pub(super) const FARADAY: HttpClientTarget = HttpClientTarget {
    id: "ruby-faraday",
    language: "Ruby",
    name: "Faraday",
    install_command: "gem install faraday faraday-multipart",
    file_name: "call.rb",
    run_command: "ruby call.rb",
    render,
};

/// Settings that Faraday needs to reproduce a query.
#[derive(Default)]
struct FaradayQueryOptions {
    has_encoded_spaces: bool,
    needs_flat_encoder: bool,
    has_unsorted_names: bool,
}

fn render(template: &RequestTemplate) -> Result<String, &'static str> {
    if matches!(template.method(), "POST" | "PUT" | "PATCH") && template.body.is_none() {
        // Faraday replaces a missing body with an empty one, and Ruby before 4.0 adds a content type to it.
        return Err("Faraday sends an empty form if there is no body.");
    }
    if !is_rfc_9110_method(template.method()) {
        return Err("Faraday has no function for this method.");
    }
    let query = parse_query_options(&template.url)?;
    let mut imports = String::from("require 'faraday'\n");
    let mut middleware = Vec::new();
    if let Some((username, password)) = &template.basic_auth {
        middleware.push(format!(":authorization, :basic, {}, {}", env_var(username), env_var(password)));
    }
    let mut json_type = "";
    let body = match &template.body {
        None => None,
        Some(BodyTemplate::Json(value, _)) if can_round_trip(value, &|_| true) => {
            let is_plain = |(name, media_type): &(String, TextTemplate)| {
                name == "content-type" && media_type.as_literal() == Some("application/json")
            };
            // Faraday serializes objects and arrays as JSON if they have this media type.
            if (value.is_object() || value.is_array()) && template.headers.iter().any(is_plain) {
                json_type = "application/json";
                middleware.push(":json".into());
                Some(json_literal(value, 1))
            } else {
                imports.push_str("require 'json'\n");
                Some(format!("{}.to_json", json_literal(value, 1)))
            }
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => Some(text_expression(text)),
        Some(BodyTemplate::File(name)) => Some(format!("File.binread({})", string_literal(name))),
        Some(BodyTemplate::Multipart(parts)) => {
            imports.push_str("require 'faraday/multipart'\n");
            middleware.push(":multipart, flat_encode: true".into());
            Some(render_multipart_fields(parts)?)
        }
    };
    let mut lines: Vec<String> = template
        .headers_except("content-type", json_type)
        .into_iter()
        .map(|(name, value)| format!("  request.headers[{}] = {}\n", string_literal(name), text_expression(value)))
        .collect();
    if matches!(template.body, Some(BodyTemplate::Multipart(_))) {
        lines.push("  request.headers['content-type'] = 'multipart/form-data'\n".into());
    }
    lines.extend(body.map(|body| format!("  request.body = {body}\n")));
    let block = if lines.is_empty() { String::new() } else { format!(" do |request|\n{}end", lines.concat()) };
    let middleware_lines: String =
        middleware.iter().map(|layer| ["  faraday.request ", layer, "\n"].concat()).collect();
    let encoder =
        if query.needs_flat_encoder { "(request: { params_encoder: Faraday::FlatParamsEncoder })" } else { "" };
    let connection = [
        "connection = Faraday.new",
        encoder,
        " do |faraday|\n",
        &middleware_lines,
        "  faraday.response :raise_error\nend\n",
    ];
    let call = [
        "response = connection.",
        &template.method().to_lowercase(),
        "(",
        &text_expression(&template.url),
        ")",
        &block,
        "\n\n",
    ];
    Ok(format!(
        "{FILE_HEADER}{imports}\n{}{}{}puts response.body\n",
        query.render_settings(),
        connection.concat(),
        call.concat()
    ))
}

impl FaradayQueryOptions {
    fn render_settings(&self) -> String {
        let spaces = if self.has_encoded_spaces { "Faraday::Utils.default_space_encoding = '%20'\n" } else { "" };
        let order = if self.has_unsorted_names { "Faraday::FlatParamsEncoder.sort_params = false\n" } else { "" };
        let end = if spaces.is_empty() && order.is_empty() { "" } else { "\n" };
        format!("{spaces}{order}{end}")
    }
}

/// Returns the settings for a query. Faraday parses the query and sorts its parameters by default.
fn parse_query_options(url: &TextTemplate) -> Result<FaradayQueryOptions, &'static str> {
    const UNSUPPORTED_QUERY: &str = "Faraday encodes this query differently.";
    let rendered_url = url.render(str::to_owned, |_| "x".into(), "");
    let Some((_, query_string)) = rendered_url.split_once('?') else { return Ok(FaradayQueryOptions::default()) };
    let mut query =
        FaradayQueryOptions { has_encoded_spaces: query_string.contains("%20"), ..FaradayQueryOptions::default() };
    let mut names: Vec<String> = Vec::new();
    for pair in query_string.split('&') {
        let (name, value) = pair.split_once('=').ok_or(UNSUPPORTED_QUERY)?;
        let round_trip = |text: &str| {
            let plain = percent_decode_str(text).decode_utf8().ok()?.into_owned();
            (utf8_percent_encode(&plain, NON_UNRESERVED).to_string() == text).then_some(plain)
        };
        let (name, _) = round_trip(name).zip(round_trip(value)).ok_or(UNSUPPORTED_QUERY)?;
        query.needs_flat_encoder |= name.contains(['[', ']']) || names.contains(&name);
        if names.last() != Some(&name) {
            if names.contains(&name) || name.is_empty() {
                return Err(UNSUPPORTED_QUERY);
            }
            query.has_unsorted_names |= names.last().is_some_and(|last| *last > name);
            names.push(name);
        }
    }
    query.needs_flat_encoder |= query.has_unsorted_names;
    Ok(query)
}

fn render_multipart_fields(parts: &[PartTemplate]) -> Result<String, &'static str> {
    let mut fields = String::new();
    let mut names: Vec<&str> = Vec::new();
    for group in parts.chunk_by(|one, next| one.name == next.name) {
        let name = &group[0].name;
        if names.contains(&name.as_str()) {
            return Err("Faraday sends parts with the same name consecutively.");
        }
        names.push(name);
        let mut values = Vec::new();
        for part in group {
            values.push(match (&part.body, &part.content_type) {
                (PartBody::Text(text), None) => text_expression(text),
                (PartBody::Text(text), Some(kind)) => {
                    format!("Faraday::Multipart::ParamPart.new({}, {})", text_expression(text), string_literal(kind))
                }
                (PartBody::File(_), _) => {
                    return Err("Faraday adds `Content-Transfer-Encoding: binary` to each file in a form.");
                }
            });
        }
        let value = if let [value] = values.as_slice() { value.clone() } else { format!("[{}]", values.join(", ")) };
        fields += &["\n    ", &hash_key(name), ": ", &value, ","].concat();
    }
    if fields.is_empty() {
        return Err("Faraday cannot send a multipart form without parts.");
    }
    Ok(strip_trailing_commas(&format!("{{{fields}\n  }}")))
}
