//! Generates proxy requests that programs could read differently.

use super::generator::FOREIGN_ID;
use proptest::{collection::vec, prelude::*, sample::select};

/// Parts of the path of a proxy request.
const PATH_PARTS: [&str; 28] = [
    "/", "/", "/", "//", "users", "me", "ME", "keys", "%6d%65", "%6D", "%4d%45", "%2f", "%2F", "%5c", "%2e%2e", "..",
    ".", "%252e", ";x", "%3Bx", "a:b", "a%3Ab", "a%20b", "all.json", "%00", "%c0%ae", "%", "v1",
];
/// Parts of a query or a form.
const PAIR_PARTS: [&str; 25] = [
    "{\"size\":1}",
    "q",
    "n",
    "tags",
    "filter",
    "json",
    "title",
    "size",
    "list",
    "nested",
    "admin",
    "%71",
    "[]",
    "[a]",
    "%5B0%5D",
    "=",
    "=",
    "&",
    "&",
    ";",
    "1",
    "a,b",
    "+",
    "%ff",
    FOREIGN_ID,
];
/// Parts of a JSON text.
const JSON_PARTS: [&str; 16] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"title\":",
    "\"t\\u0069tle\":",
    "\"size\":",
    "\"nested\":{",
    "1",
    "1.0",
    "null",
    "\"a\"",
    " ",
    "\"thing-live-00000000-0000-4000-8000-000000000000\"",
];
/// Parts of a multipart body with the boundary `sep`.
const MULTIPART_PARTS: [&str; 16] = [
    "--sep\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n",
    "--sep\r\nContent-Disposition: form-data; name=\"list\"\r\n\r\n",
    "--sep\r\ncontent-disposition: form-data; name=file; filename=\"a\\\"\"; filename*=utf-8''%C3%A9\r\n\r\n",
    "--sep\r\nContent-Disposition: form-data; name=\"nested\"\r\nContent-Type: application/json\r\n\r\n",
    "--sep\r\nContent-Disposition: form-data; name=\"size\"; name=\"title\"\r\n\r\n",
    "--sep\nContent-Disposition: form-data; name=\"title\"\n\n",
    "--sep--\r\n",
    "--sep--",
    "--sep",
    "--sepX",
    "\r\n",
    "\r\n",
    "1",
    "{\"note\": \"a\"}",
    "{\"note\": \"thing-live-00000000-0000-4000-8000-000000000000\"}",
    FOREIGN_ID,
];

/// Parts of an XML text.
const XML_PARTS: [&str; 14] = [
    "<thing>",
    "</thing>",
    "<size>",
    "</size>",
    "<thing title='",
    "'/>",
    "<![CDATA[",
    "]]>",
    "<!-- ",
    " -->",
    "<!DOCTYPE thing [<!ENTITY e 'thing-live-00000000-0000-4000-8000-000000000000'>]>",
    "&e;",
    "1",
    FOREIGN_ID,
];

pub(super) fn proxied_path() -> impl Strategy<Value = String> {
    vec(select(PATH_PARTS.to_vec()), 1..7).prop_map(|parts| ["/", &parts.concat()].concat())
}

/// Generates a query, and a body with its media type.
pub(super) fn proxied_content() -> impl Strategy<Value = (String, &'static str, String)> {
    let texts = |parts: &[&'static str]| vec(select(parts.to_vec()), 0..10).prop_map(|parts| parts.concat());
    let body = prop_oneof![
        texts(&JSON_PARTS).prop_map(|body| ("application/json", format!("{{\"title\":{body}"))),
        texts(&JSON_PARTS).prop_map(|body| ("application/json", body)),
        texts(&PAIR_PARTS).prop_map(|body| ("application/x-www-form-urlencoded", body)),
        texts(&MULTIPART_PARTS).prop_map(|body| ("multipart/form-data; boundary=sep", body)),
        texts(&PAIR_PARTS).prop_map(|body| ("text/plain", body)),
        texts(&XML_PARTS).prop_map(|body| ("application/xml", format!("<thing>{body}</thing>"))),
        texts(&XML_PARTS).prop_map(|body| ("application/xml", body)),
    ];
    (texts(&PAIR_PARTS), body).prop_map(|(query, (content_type, body))| (query, content_type, body))
}
