//! An operation that has one field of every kind, for tests.

use super::{
    operation::{Body, Method, Operation},
    provider::{Environment, Provider},
    schema::{Field, NumberRules, Place, Schema, TextRules, Variant},
};
use serde_json::json;

pub(crate) fn field(name: &str, schema: Schema) -> Field {
    Field { name: name.into(), schema, ..Field::default() }
}

pub(crate) fn text() -> Schema {
    Schema::Text(TextRules::default())
}

pub(crate) fn formatted(format: &str) -> Schema {
    Schema::Text(TextRules { format: Some(format.into()), ..TextRules::default() })
}

pub(crate) fn every_kind() -> Operation {
    let external_id = Schema::Text(TextRules {
        max_length: Some(128),
        pattern: Some("^[A-Za-z0-9._|-]+$".into()),
        pattern_description: Some("letters, digits and . _ - |".into()),
        ..TextRules::default()
    });
    let limit =
        NumberRules { integer: true, minimum: Some(0.into()), maximum: Some(1000.into()), ..NumberRules::default() };
    let kind = Some(("kind".into(), json!("person")));
    let person =
        Variant { title: "Person".into(), schema: Schema::Object(vec![field("first_name", text())]), tag: kind };
    let team = Schema::Object(vec![Field { required: true, ..field("members", Schema::list(text())) }]);
    let node =
        Schema::Object(vec![field("value", text()), field("children", Schema::list(Schema::Ref("Node".into())))]);
    Operation {
        name: "updateUser".into(),
        method: Method::Put,
        path: "/v1/users/{user_id}".into(),
        fields: vec![
            Field { place: Place::Path, required: true, ..field("user_id", text()) },
            Field { place: Place::Query, ..field("tag", Schema::list(text())) },
            field("email", formatted("email")),
            field("phone_number", formatted("e164")),
            field("external_id", external_id),
            field("limit", Schema::Number(limit)),
            field("pending", Schema::Boolean),
            field("operator", Schema::Choice(vec![json!("OR"), json!("AND"), json!(3)])),
            field("roles", Schema::list(text())),
            field("name", Schema::Object(vec![field("first_name", text()), field("last_name", text())])),
            field("metadata", Schema::Map(Box::default())),
            field("operands", Schema::list(Schema::Map(Box::default()))),
            field("anything", Schema::Any),
            field("owner", Schema::Union(vec![person, Variant { title: "Team".into(), schema: team, tag: None }])),
            field("tree", Schema::Ref("Node".into())),
            field("labels", Schema::Map(Box::new(text()))),
        ],
        body: Some(Body { required: true, content_type: "application/json".into() }),
        definitions: vec![("Node".into(), node)],
    }
}

pub(crate) fn provider() -> Provider {
    let environment = |name: &str, url: &str| Environment { name: name.into(), url: url.into() };
    Provider {
        id: "stytch".into(),
        title: "Stytch".into(),
        package: "@utdk/stytch".into(),
        environments: vec![
            environment("test", "https://test.stytch.com"),
            environment("live", "https://api.stytch.com"),
        ],
    }
}
