//! Go, formatted as by gofmt: each group of methods has a package, requests are structs, and optional enums and structs
//! are pointers.

use super::{
    NameCase, Sdk, SdkCall, SdkMethod,
    go_columns::{COLUMN_SEPARATOR, align_columns},
    split_namespace,
    typed_request::{SdkType, TypedField, TypedObject, TypedValue},
};
use crate::snippet::{
    http_clients::{
        go::{env_var, string_literal, text_expression},
        literal::can_round_trip,
    },
    text_template::TextTemplate,
};
use serde_json::{Number, Value};
use std::collections::BTreeSet;

const NULL_OMITTED: &str = "The SDK omits null values.";
const ZERO_VALUE_OMITTED: &str = "The SDK omits optional fields that are false, zero or empty.";
const VALUE_UNSUPPORTED: &str = "The Go SDK's types do not accept this value.";

const ERROR_CHECK: &str = "\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n";

pub(super) fn render(sdk: &Sdk, method: &SdkMethod, call: &SdkCall) -> Result<String, &'static str> {
    let request = TypedObject::build_request(sdk, method, call)?;
    let package = sdk.require_metadata("package")?;
    let (client_folder, constructor) = split_namespace(sdk.require_client_class(method)?).ok_or(VALUE_UNSUPPORTED)?;
    let mut program = GoProgram {
        sdk,
        package,
        request_package_path: package_path(&request.object_type),
        imports: BTreeSet::new(),
        setup: String::new(),
    };
    program.add_import(&format!("{package}/{client_folder}"));

    let params = program.render_struct(&request, sdk.suffix("request"), 1)?;
    let mut statements = format!("\tparams := &{}\n", align_columns(&params));
    let mut arguments = "ctx, params".to_owned();
    if !call.options.is_empty() {
        let options = program.render_options(&request.object_type, &call.options)?;
        statements += &["\toptions := &", &align_columns(&options), "\n"].concat();
        arguments += ", options";
    }
    let method_path = sdk.method_path(method, [NameCase::Pascal; 2], ".");
    let credential = format!("{}, {}", env_var(call.username_variable), env_var(call.password_variable));
    let GoProgram { imports, mut setup, .. } = program;
    let mut standard_imports = vec!["context", "fmt", "log", "os"];
    if request.any_value(&|value| value.json_values().iter().any(|value| !has_exact_numbers(value))) {
        standard_imports.push("encoding/json");
    }
    if setup.contains("time.Parse(") {
        standard_imports.push("time");
    }
    if !setup.is_empty() {
        setup.push('\n');
    }
    Ok(format!(
        "package main\n\nimport (\n{}\n{})\n\nfunc main() {{\n\tctx := context.Background()\n\
         \tclient, err := {}.{constructor}({credential})\n{ERROR_CHECK}\n\
         {setup}{statements}\tresponse, err := client.{method_path}({arguments})\n\
         {ERROR_CHECK}\tfmt.Printf(\"%+v\\n\", response)\n}}\n",
        render_imports(&standard_imports.into_iter().map(str::to_owned).collect()),
        render_imports(&imports),
        last_folder(client_folder)
    ))
}

