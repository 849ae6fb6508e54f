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

fn caller_credential() -> Value {
    credential(CALLER_PROJECT, CALLER_SECRET)
}

async fn save(app: &TestApp, cookie: &str, credential: &Value) -> Result<TestResponse> {
    app.post_json(SAVE, credential).header("cookie", cookie).send().await
}

async fn call_with(app: &TestApp, cookie: &str) -> Result<TestResponse> {
    app.post_json(CALL, &call()).header("cookie", cookie).send().await
}

#[tokio::test]
async fn a_call_returns_json() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let response = app.post_json(CALL, &call()).send().await?;
    assert_eq!((response.status.as_u16(), response.header("content-type")), (200, "application/json"));
    let body = response.json()?;
    assert_eq!((&body["meta"]["status"], &body["meta"]["environment"]), (&json!(200), &json!("test")));
    assert_eq!(body["data"], r#"{"status_code":200,"user_id":"user-test-1"}"#);
    assert_eq!(upstream.only_request()?.json()?, json!({"email": "ada@example.com"}));
    Ok(())
}

#[tokio::test]
async fn an_error_of_the_provider_is_a_response() -> Result<()> {
    let upstream = Upstream::with_response(404, json!({"error_type": "user_not_found"})).await?;
    let response = TestEnv::with_upstream(&upstream).start_app().await?.post_json(CALL, &call()).send().await?;
    assert_eq!((response.status.as_u16(), &response.json()?["meta"]["status"]), (200, &json!(404)));
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
        let response = app.post_json(CALL, &message).send().await?;
        assert_eq!(response.status_and_code()?, (status, code.into()), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_malformed() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    for (path, body) in [(CALL, "{"), (CALL, "{}"), (CALL, "[]"), (SAVE, r#"{"provider":"stytch"}"#), (CLEAR, "")] {
        let response = app.post(path, body).header("content-type", "application/json").send().await?;
        assert_eq!(response.status_and_code()?, (400, "malformed_request".into()), "{path} {body}");
    }
    Ok(())
}

#[tokio::test]
async fn server_functions_cannot_be_called_with_get() -> Result<()> {
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
async fn only_the_fingerprint_of_a_saved_credential_is_returned() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let response = app.post_json(SAVE, &caller_credential()).send().await?;
    assert_eq!(response.status, 200);
    let status = response.json()?;
    assert_eq!((&status["source"], &status["environment"]), (&json!("visitor"), &json!("test")));
    assert_eq!(status["fingerprint"].as_str().map(str::len), Some(8));
    assert_eq!(status["schemes"], json!(["basicAuth"]));
    assert_eq!(status.as_object().map(serde_json::Map::len), Some(4));
    assert!(!response.full_text().contains(CALLER_SECRET) && !response.full_text().contains(CALLER_PROJECT));
    Ok(())
}

#[tokio::test]
async fn the_session_cookie_is_not_accessible_to_scripts_and_other_sites() -> Result<()> {
    let response = TestEnv::new().start_app().await?.post_json(SAVE, &caller_credential()).send().await?;
    let cookie = response.header("set-cookie");
    let mut attributes = cookie.split("; ").skip(1).collect::<Vec<_>>();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax"]);
    assert!(cookie.starts_with("api-explorer-3000="), "{cookie}");
    Ok(())
}

/// Browsers send the cookies of one port to all ports of a host.
#[tokio::test]
async fn explorers_on_two_ports_of_one_machine_do_not_end_each_others_sessions() -> Result<()> {
    let apps = [TestEnv::new().start_app().await?, TestEnv::new().start_app().await?];
    for (hosts, is_shared) in [
        (["127.0.0.1:3000", "127.0.0.1:3001"], false),
        (["localhost:3000", "localhost"], false),
        (["[::1]:3000", "[::1]:65535"], false),
        (["localhost:80", "localhost"], true),
    ] {
        let mut cookies = Vec::new();
        for (app, host) in apps.iter().zip(hosts) {
            cookies.push(app.post_json(SAVE, &caller_credential()).header("host", host).send().await?.cookie()?);
        }
        let [first, second] = [0, 1].map(|index| cookies[index].split('=').next().unwrap_or_default());
        assert_eq!(first == second, is_shared, "{hosts:?}");
        if !is_shared {
            for (app, host) in apps.iter().zip(hosts) {
                let page = app.get(OPERATION_PAGE).header("host", host).header("cookie", &cookies.join("; "));
                assert!(page.send().await?.text().contains("Using your credential"), "{host}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn beyond_loopback_the_session_cookie_is_bound_to_host_and_https() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_HOSTS", "explorer.example.com").start_app().await?;
    let host = "explorer.example.com";
    let response = app.post_json(SAVE, &caller_credential()).header("host", host).send().await?;
    let cookie = response.header("set-cookie");
    assert!(cookie.starts_with("__Host-api-explorer="), "{cookie}");
    assert!(cookie.contains("; Secure;") && cookie.contains("; Path=/;") && !cookie.contains("Domain"), "{cookie}");
    let own_page = app.get(OPERATION_PAGE).header("host", host).header("cookie", &response.cookie()?).send().await?;
    assert!(own_page.text().contains("Using your credential"));
    // A sibling host can set a cookie without the prefix, so the server ignores such a cookie.
    let planted = response.cookie()?.replace("__Host-", "");
    let page = app.get(OPERATION_PAGE).header("host", host).header("cookie", &planted).send().await?;
    assert!(!page.text().contains("Using your credential"));
    Ok(())
}

#[tokio::test]
async fn callers_use_their_own_credential_and_never_that_of_another_caller() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let first = app.post_json(SAVE, &caller_credential()).send().await?.cookie()?;
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
    let saved = app.post_json(SAVE, &caller_credential()).send().await?;
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
async fn clearing_without_a_credential_changes_nothing() -> Result<()> {
    let response = TestEnv::new().start_app().await?.post_json(CLEAR, &json!({"provider": "stytch"})).send().await?;
    assert_eq!((response.status.as_u16(), &response.json()?["source"]), (200, &json!("none")));
    assert_eq!(response.header("set-cookie"), "");
    Ok(())
}

#[tokio::test]
async fn a_malformed_credential_is_refused_with_reasons_and_without_its_values() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    let long = "x".repeat(513);
    for (username, password, fields) in [
        ("", "", vec!["username", "password"]),
        ("organization-7c1f", CALLER_SECRET, vec!["username"]),
        ("project-test-", CALLER_SECRET, vec!["username"]),
        (CALLER_PROJECT, "hunter2", vec!["password"]),
        (CALLER_PROJECT, "hunter2\r\nx-evil: 1", vec!["password"]),
        ("project-test-a:b", CALLER_SECRET, vec!["username"]),
        (&*format!("project-test-{long}"), &*long, vec!["username", "password"]),
    ] {
        let credential = credential(username, password);
        let response = app.post_json(SAVE, &credential).send().await?;
        assert_eq!(response.status_and_code()?, (422, "malformed_credential".into()), "{credential}");
        let fields: Vec<String> = fields.into_iter().map(|part| ["basicAuth/", part].concat()).collect();
        assert_eq!(response.invalid_fields()?, fields, "{credential}");
        for typed in [username, password].into_iter().filter(|typed| !typed.is_empty() && *typed != "project-test-") {
            assert!(!response.full_text().contains(typed), "{typed} is repeated in {}", response.full_text());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_refused_credential_does_not_replace_the_current_one() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let cookie = app.post_json(SAVE, &caller_credential()).send().await?.cookie()?;
    let refused = save(&app, &cookie, &credential("", "")).await?;
    assert_eq!(refused.status, 422);
    let page = app.get(OPERATION_PAGE).header("cookie", &cookie).send().await?.text();
    assert!(page.contains("Using your credential"));
    Ok(())
}

#[tokio::test]
async fn a_cookie_of_an_unknown_session_has_no_credential() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let real = app.post_json(SAVE, &caller_credential()).send().await?.cookie()?;
    for cookie in [
        "api-explorer-3000=",
        "api-explorer-3000=nonsense",
        "api-explorer-3000=00000000-0000-4000-8000-000000000000",
        "api-explorer-3000=../../etc/passwd",
        &real.replace("api-explorer", "other"),
        &format!("{real}0"),
    ] {
        let page = app.get(OPERATION_PAGE).header("cookie", cookie).send().await?;
        assert_eq!(page.status, 200, "{cookie}");
        assert!(page.text().contains("No credential saved"), "{cookie}");
        let has_session_cookie = cookie.starts_with("api-explorer-3000=") && cookie != "api-explorer-3000=";
        let code = if has_session_cookie { "session_ended" } else { "no_credential" };
        assert_eq!(call_with(&app, cookie).await?.status_and_code()?, (401, code.into()), "{cookie}");
    }
    let among_others = format!("theme=dark; {real}; x=y");
    assert!(app.get(OPERATION_PAGE).header("cookie", &among_others).send().await?.text().contains("Using your"));
    Ok(())
}

#[tokio::test]
async fn a_session_id_chosen_by_someone_else_is_never_used() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let fixed_cookie = "api-explorer-3000=00000000-0000-4000-8000-000000000000";
    assert_eq!(save(&app, fixed_cookie, &caller_credential()).await?.status, 200);
    let page = app.get(OPERATION_PAGE).header("cookie", fixed_cookie).send().await?.text();
    assert!(
        !page.contains("Using your credential"),
        "the session of a cookie that someone else set has the caller's credential"
    );
    Ok(())
}

#[tokio::test]
async fn saving_a_credential_replaces_a_session_id_known_to_others() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let shared = app.post_json(SAVE, &caller_credential()).send().await?.cookie()?;
    let before = app.get(OPERATION_PAGE).header("cookie", &shared).send().await?;
    let other = credential(CALLER_PROJECT, "secret-test-of-the-same-caller-later");
    let saved = save(&app, &shared, &other).await?;
    let (new_cookie, fingerprint) = (saved.cookie()?, saved.json()?["fingerprint"].as_str().unwrap_or("?").to_owned());
    assert_ne!(shared, new_cookie);
    let old_page = app.get(OPERATION_PAGE).header("cookie", &shared).send().await?.text();
    assert!(!old_page.contains(&fingerprint) && before.status == 200, "the old session has the new credential");
    assert!(app.get(OPERATION_PAGE).header("cookie", &new_cookie).send().await?.text().contains(&fingerprint));
    assert!(app.get(OPERATION_PAGE).header("cookie", &shared).send().await?.text().contains("No credential saved"));
    Ok(())
}

#[tokio::test]
async fn a_form_post_to_a_server_function_does_not_return_the_credential() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let response = app
        .post_json(SAVE, &credential("x", CALLER_SECRET))
        .header("accept", "text/html")
        .header("referer", &format!("http://{DEFAULT_HOST}{OPERATION_PAGE}"))
        .send()
        .await?;
    assert!(!response.full_text().contains(CALLER_SECRET), "{}", response.full_text());
    Ok(())
}

#[tokio::test]
async fn a_server_function_responds_to_the_request_and_never_redirects_to_the_referer() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let clear = json!({"provider": "stytch"});
    for (path, body, status) in [
        (CALL, &call(), 200),
        (CALL, &json!({}), 400),
        (SAVE, &caller_credential(), 200),
        (SAVE, &credential("x", CALLER_SECRET), 422),
        (CLEAR, &clear, 200),
    ] {
        let request = app.post_json(path, body).header("accept", "text/html,application/json");
        let response = request.header("referer", "https://evil.example/stolen").send().await?;
        assert_eq!((response.status.as_u16(), response.header("location")), (status, ""), "{path} {body}");
        assert_eq!(response.header("content-type"), "application/json", "{path} {body}");
    }
    Ok(())
}
