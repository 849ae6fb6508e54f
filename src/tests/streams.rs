//! Tests for responses that are streams: items are delivered as they arrive, masked one by one, within limits, and the
//! connection to the provider ends with the caller's.

use crate::support::{
    OpenResponse, TestApp, TestEnv, TestRequest,
    streaming::{OpenStream, StreamingUpstream},
};
use anyhow::{Context, Result};
use api_explorer::store::audit::{AuditQuery, AuditRecord};
use axum::http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

const EVENTS: &str = "text/event-stream";
const LINES: &str = "application/x-ndjson";
const TOOL: &str = "/tools/ticker/watch";
const OPERATOR_KEY: &str = "key-of-the-operator-0123456789";

/// Starts the app with a provider whose only operation responds with a stream. `media_type` is its documentation.
async fn start(content_type: &'static str, media_type: &Value) -> Result<(TestApp, StreamingUpstream)> {
    start_with(TestEnv::new(), content_type, media_type).await
}

async fn start_with(
    env: TestEnv,
    content_type: &'static str,
    media_type: &Value,
) -> Result<(TestApp, StreamingUpstream)> {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
    let upstream = StreamingUpstream::start(headers).await?;
    Ok((start_before(&upstream, env, content_type, media_type).await?, upstream))
}

/// Starts the app before an upstream.
async fn start_before(
    upstream: &StreamingUpstream,
    env: TestEnv,
    content_type: &str,
    media_type: &Value,
) -> Result<TestApp> {
    let folder = TempDir::new()?;
    let document = json!({
        "openapi": "3.2.0",
        "info": {"title": "Ticker", "version": "1"},
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        "paths": {"/watch": {"get": {
            "operationId": "watch",
            "responses": {"200": {"description": "", "content": {content_type: media_type}}},
        }}},
    });
    let (path, settings) = (folder.path().join("ticker.json"), folder.path().join("explorer.toml"));
    fs::write(&path, document.to_string())?;
    let toml = format!(
        "[[provider]]\nid = \"ticker\"\ndocument = {:?}\nservers = [{:?}]\n[provider.credential]\nkey = \"env:TICKER\"\n\
         hosts = [\"127.0.0.1\"]\n[provider.policy]\ntest = [\"server1\"]\n",
        path.display().to_string(),
        upstream.upstream.url
    );
    fs::write(&settings, toml)?;
    let env = env.set_var("TICKER", OPERATOR_KEY).set_var("EXPLORER_CONFIG", &settings.display().to_string());
    env.start_app().await
}

fn call(app: &TestApp) -> TestRequest {
    app.post_json(TOOL, &json!({"args": {}}))
}

/// Opens a stream of frames. Returns the response of the app and that of the upstream.
async fn open(app: &TestApp, upstream: &StreamingUpstream) -> Result<(OpenResponse, OpenStream)> {
    let (response, stream) = tokio::join!(call(app).header("accept", LINES).open(), upstream.next_stream());
    Ok((response?, stream?))
}

async fn next_frame(response: &mut OpenResponse) -> Result<Value> {
    Ok(serde_json::from_str(&response.next_chunk().await?.context("the stream has ended")?)?)
}

