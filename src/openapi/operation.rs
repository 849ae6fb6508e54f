//! An operation and its documentation.

use super::{documentation_url, example, markdown, name, reference::Resolver, schema, text_of};
use crate::model::{
    operation::{Body, Method, Operation},
    schema::{Field, Place, Schema},
};
use serde_json::Value;

/// An operation with the texts that its page shows.
#[derive(Debug)]
pub struct Documentation {
    /// What can be called.
    pub operation: Operation,
    /// `operationId`, where there is one.
    pub id: Option<String>,
    /// `summary`, or the name.
    pub title: String,
    /// `description` as Markdown, for a page's head.
    pub summary: String,
    /// `description` as HTML.
    pub description: String,
    /// Its first tag.
    pub group: String,
    /// `externalDocs.url`, if it is a web address.
    pub documentation_url: Option<String>,
    /// What it can answer.
    pub replies: Vec<DocumentedReply>,
}

/// One of the replies that a document promises.
#[derive(Debug)]
pub struct DocumentedReply {
    /// `200`, `4XX` or `default`.
    pub status: String,
    /// `description` as HTML.
    pub description: String,
    /// An example of its JSON body: the document's own, or one made from its schema.
    pub example: Option<Value>,
}

pub(super) fn read(resolver: Resolver, path: &str, method: &str, item: &Value) -> Result<Documentation, String> {
    resolver.refill();
    let operation = &item[method];
    if !operation.is_object() {
        return Err("is not an object".into());
    }
    let id = operation["operationId"].as_str().map(str::to_owned);
    let name = id.as_deref().map_or_else(|| name::from_path(method, path), name::from_id);
    let mut fields = parameters(resolver, &item["parameters"], &operation["parameters"])?;
    let body = body(resolver, &operation["requestBody"], &mut fields)?;
    let title = operation["summary"].as_str().map_or_else(|| name.clone(), str::to_owned);
    Ok(Documentation {
        title,
        id,
        summary: text_of(&operation["description"]),
        description: markdown::to_html(&text_of(&operation["description"])),
        group: operation["tags"][0].as_str().unwrap_or("Other").to_owned(),
        documentation_url: documentation_url(operation),
        replies: replies(resolver, &operation["responses"]),
        operation: Operation {
            name,
            method: Method::from_name(&method.to_uppercase()).ok_or("has an unknown method")?,
            path: path.to_owned(),
            fields,
            body,
            node_method: operation["x-node-method"].as_str().filter(|method| is_dotted_name(method)).map(Into::into),
        },
    })
}

/// Parameters of the path, then of the operation, which replace those of the same name and place.
fn parameters(resolver: Resolver, of_path: &Value, of_operation: &Value) -> Result<Vec<Field>, String> {
    let mut fields: Vec<Field> = Vec::new();
    for parameter in [of_path, of_operation].into_iter().filter_map(Value::as_array).flatten() {
        let parameter = resolver.resolve(parameter)?;
        let place = match parameter["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") => Place::Header,
            Some("cookie") => Place::Cookie,
            other => return Err(format!("a parameter has the unknown place {other:?}")),
        };
        let field = Field {
            name: text_of(&parameter["name"]),
            place,
            required: place == Place::Path || parameter["required"] == true,
            schema: schema::read(resolver, &parameter["schema"]),
            description: markdown::to_html(&text_of(&parameter["description"])),
        };
        fields.retain(|known| (known.place, &known.name) != (field.place, &field.name));
        fields.push(field);
    }
    Ok(fields)
}

/// Puts the fields of a JSON body beside the parameters; a body that cannot be taken apart goes under `body` whole.
fn body(resolver: Resolver, body: &Value, fields: &mut Vec<Field>) -> Result<Body, String> {
    if body.is_null() {
        return Ok(Body::None);
    }
    let body = resolver.resolve(body)?;
    let required = body["required"] == true;
    let json = &body["content"]["application/json"]["schema"];
    let whole = resolver.resolve(json)?;
    let body_fields = schema::fields(resolver, &whole);
    let shares_a_name = body_fields.iter().any(|field| fields.iter().any(|known| known.name == field.name));
    if schema::kind(&whole) == Some("object") && !shares_a_name {
        fields.extend(body_fields);
    } else {
        fields.push(Field {
            name: "body".into(),
            place: Place::Body,
            required,
            schema: if json.is_null() { Schema::Any } else { schema::read(resolver, json) },
            description: markdown::to_html(&text_of(&body["description"])),
        });
    }
    Ok(if required { Body::Required } else { Body::Optional })
}

fn replies(resolver: Resolver, responses: &Value) -> Vec<DocumentedReply> {
    let responses = responses.as_object().into_iter().flatten();
    let replies = responses.filter_map(|(status, response)| {
        let response = resolver.resolve(response).ok()?;
        Some(DocumentedReply {
            status: status.clone(),
            description: markdown::to_html(&text_of(&response["description"])),
            example: example::of_media(resolver, &response["content"]["application/json"]),
        })
    });
    replies.collect()
}

/// `users.create`: it becomes code, so nothing else may come in.
fn is_dotted_name(method: &str) -> bool {
    method.split('.').all(|name| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}
