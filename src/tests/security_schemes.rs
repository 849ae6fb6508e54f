//! Tests that each security scheme adds the credential where the document requires it, and nowhere else.

use crate::support::{
    Upstream, basic_authorization,
    locks::{all_credential_values, call_operation, provider_settings, save_credentials, start_app, start_app_for},
    visible_text,
};
use anyhow::{Context, Result};
use api_explorer::gateway::credential::CredentialConfig;
use serde_json::json;

#[tokio::test]
async fn each_scheme_puts_its_credential_at_the_documented_location() -> Result<()> {
    for (operation, authorization, key, query, cookie) in [
        ("basic", &*basic_authorization("ada", "pass-word"), "", None, ""),
        ("bearer", "Bearer bearer-token", "", None, ""),
        ("header", "", "header-key", None, ""),
        ("query", "", "", Some("api_key=query%26key"), ""),
        ("cookie", "", "", None, "session=cookie+key/="),
        ("person", "Bearer person-token", "", None, ""),
        ("none", "", "", None, ""),
        ("optional", "", "header-key", None, ""),
        ("either", "", "header-key", None, ""),
        ("both", "Bearer bearer-token", "header-key", Some("api_key=query%26key"), ""),
    ] {
        let upstream = Upstream::succeeding().await?;
        let app = start_app_for(&upstream).await?;
        let session_cookie = save_credentials(&app, "", all_credential_values()).await?;
        let response = call_operation(&app, &session_cookie, operation, &json!({})).await?;
        assert_eq!(response.status, 200, "{operation}: {}", response.text());
        let sent = upstream.only_request()?;
        let found =
            (sent.header("authorization"), sent.header("x-api-key"), sent.query.as_deref(), sent.header("cookie"));
        assert_eq!(found, (authorization, key, query, cookie), "{operation}");
    }
    Ok(())
}

#[tokio::test]
async fn a_credential_replaces_an_argument_of_the_same_name() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_for(&upstream).await?;
    let session_cookie = save_credentials(&app, "", all_credential_values()).await?;
    let arguments = json!({"X-Api-Key": "typed", "api_key": "typed", "page": "2"});
    call_operation(&app, &session_cookie, "both", &arguments).await?;
    let sent = upstream.only_request()?;
    assert_eq!(sent.headers.get_all("x-api-key").iter().count(), 1);
    assert_eq!((sent.header("x-api-key"), sent.query.as_deref()), ("header-key", Some("page=2&api_key=query%26key")));
    Ok(())
}

#[tokio::test]
async fn an_operation_that_needs_no_credential_is_called_without_one() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_for(&upstream).await?;
    for operation in ["none", "optional"] {
        assert_eq!(call_operation(&app, "", operation, &json!({})).await?.status, 200, "{operation}");
    }
    let sent = upstream.received_requests();
    assert!(sent.iter().all(|sent| sent.header("authorization").is_empty() && sent.header("x-api-key").is_empty()));
    Ok(())
}

