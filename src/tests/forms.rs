//! Tests for the operation page without scripts: plain forms whose response is the same page.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, OPERATION_PAGE, TestApp, TestEnv, TestResponse, Upstream, basic_authorization,
};
use anyhow::Result;
use serde_json::json;

async fn send(app: &TestApp, controls: &[(&str, &str)]) -> Result<TestResponse> {
    let all: Vec<_> = controls.iter().copied().chain([("intent", "send")]).collect();
    app.post_form(OPERATION_PAGE, &all).send().await
}

/// Returns the first tag that contains a text.
fn tag<'a>(html: &'a str, with: &str) -> &'a str {
    let tags = html.match_indices(with).filter_map(|(at, _)| {
        let start = html[..at].rfind('<')?;
        let end = at + html[at..].find('>')?;
        Some(&html[start..=end])
    });
    tags.into_iter().next().unwrap_or_default()
}

#[tokio::test]
async fn a_submitted_form_is_sent_and_the_page_shows_the_response() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let controls = [
        ("environment", "test"),
        ("value/email", "ada@example.com"),
        ("value/name/first_name", "Ada"),
        ("value/phone_number", ""),
        ("value/create_user_as_pending", "false"),
        ("value/roles/0", "admin"),
        ("value/roles/4", "reader"),
        ("key/trusted_metadata/0", "plan"),
        ("value/trusted_metadata/0", "{\"n\": 1.0}"),
        ("as/external_id", "json"),
        ("json/external_id", "null"),
        ("key+/0", "locale"),
        ("value+/0", "\"en\""),
    ];
    let response = send(&app, &controls).await?;
    assert_eq!(response.status, 200);
    let html = response.text();
    assert!(html.contains("200 OK") && html.contains("user-test-1"));
    assert!(tag(&html, "name=\"value/email\"").contains("value=\"ada@example.com\""));
    assert_eq!(
        upstream.only_request()?.json()?,
        json!({
            "email": "ada@example.com",
            "name": {"first_name": "Ada"},
            "create_user_as_pending": false,
            "roles": ["admin", "reader"],
            "trusted_metadata": {"plan": {"n": 1.0}},
            "external_id": null,
            "locale": "en",
        })
    );
    Ok(())
}

#[tokio::test]
async fn without_settings_the_example_response_is_shown_as_such() -> Result<()> {
    let response =
        send(&TestEnv::new().start_app().await?, &[("environment", "example"), ("value/email", "ada@example.com")])
            .await?;
    assert_eq!(response.status, 200);
    assert!(response.text().contains("Example response from the documentation. Nothing was sent."));
    Ok(())
}

#[tokio::test]
async fn problems_are_shown_at_their_fields_and_inputs_keep_their_values() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let typed = "\"><script>alert(1)</script>";
    let controls = [
        ("environment", "test"),
        ("value/email", typed),
        ("value/phone_number", "12"),
        ("value/external_id", "fine-1"),
        ("key/trusted_metadata/0", "plan"),
        ("value/trusted_metadata/0", "gold"),
    ];
    let response = send(&app, &controls).await?;
    assert_eq!(response.status, 400);
    let html = response.text();
    assert!(!html.contains("<script>alert"));
    assert!(tag(&html, "name=\"value/phone_number\"").contains("aria-invalid=\"true\""));
    assert!(!tag(&html, "name=\"value/external_id\"").contains("aria-invalid=\"true\""));
    for expected in
        ["value=\"12\"", "value=\"fine-1\"", "value=\"plan\"", "value=\"gold\"", "&quot;&gt;&lt;script&gt;alert(1)"]
    {
        assert!(html.contains(expected), "{expected} is missing");
    }
    for expected_message in ["Must be an email address", "Must be a phone number in E.164 format", "Text needs quotes"]
    {
        assert!(html.contains(expected_message), "{expected_message} is missing");
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn rows_are_added_and_removed_without_sending() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let rows = |html: &str| html.matches("data-row=\"/roles/").count();
    let typed = [("value/roles/0", "admin"), ("value/roles/1", "reader"), ("value/email", "unfinished")];
    let with = |intent: &'static str| typed.into_iter().chain([("intent", intent)]).collect::<Vec<_>>();
    let added = app.post_form(OPERATION_PAGE, &with("add/roles")).send().await?;
    assert_eq!((added.status.as_u16(), rows(&added.text())), (200, 3));
    let removed = app.post_form(OPERATION_PAGE, &with("remove/roles/0")).send().await?;
    let html = removed.text();
    assert_eq!((removed.status.as_u16(), rows(&html)), (200, 1));
    assert!(
        html.contains("value=\"reader\"") && !html.contains("value=\"admin\"") && html.contains("value=\"unfinished\"")
    );
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_value_changes_between_its_input_and_json() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let post = async |intent: &str, controls: &[(&str, &str)]| -> Result<String> {
        let all: Vec<_> = controls.iter().copied().chain([("intent", intent)]).collect();
        Ok(app.post_form(OPERATION_PAGE, &all).send().await?.text())
    };
    let html = post("json/email", &[("value/email", "a@b.c")]).await?;
    assert!(html.contains("name=\"as/email\" value=\"json\"") && html.contains("&quot;a@b.c&quot;"), "{html}");
    assert!(!html.contains("name=\"value/email\""));
    let html = post("json/roles", &[("value/roles/0", "admin"), ("value/roles/5", "reader")]).await?;
    assert!(html.contains("[\n  &quot;admin&quot;,\n  &quot;reader&quot;\n]"), "{html}");
    let html = post("plain/email", &[("as/email", "json"), ("json/email", "\"a@b.c\"")]).await?;
    assert!(tag(&html, "name=\"value/email\"").contains("value=\"a@b.c\""), "{html}");
    for (json, message) in [("\"\"", "cannot show this value"), ("{", "Incomplete JSON")] {
        let html = post("plain/email", &[("as/email", "json"), ("json/email", json)]).await?;
        assert!(html.contains("name=\"as/email\"") && html.contains(message), "{json}: {html}");
    }
    Ok(())
}

