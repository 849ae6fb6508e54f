//! Tests that documents that require unbounded time or memory are limited.

use super::{Document, markdown::to_html, parse_document};
use crate::model::{Arguments, check::check_arguments, form};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// Maximum duration of one test: longer than any of them takes in a debug build on a busy machine, and far shorter than
/// the documents would take without limits.
const MAX_DURATION: Duration = Duration::from_mins(1);

fn document_with_schema(schema: &Value, schemas: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"post": {
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}},
        }}},
        "components": {"schemas": schemas},
    })
}

/// Reads a document and all of its operations on a stack as large as that of the threads that serve pages.
fn parse_and_read_all(document: &Value) -> Result<Document> {
    let text = document.to_string();
    let run = move || {
        let start = Instant::now();
        let document = parse_document(&text)?;
        document.collect_diagnostics();
        anyhow::ensure!(start.elapsed() < MAX_DURATION, "it took {:?}", start.elapsed());
        Ok(document)
    };
    let reader = std::thread::Builder::new().stack_size(2 << 20).spawn(run)?;
    reader.join().map_err(|_| anyhow::anyhow!("it panicked"))?
}

#[test]
fn repeated_types_are_read_once() -> Result<()> {
    let schema = json!({"type": vec!["object"; 8], "additionalProperties": {"$ref": "#/components/schemas/A"}});
    parse_and_read_all(&document_with_schema(&json!({"$ref": "#/components/schemas/A"}), &json!({"A": schema})))?;
    let lists_and_maps = json!({"type": ["object", "array"], "items": {"$ref": "#/components/schemas/A"},
        "additionalProperties": {"$ref": "#/components/schemas/A"}});
    parse_and_read_all(&document_with_schema(
        &json!({"$ref": "#/components/schemas/A"}),
        &json!({"A": lists_and_maps}),
    ))?;
    Ok(())
}

#[test]
fn variants_with_many_properties_are_distinguished_in_time() -> Result<()> {
    let properties: Map<String, Value> =
        (0..5_000).map(|number| (format!("p{number}"), json!({"type": "string"}))).collect();
    let variant = json!({"type": "object", "properties": properties});
    parse_and_read_all(&document_with_schema(&json!({"oneOf": [variant, variant]}), &json!({})))?;
    Ok(())
}

#[test]
fn the_total_size_of_a_shared_text_is_limited() -> Result<()> {
    let long = "word ".repeat(40_000);
    let text = json!({"type": "string", "description": long, "default": long, "example": long});
    let properties: Map<String, Value> =
        (0..500).map(|number| (format!("p{number}"), json!({"$ref": "#/components/schemas/Long"}))).collect();
    let document = parse_and_read_all(&document_with_schema(
        &json!({"type": "object", "properties": properties}),
        &json!({"Long": text}),
    ))?;
    let operation = document.operation("postA").unwrap_or_default();
    let description_bytes: usize =
        operation.operation.fields.iter().map(|field| field.annotations.description.len()).sum();
    assert!(description_bytes < 5_000_000, "{description_bytes} bytes of descriptions");
    Ok(())
}

#[test]
fn the_total_size_of_shared_swagger_parameters_is_limited() -> Result<()> {
    let large = json!({"type": "object", "description": "word ".repeat(20_000)});
    let operation = json!({"post": {"parameters": [{"$ref": "#/parameters/Large"}], "responses": {}}});
    let paths: Map<String, Value> = (0..1_000).map(|number| (format!("/a{number}"), operation.clone())).collect();
    let consumes: Vec<String> = (0..100).map(|number| format!("application/x-{number}+json")).collect();
    let document = json!({"swagger": "2.0", "consumes": consumes, "produces": consumes, "paths": paths,
        "parameters": {"Large": {"name": "large", "in": "body", "schema": large}}});
    let input_bytes = document.to_string().len();
    let document = parse_document(&document.to_string())?;
    assert!(
        document.to_value().to_string().len() < input_bytes * 20,
        "{input_bytes} bytes became {}",
        document.to_value().to_string().len()
    );
    let first = document.operation("postA0").unwrap_or_default();
    assert!(first.operation.body.is_some());
    Ok(())
}

#[test]
fn yaml_aliases_are_limited() -> Result<()> {
    let aliases = "*long, ".repeat(20_000);
    let bomb = format!("openapi: 3.1.0\nx-long: &long {}\npaths: {{}}\nx-bomb: [{aliases}]", "x".repeat(200_000));
    let refused = parse_document(&bomb).err().map(|error| error.to_string());
    assert!(refused.as_ref().is_some_and(|reason| reason.contains("alias")), "{refused:?}");
    let laugh = |n| format!("x-{n}: &a{n} [{}]", format!("*a{}, ", n - 1).repeat(12));
    let laughs: Vec<String> = (1..12).map(laugh).collect();
    assert!(parse_document(&format!("openapi: 3.1.0\nx-0: &a0 [x]\n{}\npaths: {{}}", laughs.join("\n"))).is_err());
    let fair = "openapi: 3.1.0\npaths:\n  /a: &a { get: { summary: One } }\n  /b: *a\n";
    assert_eq!(parse_document(fair)?.operations.len(), 2);
    Ok(())
}