/// Sends all chunks, and ends the stream.
async fn send_all(upstream: &StreamingUpstream, chunks: &[&'static str]) -> Result<()> {
    let stream = upstream.next_stream().await?;
    for chunk in chunks {
        stream.send(*chunk).await?;
    }
    Ok(())
}

/// Makes a call whose response is complete after these chunks, and returns its JSON.
async fn call_for(request: TestRequest, upstream: &StreamingUpstream, chunks: &[&'static str]) -> Result<Value> {
    let (response, sent) = tokio::join!(request.send(), send_all(upstream, chunks));
    sent?;
    response?.json()
}

async fn last_record(app: &TestApp) -> Result<AuditRecord> {
    app.gateway.audit().flush().await;
    let records = app.store.find_records(&AuditQuery::default(), 1).await.ok().context("no records")?;
    records.into_iter().next().context("no record")
}

#[tokio::test]
async fn items_reach_a_program_as_they_arrive() -> Result<()> {
    let (app, upstream) = start(EVENTS, &json!({})).await?;
    let (mut response, stream) = open(&app, &upstream).await?;
    assert_eq!((response.status.as_u16(), response.header("content-type")), (200, LINES));
    assert_eq!(response.header("x-accel-buffering"), "no");
    let head = next_frame(&mut response).await?;
    assert_eq!((&head["head"]["status"], &head["head"]["environment"]), (&json!(200), &json!("server1")));
    assert_eq!(head["head"]["headers"]["content-type"], EVENTS);
    stream.send("event: add\nid: 7\ndata: {\"price\": 1.50}\n\ndata: tw").await?;
    assert_eq!(
        next_frame(&mut response).await?.to_string(),
        r#"{"item":{"event":"add","id":"7","data":{"price":1.50}}}"#
    );
    stream.send("o\ndata: lines\n\n: a comment\n\n").await?;
    assert_eq!(next_frame(&mut response).await?, json!({"item": {"encoding": "text", "data": "two\nlines"}}));
    stream.send("event: last").await?;
    drop(stream);
    assert_eq!(next_frame(&mut response).await?["item"]["event"], "last");
    let end = next_frame(&mut response).await?;
    let meta = &end["end"]["meta"];
    assert_eq!((&meta["items"], &meta["status"], &meta["incomplete"]), (&json!(3), &json!(200), &Value::Null));
    assert_eq!(meta["requestId"], head["head"]["requestId"]);
    assert!(meta["receipt"]["request"]["url"].as_str().is_some_and(|url| url.ends_with("/watch")), "{end}");
    assert_eq!(response.next_chunk().await?, None);
    let record = last_record(&app).await?;
    assert_eq!((record.status, record.code), (Some(200), None));
    Ok(())
}

#[tokio::test]
async fn frames_are_events_for_programs_that_accept_events() -> Result<()> {
    let (app, upstream) = start(LINES, &json!({})).await?;
    let request = call(&app).header("accept", EVENTS);
    let (response, sent) = tokio::join!(request.send(), send_all(&upstream, &["{\"a\": 1}\n", "\n[2"]));
    sent?;
    let response = response?;
    assert_eq!(response.header("content-type"), EVENTS);
    let text = response.text();
    let kinds: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    assert_eq!(kinds, ["head", "item", "item", "end"], "{text}");
    assert!(text.contains("data: {\"data\":{\"a\":1}}\n\n") && text.contains("\"data\":\"[2\""), "{text}");
    Ok(())
}

#[tokio::test]
async fn without_frames_a_program_receives_the_whole_stream() -> Result<()> {
    let (app, upstream) = start(LINES, &json!({})).await?;
    let response = call_for(call(&app), &upstream, &["{\"n\": 12345678901234567890}", "\n\n{\"n\":2}\n"]).await?;
    assert_eq!(response["data"], "{\"n\": 12345678901234567890}\n{\"n\":2}\n");
    let meta = &response["meta"];
    assert_eq!((&meta["items"], &meta["encoding"], &meta["size"]), (&json!(2), &json!("text"), &json!(37)));
    assert_eq!(meta.get("incomplete"), None);
    Ok(())
}

#[tokio::test]
async fn a_stream_that_outlasts_the_time_of_a_call_is_returned_so_far() -> Result<()> {
    let env = TestEnv::new().set_var("EXPLORER_TIMEOUT", "1");
    let (app, upstream) = start_with(env, EVENTS, &json!({})).await?;
    let respond = async {
        let stream = upstream.next_stream().await?;
        stream.send("data: 1\n\ndata: 2\n\ndata: unfinished").await?;
        stream.closed().await
    };
    let (response, closed) = tokio::join!(call(&app).send(), respond);
    closed?;
    let response = response?.json()?;
    assert_eq!((&response["data"], &response["meta"]["items"]), (&json!("data: 1\n\ndata: 2\n\n"), &json!(2)));
    assert_eq!(response["meta"]["incomplete"], "time_limit");
    let record = last_record(&app).await?;
    assert_eq!((record.status, record.code.as_deref()), (Some(200), Some("incomplete")));
    Ok(())
}

#[tokio::test]
async fn a_stream_that_is_forwarded_ends_at_its_own_time_limit() -> Result<()> {
    let env = TestEnv::new().set_var("EXPLORER_STREAM_TIMEOUT", "1");
    let (app, upstream) = start_with(env, LINES, &json!({})).await?;
    let (mut response, stream) = open(&app, &upstream).await?;
    stream.send("1\n").await?;
    let frames = [next_frame(&mut response).await?, next_frame(&mut response).await?];
    assert_eq!(frames[1]["item"]["data"], 1);
    let end = next_frame(&mut response).await?;
    assert_eq!(end["end"]["meta"]["incomplete"], "time_limit", "{end}");
    stream.closed().await
}

#[tokio::test]
async fn a_stream_that_is_too_large_is_returned_up_to_the_limit() -> Result<()> {
    let env = TestEnv::new().set_var("EXPLORER_REPLY_LIMIT_MB", "1");
    let (app, upstream) = start_with(env, LINES, &json!({})).await?;
    let respond = async {
        let stream = upstream.next_stream().await?;
        let line = format!("\"{}\"\n", "x".repeat(99_997));
        while stream.send(line.clone()).await.is_ok() {}
        anyhow::Ok(())
    };
    let (response, sent) = tokio::join!(call(&app).send(), respond);
    sent?;
    let meta = response?.json()?["meta"].take();
    assert_eq!((&meta["items"], &meta["incomplete"]), (&json!(10), &json!("size_limit")));
    assert_eq!(meta["size"], 1_000_000);
    Ok(())
}

#[tokio::test]
async fn an_interrupted_stream_is_returned_so_far_and_reported() -> Result<()> {
    let (app, upstream) = start(LINES, &json!({})).await?;
    let respond = async {
        let stream = upstream.next_stream().await?;
        stream.send("1\n2").await?;
        stream.interrupt().await
    };
    let (response, sent) = tokio::join!(call(&app).send(), respond);
    sent?;
    let response = response?.json()?;
    assert_eq!((&response["data"], &response["meta"]["incomplete"]), (&json!("1\n"), &json!("interrupted")));
    Ok(())
}

#[tokio::test]
async fn a_caller_that_disconnects_ends_the_stream_and_frees_its_permit() -> Result<()> {
    let env = TestEnv::new().set_var("EXPLORER_METRICS", "on");
    let (app, upstream) = start_with(env, EVENTS, &json!({})).await?;
    let proxy = || app.get("/proxy/ticker/watch");
    for request in [call(&app).header("accept", LINES), call(&app).header("accept", EVENTS), proxy()] {
        let (response, stream) = tokio::join!(request.open(), upstream.next_stream());
        let (mut response, stream) = (response?, stream?);
        stream.send("data: 1\n\n").await?;
        response.next_chunk().await?.context("no chunk")?;
        assert_eq!(app.gateway.in_flight_calls(), 1);
        drop(response);
        assert_eq!(app.gateway.in_flight_calls(), 0);
        stream.closed().await?;
        let record = last_record(&app).await?;
        assert_eq!((record.status, record.code.as_deref()), (Some(200), Some("cancelled")));
    }
    let metrics = app.get("/metrics").send().await?.text();
    let series = r#"explorer_calls_total{provider="ticker",environment="server1",outcome="200"} 3"#;
    assert!(metrics.contains(series), "{metrics}");
    Ok(())
}

#[tokio::test]
async fn a_server_that_stops_ends_the_streams_that_it_forwards() -> Result<()> {
    let (app, upstream) = start(LINES, &json!({})).await?;
    let (mut response, stream) = open(&app, &upstream).await?;
    next_frame(&mut response).await?;
    app.gateway.end_streams();
    assert_eq!(next_frame(&mut response).await?["end"]["meta"]["incomplete"], "stopping");
    stream.closed().await
}

#[tokio::test]
async fn messages_in_a_stream_are_in_the_language_of_the_request() -> Result<()> {
    let (app, upstream) = start(LINES, &json!({})).await?;
    for (language, expected) in [("en", "is too large"), ("de", "ist zu groß")] {
        let request = call(&app).header("accept", LINES).header("accept-language", language);
        let (response, stream) = tokio::join!(request.open(), upstream.next_stream());
        let (mut response, stream) = (response?, stream?);
        next_frame(&mut response).await?;
        stream.send(format!("\"{}\"\n", "x".repeat(1_000_001))).await?;
        let item = next_frame(&mut response).await?.to_string();
        assert!(item.contains(expected), "{item}");
    }
    Ok(())
}

#[tokio::test]
async fn an_sdk_receives_the_items_as_they_arrive() -> Result<()> {
    let (app, upstream) = start(EVENTS, &json!({})).await?;
    let (response, stream) = tokio::join!(app.get("/proxy/ticker/watch").open(), upstream.next_stream());
    let (mut response, stream) = (response?, stream?);
    assert_eq!((response.status.as_u16(), response.header("content-type")), (200, EVENTS));
    assert_eq!((response.header("content-length"), response.header("x-accel-buffering")), ("", "no"));
    assert_eq!(upstream.upstream.only_request()?.header("x-key"), OPERATOR_KEY);
    stream.send("event: add\r\ndata: {\"price\": 1.50}\r\nretry: 10\r\n\r\n").await?;
    assert_eq!(response.next_chunk().await?.as_deref(), Some("event: add\nretry: 10\ndata: {\"price\": 1.50}\n\n"));
    stream.send(": ping\n\n").await?;
    assert_eq!(response.next_chunk().await?.as_deref(), Some(": \n\n"), "the connection is kept open");
    drop(stream);
    assert_eq!(response.next_chunk().await?, None);
    let (response, stream) = tokio::join!(app.get("/proxy/ticker/watch").open(), upstream.next_stream());
    let mut response = response?;
    stream?.interrupt().await?;
    assert!(response.next_chunk().await.is_err(), "an SDK does not take an incomplete stream for complete");
    Ok(())
}

#[tokio::test]
async fn the_credential_is_removed_from_an_item_that_arrives_in_parts() -> Result<()> {
    let (app, upstream) = start(EVENTS, &json!({})).await?;
    let (first, second) = OPERATOR_KEY.split_at(9);
    let (mut response, stream) = open(&app, &upstream).await?;
    next_frame(&mut response).await?;
    stream.send(format!("id: {first}")).await?;
    stream.send(format!("{second}\ndata: you sent {first}")).await?;
    stream.send(format!("{second}\n\n")).await?;
    let item = next_frame(&mut response).await?;
    let expected = json!({"id": "[credential removed]", "encoding": "text", "data": "you sent [credential removed]"});
    assert_eq!(item["item"], expected);
    Ok(())
}

#[tokio::test]
async fn secrets_of_items_are_masked_and_can_be_sent_by_their_placeholders() -> Result<()> {
    let (app, upstream) = start(LINES, &json!({})).await?;
    let chunks = [
        "{\"access_token\": \"mZAYn5aLEqKUlZ_Ad9U\", \"n\": 1}\n",
        "{\"note\": \"again mZAYn5aLEqKUlZ_Ad9U\"}\n{\"access_token\": \"other-token-0123456789\"}\n",
    ];
    let response = call_for(call(&app), &upstream, &chunks).await?;
    let expected = "{\"access_token\": \"{{response 1.0.access_token}}\", \"n\": 1}\n\
                    {\"note\": \"again {{response 1.0.access_token}}\"}\n\
                    {\"access_token\": \"{{response 2.2.access_token}}\"}\n";
    assert_eq!(response["data"], expected);
    let meta = &response["meta"];
    assert_eq!((&meta["masked"], &meta["isKept"], &meta["mayReveal"]), (&json!(2), &json!(true), &json!(true)));
    let revealing = app.post_json(TOOL, &json!({"args": {}, "reveal": true}));
    let response = call_for(revealing, &upstream, &chunks).await?;
    assert_eq!(response["data"], chunks.concat());
    app.gateway.audit().flush().await;
    let records = app.store.find_records(&AuditQuery::default(), 10).await.ok().context("no records")?;
    let reveals = records.iter().filter(|record| record.action == "reveal").count();
    assert_eq!(reveals, 1, "the audit records once that the response was revealed");
    Ok(())
}

#[tokio::test]
async fn copies_of_the_secrets_of_headers_are_masked_in_items() -> Result<()> {
    let token = "mZAYn5aLEqKUlZ_Ad9U_fWr38G";
    let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(EVENTS))]);
    headers.insert("x-auth-token", HeaderValue::from_str(token)?);
    let upstream = StreamingUpstream::start(headers).await?;
    let app = start_before(&upstream, TestEnv::new(), EVENTS, &json!({})).await?;
    let chunks = ["data: use mZAYn5aLEqKUlZ_Ad9U_fWr38G\n\n"];
    let response = call_for(call(&app), &upstream, &chunks).await?;
    assert_eq!(response["data"], "data: use {{response 1.header x-auth-token}}\n\n");
    assert_eq!(response["meta"]["headers"]["x-auth-token"], "{{response 1.header x-auth-token}}");
    assert_eq!(response["meta"]["masked"], 1);
    let revealing = app.post_json(TOOL, &json!({"args": {}, "reveal": true}));
    call_for(revealing, &upstream, &["data: {\"token\": \"other-token-0123456789\"}\n\n"]).await?;
    app.gateway.audit().flush().await;
    let records = app.store.find_records(&AuditQuery::default(), 10).await.ok().context("no records")?;
    let reveals = records.iter().filter(|record| record.action == "reveal").count();
    assert_eq!(reveals, 1, "the secrets of headers and items are those of one response");
    Ok(())
}

