//! Conversions for responses and errors.

use super::{JsonFields, narrow_or_default, read_list, read_object, read_strings};
use crate::model::{
    error::{ErrorCode, ExplorerError},
    problem::Problem,
    response::{
        CallMetadata, Differences, GatewayResponse, IncompleteReason, MaskedSecrets, Preview, ResponseLink,
        StreamSummary,
    },
};
use serde_json::{Map, Value};

fn read_pairs(value: Value) -> Vec<(String, String)> {
    let pair = |pair: Value| {
        let mut pair = read_strings(pair).into_iter();
        Some((pair.next()?, pair.next()?))
    };
    read_list::<Value>(value).into_iter().filter_map(pair).collect()
}

fn take_differences(fields: &mut JsonFields) -> Option<Differences> {
    let problems = Some(fields.take("differences")).filter(Value::is_array)?;
    Some(Differences {
        problems: read_list(problems),
        omitted_count: fields.take_u32("moreDifferences").unwrap_or_default(),
    })
}

fn take_masked(fields: &mut JsonFields) -> Option<MaskedSecrets> {
    let count = fields.take_u32("masked")?;
    Some(MaskedSecrets { count, is_stored: fields.take_bool("isKept"), can_reveal: fields.take_bool("mayReveal") })
}

fn take_stream(fields: &mut JsonFields) -> Option<StreamSummary> {
    let item_count = fields.take_u32("items")?;
    let incomplete = fields.take_optional_string("incomplete").map(|reason| match reason.as_str() {
        "time_limit" => IncompleteReason::TimeLimit,
        "size_limit" => IncompleteReason::SizeLimit,
        "stopping" => IncompleteReason::Stopping,
        _ => IncompleteReason::Interrupted,
    });
    Some(StreamSummary { item_count, incomplete })
}

impl From<Value> for GatewayResponse {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        let mut meta = JsonFields::from(fields.take("meta"));
        Self {
            error: fields.take_optional_string("error"),
            data: fields.take("data"),
            meta: CallMetadata {
                request_id: meta.take_string("requestId"),
                duration_ms: meta.take_f64("durationMs"),
                status: narrow_or_default(meta.take_u64("status")),
                headers: JsonFields::from(meta.take("headers")).0,
                environment: meta.take_string("environment"),
                size: narrow_or_default(meta.take_u64("size")),
                encoding: meta.take_optional_string("encoding"),
                charset: meta.take_optional_string("charset"),
                file_name: meta.take_optional_string("fileName"),
                differences: take_differences(&mut meta),
                masked: take_masked(&mut meta),
                stream: take_stream(&mut meta),
                receipt: None,
                receipt_lines: read_pairs(meta.take("receiptLines")),
                next_page: read_object(meta.take("nextPage")).map(|arguments| arguments.0),
                links: meta.take_list("links"),
                retry_after: meta.take_u32("retryAfter"),
                previews: read_list(meta.take("previews")),
                file_url: meta.take_optional_string("fileUrl"),
                is_partial: meta.take_bool("isPartial"),
            },
        }
    }
}

/// Reads what the browser shows: the title and the path.
impl From<Value> for ResponseLink {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        Self {
            operation: String::new(),
            title: fields.take_string("title"),
            arguments: Map::new(),
            url: fields.take_string("url"),
        }
    }
}

impl From<Value> for Preview {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        Self { label: fields.take_string("label"), html: fields.take_string("html") }
    }
}

/// Reads the message and the details, which the browser shows. Of the codes, it uses only those of errors that it shows at
/// fields of the form.
impl From<Value> for ExplorerError {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        let message = fields.take_string("error");
        let code = match fields.take_string("code").as_str() {
            "invalid_arguments" => ErrorCode::InvalidArguments,
            "confirmation_required" => ErrorCode::ConfirmationRequired,
            _ => ErrorCode::Internal,
        };
        let retry_after = fields.take_u32("retryAfter");
        Self { detail: fields.take_list("detail"), retry_after, ..Self::new(code, message) }
    }
}

impl From<Value> for Problem {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        let at = fields.take_optional_string("field").unwrap_or_else(|| fields.take_string("at"));
        Self { location: at, message: fields.take_string("message") }
    }
}
