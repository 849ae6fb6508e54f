//! The environment `example`: answers from the operation's own documented reply, without any network.

use crate::{
    model::{
        form::pretty,
        provider::EXAMPLE,
        response::{Reply, ReplyBody},
    },
    openapi::Document,
};

/// The first documented success, made up.
pub(crate) fn reply(document: &Document, operation: &str, request_id: &str) -> Reply {
    let (status, example) = document.first_success(operation).unwrap_or_default();
    let body = example.as_ref().map(pretty);
    Reply {
        status: status.parse().unwrap_or(200),
        headers: body.iter().map(|_| ("content-type".into(), "application/json".into())).collect(),
        size: body.as_ref().map_or(0, String::len) as u64,
        body: body.map_or(ReplyBody::Empty, ReplyBody::Text),
        duration_ms: 0.0,
        request_id: request_id.to_owned(),
        environment: EXAMPLE.to_owned(),
        differences: None,
        masked: None,
        receipt: Vec::new(),
    }
}