#[tokio::test]
async fn callers_that_may_not_see_secrets_see_only_what_is_known_to_be_harmless() -> Result<()> {
    let (app, upstream) = start(LINES, &json!({})).await?;
    let token = app.access_token(&[], &[]).await?;
    let chunks = ["{\"note\": \"correct horse battery\", \"count\": 3}\nno JSON\n12\n{\"on\": \"2026-01-31\"}\n"];
    let response = call_for(call(&app).bearer_token(&token), &upstream, &chunks).await?;
    let expected = "{\"note\": \"{{response 1.0.note}}\", \"count\": 3}\n\
                    \"The server withholds this item (7 bytes) because it could contain secrets, which you may not see.\"\n\
                    12\n{\"on\": \"2026-01-31\"}\n";
    assert_eq!(response["data"], expected);
    assert_eq!(response["meta"]["mayReveal"], false);
    Ok(())
}

#[tokio::test]
async fn documented_items_are_shown_and_compared() -> Result<()> {
    let note = json!({"type": "object", "required": ["note"], "properties": {"note": {"type": "string"}}});
    let schemas = [
        (LINES, json!({"itemSchema": note})),
        (LINES, json!({"schema": {"type": "array", "items": note}})),
        (LINES, json!({"schema": note})),
        (EVENTS, json!({"schema": note})),
        (EVENTS, json!({"itemSchema": {"properties": {"data": {"type": "string", "contentSchema": note}}}})),
    ];
    for (content_type, media_type) in schemas {
        let (app, upstream) = start(content_type, &media_type).await?;
        let token = app.access_token(&[], &[]).await?;
        let (chunk, expected, place): (_, _, _) = if content_type == LINES {
            ("{\"note\": \"hello there\"}\n{\"n\": 1}\n", "{\"note\": \"hello there\"}\n{\"n\": 1}\n", "/1/note")
        } else {
            (
                "data: {\"note\": \"hello there\"}\n\ndata: {\"n\": 1}\n\ndata: [DONE]\n\n",
                "data: {\"note\": \"hello there\"}\n\ndata: {\"n\": 1}\n\ndata: [DONE]\n\n",
                "/1/data/note",
            )
        };
        let response = call_for(call(&app).bearer_token(&token), &upstream, &[chunk]).await?;
        assert_eq!(response["data"], expected, "{media_type}");
        let difference = json!({"at": place, "message": "Required, but missing."});
        let differences = response["meta"]["differences"].as_array().context("not compared")?;
        assert!(differences.contains(&difference), "{media_type}: {differences:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_events_of_a_stream_are_masked_by_the_schemas_of_their_types() -> Result<()> {
    let of_type = |event: &str, property: &str| {
        let content = json!({"type": "object", "properties": {property: {"type": "string"}}});
        json!({"properties": {"event": {"const": event}, "data": {"contentSchema": content}}})
    };
    let media_type = json!({"itemSchema": {"oneOf": [of_type("note", "text"), of_type("token", "piece")]}});
    let (app, upstream) = start(EVENTS, &media_type).await?;
    let token = app.access_token(&[], &[]).await?;
    let chunks = [
        "event: note\ndata: {\"text\": \"good morning\", \"piece\": \"hidden words\"}\n\n",
        "event: password\ndata: 4815\n\nid: correct horse battery\ndata: some words\nunknown: field\n\n",
    ];
    let response = call_for(call(&app).bearer_token(&token), &upstream, &chunks).await?;
    let expected = "event: note\ndata: {\"text\": \"good morning\", \"piece\": \"{{response 1.0.piece}}\"}\n\n\
                    event: password\ndata: {{response 2.1.data}}\n\n\
                    id: {{response 3.2.id}}\ndata: some words\n\n";
    assert_eq!(response["data"], expected);
    Ok(())
}

#[tokio::test]
async fn the_script_of_a_page_receives_items_as_text_while_they_arrive() -> Result<()> {
    let (app, upstream) = start(LINES, &json!({})).await?;
    let message = json!({"provider": "ticker", "operation": "watch", "environment": "server1", "arguments": {}});
    let request = || app.post_json("/api/call", &message).header("accept", LINES).header("accept-encoding", "gzip");
    let (response, stream) = tokio::join!(request().open(), upstream.next_stream());
    let (mut response, stream) = (response?, stream?);
    assert_eq!((response.status.as_u16(), response.header("content-type")), (200, LINES));
    assert_eq!(response.header("content-encoding"), "", "a compressed stream would be held back");
    assert_eq!(next_frame(&mut response).await?["head"]["status"], 200);
    stream.send("{\"n\": 1.50}\n").await?;
    let item = next_frame(&mut response).await?;
    assert_eq!(item["item"], json!({"encoding": "text", "data": "{\"n\": 1.50}"}));
    drop(stream);
    let end = next_frame(&mut response).await?;
    assert_eq!(end["end"]["meta"]["items"], 1);
    assert_eq!(end["end"]["meta"]["receiptLines"][0][0], "Request");
    let message = json!({"provider": "ticker", "operation": "other", "arguments": {}});
    let error = app.post_json("/api/call", &message).header("accept", LINES).send().await?;
    assert_eq!(error.status_and_code()?, (404, "not_found".to_owned()));
    let error = app.post_json("/api/call", &json!({})).header("accept", LINES).send().await?;
    assert_eq!(error.status_and_code()?, (400, "malformed_request".to_owned()));
    Ok(())
}

#[tokio::test]
async fn the_script_of_a_page_chooses_the_media_type_and_receives_previews() -> Result<()> {
    let (app, upstream) = start("text/csv", &json!({})).await?;
    let call = |accept: &str| {
        let message = json!({"provider": "ticker", "operation": "watch", "environment": "server1",
            "accept": accept, "arguments": {}});
        app.post_json("/api/call", &message).header("accept", LINES)
    };
    let (response, sent) = tokio::join!(call("text/csv").send(), send_all(&upstream, &["name,price\na,1\n"]));
    sent?;
    let response = response?;
    assert_eq!(response.json()?["meta"]["previews"][0]["label"], "Table", "{}", response.text());
    assert_eq!(upstream.upstream.only_request()?.header("accept"), "text/csv");
    assert_eq!(call("text/plain").send().await?.status_and_code()?, (400, "invalid_arguments".to_owned()));
    Ok(())
}

#[tokio::test]
async fn items_in_another_charset_are_decoded() -> Result<()> {
    let (app, upstream) = start("application/x-ndjson; charset=iso-8859-1", &json!({})).await?;
    let (mut response, stream) = open(&app, &upstream).await?;
    next_frame(&mut response).await?;
    stream.send(b"{\"name\": \"Gr\xf6\xdfe\"}\n".as_slice()).await?;
    assert_eq!(next_frame(&mut response).await?["item"]["data"], json!({"name": "Größe"}));
    stream.send(format!("{{\"name\": \"é {OPERATOR_KEY}\"}}\n")).await?;
    let expected = json!({"name": "é [credential removed]"});
    assert_eq!(next_frame(&mut response).await?["item"]["data"], expected, "what is UTF-8 is read as UTF-8");
    drop(stream);
    let end = next_frame(&mut response).await?;
    assert_eq!((&end["end"]["meta"]["charset"], &end["end"]["meta"]["items"]), (&json!("windows-1252"), &json!(2)));
    let (response, stream) = tokio::join!(app.get("/proxy/ticker/watch").open(), upstream.next_stream());
    let (mut response, stream) = (response?, stream?);
    assert_eq!(response.header("content-type"), "application/x-ndjson; charset=utf-8");
    stream.send(b"\"Gr\xf6\xdfe\"\n".as_slice()).await?;
    assert_eq!(response.next_chunk().await?.as_deref(), Some("\"Größe\"\n"));
    Ok(())
}

#[tokio::test]
async fn items_in_utf_16_are_withheld() -> Result<()> {
    let (app, upstream) = start("application/x-ndjson; charset=utf-16", &json!({})).await?;
    let token = app.access_token(&[], &["reveal"]).await?;
    for request in [call(&app), call(&app).bearer_token(&token)] {
        let (response, stream) = tokio::join!(request.header("accept", LINES).open(), upstream.next_stream());
        let (mut response, stream) = (response?, stream?);
        next_frame(&mut response).await?;
        let echo = format!("{{\"echo\": \"{OPERATOR_KEY}\"}}\n");
        stream.send(echo.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()).await?;
        let item = next_frame(&mut response).await?["item"]["data"].to_string();
        assert!(item.contains("not UTF-8"), "{item}");
    }
    Ok(())
}

#[tokio::test]
async fn the_page_without_scripts_shows_what_arrived_and_says_that_it_is_incomplete() -> Result<()> {
    let env = TestEnv::new().set_var("EXPLORER_TIMEOUT", "1");
    let (app, upstream) = start_with(env, EVENTS, &json!({})).await?;
    let respond = async {
        let stream = upstream.next_stream().await?;
        stream.send("data: the first\n\n").await?;
        stream.closed().await
    };
    let form = [("environment", "server1"), ("intent", "send")];
    let (page, closed) = tokio::join!(app.post_form("/ticker/watch", &form).send(), respond);
    closed?;
    let page = page?.text();
    assert!(page.contains("data: the first") && page.contains("1 item. The time limit was reached"), "{page}");
    Ok(())
}
