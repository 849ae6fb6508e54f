//! Java, formatted as by google-java-format, with an SDK that is written in Kotlin. Requests have neither setters nor a
//! builder; their constructors may omit trailing arguments. Methods return futures.

use super::{
    NameCase, Sdk, SdkCall, SdkMethod,
    naming::capitalize,
    split_namespace,
    typed_request::{SdkType, TypedField, TypedObject, TypedValue},
};
use crate::{
    model::Arguments,
    snippet::{
        http_clients::{
            java::{env_var, render_program, string_expression, text_expression},
            java_layout::JavaExpression,
            literal::can_round_trip,
        },
        text_template::TextTemplate,
    },
};
use serde_json::{Number, Value};
use std::collections::BTreeSet;

pub(super) const NULL_OMITTED: &str = "The SDK omits null values.";
const NUMBER_UNSUPPORTED: &str = "Java has no number type that represents one of these numbers exactly.";
const OPTIONS_UNKNOWN: &str = "The document does not describe the options.";
const RESULT_UNKNOWN: &str = "The document does not describe the results of the SDK's methods.";
const TYPE_UNKNOWN: &str = "The document does not say where the SDK defines its types.";

/// Indentation of the statements of `main`, in spaces.
const MAIN_INDENT: usize = 4;

/// Maximum line width, in characters.
const MAX_LINE_WIDTH: usize = 100;

pub(super) fn render(sdk: &Sdk, method: &SdkMethod, call: &SdkCall) -> Result<String, &'static str> {
    let request = TypedObject::build_request(sdk, method, call)?;
    let client = sdk.require_client_class(method)?;
    let mut imports = required_imports(sdk, &request, client)?;
    let has_list_in_json = |has_null| {
        request.any_value(&|value| value.json_values().iter().any(|value| self::contains_list(value, has_null)))
    };
    if request.any_value(&|value| {
        matches!(value, TypedValue::TextList(_) | TypedValue::ObjectList(..) | TypedValue::MapList(_))
    }) || has_list_in_json(false)
    {
        imports.insert("java.util.List".into());
    }
    if has_list_in_json(true) {
        imports.insert("java.util.Arrays".into());
    }
    if request.any_value(&|value| !value.json_values().is_empty()) {
        imports.insert("java.util.Map".into());
    }
    let name = format!("{}{}", request.object_type.name, sdk.suffix("request"));
    let mut statements = String::new();
    let mut arguments = "request".to_owned();
    let (_, class) = split_namespace(client).unwrap_or_default();
    let credential = [call.username_variable, call.password_variable].map(|name| JavaExpression::atom(env_var(name)));
    statements += &JavaExpression::call(format!("new {class}"), credential).render_declaration("client", MAIN_INDENT);
    statements += "\n";
    statements += &render_object(sdk, &name, &request)?.render_declaration("request", MAIN_INDENT);
    if !call.options.is_empty() {
        let name = format!("{}{}", request.object_type.name, sdk.suffix("options"));
        imports.insert(class_path(sdk, &request.object_type, sdk.suffix("options"))?);
        statements +=
            &render_options(sdk, &name, &call.options, &mut imports)?.render_declaration("options", MAIN_INDENT);
        arguments += ", options";
    } else if has_options(sdk, call) {
        // Kotlin's default arguments of an interface's method do not exist in Java.
        arguments += ", null";
    }
    let mut chain_calls = service_accessors(sdk, method);
    let method_name = sdk.convert_name(&method.name, NameCase::Camel);
    chain_calls.push(format!("{method_name}{}({arguments})", sdk.suffix("async")));
    chain_calls.push("get()".into());
    statements += &render_chain(&chain_calls).render_declaration("result", MAIN_INDENT);
    let SdkResult { class, success: [success, value], error: [error, exception] } = result_classes(sdk)?;
    let [value, exception] = [value, exception].map(|property| getter(&sdk.convert_name(property, NameCase::Camel)));
    let statements = format!(
        "{statements}    if (result instanceof {class}.{error} error) {{\n      throw error.{exception};\n    }}\n    \
         System.out.println((({class}.{success}<?>) result).{value});\n"
    );
    let imports: BTreeSet<&str> = imports.iter().map(String::as_str).collect();
    Ok(render_program(&imports, "Exception", &statements))
}

