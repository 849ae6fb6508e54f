//! C#, formatted as by `dotnet format`: constructors of requests take the required fields, and initializers set the
//! optional ones. Filters of searches have classes.

use super::{
    NameCase, Sdk, SdkCall, SdkMethod,
    java::is_exact_literal,
    split_namespace,
    typed_request::{SdkType, TypedField, TypedObject, TypedValue},
};
use crate::{
    model::Arguments,
    snippet::{
        http_clients::csharp::{env_var, string_literal, text_expression},
        text_template::TextTemplate,
    },
};
use serde_json::Value;

const NULL_OMITTED: &str = "The SDK omits null values.";
const NUMBER_UNSUPPORTED: &str = "C# has no number type that represents one of these numbers exactly.";
const OPTIONS_UNKNOWN: &str = "The document does not describe the options.";
const DICTIONARY_CONSTRUCTOR: &str = "new Dictionary<string, object?>";
const CLIENT_UNKNOWN: &str = "The document does not say where the SDK defines its clients.";
const FILTER_UNSUPPORTED: &str = "The SDK for .NET has no class for one of these filters.";

pub(super) fn render(sdk: &Sdk, method: &SdkMethod, call: &SdkCall) -> Result<String, &'static str> {
    let request = TypedObject::build_request(sdk, method, call)?;
    let (clients, client) = split_namespace(sdk.require_client_class(method)?).ok_or(CLIENT_UNKNOWN)?;
    let models = sdk.require_models_module(&method.client)?;
    let type_name = type_prefix(sdk, &request.object_type) + &request.object_type.name;
    let name = format!("{type_name}{}", sdk.suffix("request"));
    let mut arguments = Vec::new();
    let mut properties = Vec::new();
    for field in &request.fields {
        let value = field.value.as_ref().map(|value| self::render_value(sdk, field, value, 1)).transpose()?;
        // The constructor takes the required fields, except objects.
        match value {
            value if field.is_required && !matches!(field.value, Some(TypedValue::Object(_))) => {
                arguments.push(value.unwrap_or_else(|| "default".into()));
            }
            Some(value) => properties.push(property_assignment(sdk, &field.name, &value)),
            None => {}
        }
    }
    let request = render_constructor(&name, &arguments, &properties);
    let mut statements = format!("var request = {request};\n");
    let mut arguments = "request".to_owned();
    if !call.options.is_empty() {
        let options = render_options(sdk, &format!("{type_name}{}", sdk.suffix("options")), &call.options)?;
        statements += &["var options = ", &options, ";\n"].concat();
        arguments += ", options";
    }
    let credential = [
        (sdk.require_credential_name("username")?, call.username_variable),
        (sdk.require_credential_name("password")?, call.password_variable),
    ];
    let credential = credential.map(|(property, name)| format!("{property} = {}", env_var(name)));
    let config = render_initializer(&format!("new {}", sdk.require_metadata("config")?), &credential, 0);
    let method_path = sdk.method_path(method, [NameCase::Pascal; 2], ".");
    Ok(format!(
        "using Newtonsoft.Json;\nusing {clients};\nusing {models};\n\nusing var client = new {client}({config});\n\n\
         {statements}var response = await client.{method_path}({arguments});\n\
         Console.WriteLine(JsonConvert.SerializeObject(response, Formatting.Indented));\n"
    ))
}

/// Returns the prefix of a name that several groups of methods have in common: `AdminStorePets`. One client adds no
/// prefix (`unprefixed_client`).
fn type_prefix(sdk: &Sdk, of: &SdkType) -> String {
    let word = |word: &String| {
        sdk.metadata
            .name_at(&["prefixes", word])
            .map_or_else(|| sdk.convert_name(word, NameCase::Pascal), str::to_owned)
    };
    let unprefixed_client = sdk.metadata.name_at(&["unprefixed_client"]);
    let is_skipped = of.module_path.first().map(String::as_str) == unprefixed_client;
    of.module_path.iter().skip(usize::from(is_skipped)).map(word).collect()
}

