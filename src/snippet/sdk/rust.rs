//! Rust, formatted as by rustfmt: requests are structs, whose optional fields are of type `Option`.

use super::{
    NameCase, Sdk, SdkCall, SdkMethod, split_namespace,
    typed_request::{SdkType, TypedObject, TypedValue},
};
use crate::snippet::{
    http_clients::{
        literal::can_round_trip,
        rust::{env_var, string_literal},
    },
    text_template::{TemplateFragment, TextTemplate},
};
use serde_json::{Number, Value};
use std::collections::BTreeSet;

const OPTIONS_UNSUPPORTED: &str = "The Rust SDK's methods do not accept the options of this call.";
const NULL_UNSUPPORTED: &str = "The Rust SDK's type does not accept null here.";
const NUMBER_UNSUPPORTED: &str = "The Rust SDK's JSON cannot represent one of these numbers exactly.";

/// Maximum line width (`max_width`).
const MAX_WIDTH: usize = 100;
/// Maximum width of arguments on one line (`fn_call_width`).
const FN_CALL_WIDTH: usize = 60;

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
        format!("{name}::default()")
    } else {
        render_struct(sdk, &name, &request, 1)?
    };
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
         let client = {class}::new(&{username}, &{password})?;\n\n    let request = {value};\n    \
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

fn render_struct(sdk: &Sdk, name: &str, object: &TypedObject, depth: usize) -> Result<String, &'static str> {
    let mut fields = Vec::new();
    for (field, value) in object.fields_with_value() {
        let (is_optional, name) = (!field.is_required, raw_identifier(&field.name));
        let column = (depth + 1) * 4 + name.len() + 2;
        fields.push(format!("{name}: {}", render_value(sdk, value, is_optional, depth + 1, column)?));
    }
    if fields.len() < object.fields.len() {
        fields.push("..Default::default()".into());
    }
    let line = fields.join(", ");
    if fields.is_empty() {
        return Ok(format!("{name} {{}}"));
    }
    if line.len() <= 18 && !line.contains('\n') {
        return Ok(format!("{name} {{ {line} }}"));
    }
    let has_rest = fields.len() > object.fields_with_value().count();
    let last = fields.len() - 1;
    let margin = "    ".repeat(depth + 1);
    let line = |(index, field): (usize, &String)| {
        let comma = if has_rest && index == last { "" } else { "," };
        format!("{margin}{field}{comma}\n")
    };
    let lines: String = fields.iter().enumerate().map(line).collect();
    Ok(format!("{name} {{\n{lines}{}}}", "    ".repeat(depth)))
}

