//! The JSON of the gateway's responses.

use super::CallOutcome;
use crate::{
    model::{
        error_body::ErrorBody,
        response::{CallMetadata, CallResponse, GatewayResponse, ResponseBody},
    },
    text,
};
use serde_json::{Map, Value};

impl CallOutcome {
    /// Returns the response for programs: a JSON body as JSON, and the receipt as JSON.
    pub fn into_tool_response(self) -> GatewayResponse {
        let json = self.response.parse_json_body();
        let mut response = build_response(self.response, json.as_ref());
        if let Some(json) = json {
            (response.data, response.meta.encoding) = (json, None);
        }
        response.meta.receipt = self.receipt.and_then(|receipt| serde_json::to_value(receipt).ok());
        response
    }

    /// Returns the response for the pages of this server: the body as received, and the receipt as lines.
    pub fn into_page_response(mut self) -> GatewayResponse {
        let receipt_lines = std::mem::take(&mut self.response.receipt);
        let (previews, file_url) = (std::mem::take(&mut self.response.previews), self.response.file_url.take());
        let is_partial = self.response.is_partial;
        // The text of the body is returned, so only the message of an error needs its JSON.
        let json = is_error(&self.response).then(|| self.response.parse_json_body()).flatten();
        let mut response = build_response(self.response, json.as_ref());
        response.meta = CallMetadata { receipt_lines, previews, file_url, is_partial, ..response.meta };
        response
    }
}

/// Returns true if the provider's response is an error, or a redirect, which is not followed.
fn is_error(response: &CallResponse) -> bool {
    response.status >= 300
}

/// Adds a header to those of a response. Values of a repeated header are joined by a comma.
pub(crate) fn add_header(headers: &mut Map<String, Value>, name: String, value: String) {
    match headers.get_mut(&name) {
        Some(Value::String(existing)) => *existing = format!("{existing}, {value}"),
        _ => drop(headers.insert(name, Value::String(value))),
    }
}

/// Builds a response without a receipt. Its `data` is the text of the body.
fn build_response(response: CallResponse, json: Option<&Value>) -> GatewayResponse {
    let error = is_error(&response).then(|| {
        let error_message = json.and_then(|body| ErrorBody(body).message());
        error_message.map_or_else(|| text!("call-provider-status", status = response.status), str::to_owned)
    });
    let (data, encoding) = match response.body {
        ResponseBody::Empty => (Value::Null, None),
        ResponseBody::Text(text) => (Value::String(text), Some("text".to_owned())),
        ResponseBody::Binary(base64) => (Value::String(base64), Some("base64".to_owned())),
    };
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in response.headers {
        add_header(&mut headers, name, value);
    }
    let meta = CallMetadata {
        request_id: response.request_id,
        duration_ms: response.duration_ms,
        status: response.status,
        headers,
        environment: response.environment,
        size: response.size,
        encoding,
        charset: response.charset,
        file_name: response.file_name,
        differences: response.differences,
        masked: response.masked,
        stream: response.stream,
        receipt: None,
        receipt_lines: Vec::new(),
        next_page: response.next_page,
        links: response.links,
        retry_after: response.retry_after,
        previews: Vec::new(),
        file_url: None,
        is_partial: false,
    };
    GatewayResponse { error, data, meta }
}
