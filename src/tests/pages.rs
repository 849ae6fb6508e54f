//! Tests that the HTML of pages is readable without scripts.

use crate::support::{OPERATION_PAGE, TestApp, TestEnv, visible_text};
use anyhow::Result;
use api_explorer::providers::ProviderSettings;
use serde_json::json;

/// All operations of the group User, with the document's titles.
pub(crate) const OPERATIONS: [&str; 17] = [
    "apiUserV1Create",
    "apiUserV1Search",
    "apiUserV1Get",
    "apiUserV1Update",
    "apiUserV1Delete",
    "apiUserV1ExchangePrimaryFactor",
    "apiUserV1DeleteExternalId",
    "apiUserV1ConnectedApps",
    "apiUserV1Revoke",
    "apiUserV1DeleteEmail",
    "apiUserV1DeletePhoneNumber",
    "apiUserV1DeleteWebAuthnRegistration",
    "apiUserV1DeleteBiometricRegistration",
    "apiUserV1DeleteTotp",
    "apiUserV1DeleteCryptoWallet",
    "apiUserV1DeletePassword",
    "apiUserV1DeleteOAuthRegistration",
];

/// The visible text of the seed page, line by line. (One more sentence belongs to a state that only a script produces:
/// another gateway is selected and its URL is missing.)
const SEED: [&str; 23] = [
    "provider stytch User POST /v1/users",
    "@utdk/stytch /v1/users",
    "Create",
    "Add a User to Stytch. A user_id is returned in the response that can then be used to perform other operations within \
     Stytch. An email or a phone_number is required.",
    "Try it",
    "Authentication",
    "Configure credentials for Stytch API",
    "Gateway",
    "The gateway proxies requests and injects credentials server-side. Configure credentials above, then enter your gateway \
     URL.",
    "Saved automatically to browser storage.",
    "apiUserV1Create",
    "POST/v1/users",
    "Input",
    "The email address of the end user.",
    "The phone number to use for one-time passcodes. The phone number should be in E.164 format (i.e. +1XXXXXXXXXX). You may \
     use +10000000000 to test this endpoint, see Testing for more detail.",
    "Flag for whether or not to save a user as pending vs active in Stytch. Defaults to false. If true, users will be saved \
     with status pending in Stytch's backend until authenticated. If false, users will be created as active. An example usage \
     of a true flag would be to require users to verify their phone by entering the OTP code before creating an account for \
     them.",
    "The trusted_metadata field contains an arbitrary JSON object of application-specific data. See the Metadata reference \
     for complete field behavior details.",
    "The untrusted_metadata field contains an arbitrary JSON object of application-specific data. Untrusted metadata can be \
     edited by end users directly via the SDK, and cannot be used to store critical information. See the Metadata reference \
     for complete field behavior details.",
    "An identifier that can be used in API calls wherever a user_id is expected. This is a string consisting of alphanumeric, \
     ., _, -, or | characters with a maximum length of 128 characters.",
    "Roles to explicitly assign to this User. See the RBAC guide for more information about role assignment.",
    "Code snippet Updates live as you fill in the form above.",
    "TypeScript",
    "import stytch from '@utdk/stytch'; await stytch.apiUserV1Create()",
];

#[tokio::test]
async fn the_operation_page_contains_every_sentence_of_the_seed_page() -> Result<()> {
    let response = TestEnv::new().start_app().await?.get(OPERATION_PAGE).send().await?;
    let html = response.text();
    let text = visible_text(&html);
    for sentence in SEED {
        assert!(text.contains(sentence), "{sentence:?} is missing in {text}");
    }
    for link in [
        "https://stytch.com/docs/home#resources_testing",
        "https://stytch.com/docs/api/metadata",
        "https://stytch.com/docs/guides/rbac/role-assignment",
    ] {
        assert!(html.contains(&format!("href=\"{link}\"")), "{link} is missing");
    }
    Ok(())
}