#[tokio::test]
async fn a_missing_credential_is_reported_and_nothing_is_sent() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_for(&upstream).await?;
    let session_cookie = save_credentials(&app, "", json!({"bearer/token": "bearer-token"})).await?;
    for (cookie, operation, expected_text) in [
        ("", "header", "No credential for Locks is set. This operation requires API key in the header X-Api-Key."),
        ("", "either", "requires API key in the header X-Api-Key, or Bearer token."),
        (
            &*session_cookie,
            "header",
            "does not include API key in the header X-Api-Key, which this operation requires.",
        ),
        (&*session_cookie, "both", "API key in the header X-Api-Key and API key in the query parameter api_key, which"),
        (&*session_cookie, "certificate", "TLS client certificates are not supported"),
        (&*session_cookie, "undefined", "undefined: the document does not define it"),
    ] {
        let response = call_operation(&app, cookie, operation, &json!({})).await?;
        assert_eq!(response.status_and_code()?, (401, "no_credential".into()), "{operation}");
        assert!(response.text().contains(expected_text), "{operation}: {}", response.text());
    }
    assert_eq!(call_operation(&app, &session_cookie, "clash", &json!({})).await?.status, 401);
    let session_cookie =
        save_credentials(&app, &session_cookie, json!({"basic/username": "ada", "basic/password": "pass-word"}))
            .await?;
    assert_eq!(
        call_operation(&app, &session_cookie, "clash", &json!({})).await?.status_and_code()?,
        (403, "forbidden".into())
    );
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn without_configured_hosts_only_calls_without_a_credential_are_sent() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let mut provider = provider_settings(None, "https://a.example/token")?;
    provider.document =
        provider.document.read(provider.document_limit_mb)?.replace("https://locks.example", &upstream.url).into();
    provider.policy.test_environments = vec!["main".into()];
    for hosts in [vec![], vec!["locks.example".to_owned()]] {
        provider.hosts = hosts;
        let app = start_app(provider.clone(), None).await?;
        let session_cookie = save_credentials(&app, "", json!({"header/key": "header-key"})).await?;
        // The URL does not use TLS, so calls are refused with and without a credential.
        for operation in ["none", "header"] {
            assert_eq!(
                call_operation(&app, &session_cookie, operation, &json!({})).await?.status_and_code()?,
                (403, "forbidden".into())
            );
        }
    }
    provider.document =
        provider.document.read(provider.document_limit_mb)?.replace(&upstream.url, "https://nobody.invalid").into();
    for (hosts, none, header) in [(vec![], 502, 403), (vec!["locks.example".to_owned()], 403, 403)] {
        provider.hosts = hosts;
        let app = start_app(provider.clone(), None).await?;
        let session_cookie = save_credentials(&app, "", json!({"header/key": "header-key"})).await?;
        for (operation, status) in [("none", none), ("header", header)] {
            assert_eq!(
                call_operation(&app, &session_cookie, operation, &json!({})).await?.status,
                status,
                "{operation}"
            );
        }
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn the_operators_credential_is_resolved_against_the_document() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let provider = provider_settings(Some(&upstream.url), "https://a.example/token")?;
    let credential_config = |scheme: &str, part: &str| CredentialConfig {
        scheme: Some(scheme.into()),
        parts: [(part.to_owned(), "operators-key".to_owned().into())].into(),
    };
    let app = start_app(provider.clone(), Some(credential_config("query", "key"))).await?;
    assert_eq!(call_operation(&app, "", "query", &json!({})).await?.status, 200);
    assert_eq!(upstream.only_request()?.query.as_deref(), Some("api_key=operators-key"));
    for (scheme, part) in [("query", "token"), ("nobody", "key")] {
        let message = start_app(provider.clone(), Some(credential_config(scheme, part)))
            .await
            .err()
            .context("the server started")?;
        let message = format!("{message:#}");
        assert!(message.contains("provider locks") && !message.contains("operators-key"), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn the_card_has_inputs_only_for_the_schemes_of_the_operation() -> Result<()> {
    let app = start_app_for(&Upstream::succeeding().await?).await?;
    for (operation, labels, expected_text) in [
        ("basic", vec!["Username", "Password"], "Configure credentials for Locks"),
        ("bearer", vec!["Bearer token"], ""),
        ("header", vec!["API key (X-Api-Key)"], ""),
        ("machine", vec!["Client ID", "Client secret", "Access token"], "get and renew an access token"),
        ("person", vec!["Access token"], ""),
        ("none", vec![], "This operation needs no credential."),
        ("optional", vec!["API key (X-Api-Key)"], "A credential is optional for this operation."),
        ("certificate", vec![], "Cannot be used here: TLS client certificates are not supported."),
        ("either", vec!["API key (X-Api-Key)", "Bearer token"], "One of these"),
        ("both", vec!["API key (X-Api-Key)", "API key (api_key)", "Bearer token"], "All of these are required."),
    ] {
        let html =
            app.get(&format!("/locks/{operation}")).header("cookie", "snippet=curl.environment").send().await?.text();
        let card = html.split("id=\"authentication\"").nth(1).and_then(|rest| rest.split("</section>").next());
        let card = card.context("there is no card")?;
        let found: Vec<&str> =
            card.split("</label>").filter_map(|before| before.rsplit_once('>')).map(|(_, label)| label).collect();
        assert_eq!(found[..found.len() - 1], labels, "{operation}");
        assert!(visible_text(&format!("<body>{card}")).contains(expected_text), "{operation}: {card}");
        let passwords = labels.iter().filter(|label| !matches!(**label, "Username" | "Client ID")).count();
        assert_eq!(card.matches("type=\"password\" autocomplete=\"off\"").count(), passwords, "{operation}: {card}");
    }
    Ok(())
}

#[tokio::test]
async fn the_card_works_without_scripts() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_for(&upstream).await?;
    let refused =
        app.post_form("/locks/either", &[("header/key", "a\u{1}b"), ("bearer/token", ""), ("credential", "save")]);
    let refused = refused.send().await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("API key (X-Api-Key) is too long or") && !refused.text().contains("a\u{1}b"));
    let form = [("header/key", ""), ("bearer/token", "bearer-token"), ("credential", "save")];
    let saved = app.post_form("/locks/either", &form).send().await?;
    assert_eq!((saved.status.as_u16(), saved.header("location")), (303, "/locks/either#authentication"));
    let cookie = saved.cookie()?;
    let page = app.get("/locks/both").header("cookie", &cookie).send().await?.text();
    assert!(page.contains("not sufficient for this operation"), "{page}");
    let controls = [("environment", "main"), ("intent", "send")];
    app.post_form("/locks/either", &controls).header("cookie", &cookie).send().await?;
    assert_eq!(upstream.only_request()?.header("authorization"), "Bearer bearer-token");
    Ok(())
}

#[tokio::test]
async fn saving_for_one_scheme_keeps_the_others_and_clearing_removes_all() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_for(&upstream).await?;
    let cookie = save_credentials(&app, "", json!({"header/key": "header-key"})).await?;
    let cookie = save_credentials(&app, &cookie, json!({"bearer/token": "bearer-token", "header/key": ""})).await?;
    for operation in ["header", "bearer"] {
        assert_eq!(call_operation(&app, &cookie, operation, &json!({})).await?.status, 200, "{operation}");
    }
    let cleared = app.post_json("/api/credential/clear", &json!({"provider": "locks"})).header("cookie", &cookie);
    assert_eq!(cleared.send().await?.json()?["schemes"], json!([]));
    assert_eq!(call_operation(&app, &cookie, "header", &json!({})).await?.status, 401);
    Ok(())
}