/// Returns the imports that Java and Kotlin share: the client, the request, its types, and the result of a method.
pub(super) fn required_imports(
    sdk: &Sdk,
    request: &TypedObject,
    client: &str,
) -> Result<BTreeSet<String>, &'static str> {
    let mut imports =
        request.collect_types().into_iter().map(|of| class_path(sdk, of, "")).collect::<Result<BTreeSet<_>, _>>()?;
    imports.insert(class_path(sdk, &request.object_type, sdk.suffix("request"))?);
    imports.insert(client.to_owned());
    imports.insert(sdk.metadata.name_at(&["result", "class"]).ok_or(RESULT_UNKNOWN)?.to_owned());
    if request.any_value(&|value| matches!(value, TypedValue::Timestamp(_))) {
        imports.insert("java.time.Instant".into());
    }
    Ok(imports)
}

/// Returns the path of a class with a suffix: `com.petstore.main.models.storepets.UpdateRequest`.
pub(super) fn class_path(sdk: &Sdk, of: &SdkType, suffix: &str) -> Result<String, &'static str> {
    let (client, services) = of.module_path.split_first().ok_or(TYPE_UNKNOWN)?;
    let package = services.concat().replace('_', "");
    Ok(format!("{}.{package}.{}{suffix}", sdk.require_models_module(client)?, of.name))
}

/// The class of a method's result, and the names of its two subclasses, each with its property (`result`).
pub(super) struct SdkResult<'a> {
    pub(super) class: &'a str,
    pub(super) success: [&'a str; 2],
    pub(super) error: [&'a str; 2],
}

pub(super) fn result_classes(sdk: &Sdk) -> Result<SdkResult<'_>, &'static str> {
    let split = |key| sdk.metadata.name_at(&["result", key]).and_then(split_namespace).ok_or(RESULT_UNKNOWN);
    let ((_, class), success, error) = (split("class")?, split("success")?, split("error")?);
    Ok(SdkResult { class, success: success.into(), error: error.into() })
}

/// Returns true if the text of a number is a literal of the same number.
pub(super) fn is_exact_literal(number: &Number) -> bool {
    number.as_i64().is_some_and(|value| value.to_string() == number.to_string())
        || can_round_trip(&Value::Number(number.clone()), &|_| true)
}

/// Renders a chain on one line if it fits, otherwise with one call per line.
fn render_chain(calls: &[String]) -> JavaExpression {
    let line = format!("client.{}", calls.join("."));
    let is_short = MAIN_INDENT + 4 + line.len() < MAX_LINE_WIDTH;
    JavaExpression::atom(if is_short {
        line
    } else {
        format!("client\n            .{}", calls.join("\n            ."))
    })
}

/// Returns the accessors of a method's services. The first service is a field of the client; the others have getters.
fn service_accessors(sdk: &Sdk, method: &SdkMethod) -> Vec<String> {
    let name = |(index, service): (usize, &String)| {
        let name = sdk.convert_name(service, NameCase::Camel);
        if index == 0 {
            return name;
        }
        getter(&name)
    };
    method.services.iter().enumerate().map(name).collect()
}

/// Returns the call of a property's getter.
fn getter(property: &str) -> String {
    format!("get{}()", capitalize(property))
}

/// Returns true if the method takes options, whether or not the call has any.
fn has_options(sdk: &Sdk, call: &SdkCall) -> bool {
    call.operation.fields.iter().any(|field| sdk.option_paths.contains_key(&field.name))
}

fn render_options(
    sdk: &Sdk,
    name: &str,
    options: &Arguments,
    imports: &mut BTreeSet<String>,
) -> Result<JavaExpression, &'static str> {
    let mut groups = Vec::new();
    for (group, values) in options {
        let (package, class) = sdk.split_option_class(group).ok_or(OPTIONS_UNKNOWN)?;
        imports.insert(format!("{package}.{class}"));
        // The constructor has no default arguments in Java, so all arguments are given.
        let order = sdk.metadata.name_at(&["option_fields", group]).ok_or(OPTIONS_UNKNOWN)?;
        let value = |key: &str| match values.get(key).and_then(Value::as_str) {
            Some(text) => text_expression(&TextTemplate::from(text)),
            None => null_argument(sdk, key),
        };
        groups.push(JavaExpression::call(format!("new {class}"), order.split('.').map(value).collect::<Vec<_>>()));
    }
    Ok(JavaExpression::call(format!("new {name}"), groups))
}

fn null_argument(sdk: &Sdk, name: &str) -> JavaExpression {
    JavaExpression::atom(format!("/* {}= */ null", sdk.convert_name(name, NameCase::Camel)))
}

