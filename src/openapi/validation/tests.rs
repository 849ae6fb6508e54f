use crate::{
    model::Arguments,
    openapi::{Document, ExpectedResponse, parse_document},
};
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Builds a document with one operation, `thing`, whose request body and response have one schema each.
pub(super) fn document(version: &str, body: &Value, response: &Value, schemas: &Value) -> Result<Document> {
    let document = json!({
        "openapi": version,
        "info": {"title": "Test", "version": "1"},
        "paths": {"/things/{thing}": {"post": {
            "operationId": "thing",
            "parameters": [{"name": "thing", "in": "path", "required": true, "schema": {"type": "string"}}],
            "requestBody": {"content": {"application/json": {"schema": body}}},
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": response}}}},
        }}},
        "components": {"schemas": schemas},
    });
    parse_document(&document.to_string())
}

/// Compares a response, and returns `location: message` for each problem, or `None` if it is not compared.
pub(super) fn response_problems(document: &Document, body: &str) -> Option<Vec<String>> {
    let differences = document.expected_response("thing", 200, "application/json").compare(body.as_bytes())?;
    let problems = differences.into_iter().map(|difference| difference.into_problem("", str::to_owned));
    Some(problems.map(|problem| format!("{}: {}", problem.location, problem.message)).collect())
}

fn compare_response(schema: &Value, schemas: &Value, body: &Value) -> Result<Vec<String>> {
    response_problems(&document("3.1.0", &json!({}), schema, schemas)?, &body.to_string())
        .context("it was not compared")
}

/// Validates arguments, and returns `location: message` for each problem.
fn argument_problems(schema: &Value, arguments: &Value) -> Result<Vec<String>> {
    let document = document("3.1.0", schema, &json!({}), &json!({}))?;
    let documented = document.operation("thing").context("no operation")?;
    let arguments: Arguments = serde_json::from_value(arguments.clone())?;
    let problems = document
        .validate_request_body(&documented.operation, &arguments)
        .map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    Ok(problems.into_iter().map(|problem| format!("{}: {}", problem.location, problem.message)).collect())
}

fn user() -> Value {
    json!({
        "type": "object",
        "required": ["id", "name", "password"],
        "properties": {
            "id": {"type": "string", "readOnly": true},
            "name": {"type": "string", "maxLength": 5},
            "password": {"type": "string", "writeOnly": true},
            "friends": {"type": "array", "items": {"$ref": "#/components/schemas/User"}},
        },
    })
}

#[test]
fn a_recursive_response_is_compared_at_every_level() -> Result<()> {
    let (schema, schemas) = (json!({"$ref": "#/components/schemas/User"}), json!({"User": user()}));
    let right = json!({"id": "1", "name": "Ada", "friends": [{"id": "2", "name": "Bob", "friends": []}]});
    assert_eq!(compare_response(&schema, &schemas, &right)?, [""; 0]);
    let wrong =
        json!({"id": 1, "friends": [{"id": "2", "name": "Barbara", "friends": [{"id": "3", "name": null, "age": 3}]}]});
    assert_eq!(
        compare_response(&schema, &schemas, &wrong)?,
        [
            "/name: Required, but missing.",
            "/id: Must be text, not a number.",
            "/friends/0/name: At most 5 characters.",
            "/friends/0/friends/0/name: Must be text, not null.",
            "/friends/0/friends/0/age: Not documented.",
        ]
    );
    Ok(())
}

#[test]
fn the_same_problem_of_many_items_is_reported_once() -> Result<()> {
    let schema = json!({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}});
    let body = json!([{"a": 1}, {"a": "x"}, {"a": 2}, {"b": 1}, {"a": 3}]);
    assert_eq!(
        compare_response(&schema, &json!({}), &body)?,
        ["/0/a: Must be text, not a number. Same in 2 other places.", "/3/b: Not documented."]
    );
    Ok(())
}

