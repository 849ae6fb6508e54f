//! Tests for the server functions that the page's script calls, and their sessions.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, DEFAULT_HOST, OPERATION_PAGE, OPERATOR_PROJECT, OPERATOR_SECRET, TestApp, TestEnv,
    TestResponse, Upstream, basic_authorization,
};
use anyhow::Result;
use serde_json::{Value, json};

const CALL: &str = "/api/call";
const SAVE: &str = "/api/credential/save";
const CLEAR: &str = "/api/credential/clear";

fn call() -> Value {
    json!({"provider": "stytch", "operation": "apiUserV1Create", "environment": null, "arguments": {"email": "ada@example.com"}})
}

fn credential(project: &str, secret: &str) -> Value {
    json!({"provider": "stytch", "values": {"basicAuth/username": project, "basicAuth/password": secret}})
}

fn own() -> Value {
    credential(CALLER_PROJECT, CALLER_SECRET)
}

async fn save(app: &TestApp, cookie: &str, credential: &Value) -> Result<TestResponse> {
    app.post_json(SAVE, credential).header("cookie", cookie).send().await
}

async fn call_with(app: &TestApp, cookie: &str) -> Result<TestResponse> {
    app.post_json(CALL, &call()).header("cookie", cookie).send().await
}

#[tokio::test]
async fn a_call_is_answered_in_json() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let answer = app.post_json(CALL, &call()).send().await?;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    let reply = answer.json()?;
    assert_eq!((&reply["status"], &reply["environment"]), (&json!(200), &json!("test")));
    assert_eq!(reply["body"]["text"], r#"{"status_code":200,"user_id":"user-test-1"}"#);
    assert_eq!(upstream.only_request()?.json()?, json!({"email": "ada@example.com"}));
    Ok(())
}

#[tokio::test]
async fn what_a_provider_refuses_is_a_reply() -> Result<()> {
    let upstream = Upstream::with_response(404, json!({"error_type": "user_not_found"})).await?;
    let answer = TestEnv::with_upstream(&upstream).start_app().await?.post_json(CALL, &call()).send().await?;
    assert_eq!((answer.status.as_u16(), &answer.json()?["status"]), (200, &json!(404)));
    Ok(())
}