#[tokio::test]
async fn a_form_is_emptied_without_sending() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let controls = [("environment", "live"), ("value/email", "a@b.c"), ("intent", "reset")];
    let html = app.post_form(OPERATION_PAGE, &controls).send().await?.text();
    assert!(!html.contains("a@b.c") && html.contains("value=\"live\" selected"), "{html}");
    Ok(())
}

#[tokio::test]
async fn the_control_with_a_problem_or_a_new_row_gets_the_focus() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let focused = |html: &str| tag(html, " autofocus").to_owned();
    let html = send(&app, &[("value/email", "nobody"), ("value/phone_number", "12")]).await?.text();
    assert!(focused(&html).contains("name=\"value/email\""), "{html}");
    let added = app.post_form(OPERATION_PAGE, &[("value/roles/0", "admin"), ("intent", "add/roles")]).send().await?;
    assert!(focused(&added.text()).contains("name=\"value/roles/1\""));
    Ok(())
}

#[tokio::test]
async fn arguments_can_be_written_as_json() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let text = r#"{"email": "ada@example.com", "name": {"first_name": "Ada"}}"#;
    let response = send(&app, &[("environment", "test"), ("view", "json"), ("arguments", text)]).await?;
    assert_eq!(response.status, 200);
    assert_eq!(upstream.only_request()?.json()?, serde_json::from_str::<serde_json::Value>(text)?);
    // The other view shows the same values.
    assert!(tag(&response.text(), "name=\"value/name/first_name\"").contains("value=\"Ada\""));
    Ok(())
}

#[tokio::test]
async fn form_values_are_sent_while_the_json_input_is_empty() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let typed = ("value/email", "ada@example.com");
    for json_controls in [[("view", "json"), ("arguments", "")], [("as/email", "json"), ("json/email", " ")]] {
        let response = send(&app, &[&[("environment", "test"), typed], &json_controls[..]].concat()).await?;
        assert_eq!(response.status, 200, "{json_controls:?}");
        assert!(
            tag(&response.text(), "name=\"value/email\"").contains("value=\"ada@example.com\""),
            "{json_controls:?}"
        );
    }
    for sent in upstream.received_requests() {
        assert_eq!(sent.json()?, serde_json::json!({"email": "ada@example.com"}));
    }
    assert_eq!(upstream.received_requests().len(), 2);
    Ok(())
}

#[tokio::test]
async fn invalid_json_is_reported_and_stays_in_the_input() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    let response = send(&app, &[("view", "json"), ("arguments", "{\"email\": </textarea><script>")]).await?;
    let html = response.text();
    assert_eq!(response.status, 400);
    assert!(html.contains("Invalid JSON") && html.contains("&lt;/textarea&gt;&lt;script&gt;"));
    assert!(!html.contains("</textarea><script>"));
    Ok(())
}

