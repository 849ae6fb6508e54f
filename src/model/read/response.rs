//! What comes back from a call.

use super::{Fields, list, narrow, texts};
use crate::model::{
    error::{Code, ExplorerError},
    problem::Problem,
    response::{Differences, Envelope, Masked, Meta, Reply, ReplyBody},
};
use serde_json::Value;

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            status: narrow(fields.whole("status")),
            headers: pairs(fields.take("headers")),
            body: fields.take("body").into(),
            size: narrow(fields.whole("size")),
            duration_ms: fields.milliseconds("duration_ms"),
            request_id: fields.text("request_id"),
            environment: fields.text("environment"),
            differences: differences(&mut fields),
            masked: masked(&mut fields),
            receipt: pairs(fields.take("receipt")),
        }
    }
}

fn pairs(value: Value) -> Vec<(String, String)> {
    let pair = |pair: Value| {
        let mut pair = texts(pair).into_iter();
        Some((pair.next()?, pair.next()?))
    };
    list::<Value>(value).into_iter().filter_map(pair).collect()
}

fn differences(fields: &mut Fields) -> Option<Differences> {
    let listed = Some(fields.take("differences")).filter(Value::is_array)?;
    Some(Differences { listed: list(listed), more: fields.count("moreDifferences").unwrap_or_default() })
}

fn masked(fields: &mut Fields) -> Option<Masked> {
    let count = fields.count("masked")?;
    Some(Masked { count, is_kept: fields.flag("isKept"), may_reveal: fields.flag("mayReveal") })
}

impl From<Value> for ReplyBody {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        match (fields.option("text"), fields.option("binary")) {
            (Some(text), _) => Self::Text(text),
            (_, Some(base64)) => Self::Binary(base64),
            _ => Self::Empty,
        }
    }
}

impl From<Value> for Envelope {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        let mut meta = Fields::from(fields.take("meta"));
        Self {
            error: fields.option("error"),
            data: fields.take("data"),
            meta: Meta {
                request_id: meta.text("requestId"),
                duration_ms: meta.milliseconds("durationMs"),
                status: narrow(meta.whole("status")),
                headers: Fields::from(meta.take("headers")).0,
                environment: meta.text("environment"),
                size: narrow(meta.whole("size")),
                encoding: meta.option("encoding"),
                differences: differences(&mut meta),
                masked: masked(&mut meta),
                receipt: None,
            },
        }
    }
}

/// As the browser reads it: what it shows are the words, and its code is for programs.
impl From<Value> for ExplorerError {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        let message = fields.text("error");
        Self { detail: fields.list("detail"), ..Self::new(Code::Internal, message) }
    }
}

impl From<Value> for Problem {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        let at = fields.option("field").unwrap_or_else(|| fields.text("at"));
        Self { at, message: fields.text("message") }
    }
}