fn render_imports(imports: &BTreeSet<String>) -> String {
    let line = |import: &String| match import.split_once(' ') {
        Some((name, path)) => (path.to_owned(), format!("\t{name} \"{path}\"\n")),
        None => (import.clone(), format!("\t\"{import}\"\n")),
    };
    let mut lines: Vec<(String, String)> = imports.iter().map(line).collect();
    lines.sort_unstable();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Returns the folder of a type's package: `main/storepets/photos`.
fn package_path(of: &SdkType) -> String {
    of.module_path.iter().map(|word| word.replace('_', "")).collect::<Vec<_>>().join("/")
}

/// Returns the last folder of a path, which is the name of its package.
fn last_folder(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

struct GoProgram<'a> {
    sdk: &'a Sdk,
    package: &'a str,
    /// Folder of the request, whose package is imported without an alias.
    request_package_path: String,
    imports: BTreeSet<String>,
    /// Statements before the call: constants that are passed by pointer, and timestamps.
    setup: String,
}

impl GoProgram<'_> {
    fn add_import(&mut self, import: &str) {
        self.imports.insert(import.to_owned());
    }

    /// Returns a type qualified by its package. If the package has the same name as that of the request, its alias is
    /// composed of the names of its last two folders.
    fn qualified_type(&mut self, of: &SdkType, suffix: &str) -> String {
        let path = package_path(of);
        let full = format!("{}/{path}", self.package);
        let mut name = last_folder(&path).to_owned();
        if path == self.request_package_path || name != last_folder(&self.request_package_path) {
            self.add_import(&full);
        } else {
            let parent_folder = path.rsplit('/').nth(1).unwrap_or_default();
            name = format!("{parent_folder}{name}");
            self.add_import(&format!("{name} {full}"));
        }
        format!("{name}.{}{suffix}", of.name)
    }

    /// Renders options: `{"authorization": {"session_token": …}}`.
    fn render_options(&mut self, of: &SdkType, options: &crate::model::Arguments) -> Result<String, &'static str> {
        let options_type = self.qualified_type(of, self.sdk.suffix("options"));
        let mut lines = Vec::new();
        for (group, values) in options {
            let Some((folder, name)) = self.sdk.split_option_class(group) else { return Err(VALUE_UNSUPPORTED) };
            self.add_import(&format!("{}/{folder}", self.package));
            let mut option_fields = Vec::new();
            for (key, value) in values.as_object().into_iter().flatten() {
                let text = value.as_str().ok_or(VALUE_UNSUPPORTED)?;
                option_fields.push(format!(
                    "{}{COLUMN_SEPARATOR}{}",
                    self.sdk.convert_name(key, NameCase::Pascal),
                    text_expression(&TextTemplate::from(text), " + ")
                ));
            }
            let literal = render_block(&format!("{}.{name}{{", last_folder(folder)), &option_fields, 2);
            lines.push(format!("{}{COLUMN_SEPARATOR}{literal}", self.sdk.convert_name(group, NameCase::Pascal)));
        }
        Ok(render_block(&format!("{options_type}{{"), &lines, 1))
    }

    fn render_struct(&mut self, object: &TypedObject, suffix: &str, depth: usize) -> Result<String, &'static str> {
        let start = format!("{}{{", self.qualified_type(&object.object_type, suffix));
        Ok(render_block(&start, &self.render_fields(object, depth)?, depth))
    }

    fn render_fields(&mut self, object: &TypedObject, depth: usize) -> Result<Vec<String>, &'static str> {
        let mut lines = Vec::new();
        for (field, value) in object.fields_with_value() {
            if !field.is_required && !field.is_query && self.is_zero_value(field, value) {
                return Err(ZERO_VALUE_OMITTED);
            }
            lines.push(format!(
                "{}{COLUMN_SEPARATOR}{}",
                self.sdk.convert_name(&field.name, NameCase::Pascal),
                self.render_value(field, value, depth + 1)?
            ));
        }
        Ok(lines)
    }

    fn render_value(&mut self, field: &TypedField, value: &TypedValue, depth: usize) -> Result<String, &'static str> {
        let pointer = if field.is_required { "" } else { "&" };
        Ok(match value {
            TypedValue::Null => return Err(NULL_OMITTED),
            TypedValue::Text(text) => text_expression(text, " + "),
            TypedValue::Integer(number) => number.clone(),
            TypedValue::Boolean(value) => value.to_string(),
            TypedValue::Timestamp(text) => {
                let name = self.sdk.convert_name(&field.name, NameCase::Camel);
                let timestamp = text_expression(text, "+");
                self.setup +=
                    &["\t", &name, ", err := time.Parse(time.RFC3339, ", &timestamp, ")\n", ERROR_CHECK].concat();
                format!("&{name}")
            }
            TypedValue::EnumConstant(of, value) => {
                let constant = self.qualified_type(of, &self.sdk.enum_constant(value, NameCase::Pascal));
                if field.is_required {
                    return Ok(constant);
                }
                let name = self.sdk.convert_name(&field.name, NameCase::Camel);
                self.setup += &["\t", &name, " := ", &constant, "\n"].concat();
                format!("&{name}")
            }
            TypedValue::TextList(texts) => {
                let items: Vec<String> = texts.iter().map(|text| text_expression(text, " + ")).collect();
                let pointer = if self.is_pointer_list(field) { "&" } else { "" };
                format!("{pointer}{}", render_row("[]string{", &items, depth))
            }
            TypedValue::Object(object) => format!("{pointer}{}", self.render_struct(object, "", depth)?),
            TypedValue::ObjectList(of, objects) => {
                let pointer = if field.is_required { "" } else { "*" };
                let start = format!("[]{pointer}{}{{", self.qualified_type(of, ""));
                let mut items = Vec::new();
                for object in objects {
                    items.push(render_block("{", &self.render_fields(object, depth + 1)?, depth + 1));
                }
                render_block(&start, &items, depth)
            }
            TypedValue::MapList(values) => {
                let items: Vec<String> = values.iter().map(|value| render_map("{", value, depth + 1)).collect();
                render_block("[]map[string]any{", &items, depth)
            }
            TypedValue::Json(value) => render_json(value, depth),
        })
    }

    fn is_zero_value(&self, field: &TypedField, value: &TypedValue) -> bool {
        match value {
            TypedValue::Text(text) => text.as_literal() == Some(""),
            TypedValue::Integer(number) => number == "0",
            TypedValue::Boolean(value) => !value,
            TypedValue::TextList(texts) => texts.is_empty() && !self.is_pointer_list(field),
            TypedValue::ObjectList(_, objects) => objects.is_empty(),
            TypedValue::MapList(values) => values.is_empty(),
            TypedValue::Json(value) => value.as_object().is_some_and(serde_json::Map::is_empty),
            _ => false,
        }
    }

    /// Returns true if a list is passed by pointer, so that an empty list is sent too.
    fn is_pointer_list(&self, field: &TypedField) -> bool {
        self.sdk.metadata.has_flag(&["pointers", &field.metadata_key])
    }
}