/// Renders a value that begins at a column.
fn render_value(
    sdk: &Sdk,
    value: &TypedValue,
    is_optional: bool,
    depth: usize,
    column: usize,
) -> Result<String, &'static str> {
    let wrap_some = |text: String| if is_optional { format!("Some({text})") } else { text };
    Ok(match value {
        TypedValue::Null if is_optional => "None".into(),
        TypedValue::Null => return Err(NULL_UNSUPPORTED),
        TypedValue::Text(text) => {
            RustCallExpression::from_text(text).wrap_if(is_optional, "Some(", ")").render_at(depth, column)
        }
        TypedValue::Timestamp(text) => match text.as_literal() {
            Some(plain) => wrap_some(format!("{}.parse()?", string_literal(plain))),
            None => wrap_some(format!("{}.parse()?", RustCallExpression::from_text(text).to_single_line())),
        },
        TypedValue::Integer(number) => wrap_some(number.clone()),
        TypedValue::Boolean(value) => wrap_some(value.to_string()),
        TypedValue::EnumConstant(of, value) => {
            let constant = format!("{}::{}", of.name, sdk.enum_constant(value, NameCase::Pascal));
            RustCallExpression::from_path(constant).wrap_if(is_optional, "Some(", ")").render_at(depth, column)
        }
        TypedValue::TextList(texts) => match texts.as_slice() {
            [text] => RustCallExpression::from_text(text)
                .wrap_if(true, "vec![", "]")
                .wrap_if(is_optional, "Some(", ")")
                .render_at(depth, column),
            texts => {
                let items: Vec<String> =
                    texts.iter().map(|text| RustCallExpression::from_text(text).to_single_line()).collect();
                let line = format!("vec![{}]", items.join(", "));
                let max_width = if is_optional { FN_CALL_WIDTH } else { FN_CALL_WIDTH + "vec![]".len() };
                if line.len() <= max_width && column + line.len() + 7 <= MAX_WIDTH {
                    return Ok(wrap_some(line));
                }
                let column = depth * 4 + 4;
                let tall = texts.iter().map(|text| RustCallExpression::from_text(text).render_at(depth + 1, column));
                wrap_some(render_vec(tall, depth))
            }
        },
        TypedValue::Object(object) => wrap_some(render_struct(sdk, &object.object_type.name, object, depth)?),
        TypedValue::ObjectList(of, objects) => match objects.as_slice() {
            [] => wrap_some("vec![]".into()),
            // The struct begins after the bracket if the line has room for all brackets that are open there.
            [only] if column + wrap_some(format!("vec![{} {{],", of.name)).len() <= MAX_WIDTH => {
                wrap_some(format!("vec![{}]", render_struct(sdk, &of.name, only, depth)?))
            }
            objects => {
                let items = objects.iter().map(|object| render_struct(sdk, &of.name, object, depth + 1));
                wrap_some(render_vec(items.collect::<Result<Vec<_>, _>>()?.into_iter(), depth))
            }
        },
        TypedValue::MapList(values) => match values.as_slice() {
            [] => wrap_some("vec![]".into()),
            [only] => wrap_some(format!("vec![json!({})]", render_json(only, depth)?)),
            values => {
                let items = values.iter().map(|value| Ok(format!("json!({})", render_json(value, depth + 1)?)));
                wrap_some(render_vec(items.collect::<Result<Vec<_>, &'static str>>()?.into_iter(), depth))
            }
        },
        TypedValue::Json(value) => wrap_some(format!("json!({})", render_json(value, depth)?)),
    })
}

fn render_vec(items: impl Iterator<Item = String>, depth: usize) -> String {
    let lines: String = items.map(|item| ["    ".repeat(depth + 1), item, ",\n".into()].concat()).collect();
    format!("vec![\n{lines}{}]", "    ".repeat(depth))
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
        Value::String(text) => {
            let text = TextTemplate::from(text.as_str());
            text.as_literal().map_or_else(|| RustCallExpression::from_text(&text).to_single_line(), string_literal)
        }
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

/// A call or path, with the position at which it may be broken into lines.
struct RustCallExpression {
    open: String,
    arguments: Vec<String>,
    close: String,
    is_macro: bool,
}

impl RustCallExpression {
    fn from_text(text: &TextTemplate) -> Self {
        let call = |open: &str, argument: String, close: &str| Self {
            open: open.into(),
            arguments: vec![argument],
            close: close.into(),
            is_macro: false,
        };
        if let Some(plain) = text.as_literal() {
            return call("String::from(", string_literal(plain), ")");
        }
        if let [TemplateFragment::Variable(name)] = text.fragments() {
            return call("env::var(", string_literal(name), ")?");
        }
        let pattern = text.render(|plain| plain.replace('{', "{{").replace('}', "}}"), |_| "{}".into(), "");
        let mut arguments = vec![string_literal(&pattern)];
        arguments.extend(text.fragments().iter().filter_map(|piece| match piece {
            TemplateFragment::Variable(name) => Some(env_var(name)),
            TemplateFragment::Literal(_) => None,
        }));
        Self { open: "format!(".into(), arguments, close: ")".into(), is_macro: true }
    }

    /// Creates an expression that consists of a path.
    fn from_path(path: String) -> Self {
        Self { open: String::new(), arguments: vec![path], close: String::new(), is_macro: false }
    }

    fn wrap_if(self, condition: bool, open: &str, close: &str) -> Self {
        if !condition {
            return self;
        }
        Self { open: format!("{open}{}", self.open), close: format!("{}{close}", self.close), ..self }
    }

    fn to_single_line(&self) -> String {
        format!("{}{}{}", self.open, self.arguments.join(", "), self.close)
    }

    /// Renders the expression on one line from a column on, or with its arguments on lines of their own.
    fn render_at(&self, depth: usize, column: usize) -> String {
        let flat = self.to_single_line();
        if self.open.is_empty() {
            return flat;
        }
        let outer_width = self.open.find(['(', '[']).unwrap_or_default() + 2;
        let is_single_call = self.open.matches(['(', '[']).count() == 1 && !self.is_macro && self.open != "Some(";
        if (is_single_call || flat.len() - outer_width <= FN_CALL_WIDTH) && column + flat.len() < MAX_WIDTH {
            return flat;
        }
        let margin = "    ".repeat(depth + 1);
        let last = self.arguments.len() - 1;
        let line = |(index, argument): (usize, &String)| {
            let comma = if self.is_macro && index == last { "" } else { "," };
            format!("{margin}{argument}{comma}\n")
        };
        let lines: String = self.arguments.iter().enumerate().map(line).collect();
        format!("{}\n{lines}{}{}", self.open, "    ".repeat(depth), self.close)
    }
}
