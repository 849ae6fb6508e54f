//! Tests that Stytch's document is complete: every item has a description, and every example matches its schema.

use crate::{pages::OPERATIONS, stytch_facts::OPERATION_COUNT};
use anyhow::{Context, Result, anyhow};
use api_explorer::{
    model::{
        Arguments,
        check::check_arguments,
        operation::Operation,
        schema::{Field, FieldLocation, Schema},
    },
    openapi::{DocumentedOperation, DocumentedResponses},
    providers::{self, Catalog, CatalogEntry},
};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};
use url::Url;

/// Returns Stytch's catalog entry, loaded once for all tests, because parsing every operation is slow without
/// optimization.
pub(crate) fn stytch() -> Result<&'static CatalogEntry> {
    static CATALOG: LazyLock<Result<Catalog>> = LazyLock::new(|| Catalog::load(vec![providers::stytch_settings(None)]));
    let catalog = CATALOG.as_ref().map_err(|error| anyhow!("{error:#}"))?;
    Ok(catalog.entry("stytch").context("no Stytch")?)
}

pub(crate) fn operations(entry: &CatalogEntry) -> Vec<Arc<DocumentedOperation>> {
    entry.document.operations.iter().filter_map(|listing| entry.operation(&listing.name)).collect()
}

/// Returns every operation of a provider with its documented responses.
fn with_responses(entry: &CatalogEntry) -> Vec<(Arc<DocumentedOperation>, DocumentedResponses)> {
    let read = |documented: Arc<DocumentedOperation>| {
        let responses = entry.document.responses(&documented.operation.name)?;
        Some((documented, responses))
    };
    operations(entry).into_iter().filter_map(read).collect()
}

/// Returns all fields of a request, each with its path.
fn request_fields(documented: &DocumentedOperation) -> Vec<(String, &Field)> {
    let operation = &documented.operation;
    let mut found = Vec::new();
    collect_fields(&operation.fields, &operation.name, &mut found);
    for (name, schema) in &operation.definitions {
        collect_schema_fields(schema, &[&operation.name, " request ", name].concat(), &mut found);
    }
    found
}

/// Returns all fields of the responses, each with its path.
fn response_fields<'a>(operation: &Operation, responses: &'a DocumentedResponses) -> Vec<(String, &'a Field)> {
    let mut found = Vec::new();
    for response in &responses.responses {
        for content in &response.contents {
            let place = [&operation.name, " ", &response.summary.status].concat();
            collect_schema_fields(&content.schema, &place, &mut found);
        }
    }
    for (name, schema) in &responses.definitions {
        collect_schema_fields(schema, &[&operation.name, " response ", name].concat(), &mut found);
    }
    found
}

fn collect_fields<'a>(fields: &'a [Field], place: &str, found: &mut Vec<(String, &'a Field)>) {
    for field in fields {
        let place = [place, ".", &field.name].concat();
        collect_schema_fields(&field.schema, &place, found);
        found.push((place, field));
    }
}

fn collect_schema_fields<'a>(schema: &'a Schema, place: &str, found: &mut Vec<(String, &'a Field)>) {
    match schema {
        Schema::Array(rules) => collect_schema_fields(&rules.item, place, found),
        Schema::Map(item) => collect_schema_fields(item, place, found),
        Schema::Union(variants) => {
            for variant in variants {
                collect_schema_fields(&variant.schema, place, found);
            }
        }
        Schema::Object(fields) => collect_fields(fields, place, found),
        _ => {}
    }
}

#[test]
fn the_operations_of_the_seed_page_come_first() -> Result<()> {
    let entry = stytch()?;
    let names: Vec<&str> = entry.document.operations.iter().map(|listing| &*listing.name).collect();
    assert_eq!(names.len(), OPERATION_COUNT);
    assert_eq!(&names[..OPERATIONS.len()], OPERATIONS);
    assert_eq!(entry.document.operations.iter().filter(|listing| listing.group == "User").count(), OPERATIONS.len());
    assert_eq!(entry.document.collect_diagnostics(), []);
    Ok(())
}

#[test]
fn every_group_operation_and_field_has_a_description() -> Result<()> {
    let entry = stytch()?;
    let mut undescribed: Vec<String> = Vec::new();
    let has_text = |text: &str| !text.trim().is_empty() && !text.contains("TODO");
    let groups = entry.document.groups.iter().filter(|group| !has_text(&group.description));
    undescribed.extend(groups.map(|group| group.name.clone()));
    for (documented, responses) in with_responses(entry) {
        let without = documented.responses.iter().filter(|response| !has_text(&response.description));
        undescribed.extend(without.map(|response| [&documented.operation.name, " ", &response.status].concat()));
        if !has_text(&documented.description) {
            undescribed.push(documented.operation.name.clone());
        }
        let fields = request_fields(&documented).into_iter().chain(response_fields(&documented.operation, &responses));
        undescribed.extend(fields.filter(|(_, field)| !has_text(&field.annotations.description)).map(|(at, _)| at));
    }
    assert_eq!(undescribed, Vec::<String>::new());
    Ok(())
}