#[tokio::test]
async fn the_providers_error_message_is_shown_as_text() -> Result<()> {
    let upstream = Upstream::with_response(400, json!({"error_message": "<img src=x onerror=alert(1)>"})).await?;
    let html = send(&TestEnv::with_upstream(&upstream).start_app().await?, &[("environment", "test")]).await?.text();
    assert!(html.contains("400 Bad Request") && html.contains("&lt;img"));
    assert!(!html.contains("<img src=x"));
    Ok(())
}

#[tokio::test]
async fn a_failed_call_is_explained_and_the_form_keeps_its_values() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let html = send(&app, &[("environment", "live"), ("value/email", "ada@example.com")]).await?.text();
    assert!(html.contains("No credential for Stytch is set."));
    assert!(tag(&html, "name=\"value/email\"").contains("value=\"ada@example.com\""));
    Ok(())
}

#[tokio::test]
async fn saving_a_credential_redirects_to_the_page() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::new().with_base_url(&upstream.url).start_app().await?;
    let controls =
        [("basicAuth/username", CALLER_PROJECT), ("basicAuth/password", CALLER_SECRET), ("credential", "save")];
    let saved = app.post_form(OPERATION_PAGE, &controls).send().await?;
    assert_eq!(saved.status, 303);
    assert_eq!(saved.header("location"), "/stytch/apiUserV1Create#authentication");
    assert!(saved.header("set-cookie").contains("HttpOnly") && !saved.full_text().contains(CALLER_SECRET));
    let cookie = saved.cookie()?;
    let page = app.get(OPERATION_PAGE).header("cookie", &cookie).send().await?.text();
    assert!(page.contains("Using your credential"), "{page}");
    let controls = [("environment", "test"), ("intent", "send")];
    app.post_form(OPERATION_PAGE, &controls).header("cookie", &cookie).send().await?;
    assert_eq!(upstream.only_request()?.header("authorization"), basic_authorization(CALLER_PROJECT, CALLER_SECRET));
    let cleared = app.post_form(OPERATION_PAGE, &[("credential", "clear")]).header("cookie", &cookie).send().await?;
    assert_eq!(cleared.status, 303);
    assert!(app.get(OPERATION_PAGE).header("cookie", &cookie).send().await?.text().contains("No credential saved"));
    Ok(())
}

#[tokio::test]
async fn a_malformed_credential_is_explained_and_not_repeated() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let controls = [("basicAuth/username", "nonsense-id"), ("basicAuth/password", "hunter2"), ("credential", "save")];
    let response = app.post_form(OPERATION_PAGE, &controls).send().await?;
    assert_eq!((response.status.as_u16(), response.header("set-cookie")), (422, ""));
    let html = response.text();
    assert!(
        html.contains("Project ID must start with project-test- or project-live-.")
            && html.contains("Secret is too short")
    );
    assert!(!html.contains("hunter2") && !html.contains("nonsense-id"));
    assert!(tag(&html, "name=\"basicAuth/password\"").contains("aria-invalid=\"true\""));
    Ok(())
}

#[tokio::test]
async fn a_form_for_an_unknown_operation_is_not_found() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    for path in ["/stytch/nothing", "/nobody/apiUserV1Create"] {
        assert_eq!(app.post_form(path, &[("intent", "send")]).send().await?.status, 404, "{path}");
    }
    let save = [("basicAuth/username", CALLER_PROJECT), ("basicAuth/password", CALLER_SECRET), ("credential", "save")];
    assert_eq!(app.post_form("/nobody/apiUserV1Create", &save).send().await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn no_form_redirects_to_another_site() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for path in ["/%2Fevil.example/x", "/%5Cevil.example/x", "/%2F%2Fevil.example/x"] {
        for intent in ["clear", "save"] {
            let controls =
                [("basicAuth/username", CALLER_PROJECT), ("basicAuth/password", CALLER_SECRET), ("credential", intent)];
            let response = app.post_form(path, &controls).send().await?;
            let location = response.header("location");
            assert!(!location.starts_with("//") && !location.starts_with("/\\"), "{path} {intent} leads to {location}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_unexpected_form_does_no_harm() -> Result<()> {
    let app = TestEnv::new().with_operator_credential().start_app().await?;
    for body in [
        "",
        "&&&=",
        "value/roles/99999999999999999999=x",
        "intent=add",
        "intent=remove/",
        "intent=add/nothing/at/all",
        "%ff=%fe",
    ] {
        let response = app.post(OPERATION_PAGE, format!("environment=example&{body}")).send().await?;
        assert!(matches!(response.status.as_u16(), 200 | 400), "{body}: {}", response.status);
    }
    Ok(())
}
