//! Property tests for generated documents, rules and requests: what the policy judged is byte for byte what is sent, and
//! the page, `/tools` and `/proxy` decide alike. `EXPLORER_PROPERTY_CASES` sets the number of cases. A failure prints the
//! smallest case that was found and the seed, which `PROPTEST_RNG_SEED` sets to repeat it.

mod decision;
mod generator;
mod proxy_requests;
mod sent;

use crate::{
    gateway::request::{RequestParts, parse_path, wire},
    model::{form, operation::Operation, request::OperationRequest},
    providers::CatalogEntry,
};
use decision::{Decision, Request, Step, decide_arguments, decide_proxied};
use generator::{arguments, setup};
use proptest::{
    collection::vec,
    prelude::*,
    sample::Index,
    test_runner::{RngSeed, TestCaseError},
};
use proxy_requests::{proxied_content, proxied_path};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use sent::Sent;
use uuid::Uuid;

fn config() -> ProptestConfig {
    let cases = std::env::var("EXPLORER_PROPERTY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200);
    let default = ProptestConfig::default();
    let seed = match default.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => Uuid::new_v4().as_u64_pair().0,
    };
    // Shown if the test fails.
    println!("To repeat: PROPTEST_RNG_SEED={seed} EXPLORER_PROPERTY_CASES={cases}");
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(seed), ..default }
}

#[expect(clippy::needless_pass_by_value, reason = "passed to `map_err`")]
fn fail(error: anyhow::Error) -> TestCaseError {
    TestCaseError::fail(format!("{error:#}"))
}

/// Returns a decision without the words of its error.
fn outcome(decision: &Decision) -> Result<&Sent, Step> {
    decision.as_ref().map_err(|(step, _)| *step)
}

/// Percent-encodes characters of a path that need no encoding, except slashes: those whose index is in `encoded`.
fn respell(path: &str, encoded: &[Index]) -> String {
    let chosen: Vec<usize> = encoded.iter().map(|index| index.index(path.len())).collect();
    let mut spelled = String::new();
    for (index, byte) in path.bytes().enumerate() {
        let is_in_triplet = path.as_bytes()[index.saturating_sub(2)..=index].contains(&b'%');
        let is_unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if chosen.contains(&index) && is_unreserved && !is_in_triplet {
            spelled.extend(format!("%{byte:02x}").chars());
        } else {
            spelled.push(char::from(byte));
        }
    }
    spelled
}

