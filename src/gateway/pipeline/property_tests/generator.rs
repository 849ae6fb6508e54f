//! Generates documents, rules, arguments and requests whose texts are alike.

use crate::{
    auth::identity::Identity,
    model::Arguments,
    providers::{Catalog, Policy, ProviderSettings, Rule},
};
use anyhow::Result;
use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};

/// The base path of the server, which the policy does not judge.
pub(super) const BASE_PATH: &str = "/base/v1";
/// An ID of another environment.
pub(super) const FOREIGN_ID: &str = "thing-live-00000000-0000-4000-8000-000000000000";

/// Segments of path templates: literals that are alike, and parameters between literals.
const TEMPLATE_SEGMENTS: [&str; 16] = [
    "users",
    "Users",
    "me",
    "ME",
    "m%65",
    "a:b",
    "a b",
    "keys",
    "all.json",
    "me;x",
    "{id}",
    "{name}",
    "{id}.json",
    "v{id}",
    "{id}...{name}",
    "{path}",
];
/// Values of path parameters, and parts of them.
const VALUE_PARTS: [&str; 26] = [
    "me", "ME", "mE", "users", "keys", "a:b", "a b", "all", ".json", "/", "//", "\\", ".", "..", "%2e", "%2F", "%252f",
    "%6d%65", ";", "x", "...", "?", "#", "\u{130}", "{id}", "\u{0}",
];
/// Values of all other fields.
const TEXTS: [&str; 20] = [
    "",
    "a",
    "1",
    "-1.50",
    "true",
    "null",
    "a b",
    "a&title=b",
    "a;size=1",
    "a,b",
    "+",
    "%6d",
    "%",
    "é\u{1f600}",
    "\"",
    "\\",
    "\r\n--",
    "{\"a\":1}",
    "[]",
    "a=b",
];
/// Media types of generated bodies.
pub(super) const BODY_TYPES: [&str; 5] =
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "application/xml"];

/// A generated document with its rules.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    /// Paths, each with the media type of its body, if it has one.
    pub(super) operations: Vec<(String, Option<&'static str>)>,
    /// True if the parameter `path` of the path can contain slashes.
    allows_slashes: bool,
    allow: Vec<usize>,
    pub(super) deny: Vec<usize>,
    allow_of_token: Vec<usize>,
    read_only: Vec<usize>,
    is_live: bool,
}

pub(super) fn setup() -> impl Strategy<Value = Setup> {
    let path = vec(select(TEMPLATE_SEGMENTS.to_vec()), 1..4).prop_map(|segments| ["/", &segments.join("/")].concat());
    let body = option::of(select(BODY_TYPES.to_vec()));
    let indices = || vec(0..6_usize, 0..3);
    let rules = (indices(), indices(), indices(), indices());
    (vec((path, body), 1..6), any::<(bool, bool)>(), rules).prop_map(
        |(mut operations, (allows_slashes, is_live), (allow, deny, allow_of_token, read_only))| {
            operations.sort();
            operations.dedup_by(|one, other| one.0 == other.0);
            Setup { operations, allows_slashes, allow, deny, allow_of_token, read_only, is_live }
        },
    )
}

