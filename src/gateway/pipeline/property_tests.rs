//! Property tests for generated documents, rules and requests: the path that the policy judged is byte for byte the path
//! that is sent, and the page, `/tools` and `/proxy` decide alike. `EXPLORER_PROPERTY_CASES` sets the number of cases.

use super::{Call, Input, authorized::judge_path, prepared::Prepared};
use crate::{
    auth::identity::{Caller, Identity},
    gateway::{
        CallRequest,
        policy::Destination,
        request::{ProxyRequest, parse_path, wire},
    },
    model::{
        Arguments,
        error::{ErrorCode, ExplorerError},
        form,
        request::OperationRequest,
    },
    openapi::DocumentedOperation,
    providers::{Catalog, CatalogEntry, Policy, ProviderSettings, Rule},
};
use anyhow::{Context, Result};
use proptest::{collection::vec, prelude::*, sample::select, test_runner::TestCaseError};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::sync::Arc;

/// The base path of the server, which the policy does not judge.
const BASE_PATH: &str = "/base/v1";

/// Segments of path templates: literals that are alike, and parameters between literals.
const TEMPLATE_SEGMENTS: [&str; 16] = [
    "users",
    "Users",
    "me",
    "ME",
    "m%65",
    "a:b",
    "a b",
    "keys",
    "all.json",
    "me;x",
    "{id}",
    "{name}",
    "{id}.json",
    "v{id}",
    "{id}...{name}",
    "{path}",
];
/// Values of parameters, and parts of them.
const VALUE_PARTS: [&str; 26] = [
    "me", "ME", "mE", "users", "keys", "a:b", "a b", "all", ".json", "/", "//", "\\", ".", "..", "%2e", "%2F", "%252f",
    "%6d%65", ";", "x", "...", "?", "#", "\u{130}", "{id}", "\u{0}",
];
/// Parts of the path of a proxy request.
const PATH_PARTS: [&str; 28] = [
    "/", "/", "/", "//", "users", "me", "ME", "keys", "%6d%65", "%6D", "%4d%45", "%2f", "%2F", "%5c", "%2e%2e", "..",
    ".", "%252e", ";x", "%3Bx", "a:b", "a%3Ab", "a%20b", "all.json", "%00", "%c0%ae", "%", "v1",
];

/// A generated document with its rules.
#[derive(Clone, Debug)]
struct Setup {
    paths: Vec<String>,
    /// True if the parameter `path` of the path can contain slashes.
    allows_slashes: bool,
    allow: Vec<usize>,
    deny: Vec<usize>,
    allow_of_token: Vec<usize>,
}

/// The decision about a request: the path that is sent, or the reason for which it is refused.
type Decision = Result<String, ExplorerError>;

fn setup() -> impl Strategy<Value = Setup> {
    let path = vec(select(TEMPLATE_SEGMENTS.to_vec()), 1..4).prop_map(|segments| ["/", &segments.join("/")].concat());
    let indices = || vec(0..6_usize, 0..3);
    (vec(path, 1..6), any::<bool>(), indices(), indices(), indices()).prop_map(
        |(mut paths, allows_slashes, allow, deny, allow_of_token)| {
            paths.sort();
            paths.dedup();
            Setup { paths, allows_slashes, allow, deny, allow_of_token }
        },
    )
}

fn value_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(VALUE_PARTS.to_vec()).prop_map(str::to_owned),
        2 => vec(select(VALUE_PARTS.to_vec()), 1..5).prop_map(|parts| parts.concat()),
        1 => "\\PC{1,8}",
    ]
}

fn proxied_path() -> impl Strategy<Value = String> {
    vec(select(PATH_PARTS.to_vec()), 1..7).prop_map(|parts| ["/", &parts.concat()].concat())
}

