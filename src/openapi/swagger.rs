//! Swagger 2.0 into `OpenAPI` 3: hosts become servers, definitions components, body and form parameters request bodies.

use serde_json::{Map, Value, json};

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
    // Shared parameters that are bodies stay where references expect them; they are moved where they are used.
    let shared = components.get("parameters").cloned().unwrap_or_default();
    let media = Media { consumes: &consumes, produces: &produces, shared: &shared };
    for item in object.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten().map(|(_, item)| item) {
        path_item(item, media);
    }
    for response in components.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
        self::response(response.1, media.produces);
    }
    if let Some(parameters) = components.get_mut("parameters").and_then(Value::as_object_mut) {
        parameters.retain(|_, parameter| !matches!(parameter["in"].as_str(), Some("body" | "formData")));
        parameters.values_mut().for_each(self::parameter);
    }
    object.insert("components".into(), Value::Object(components));
    references(root);
}

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
        let mut all: Vec<Value> = Vec::new();
        // An operation's own parameters replace the path's of the same name and place.
        for parameter in [&own, &shared].into_iter().filter_map(Value::as_array).flatten() {
            let parameter = resolve(parameter, media.shared);
            let is_known = |known: &Value| known["name"] == parameter["name"] && known["in"] == parameter["in"];
            if !all.iter().any(is_known) {
                all.push(parameter);
            }
        }
        self::operation(operation, all, media);
    }
}

/// A parameter that stands among the shared ones; any other reference stays.
fn resolve(parameter: &Value, shared: &Value) -> Value {
    let name = parameter["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/parameters/"));
    name.and_then(|name| shared.get(name)).unwrap_or(parameter).clone()
}

fn operation(operation: &mut Value, parameters: Vec<Value>, media: Media) {
    let consumes = operation.as_object_mut().and_then(|operation| operation.remove("consumes"));
    let consumes = texts(consumes.as_ref().unwrap_or(media.consumes));
    let produces = operation.as_object_mut().and_then(|operation| operation.remove("produces"));
    let produces = produces.as_ref().unwrap_or(media.produces);
    let is_in = |place: &'static str| move |parameter: &Value| parameter["in"] == place;
    let (form, rest): (Vec<Value>, Vec<Value>) = parameters.into_iter().partition(is_in("formData"));
    let (body, mut rest): (Vec<Value>, Vec<Value>) = rest.into_iter().partition(is_in("body"));
    rest.iter_mut().for_each(self::parameter);
    operation["parameters"] = Value::Array(rest);
    if let Some(body) = body.into_iter().next() {
        let kinds = if consumes.is_empty() { vec!["application/json".to_owned()] } else { consumes };
        let content: Map<String, Value> =
            kinds.into_iter().map(|kind| (kind, json!({"schema": body["schema"]}))).collect();
        operation["requestBody"] =
            json!({"required": body["required"] == true, "description": body["description"], "content": content});
    } else if !form.is_empty() {
        operation["requestBody"] = form_body(form, &consumes);
    }
    for response in operation["responses"].as_object_mut().into_iter().flatten() {
        self::response(response.1, produces);
    }
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn form_body(fields: Vec<Value>, consumes: &[String]) -> Value {
    let has_file = fields.iter().any(|field| field["type"] == "file");
    let is_multipart = has_file || consumes.iter().any(|kind| kind == "multipart/form-data");
    let mut properties = Map::new();
    let mut required: Vec<Value> = Vec::new();
    let mut encoding = Map::new();
    for mut field in fields {
        let name = field["name"].as_str().unwrap_or_default().to_owned();
        if field["required"] == true {
            required.push(name.clone().into());
        }
        if field["collectionFormat"] == "multi" {
            encoding.insert(name.clone(), json!({"style": "form", "explode": true}));
        } else if field["type"] == "array" {
            encoding.insert(name.clone(), json!({"style": "form", "explode": false}));
        }
        let description = field["description"].take();
        let mut schema = take_schema(&mut field);
        schema.insert("description".into(), description);
        properties.insert(name, Value::Object(schema));
    }
    let kind = if is_multipart { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    json!({"required": !required.is_empty(), "content": {kind: {
        "schema": {"type": "object", "properties": properties, "required": required}, "encoding": encoding,
    }}})
}

fn parameter(parameter: &mut Value) {
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