impl Setup {
    pub(super) fn load(&self) -> Result<(Catalog, Identity)> {
        let operations = self.operations.iter().enumerate().map(|(index, (path, media_type))| {
            let (method, mut operation) = match media_type {
                None => ("get", json!({})),
                Some(media_type) => ("post", json!({"requestBody": request_body(media_type)})),
            };
            operation["operationId"] = format!("op{index}").into();
            operation["parameters"] = self.parameters(path).into();
            (path.clone(), json!({method: operation}))
        });
        let document = json!({
            "openapi": "3.2.0",
            "info": {"title": "Generated", "version": "1"},
            "servers": [{"url": format!("https://api.example{BASE_PATH}"), "x-name": "test"}],
            "paths": Value::Object(operations.collect()),
        });
        let rules = |indices: &[usize]| -> Vec<Rule> {
            indices.iter().filter_map(|index| Rule::parse(&format!("op{index}")).ok()).collect()
        };
        let live_environments = if self.is_live { vec!["test".into()] } else { Vec::new() };
        let policy = Policy {
            allow: rules(&self.allow),
            deny: rules(&self.deny),
            read_only_rules: rules(&self.read_only),
            live_environments,
            ..Policy::default()
        };
        let settings = ProviderSettings {
            policy,
            environment_id_markers: vec![("test".into(), "-test-".into()), ("live".into(), "-live-".into())],
            ..ProviderSettings::new("p", document.to_string().into())
        };
        let identity = Identity { allow_rules: rules(&self.allow_of_token), ..Identity::local() };
        Ok((Catalog::load(vec![settings])?, identity))
    }

    fn parameters(&self, path: &str) -> Vec<Value> {
        let in_path = |name: &str| {
            let is_as_is = name == "path" && self.allows_slashes;
            json!({"name": name, "in": "path", "required": true, "schema": {}, "allowReserved": is_as_is})
        };
        let names = ["id", "name", "path"].into_iter().filter(|name| path.contains(&format!("{{{name}}}")));
        let list = json!({"type": "array", "items": {"type": "string"}});
        let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
        let others = [
            json!({"name": "q", "in": "query", "schema": {"type": "string"}}),
            json!({"name": "r", "in": "query", "schema": {"type": "string"}, "allowReserved": true}),
            json!({"name": "n", "in": "query", "schema": {"type": "integer"}}),
            json!({"name": "tags", "in": "query", "schema": list}),
            json!({"name": "csv", "in": "query", "schema": list, "explode": false}),
            json!({"name": "filter", "in": "query", "schema": map, "style": "deepObject"}),
            json!({"name": "json", "in": "query", "content": {"application/json": {"schema": map}}}),
            json!({"name": "X-H", "in": "header", "schema": {"type": "string"}}),
            json!({"name": "c", "in": "cookie", "schema": {"type": "string"}}),
        ];
        let query_string = |media_type: &str| {
            let text = json!({"type": "string"});
            let properties = json!({"title": text, "size": {"type": "integer"}, "list": list});
            let content = json!({media_type: {"schema": {"type": "object", "properties": properties}}});
            json!({"name": "qs", "in": "querystring", "content": content})
        };
        // The query of some operations is one value.
        let whole = match path.rsplit('/').next() {
            Some("keys") => Some(query_string("application/x-www-form-urlencoded")),
            Some("all.json") => Some(query_string("application/json")),
            _ => None,
        };
        let is_kept = |parameter: &Value| whole.is_none() || parameter["in"] != "query";
        names.map(in_path).chain(others.into_iter().filter(is_kept)).chain(whole.clone()).collect()
    }
}

fn request_body(media_type: &str) -> Value {
    let text = json!({"type": "string"});
    let file = json!({"type": "string", "format": "binary"});
    let mut properties = json!({
        "title": text, "size": {"type": "integer"}, "list": {"type": "array", "items": text},
        "nested": {"type": "object", "properties": {"note": text}},
    });
    if media_type == "multipart/form-data" {
        properties["file"] = file.clone();
        properties["files"] = json!({"type": "array", "items": file});
    }
    if media_type == "application/xml" {
        properties["title"]["xml"] = json!({"attribute": true});
        properties["list"]["xml"] = json!({"wrapped": true, "prefix": "p", "namespace": "urn:a&b"});
    }
    let object = json!({"type": "object", "properties": properties, "xml": {"name": "thing", "namespace": "urn:a"}});
    let schema = if media_type == "text/plain" { text.clone() } else { object };
    let mut content = json!({"schema": schema});
    if media_type == "application/x-www-form-urlencoded" {
        content["encoding"] = json!({"nested": {"style": "deepObject"}});
    }
    if media_type == "multipart/form-data" {
        content["encoding"] = json!({"list": {"headers": {"X-Part": {"schema": text}}}});
    }
    json!({"required": true, "content": {media_type: content}})
}