impl Setup {
    fn load(&self) -> Result<(Catalog, Identity)> {
        let parameter = |name: &str| {
            let is_as_is = name == "path" && self.allows_slashes;
            json!({"name": name, "in": "path", "required": true, "schema": {}, "allowReserved": is_as_is})
        };
        let operations = self.paths.iter().enumerate().map(|(index, path)| {
            let names = ["id", "name", "path"].into_iter().filter(|name| path.contains(&format!("{{{name}}}")));
            let parameters: Vec<Value> = names.map(parameter).collect();
            (path.clone(), json!({"get": {"operationId": format!("op{index}"), "parameters": parameters}}))
        });
        let document = json!({
            "openapi": "3.2.0",
            "info": {"title": "Generated", "version": "1"},
            "servers": [{"url": format!("https://api.example{BASE_PATH}")}],
            "paths": Value::Object(operations.collect()),
        });
        let rules = |indices: &[usize]| -> Vec<Rule> {
            indices.iter().filter_map(|index| Rule::parse(&format!("op{index}")).ok()).collect()
        };
        let policy = Policy { allow: rules(&self.allow), deny: rules(&self.deny), ..Policy::default() };
        let settings = ProviderSettings { policy, ..ProviderSettings::new("p", document.to_string().into()) };
        let identity = Identity { allow_rules: rules(&self.allow_of_token), ..Identity::local() };
        Ok((Catalog::load(vec![settings])?, identity))
    }
}

/// Returns the decision of the pipeline about a request with the operator's credential, and checks that the path that is
/// sent is the one that was judged.
fn decide(
    entry: &CatalogEntry,
    identity: &Identity,
    documented: &DocumentedOperation,
    input: Input,
) -> Result<Decision> {
    let caller = Caller { identity: Some(Arc::new(identity.clone())), ..Caller::default() };
    let call = Call { caller: &caller, entry, documented, request_id: "", input };
    let prepared = match Prepared::new(&call, None) {
        Ok(prepared) => prepared,
        Err(error) => return Ok(Err(error)),
    };
    let judged = &prepared.parts.path;
    if let Err(error) = judge_path(prepared.context(true), judged) {
        return Ok(Err(error));
    }
    let environment = documented.environments.first().context("no environment")?;
    let destination = Destination { environment, credential_use: None };
    let judged = judged.as_str().to_owned();
    let request = match wire::build_request(entry, &documented.operation, &destination, prepared.parts) {
        Ok(request) => request,
        Err(error) => anyhow::bail!("{judged} was judged, but cannot be sent: {}", error.message),
    };
    let sent = http::Uri::try_from(request.url.as_str())?;
    anyhow::ensure!(sent.path() == [BASE_PATH, &judged].concat(), "{judged} was judged, {} is sent", sent.path());
    Ok(Ok(judged))
}

fn decide_arguments(
    entry: &CatalogEntry,
    identity: &Identity,
    documented: &DocumentedOperation,
    arguments: &Arguments,
) -> Result<Decision> {
    let request = CallRequest {
        provider: "p",
        operation: &documented.operation.name,
        environment: None,
        content_type: None,
        arguments,
        fingerprint: None,
        confirm: None,
        unlock: false,
        reveal: false,
    };
    decide(entry, identity, documented, Input::Arguments(request))
}

/// Returns the decision about a proxy request, and the name of the operation that it matches.
fn decide_proxied(entry: &CatalogEntry, identity: &Identity, path: &str) -> Result<(Decision, Option<String>)> {
    let path = match parse_path(path) {
        Ok(path) => path,
        Err(error) => return Ok((Err(error), None)),
    };
    let Some(summary) = entry.match_operation("GET", &path) else {
        return Ok((Err(ExplorerError::new(ErrorCode::NotFound, "not documented")), None));
    };
    let documented = entry.operation(&summary.name).context("no operation")?;
    let headers = HeaderMap::new();
    let request = ProxyRequest { provider: "p", method: "GET", path: &path, query: None, headers: &headers, body: b"" };
    Ok((decide(entry, identity, &documented, Input::Proxy(request))?, Some(summary.name.clone())))
}

