//! Calls with a faulty upstream that plays a script, and the expected outcomes.

use super::{Step, write_text};
use crate::support::{OPERATION_TOOL, TestApp, TestEnv, TestResponse};
use anyhow::{Result, ensure};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::{
    io::Write,
    time::{Duration, Instant},
};

/// Far more than the one-second timeout of a call, and short enough for a test.
pub(crate) const MAX_CALL_DURATION: Duration = Duration::from_secs(6);

/// Bytes that an upstream can send before it detects that nothing reads them: the buffers of two local sockets.
pub(crate) const MAX_BUFFERED_BYTES: u64 = 30_000_000;

/// Returns the arguments of a call that selects a script, whose name has letters, digits and hyphens.
pub(crate) fn arguments_for(script: &str) -> Value {
    json!({ "external_id": format!("fault-{script}") })
}

/// Starts the app with calls sent to this address and a timeout of one second.
pub(crate) async fn start_app(url: &str) -> Result<TestApp> {
    TestEnv::new()
        .with_operator_credential()
        .with_base_url(url)
        .set_var("EXPLORER_TIMEOUT", "1")
        .set_var("EXPLORER_REPLY_LIMIT_MB", "1")
        .start_app()
        .await
}

/// Makes a call for which the upstream plays a script. The call must end in time.
pub(crate) async fn call_with_script(app: &TestApp, script: &str) -> Result<TestResponse> {
    let start = Instant::now();
    let response = app.post_json(OPERATION_TOOL, &arguments_for(script)).send().await?;
    ensure!(start.elapsed() < MAX_CALL_DURATION, "{script} took {:?}", start.elapsed());
    Ok(response)
}

/// Asserts that a call failed with this status, code and message.
pub(crate) fn assert_call_failed(
    script: &str,
    response: &TestResponse,
    code: (u16, &str),
    expected_message: &str,
) -> Result<()> {
    let (status, name) = response.status_and_code()?;
    assert_eq!((status, name.as_str()), code, "{script}: {}", response.text());
    assert!(response.text().contains(expected_message), "{script}: {}", response.text());
    Ok(())
}

pub(crate) async fn assert_call_succeeds(app: &TestApp) -> Result<()> {
    let response = call_with_script(app, "content").await?;
    assert_eq!(response.json()?["data"], json!({"status_code": 200, "user_id": "u1"}));
    Ok(())
}

/// Returns a step that sends the status line and headers of a response without a body.
pub(crate) fn response_head(status: &str, headers: &[&str]) -> Step {
    write_text(&[&[["HTTP/1.1 ", status].concat().as_str()][..], headers, &["", ""]].concat().join("\r\n"))
}

/// Returns the steps of a response with a body that is compressed, or claims to be.
pub(crate) fn encoded_response(encoding_header: &str, body: Vec<u8>) -> Vec<Step> {
    vec![response_head("200 OK", &[encoding_header, &format!("content-length: {}", body.len())]), Step::Write(body)]
}

pub(crate) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// Returns the status, data and encoding in a call's envelope.
pub(crate) fn status_data_encoding(envelope: &Value) -> (u64, Value, Value) {
    (
        envelope["meta"]["status"].as_u64().unwrap_or_default(),
        envelope["data"].clone(),
        envelope["meta"]["encoding"].clone(),
    )
}