fn path_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(VALUE_PARTS.to_vec()).prop_map(str::to_owned),
        2 => vec(select(VALUE_PARTS.to_vec()), 1..5).prop_map(|parts| parts.concat()),
        1 => "\\PC{1,8}",
        1 => Just(FOREIGN_ID.to_owned()),
    ]
}

fn text() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        6 => select(TEXTS.to_vec()).prop_map(str::to_owned),
        2 => "\\PC{1,8}",
        1 => Just(FOREIGN_ID.to_owned()),
        1 => Just(FOREIGN_ID.replace('-', "%2D")),
    ];
    text.prop_map(Value::from)
}

fn plain_text() -> impl Strategy<Value = Value> {
    select(vec!["a", "a b", "a\"b", "é.png", FOREIGN_ID]).prop_map(Value::from)
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![4 => any::<i32>().prop_map(Value::from), 1 => Just(json!(1.5)), 1 => text()]
}

fn list() -> impl Strategy<Value = Value> {
    vec(text(), 0..3).prop_map(Value::from)
}

fn map(key: &'static str) -> impl Strategy<Value = Value> {
    option::of(text()).prop_map(move |value| value.map_or(json!({}), |value| json!({key: value})))
}

fn file() -> impl Strategy<Value = Value> {
    let content_type = select(vec!["", "text/plain", "image/png"]);
    (plain_text(), content_type, vec(any::<u8>(), 0..6)).prop_map(|(filename, content_type, bytes)| {
        json!({"filename": filename, "contentType": content_type, "base64": BASE64_STANDARD.encode(bytes)})
    })
}

/// Generates arguments for all parameters, and for the fields of all bodies. Most are left out.
pub(super) fn arguments() -> impl Strategy<Value = Arguments> {
    let some = |value: BoxedStrategy<Value>| option::weighted(0.3, value);
    let in_path = || path_text().prop_map(Value::from).prop_map(Some).boxed();
    let fields: Vec<(&str, BoxedStrategy<Option<Value>>)> = vec![
        ("id", in_path()),
        ("name", in_path()),
        ("path", in_path()),
        ("q", some(text().boxed()).boxed()),
        ("r", some(prop_oneof![6 => text(), 1 => Just(json!(format!("a;b={FOREIGN_ID}")))].boxed()).boxed()),
        ("n", some(number().boxed()).boxed()),
        ("tags", some(list().boxed()).boxed()),
        ("csv", some(list().boxed()).boxed()),
        ("filter", some(map("a b").boxed()).boxed()),
        ("json", some(map("a").boxed()).boxed()),
        (
            "qs",
            some(
                (text(), number(), list())
                    .prop_map(|(title, size, list)| json!({"title": title, "size": size, "list": list}))
                    .boxed(),
            )
            .boxed(),
        ),
        ("X-H", some(plain_text().boxed()).boxed()),
        ("c", some(text().boxed()).boxed()),
        ("title", some(text().boxed()).boxed()),
        ("size", some(number().boxed()).boxed()),
        ("list", some(list().boxed()).boxed()),
        ("list.X-Part", some(plain_text().boxed()).boxed()),
        ("nested", some(map("note").boxed()).boxed()),
        ("file", some(file().boxed()).boxed()),
        ("files", some(vec(file(), 0..3).prop_map(Value::from).boxed()).boxed()),
        ("body", text().prop_map(Some).boxed()),
    ];
    let (names, strategies): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    strategies.prop_map(move |values| {
        let pairs = names.iter().zip(values);
        pairs.filter_map(|(name, value)| Some(((*name).to_owned(), value?))).collect()
    })
}