#[tokio::test]
async fn the_explorers_own_errors_have_their_status() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let with = |name: &str, value: Value| {
        let mut call = call();
        call[name] = value;
        call
    };
    for (message, status, code) in [
        (call(), 401, "no_credential"),
        (with("operation", json!("nothing")), 404, "not_found"),
        (with("provider", json!("nobody")), 404, "not_found"),
        (with("environment", json!("moon")), 404, "not_found"),
        (with("arguments", json!({"email": 1})), 400, "invalid_arguments"),
    ] {
        let answer = app.post_json(CALL, &message).send().await?;
        assert_eq!(answer.status_and_code()?, (status, code.into()), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_malformed() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    for (path, body) in [(CALL, "{"), (CALL, "{}"), (CALL, "[]"), (SAVE, r#"{"provider":"stytch"}"#), (CLEAR, "")] {
        let answer = app.post(path, body).header("content-type", "application/json").send().await?;
        assert_eq!(answer.status_and_code()?, (400, "malformed_request".into()), "{path} {body}");
    }
    Ok(())
}

#[tokio::test]
async fn they_cannot_be_called_by_get() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for path in ["/api/call?provider=stytch&operation=apiUserV1Create", "/api/credential/clear?provider=stytch", SAVE] {
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            assert_eq!(app.request(method, path).send().await?.status, 405, "{method} {path}");
        }
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn an_unknown_server_function_is_refused() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for path in ["/api/nothing", "/api/credential", "/api/credential/read"] {
        assert!(app.post_json(path, &json!({})).send().await?.status.is_client_error(), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_saved_credential_is_told_by_its_fingerprint_alone() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let answer = app.post_json(SAVE, &own()).send().await?;
    assert_eq!(answer.status, 200);
    let status = answer.json()?;
    assert_eq!((&status["source"], &status["environment"]), (&json!("visitor"), &json!("test")));
    assert_eq!(status["fingerprint"].as_str().map(str::len), Some(8));
    assert_eq!(status["schemes"], json!(["basicAuth"]));
    assert_eq!(status.as_object().map(serde_json::Map::len), Some(4));
    assert!(!answer.full_text().contains(CALLER_SECRET) && !answer.full_text().contains(CALLER_PROJECT));
    Ok(())
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() -> Result<()> {
    let answer = TestEnv::new().start_app().await?.post_json(SAVE, &own()).send().await?;
    let cookie = answer.header("set-cookie");
    let mut attributes = cookie.split("; ").skip(1).collect::<Vec<_>>();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax"]);
    assert!(cookie.starts_with("api-explorer="), "{cookie}");
    Ok(())
}

#[tokio::test]
async fn beyond_loopback_the_session_cookie_is_bound_to_host_and_https() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_HOSTS", "explorer.example.com").start_app().await?;
    let host = "explorer.example.com";
    let answer = app.post_json(SAVE, &own()).header("host", host).send().await?;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-api-explorer="), "{cookie}");
    assert!(cookie.ends_with("; Secure") && cookie.contains("; Path=/;") && !cookie.contains("Domain"), "{cookie}");
    let own_page = app.get(OPERATION_PAGE).header("host", host).header("cookie", &answer.cookie()?).send().await?;
    assert!(own_page.text().contains("Using your credential"));
    // A sibling host can set a cookie without the prefix, so the server ignores such a cookie.
    let planted = answer.cookie()?.replace("__Host-", "");
    let page = app.get(OPERATION_PAGE).header("host", host).header("cookie", &planted).send().await?;
    assert!(!page.text().contains("Using your credential"));
    Ok(())
}

#[tokio::test]
async fn visitors_call_with_their_own_credential_and_never_with_anothers() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let first = app.post_json(SAVE, &own()).send().await?.cookie()?;
    let other = credential(CALLER_PROJECT, "secret-test-of-another");
    let second = app.post_json(SAVE, &other).send().await?.cookie()?;
    assert_ne!(first, second);
    for cookie in [&*first, &*second, ""] {
        assert_eq!(call_with(&app, cookie).await?.status, 200);
    }
    let sent: Vec<String> =
        upstream.received_requests().iter().map(|sent| sent.header("authorization").to_owned()).collect();
    let expected = [
        basic_authorization(CALLER_PROJECT, CALLER_SECRET),
        basic_authorization(CALLER_PROJECT, "secret-test-of-another"),
        basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET),
    ];
    assert_eq!(sent, expected);
    Ok(())
}

#[tokio::test]
async fn a_credential_can_be_replaced_and_cleared() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let saved = app.post_json(SAVE, &own()).send().await?;
    let cookie = saved.cookie()?;
    let replacement = credential(CALLER_PROJECT, "secret-test-replaced");
    let replaced = save(&app, &cookie, &replacement).await?;
    assert_ne!(saved.json()?["fingerprint"], replaced.json()?["fingerprint"]);
    let cookie = replaced.cookie()?;
    call_with(&app, &cookie).await?;
    let cleared = app.post_json(CLEAR, &json!({"provider": "stytch"})).header("cookie", &cookie).send().await?;
    assert_eq!(cleared.json()?["source"], "operator");
    call_with(&app, &cookie).await?;
    let sent: Vec<String> =
        upstream.received_requests().iter().map(|sent| sent.header("authorization").to_owned()).collect();
    assert_eq!(
        sent,
        [
            basic_authorization(CALLER_PROJECT, "secret-test-replaced"),
            basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET)
        ]
    );
    Ok(())
}

#[tokio::test]
async fn clearing_what_was_never_set_changes_nothing() -> Result<()> {
    let answer = TestEnv::new().start_app().await?.post_json(CLEAR, &json!({"provider": "stytch"})).send().await?;
    assert_eq!((answer.status.as_u16(), &answer.json()?["source"]), (200, &json!("none")));
    assert_eq!(answer.header("set-cookie"), "");
    Ok(())
}

