//! Searches all output of the app, its log included, for a secret.

use super::basic_authorization;
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::{
    io::{self, Write},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// The project that the secrets belong to.
pub(crate) const CANARY_PROJECT: &str = "project-test-canary";

/// The unreserved characters (RFC 3986, §2.3).
pub(crate) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Returns a secret that each encoding changes differently.
pub(crate) fn canary_secret(name: &str) -> String {
    format!("canary-{name}-_+/=\"\\&<>'%#-end")
}

/// Returns every form in which a secret is searched for, with its name.
pub(crate) fn encoded_forms(secret: &str) -> Vec<(&'static str, String)> {
    let encode_base64 = |prefix: &str| {
        let encoded = BASE64_STANDARD.encode([prefix, secret].concat());
        // Only the Base64 digits that encode nothing but the secret.
        let (first, last) = ((prefix.len() * 8).div_ceil(6), (prefix.len() + secret.len()) * 8 / 6);
        encoded.get(first..last).unwrap_or_default().to_owned()
    };
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    vec![
        ("plain", secret.to_owned()),
        ("basic", basic_authorization(CANARY_PROJECT, secret)),
        ("base64", encode_base64("")),
        ("base64, one byte in", encode_base64("x")),
        ("base64, two bytes in", encode_base64("xx")),
        ("form-encoded", url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()),
        ("percent-encoded", utf8_percent_encode(secret, UNRESERVED).to_string()),
        ("JSON", Value::from(secret).to_string().trim_matches('"').to_owned()),
        ("HTML", html.clone()),
        ("HTML attribute", html.replace('"', "&quot;")),
        ("Debug", format!("{secret:?}").trim_matches('"').to_owned()),
    ]
}

/// Returns the names of the forms in which a text contains the secret.
pub(crate) fn find_leaks(text: &str, secret: &str) -> Vec<&'static str> {
    let forms = encoded_forms(secret).into_iter();
    forms.filter(|(_, form)| text.contains(form.as_str())).map(|(name, _)| name).collect()
}

/// The log output of all tests of this process since its first use, at every level, as text and as JSON.
#[derive(Clone, Default)]
pub(crate) struct CapturedLog(Arc<Mutex<Vec<u8>>>);

pub(crate) static CAPTURED_LOG: LazyLock<CapturedLog> = LazyLock::new(|| {
    let log = CapturedLog::default();
    let writers = [log.clone(), log.clone()].map(|log| move || log.clone());
    let [text, json] = writers;
    let silence_target = |targets: Targets, name: &str| targets.with_target(name, LevelFilter::OFF);
    let filter = ["html5ever", "markup5ever", "selectors"].into_iter().fold(Targets::new(), silence_target);
    let init_result = tracing_subscriber::registry()
        .with(filter.with_default(LevelFilter::TRACE))
        .with(fmt::layer().with_writer(text).with_ansi(false))
        .with(fmt::layer().with_writer(json).json().flatten_event(true))
        .try_init();
    assert!(init_result.is_ok(), "another subscriber is already installed");
    log
});

impl CapturedLog {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for CapturedLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
