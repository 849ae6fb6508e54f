//! Changes the JSON structure of a document. If bytes are changed at random, the result is hardly ever valid JSON.

use serde_json::{Map, Value, json};

/// Words with a meaning in documents.
const WORDS: &[&str] = &[
    "#a",
    "$..schema",
    "$.paths.*.*",
    "$anchor",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$ref",
    "$request.body#/a",
    "$response.body#/id",
    "$self",
    "actions",
    "additionalOperations",
    "additionalProperties",
    "allOf",
    "allowReserved",
    "anyOf",
    "apiKey",
    "application/json",
    "application/jsonl",
    "application/x-www-form-urlencoded",
    "application/xml",
    "array",
    "attribute",
    "basic",
    "binary",
    "body",
    "boolean",
    "callbacks",
    "collectionFormat",
    "components",
    "const",
    "consumes",
    "contains",
    "content",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "contentType",
    "cookie",
    "copy",
    "dataValue",
    "deepObject",
    "default",
    "definitions",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "discriminator",
    "element",
    "else",
    "encoding",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "explode",
    "externalDocs",
    "file",
    "form",
    "formData",
    "format",
    "get",
    "header",
    "headers",
    "host",
    "http",
    "if",
    "image/*",
    "in",
    "integer",
    "itemEncoding",
    "itemSchema",
    "items",
    "kind",
    "links",
    "mapping",
    "maxItems",
    "maxLength",
    "maximum",
    "mediaTypes",
    "minItems",
    "minLength",
    "minimum",
    "multi",
    "multipart/form-data",
    "multipleOf",
    "name",
    "namespace",
    "nodeType",
    "not",
    "null",
    "nullable",
    "number",
    "oauth2",
    "object",
    "oneOf",
    "openapi",
    "operationId",
    "operationRef",
    "overlay",
    "parameters",
    "parent",
    "password",
    "path",
    "paths",
    "pattern",
    "patternProperties",
    "post",
    "prefix",
    "prefixItems",
    "properties",
    "propertyName",
    "propertyNames",
    "query",
    "querystring",
    "readOnly",
    "remove",
    "requestBody",
    "required",
    "responses",
    "schema",
    "schemas",
    "scheme",
    "security",
    "securitySchemes",
    "serializedValue",
    "server",
    "servers",
    "string",
    "style",
    "summary",
    "swagger",
    "tags",
    "target",
    "text/event-stream",
    "text/plain",
    "then",
    "title",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "update",
    "url",
    "value",
    "variables",
    "webhooks",
    "wrapped",
    "writeOnly",
    "x-enumDescriptions",
    "x-nullable",
    "xml",
];

/// Replaces the document in `data` with a changed one, and returns its size. Returns `None` if bytes should be changed
/// instead.
pub(crate) fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> Option<usize> {
    let mut dice = Dice(u64::from(seed) | 1 << 40);
    if dice.roll(8) == 0 {
        return None;
    }
    let mut root: Value = serde_json::from_slice(&data[..size]).ok()?;
    for _ in 0..=dice.roll(3) {
        change(&mut root, &mut dice);
    }
    let text = root.to_string();
    (text.len() <= max_size).then(|| data[..text.len()].copy_from_slice(text.as_bytes()))?;
    Some(text.len())
}

fn change(root: &mut Value, dice: &mut Dice) {
    let places = places(root);
    let (Some(at), Some(other)) = (dice.one(&places), dice.one(&places)) else { return };
    let elsewhere = root.pointer(other).cloned().unwrap_or_default();
    let new = match dice.roll(10) {
        0 => json!({"$ref": format!("#{other}")}),
        1..=3 => elsewhere,
        4 => json!(dice.one(WORDS)),
        5 => json!([elsewhere]),
        6 => Value::Object(Map::from_iter([(dice.word(), elsewhere)])),
        7 => dice.scalar(),
        // Changes the key, or something inside the value.
        _ => return rename(root.pointer_mut(at), elsewhere, dice),
    };
    if let Some(old) = root.pointer_mut(at) {
        *old = new;
    }
}

fn rename(at: Option<&mut Value>, elsewhere: Value, dice: &mut Dice) {
    match at {
        Some(Value::Object(object)) if dice.roll(2) == 0 => {
            object.insert(dice.word(), elsewhere);
        }
        Some(Value::Object(object)) => {
            let keys: Vec<String> = object.keys().cloned().collect();
            let moved = dice.one(&keys).and_then(|key| object.remove(key));
            if dice.roll(2) == 0 {
                object.extend(moved.map(|value| (dice.word(), value)));
            }
        }
        Some(Value::Array(items)) => items.push(elsewhere),
        Some(Value::String(text)) => text.push_str(&dice.word()),
        Some(other) => *other = dice.scalar(),
        None => {}
    }
}

/// Returns the JSON pointers of a value and of everything in it.
fn places(root: &Value) -> Vec<String> {
    let mut places = Vec::new();
    let mut waiting = vec![(String::new(), root)];
    while let Some((at, value)) = waiting.pop() {
        match value {
            Value::Object(object) => {
                let inside = object
                    .iter()
                    .map(|(key, value)| (format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), value));
                waiting.extend(inside);
            }
            Value::Array(items) => {
                waiting.extend(items.iter().enumerate().map(|(index, item)| (format!("{at}/{index}"), item)));
            }
            _ => {}
        }
        places.push(at);
    }
    places
}

/// Xorshift generator: the same seed gives the same document.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 20).unwrap_or_default() % sides
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.roll(of.len())) }
    }

    fn word(&mut self) -> String {
        self.one(WORDS).copied().unwrap_or_default().to_owned()
    }

    fn scalar(&mut self) -> Value {
        let scalars = [
            json!(null),
            json!(true),
            json!(false),
            json!(0),
            json!(-1),
            json!(1e300),
            json!(u64::MAX),
            json!(0.1),
            json!(""),
            json!("#"),
            json!("#/"),
            json!("{a}"),
            json!("/{a}/{b}"),
            json!("\u{0}\u{202e}é😀"),
            json!("a".repeat(10_000)),
            json!([]),
            json!({}),
            json!("[".repeat(200)),
            json!("*_`<".repeat(500)),
            json!("https://{a}.example/{b}"),
            json!("(a*)*$"),
            json!("2.0"),
            json!("3.0.0"),
        ];
        self.one(&scalars).cloned().unwrap_or_default()
    }
}