/// The parser limits the number of fields per operation; fields beyond the limit would be shown as free-form JSON.
#[test]
fn no_operation_exceeds_the_field_limit_of_the_parser() -> Result<()> {
    for (documented, responses) in with_responses(stytch()?) {
        let named = documented.operation.definitions.iter().chain(&responses.definitions);
        let unread: Vec<&str> =
            named.filter(|(_, schema)| !matches!(schema, Schema::Object(_))).map(|(name, _)| name.as_str()).collect();
        assert_eq!(unread, Vec::<&str>::new(), "{}", documented.operation.name);
    }
    Ok(())
}

#[test]
fn operation_titles_are_unique() -> Result<()> {
    let mut titles: HashMap<String, &str> = HashMap::new();
    for listing in &stytch()?.document.operations {
        assert!(!listing.title.contains('_') && listing.title != listing.name, "{}", listing.name);
        let other = titles.insert(listing.title.to_lowercase(), &listing.name);
        assert_eq!(other, None, "{} and another have the title {:?}", listing.name, listing.title);
    }
    Ok(())
}

/// Returns the arguments outside the body, from the examples of the document's parameters.
fn parameter_examples(operation: &Operation) -> Arguments {
    let parameters = operation.fields.iter().filter(|field| !field.location.is_in_body() && field.required);
    parameters.filter_map(|field| Some((field.name.clone(), field.annotations.examples.first()?.clone()))).collect()
}

/// Returns the arguments of the first example in the document.
pub(crate) fn first_example(documented: &DocumentedOperation) -> Arguments {
    let body = documented.examples.first().map(|example| example.arguments.clone()).unwrap_or_default();
    parameter_examples(&documented.operation).into_iter().chain(body).collect()
}

#[test]
fn every_example_can_be_sent() -> Result<()> {
    let mut faults = Vec::new();
    for documented in operations(stytch()?) {
        let operation = &documented.operation;
        if operation.body.is_some() == documented.examples.is_empty() {
            faults.push(format!("{}: {} examples", operation.name, documented.examples.len()));
        }
        let parameters = parameter_examples(operation);
        if documented.examples.is_empty() {
            let problems = check_arguments(operation, &parameters);
            faults.extend(problems.iter().map(|problem| format!("{}: {problem:?}", operation.name)));
        }
        for example in &documented.examples {
            let arguments = parameters.clone().into_iter().chain(example.arguments.clone()).collect();
            let problems = check_arguments(operation, &arguments);
            faults
                .extend(problems.iter().map(|problem| format!("{} {:?}: {problem:?}", operation.name, example.title)));
            let unknown = example.arguments.keys().filter(|name| operation.field(name).is_none());
            faults.extend(unknown.map(|name| format!("{} {:?}: no field {name}", operation.name, example.title)));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    Ok(())
}

/// Returns the problem of a value that does not match its schema, as the validation of forms reports it.
fn find_problem(schema: &Schema, definitions: &[(String, Schema)], value: &serde_json::Value) -> Option<String> {
    let field =
        Field { name: "value".into(), location: FieldLocation::Body, schema: schema.clone(), ..Field::default() };
    let operation = Operation { fields: vec![field], definitions: definitions.to_vec(), ..Operation::default() };
    let problems = check_arguments(&operation, &Arguments::from_iter([("value".to_owned(), value.clone())]));
    (!problems.is_empty()).then(|| format!("{problems:?}"))
}

#[test]
fn examples_of_fields_and_responses_match_their_schemas() -> Result<()> {
    let mut faults = Vec::new();
    for (documented, responses) in with_responses(stytch()?) {
        let sides = [
            (request_fields(&documented), &documented.operation.definitions),
            (response_fields(&documented.operation, &responses), &responses.definitions),
        ];
        for (fields, definitions) in sides {
            for (place, field) in fields {
                let problems = field
                    .annotations
                    .examples
                    .iter()
                    .filter_map(|example| find_problem(&field.schema, definitions, example));
                faults.extend(problems.map(|why| format!("{place}: {why}")));
            }
        }
        for response in &responses.responses {
            for content in &response.contents {
                let Some(example) = &content.example else { continue };
                let problem = find_problem(&content.schema, &responses.definitions, example);
                let place = format!("{} {}", documented.operation.name, response.summary.status);
                faults.extend(problem.map(|why| format!("{place}: {why}")));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    Ok(())
}

#[test]
fn every_operation_has_a_test_and_a_live_server_on_an_allowed_host() -> Result<()> {
    let entry = stytch()?;
    let mut telemetry_paths = Vec::new();
    for documented in operations(entry) {
        let names: Vec<&str> = documented.environments.iter().map(|environment| environment.name.as_str()).collect();
        assert_eq!(names, ["test", "live"], "{}", documented.operation.name);
        for environment in &documented.environments {
            let url = Url::parse(&environment.url)?;
            let host = url.host_str().context("no host")?;
            assert!(entry.settings.hosts.iter().any(|allowed| allowed == host), "{host}");
            if host == "telemetry.stytch.com" {
                telemetry_paths.push(documented.operation.path.clone());
            }
        }
    }
    telemetry_paths.dedup();
    let expected = ["/v1/fingerprint/lookup", "/v1/rules/set", "/v1/rules/list", "/v1/verdict_reasons/override"];
    assert_eq!(telemetry_paths, [&expected[..], &["/v1/verdict_reasons/list", "/v1/email/risk"]].concat());
    Ok(())
}