#[tokio::test]
async fn the_operation_page_has_the_names_that_readers_rely_on() -> Result<()> {
    let html = TestEnv::new().start_app().await?.get(OPERATION_PAGE).send().await?.text();
    for heading in ["Try it", "Authentication", "Gateway", "Input", "Response", "Code snippet"] {
        assert!(html.contains(&format!(">{heading}</h")), "the heading {heading} is missing");
    }
    for button in ["Send", "Copy", "Save credentials", "Clear"] {
        assert!(html.contains(&format!(">{button}</button>")), "the button {button} is missing");
    }
    for field in ["email", "phone_number", "create_user_as_pending", "external_id", "first_name"] {
        assert!(html.contains(&format!(">{field}</label>")), "the label {field} is missing");
    }
    for group in ["name", "attributes", "trusted_metadata", "untrusted_metadata", "roles"] {
        assert!(html.contains(&format!("<legend>{group}</legend>")), "the group {group} is missing");
    }
    Ok(())
}

#[tokio::test]
async fn every_operation_has_a_page_and_is_listed() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let list = app.get("/stytch").send().await?;
    assert_eq!(list.status, 200);
    let list = list.text();
    for listing in &crate::stytch_document::stytch()?.document.operations {
        let name = &listing.name;
        let response = app.get(&format!("/stytch/{name}")).send().await?;
        assert_eq!(response.status, 200, "{name}");
        assert!(response.text().contains(&format!("<code>{name}</code>")), "{name}");
        assert!(list.contains(&format!("href=\"/stytch/{name}\"")), "{name} is not listed");
    }
    assert_eq!(list.matches("href=\"/stytch/apiUserV1").count(), OPERATIONS.len());
    assert_eq!(list.matches("href=\"/stytch/api").count(), crate::stytch_facts::OPERATION_COUNT);
    Ok(())
}

#[tokio::test]
async fn the_document_can_be_downloaded() -> Result<()> {
    let response = TestEnv::new().start_app().await?.get("/stytch/openapi.json").send().await?;
    assert_eq!((response.status.as_u16(), response.header("content-type")), (200, "application/json"));
    let document = response.json()?;
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    assert_eq!(document["servers"][0]["url"], "https://test.stytch.com");
    Ok(())
}

