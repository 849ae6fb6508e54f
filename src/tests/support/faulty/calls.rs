//! Calls for which the provider plays a script, and how they must end.

use super::{Step, say};
use crate::support::{Answer, Setup, TOOL, TestApp};
use anyhow::{Result, ensure};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::{
    io::Write,
    time::{Duration, Instant},
};

/// Far more than the second that a call may take here, and far less than for ever.
pub(crate) const BOUND: Duration = Duration::from_secs(6);

/// What a provider can send before it is noticed that nobody takes it: the buffers of two sockets on this machine.
pub(crate) const BUFFERS: u64 = 30_000_000;

/// A call's arguments that ask for a script. Its name has letters, digits and hyphens.
pub(crate) fn asking_for(script: &str) -> Value {
    json!({ "external_id": format!("fault-{script}") })
}

/// A server whose calls go to this address, and may take a second.
pub(crate) async fn app(url: &str) -> Result<TestApp> {
    Setup::new().operator().upstream(url).set("EXPLORER_TIMEOUT", "1").set("EXPLORER_REPLY_LIMIT_MB", "1").start().await
}

/// Makes a call for which the provider plays a script; it must end in time.
pub(crate) async fn call(app: &TestApp, script: &str) -> Result<Answer> {
    let start = Instant::now();
    let answer = app.post_json(TOOL, &asking_for(script)).send().await?;
    ensure!(start.elapsed() < BOUND, "{script} took {:?}", start.elapsed());
    Ok(answer)
}

/// It failed in a way that says what happened.
pub(crate) fn assert_failed(script: &str, answer: &Answer, code: (u16, &str), said: &str) -> Result<()> {
    let (status, name) = answer.failure()?;
    assert_eq!((status, name.as_str()), code, "{script}: {}", answer.text());
    assert!(answer.text().contains(said), "{script}: {}", answer.text());
    Ok(())
}

pub(crate) async fn assert_works(app: &TestApp) -> Result<()> {
    let answer = call(app, "content").await?;
    assert_eq!(answer.json()?["data"], json!({"status_code": 200, "user_id": "u1"}));
    Ok(())
}

/// A reply with a status and headers, and nothing more.
pub(crate) fn head(status: &str, headers: &[&str]) -> Step {
    say(&[&[["HTTP/1.1 ", status].concat().as_str()][..], headers, &["", ""]].concat().join("\r\n"))
}

/// A reply with a body that is compressed in some way, or claims to be.
pub(crate) fn encoded(encoding: &str, body: Vec<u8>) -> Vec<Step> {
    vec![head("200 OK", &[encoding, &format!("content-length: {}", body.len())]), Step::Say(body)]
}

pub(crate) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// What a call's answer shows of the reply: its status, data and encoding.
pub(crate) fn shown(answer: &Value) -> (u64, Value, Value) {
    (answer["meta"]["status"].as_u64().unwrap_or_default(), answer["data"].clone(), answer["meta"]["encoding"].clone())
}
