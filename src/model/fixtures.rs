//! Test fixtures: an operation with one field of every kind, and a provider.

use super::{
    operation::{DocumentedBody, Method, Operation},
    provider::{Environment, Provider},
    schema::{Field, FieldLocation, NumberConstraints, Schema, StringConstraints, UnionVariant},
};
use serde_json::json;

pub(crate) fn field(name: &str, schema: Schema) -> Field {
    Field { name: name.into(), schema, ..Field::default() }
}

pub(crate) fn string_schema() -> Schema {
    Schema::String(StringConstraints::default())
}

pub(crate) fn string_schema_with_format(format: &str) -> Schema {
    Schema::String(StringConstraints { format: Some(format.into()), ..StringConstraints::default() })
}

pub(crate) fn operation_with_every_kind() -> Operation {
    let external_id = Schema::String(StringConstraints {
        max_length: Some(128),
        pattern: Some("^[A-Za-z0-9._|-]+$".into()),
        pattern_description: Some("letters, digits and . _ - |".into()),
        ..StringConstraints::default()
    });
    let limit = NumberConstraints {
        integer: true,
        minimum: Some(0.into()),
        maximum: Some(1000.into()),
        ..NumberConstraints::default()
    };
    let kind = Some(("kind".into(), json!("person")));
    let person = UnionVariant {
        title: "Person".into(),
        schema: Schema::Object(vec![field("first_name", string_schema())]),
        discriminator: kind,
        is_default: false,
    };
    let team = Schema::Object(vec![Field { required: true, ..field("members", Schema::array_of(string_schema())) }]);
    let node = Schema::Object(vec![
        field("value", string_schema()),
        field("children", Schema::array_of(Schema::Ref("Node".into()))),
    ]);
    Operation {
        accept: String::new(),
        name: "updateUser".into(),
        method: Method::Put,
        path: "/v1/users/{user_id}".into(),
        fields: vec![
            Field { location: FieldLocation::Path, required: true, ..field("user_id", string_schema()) },
            Field { location: FieldLocation::Query, ..field("tag", Schema::array_of(string_schema())) },
            field("email", string_schema_with_format("email")),
            field("phone_number", string_schema_with_format("e164")),
            field("external_id", external_id),
            field("limit", Schema::Number(limit)),
            field("pending", Schema::Boolean),
            field("operator", Schema::Enum(vec![json!("OR"), json!("AND"), json!(3)])),
            field("roles", Schema::array_of(string_schema())),
            field(
                "name",
                Schema::Object(vec![field("first_name", string_schema()), field("last_name", string_schema())]),
            ),
            field("metadata", Schema::Map(Box::default())),
            field("operands", Schema::array_of(Schema::Map(Box::default()))),
            field("anything", Schema::Any),
            field(
                "owner",
                Schema::Union(vec![
                    person,
                    UnionVariant { title: "Team".into(), schema: team, ..UnionVariant::default() },
                ]),
            ),
            field("tree", Schema::Ref("Node".into())),
            field("labels", Schema::Map(Box::new(string_schema()))),
        ],
        body: Some(DocumentedBody {
            required: true,
            content_type: "application/json".into(),
            ..DocumentedBody::default()
        }),
        definitions: vec![("Node".into(), node)],
    }
}

pub(crate) fn provider() -> Provider {
    let environment = |name: &str, url: &str| Environment::new(name, url);
    Provider {
        id: "petstore".into(),
        title: "Petstore".into(),
        package: "@utdk/petstore".into(),
        environments: vec![
            environment("test", "https://test.petstore.example"),
            environment("live", "https://api.petstore.example"),
        ],
    }
}