fn qualified_type_name(sdk: &Sdk, of: &SdkType) -> String {
    if sdk.metadata.has_flag(&["prefixed", &of.name]) {
        format!("{}{}", type_prefix(sdk, of), of.name)
    } else {
        of.name.clone()
    }
}

fn property_assignment(sdk: &Sdk, name: &str, value: &str) -> String {
    format!("{} = {value}", sdk.convert_name(name, NameCase::Pascal))
}

/// Renders `new Name(arguments)`, followed by properties in braces.
fn render_constructor(name: &str, arguments: &[String], properties: &[String]) -> String {
    let line = arguments.join(", ");
    let is_long = line.contains('\n') || name.len() + line.chars().count() > 90;
    let call = match arguments {
        [] if !properties.is_empty() => format!("new {name}"),
        _ if is_long => format!("new {name}(\n    {})", arguments.join(",\n    ")),
        _ => format!("new {name}({line})"),
    };
    if properties.is_empty() { call } else { render_initializer(&call, properties, 0) }
}

fn render_initializer(start: &str, properties: &[String], depth: usize) -> String {
    let margin = "    ".repeat(depth);
    let lines: String = properties.iter().map(|line| [&margin, "    ", line, ",\n"].concat()).collect();
    format!("{start}\n{margin}{{\n{lines}{margin}}}")
}

fn render_options(sdk: &Sdk, name: &str, options: &Arguments) -> Result<String, &'static str> {
    let mut groups = Vec::new();
    for (group, values) in options {
        let class = sdk.metadata.name_at(&["options", group]).ok_or(OPTIONS_UNKNOWN)?;
        let values = values.as_object().into_iter().flatten();
        let pair = |(key, value): (&String, &Value)| {
            property_assignment(sdk, key, &text_expression(&TextTemplate::from(value.as_str().unwrap_or_default())))
        };
        let assignments = values.map(pair).collect::<Vec<_>>().join(", ");
        groups.push(property_assignment(sdk, group, &format!("new {class} {{ {assignments} }}")));
    }
    Ok(render_initializer(&format!("new {name}"), &groups, 0))
}

fn render_value(sdk: &Sdk, field: &TypedField, value: &TypedValue, depth: usize) -> Result<String, &'static str> {
    Ok(match value {
        TypedValue::Null => return Err(NULL_OMITTED),
        TypedValue::Text(text) => text_expression(text),
        TypedValue::Timestamp(text) => format!("DateTimeOffset.Parse({}).UtcDateTime", text_expression(text)),
        TypedValue::Integer(number) => number.clone(),
        TypedValue::Boolean(value) => value.to_string(),
        TypedValue::EnumConstant(of, value) => {
            format!("{}.{}", qualified_type_name(sdk, of), sdk.enum_constant(value, NameCase::Pascal))
        }
        TypedValue::TextList(texts) => render_list(&texts.iter().map(text_expression).collect::<Vec<_>>(), depth),
        TypedValue::Object(object) => self::render_object(sdk, object, depth)?,
        TypedValue::ObjectList(_, objects) => {
            let items = objects.iter().map(|object| self::render_object(sdk, object, depth + 1));
            render_list(&items.collect::<Result<Vec<_>, _>>()?, depth)
        }
        TypedValue::MapList(values) => {
            let owner = field.metadata_key.split('.').next().unwrap_or_default();
            render_list(
                &values.iter().map(|value| render_filter(sdk, owner, value)).collect::<Result<Vec<_>, _>>()?,
                depth,
            )
        }
        TypedValue::Json(value) => render_json(value, depth)?,
    })
}

