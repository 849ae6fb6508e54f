//! Documentation of schemas, field by field. Named types are described once and linked to.

use crate::{
    model::{
        form::to_control_text,
        schema::{Field, Schema},
    },
    text,
    ui::html::HtmlWriter,
};
use serde_json::Value;

/// Maximum number of enum values that are listed per field.
const MAX_SHOWN_VALUES: usize = 30;

/// Writes the named types that others link to.
pub(super) fn write_types(html: &mut HtmlWriter, definitions: &[(String, Schema)]) {
    if !definitions.is_empty() {
        html.raw("<h2>").text(text!("schema-types")).raw("</h2>");
    }
    for (name, schema) in definitions {
        let id = anchor_id("type-", name);
        html.raw("<details class=\"type\" id=\"").text(&id).raw("\"><summary><code>").text(name);
        html.raw("</code></summary>");
        write_nested_fields(html, schema, &id);
        html.raw("</details>");
    }
}

/// Writes the nested fields of a schema, except those of a named type, which is described elsewhere.
pub(super) fn write_nested_fields(html: &mut HtmlWriter, schema: &Schema, parent_id: &str) {
    match schema {
        Schema::Object(fields) => write_fields(html, fields, parent_id),
        Schema::Array(constraints) => {
            if !constraints.prefix.is_empty() {
                write_fields(html, &constraints.prefix, parent_id);
            }
            write_nested_fields(html, &constraints.item, parent_id);
        }
        Schema::Map(item) => write_nested_fields(html, item, parent_id),
        Schema::Union(variants) => {
            for variant in variants.iter().filter(|variant| matches!(variant.schema, Schema::Object(_))) {
                html.raw("<p class=\"note\">").text(&variant.title).raw("</p>");
                write_nested_fields(html, &variant.schema, &anchor_id(&format!("{parent_id}/"), &variant.title));
            }
        }
        _ => {}
    }
}

/// Writes fields with their types and descriptions.
pub(super) fn write_fields(html: &mut HtmlWriter, fields: &[Field], parent_id: &str) {
    html.raw("<ul class=\"tree\">");
    for field in fields {
        let id = anchor_id(&format!("{parent_id}/"), &field.name);
        html.raw("<li id=\"").text(&id).raw("\"><a href=\"#").text(&id).raw("\"><code>").text(&field.name);
        html.raw("</code></a> <span class=\"kind\">");
        write_type(html, &field.schema);
        if field.annotations.nullable {
            html.raw(" ").text(text!("schema-or-null"));
        }
        if !field.required {
            html.raw(", ").text(text!("schema-optional"));
        }
        html.raw("</span>");
        if field.annotations.deprecated {
            html.raw(" <span class=\"deprecated\">").text(text!("list-deprecated")).raw("</span>");
        }
        html.raw("<div class=\"description\">").sanitized(&field.annotations.description);
        write_rules(html, &field.annotations.rules);
        html.raw("</div>");
        write_enum_values(html, field);
        write_nested_fields(html, &field.schema, &id);
        html.raw("</li>");
    }
    html.raw("</ul>");
}

/// Writes rules in words, if there are any.
pub(super) fn write_rules(html: &mut HtmlWriter, rules: &[String]) {
    if rules.is_empty() {
        return;
    }
    html.raw("<ul class=\"note\">");
    for rule in rules {
        html.raw("<li>").text(rule).raw("</li>");
    }
    html.raw("</ul>");
}

/// Writes the type of a value, with a link if it is a named type.
pub(super) fn write_type(html: &mut HtmlWriter, schema: &Schema) {
    match schema {
        Schema::Ref(name) => {
            html.raw("<a href=\"#").text(&anchor_id("type-", name)).raw("\">").text(name).raw("</a>");
        }
        Schema::Array(constraints) if constraints.prefix.is_empty() => {
            html.sanitized(&text!("schema-list", item = type_html(&constraints.item)));
        }
        Schema::Map(item) if **item != Schema::Any => {
            html.sanitized(&text!("schema-map", item = type_html(item)));
        }
        Schema::Union(variants) => {
            for (index, variant) in variants.iter().enumerate() {
                if index > 0 {
                    html.text(text!("list-or"));
                }
                match variant.schema {
                    Schema::Object(_) => drop(html.text(&variant.title)),
                    _ => write_type(html, &variant.schema),
                }
            }
        }
        Schema::String(constraints) => {
            html.text(schema.type_label());
            if let Some(format) = &constraints.format {
                html.raw(", ").text(format);
            }
        }
        _ => drop(html.text(schema.type_label())),
    }
}

fn type_html(schema: &Schema) -> String {
    let mut html = HtmlWriter::default();
    write_type(&mut html, schema);
    html.finish()
}

/// Writes the values of an enum, with their descriptions.
fn write_enum_values(html: &mut HtmlWriter, field: &Field) {
    let choices = match &field.schema {
        Schema::Enum(choices) => choices.as_slice(),
        Schema::Array(constraints) => match &constraints.item {
            Schema::Enum(choices) => choices.as_slice(),
            _ => return,
        },
        _ => return,
    };
    let write_value = |html: &mut HtmlWriter, choice: &Value| {
        let text = to_control_text(choice);
        html.raw("<code>").text(&text).raw("</code>");
        if let Some((_, meaning)) = field.annotations.value_descriptions.iter().find(|(value, _)| *value == text) {
            html.raw(" ").text(meaning);
        }
    };
    html.raw("<p class=\"note\">");
    for (index, choice) in choices.iter().take(MAX_SHOWN_VALUES).enumerate() {
        html.raw(if index == 0 { "" } else { " · " });
        write_value(html, choice);
    }
    html.raw(if choices.len() > MAX_SHOWN_VALUES { " · …</p>" } else { "</p>" });
}

/// Builds an id for URL fragments. Characters other than letters, digits, `_`, `.` and `/` become hyphens.
pub(super) fn anchor_id(prefix: &str, name: &str) -> String {
    let to_id_char = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/') { c } else { '-' };
    prefix.chars().chain(name.chars().map(to_id_char)).collect()
}