#[test]
fn deeply_nested_or_unterminated_markup_is_rendered_in_time() {
    for begin in [
        "<div>",
        "<b>",
        "<a href=x>",
        "<table><tr><td>",
        "> ",
        "* ",
        "[",
        "![",
        "*_",
        "`",
        "<",
        "&",
        "|-",
        "1. ",
        "\\",
        "[a]: b\n[a]\n",
    ] {
        let start = Instant::now();
        to_html(&begin.repeat(100_000 / begin.len()));
        assert!(start.elapsed() < MAX_DURATION, "{begin:?} took {:?}", start.elapsed());
    }
}

#[test]
fn deep_documents_are_read_on_a_small_stack() -> Result<()> {
    for (open, close) in [
        ("{\"items\":", "}"),
        ("{\"allOf\":[", "]}"),
        ("{\"oneOf\":[{\"type\":\"string\"},", "]}"),
        ("{\"properties\":{\"a\":", "}}"),
        ("{\"additionalProperties\":", "}"),
        ("{\"type\":[\"array\",\"object\"],\"items\":", "}"),
    ] {
        let depth = 110 / (open.matches(['{', '[']).count());
        let schema = [open.repeat(depth), "{\"type\":\"string\"}".into(), close.repeat(depth)].concat();
        parse_and_read_all(&document_with_schema(&serde_json::from_str(&schema)?, &json!({})))?;
    }
    Ok(())
}

/// Builds a document with two unions that are variants of each other, and one that is its own variant.
fn cyclic_document() -> Result<Document> {
    let one_of = |names: &[&str]| {
        let variants = names.iter().map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
        json!({"oneOf": variants.chain([json!({"type": "string"}), json!({"type": "number"})]).collect::<Vec<_>>()})
    };
    let schemas = json!({"A": one_of(&["B"]), "B": one_of(&["A"]), "C": one_of(&["C"]),
        "D": {"oneOf": [{"$ref": "#/components/schemas/E"}]}, "E": {"oneOf": [{"$ref": "#/components/schemas/D"}]}});
    let field = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let properties = json!({"a": field("A"), "c": field("C"), "d": field("D")});
    parse_and_read_all(&document_with_schema(&json!({"type": "object", "properties": properties}), &schemas))
}

#[test]
fn cyclic_unions_terminate() -> Result<()> {
    let documented = cyclic_document()?.operation("postA").unwrap_or_default();
    let operation = &documented.operation;
    for name in ["a", "c", "d"] {
        let picks = (0..5).map(|depth| (["pick/", name].concat(), ["0", "1", "2", "9", ""][depth].to_owned()));
        for pick in picks {
            let typed = (["value/", name].concat(), "1".to_owned());
            form::read(operation, &form::Controls(vec![pick, typed]));
        }
        for value in [json!("text"), json!(1), json!(true), json!({"a": {}})] {
            let arguments = Arguments::from_iter([(name.to_owned(), value)]);
            check_arguments(operation, &arguments);
            assert_eq!(form::read(operation, &form::write(operation, &arguments)).arguments, arguments);
        }
    }
    Ok(())
}

#[test]
fn matching_nested_variants_ends_in_time() -> Result<()> {
    let node = |own: &str| json!({"type": "object", "properties": {"inside": {"$ref": "#/components/schemas/Node"}, own: {"type": "string"}}});
    let schemas = json!({"Node": {"oneOf": [node("a"), node("b"), node("c")]}});
    let document = parse_and_read_all(&document_with_schema(
        &json!({"type": "object", "properties": {"tree": {"$ref": "#/components/schemas/Node"}}}),
        &schemas,
    ))?;
    let documented = document.operation("postA").unwrap_or_default();
    let deep = (0..60).fold(json!({"a": 1, "b": 1, "c": 1}), |inside, _| json!({"inside": inside}));
    let arguments = Arguments::from_iter([("tree".to_owned(), deep)]);
    let start = Instant::now();
    check_arguments(&documented.operation, &arguments);
    let written = form::write(&documented.operation, &arguments);
    assert_eq!(form::read(&documented.operation, &written).arguments, arguments);
    assert!(start.elapsed() < MAX_DURATION, "it took {:?}", start.elapsed());
    Ok(())
}

