//! Converts Swagger 2.0 to `OpenAPI` 3: hosts become servers, definitions become components, and body and form
//! parameters become request bodies.

use crate::model::media_type::MediaType;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Maximum number of media types of a request or response.
const MAX_MEDIA_TYPES: usize = 8;
/// Maximum length of the description of a shared body, in bytes. Every operation that uses the body gets a copy.
const MAX_SHARED_DESCRIPTION_BYTES: usize = 2_000;

/// Keys of a 2.0 parameter, header or item that belong in its schema.
const SCHEMA_KEYWORDS: [&str; 18] = [
    "type",
    "format",
    "items",
    "default",
    "enum",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "multipleOf",
    "x-nullable",
    "example",
];

/// Converts a 2.0 document to version 3.
pub(super) fn upgrade(root: &mut Value) {
    let Some(object) = root.as_object_mut() else { return };
    let servers = convert_servers(object);
    let consumes = object.remove("consumes").unwrap_or(Value::Null);
    let produces = object.remove("produces").unwrap_or(Value::Null);
    let mut components = Map::new();
    for (old, new) in [("definitions", "schemas"), ("responses", "responses"), ("parameters", "parameters")] {
        components.extend(object.remove(old).map(|value| (new.to_owned(), value)));
    }
    if let Some(Value::Object(schemes)) = object.remove("securityDefinitions") {
        let schemes: Map<String, Value> =
            schemes.into_iter().map(|(name, scheme)| (name, convert_security_scheme(scheme))).collect();
        components.insert("securitySchemes".into(), Value::Object(schemes));
    }
    object.remove("swagger");
    object.insert("servers".into(), servers);
    let shared_parameters = components.remove("parameters").unwrap_or_default();
    let defaults = DocumentDefaults { consumes: &consumes, produces: &produces, shared_parameters: &shared_parameters };
    for item in object.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten().map(|(_, item)| item) {
        convert_path_item(item, defaults);
    }
    for response in components.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
        self::convert_response(response.1, defaults.produces);
    }
    if let Value::Object(parameters) = shared_parameters {
        let (bodies, mut others): (Map<_, _>, Map<_, _>) = parameters
            .into_iter()
            .partition(|(_, parameter)| matches!(parameter["in"].as_str(), Some("body" | "formData")));
        others.values_mut().for_each(self::convert_parameter);
        components.insert("parameters".into(), Value::Object(others));
        components.insert(
            SHARED_BODIES.into(),
            bodies.into_iter().map(|(name, body)| (name, convert_body_parameter(body))).collect(),
        );
    }
    object.insert("components".into(), Value::Object(components));
    rewrite_references(root);
}

/// Key under `components` for shared body and form parameters. Request bodies refer to their schemas, so that a schema
/// is not copied for each use.
const SHARED_BODIES: &str = "x-bodies";

#[derive(Clone, Copy)]
struct DocumentDefaults<'a> {
    consumes: &'a Value,
    produces: &'a Value,
    shared_parameters: &'a Value,
}

fn convert_servers(object: &mut Map<String, Value>) -> Value {
    let host = object.remove("host");
    let base = object.remove("basePath");
    let schemes = object.remove("schemes");
    let Some(host) = host.as_ref().and_then(Value::as_str) else { return json!([]) };
    let base = base.as_ref().and_then(Value::as_str).unwrap_or_default();
    let scheme_names: Vec<&str> =
        schemes.as_ref().and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let scheme = if scheme_names.is_empty() || scheme_names.contains(&"https") { "https" } else { scheme_names[0] };
    json!([{"url": format!("{scheme}://{host}{base}")}])
}

fn convert_path_item(item: &mut Value, defaults: DocumentDefaults) {
    let Some(item) = item.as_object_mut() else { return };
    let path_parameters = item.remove("parameters").unwrap_or_default();
    for (method, operation) in item.iter_mut() {
        if method.starts_with("x-") || !operation.is_object() {
            continue;
        }
        let operation_parameters = operation["parameters"].take();
        let mut merged_parameters: Vec<DeclaredParameter> = Vec::new();
        let mut seen = HashSet::new();
        // Parameters of an operation replace those of its path with the same name and location.
        for declared in [&operation_parameters, &path_parameters].into_iter().filter_map(Value::as_array).flatten() {
            let parameter = DeclaredParameter::new(declared, defaults.shared_parameters);
            if seen.insert((parameter.resolved["name"].as_str(), parameter.resolved["in"].as_str())) {
                merged_parameters.push(parameter);
            }
        }
        self::convert_operation(operation, &merged_parameters, defaults);
    }
}