#[tokio::test]
async fn a_malformed_credential_is_refused_with_reasons_and_without_an_echo() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    let long = "x".repeat(513);
    for (username, password, fields) in [
        ("", "", vec!["username", "password"]),
        ("organization-7c1f", CALLER_SECRET, vec!["username"]),
        ("project-test-", CALLER_SECRET, vec!["username"]),
        (CALLER_PROJECT, "hunter2", vec!["password"]),
        (CALLER_PROJECT, "hunter2\r\nx-evil: 1", vec!["password"]),
        (CALLER_PROJECT, "pass word with blanks", vec!["password"]),
        (CALLER_PROJECT, "pässwört-lang", vec!["password"]),
        ("project-test-a:b", CALLER_SECRET, vec!["username"]),
        (&*format!("project-test-{long}"), &*long, vec!["username", "password"]),
    ] {
        let credential = credential(username, password);
        let answer = app.post_json(SAVE, &credential).send().await?;
        assert_eq!(answer.status_and_code()?, (422, "malformed_credential".into()), "{credential}");
        let fields: Vec<String> = fields.into_iter().map(|part| ["basicAuth/", part].concat()).collect();
        assert_eq!(answer.invalid_fields()?, fields, "{credential}");
        for typed in [username, password].into_iter().filter(|typed| !typed.is_empty() && *typed != "project-test-") {
            assert!(!answer.full_text().contains(typed), "{typed} is repeated in {}", answer.full_text());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_refused_credential_leaves_the_one_in_force() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let cookie = app.post_json(SAVE, &own()).send().await?.cookie()?;
    let refused = save(&app, &cookie, &credential("", "")).await?;
    assert_eq!(refused.status, 422);
    let page = app.get(OPERATION_PAGE).header("cookie", &cookie).send().await?.text();
    assert!(page.contains("Using your credential"));
    Ok(())
}

#[tokio::test]
async fn a_cookie_that_names_no_session_gives_nothing() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let real = app.post_json(SAVE, &own()).send().await?.cookie()?;
    for cookie in [
        "api-explorer=",
        "api-explorer=nonsense",
        "api-explorer=00000000-0000-4000-8000-000000000000",
        "api-explorer=../../etc/passwd",
        &real.replace("api-explorer", "other"),
        &format!("{real}0"),
    ] {
        let page = app.get(OPERATION_PAGE).header("cookie", cookie).send().await?;
        assert_eq!(page.status, 200, "{cookie}");
        assert!(page.text().contains("No credential saved"), "{cookie}");
        assert_eq!(call_with(&app, cookie).await?.status_and_code()?, (401, "no_credential".into()), "{cookie}");
    }
    let among_others = format!("theme=dark; {real}; x=y");
    assert!(app.get(OPERATION_PAGE).header("cookie", &among_others).send().await?.text().contains("Using your"));
    Ok(())
}

#[tokio::test]
async fn a_session_is_never_one_that_somebody_else_chose() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let planted = "api-explorer=00000000-0000-4000-8000-000000000000";
    assert_eq!(save(&app, planted, &own()).await?.status, 200);
    let page = app.get(OPERATION_PAGE).header("cookie", planted).send().await?.text();
    assert!(!page.contains("Using your credential"), "whoever planted the cookie now uses the visitor's credential");
    Ok(())
}

#[tokio::test]
async fn a_session_that_somebody_shared_before_is_theirs_no_more() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let shared = app.post_json(SAVE, &own()).send().await?.cookie()?;
    let before = app.get(OPERATION_PAGE).header("cookie", &shared).send().await?;
    let other = credential(CALLER_PROJECT, "secret-test-of-the-same-visitor-later");
    let saved = save(&app, &shared, &other).await?;
    let (own, fingerprint) = (saved.cookie()?, saved.json()?["fingerprint"].as_str().unwrap_or("?").to_owned());
    assert_ne!(shared, own);
    let theirs = app.get(OPERATION_PAGE).header("cookie", &shared).send().await?.text();
    assert!(!theirs.contains(&fingerprint) && before.status == 200, "whoever shared it uses what was saved since");
    assert!(app.get(OPERATION_PAGE).header("cookie", &own).send().await?.text().contains(&fingerprint));
    assert!(app.get(OPERATION_PAGE).header("cookie", &shared).send().await?.text().contains("No credential saved"));
    Ok(())
}

#[tokio::test]
async fn a_form_post_to_a_server_function_leads_nowhere_else() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let answer = app
        .post_json(SAVE, &credential("x", CALLER_SECRET))
        .header("accept", "text/html")
        .header("referer", &format!("http://{DEFAULT_HOST}{OPERATION_PAGE}"))
        .send()
        .await?;
    assert!(!answer.full_text().contains(CALLER_SECRET), "{}", answer.full_text());
    Ok(())
}
