//! The requests that are sent, read by other parsers than those of the gateway.

use super::generator::FOREIGN_ID;
use crate::model::Arguments;
use anyhow::{Context, Result};
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap};
use serde_json::Value;
use std::collections::HashSet;

/// A request that is sent. Two are equal if a provider cannot tell them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) path: String,
    query: Option<String>,
    headers: Vec<(&'static str, String)>,
    content: Content,
}

/// The content of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Bytes(Vec<u8>),
    Form(Vec<(String, String)>),
    /// The text, with another boundary.
    Multipart(Vec<u8>),
}

impl Sent {
    pub(super) fn new(path: String, query: Option<&str>, headers: &HeaderMap, body: Vec<u8>) -> Self {
        let value = |name: &str| {
            let value = headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            value.unwrap_or_default()
        };
        let content_type = value(CONTENT_TYPE.as_str());
        let (content_type, content) = match content_type.split_once("; boundary=") {
            Some((content_type, boundary)) => {
                (content_type.to_owned(), Content::Multipart(replace(&body, boundary.as_bytes(), b"BOUNDARY")))
            }
            None if content_type.ends_with("urlencoded") => {
                (content_type, Content::Form(url::form_urlencoded::parse(&body).into_owned().collect()))
            }
            None => (content_type, Content::Bytes(body)),
        };
        let headers = vec![("X-H", value("x-h")), ("cookie", value(COOKIE.as_str())), ("content-type", content_type)];
        Self { path, query: query.map(str::to_owned), headers, content }
    }

    /// Checks that every value that is sent is one that was judged.
    pub(super) fn ensure_judged(&self, judged: &Arguments) -> Result<()> {
        let mut judged_texts = HashSet::new();
        judged.values().for_each(|value| collect_texts(value, &mut judged_texts));
        // The policy also judges texts decoded, and those of XML.
        let mut read: Vec<String> = judged_texts.iter().map(|text| decode(text)).collect();
        read.extend(judged_texts.iter().flat_map(|text| xml_texts(text)));
        judged_texts.extend(read);
        let sent_texts = self.texts()?;
        for text in &sent_texts {
            anyhow::ensure!(judged_texts.contains(text) || text.is_empty(), "{text:?} is sent, but was not judged");
            anyhow::ensure!(
                text.trim() != FOREIGN_ID && decode(text).trim() != FOREIGN_ID,
                "the ID of another environment is sent"
            );
        }
        Ok(())
    }

    fn texts(&self) -> Result<HashSet<String>> {
        let mut texts = HashSet::new();
        let query = self.query.as_deref().unwrap_or_default();
        let decoded = percent_encoding::percent_decode_str(query).decode_utf8_lossy();
        match serde_json::from_str(&decoded) {
            Ok(value) if !query.contains('=') => collect_texts(&value, &mut texts),
            _ => {
                for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
                    collect_pair(&name, &value, &mut texts);
                }
            }
        }
        for (name, value) in &self.headers {
            match *name {
                "X-H" => texts.extend([value.clone()]),
                "cookie" => {
                    let encoded = value.strip_prefix("c=").unwrap_or_default();
                    texts.insert(percent_encoding::percent_decode_str(encoded).decode_utf8_lossy().into_owned());
                }
                _ => {}
            }
        }
        match &self.content {
            Content::Form(pairs) => pairs.iter().for_each(|(name, value)| collect_pair(name, value, &mut texts)),
            Content::Multipart(body) => collect_parts(body, &mut texts)?,
            Content::Bytes(body) if body.is_empty() => {}
            Content::Bytes(body) if self.headers.contains(&("content-type", "application/xml".into())) => {
                texts.extend(xml_texts(std::str::from_utf8(body)?));
            }
            Content::Bytes(body) => match serde_json::from_slice(body) {
                Ok(value) if self.headers.contains(&("content-type", "application/json".into())) => {
                    collect_texts(&value, &mut texts);
                }
                _ => texts.extend([String::from_utf8(body.clone())?]),
            },
        }
        Ok(texts)
    }
}

/// Returns the texts of the elements and attributes of XML, except those of XML Schema.
fn xml_texts(text: &str) -> Vec<String> {
    let Ok(document) = roxmltree::Document::parse(text) else { return Vec::new() };
    let mut texts = Vec::new();
    for node in document.descendants() {
        let attributes = node.attributes().filter(|attribute| attribute.name() != "nil");
        texts.extend(attributes.map(|attribute| attribute.value().to_owned()));
        texts.extend(node.text().filter(|_| node.is_text()).map(str::to_owned));
    }
    texts
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::new();
    let mut rest = bytes;
    while let Some(position) = memchr::memmem::find(rest, from) {
        replaced.extend_from_slice(&rest[..position]);
        replaced.extend_from_slice(to);
        rest = &rest[position + from.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced
}

fn collect_texts(value: &Value, texts: &mut HashSet<String>) {
    match value {
        Value::String(text) => texts.extend([text.clone()]),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| collect_texts(field, texts)),
        other => texts.extend([other.to_string()]),
    }
}

/// Adds a value of a query or a form. That of `json` is JSON, and the one of `csv` a list.
fn collect_pair(name: &str, value: &str, texts: &mut HashSet<String>) {
    match (name, serde_json::from_str(value)) {
        ("json", Ok(value)) => collect_texts(&value, texts),
        ("csv", _) => {}
        _ => texts.extend([value.to_owned()]),
    }
}

/// Adds the contents of text parts, the names of files, and documented headers.
fn collect_parts(body: &[u8], texts: &mut HashSet<String>) -> Result<()> {
    let mut rest = body.strip_prefix(b"--BOUNDARY").context("no boundary")?;
    while let Some(after) = rest.strip_prefix(b"\r\n") {
        let end = memchr::memmem::find(after, b"\r\n--BOUNDARY").context("no end")?;
        let part = &after[..end];
        let head_end = memchr::memmem::find(part, b"\r\n\r\n").context("no head")?;
        let (head, content) = (std::str::from_utf8(&part[..head_end])?, &part[head_end + 4..]);
        texts.extend(head.lines().filter_map(|line| line.strip_prefix("X-Part: ")).map(str::to_owned));
        match head.split_once("filename=\"") {
            Some((_, filename)) => {
                let filename = filename.split('"').next().unwrap_or_default();
                texts.insert(filename.replace("%22", "\""));
            }
            None if head.contains("application/json") => collect_texts(&serde_json::from_slice(content)?, texts),
            None => texts.extend([String::from_utf8(content.to_vec())?]),
        }
        rest = &after[end + b"\r\n--BOUNDARY".len()..];
    }
    anyhow::ensure!(rest == b"--\r\n", "the last boundary is followed by {rest:?}");
    Ok(())
}
