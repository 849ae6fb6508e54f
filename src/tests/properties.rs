//! Property tests for all schemas and values: forms lose nothing, JSON is unchanged, requests can be parsed back. Each
//! run generates new cases; a counterexample is shrunk and printed with its seed.

use api_explorer::{
    model::{
        Arguments, check,
        form::{self, ARGUMENTS_CONTROL, Controls},
        json,
        operation::{DocumentedBody, Method, Operation},
        request::{OperationRequest, RequestBody},
        schema::{
            Field, FieldLocation, FieldSerialization, NumberConstraints, ParameterStyle, Schema, StringConstraints,
            UnionVariant,
        },
    },
    openapi,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Map, Value, json};

const NAMES: [&str; 8] = ["a", "b_c", "d/e", "f~g", "h.i", "ü", "with space", "0"];

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9]{1,6}", "\\PC{1,12}", Just("null".to_owned()), Just("{\"a\": 1}".to_owned())]
}

fn single() -> impl Strategy<Value = Schema> {
    prop_oneof![
        Just(Schema::String(StringConstraints::default())),
        Just(Schema::Number(NumberConstraints::default())),
        Just(Schema::Boolean),
        Just(Schema::Enum(vec![json!("one"), json!(2), json!(true)])),
        Just(Schema::Any),
    ]
}

fn fields(schema: impl Strategy<Value = Schema> + Clone) -> impl Strategy<Value = Vec<Field>> {
    proptest::sample::subsequence(NAMES.to_vec(), 1..4).prop_flat_map(move |names| {
        vec(schema.clone(), names.len()).prop_map(move |schemas| {
            let named = names.iter().zip(schemas);
            named.map(|(name, schema)| Field { name: (*name).into(), schema, ..Field::default() }).collect()
        })
    })
}

/// Generates schemas of every kind, up to three levels deep. A tag distinguishes the variants of unions.
fn schema() -> impl Strategy<Value = Schema> + Clone {
    single().boxed().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Schema::array_of),
            inner.clone().prop_map(|item| Schema::Map(Box::new(item))),
            fields(inner.clone()).prop_map(Schema::Object),
            (fields(inner.clone()), fields(inner)).prop_map(|(one, other)| {
                let variant = |tag: &str, fields| UnionVariant {
                    title: tag.into(),
                    schema: Schema::Object(fields),
                    discriminator: Some(("tag".into(), json!(tag))),
                    is_default: false,
                };
                Schema::Union(vec![variant("one", one), variant("other", other)])
            }),
        ]
    })
}

/// Generates a value that matches a schema.
fn value(schema: &Schema) -> BoxedStrategy<Value> {
    match schema {
        Schema::String(_) => text().prop_map(Value::from).boxed(),
        Schema::Number(_) => {
            prop_oneof![any::<i64>().prop_map(Value::from), any::<f32>().prop_map(|n| json!(n))].boxed()
        }
        Schema::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Schema::Enum(choices) => select(choices.clone()).boxed(),
        Schema::Array(rules) => vec(value(&rules.item), 0..4).prop_map(Value::from).boxed(),
        Schema::Map(item) => {
            vec((text(), value(item)), 0..3).prop_map(|pairs| Value::Object(pairs.into_iter().collect())).boxed()
        }
        Schema::Object(fields) => object(fields).prop_map(Value::Object).boxed(),
        Schema::Union(variants) => select(variants.clone())
            .prop_flat_map(|variant| {
                let Schema::Object(fields) = &variant.schema else { return Just(Value::Null).boxed() };
                let tag = variant.discriminator.clone();
                object(fields)
                    .prop_map(move |object| Value::Object(tag.clone().into_iter().chain(object).collect()))
                    .boxed()
            })
            .boxed(),
        _ => anything().boxed(),
    }
}

/// Generates an object with some of the fields, each with a matching value.
fn object(fields: &[Field]) -> BoxedStrategy<Map<String, Value>> {
    let each: Vec<_> = fields.iter().map(|field| option::of(value(&field.schema))).collect();
    let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    each.prop_map(move |values| {
        let pairs = names.iter().zip(values).filter_map(|(name, value)| Some((name.clone(), value?)));
        pairs.collect()
    })
    .boxed()
}