#[tokio::test]
async fn unknown_urls_have_a_not_found_page() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for path in [
        "/nobody",
        "/nobody/openapi.json",
        "/nobody/apiUserV1Create",
        "/stytch/apiUserV1Nothing",
        "/stytch/apiUserV1Create/more",
        "/stytch//",
        "/stytch/%3Cscript%3E",
        "/favicon.ico",
    ] {
        let response = app.get(path).send().await?;
        assert_eq!(response.status, 404, "{path}");
        assert!(response.text().contains("<h1>Not found</h1>"), "{path}: {}", response.text());
        assert!(!response.text().contains("<script>"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn other_spellings_of_a_url_redirect_to_the_page() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for (path, expected) in [
        ("/stytch/", "/stytch"),
        ("/Stytch", "/stytch"),
        ("/STYTCH/?group=Users", "/stytch?group=Users"),
        ("/stytch/api_user_v1_Create", OPERATION_PAGE),
        ("/stytch/APIUSERV1CREATE", OPERATION_PAGE),
        ("/Stytch/apiUserV1Create/?view=json&x=%2F", "/stytch/apiUserV1Create?view=json&x=%2F"),
        ("/stytch/api_user_v1_Create/replies", "/stytch/apiUserV1Create/replies"),
        ("/Stytch/openapi.json", "/stytch/openapi.json"),
        ("/stytch/api%5Fuser%5Fv1%5FCreate", OPERATION_PAGE),
    ] {
        for method in ["GET", "HEAD"] {
            let response = app.request(method, path).send().await?;
            assert_eq!((response.status.as_u16(), response.header("location")), (308, expected), "{method} {path}");
        }
    }
    // Nothing leads to another site, and nothing is sent again.
    for path in ["//stytch", "//Stytch/", "/%2Fstytch", "/Stytch//", "/Stytch/%2F%2Fevil.example", "/Stytch/.."] {
        let response = app.get(path).send().await?;
        assert_eq!((response.status.as_u16(), response.header("location")), (404, ""), "{path}");
    }
    let posted = app.post_form("/Stytch/api_user_v1_Create", &[("intent", "send")]).send().await?;
    assert_eq!((posted.status.as_u16(), posted.header("location")), (404, ""));
    Ok(())
}

#[tokio::test]
async fn a_url_that_can_mean_several_pages_redirects_nowhere() -> Result<()> {
    let operation = |id: &str| json!({"get": {"operationId": id, "responses": {}}});
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "Twins", "version": "1"},
        "paths": {"/one": operation("getUser"), "/two": operation("getuser"), "/three": operation("getThing")},
    });
    let mut settings = TestEnv::new().to_settings()?;
    settings.providers = vec![ProviderSettings::new("twins", document.to_string().into())];
    let app = TestApp::new(settings).await?;
    for (path, status) in [("/twins/GETUSER", 404), ("/twins/getuser", 200), ("/twins/get_thing", 308)] {
        assert_eq!(app.get(path).send().await?.status, status, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn no_page_may_be_cached() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for path in ["/", "/stytch", OPERATION_PAGE, "/nobody"] {
        assert_eq!(app.get(path).send().await?.header("cache-control"), "no-store", "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn without_settings_the_page_offers_the_example() -> Result<()> {
    let text = TestEnv::new().start_app().await?.get(OPERATION_PAGE).send().await?.text();
    assert!(text.contains("No credential saved. By default, calls use the example environment until you save one."));
    assert!(text.contains("Nothing is sent."));
    Ok(())
}

#[tokio::test]
async fn with_the_operators_credential_the_page_offers_its_environment() -> Result<()> {
    let text = TestEnv::new().with_operator_credential().start_app().await?.get(OPERATION_PAGE).send().await?.text();
    assert!(text.contains("Using the operator&#x27;s credential") || text.contains("Using the operator's credential"));
    assert!(text.contains("· test · fingerprint "));
    Ok(())
}

#[tokio::test]
async fn the_operator_can_disable_other_gateways() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_OTHER_GATEWAYS", "off").start_app().await?;
    let html = app.get(OPERATION_PAGE).send().await?.text();
    let another = html.find("id=\"gateway-another\"").map(|start| &html[start..start + 120]);
    assert!(another.is_some_and(|another| another.contains("disabled")), "{another:?}");
    Ok(())
}

#[tokio::test]
async fn health_and_readiness_probes_succeed() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.get(path).send().await?.status, 200, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn an_operation_is_documented_as_markdown() -> Result<()> {
    let app = TestEnv::default().start_app().await?;
    let response = app.get("/stytch/apiUserV1Create.md").send().await?;
    assert_eq!((response.status.as_u16(), response.header("content-type")), (200, "text/markdown; charset=utf-8"));
    let markdown = response.text();
    for part in [
        "# Create a user\n\n`POST /v1/users` of Stytch, operation `apiUserV1Create`\n\nAdd a User to Stytch. A `user_id`",
        "\n## Environments\n\n- test: https://test.stytch.com\n",
        "\n## Body: application/json\n\n",
        "\n- `email` (text, email): The email address of the end user.\n",
        "\n### Name\n\n- `first_name` (",
        "\n## Responses\n\n- `200` ",
        "\n## Call it\n\nSend `POST /tools/stytch/apiUserV1Create` to this server",
    ] {
        assert!(markdown.contains(part), "{part:?} is missing in {markdown}");
    }
    assert!(!markdown.contains("<p>") && !markdown.contains("&quot;"), "{markdown}");
    for path in ["/stytch/nothing.md", "/nobody/apiUserV1Create.md"] {
        assert_eq!(app.get(path).send().await?.status, 404, "{path}");
    }
    Ok(())
}
