//! `/{provider}/{operation}.md`: the documentation of an operation as Markdown, to paste it elsewhere, and for programs.

use super::constraint_labels::constraint_labels;
use crate::{
    model::{
        form::{to_control_text, to_pretty_json},
        schema::{Field, Schema},
    },
    openapi::DocumentedOperation,
    pages::markdown::html_to_markdown,
    providers::CatalogEntry,
};
use serde_json::{Value, json};

/// Maximum number of values of an enum that are listed.
const MAX_LISTED_VALUES: usize = 30;

/// Renders an operation: what it does, its arguments, its responses, and how it is called through this server.
pub fn operation_markdown(entry: &CatalogEntry, documented: &DocumentedOperation) -> String {
    let operation = &documented.operation;
    let mut markdown = format!(
        "# {}\n\n`{} {}` of {}, operation `{}`\n\n",
        documented.title, operation.method, operation.path, entry.provider.title, operation.name
    );
    if documented.is_deprecated {
        markdown.push_str("Deprecated: may be removed.\n\n");
    }
    write_paragraph(&mut markdown, documented.description_markdown.trim());
    let environments: Vec<String> =
        documented.environments.iter().map(|server| format!("- {}: {}", server.name, server.url)).collect();
    write_section(&mut markdown, "Environments", &environments.join("\n"));
    let (in_body, parameters): (Vec<&Field>, Vec<&Field>) =
        operation.fields.iter().partition(|field| field.location.is_in_body());
    write_section(&mut markdown, "Parameters", &describe_fields(&parameters, 0));
    let content_type = operation.body.as_ref().map_or("", |body| body.content_type.as_str());
    write_section(&mut markdown, &format!("Body: {content_type}"), &describe_fields(&in_body, 0));
    let types = operation.definitions.iter().map(|(name, schema)| {
        let fields: Vec<&Field> = object_fields(schema).iter().collect();
        format!("### {name}\n\n{}\n\n", describe_fields(&fields, 0))
    });
    write_section(&mut markdown, "Types", &types.collect::<String>());
    let responses = documented.responses.iter().map(|response| {
        let description = html_to_markdown(&response.description).replace('\n', " ");
        let texts = [response.title.as_str(), &description].into_iter().filter(|text| !text.is_empty());
        format!("- `{}` {}\n", response.status, texts.collect::<Vec<_>>().join(": "))
    });
    write_section(&mut markdown, "Responses", &responses.collect::<String>());
    let arguments = entry.examples(documented).next().map(|example| example.arguments).unwrap_or_default();
    let call = to_pretty_json(&json!({ "args": Value::Object(arguments) }));
    let path = format!("/tools/{}/{}", entry.provider.id, operation.name);
    let call = format!(
        "Send `POST {path}` to this server, which adds the credential:\n\n```json\n{call}\n```\n\nThe form is at \
         `/{}/{}`.",
        entry.provider.id, operation.name
    );
    write_section(&mut markdown, "Call it", &call);
    markdown
}

fn write_paragraph(markdown: &mut String, text: &str) {
    if !text.is_empty() {
        markdown.push_str(text);
        markdown.push_str("\n\n");
    }
}

/// Writes a section, unless it is empty.
fn write_section(markdown: &mut String, title: &str, text: &str) {
    if !text.is_empty() {
        write_paragraph(markdown, &format!("## {title}"));
        write_paragraph(markdown, text.trim_end());
    }
}

/// Returns a list of fields, with the fields inside of them below each.
fn describe_fields(fields: &[&Field], depth: usize) -> String {
    fields.iter().map(|field| describe_field(field, depth)).collect()
}

fn describe_field(field: &Field, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let annotations = &field.annotations;
    let mut facts = vec![describe_type(&field.schema)];
    facts.extend(Some(field.location.in_words().to_owned()).filter(|location| !location.is_empty()));
    facts.extend(field.required.then(|| "required".to_owned()));
    facts.extend(annotations.nullable.then(|| "or null".to_owned()));
    facts.extend(annotations.deprecated.then(|| "deprecated".to_owned()));
    facts.extend(constraint_labels(&field.schema));
    facts.extend(annotations.default.as_ref().map(|default| format!("default `{}`", to_control_text(default))));
    let description = html_to_markdown(&annotations.description).replace("\n\n", "\n");
    let description = description.replace('\n', &format!("\n{indent}  "));
    let separator = if description.is_empty() { "" } else { ": " };
    let line = format!("{indent}- `{}` ({}){separator}{description}\n", field.name, facts.join(", "));
    let nested: Vec<&Field> = object_fields(&field.schema).iter().collect();
    let rules = annotations.rules.iter().map(|rule| format!("{indent}  {rule}\n"));
    [line, rules.collect(), describe_fields(&nested, depth + 1)].concat()
}

/// Returns the fields of an object, or of the objects in a list or map.
fn object_fields(schema: &Schema) -> &[Field] {
    match schema {
        Schema::Object(fields) => fields,
        Schema::Array(constraints) => object_fields(&constraints.item),
        Schema::Map(item) => object_fields(item),
        _ => &[],
    }
}

fn describe_type(schema: &Schema) -> String {
    match schema {
        Schema::Ref(name) => name.clone(),
        Schema::Enum(choices) => {
            let listed = choices.iter().take(MAX_LISTED_VALUES).map(|choice| format!("`{}`", to_control_text(choice)));
            let more = if choices.len() > MAX_LISTED_VALUES { ", …" } else { "" };
            format!("one of {}{more}", listed.collect::<Vec<_>>().join(", "))
        }
        Schema::Array(constraints) => format!("list of {}", describe_type(&constraints.item)),
        Schema::Map(item) => format!("map of {}", describe_type(item)),
        Schema::Union(variants) => {
            let titles: Vec<&str> = variants.iter().map(|variant| variant.title.as_str()).collect();
            titles.join(" or ")
        }
        schema => schema.type_label().to_owned(),
    }
}