/// A parameter as an operation declares it, and the shared parameter that it refers to, if any.
#[derive(Clone, Copy)]
struct DeclaredParameter<'a> {
    declared: &'a Value,
    resolved: &'a Value,
    shared_name: Option<&'a str>,
}

impl<'a> DeclaredParameter<'a> {
    fn new(declared: &'a Value, shared_parameters: &'a Value) -> Self {
        let name = declared["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/parameters/"));
        let shared_parameter = name.and_then(|name| Some((name, shared_parameters.get(name)?)));
        Self {
            declared,
            resolved: shared_parameter.map_or(declared, |(_, target)| target),
            shared_name: shared_parameter.map(|(name, _)| name),
        }
    }

    /// Returns the schema of a body parameter or form field.
    fn to_schema(self) -> Value {
        match self.shared_name {
            Some(name) => json!({"$ref": format!("#/components/{SHARED_BODIES}/{name}/schema")}),
            None => convert_body_parameter(self.declared.clone())["schema"].take(),
        }
    }
}

/// Converts a body parameter or form field so that its schema contains all of its keywords.
fn convert_body_parameter(mut parameter: Value) -> Value {
    if parameter["in"] == "formData" {
        let description = parameter["description"].take();
        let mut schema = take_schema_keywords(&mut parameter);
        schema.insert("description".into(), description);
        parameter["schema"] = Value::Object(schema);
    }
    parameter
}

fn convert_operation(operation: &mut Value, parameters: &[DeclaredParameter], defaults: DocumentDefaults) {
    let consumes = operation.as_object_mut().and_then(|operation| operation.remove("consumes"));
    let consumes = read_media_types(consumes.as_ref().unwrap_or(defaults.consumes));
    let produces = operation.as_object_mut().and_then(|operation| operation.remove("produces"));
    let produces = produces.as_ref().unwrap_or(defaults.produces);
    let parameters_in =
        |location: &'static str| parameters.iter().filter(move |parameter| parameter.resolved["in"] == location);
    let form_fields: Vec<&DeclaredParameter> = parameters_in("formData").collect();
    let other_parameters =
        parameters.iter().filter(|parameter| !matches!(parameter.resolved["in"].as_str(), Some("body" | "formData")));
    let mut converted_parameters: Vec<Value> = other_parameters.map(|parameter| parameter.declared.clone()).collect();
    converted_parameters.iter_mut().for_each(self::convert_parameter);
    operation["parameters"] = Value::Array(converted_parameters);
    if let Some(body) = parameters_in("body").next() {
        let media_types = if consumes.is_empty() { vec!["application/json".to_owned()] } else { consumes };
        let content: Map<String, Value> =
            media_types.into_iter().map(|media_type| (media_type, json!({"schema": body.to_schema()}))).collect();
        let description = body.resolved["description"]
            .as_str()
            .filter(|text| body.shared_name.is_none() || text.len() <= MAX_SHARED_DESCRIPTION_BYTES);
        operation["requestBody"] =
            json!({"required": body.resolved["required"] == true, "description": description, "content": content});
    } else if !form_fields.is_empty() {
        operation["requestBody"] = build_form_body(&form_fields, &consumes);
    }
    for response in operation["responses"].as_object_mut().into_iter().flatten() {
        self::convert_response(response.1, produces);
    }
}

/// Returns the media types of a list, up to the maximum. Each gets a copy of the schema.
fn read_media_types(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).take(MAX_MEDIA_TYPES).map(str::to_owned).collect()
}

