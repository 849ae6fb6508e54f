//! Follows the documented links of a response: finds the operations that they lead to, and the arguments that the response
//! has for them.

use super::{
    form_link::link_with_arguments,
    runtime_expression::{CompletedCall, MAX_ARGUMENTS_BYTES, MAX_BODY_BYTES, convert, find_parameter},
};
use crate::{
    model::{Arguments, operation::Operation, response::ResponseLink, schema::FieldLocation},
    openapi::LinkValues,
    providers::CatalogEntry,
};
use serde_json::Value;

/// Returns the operations that the links of a call's response lead to, if the response has arguments for them.
pub(super) fn follow_links(entry: &CatalogEntry, call: CompletedCall) -> Vec<ResponseLink> {
    let links = entry.document.link_values(&call.operation.name, call.response.status);
    let is_read = !links.is_empty() && call.response.size <= MAX_BODY_BYTES;
    let body = is_read.then(|| call.response.parse_json_body()).flatten();
    let call = CompletedCall { body: body.as_ref(), ..call };
    let followed = links.into_iter().filter_map(|link| {
        let target = entry.document.operation(&link.operation)?;
        let arguments = link_arguments(call, &link, &target.operation)?;
        let url = format!("/{}/{}", entry.provider.id, link_with_arguments(&target.operation, &arguments));
        Some(ResponseLink { operation: link.operation, title: target.title.clone(), arguments, url })
    });
    followed.collect()
}

/// Returns the arguments that a link has for its operation, `target`. What has no value in this response is left out, as
/// are parameters and fields that the operation does not have. Returns `None` if no value is left, or if they are too
/// large.
fn link_arguments(call: CompletedCall, link: &LinkValues, target: &Operation) -> Option<Arguments> {
    let parameters = link.parameters.iter().filter_map(|(name, value)| {
        let field = find_parameter(target, name)?;
        Some((field.name.clone(), convert(target, field, &call.evaluate(value)?)?))
    });
    let mut arguments: Arguments = parameters.collect();
    if let Some(body) = link.body.as_ref().and_then(|body| call.evaluate(body)) {
        add_body(&mut arguments, target, body);
    }
    let is_small = Value::Object(arguments.clone()).to_string().len() <= MAX_ARGUMENTS_BYTES;
    (!arguments.is_empty() && is_small).then_some(arguments)
}

/// Adds the body as the argument of the whole body, or its fields as arguments of their own.
fn add_body(arguments: &mut Arguments, target: &Operation, body: Value) {
    if let Some(field) = target.fields.iter().find(|field| field.location == FieldLocation::Body) {
        arguments.insert(field.name.clone(), body);
        return;
    }
    let Value::Object(values) = body else { return };
    for field in target.fields.iter().filter(|field| field.location == FieldLocation::BodyField) {
        let converted = values.get(field.sent_name()).and_then(|value| convert(target, field, value));
        arguments.extend(converted.map(|value| (field.name.clone(), value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::response::{CallResponse, ResponseBody},
        openapi::{Document, parse_document},
    };
    use anyhow::{Context, Result};
    use serde_json::json;

    const DOCUMENT: &str = r##"
openapi: 3.1.0
info: { title: Links, version: "1" }
servers: [ { url: "https://a.example" } ]
paths:
  /streams/{kind}:
    post:
      operationId: subscribe
      parameters:
        - { name: kind, in: path, required: true, schema: { type: string } }
        - { name: X-Tenant, in: header, schema: { type: string } }
      requestBody: { content: { application/json: { schema: { type: object, properties: { label: { type: string } } } } } }
      responses:
        2XX:
          description: Made
          links:
            byId: { operationId: getStream, parameters: { id: "$response.body#/id", query.page: 1, lost: 1 } }
            byPlace: { operationRef: "#/paths/~1streams~1{id}~1notes/post", parameters: { path.id: "$response.header.X-Id" }, requestBody: { note: "{$request.path.kind}: {$response.body#/count}", count: "$response.body#/id" } }
            whole: { operationId: replace, requestBody: [ "$statusCode", "$method", "$request.header.x-tenant", "$request.body#/label", "$url" ] }
            nothing: { operationId: getStream, parameters: { id: "$response.body#/lost" } }
            outside: { operationRef: "https://b.example/openapi.json#/paths/~1a/get" }
        default: { description: Not made, links: { again: { operationId: subscribe, parameters: { kind: "US$" } } } }
  /streams/{id}:
    get:
      operationId: getStream
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: page, in: query, schema: { type: integer } }
      responses: {}
    put:
      operationId: replace
      parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
      requestBody: { content: { application/json: { schema: { type: array, items: {} } } } }
      responses: {}
  /streams/{id}/notes:
    post:
      operationId: addNote
      parameters: [ { name: id, in: path, required: true, schema: { type: integer } } ]
      requestBody: { content: { application/json: { schema: { type: object, properties: { note: { type: string }, count: { type: string } } } } } }
      responses: {}
"##;

    fn followed(document: &Document, status: u16) -> Result<Vec<(String, String, Value)>> {
        let source = document.operation("subscribe").context("no operation")?;
        let body = json!({"id": 7, "count": 2, "lost": null});
        let response = CallResponse {
            status,
            headers: vec![("x-id".into(), "12".into())],
            body: ResponseBody::Text(body.to_string()),
            ..CallResponse::default()
        };
        let arguments = json!({"kind": "a/b", "X-Tenant": "acme", "label": "L"});
        let call = CompletedCall {
            operation: &source.operation,
            arguments: arguments.as_object().context("no object")?,
            request_url: "https://a.example/streams/a%2Fb",
            response: &response,
            body: Some(&body),
        };
        let links = document.link_values("subscribe", status);
        let followed = links.into_iter().filter_map(|link| {
            let target = document.operation(&link.operation)?;
            let arguments = link_arguments(call, &link, &target.operation)?;
            Some((link.name, link.operation, Value::Object(arguments)))
        });
        Ok(followed.collect())
    }

    #[test]
    fn a_link_has_constants_and_values_of_the_call_and_its_response_as_arguments() -> Result<()> {
        let document = parse_document(DOCUMENT)?;
        let whole = json!([201, "POST", "acme", "L", "https://a.example/streams/a%2Fb"]);
        let expected = [
            ("byId", "getStream", json!({"id": "7", "page": 1})),
            ("byPlace", "addNote", json!({"id": 12, "note": "a/b: 2", "count": "7"})),
            ("whole", "replace", json!({ "body": whole })),
        ];
        let expected = expected.map(|(name, operation, arguments)| (name.to_owned(), operation.to_owned(), arguments));
        assert_eq!(followed(&document, 201)?, expected);
        let again = ("again".to_owned(), "subscribe".to_owned(), json!({"kind": "US$"}));
        assert_eq!(followed(&document, 400)?, [again]);
        Ok(())
    }

    #[test]
    fn arguments_that_are_too_large_for_an_address_are_left_out() -> Result<()> {
        let document = parse_document(&DOCUMENT.replace("kind: \"US$\"", &format!("kind: {}", "a".repeat(5_000))))?;
        assert_eq!(followed(&document, 400)?, []);
        Ok(())
    }
}