#[test]
fn a_pattern_is_compiled_once_for_all_items_of_a_list() -> Result<()> {
    let item = json!({"type": "string", "pattern": "^(\\w{1,50}|\\p{L}{2,60})+$"});
    let properties = json!({"names": {"type": "array", "items": item}});
    let document =
        parse_and_read_all(&document_with_schema(&json!({"type": "object", "properties": properties}), &json!({})))?;
    let documented = document.operation("postA").unwrap_or_default();
    let arguments = Arguments::from_iter([("names".to_owned(), json!(vec!["a"; 20_000]))]);
    let start = Instant::now();
    assert_eq!(check_arguments(&documented.operation, &arguments), []);
    assert!(start.elapsed() < MAX_DURATION, "it took {:?}", start.elapsed());
    Ok(())
}

#[test]
fn operations_with_the_same_name_are_numbered_in_time() -> Result<()> {
    let path = |number: usize| -> String {
        let separators = (0..16).map(|bit| if number >> bit & 1 == 0 { '-' } else { '.' });
        std::iter::once('/').chain(separators).collect()
    };
    let paths: Map<String, Value> = (0..20_000).map(|number| (path(number), json!({"get": {}}))).collect();
    let start = Instant::now();
    let document = parse_document(&json!({"openapi": "3.1.0", "paths": paths}).to_string())?;
    assert_eq!((&*document.operations[0].name, &*document.operations[19_999].name), ("get", "get20000"));
    assert!(start.elapsed() < MAX_DURATION, "it took {:?}", start.elapsed());
    Ok(())
}

#[test]
fn values_of_a_wrong_type_do_not_make_the_parser_fail() -> Result<()> {
    for wrong in [json!(1), json!("text"), json!([1]), json!(null), json!([[]])] {
        let item = json!({"parameters": [wrong], "post": {"parameters": [wrong, {"in": "body", "schema": wrong}],
            "consumes": wrong, "responses": {"200": wrong}, "tags": wrong}, "get": wrong});
        let old = json!({"swagger": "2.0", "paths": {"/a": item, "/b": wrong, "/c": {"parameters": wrong, "get": {}}},
            "parameters": {"A": wrong}, "responses": {"A": wrong}, "definitions": wrong, "host": wrong,
            "securityDefinitions": {"A": wrong}, "info": wrong});
        parse_and_read_all(&old)?;
        let new =
            json!({"openapi": "3.0.0", "paths": {"/a": item}, "components": {"schemas": {"A": wrong}}, "tags": wrong});
        parse_and_read_all(&new)?;
        parse_and_read_all(&document_with_schema(&wrong, &wrong))?;
    }
    Ok(())
}

#[test]
fn rules_that_refer_to_each_other_are_described_in_time() -> Result<()> {
    let reference = json!({"$ref": "#/components/schemas/A"});
    let dependent: Map<String, Value> = (0..20).map(|number| (format!("p{number}"), reference.clone())).collect();
    let part = json!({"if": reference, "then": reference, "else": reference, "not": reference, "contains": reference,
        "propertyNames": reference, "dependentSchemas": dependent, "patternProperties": dependent});
    let properties: Map<String, Value> = (0..500).map(|number| (format!("p{number}"), reference.clone())).collect();
    let schema = json!({"type": "object", "properties": properties, "allOf": vec![part; 60]});
    parse_and_read_all(&document_with_schema(&reference, &json!({"A": schema})))?;
    Ok(())
}

#[test]
fn identifiers_are_resolved_in_time() -> Result<()> {
    let long = "x".repeat(1_000_000);
    let anchors: Vec<Value> = vec![json!({"$anchor": "a", "allOf": [{"$ref": "#a"}]}); 10_000];
    let schemas = json!({long: {"$id": "https://a.example/long", "allOf": anchors.clone()}, "A": {"allOf": anchors}});
    parse_and_read_all(&document_with_schema(&json!({"$ref": "#a"}), &schemas))?;
    // Each schema overrides an anchor of the next one, deep inside it.
    let mut chain = Map::new();
    for number in 0..600 {
        let next = format!("#/components/schemas/S{}", number + 1);
        let nested = (0..40).fold(json!({"$ref": next}), |inner, _| json!({"not": inner}));
        let own = format!("a{}", number % 300);
        let unit = json!({"allOf": [nested, {"$dynamicRef": "#a0"}], "$defs": {"own": {"$dynamicAnchor": own}}});
        chain.insert(format!("S{number}"), unit);
    }
    parse_and_read_all(&document_with_schema(&json!({"$ref": "#/components/schemas/S0"}), &chain.into()))?;
    Ok(())
}
