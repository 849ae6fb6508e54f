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
    text,
};
use serde_json::{Value, json};

/// Maximum number of values of an enum that are listed.
const MAX_LISTED_VALUES: usize = 30;

/// Renders an operation: what it does, its arguments, its responses, and how it is called through this server.
pub fn operation_markdown(entry: &CatalogEntry, documented: &DocumentedOperation) -> String {
    let operation = &documented.operation;
    let lead = text!(
        "operation-markdown-lead",
        method = operation.method,
        path = operation.path,
        provider = entry.provider.title,
        operation = operation.name
    );
    let mut markdown = format!("# {}\n\n{lead}\n\n", documented.title);
    if documented.is_deprecated {
        write_paragraph(&mut markdown, text!("operation-deprecated"));
    }
    write_paragraph(&mut markdown, documented.description_markdown.trim());
    let environments: Vec<String> =
        documented.environments.iter().map(|server| format!("- {}: {}", server.name, server.url)).collect();
    write_section(&mut markdown, text!("operation-markdown-environments"), &environments.join("\n"));
    let (in_body, parameters): (Vec<&Field>, Vec<&Field>) =
        operation.fields.iter().partition(|field| field.location.is_in_body());
    write_section(&mut markdown, text!("webhook-parameters"), &describe_fields(&parameters, 0));
    let content_type = operation.body.as_ref().map_or("", |body| body.content_type.as_str());
    write_section(
        &mut markdown,
        &text!("operation-markdown-body", media_type = content_type),
        &describe_fields(&in_body, 0),
    );
    let types = operation.definitions.iter().map(|(name, schema)| {
        let fields: Vec<&Field> = object_fields(schema).iter().collect();
        format!("### {name}\n\n{}\n\n", describe_fields(&fields, 0))
    });
    write_section(&mut markdown, text!("schema-types"), &types.collect::<String>());
    let responses = documented.responses.iter().map(|response| {
        let description = html_to_markdown(&response.description).replace('\n', " ");
        let texts = [response.title.as_str(), &description].into_iter().filter(|text| !text.is_empty());
        format!("- `{}` {}\n", response.status, texts.collect::<Vec<_>>().join(": "))
    });
    write_section(&mut markdown, text!("operation-responses"), &responses.collect::<String>());
    let arguments = entry.examples(documented).next().map(|example| example.arguments).unwrap_or_default();
    let call = to_pretty_json(&json!({ "args": Value::Object(arguments) }));
    let path = format!("/{}/{}", entry.provider.id, operation.name);
    let instruction = text!("operation-markdown-send", path = format!("/tools{path}"));
    let form_note = text!("operation-markdown-form", path = path);
    let call = format!("{instruction}\n\n```json\n{call}\n```\n\n{form_note}");
    write_section(&mut markdown, text!("operation-markdown-call"), &call);
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
    facts.extend(field.required.then(|| text!("fields-required").to_owned()));
    facts.extend(annotations.nullable.then(|| text!("schema-or-null").to_owned()));
    facts.extend(annotations.deprecated.then(|| text!("list-deprecated").to_owned()));
    facts.extend(constraint_labels(&field.schema));
    let default = annotations.default.as_ref().map(to_control_text);
    facts.extend(default.map(|default| text!("operation-markdown-default", value = default)));
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
            let more = (choices.len() > MAX_LISTED_VALUES).then(|| "…".to_owned());
            text!("schema-rule-one-of", values = listed.chain(more).collect::<Vec<_>>().join(", "))
        }
        Schema::Array(constraints) => text!("schema-list", item = describe_type(&constraints.item)),
        Schema::Map(item) => text!("schema-map", item = describe_type(item)),
        Schema::Union(variants) => {
            let titles: Vec<&str> = variants.iter().map(|variant| variant.title.as_str()).collect();
            titles.join(text!("list-or"))
        }
        schema => schema.type_label().to_owned(),
    }
}