#[test]
fn the_fields_of_all_of_are_merged() -> Result<()> {
    let closed = json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false});
    let schema = json!({"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "string"}}}]});
    let schemas = json!({"A": closed});
    assert_eq!(compare_response(&schema, &schemas, &json!({"a": "", "b": ""}))?, [""; 0]);
    assert_eq!(compare_response(&schema, &schemas, &json!({"a": "", "b": "", "c": ""}))?, ["/c: Not documented."]);
    let beside = json!({"$ref": "#/components/schemas/A", "properties": {"b": {"type": "integer"}}});
    assert_eq!(compare_response(&beside, &schemas, &json!({"a": 1, "b": 1.5}))?.len(), 2);
    Ok(())
}

#[test]
fn undeclared_fields_of_open_schemas_are_not_differences() -> Result<()> {
    for schema in [
        json!({"type": "object"}),
        json!({"properties": {"a": {}}, "additionalProperties": true}),
        json!({"properties": {"a": {}}, "patternProperties": {"^b": {}}}),
        json!({"properties": {"a": {}}, "allOf": [{"$ref": "#/nowhere"}]}),
        json!({"properties": {"a": {}}, "discriminator": {"propertyName": "a"}}),
        json!({"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}),
        json!({"if": {"required": ["a"]}, "then": {"properties": {"b": {}}}, "properties": {"a": {}}}),
    ] {
        assert_eq!(compare_response(&schema, &json!({}), &json!({"a": 1, "b": 2}))?, [""; 0], "{schema}");
    }
    let values = json!({"properties": {"a": {}}, "additionalProperties": {"type": "string"}});
    assert_eq!(compare_response(&values, &json!({}), &json!({"a": 1, "b": 2}))?, ["/b: Must be text, not a number."]);
    Ok(())
}

#[test]
fn a_value_of_a_union_is_compared_with_its_variant() -> Result<()> {
    let schemas = json!({
        "Cat": {"properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}}, "required": ["kind", "lives"]},
        "Dog": {"properties": {"kind": {"enum": ["dog"]}, "owner": {"type": "string"}}, "required": ["kind", "owner"]},
    });
    let pets = json!([{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]);
    let union = json!({"oneOf": pets, "discriminator": {"propertyName": "kind"}});
    for (body, expected) in [
        (json!({"kind": "cat", "lives": 9}), None),
        (json!({"kind": "dog", "owner": 1}), Some("/owner: Must be text, not a number.")),
        (json!({"kind": "dog"}), Some("/owner: Required, but missing.")),
        (json!({"kind": "cat", "lives": 9, "age": 1}), Some("/age: Not documented.")),
        (json!({"kind": "cow"}), Some(": Matches none of the 2 documented variants.")),
    ] {
        assert_eq!(compare_response(&union, &schemas, &body)?.first().map(String::as_str), expected, "{body}");
    }
    for nullable in [
        json!({"anyOf": [{"$ref": "#/components/schemas/Dog"}, {"type": "null"}]}),
        json!({"anyOf": [{"type": ["null", "object"], "required": ["owner"], "properties": {"owner": {}, "kind": {}}}]}),
    ] {
        assert_eq!(compare_response(&nullable, &schemas, &json!(null))?, [""; 0]);
        assert_eq!(compare_response(&nullable, &schemas, &json!({"kind": "dog"}))?, ["/owner: Required, but missing."]);
    }
    let kinds = json!({"anyOf": [{"type": "string"}, {"type": "integer"}]});
    assert_eq!(
        compare_response(&kinds, &json!({}), &json!(true))?,
        [": Must be text or a whole number, not true or false."]
    );
    let both = json!({"oneOf": [{"type": "number"}, {"type": "integer"}]});
    assert_eq!(compare_response(&both, &json!({}), &json!(1))?, [""; 0], "several variants may fit");
    Ok(())
}

#[test]
fn nullable_of_openapi_3_0_is_supported_beside_references() -> Result<()> {
    let response = json!({"type": "object", "properties": {
        "a": {"type": "string", "nullable": true},
        "b": {"$ref": "#/components/schemas/B", "nullable": true},
        "c": {"allOf": [{"$ref": "#/components/schemas/B"}], "nullable": true},
        "d": {"type": "object", "allOf": [{"$ref": "#/components/schemas/B"}], "nullable": true},
        "e": {"enum": ["x"], "type": "string", "nullable": true},
        "f": {"$ref": "#/components/schemas/B"},
    }});
    let document = document("3.0.3", &json!({}), &response, &json!({"B": {"type": "object"}}))?;
    let nulls = json!({"a": null, "b": null, "c": null, "d": null, "e": null, "f": null});
    assert_eq!(response_problems(&document, &nulls.to_string()), Some(vec!["/f: Must be an object, not null.".into()]));
    Ok(())
}

#[test]
fn invalid_keywords_are_ignored_and_the_rest_is_compared() -> Result<()> {
    let schema = json!({"type": "object", "required": true, "properties": {
        "a": {"type": "any", "minLength": "3", "enum": "x", "maximum": null},
        "b": {"type": "file"},
        "c": {"type": "string", "format": "binary"},
        "d": {"type": "string", "pattern": "(?<!x)("},
        "e": {"type": "string", "pattern": "^(?=a).*$", "$id": "http://[", "$ref": 5, "$dynamicRef": "#x"},
        "f": {"type": ["string", "string"], "required": ["x"], "items": "string", "allOf": [], "not": "x"},
        "g": {"type": "string", "const": "g", "format": "uuid", "properties": ["x"], "minimum": null},
        "h": {"not": {"pattern": "(?=a)"}},
    }});
    let schema: Value = serde_json::from_str(&schema.to_string().replace(":null}", ":1e999}"))?;
    let body = json!({"a": [], "b": 1, "c": {}, "d": "(", "e": "b", "f": 1, "g": "h", "h": "a", "i": 1});
    assert_eq!(
        compare_response(&schema, &json!({}), &body)?,
        [
            "/f: Must be text, not a number.",
            "/g: Must be one of \"g\".",
            "/g: Must be a UUID, like 123e4567-e89b-12d3-a456-426614174000.",
            "/i: Not documented.",
        ]
    );
    Ok(())
}

#[test]
fn every_keyword_has_a_message_without_values_of_the_response() -> Result<()> {
    for (schema, value, expected) in [
        (json!({"type": "integer"}), json!(1.5), "Must be a whole number."),
        (json!({"minimum": 3}), json!(2), "Must be 3 or more."),
        (json!({"maximum": 3}), json!(4), "Must be 3 or less."),
        (json!({"exclusiveMinimum": 3}), json!(3), "Must be more than 3."),
        (json!({"exclusiveMaximum": 3}), json!(3), "Must be less than 3."),
        (json!({"multipleOf": 2}), json!(3), "Must be a multiple of 2."),
        (json!({"minLength": 3}), json!("ab"), "At least 3 characters."),
        (json!({"pattern": "^a"}), json!("secret"), "Must match the pattern ^a."),
        (json!({"format": "email"}), json!("secret"), "Must be an email address, like name@example.com."),
        (json!({"enum": ["a", 1]}), json!("secret"), "Must be one of \"a\", 1."),
        (json!({"minItems": 1}), json!([]), "At least 1 item."),
        (json!({"maxItems": 1}), json!([1, 2]), "At most 1 item."),
        (json!({"uniqueItems": true}), json!(["secret", "secret"]), "No item may occur twice."),
        (json!({"contains": {"type": "string"}}), json!([1]), "No item matches the one that the document requires."),
        (json!({"minProperties": 1}), json!({}), "At least 1 field."),
        (json!({"not": {"type": "string"}}), json!("secret"), "The document does not allow this value."),
        (json!(false), json!("secret"), "No value is allowed here."),
    ] {
        assert_eq!(compare_response(&schema, &json!({}), &value)?, [format!(": {expected}")], "{schema}");
    }
    Ok(())
}

#[test]
fn arguments_are_validated_beyond_the_checks_of_the_form() -> Result<()> {
    for (schema, arguments, expected) in [
        (json!({"minProperties": 2}), json!({"a": 1}), vec![": At least 2 fields; there are 1."]),
        (json!({"dependentRequired": {"a": ["b"]}}), json!({"a": 1}), vec!["/b: This field is required."]),
        (
            json!({"not": {"required": ["a", "b"]}}),
            json!({"a": 1, "b": 1}),
            vec![": The document does not allow this value."],
        ),
        (
            json!({"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}}),
            json!({"a": 1}),
            vec!["/b: This field is required."],
        ),
        (
            json!({"properties": {"o": {"type": "object", "propertyNames": {"maxLength": 2}}}}),
            json!({"o": {"abc": 1}}),
            vec!["/o/abc: The name is not allowed: At most 2 characters; this has 3."],
        ),
        (
            json!({"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]}),
            json!({"x": 1}),
            vec![": Must have a, or b and c."],
        ),
        (
            json!({"properties": {"o": {"properties": {"a": {}}, "additionalProperties": false}}}),
            json!({"o": {"a": 1, "b/c": 2}}),
            vec!["/o/b~1c: The document has no such field."],
        ),
        (json!({"additionalProperties": false, "properties": {"a": {}}}), json!({"a": 1, "more": 2}), vec![]),
        (json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}), json!({"a": 1, "b": 1}), vec![]),
    ] {
        let (mut schema, mut arguments) = (schema, arguments);
        schema["type"] = json!("object");
        arguments["thing"] = json!("of the path");
        assert_eq!(argument_problems(&schema, &arguments)?, expected, "{schema}");
    }
    Ok(())
}

#[test]
fn null_is_accepted_everywhere_and_counts_as_present() -> Result<()> {
    let schema = json!({"type": "object", "required": ["a"], "minProperties": 1, "properties": {
        "a": {"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}}},
    }});
    for arguments in [json!({"a": null}), json!({"a": {"b": null}})] {
        assert_eq!(argument_problems(&schema, &arguments)?, [""; 0], "{arguments}");
    }
    assert_eq!(
        argument_problems(&schema, &json!({"a": {"c": null}}))?,
        [""; 0],
        "a value that contains null is not validated"
    );
    assert_eq!(argument_problems(&schema, &json!({"a": {}}))?, ["/a/b: This field is required."]);
    Ok(())
}

#[test]
fn a_body_that_is_one_field_is_validated_at_its_location() -> Result<()> {
    let schema = json!({"type": "array", "items": {"type": "object", "dependentRequired": {"a": ["b"]}}});
    assert_eq!(argument_problems(&schema, &json!({"body": [{"a": 1}]}))?, ["/body/0/b: This field is required."]);
    assert_eq!(argument_problems(&schema, &json!({}))?, [""; 0]);
    Ok(())
}

#[test]
fn fields_of_the_other_direction_are_not_required() -> Result<()> {
    assert_eq!(argument_problems(&user(), &json!({"name": "Ada", "password": "x"}))?, [""; 0]);
    assert_eq!(argument_problems(&user(), &json!({"name": "Ada"}))?, ["/password: This field is required."]);
    assert_eq!(argument_problems(&user(), &json!({"name": "Ada", "password": "x", "id": "1"}))?, [""; 0]);
    Ok(())
}

#[test]
fn a_status_is_compared_with_its_own_response_or_its_range_or_the_default() -> Result<()> {
    let json = |kind: &str| json!({"description": "", "content": {"application/json": {"schema": {"type": kind}}}});
    let mut document = json!({"openapi": "3.1.0", "info": {}, "paths": {"/x": {"get": {"operationId": "thing", "responses": {
        "200": json("string"), "2XX": json("integer"), "204": {"description": ""}, "x-more": {},
        "301": {"description": "", "content": {"text/html": {"schema": {}}, "application/json": {}}},
        "302": {"description": "", "content": {"text/html": {"schema": {}}, "application/hal+json": {"schema": {"type": "string"}}}},
    }}}}});
    let compare = |document: &Value, status: u16, content_type: &str, body: &str| -> Result<Option<usize>> {
        let expected_response = parse_document(&document.to_string())?.expected_response("thing", status, content_type);
        Ok(expected_response.compare(body.as_bytes()).map(|differences| differences.len()))
    };
    for (status, content_type, body, expected) in [
        (200, "application/json", "\"x\"", Some(0)),
        (200, "text/plain", "\"x\"", Some(0)),
        (200, "text/html", "<p>", Some(1)),
        (200, "application/json", "", Some(1)),
        (201, "application/json", "1", Some(0)),
        (201, "application/json", "\"x\"", Some(1)),
        (204, "", "", Some(0)),
        (204, "", "something", None),
        (301, "text/html; charset=utf-8", "<p>", None),
        (301, "application/json", "1", None),
        (302, "text/html", "<p>", None),
        (302, "application/json", "1", Some(1)),
        (404, "application/json", "1", Some(1)),
    ] {
        assert_eq!(compare(&document, status, content_type, body)?, expected, "{status} {content_type} {body}");
    }
    document["paths"]["/x"]["get"]["responses"]["default"] = json("boolean");
    assert_eq!(compare(&document, 404, "application/json", "true")?, Some(0));
    document["paths"]["/x"]["get"]["responses"] = json!({});
    assert_eq!(compare(&document, 404, "application/json", "true")?, None);
    Ok(())
}

#[test]
fn field_names_in_messages_are_scrubbed_and_truncated() -> Result<()> {
    let schema = json!({"properties": {"a": {}}});
    let document = document("3.1.0", &json!({}), &schema, &json!({}))?;
    let expected_response = document.expected_response("thing", 200, "application/json");
    assert!(matches!(expected_response, ExpectedResponse::Json(_)));
    let body = json!({"the/secret": 1, "é".repeat(500): 2}).to_string();
    let differences = expected_response.compare(body.as_bytes()).context("it was not compared")?;
    let locations: Vec<String> = differences
        .into_iter()
        .map(|difference| difference.into_problem("", |name| name.replace("the/secret", "-")).location)
        .collect();
    assert_eq!(locations, ["/-".to_owned(), format!("/{}…", "é".repeat(60))]);
    Ok(())
}

#[test]
fn only_json_media_types_are_compared() -> Result<()> {
    for (documented, content_type, is_compared) in [
        ("application/json", "application/json", true),
        ("application/JSON; charset=utf-8", "Application/Json", true),
        ("text/json", "text/json", true),
        ("application/problem+json", "application/problem+json; charset=utf-8", true),
        ("*/*", "application/json", true),
        ("application/*", "application/vnd.api+json", true),
        ("*/*", "text/csv", false),
        ("application/x-ndjson", "application/x-ndjson", false),
        ("application/x-ndjson", "application/json", false),
        ("application/json-seq", "application/json-seq", false),
        ("application/jsonl", "application/jsonl", false),
        ("text/csv", "text/csv", false),
    ] {
        let schema = json!({"type": "object", "properties": {"id": {"type": "integer"}}});
        let document = json!({"openapi": "3.1.0", "info": {}, "paths": {"/x": {"get": {"operationId": "thing", "responses": {
            "200": {"description": "", "content": {documented: {"schema": schema}}},
        }}}}});
        let expected_response = parse_document(&document.to_string())?.expected_response("thing", 200, content_type);
        let differences = expected_response.compare(b"{\"id\": 1}\n{\"id\": 2}\n");
        assert_eq!(differences.is_some(), is_compared, "{documented} {content_type}");
    }
    Ok(())
}
