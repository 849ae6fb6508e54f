//! Swagger 2.0 into `OpenAPI` 3: hosts become servers, definitions components, body and form parameters request bodies.

use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// More media types than these are not offered.
const MOST_MEDIA: usize = 8;
/// Bytes of a shared body's description, which every operation that uses it gets.
const LONGEST: usize = 2_000;

/// Keys of a 2.0 parameter, header or item that belong to its schema.
const OF_SCHEMA: [&str; 18] = [
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

/// Rewrites a 2.0 document as one of version 3.
pub(super) fn upgrade(root: &mut Value) {
    let Some(object) = root.as_object_mut() else { return };
    let servers = servers(object);
    let consumes = object.remove("consumes").unwrap_or(Value::Null);
    let produces = object.remove("produces").unwrap_or(Value::Null);
    let mut components = Map::new();
    for (old, new) in [("definitions", "schemas"), ("responses", "responses"), ("parameters", "parameters")] {
        components.extend(object.remove(old).map(|value| (new.to_owned(), value)));
    }
    if let Some(Value::Object(schemes)) = object.remove("securityDefinitions") {
        let schemes: Map<String, Value> =
            schemes.into_iter().map(|(name, scheme)| (name, security_scheme(scheme))).collect();
        components.insert("securitySchemes".into(), Value::Object(schemes));
    }
    object.remove("swagger");
    object.insert("servers".into(), servers);
    let shared = components.remove("parameters").unwrap_or_default();
    let media = Media { consumes: &consumes, produces: &produces, shared: &shared };
    for item in object.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten().map(|(_, item)| item) {
        path_item(item, media);
    }
    for response in components.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
        self::response(response.1, media.produces);
    }
    if let Value::Object(parameters) = shared {
        let (bodies, mut others): (Map<_, _>, Map<_, _>) = parameters
            .into_iter()
            .partition(|(_, parameter)| matches!(parameter["in"].as_str(), Some("body" | "formData")));
        others.values_mut().for_each(self::parameter);
        components.insert("parameters".into(), Value::Object(others));
        components.insert(SHARED.into(), bodies.into_iter().map(|(name, body)| (name, of_body(body))).collect());
    }
    object.insert("components".into(), Value::Object(components));
    references(root);
}

/// Where shared parameters that are bodies, or parts of one, are kept: a body refers to their schemas, so that none is copied
/// however often it is used.
const SHARED: &str = "x-bodies";

#[derive(Clone, Copy)]
struct Media<'a> {
    consumes: &'a Value,
    produces: &'a Value,
    shared: &'a Value,
}

fn servers(object: &mut Map<String, Value>) -> Value {
    let host = object.remove("host");
    let base = object.remove("basePath");
    let schemes = object.remove("schemes");
    let Some(host) = host.as_ref().and_then(Value::as_str) else { return json!([]) };
    let base = base.as_ref().and_then(Value::as_str).unwrap_or_default();
    let listed: Vec<&str> =
        schemes.as_ref().and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let scheme = if listed.is_empty() || listed.contains(&"https") { "https" } else { listed[0] };
    json!([{"url": format!("{scheme}://{host}{base}")}])
}

fn path_item(item: &mut Value, media: Media) {
    let Some(item) = item.as_object_mut() else { return };
    let shared = item.remove("parameters").unwrap_or_default();
    for (method, operation) in item.iter_mut() {
        if method.starts_with("x-") || !operation.is_object() {
            continue;
        }
        let own = operation["parameters"].take();
        let mut all: Vec<Parameter> = Vec::new();
        let mut known = HashSet::new();
        // An operation's own parameters replace the path's of the same name and place.
        for given in [&own, &shared].into_iter().filter_map(Value::as_array).flatten() {
            let parameter = Parameter::new(given, media.shared);
            if known.insert((parameter.means["name"].as_str(), parameter.means["in"].as_str())) {
                all.push(parameter);
            }
        }
        self::operation(operation, &all, media);
    }
}

/// A parameter as an operation has it, and what it means: itself, or the shared one that it refers to.
#[derive(Clone, Copy)]
struct Parameter<'a> {
    given: &'a Value,
    means: &'a Value,
    shared: Option<&'a str>,
}

impl<'a> Parameter<'a> {
    fn new(given: &'a Value, all_shared: &'a Value) -> Self {
        let name = given["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/parameters/"));
        let found = name.and_then(|name| Some((name, all_shared.get(name)?)));
        Self { given, means: found.map_or(given, |(_, means)| means), shared: found.map(|(name, _)| name) }
    }

    /// The schema of a body or of a part of one.
    fn schema(self) -> Value {
        match self.shared {
            Some(name) => json!({"$ref": format!("#/components/{SHARED}/{name}/schema")}),
            None => of_body(self.given.clone())["schema"].take(),
        }
    }
}

/// A body, or a part of one, with all that it says in its schema.
fn of_body(mut parameter: Value) -> Value {
    if parameter["in"] == "formData" {
        let description = parameter["description"].take();
        let mut schema = take_schema(&mut parameter);
        schema.insert("description".into(), description);
        parameter["schema"] = Value::Object(schema);
    }
    parameter
}