/// Returns true if a path is that of several operations, and a proxy request for it leads to another one.
fn leads_to_other_operation(entry: &CatalogEntry, operation: &Operation, path: &str) -> bool {
    let path = parse_path(path);
    let matched = path.map(|path| entry.routes.find_operations(operation.method.as_str(), &path));
    let first = matched.ok().and_then(|matched| entry.document.operations.get(*matched.exact.first()?));
    first.is_some_and(|first| first.name != operation.name)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_the_policy_judged_is_what_is_sent_and_all_entry_points_decide_alike(
        setup in setup(),
        operation in any::<Index>(),
        arguments in arguments(),
        encoded in vec(any::<Index>(), 0..4),
    ) {
        let (catalog, identity) = setup.load().map_err(fail)?;
        let Some(entry) = catalog.entry("p") else { return Err(TestCaseError::fail("no provider")) };
        let summary = &entry.document.operations[operation.index(entry.document.operations.len())];
        let Some(documented) = entry.operation(&summary.name) else { return Err(TestCaseError::fail("no operation")) };
        let operation = &documented.operation;
        let mut arguments = arguments;
        arguments.retain(|name, _| operation.field(name).is_some());

        let tools = decide_arguments(entry, &identity, &documented, &arguments).map_err(fail)?;
        let page_arguments = form::read(operation, &form::write(operation, &arguments)).arguments;
        let page = decide_arguments(entry, &identity, &documented, &page_arguments).map_err(fail)?;
        prop_assert_eq!(outcome(&page), outcome(&tools), "page and /tools");

        // The snippet has the path that is sent.
        let target = OperationRequest::new(operation, &arguments).target;
        let target_path = target.split('?').next().unwrap_or_default();
        if let Ok(sent) = &tools {
            let printed = parse_path(target_path).map_err(|error| TestCaseError::fail(error.message))?;
            prop_assert_eq!(printed.as_str(), &sent.path);
        }
        // An SDK that sends the request of the snippet, with its path in any spelling, gets the same decision.
        let Ok(RequestParts { query, headers, body, .. }) = wire::build_parts(operation, &arguments) else { return Ok(()) };
        let has_segment_of_two = operation.path.split('/').any(|segment| segment.matches('{').count() > 1);
        for spelling in [target_path.to_owned(), respell(target_path, &encoded)] {
            let request = Request {
                method: operation.method.as_str(),
                path: &spelling,
                query: query.as_deref(),
                headers: &headers,
                body: body.as_deref().unwrap_or_default(),
            };
            let (proxied, matched) = decide_proxied(entry, &identity, &request).map_err(fail)?;
            match &tools {
                // A segment with two parameters can be read in several ways: `......me` of `{id}...{name}`.
                Ok(_) if has_segment_of_two && matches!(proxied, Err((Step::Arguments, _))) => {}
                // A path of several operations, such as `/{id}` and `/{name}`, leads to the first one.
                Ok(sent) if leads_to_other_operation(entry, operation, &sent.path) => {}
                Ok(sent) => prop_assert_eq!(proxied.as_ref().ok(), Some(sent), "{} {:?}", spelling, proxied),
                Err((Step::Rules | Step::Safeguards, _)) if proxied.is_ok() => {
                    // The arguments lead to another operation, which is not the one that was named and denied.
                    let is_other = matched.as_ref().is_some_and(|name| *name != operation.name)
                        && parse_path(&spelling).is_ok_and(|path| {
                            wire::find_other_operations(entry, operation, &path).is_err()
                        });
                    prop_assert!(is_other, "{} was denied as {}", spelling, operation.name);
                }
                Err(_) => {}
            }
        }
    }

    #[test]
    fn no_spelling_of_a_denied_path_is_sent(setup in setup(), path in proxied_path()) {
        let (catalog, identity) = setup.load().map_err(fail)?;
        let Some(entry) = catalog.entry("p") else { return Err(TestCaseError::fail("no provider")) };
        let headers = HeaderMap::new();
        let request = Request { method: "GET", path: &path, query: None, headers: &headers, body: b"" };
        let (decision, _) = decide_proxied(entry, &identity, &request).map_err(fail)?;
        if let Ok(sent) = decision {
            // A server that decodes twice, ignores case, and removes dot segments and what follows a semicolon.
            let lax = |text: &str| {
                let once = percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
                let twice = percent_encoding::percent_decode_str(&once).decode_utf8_lossy().to_lowercase();
                let cut = twice.split('/').map(|segment| segment.split(';').next().unwrap_or_default().to_owned());
                let mut segments: Vec<String> = Vec::new();
                for segment in cut.filter(|segment| !segment.is_empty() && segment != ".") {
                    if segment == ".." { segments.pop(); } else { segments.push(segment); }
                }
                segments
            };
            for index in &setup.deny {
                let Some((path, None)) = setup.operations.get(*index) else { continue };
                if !path.contains(['{', ';']) {
                    prop_assert_ne!(lax(&sent.path), lax(path), "{} was sent", sent.path);
                }
            }
        }
    }

    #[test]
    fn no_query_or_body_is_sent_that_a_provider_could_read_differently(
        setup in setup(),
        operation in any::<Index>(),
        (query, content_type, body) in proxied_content(),
    ) {
        let (catalog, identity) = setup.load().map_err(fail)?;
        let Some(entry) = catalog.entry("p") else { return Err(TestCaseError::fail("no provider")) };
        let summary = &entry.document.operations[operation.index(entry.document.operations.len())];
        let path = summary.path.replace(['{', '}'], "");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        let method = summary.method.as_str();
        let request = Request { method, path: &path, query: Some(&query), headers: &headers, body: body.as_bytes() };
        // The decision checks that what is sent was judged.
        drop(decide_proxied(entry, &identity, &request).map_err(fail)?);
    }
}