fn build_form_body(fields: &[&DeclaredParameter], consumes: &[String]) -> Value {
    let has_file = fields.iter().any(|field| field.resolved["type"] == "file");
    let is_multipart = has_file || consumes.iter().any(|media_type| MediaType::parse(media_type).is_multipart());
    let mut properties = Map::new();
    let mut required: Vec<Value> = Vec::new();
    let mut encoding = Map::new();
    for field in fields {
        let parameter = field.resolved;
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        if parameter["required"] == true {
            required.push(name.clone().into());
        }
        if parameter["type"] == "array" {
            let (style, explode) = list_style(parameter["collectionFormat"].as_str(), "form");
            encoding.insert(name.clone(), json!({"style": style, "explode": explode}));
        }
        properties.insert(name, field.to_schema());
    }
    let content_type = if is_multipart { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    json!({"required": !required.is_empty(), "content": {content_type: {
        "schema": {"type": "object", "properties": properties, "required": required}, "encoding": encoding,
    }}})
}

fn convert_parameter(parameter: &mut Value) {
    if !parameter.is_object() {
        return;
    }
    let collection_format = parameter["collectionFormat"].take();
    let is_list = parameter["type"] == "array";
    let schema = take_schema_keywords(parameter);
    let Some(object) = parameter.as_object_mut() else { return };
    object.remove("collectionFormat");
    if !schema.is_empty() && !object.contains_key("schema") {
        object.insert("schema".into(), Value::Object(schema));
    }
    if !is_list {
        return;
    }
    let is_simple = matches!(object.get("in").and_then(Value::as_str), Some("path" | "header"));
    let (style, explode) = list_style(collection_format.as_str(), if is_simple { "simple" } else { "form" });
    object.insert("style".into(), style.into());
    object.insert("explode".into(), explode.into());
}

/// Returns the style of a list with a `collectionFormat`, and whether its items are separate values. `csv` is the default.
fn list_style<'a>(collection_format: Option<&str>, default_style: &'a str) -> (&'a str, bool) {
    match collection_format {
        Some("multi") => (default_style, default_style == "form"),
        Some("ssv") => ("spaceDelimited", false),
        Some("tsv") => ("tabDelimited", false),
        Some("pipes") => ("pipeDelimited", false),
        _ => (default_style, false),
    }
}

/// Removes the schema keywords from an object, and returns them.
fn take_schema_keywords(value: &mut Value) -> Map<String, Value> {
    let Some(object) = value.as_object_mut() else { return Map::new() };
    SCHEMA_KEYWORDS.iter().filter_map(|key| Some(((*key).to_owned(), object.remove(*key)?))).collect()
}

fn convert_response(response: &mut Value, produces: &Value) {
    let Some(object) = response.as_object_mut() else { return };
    let schema = object.remove("schema");
    let mut examples = object.remove("examples").unwrap_or_default();
    let produced_types = read_media_types(produces);
    let media_types = if produced_types.is_empty() { vec!["application/json".to_owned()] } else { produced_types };
    if let Some(schema) = schema {
        let content: Map<String, Value> = media_types
            .into_iter()
            .map(|content_type| {
                let mut media_type = json!({"schema": schema});
                if let Some(example) = examples.get_mut(&content_type) {
                    media_type["example"] = example.take();
                }
                (content_type, media_type)
            })
            .collect();
        object.insert("content".into(), Value::Object(content));
    }
    for header in object.get_mut("headers").and_then(Value::as_object_mut).into_iter().flatten() {
        let schema = take_schema_keywords(header.1);
        if header.1.is_object() && !schema.is_empty() {
            header.1["schema"] = Value::Object(schema);
        }
    }
}

fn convert_security_scheme(mut scheme: Value) -> Value {
    match scheme["type"].as_str() {
        Some("basic") => json!({"type": "http", "scheme": "basic", "description": scheme["description"]}),
        Some("oauth2") => {
            let flow = match scheme["flow"].as_str() {
                Some("application") => "clientCredentials",
                Some("accessCode") => "authorizationCode",
                Some("password") => "password",
                _ => "implicit",
            };
            let mut details = Map::new();
            for key in ["authorizationUrl", "tokenUrl", "scopes"] {
                let value = scheme[key].take();
                if !value.is_null() {
                    details.insert(key.into(), value);
                }
            }
            json!({"type": "oauth2", "description": scheme["description"], "flows": {flow: details}})
        }
        _ => scheme,
    }
}

/// Rewrites references to moved components, and renames `x-nullable` to `nullable`.
fn rewrite_references(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(nullable) = object.remove("x-nullable") {
                object.insert("nullable".into(), nullable);
            }
            for (key, value) in object.iter_mut() {
                match value {
                    Value::String(reference) if key == "$ref" => {
                        for (old, new) in [
                            ("#/definitions/", "#/components/schemas/"),
                            ("#/parameters/", "#/components/parameters/"),
                            ("#/responses/", "#/components/responses/"),
                        ] {
                            if let Some(name) = reference.strip_prefix(old) {
                                *reference = [new, name].concat();
                                break;
                            }
                        }
                    }
                    _ => rewrite_references(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(rewrite_references),
        _ => {}
    }
}