/// Generates any JSON value.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
        Just(json!("")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text(), inner), 0..4).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn operation(fields: Vec<Field>, content_type: &str) -> Operation {
    Operation {
        method: Method::Post,
        path: "/things".into(),
        fields,
        body: Some(DocumentedBody { required: false, content_type: content_type.into(), ..DocumentedBody::default() }),
        ..Operation::default()
    }
}

fn filled_operation() -> impl Strategy<Value = (Operation, Arguments)> {
    fields(schema()).prop_flat_map(|fields| {
        let arguments = object(&fields);
        (Just(operation(fields, "application/json")), arguments)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_that_match_a_schema_pass_through_the_form_unchanged((operation, arguments) in filled_operation()) {
        let reading = form::read(&operation, &form::write(&operation, &arguments));
        prop_assert_eq!(&reading.arguments, &arguments);
        prop_assert_eq!(reading.problems, vec![]);
        prop_assert_eq!(check::check_arguments(&operation, &arguments), vec![]);
    }

    #[test]
    fn any_json_passes_through_the_form_unchanged(
        fields in fields(schema()),
        others in vec((text(), anything()), 0..3),
        values in vec(anything(), 3),
    ) {
        let operation = operation(fields, "application/json");
        let named = operation.fields.iter().zip(values).map(|(field, value)| (field.name.clone(), value));
        let arguments: Arguments = named.chain(others).collect();
        let reading = form::read(&operation, &form::write(&operation, &arguments));
        prop_assert_eq!(&reading.arguments, &arguments);
        prop_assert!(!reading.has_parse_errors);
    }

    #[test]
    fn form_and_json_view_are_equivalent((operation, arguments) in filled_operation()) {
        let text = form::to_pretty_json(&Value::Object(arguments.clone()));
        let controls = Controls(vec![("view".into(), "json".into()), (ARGUMENTS_CONTROL.into(), text)]);
        let reading = form::read(&operation, &controls);
        prop_assert_eq!(&reading.arguments, &arguments);
        prop_assert_eq!(reading.problems, vec![]);
    }

    #[test]
    fn parsing_arbitrary_controls_never_panics(
        fields in fields(schema()),
        controls in vec(("(value|key|as|json|pick|open)(/[a-c0-2~]{0,3}){0,3}|[+a-z/]{0,6}", text()), 0..8),
    ) {
        let operation = operation(fields, "application/json");
        form::read(&operation, &Controls(controls));
    }

    #[test]
    fn our_json_parser_accepts_what_serde_json_accepts(text in prop_oneof![
        "[\\[\\]{}\",:0-9eE.+\\-truefalsn\\\\u \\n]{0,24}",
        "\\PC{0,20}",
        anything().prop_map(|value| value.to_string()),
        (anything(), any::<prop::sample::Index>()).prop_map(|(value, cut)| {
            let text = value.to_string();
            let end = (0..=cut.index(text.len() + 1)).rev().find(|end| text.is_char_boundary(*end));
            text[..end.unwrap_or_default()].to_owned()
        }),
    ]) {
        prop_assert_eq!(json::parse(&text).ok(), serde_json::from_str::<Value>(&text).ok());
    }

    #[test]
    fn a_json_body_equals_the_arguments((operation, arguments) in filled_operation()) {
        let body = OperationRequest::new(&operation, &arguments).body;
        let parsed = match &body {
            None => Some(json!({})),
            Some(RequestBody::Text(text)) => serde_json::from_str(text).ok(),
            Some(_) => None,
        };
        prop_assert_eq!(parsed, Some(Value::Object(arguments)));
    }

    #[test]
    fn queries_of_every_style_can_be_parsed_back(
        style in select(vec![None, Some(ParameterStyle::Form), Some(ParameterStyle::SpaceDelimited), Some(ParameterStyle::PipeDelimited), Some(ParameterStyle::Json)]),
        explode in option::of(any::<bool>()),
        items in vec("[^ |\\p{C}]{1,8}", 1..5),
    ) {
        let field = Field {
            name: "q s".into(),
            location: FieldLocation::Query,
            schema: Schema::array_of(Schema::String(StringConstraints::default())),
            serialization: FieldSerialization { style, explode, ..FieldSerialization::default() },
            ..Field::default()
        };
        let arguments = Arguments::from_iter([("q s".to_owned(), json!(items))]);
        let target = OperationRequest::new(&Operation { body: None, ..operation(vec![field], "") }, &arguments).target;
        let query = target.strip_prefix("/things?").unwrap_or_default();
        let values: Vec<&str> = query.split('&').filter_map(|pair| pair.strip_prefix("q%20s=")).collect();
        let is_exploded = explode.unwrap_or(matches!(style, None | Some(ParameterStyle::Form)));
        let delimiter = match style {
            Some(ParameterStyle::SpaceDelimited) => "%20",
            Some(ParameterStyle::PipeDelimited) => "%7C",
            _ => ",",
        };
        let parsed: Vec<String> = match (style, values.as_slice()) {
            (Some(ParameterStyle::Json), [one]) => serde_json::from_str(&decoded(one)).unwrap_or_default(),
            (_, [one]) if !is_exploded => one.split(delimiter).map(decoded).collect(),
            (_, several) => several.iter().map(|one| decoded(one)).collect(),
        };
        prop_assert_eq!(parsed, items, "{}", query);
    }

    #[test]
    fn paths_of_every_style_can_be_parsed_back(
        style in select(vec![None, Some(ParameterStyle::Label), Some(ParameterStyle::Matrix)]),
        explode in any::<bool>(),
        items in vec("[^./\\\\\\p{C}]{1,8}", 1..5),
    ) {
        let field = Field {
            name: "id".into(),
            location: FieldLocation::Path,
            schema: Schema::array_of(Schema::String(StringConstraints::default())),
            serialization: FieldSerialization { style, explode: Some(explode), ..FieldSerialization::default() },
            ..Field::default()
        };
        let path = Operation { path: "/things/{id}".into(), body: None, ..operation(vec![field], "") };
        let target = OperationRequest::new(&path, &Arguments::from_iter([("id".to_owned(), json!(items))])).target;
        let written = target.strip_prefix("/things/").unwrap_or_default();
        let parts: Vec<&str> = match (style, explode) {
            (Some(ParameterStyle::Label), true) => written.split('.').skip(1).collect(),
            (Some(ParameterStyle::Label), false) => written.trim_start_matches('.').split(',').collect(),
            (Some(ParameterStyle::Matrix), true) => written.split(";id=").skip(1).collect(),
            (Some(ParameterStyle::Matrix), false) => written.trim_start_matches(";id=").split(',').collect(),
            _ => written.split(',').collect(),
        };
        let parsed: Vec<String> = parts.into_iter().map(decoded).collect();
        prop_assert_eq!(parsed, items, "{}", target);
    }

    #[test]
    fn a_form_body_can_be_parsed_back(pairs in vec((select(NAMES.to_vec()), "\\PC{1,12}"), 1..5)) {
        let arguments: Arguments = pairs.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text))).collect();
        let fields = arguments.keys().map(|name| Field {
            name: name.clone(),
            schema: Schema::String(StringConstraints::default()),
            ..Field::default()
        });
        let operation = operation(fields.collect(), "application/x-www-form-urlencoded");
        let body = OperationRequest::new(&operation, &arguments).body;
        let text = match &body {
            Some(RequestBody::Text(text)) => text.as_str(),
            _ => "",
        };
        let parsed: Arguments = url::form_urlencoded::parse(text.as_bytes())
            .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
            .collect();
        prop_assert_eq!(parsed, arguments, "{}", text);
    }

    #[test]
    fn no_document_makes_the_parser_panic(wrong in anything(), place in any::<prop::sample::Index>()) {
        let mut document: Value = serde_norway::from_str(include_str!("../../end2end/kinds.yaml")).unwrap_or_default();
        let places = pointers(&document);
        if let Some(value) = document.pointer_mut(&places[place.index(places.len())]) {
            *value = wrong;
        }
        if let Ok(document) = openapi::parse_document(&document.to_string()) {
            document.collect_diagnostics();
        }
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Returns the JSON pointers of everything in a value.
fn pointers(value: &Value) -> Vec<String> {
    let inside = |at: String, value: &Value| {
        let deeper = pointers(value).into_iter().map(|rest| [&*at, &rest].concat()).collect::<Vec<_>>();
        std::iter::once(at.clone()).chain(deeper).collect::<Vec<_>>()
    };
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| inside(["/", &name.replace('~', "~0").replace('/', "~1")].concat(), value))
            .collect(),
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(index, value)| inside(format!("/{index}"), value)).collect()
        }
        _ => Vec::new(),
    }
}
