use super::{Overlay, apply_action};
use anyhow::Result;
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "info": {"title": "A", "tags": ["x"], "contact": {"name": "N"}},
        "paths": {
            "/a": {"get": {"tags": ["one", "two"], "deprecated": false}, "post": {"tags": ["one"]}},
            "/b": {"get": {"tags": [], "x-internal": true}},
        },
    })
}

fn apply(action: &Value) -> (Value, Option<String>) {
    let mut root = document();
    let reason = apply_action(&mut root, action, &mut 10_000).err();
    (root, reason)
}

#[test]
fn actions_change_what_they_select() {
    for (action, pointer, expected) in [
        (json!({"target": "$.info", "update": {"title": "B"}}), "/info/title", json!("B")),
        (json!({"target": "$.info.title", "update": "C"}), "/info/title", json!("C")),
        (
            json!({"target": "$.info", "update": {"contact": {"url": "u"}}}),
            "/info/contact",
            json!({"name": "N", "url": "u"}),
        ),
        (json!({"target": "$.info", "update": {"tags": ["y"]}}), "/info/tags", json!(["x", "y"])),
        (json!({"target": "$.info.tags", "update": ["y", "z"]}), "/info/tags", json!(["x", "y", "z"])),
        (json!({"target": "$.info.tags", "update": {"name": "y"}}), "/info/tags", json!(["x", {"name": "y"}])),
        (json!({"target": "$.paths.*.get", "update": {"deprecated": true}}), "/paths/~1a/get/deprecated", json!(true)),
        (json!({"target": "$.paths.*.get", "update": {"deprecated": true}}), "/paths/~1b/get/deprecated", json!(true)),
        (json!({"target": "$", "update": {"info": {"x-a": 1}}}), "/info/x-a", json!(1)),
        (json!({"target": "$.paths[?@.get['x-internal'] == true]", "remove": true}), "/paths/~1b", Value::Null),
        (json!({"target": "$.paths['/a']..tags[?@ == 'one']", "remove": true}), "/paths/~1a/get/tags", json!(["two"])),
        (json!({"target": "$.paths['/a']..tags[*]", "remove": true}), "/paths/~1a/get/tags", json!([])),
        (json!({"target": "$.paths['/b']..*", "remove": true, "update": 1}), "/paths/~1b", json!({})),
        (json!({"target": "$.paths['/b'].get", "copy": "$.info.contact"}), "/paths/~1b/get/name", json!("N")),
        (
            json!({"target": "$.info['contact','tags']['name']", "copy": "$.info.title"}),
            "/info/contact/name",
            json!("A"),
        ),
    ] {
        let (root, reason) = apply(&action);
        assert_eq!((root.pointer(pointer).cloned().unwrap_or_default(), reason), (expected, None), "{action}");
    }
}

#[test]
fn actions_that_cannot_be_applied_change_nothing_and_say_why() {
    for (action, expected) in [
        (json!({"update": {}}), "it has no `target`"),
        (json!({"target": "$.info"}), "none of `update`, `copy` and `remove: true`"),
        (json!({"target": "$.info", "remove": false}), "none of `update`, `copy` and `remove: true`"),
        (json!({"target": "$.info", "update": {}, "copy": "$.info"}), "both `update` and `copy`"),
        (json!({"target": "$.lost", "remove": true}), "changes nothing: $.lost selects no part of the document"),
        (json!({"target": "info", "remove": true}), "info is not a JSONPath"),
        (json!({"target": "$", "remove": true}), "the document itself cannot be removed"),
        (json!({"target": "$.info", "copy": "$.lost"}), "$.lost selects 0 parts of the document, not one"),
        (json!({"target": "$.info", "copy": "$.paths.*"}), "$.paths.* selects 2 parts of the document, not one"),
        (json!({"target": "$.info", "copy": 1}), "`copy` is not a JSONPath"),
        (json!({"target": "$.info", "update": "text"}), "the target is an object, not a single value"),
        (json!({"target": "$.info", "update": {"new": 1, "tags": {}}}), "/tags is a list, not an object"),
        (json!({"target": "$.info.*", "update": {}}), "its target selects an object and a list"),
        (json!({"target": "$.info.title", "update": "x".repeat(10_000)}), "the overlay would add more than"),
    ] {
        let (root, reason) = apply(&action);
        assert_eq!(root, document(), "{action}");
        assert!(reason.as_ref().is_some_and(|reason| reason.contains(expected)), "{action}: {reason:?}");
    }
}

#[test]
fn overlays_of_other_versions_are_refused() {
    for (text, is_supported) in [
        ("overlay: 1.0.0\nactions: []", true),
        ("overlay: 1.1\nactions: []", true),
        (r#"{"overlay": "1.1.3", "actions": []}"#, true),
        ("overlay: 1.2.0\nactions: []", false),
        ("overlay: 1.10.0\nactions: []", false),
        ("overlay: 1.0.0", false),
        ("openapi: 3.1.0", false),
        ("[", false),
    ] {
        assert_eq!(Overlay::parse("a.yaml", text).is_ok(), is_supported, "{text}");
    }
}

#[test]
fn later_actions_see_the_result_of_earlier_ones() -> Result<()> {
    let overlay = Overlay::parse(
        "a.yaml",
        "overlay: 1.0.0\nactions:\n- { target: $.paths, remove: true }\n- { target: $, update: { paths: { /c: {} } } }\n\
         - { target: \"$.paths['/a']\", remove: true }\n",
    )?;
    let mut root = document();
    let diagnostics: Vec<String> = overlay.apply(&mut root)?.iter().map(ToString::to_string).collect();
    assert_eq!(root["paths"], json!({"/c": {}}));
    assert_eq!(diagnostics, ["a.yaml: actions.2: changes nothing: $.paths['/a'] selects no part of the document"]);
    Ok(())
}

#[test]
fn the_depth_of_the_result_is_limited() -> Result<()> {
    let nested = format!("{}{{}}{}", "{ leaf: ".repeat(100), " }".repeat(100));
    let deepen = format!("- {{ target: '$..leaf[?length(@) == 0]', update: {nested} }}\n").repeat(3);
    let overlay = Overlay::parse("a.yaml", &format!("overlay: 1.0.0\nactions:\n{deepen}"))?;
    let mut root = json!({"leaf": {"leaf": {}}});
    assert!(overlay.apply(&mut root).is_err());
    Ok(())
}