#[tokio::test]
async fn snippets_name_variables_of_the_provider() -> Result<()> {
    let app = start_app_for(&Upstream::succeeding().await?).await?;
    for (operation, expected) in [
        ("basic", "--user \"$LOCKS_USERNAME:$LOCKS_PASSWORD\""),
        ("bearer", "--header \"Authorization: Bearer ${LOCKS_TOKEN}\""),
        ("header", "--header \"X-Api-Key: ${LOCKS_API_KEY}\""),
        ("query", "\"https://locks.example/query?api_key=${LOCKS_API_KEY}\""),
        ("cookie", "--header \"cookie: session=${LOCKS_API_KEY}\""),
        ("machine", "--header \"Authorization: Bearer ${LOCKS_ACCESS_TOKEN}\""),
        ("both", "--header \"X-Api-Key: ${LOCKS_HEADER_API_KEY}\""),
        ("both", "?api_key=${LOCKS_QUERY_API_KEY}"),
        ("either", "X-Api-Key: ${LOCKS_API_KEY}"),
    ] {
        let text = visible_text(
            &app.get(&format!("/locks/{operation}")).header("cookie", "snippet=curl.environment").send().await?.text(),
        );
        assert!(text.contains(expected), "{operation}: {expected} is not in {text}");
    }
    let html = app.get("/locks/none").header("cookie", "snippet=curl.environment").send().await?.text();
    assert!(!html.contains("LOCKS_"), "{html}");
    Ok(())
}