fn render_json(value: &Value, depth: usize) -> String {
    match value {
        Value::Null => "nil".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) if is_exact_literal(number) => number.to_string(),
        // `json.Number` preserves the digits.
        Value::Number(number) => format!("json.Number(\"{number}\")"),
        Value::String(text) => text_expression(&TextTemplate::from(text.as_str()), " + "),
        Value::Object(_) => render_map("map[string]any{", value, depth),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| render_json(item, depth + 1)).collect();
            render_row("[]any{", &items, depth)
        }
    }
}

fn render_map(start: &str, value: &Value, depth: usize) -> String {
    let pair = |(name, value): (&String, &Value)| {
        format!("{}{COLUMN_SEPARATOR}{}", string_literal(name), render_json(value, depth + 1))
    };
    let pairs: Vec<String> = value.as_object().into_iter().flatten().map(pair).collect();
    render_block(start, &pairs, depth)
}

/// Returns true if the text of a number is a Go literal of the same number.
fn is_exact_literal(number: &Number) -> bool {
    number.as_i64().is_some_and(|value| value.to_string() == number.to_string())
        || can_round_trip(&Value::Number(number.clone()), &|_| true)
}

fn has_exact_numbers(value: &Value) -> bool {
    match value {
        Value::Number(number) => is_exact_literal(number),
        Value::Array(items) => items.iter().all(has_exact_numbers),
        Value::Object(fields) => fields.values().all(has_exact_numbers),
        _ => true,
    }
}

/// Renders items on one line if they are short.
fn render_row(start: &str, items: &[String], depth: usize) -> String {
    let line = format!("{start}{}}}", items.join(", "));
    if line.len() <= 80 && !line.contains('\n') { line } else { render_block(start, items, depth) }
}

fn render_block(start: &str, lines: &[String], depth: usize) -> String {
    if lines.is_empty() {
        return format!("{start}}}");
    }
    let tabs = "\t".repeat(depth);
    let lines: String = lines.iter().map(|line| ["\t", &tabs, line, ",\n"].concat()).collect();
    format!("{start}\n{lines}{tabs}}}")
}