fn operation(operation: &mut Value, parameters: &[Parameter], media: Media) {
    let consumes = operation.as_object_mut().and_then(|operation| operation.remove("consumes"));
    let consumes = texts(consumes.as_ref().unwrap_or(media.consumes));
    let produces = operation.as_object_mut().and_then(|operation| operation.remove("produces"));
    let produces = produces.as_ref().unwrap_or(media.produces);
    let all_in = |place: &'static str| parameters.iter().filter(move |parameter| parameter.means["in"] == place);
    let form: Vec<&Parameter> = all_in("formData").collect();
    let rest =
        parameters.iter().filter(|parameter| !matches!(parameter.means["in"].as_str(), Some("body" | "formData")));
    let mut rest: Vec<Value> = rest.map(|parameter| parameter.given.clone()).collect();
    rest.iter_mut().for_each(self::parameter);
    operation["parameters"] = Value::Array(rest);
    if let Some(body) = all_in("body").next() {
        let kinds = if consumes.is_empty() { vec!["application/json".to_owned()] } else { consumes };
        let content: Map<String, Value> =
            kinds.into_iter().map(|kind| (kind, json!({"schema": body.schema()}))).collect();
        let description =
            body.means["description"].as_str().filter(|text| body.shared.is_none() || text.len() <= LONGEST);
        operation["requestBody"] =
            json!({"required": body.means["required"] == true, "description": description, "content": content});
    } else if !form.is_empty() {
        operation["requestBody"] = form_body(&form, &consumes);
    }
    for response in operation["responses"].as_object_mut().into_iter().flatten() {
        self::response(response.1, produces);
    }
}

/// The media types of a list, as many as real documents have: each has a copy of the schema.
fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).take(MOST_MEDIA).map(str::to_owned).collect()
}

fn form_body(fields: &[&Parameter], consumes: &[String]) -> Value {
    let has_file = fields.iter().any(|field| field.means["type"] == "file");
    let is_multipart = has_file || consumes.iter().any(|kind| kind == "multipart/form-data");
    let mut properties = Map::new();
    let mut required: Vec<Value> = Vec::new();
    let mut encoding = Map::new();
    for field in fields {
        let means = field.means;
        let name = means["name"].as_str().unwrap_or_default().to_owned();
        if means["required"] == true {
            required.push(name.clone().into());
        }
        if means["collectionFormat"] == "multi" {
            encoding.insert(name.clone(), json!({"style": "form", "explode": true}));
        } else if means["type"] == "array" {
            encoding.insert(name.clone(), json!({"style": "form", "explode": false}));
        }
        properties.insert(name, field.schema());
    }
    let kind = if is_multipart { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    json!({"required": !required.is_empty(), "content": {kind: {
        "schema": {"type": "object", "properties": properties, "required": required}, "encoding": encoding,
    }}})
}

fn parameter(parameter: &mut Value) {
    if !parameter.is_object() {
        return;
    }
    let format = parameter["collectionFormat"].take();
    let is_list = parameter["type"] == "array";
    let schema = take_schema(parameter);
    let Some(object) = parameter.as_object_mut() else { return };
    object.remove("collectionFormat");
    if !schema.is_empty() && !object.contains_key("schema") {
        object.insert("schema".into(), Value::Object(schema));
    }
    if !is_list {
        return;
    }
    let (style, explode) = match format.as_str() {
        Some("multi") => ("form", true),
        Some("ssv") => ("spaceDelimited", false),
        Some("pipes") => ("pipeDelimited", false),
        _ if matches!(object.get("in").and_then(Value::as_str), Some("path" | "header")) => ("simple", false),
        _ => ("form", false),
    };
    object.insert("style".into(), style.into());
    object.insert("explode".into(), explode.into());
}

/// Takes the keys that are a schema's out of an object.
fn take_schema(of: &mut Value) -> Map<String, Value> {
    let Some(object) = of.as_object_mut() else { return Map::new() };
    OF_SCHEMA.iter().filter_map(|key| Some(((*key).to_owned(), object.remove(*key)?))).collect()
}

fn response(response: &mut Value, produces: &Value) {
    let Some(object) = response.as_object_mut() else { return };
    let schema = object.remove("schema");
    let mut examples = object.remove("examples").unwrap_or_default();
    let kinds = texts(produces);
    let kinds = if kinds.is_empty() { vec!["application/json".to_owned()] } else { kinds };
    if let Some(schema) = schema {
        let content: Map<String, Value> = kinds
            .into_iter()
            .map(|kind| {
                let mut media = json!({"schema": schema});
                if let Some(example) = examples.get_mut(&kind) {
                    media["example"] = example.take();
                }
                (kind, media)
            })
            .collect();
        object.insert("content".into(), Value::Object(content));
    }
    for header in object.get_mut("headers").and_then(Value::as_object_mut).into_iter().flatten() {
        let schema = take_schema(header.1);
        if header.1.is_object() && !schema.is_empty() {
            header.1["schema"] = Value::Object(schema);
        }
    }
}

fn security_scheme(mut scheme: Value) -> Value {
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

/// References name what moved by its new place; `x-nullable` is `nullable` by its old name.
fn references(value: &mut Value) {
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
                    _ => references(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(references),
        _ => {}
    }
}
