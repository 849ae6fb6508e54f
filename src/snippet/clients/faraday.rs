//! Ruby with Faraday, as `RuboCop` has it.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    literal::{survives, without_last_commas},
    ruby::{OPEN, expression, key, literal, string, variable},
    text::Text,
};
use crate::model::UNRESERVED;
use percent_encoding::{percent_decode_str, utf8_percent_encode};

pub(super) const FARADAY: Client = Client {
    id: "ruby-faraday",
    language: "Ruby",
    name: "Faraday",
    install: "gem install faraday faraday-multipart",
    file: "call.rb",
    run: "ruby call.rb",
    print,
};

/// What Faraday has to be told so that it writes a query again as it reads it.
#[derive(Default)]
struct Query {
    has_spaces: bool,
    is_flat: bool,
    is_unsorted: bool,
}

fn print(http: &Http) -> Result<String, &'static str> {
    if matches!(http.method, "POST" | "PUT" | "PATCH") && http.body.is_none() {
        // Ruby before 4.0 names a type for the empty body that Faraday makes of none.
        return Err("Faraday sends an empty form where there is no body.");
    }
    let query = query(&http.url)?;
    let mut imports = String::from("require 'faraday'\n");
    let mut layers = Vec::new();
    if let Some((username, password)) = &http.basic {
        layers.push([":authorization, :basic, ", &variable(username), ", ", &variable(password)].concat());
    }
    let mut json_type = "";
    let body = match &http.body {
        None => None,
        Some(Content::Json(value, _)) if survives(value, &|_| true) => {
            let is_plain =
                |(name, kind): &(String, Text)| name == "content-type" && kind.plain() == Some("application/json");
            // It makes JSON of these two, under this type.
            if (value.is_object() || value.is_array()) && http.headers.iter().any(is_plain) {
                json_type = "application/json";
                layers.push(":json".into());
                Some(literal(value, 1))
            } else {
                imports.push_str("require 'json'\n");
                Some([&literal(value, 1), ".to_json"].concat())
            }
        }
        Some(Content::Text(text) | Content::Json(_, text)) => Some(expression(text)),
        Some(Content::File(name)) => Some(["File.binread(", &string(name), ")"].concat()),
        Some(Content::Parts(parts)) => {
            imports.push_str("require 'faraday/multipart'\n");
            layers.push(":multipart, flat_encode: true".into());
            Some(form(parts)?)
        }
    };
    let mut lines: Vec<String> = http
        .headers_but("content-type", json_type)
        .into_iter()
        .map(|(name, value)| ["  request.headers[", &string(name), "] = ", &expression(value), "\n"].concat())
        .collect();
    if matches!(http.body, Some(Content::Parts(_))) {
        lines.push("  request.headers['content-type'] = 'multipart/form-data'\n".into());
    }
    lines.extend(body.map(|body| ["  request.body = ", &body, "\n"].concat()));
    let block = if lines.is_empty() { String::new() } else { [" do |request|\n", &lines.concat(), "end"].concat() };
    let layers: String = layers.iter().map(|layer| ["  faraday.request ", layer, "\n"].concat()).collect();
    let encoder = if query.is_flat { "(request: { params_encoder: Faraday::FlatParamsEncoder })" } else { "" };
    let connection =
        ["connection = Faraday.new", encoder, " do |faraday|\n", &layers, "  faraday.response :raise_error\nend\n"];
    let call =
        ["response = connection.", &http.method.to_lowercase(), "(", &expression(&http.url), ")", &block, "\n\n"];
    Ok([OPEN, &imports, "\n", &query.settings(), &connection.concat(), &call.concat(), "puts response.body\n"].concat())
}

impl Query {
    fn settings(&self) -> String {
        let spaces = if self.has_spaces { "Faraday::Utils.default_space_encoding = '%20'\n" } else { "" };
        let order = if self.is_unsorted { "Faraday::FlatParamsEncoder.sort_params = false\n" } else { "" };
        let end = if spaces.is_empty() && order.is_empty() { "" } else { "\n" };
        [spaces, order, end].concat()
    }
}

/// Faraday takes a query apart, and sorts what it found unless it is told otherwise.
fn query(url: &Text) -> Result<Query, &'static str> {
    const OTHER: &str = "Faraday writes such a query in another way.";
    let written = url.joined(str::to_owned, |_| "x".into(), "");
    let Some((_, written)) = written.split_once('?') else { return Ok(Query::default()) };
    let mut query = Query { has_spaces: written.contains("%20"), ..Query::default() };
    let mut names: Vec<String> = Vec::new();
    for pair in written.split('&') {
        let (name, value) = pair.split_once('=').ok_or(OTHER)?;
        let again = |text: &str| {
            let plain = percent_decode_str(text).decode_utf8().ok()?.into_owned();
            (utf8_percent_encode(&plain, UNRESERVED).to_string() == text).then_some(plain)
        };
        let (name, _) = again(name).zip(again(value)).ok_or(OTHER)?;
        query.is_flat |= name.contains(['[', ']']) || names.contains(&name);
        if names.last() != Some(&name) {
            if names.contains(&name) || name.is_empty() {
                return Err(OTHER);
            }
            query.is_unsorted |= names.last().is_some_and(|last| *last > name);
            names.push(name);
        }
    }
    query.is_flat |= query.is_unsorted;
    Ok(query)
}

fn form(parts: &[Part]) -> Result<String, &'static str> {
    let mut fields = String::new();
    let mut names: Vec<&str> = Vec::new();
    for group in parts.chunk_by(|one, next| one.name == next.name) {
        let name = &group[0].name;
        if names.contains(&name.as_str()) {
            return Err("Faraday sends the parts of one name one after the other.");
        }
        names.push(name);
        let mut values = Vec::new();
        for part in group {
            values.push(match (&part.value, &part.content_type) {
                (PartValue::Text(text), None) => expression(text),
                (PartValue::Text(text), Some(kind)) => {
                    ["Faraday::Multipart::ParamPart.new(", &expression(text), ", ", &string(kind), ")"].concat()
                }
                (PartValue::File(_), _) => {
                    return Err(
                        "Faraday says of each file in a form how it is encoded: `Content-Transfer-Encoding: binary`.",
                    );
                }
            });
        }
        let value =
            if let [value] = values.as_slice() { value.clone() } else { ["[", &values.join(", "), "]"].concat() };
        fields += &["\n    ", &key(name), ": ", &value, ","].concat();
    }
    if fields.is_empty() {
        return Err("Faraday sends no form without parts.");
    }
    Ok(without_last_commas(&["{", &fields, "\n  }"].concat()))
}
