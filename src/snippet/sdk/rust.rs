//! Rust, formatted as by rustfmt: requests are structs, whose optional fields are of type `Option`.

use super::{
    NameCase, Sdk, SdkCall, SdkMethod, split_namespace,
    typed_request::{SdkType, TypedField, TypedObject, TypedValue},
};
use crate::snippet::{
    document::{self, Document},
    http_clients::{
        literal::can_round_trip,
        rust::{
            FN_CALL_WIDTH, INDENT, MAX_WIDTH, RustExpression, env_var, macro_arguments, string_literal, text_expression,
        },
    },
    text_template::{TemplateFragment, TextTemplate},
};
use serde_json::{Number, Value};
use std::collections::BTreeSet;

const OPTIONS_UNSUPPORTED: &str = "The Rust SDK's methods do not accept the options of this call.";
const NULL_UNSUPPORTED: &str = "The Rust SDK's type does not accept null here.";
const NUMBER_UNSUPPORTED: &str = "The Rust SDK's JSON cannot represent one of these numbers exactly.";

/// Maximum width of the fields of a struct on one line (`struct_lit_width`).
const STRUCT_LITERAL_WIDTH: usize = 18;

pub(super) fn render(sdk: &Sdk, method: &SdkMethod, call: &SdkCall) -> Result<String, &'static str> {
    if !call.options.is_empty() {
        return Err(OPTIONS_UNSUPPORTED);
    }
    let request = TypedObject::build_request(sdk, method, call)?;
    let package = sdk.require_metadata("package")?;
    let client = sdk.require_client_class(method)?;
    let suffix = sdk.suffix("request");
    let types = request.collect_types().into_iter().map(|of| type_path(sdk, package, of, ""));
    let mut imports: BTreeSet<String> = types.collect();
    imports.insert(type_path(sdk, package, &request.object_type, suffix));
    imports.extend([client.to_owned(), "std::env".into(), "std::error::Error".into()]);
    if request.any_value(&|value| !value.json_values().is_empty()) {
        imports.insert("serde_json::json".into());
    }
    let imports: String = imports.iter().map(|path| ["use ", path, ";\n"].concat()).collect();

    let name = format!("{}{suffix}", request.object_type.name);
    let value = if request.fields_with_value().next().is_none() && !request.fields.is_empty() {
        format!("{name}::default()").into()
    } else {
        struct_document(sdk, &name, &request)?
    };
    let request = Document::from(["let request = ".into(), value, ";".into()]).render(MAX_WIDTH, INDENT);
    let (services, call_name) = (&method.services, sdk.convert_name(&method.name, NameCase::Snake));
    let chain_calls = services.iter().map(|service| sdk.convert_name(service, NameCase::Snake));
    let chain_calls: Vec<String> =
        chain_calls.chain([format!("{}(request)", raw_identifier(&call_name)), "await?".into()]).collect();
    let chain = format!("client.{}", chain_calls.join("."));
    let chain = if chain.len() < FN_CALL_WIDTH { chain } else { format!("client{}", render_chain(&chain_calls)) };
    let (username, password) = (sdk.require_credential_name("username")?, sdk.require_credential_name("password")?);
    let [username_value, password_value] = [call.username_variable, call.password_variable].map(env_var);
    let (_, class) = split_namespace(client).unwrap_or_default();
    Ok(format!(
        "{imports}\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn Error>> {{\n    \
         let {username} = {username_value};\n    let {password} = {password_value};\n    \
         let client = {class}::new(&{username}, &{password})?;\n\n    {request}\n    \
         let response = {chain};\n    println!(\"{{response:#?}}\");\n    Ok(())\n}}\n"
    ))
}

fn render_chain(calls: &[String]) -> String {
    calls.iter().map(|link| ["\n        .", link].concat()).collect()
}

/// Returns the path of a type: `petstore::main::store_pets::UpdateRequest`. The document says what separates the
/// services in the name of a module (`service_separator`).
fn type_path(sdk: &Sdk, package: &str, of: &SdkType, suffix: &str) -> String {
    let separator = sdk.metadata.name_at(&["service_separator"]).unwrap_or("::");
    let (client, services) =
        of.module_path.split_first().map_or(("", String::new()), |(first, rest)| (first, rest.join(separator)));
    format!("{package}::{client}::{services}::{}{suffix}", of.name)
}

/// Returns a name as an identifier, with `r#` if it is a keyword.
fn raw_identifier(name: &str) -> String {
    const KEYWORDS: [&str; 6] = ["override", "type", "ref", "use", "move", "match"];
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

fn struct_document(sdk: &Sdk, name: &str, object: &TypedObject) -> Result<Document, &'static str> {
    let field = |(field, value): (&TypedField, &TypedValue)| {
        let name = format!("{}: ", raw_identifier(&field.name));
        Ok::<_, &'static str>(Document::from([name.into(), value_document(sdk, value, !field.is_required)?]))
    };
    let mut fields = object.fields_with_value().map(field).collect::<Result<Vec<_>, _>>()?;
    let is_complete = fields.len() == object.fields.len();
    if !is_complete {
        fields.push("..Default::default()".into());
    }
    if fields.is_empty() {
        return Ok(format!("{name} {{}}").into());
    }
    let fields = document::items(fields, INDENT, " ", if is_complete { "," } else { "" });
    Ok([format!("{name} {{").into(), fields.group_within(STRUCT_LITERAL_WIDTH + 2), "}".into()].into())
}

