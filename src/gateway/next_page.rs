//! Finds the next page of a list: the arguments that a call of the same operation needs for it. Nothing in a response
//! chooses where a call goes: of a URL, only the values of documented parameters are used.

use super::{
    receipt::HIDDEN_BASE_URL,
    request::{ProxyRequest, proxied::arguments_of_url},
    runtime_expression::{CompletedCall, MAX_ARGUMENTS_BYTES, MAX_BODY_BYTES, convert, find_parameter},
};
use crate::{
    model::{
        Arguments,
        operation::Operation,
        response::{CallResponse, ResponseBody},
    },
    openapi::DocumentedOperation,
    providers::{CanonicalPath, CatalogEntry},
};
use reqwest::header::HeaderMap;
use serde_json::Value;
use url::Url;

/// Objects of a body that describe the page.
const PAGE_OBJECTS: [&str; 13] = [
    "meta",
    "metadata",
    "pagination",
    "paging",
    "page",
    "page_info",
    "pageInfo",
    "response_metadata",
    "results_metadata",
    "cursors",
    "links",
    "_links",
    "next",
];
/// Fields of a body with the URL of the next page.
const URL_FIELDS: [&str; 8] =
    ["@odata.nextLink", "odata.nextLink", "@nextLink", "nextLink", "next", "next_url", "nextUrl", "next_page"];
/// Fields of a body with a position, and the arguments that accept it. Case, `_`, `-` and brackets are ignored.
const POSITION_FIELDS: [(&str, &[&str]); 8] = [
    ("nextcursor", &["cursor", "nextcursor", "pagecursor", "startcursor", "after", "pageafter", "startingafter"]),
    ("nextpagetoken", &["pagetoken", "nextpagetoken"]),
    ("nexttoken", &["nexttoken", "paginationtoken", "token"]),
    ("continuationtoken", &["continuationtoken", "continuation"]),
    ("endcursor", &["after", "cursor"]),
    ("nextoffset", &["offset"]),
    ("nextpage", &["page", "pagenumber"]),
    ("after", &["after"]),
];
/// Fields of a body that say that there are more items, fields with the items, and arguments that accept the last ID.
const MORE_FIELDS: [&str; 2] = ["has_more", "hasMore"];
const LIST_FIELDS: [&str; 3] = ["data", "items", "results"];
const LAST_ID_ARGUMENTS: [&str; 3] = ["startingafter", "afterid", "after"];

/// A response, and the call that it belongs to.
pub(crate) struct Page<'a> {
    pub(crate) entry: &'a CatalogEntry,
    pub(crate) documented: &'a DocumentedOperation,
    pub(crate) arguments: &'a Arguments,
    pub(crate) response: &'a CallResponse,
    /// The URL of the request, without secrets.
    pub(crate) request_url: &'a str,
}

/// Returns the arguments of the next page that differ from those of the call; `None` if the response names none. A
/// documented link precedes the header Link (RFC 8288), which precedes fields of the body.
pub(crate) fn find_next_page(page: &Page) -> Option<Arguments> {
    let response = page.response;
    if !(200..300).contains(&response.status) {
        return None;
    }
    let links = || page.entry.document.links_to_itself(&page.operation().name, response.status);
    let links = page.documented.has_links.then(links).unwrap_or_default();
    let is_searched = response.size <= MAX_BODY_BYTES && (!links.is_empty() || names_page(response));
    let body = is_searched.then(|| response.parse_json_body()).flatten();
    let objects: Vec<(&str, &Value)> = body.iter().flat_map(page_objects).collect();
    let next = page
        .read_links(&links, body.as_ref())
        .or_else(|| link_targets(response).find_map(|url| page.read_url(url)))
        .or_else(|| body_urls(&objects).find_map(|url| page.read_url(url)))
        .or_else(|| page.read_position(&objects))
        .or_else(|| page.read_last_id(body.as_ref()?))?;
    let size = Value::Object(next.clone()).to_string().len();
    (size <= MAX_ARGUMENTS_BYTES).then_some(next)
}

/// Returns true if a body contains a part of a name that leads to the next page. Most bodies contain none and are not
/// parsed.
fn names_page(response: &CallResponse) -> bool {
    let ResponseBody::Text(text) = &response.body else { return false };
    ["next", "more", "More", "after", "ontinuation", "ursor"].iter().any(|part| text.contains(part))
}

/// Returns the body and the objects in it that describe the page, by name.
fn page_objects(body: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let named = |object| {
        let fields = PAGE_OBJECTS.iter().filter_map(move |name| Some((*name, Value::get(object, *name)?)));
        fields.filter(|(_, value)| value.is_object())
    };
    let first: Vec<_> = named(body).collect();
    let second: Vec<_> = first.iter().flat_map(|(_, object)| named(object)).collect();
    [("", body)].into_iter().chain(first).chain(second)
}

/// Returns the URLs of the next page in a body.
fn body_urls<'a>(objects: &[(&str, &'a Value)]) -> impl Iterator<Item = &'a str> {
    objects
        .iter()
        .flat_map(|(name, object)| {
            let in_link = if *name == "next" { ["href", "url"].as_slice() } else { &[] };
            URL_FIELDS.iter().chain(in_link).filter_map(|name| object.get(*name)?.as_str())
        })
        .filter(|url| is_reference(url))
}

