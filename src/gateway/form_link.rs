//! Links to a filled-in form: the arguments are in the URL, so that the server can fill in the form.

use super::is_secret_name;
use crate::model::{
    Arguments, NON_UNRESERVED,
    operation::Operation,
    placeholder,
    schema::{Schema, StringConstraints},
};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

/// Name of the query parameter with the arguments as JSON.
pub(crate) const ARGUMENTS_PARAMETER: &str = "args";
/// Maximum length of a link's query, in bytes. Longer URLs are cut off by chats and proxies.
const MAX_QUERY_BYTES: usize = 6_000;

/// Returns a link to the form with these arguments, relative to the operation's page. Secrets, placeholders and files are
/// left out. Without arguments, or with too many, it is a link to the page.
pub(crate) fn link_with_arguments(operation: &Operation, arguments: &Arguments) -> String {
    let mut shared = arguments.clone();
    shared.retain(|name, value| {
        let schema = operation.field(name).map_or(&Schema::Any, |field| &field.schema);
        !is_secret_name(name) && keep_shareable(operation, schema, value)
    });
    let query = utf8_percent_encode(&Value::Object(shared.clone()).to_string(), NON_UNRESERVED).to_string();
    if shared.is_empty() || query.len() > MAX_QUERY_BYTES {
        return operation.name.clone();
    }
    format!("{}?{ARGUMENTS_PARAMETER}={query}", operation.name)
}

/// Removes what must not be in a link from a value; returns false if nothing of it may be.
fn keep_shareable(operation: &Operation, schema: &Schema, value: &mut Value) -> bool {
    let schema = operation.resolve(schema);
    match (schema, value) {
        (Schema::File, _) => false,
        (Schema::String(StringConstraints { format: Some(format), .. }), _) if format == "password" => false,
        (_, Value::String(text)) => placeholder::find_first(text).is_none(),
        (Schema::Array(constraints), Value::Array(items)) => items
            .iter_mut()
            .enumerate()
            .all(|(index, item)| keep_shareable(operation, constraints.item_at(index), item)),
        (_, Value::Array(items)) => items.iter_mut().all(|item| keep_shareable(operation, &Schema::Any, item)),
        (schema, Value::Object(fields)) => {
            fields.retain(|name, field| {
                let field_schema = match schema {
                    Schema::Object(documented) => documented
                        .iter()
                        .find(|documented| documented.name == *name)
                        .map(|documented| &documented.schema),
                    Schema::Map(item) => Some(&**item),
                    _ => None,
                };
                !is_secret_name(name) && keep_shareable(operation, field_schema.unwrap_or(&Schema::Any), field)
            });
            true
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::link_with_arguments;
    use crate::model::{Arguments, fixtures::operation_with_every_kind};
    use serde_json::{Value, json};

    fn link(arguments: &Value) -> String {
        let arguments: Arguments = arguments.as_object().cloned().unwrap_or_default();
        link_with_arguments(&operation_with_every_kind(), &arguments)
    }

    #[test]
    fn a_link_has_the_arguments_without_secrets_and_placeholders() {
        let name = operation_with_every_kind().name;
        assert_eq!(link(&json!({})), name);
        assert_eq!(link(&json!({"email": "a@b.c"})), format!("{name}?args=%7B%22email%22%3A%22a%40b.c%22%7D"));
        let secrets = [
            json!({"session_token": "abc"}),
            json!({"email": "{{response 12.session_token}}"}),
            json!({"password": "hunter2"}),
        ];
        for arguments in secrets {
            assert_eq!(link(&arguments), name, "{arguments}");
        }
        let nested = link(&json!({"other": {"api_key": "abc", "kept": [1]}}));
        assert!(nested.contains("kept") && !nested.contains("abc"), "{nested}");
    }

    #[test]
    fn arguments_that_are_too_long_for_a_url_are_left_out() {
        assert_eq!(link(&json!({"email": "x".repeat(7_000)})), operation_with_every_kind().name);
    }
}
