//! Measures how much of the documented examples of two providers is hidden from callers that may not see secrets, although
//! it is no secret.

use super::{ResponseSecrets, Visibility};
use crate::{
    gateway::transport::response::{RequestSnapshot, UpstreamResponse},
    model::receipt::Timings,
    openapi::{Document, ExampleResponse, ExpectedResponse, parse_document},
    providers::{Catalog, stytch_settings},
};
use anyhow::{Context, Result};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;

/// Largest share of harmless fields that may be hidden.
const MAX_HIDDEN_SHARE: f64 = 0.03;

/// Numbers of fields of examples.
#[derive(Default)]
struct Count {
    harmless: u32,
    /// Paths of harmless fields that are hidden.
    hidden: Vec<String>,
    secrets: u32,
    /// Paths of secrets that are shown.
    leaked: Vec<String>,
}

/// Returns a response with a JSON body.
pub(super) fn response_with(body: Vec<u8>) -> Result<UpstreamResponse> {
    Ok(UpstreamResponse {
        status: 200,
        headers: HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]),
        body,
        stream: None,
        request_snapshot: RequestSnapshot {
            method: reqwest::Method::GET,
            url: Url::parse("https://a.example/")?,
            headers: HeaderMap::new(),
            body: None,
        },
        timings: Timings::default(),
    })
}

/// Returns the masked body of a response.
pub(super) fn mask_bytes(
    visibility: Visibility,
    expected_response: &ExpectedResponse,
    response: &UpstreamResponse,
) -> Vec<u8> {
    let secrets = ResponseSecrets::find(visibility, expected_response, response);
    secrets.mask(expected_response, response, |label| format!("{{{{response 1.{label}}}}}")).1
}

fn mask(visibility: Visibility, expected_response: &ExpectedResponse, body: &Value) -> Result<Value> {
    let response = response_with(serde_json::to_vec(body)?)?;
    Ok(serde_json::from_slice(&mask_bytes(visibility, expected_response, &response))?)
}

/// Compares an example with its form for callers that may reveal secrets and for others, field by field.
fn count_fields(path: &str, [original, lenient, strict]: [&Value; 3], count: &mut Count) {
    match original {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = [path, ".", name].concat();
                count_fields(&path, [value, &lenient[name], &strict[name]], count);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                count_fields(&format!("{path}.{index}"), [item, &lenient[index], &strict[index]], count);
            }
        }
        Value::Null => {}
        _ if lenient == original => {
            count.harmless += 1;
            count.hidden.extend((strict != original).then(|| path.to_owned()));
        }
        _ => {
            count.secrets += 1;
            count.leaked.extend((strict == original).then(|| path.to_owned()));
        }
    }
}

fn count_document(document: &Document) -> Result<Count> {
    let mut count = Count::default();
    for operation in &document.operations {
        let ExampleResponse { status, body } =
            &*document.example_response(&operation.name, None).context("no success")?;
        let Some(example) = body.as_ref().and_then(|(_, text)| serde_json::from_str::<Value>(text).ok()) else {
            continue;
        };
        let expected = document.expected_response(&operation.name, status.parse()?, "application/json");
        let lenient = mask(Visibility::AllButSecrets, &expected, &example)?;
        let strict = mask(Visibility::OnlyKnown, &expected, &example)?;
        count_fields(&operation.name, [&example, &lenient, &strict], &mut count);
    }
    Ok(count)
}

fn check(provider: &str, document: &Document, minimum: u32) -> Result<()> {
    let count = count_document(document)?;
    let hidden = u32::try_from(count.hidden.len())?;
    println!("{provider}: {hidden} of {} harmless fields hidden, {} secrets", count.harmless, count.secrets);
    let mut count_by_name = BTreeMap::new();
    for path in &count.hidden {
        *count_by_name
            .entry(path.rsplit('.').find(|name| name.parse::<u32>().is_err()).unwrap_or_default())
            .or_insert(0) += 1;
    }
    println!("hidden, by name: {count_by_name:?}");
    assert!(count.harmless >= minimum, "{provider}: only {} fields", count.harmless);
    assert!(f64::from(hidden) <= MAX_HIDDEN_SHARE * f64::from(count.harmless), "{provider}: {:#?}", count.hidden);
    assert_eq!(count.leaked, [""; 0], "{provider}");
    Ok(())
}

#[test]
fn few_harmless_fields_of_stytch_are_hidden() -> Result<()> {
    let catalog = Catalog::load(vec![stytch_settings(None)])?;
    check("Stytch", &catalog.entry("stytch").context("no Stytch")?.document, 1_000)
}

#[test]
fn few_harmless_fields_of_github_are_hidden() -> Result<()> {
    check("GitHub", &parse_document(include_str!("../../../providers/examples/github.yaml"))?, 50)
}
