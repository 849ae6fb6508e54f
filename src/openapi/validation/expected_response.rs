//! What a document promises about a reply, and how a reply keeps it.

use super::{Difference, Part, Validator, locate};
use crate::openapi::{Document, reference::Resolver, schema::Direction};
use serde_json::{Map, Value};
use std::sync::Arc;

/// What a document says about the reply with a status.
#[derive(Clone, Debug)]
pub enum Promise {
    /// It names other statuses, not this one.
    NoSuchStatus(u16),
    /// It has no body.
    NoBody,
    /// Its body is JSON of this schema.
    Json(Arc<Validator>),
    /// Nothing that a reply could be compared with.
    Nothing,
}

impl Promise {
    /// Whether a field of this name is a secret: in the schema, it has the format `password`.
    pub fn is_secret(&self, name: &str) -> bool {
        matches!(self, Self::Json(validator) if validator.secrets.contains(name))
    }

    /// In what a body differs from what was promised; nothing where the two cannot be compared.
    pub fn compare(&self, body: &[u8]) -> Option<Vec<Difference>> {
        let whole = |message: &str| Some(vec![Difference::of_all(message)]);
        match self {
            Self::NoSuchStatus(status) => whole(&format!("The document names no reply with the status {status}.")),
            Self::NoBody if body.is_empty() => Some(Vec::new()),
            Self::NoBody | Self::Nothing => None,
            Self::Json(_) if body.is_empty() => whole("The document promises JSON, but the body is empty."),
            Self::Json(validator) => match serde_json::from_slice(body) {
                Ok(value) => validator.differences(&value),
                Err(_) => whole("The document promises JSON, but the body is none."),
            },
        }
    }
}

impl Document {
    /// What the document promises about an operation's reply with this status and media type.
    pub fn promise(&self, operation: &str, status: u16, content_type: &str) -> Promise {
        self.find_promise(operation, status, content_type).unwrap_or(Promise::Nothing)
    }

    fn find_promise(&self, operation: &str, status: u16, content_type: &str) -> Option<Promise> {
        let resolver = Resolver(&self.root);
        let index = *self.by_name.get(operation)?;
        let responses = locate(resolver, &self.listings[index])?.get("responses")?.as_object()?;
        if !responses.keys().any(|name| !name.starts_with("x-")) {
            return None;
        }
        let Some((name, response)) = of_status(responses, status) else { return Some(Promise::NoSuchStatus(status)) };
        let response = resolver.resolve(response).ok()?;
        let Some(content) = response.get("content").and_then(Value::as_object).filter(|content| !content.is_empty())
        else {
            return Some(Promise::NoBody);
        };
        let (media, schema) = json(content, content_type)?;
        let part = Part::Reply(name.clone(), media.clone());
        let validator = self
            .validators
            .get_with((index, part), || Validator::new(resolver, schema, Direction::Reply).map(Arc::new));
        validator.map(Promise::Json)
    }
}

/// The reply of a status, else of its range, else the default.
fn of_status(responses: &Map<String, Value>, status: u16) -> Option<(&String, &Value)> {
    let exact = status.to_string();
    let is_range = |name: &str| name.len() == 3 && name[..1] == exact[..1] && name[1..].eq_ignore_ascii_case("xx");
    let find = |is_wanted: &dyn Fn(&str) -> bool| responses.iter().find(|(name, _)| is_wanted(name));
    find(&|name| name == exact).or_else(|| find(&|name| is_range(name))).or_else(|| find(&|name| name == "default"))
}

/// The media type of JSON and its schema, unless what came is another one of those that are promised.
fn json<'a>(content: &'a Map<String, Value>, content_type: &str) -> Option<(&'a String, &'a Value)> {
    let essence = |media: &str| media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let came = essence(content_type);
    let is_json = |media: &str| media.contains("json") || media == "*/*" || media == "application/*";
    let same = content.iter().find(|(media, _)| essence(media) == came);
    let (media, described) = match same {
        Some(same) if !is_json(&essence(same.0)) => return None,
        Some(same) => same,
        None => {
            let wild = |media: &str| media.contains('*') && !is_json(&came);
            content.iter().find(|(media, _)| is_json(&essence(media)) && !wild(&essence(media)))?
        }
    };
    Some((media, described.get("schema")?))
}
