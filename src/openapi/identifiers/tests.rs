use crate::openapi::parse_document;
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Returns the document after its identifiers are resolved.
fn resolve(schemas: &Value) -> Result<Value> {
    let document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}, "components": {"schemas": schemas}});
    Ok(parse_document(&document.to_string())?.to_value())
}

/// Returns the targets of all references in a schema, in order.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(
                |(key, value)| if key == "$ref" { value.as_str().into_iter().collect() } else { references(value) },
            )
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn references_by_id_and_anchor_become_pointers() -> Result<()> {
    let root = resolve(&json!({
        "Pet": {"$id": "https://a.example/schemas/pet", "$defs": {"name": {"$anchor": "name"}, "inner": {"$id": "inner"}}, "allOf": [
            {"$ref": "#/$defs/name"}, {"$ref": "#name"}, {"$ref": "inner"}, {"$ref": "pet#/$defs/name"}, {"$ref": "#"},
            {"$ref": "#/components/schemas/Owner"}, {"$ref": "lost"}, {"$ref": "#lost"},
        ]},
        "Owner": {"$anchor": "owner", "properties": {"$id": {"type": "string"}}, "example": {"$id": "x", "$ref": "#owner"}, "allOf": [
            {"$ref": "https://a.example/schemas/pet#name"}, {"$ref": "#owner"},
        ]},
    }))?;
    let schemas = &root["components"]["schemas"];
    let pet = "#/components/schemas/Pet";
    let [name, inner] = ["name", "inner"].map(|key| format!("{pet}/$defs/{key}"));
    let expected = [&name, &name, &inner, &name, pet, "#/components/schemas/Owner", "lost", "#lost"];
    assert_eq!(references(&schemas["Pet"]["allOf"]), expected);
    assert_eq!(references(&schemas["Owner"]["allOf"]), [&name, "#/components/schemas/Owner"]);
    assert_eq!(schemas["Owner"]["example"], json!({"$id": "x", "$ref": "#owner"}));
    assert_eq!(schemas["Owner"]["properties"]["$id"], json!({"type": "string"}));
    assert!(schemas["Pet"].get("$id").is_none());
    Ok(())
}

#[test]
fn a_generic_schema_is_read_with_the_types_of_those_that_refer_to_it() -> Result<()> {
    for id in [json!({"$id": "https://a.example/page"}), json!({})] {
        let mut page = json!({"type": "object", "properties": {"items": {"type": "array", "items": {"$dynamicRef": "#item"}}},
            "$defs": {"item": {"$dynamicAnchor": "item", "not": {}}}});
        let page_reference = if id == json!({}) { "#/components/schemas/Page" } else { "https://a.example/page" };
        page.as_object_mut().context("no object")?.extend(id.as_object().cloned().unwrap_or_default());
        let list_of = |name: &str| json!({"$ref": page_reference, "$defs": {"item": {"$dynamicAnchor": "item", "$ref": format!("#/components/schemas/{name}")}}});
        let root =
            resolve(&json!({"Page": page, "Pets": list_of("Pet"), "Users": list_of("User"), "Pet": {}, "User": {}}))?;
        let items = |name: &str| -> Result<String> {
            let schema = &root["components"]["schemas"][name];
            let page = schema["$ref"].as_str().context("no reference")?;
            let page = root.pointer(&page[1..]).context("no page")?;
            Ok(page["properties"]["items"]["items"]["$ref"].as_str().context("no items")?.to_owned())
        };
        assert_eq!(items("Pets")?, "#/components/schemas/Pets/$defs/item", "{id}");
        assert_eq!(items("Users")?, "#/components/schemas/Users/$defs/item", "{id}");
        let own = &root["components"]["schemas"]["Page"]["properties"]["items"]["items"];
        assert_eq!(own, &json!({"$ref": "#/components/schemas/Page/$defs/item"}), "{id}");
    }
    Ok(())
}

#[test]
fn a_recursive_schema_is_extended_at_every_depth() -> Result<()> {
    let root = resolve(&json!({
        "Tree": {"$id": "https://a.example/tree", "$dynamicAnchor": "node", "properties": {"children": {"items": {"$dynamicRef": "#node"}}}},
        "Strict": {"$id": "https://a.example/strict", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": false},
    }))?;
    let schemas = &root["components"]["schemas"];
    let children = |tree: &Value| tree["properties"]["children"]["items"]["$ref"].clone();
    assert_eq!(children(&schemas["Tree"]), "#/components/schemas/Tree");
    let copy = schemas["Strict"]["$ref"].as_str().context("no reference")?;
    assert_eq!(copy, "#/x-dynamic-schemas/0/Tree");
    assert_eq!(children(root.pointer(&copy[1..]).context("no copy")?), "#/components/schemas/Strict");
    assert!(root["x-dynamic-schemas"].get("1").is_none());
    Ok(())
}

#[test]
fn the_number_of_copies_is_limited() -> Result<()> {
    let mut schemas =
        json!({"Page": {"items": {"$dynamicRef": "#item"}, "$defs": {"item": {"$dynamicAnchor": "item"}}}});
    for number in 0..600 {
        schemas[format!("List{number}")] = json!({"$ref": "#/components/schemas/Page", "$defs": {"item": {"$dynamicAnchor": "item", "const": number}}});
    }
    let root = resolve(&schemas)?;
    assert_eq!(root["x-dynamic-schemas"].as_object().map(serde_json::Map::len), Some(500));
    assert_eq!(root["components"]["schemas"]["List599"]["$ref"], "#/components/schemas/Page");
    Ok(())
}