fn value_document(sdk: &Sdk, value: &TypedValue, is_optional: bool) -> Result<Document, &'static str> {
    let wrap_some =
        |document: Document| if is_optional { ["Some(".into(), document, ")".into()].into() } else { document };
    // The outermost brackets determine how wide the value may be.
    let group = |document: Document, max_width| {
        wrap_some(document.group_within(if is_optional { FN_CALL_WIDTH } else { max_width }))
    };
    Ok(match value {
        TypedValue::Null if is_optional => "None".into(),
        TypedValue::Null => return Err(NULL_UNSUPPORTED),
        TypedValue::Text(text) => {
            let (text, max_width) = owned_string(text);
            group(text, max_width)
        }
        TypedValue::Timestamp(text) => wrap_some(format!("{}.parse()?", text_expression(text).to_single_line()).into()),
        TypedValue::Integer(number) => wrap_some(number.as_str().into()),
        TypedValue::Boolean(value) => wrap_some(value.to_string().into()),
        TypedValue::EnumConstant(of, value) => {
            let constant = format!("{}::{}", of.name, sdk.enum_constant(value, NameCase::Pascal)).into();
            if is_optional { group(document::items([constant], INDENT, "", ","), MAX_WIDTH) } else { constant }
        }
        TypedValue::TextList(texts) => {
            let items = match texts.as_slice() {
                [text] => owned_string(text).0,
                texts => {
                    let strings = texts.iter().map(owned_string);
                    let items = strings.map(|(text, max_width)| text.group_within(max_width));
                    document::items(items, INDENT, "", ",")
                }
            };
            group(["vec![".into(), items, "]".into()].into(), "vec![]".len() + FN_CALL_WIDTH)
        }
        TypedValue::Object(object) => wrap_some(struct_document(sdk, &object.object_type.name, object)?),
        TypedValue::ObjectList(of, objects) => {
            let items = objects.iter().map(|object| struct_document(sdk, &of.name, object));
            wrap_some(vec_document(items.collect::<Result<_, _>>()?))
        }
        TypedValue::MapList(values) => {
            let items = values.iter().map(json_document);
            wrap_some(vec_document(items.collect::<Result<_, _>>()?))
        }
        TypedValue::Json(value) => wrap_some(json_document(value)?),
    })
}

/// Returns a list. Its brackets are on the lines of a single item, but on lines of their own for several.
fn vec_document(mut items: Vec<Document>) -> Document {
    let items = match items.len() {
        0 | 1 => items.pop().unwrap_or_else(|| "".into()),
        _ => Document::BrokenGroup(document::items(items, INDENT, "", ",").into()),
    };
    ["vec![".into(), items, "]".into()].into()
}

/// Returns a call of `json!`, whose argument rustfmt does not format.
fn json_document(value: &Value) -> Result<Document, &'static str> {
    Ok(["json!(".into(), Document::lines(render_json(value, 0)?.split('\n')), ")".into()].into())
}

/// Renders JSON within `json!`, which rustfmt does not format.
fn render_json(value: &Value, depth: usize) -> Result<String, &'static str> {
    let block = |[open, close]: [&str; 2], lines: Vec<String>| {
        let margin = "    ".repeat(depth + 1);
        let lines: String = lines.iter().map(|line| [&margin, line, ",\n"].concat()).collect();
        format!("{open}\n{lines}{}{close}", "    ".repeat(depth))
    };
    Ok(match value {
        Value::Number(number) => number_literal(number)?,
        Value::String(text) => text_expression(&TextTemplate::from(text.as_str())).to_single_line(),
        Value::Object(fields) if !fields.is_empty() => {
            let pair = |(name, value): (&String, &Value)| {
                Ok(format!("{}: {}", string_literal(name), render_json(value, depth + 1)?))
            };
            block(["{", "}"], fields.iter().map(pair).collect::<Result<_, &'static str>>()?)
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| render_json(item, depth + 1)).collect::<Result<Vec<_>, _>>()?;
            let line = format!("[{}]", items.join(", "));
            if line.len() <= 72 && !line.contains('\n') { line } else { block(["[", "]"], items) }
        }
        other => other.to_string(),
    })
}

/// Renders a number. An integer without a suffix would have 32 bits.
fn number_literal(number: &Number) -> Result<String, &'static str> {
    let text = number.to_string();
    match number.as_i64().filter(|value| value.to_string() == text) {
        Some(value) if i32::try_from(value).is_ok() => Ok(text),
        Some(_) => Ok(text + "_i64"),
        None if can_round_trip(&Value::Number(number.clone()), &|_| true) => Ok(text),
        None => Err(NUMBER_UNSUPPORTED),
    }
}

/// Returns an owned string, whose brackets are broken into lines with the group around it, and the maximum width of the
/// group if no other brackets are in it.
fn owned_string(text: &TextTemplate) -> (Document, usize) {
    let (start, argument, end) = match (text.fragments(), text_expression(text)) {
        (_, RustExpression::FormatMacro(arguments)) => {
            let call = ["format!(".into(), macro_arguments(&arguments), ")".into()].into();
            return (call, "format!()".len() + FN_CALL_WIDTH);
        }
        ([TemplateFragment::Variable(name)], _) => ("env::var(", string_literal(name), ")?"),
        (_, RustExpression::Verbatim(literal)) => ("String::from(", literal, ")"),
    };
    ([start.into(), document::items([argument.into()], INDENT, "", ","), end.into()].into(), MAX_WIDTH)
}