/// Returns the targets of the links with the relation `next` (RFC 8288, §3).
fn link_targets(response: &CallResponse) -> impl Iterator<Item = &str> {
    let values = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("link"));
    values.flat_map(|(_, value)| value.split('<').skip(1)).filter_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let relation = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("rel").then(|| value.trim().trim_end_matches(',').trim_matches('"'))
        })?;
        relation.split_whitespace().any(|name| name.eq_ignore_ascii_case("next")).then_some(target)
    })
}

/// Returns true for a URL or a reference to one, and not for a cursor.
fn is_reference(text: &str) -> bool {
    text.starts_with(['/', '?']) || text.starts_with("https://") || text.starts_with("http://")
}

/// Returns a name without case and separators.
pub(crate) fn plain_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

impl Page<'_> {
    fn operation(&self) -> &Operation {
        &self.documented.operation
    }

    /// Reads the arguments of a URL that leads to this operation on the same server.
    fn read_url(&self, reference: &str) -> Option<Arguments> {
        let operation = self.operation();
        let base_url = self.entry.settings.base_url.as_ref();
        let request_url = match self.request_url.strip_prefix(HIDDEN_BASE_URL) {
            Some(relative) => [base_url?.as_str().trim_end_matches('/'), relative].concat(),
            None => self.request_url.to_owned(),
        };
        let request_url = Url::parse(&request_url).ok()?;
        let url = request_url.join(reference).ok()?;
        let documented =
            self.documented.environments.iter().find(|environment| environment.name == self.response.environment);
        let servers = documented.and_then(|environment| Url::parse(&environment.url).ok());
        let mut servers = base_url.cloned().into_iter().chain(servers);
        let path = servers.find_map(|server| {
            let path = url.path().strip_prefix(server.path().trim_end_matches('/'))?;
            (server.origin() == url.origin()).then(|| CanonicalPath::parse(path).ok()).flatten()
        })?;
        let matched = self.entry.match_operation(operation.method.as_str(), &path)?;
        if matched.name != operation.name || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let request = ProxyRequest {
            provider: &self.entry.provider.id,
            method: operation.method.as_str(),
            path: &path,
            query: url.query(),
            headers: &HeaderMap::new(),
            body: &[],
        };
        self.changed(arguments_of_url(self.entry, operation, request).ok()?)
    }

    /// Returns the arguments that differ from those of the call, if there are any.
    fn changed(&self, mut arguments: Arguments) -> Option<Arguments> {
        arguments.retain(|name, value| self.arguments.get(name) != Some(value));
        (!arguments.is_empty()).then_some(arguments)
    }

    /// Reads the links of the document from this response to the same operation.
    fn read_links(&self, links: &[Arguments], body: Option<&Value>) -> Option<Arguments> {
        let operation = self.operation();
        let call = CompletedCall {
            operation,
            arguments: self.arguments,
            request_url: self.request_url,
            response: self.response,
            body,
        };
        links.iter().find_map(|parameters| {
            let argument = |(name, value): (&String, &Value)| {
                let field = find_parameter(operation, name)?;
                Some((field.name.clone(), convert(operation, field, &call.evaluate(value)?)?))
            };
            self.changed(parameters.iter().map(argument).collect::<Option<Arguments>>()?)
        })
    }

    /// Reads a position, such as a cursor or the number of a page.
    fn read_position(&self, objects: &[(&str, &Value)]) -> Option<Arguments> {
        let is_last = |(_, object): &(&str, &Value)| {
            MORE_FIELDS.iter().any(|name| object.get(*name) == Some(&Value::Bool(false)))
        };
        if objects.iter().any(is_last) {
            return None;
        }
        let mut fields = objects.iter().filter_map(|(_, object)| object.as_object()).flatten();
        fields.find_map(|(name, value)| {
            let name = plain_name(name);
            let (_, accepting) = POSITION_FIELDS.iter().find(|(position, _)| *position == name)?;
            self.argument_for(accepting, value)
        })
    }

    /// Reads the ID of the last item, if the response says that more items follow.
    fn read_last_id(&self, body: &Value) -> Option<Arguments> {
        MORE_FIELDS.iter().find(|name| body.get(**name) == Some(&Value::Bool(true)))?;
        let items = LIST_FIELDS.iter().find_map(|name| body.get(*name)?.as_array())?;
        self.argument_for(&LAST_ID_ARGUMENTS, items.last()?.get("id")?)
    }

    /// Returns the first of the arguments that the operation documents, with a value.
    fn argument_for(&self, names: &[&str], value: &Value) -> Option<Arguments> {
        let is_position = match value {
            Value::String(text) => !text.is_empty() && !is_reference(text),
            other => other.is_number(),
        };
        let fields = &self.operation().fields;
        let by_name = |name: &&str| fields.iter().find(|field| plain_name(field.sent_name()) == **name);
        let field = names.iter().find_map(by_name).filter(|_| is_position)?;
        self.changed(Arguments::from_iter([(field.name.clone(), convert(self.operation(), field, value)?)]))
    }
}