/// Percent-encodes characters of a path that need no encoding, except slashes: those whose index is in `encoded`.
fn respell(path: &str, encoded: &[prop::sample::Index]) -> String {
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

fn cases() -> u32 {
    std::env::var("EXPLORER_PROPERTY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000)
}

#[expect(clippy::needless_pass_by_value, reason = "passed to `map_err`")]
fn fail(error: anyhow::Error) -> TestCaseError {
    TestCaseError::fail(format!("{error:#}"))
}

/// Returns a decision without the words of its error: the rule, or else the code.
fn outcome(decision: &Decision) -> Result<&str, (ErrorCode, bool)> {
    decision.as_deref().map_err(|error| (error.code, error.rule.is_some()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_policy_judged_is_what_is_sent_and_all_entry_points_decide_alike(
        setup in setup(),
        operation in any::<prop::sample::Index>(),
        values in vec(value_text(), 3),
        encoded in vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let (catalog, identity) = setup.load().map_err(fail)?;
        let Some(entry) = catalog.entry("p") else { return Err(TestCaseError::fail("no provider")) };
        let summary = &entry.document.operations[operation.index(entry.document.operations.len())];
        let Some(documented) = entry.operation(&summary.name) else { return Err(TestCaseError::fail("no operation")) };
        let named = ["id", "name", "path"].into_iter().zip(&values);
        let used = named.filter(|(name, _)| documented.operation.field(name).is_some());
        let arguments: Arguments = used.map(|(name, value)| (name.to_owned(), Value::from(value.as_str()))).collect();

        let tools = decide_arguments(entry, &identity, &documented, &arguments).map_err(fail)?;
        let page_arguments = form::read(&documented.operation, &form::write(&documented.operation, &arguments)).arguments;
        let page = decide_arguments(entry, &identity, &documented, &page_arguments).map_err(fail)?;
        prop_assert_eq!(outcome(&page), outcome(&tools), "page and /tools");

        // The snippet has the path that is sent.
        let target = OperationRequest::new(&documented.operation, &arguments).target;
        if let Ok(sent) = &tools {
            let printed = parse_path(&target).map_err(|error| TestCaseError::fail(error.message))?;
            prop_assert_eq!(printed.as_str(), sent);
        }
        // An SDK that sends the path of the snippet, in any spelling, gets the same decision.
        for spelling in [target.clone(), respell(&target, &encoded)] {
            let (proxied, matched) = decide_proxied(entry, &identity, &spelling).map_err(fail)?;
            match &tools {
                Ok(sent) => prop_assert_eq!(proxied.as_ref().ok(), Some(sent), "{} {:?}", spelling, proxied),
                Err(error) if error.code == ErrorCode::PolicyDenied && proxied.is_ok() => {
                    // The arguments lead to another operation, which is not the one that was named and denied.
                    let summary = matched.as_ref().filter(|name| **name != documented.operation.name);
                    let is_other = summary.is_some()
                        && parse_path(&spelling).is_ok_and(|path| {
                            wire::find_other_operations(entry, &documented.operation, &path).is_err()
                        });
                    prop_assert!(is_other, "{} was denied as {}", spelling, documented.operation.name);
                }
                Err(_) => {}
            }
        }
    }

    #[test]
    fn no_spelling_of_a_denied_path_is_sent(setup in setup(), path in proxied_path()) {
        let (catalog, identity) = setup.load().map_err(fail)?;
        let Some(entry) = catalog.entry("p") else { return Err(TestCaseError::fail("no provider")) };
        let (decision, _) = decide_proxied(entry, &identity, &path).map_err(fail)?;
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
                let Some(summary) = entry.document.operations.iter().find(|summary| summary.name == format!("op{index}"))
                else { continue };
                if !summary.path.contains(['{', ';']) {
                    prop_assert_ne!(lax(&sent), lax(&summary.path), "{} was sent", sent);
                }
            }
        }
    }
}