/// Renders a constructor with its arguments, up to the last that has a value or is required.
fn render_object(sdk: &Sdk, name: &str, object: &TypedObject) -> Result<JavaExpression, &'static str> {
    let last = object.fields.iter().rposition(|field| field.value.is_some() || field.is_required);
    let leading_fields = &object.fields[..last.map_or(0, |last| last + 1)];
    let argument = |field: &TypedField| match &field.value {
        Some(value) => self::render_value(sdk, field, value),
        None => Ok(null_argument(sdk, &field.name)),
    };
    Ok(JavaExpression::call(format!("new {name}"), leading_fields.iter().map(argument).collect::<Result<Vec<_>, _>>()?))
}

fn render_value(sdk: &Sdk, field: &TypedField, value: &TypedValue) -> Result<JavaExpression, &'static str> {
    Ok(match value {
        TypedValue::Null => return Err(NULL_OMITTED),
        TypedValue::Text(text) => text_expression(text),
        TypedValue::Timestamp(text) => JavaExpression::call("Instant.parse", [text_expression(text)]),
        TypedValue::Integer(number) if sdk.metadata.has_flag(&["longs", &field.metadata_key]) => {
            JavaExpression::atom(format!("{number}L"))
        }
        TypedValue::Integer(number) => JavaExpression::atom(number.clone()),
        TypedValue::Boolean(value) => JavaExpression::atom(value.to_string()),
        TypedValue::EnumConstant(of, value) => {
            JavaExpression::atom(format!("{}.{}", of.name, sdk.enum_constant(value, NameCase::Upper)))
        }
        TypedValue::TextList(texts) => {
            JavaExpression::call("List.of", texts.iter().map(text_expression).collect::<Vec<_>>())
        }
        TypedValue::Object(object) => self::render_object(sdk, &object.object_type.name, object)?,
        TypedValue::ObjectList(of, objects) => {
            let items = objects.iter().map(|object| self::render_object(sdk, &of.name, object));
            JavaExpression::call("List.of", items.collect::<Result<Vec<_>, _>>()?)
        }
        TypedValue::MapList(values) => {
            JavaExpression::call("List.of", values.iter().map(render_json).collect::<Result<Vec<_>, _>>()?)
        }
        TypedValue::Json(value) => render_json(value)?,
    })
}

/// Returns true if JSON contains a list that has null, or a list that has none, according to `has_null`.
fn contains_list(value: &Value, has_null: bool) -> bool {
    match value {
        Value::Array(items) => {
            items.iter().any(Value::is_null) == has_null || items.iter().any(|item| contains_list(item, has_null))
        }
        Value::Object(fields) => fields.values().any(|value| contains_list(value, has_null)),
        _ => false,
    }
}

fn render_json(value: &Value) -> Result<JavaExpression, &'static str> {
    Ok(match value {
        Value::Null => return Err(NULL_OMITTED),
        Value::Bool(value) => JavaExpression::atom(value.to_string()),
        Value::Number(number) => {
            let is_long = number.as_i64().is_some_and(|value| i32::try_from(value).is_err());
            if !is_exact_literal(number) {
                return Err(NUMBER_UNSUPPORTED);
            }
            JavaExpression::atom(number.to_string() + if is_long { "L" } else { "" })
        }
        Value::String(text) => text_expression(&TextTemplate::from(text.as_str())),
        Value::Object(fields) => render_map(fields)?,
        Value::Array(items) => render_list(items)?,
    })
}

/// Renders a list. The SDK omits null in maps only, and `List.of` rejects null.
fn render_list(items: &[Value]) -> Result<JavaExpression, &'static str> {
    let item = |item: &Value| match item {
        Value::Null if items.len() == 1 => Ok(JavaExpression::atom("(Object) null")),
        Value::Null => Ok(JavaExpression::atom("null")),
        item => render_json(item),
    };
    let name = if items.iter().any(Value::is_null) { "Arrays.asList" } else { "List.of" };
    Ok(JavaExpression::call(name, items.iter().map(item).collect::<Result<Vec<_>, _>>()?))
}

/// Renders a map: a few short pairs as one list of arguments, others as entries, one per line.
fn render_map(fields: &Arguments) -> Result<JavaExpression, &'static str> {
    let length: usize = fields.iter().map(|(name, value)| name.len() + value.to_string().len() + 6).sum();
    let mut arguments = Vec::new();
    for (name, value) in fields {
        let pair = [string_expression(name), render_json(value)?];
        if fields.len() < 2 || (length <= 60 && fields.len() <= 10) {
            arguments.extend(pair);
        } else {
            arguments.push(JavaExpression::call("Map.entry", pair));
        }
    }
    let is_flat = fields.len() < 2 || (length <= 60 && fields.len() <= 10);
    Ok(JavaExpression::call(if is_flat { "Map.of" } else { "Map.ofEntries" }, arguments))
}
