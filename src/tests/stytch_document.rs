//! Tests that Stytch's document is complete: every item has a description, every example matches its schema, and the
//! browser receives the description of each operation unchanged.

use crate::{pages::OPERATIONS, stytch_facts::ALL};
use anyhow::{Context, Result, anyhow};
use api_explorer::{
    model::{
        Arguments,
        check::check_arguments,
        operation::Operation,
        schema::{Annotations, Field, FieldLocation, Schema},
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
fn with_replies(entry: &CatalogEntry) -> Vec<(Arc<DocumentedOperation>, DocumentedResponses)> {
    let read = |documented: Arc<DocumentedOperation>| {
        let replies = entry.document.responses(&documented.operation.name)?;
        Some((documented, replies))
    };
    operations(entry).into_iter().filter_map(read).collect()
}

/// Returns all fields of a request, each with its path.
fn of_request(documented: &DocumentedOperation) -> Vec<(String, &Field)> {
    let operation = &documented.operation;
    let mut found = Vec::new();
    below(&operation.fields, &operation.name, &mut found);
    for (name, schema) in &operation.definitions {
        inside(schema, &[&operation.name, " request ", name].concat(), &mut found);
    }
    found
}

/// Returns all fields of the responses, each with its path.
fn of_replies<'a>(operation: &Operation, replies: &'a DocumentedResponses) -> Vec<(String, &'a Field)> {
    let mut found = Vec::new();
    for reply in &replies.responses {
        if let Some((_, schema)) = &reply.content {
            inside(schema, &[&operation.name, " ", &reply.summary.status].concat(), &mut found);
        }
    }
    for (name, schema) in &replies.definitions {
        inside(schema, &[&operation.name, " reply ", name].concat(), &mut found);
    }
    found
}

fn below<'a>(fields: &'a [Field], place: &str, found: &mut Vec<(String, &'a Field)>) {
    for field in fields {
        let place = [place, ".", &field.name].concat();
        inside(&field.schema, &place, found);
        found.push((place, field));
    }
}

fn inside<'a>(schema: &'a Schema, place: &str, found: &mut Vec<(String, &'a Field)>) {
    match schema {
        Schema::List(rules) => inside(&rules.item, place, found),
        Schema::Map(item) => inside(item, place, found),
        Schema::Union(variants) => variants.iter().for_each(|variant| inside(&variant.schema, place, found)),
        Schema::Object(fields) => below(fields, place, found),
        _ => {}
    }
}

#[test]
fn the_users_operations_come_first_under_the_names_of_the_seed_page() -> Result<()> {
    let entry = stytch()?;
    let names: Vec<&str> = entry.document.operations.iter().map(|listing| &*listing.name).collect();
    assert_eq!(names.len(), ALL);
    assert_eq!(&names[..OPERATIONS.len()], OPERATIONS);
    assert_eq!(entry.document.operations.iter().filter(|listing| listing.group == "User").count(), OPERATIONS.len());
    assert_eq!(entry.document.collect_diagnostics(), []);
    Ok(())
}

#[test]
fn every_group_operation_and_field_has_words() -> Result<()> {
    let entry = stytch()?;
    let mut wordless: Vec<String> = Vec::new();
    let has_words = |text: &str| !text.trim().is_empty() && !text.contains("TODO");
    let groups = entry.document.groups.iter().filter(|group| !has_words(&group.description));
    wordless.extend(groups.map(|group| group.name.clone()));
    for (documented, replies) in with_replies(entry) {
        let without = documented.responses.iter().filter(|reply| !has_words(&reply.description));
        wordless.extend(without.map(|reply| [&documented.operation.name, " ", &reply.status].concat()));
        if !has_words(&documented.description) {
            wordless.push(documented.operation.name.clone());
        }
        let fields = of_request(&documented).into_iter().chain(of_replies(&documented.operation, &replies));
        wordless.extend(fields.filter(|(_, field)| !has_words(&field.annotations.description)).map(|(at, _)| at));
    }
    assert_eq!(wordless, Vec::<String>::new());
    Ok(())
}

/// The parser limits the number of fields per operation; fields beyond the limit would be shown as free-form JSON.
#[test]
fn no_operation_is_too_large_to_be_read_whole() -> Result<()> {
    for (documented, replies) in with_replies(stytch()?) {
        let named = documented.operation.definitions.iter().chain(&replies.definitions);
        let unread: Vec<&str> =
            named.filter(|(_, schema)| !matches!(schema, Schema::Object(_))).map(|(name, _)| name.as_str()).collect();
        assert_eq!(unread, Vec::<&str>::new(), "{}", documented.operation.name);
    }
    Ok(())
}

#[test]
fn titles_tell_all_operations_apart() -> Result<()> {
    let mut titles: HashMap<String, &str> = HashMap::new();
    for listing in &stytch()?.document.operations {
        assert!(!listing.title.contains('_') && listing.title != listing.name, "{}", listing.name);
        let other = titles.insert(listing.title.to_lowercase(), &listing.name);
        assert_eq!(other, None, "{} and another are called {:?}", listing.name, listing.title);
    }
    Ok(())
}

/// Returns the arguments outside the body, from the examples of the document's parameters.
fn of_parameters(operation: &Operation) -> Arguments {
    let parameters = operation.fields.iter().filter(|field| !field.place.is_in_body() && field.required);
    parameters.filter_map(|field| Some((field.name.clone(), field.annotations.examples.first()?.clone()))).collect()
}

/// Returns the arguments of the first example in the document.
pub(crate) fn first_example(documented: &DocumentedOperation) -> Arguments {
    let body = documented.examples.first().map(|example| example.arguments.clone()).unwrap_or_default();
    of_parameters(&documented.operation).into_iter().chain(body).collect()
}

#[test]
fn every_example_can_be_sent() -> Result<()> {
    let mut faults = Vec::new();
    for documented in operations(stytch()?) {
        let operation = &documented.operation;
        if operation.body.is_some() == documented.examples.is_empty() {
            faults.push(format!("{}: {} examples", operation.name, documented.examples.len()));
        }
        let parameters = of_parameters(operation);
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
fn misfit(schema: &Schema, definitions: &[(String, Schema)], value: &serde_json::Value) -> Option<String> {
    let field = Field { name: "value".into(), place: FieldLocation::Body, schema: schema.clone(), ..Field::default() };
    let operation = Operation { fields: vec![field], definitions: definitions.to_vec(), ..Operation::default() };
    let problems = check_arguments(&operation, &Arguments::from_iter([("value".to_owned(), value.clone())]));
    (!problems.is_empty()).then(|| format!("{problems:?}"))
}

#[test]
fn examples_of_fields_and_replies_fit_their_schemas() -> Result<()> {
    let mut faults = Vec::new();
    for (documented, replies) in with_replies(stytch()?) {
        let sides = [
            (of_request(&documented), &documented.operation.definitions),
            (of_replies(&documented.operation, &replies), &replies.definitions),
        ];
        for (fields, definitions) in sides {
            for (place, field) in fields {
                let misfits =
                    field.annotations.examples.iter().filter_map(|example| misfit(&field.schema, definitions, example));
                faults.extend(misfits.map(|why| format!("{place}: {why}")));
            }
        }
        for reply in &replies.responses {
            let (Some((_, schema)), Some(example)) = (&reply.content, &reply.example) else { continue };
            let place = [&documented.operation.name, " ", &reply.summary.status].concat();
            faults.extend(misfit(schema, &replies.definitions, example).map(|why| format!("{place}: {why}")));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    Ok(())
}

#[test]
fn calls_go_to_test_and_live_servers_of_hosts_that_may_have_the_credential() -> Result<()> {
    let entry = stytch()?;
    let mut elsewhere = Vec::new();
    for documented in operations(entry) {
        let names: Vec<&str> = documented.environments.iter().map(|known| known.name.as_str()).collect();
        assert_eq!(names, ["test", "live"], "{}", documented.operation.name);
        for environment in &documented.environments {
            let url = Url::parse(&environment.url)?;
            let host = url.host_str().context("no host")?;
            assert!(entry.settings.hosts.iter().any(|allowed| allowed == host), "{host}");
            if host == "telemetry.stytch.com" {
                elsewhere.push(documented.operation.path.clone());
            }
        }
    }
    elsewhere.dedup();
    let expected = ["/v1/fingerprint/lookup", "/v1/rules/set", "/v1/rules/list", "/v1/verdict_reasons/override"];
    assert_eq!(elsewhere, [&expected[..], &["/v1/verdict_reasons/list", "/v1/email/risk"]].concat());
    Ok(())
}

#[test]
fn every_operation_travels_to_the_browser_and_back_unchanged() -> Result<()> {
    for documented in operations(stytch()?) {
        let mut expected = documented.operation.clone();
        expected.fields.iter_mut().for_each(forget_texts);
        expected.definitions.iter_mut().for_each(|(_, schema)| forget_texts_inside(schema));
        let travelled = Operation::from(serde_json::to_value(&documented.operation)?);
        assert_eq!(travelled, expected);
    }
    Ok(())
}

fn forget_texts(field: &mut Field) {
    field.annotations = Annotations::default();
    forget_texts_inside(&mut field.schema);
}

fn forget_texts_inside(schema: &mut Schema) {
    match schema {
        Schema::List(rules) => forget_texts_inside(&mut rules.item),
        Schema::Map(item) => forget_texts_inside(item),
        Schema::Union(variants) => variants.iter_mut().for_each(|variant| forget_texts_inside(&mut variant.schema)),
        Schema::Object(fields) => fields.iter_mut().for_each(forget_texts),
        _ => {}
    }
}