fn render_object(sdk: &Sdk, object: &TypedObject, depth: usize) -> Result<String, &'static str> {
    let pair = |(field, value): (&TypedField, &TypedValue)| {
        Ok::<_, &'static str>(property_assignment(sdk, &field.name, &self::render_value(sdk, field, value, depth + 1)?))
    };
    let properties = object.fields_with_value().map(pair).collect::<Result<Vec<_>, _>>()?;
    let start = format!("new {}", qualified_type_name(sdk, &object.object_type));
    let line = format!("{start} {{ {} }}", properties.join(", "));
    if properties.is_empty() {
        return Ok(start + "()");
    }
    if properties.len() < 3 && !line.contains('\n') && line.chars().count() + depth * 4 <= 100 {
        return Ok(line);
    }
    Ok(render_initializer(&start, &properties, depth))
}

/// Renders a filter with its class. The document names the filter's two fields (`filter_fields`).
///
/// # Errors
/// Returns an error if the SDK has no class for such a value.
fn render_filter(sdk: &Sdk, owner: &str, value: &Value) -> Result<String, &'static str> {
    let fields = value.as_object().filter(|fields| fields.len() == 2).ok_or(FILTER_UNSUPPORTED)?;
    let field = |key| sdk.metadata.name_at(&["filter_fields", key]).ok_or(FILTER_UNSUPPORTED);
    let value_field = field("value")?;
    let name = fields.get(field("name")?).and_then(Value::as_str).ok_or(FILTER_UNSUPPORTED)?;
    let class = sdk.metadata.name_at(&["filters", owner, name]).ok_or(FILTER_UNSUPPORTED)?;
    let value = match fields.get(value_field).ok_or(FILTER_UNSUPPORTED)? {
        Value::Array(items) if items.iter().all(Value::is_string) => render_list(
            &items
                .iter()
                .filter_map(Value::as_str)
                .map(|text| text_expression(&TextTemplate::from(text)))
                .collect::<Vec<_>>(),
            9,
        ),
        Value::String(text) => text_expression(&TextTemplate::from(text.as_str())),
        Value::Bool(value) => value.to_string(),
        _ => return Err(FILTER_UNSUPPORTED),
    };
    let property = sdk.convert_name(value_field, NameCase::Pascal);
    Ok(format!("new {class} {{ {property} = {value} }}"))
}

/// Renders a collection expression.
fn render_list(items: &[String], depth: usize) -> String {
    let line = items.join(", ");
    if !line.contains('\n') && (line.chars().count() + depth * 4 <= 90 || depth > 8) {
        return format!("[{line}]");
    }
    let margin = "    ".repeat(depth);
    let lines: String = items.iter().map(|item| [&margin, "    ", item, ",\n"].concat()).collect();
    format!("\n{margin}[\n{lines}{margin}]")
}

fn render_json(value: &Value, depth: usize) -> Result<String, &'static str> {
    Ok(match value {
        Value::Number(number) if !is_exact_literal(number) => return Err(NUMBER_UNSUPPORTED),
        Value::String(text) => text_expression(&TextTemplate::from(text.as_str())),
        Value::Object(fields) => {
            let pair = |(name, value): (&String, &Value)| {
                Ok::<_, &'static str>(format!("[{}] = {}", string_literal(name), render_json(value, depth + 1)?))
            };
            let pairs = fields.iter().map(pair).collect::<Result<Vec<_>, _>>()?;
            if pairs.is_empty() {
                format!("{DICTIONARY_CONSTRUCTOR}()")
            } else {
                render_initializer(DICTIONARY_CONSTRUCTOR, &pairs, depth)
            }
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| render_json(item, depth + 1)).collect::<Result<Vec<_>, _>>()?;
            let line = format!("new object?[] {{ {} }}", items.join(", "));
            if line.contains('\n') || line.chars().count() > 90 {
                return Ok(render_initializer("new object?[]", &items, depth));
            }
            if items.is_empty() { "Array.Empty<object?>()".into() } else { line }
        }
        other => other.to_string(),
    })
}
