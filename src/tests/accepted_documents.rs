//! Tests for accepted documents: after a change of a document, the operator's credential is used for no operation that
//! an administrator has not accepted.

use crate::{
    missing_documents::DocumentServer,
    support::{
        RESPONSE_TIMEOUT, TestApp, TestEnv, TestResponse, TestStore, Upstream,
        command::{CommandOutput, run},
        visible_text,
    },
};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;
use tokio::{
    task::{spawn_blocking, yield_now},
    time::timeout,
};

const OPERATOR_KEY: &str = "key-of-the-operator";
const CALLER_KEY: &str = "key-of-a-caller";
/// Settings without a base URL, so that calls go to the servers of the document.
const HOSTS: &str = "hosts = [\"127.0.0.1\", \"localhost\"]";

/// A provider whose document changes between starts, with a store that survives them.
pub(crate) struct Shop {
    folder: TempDir,
    store: TestStore,
    upstream: Upstream,
}

/// Returns the first version of the document.
pub(crate) fn first_version() -> Value {
    let id = json!([{"in": "path", "name": "id", "required": true, "schema": {"type": "string"}}]);
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": "https://127.0.0.1", "x-name": "main"}],
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        "paths": {
            "/orders": {"get": {"operationId": "listOrders", "tags": ["orders"]}},
            "/orders/mine": {"get": {"operationId": "getMyOrder", "tags": ["orders"]}},
            "/orders/{id}": {"get": {"operationId": "getOrder", "tags": ["orders"], "parameters": id}},
        }
    })
}

/// Returns the first version with a value at a JSON pointer replaced or added.
pub(crate) fn with_change(pointer: &str, value: Value) -> Result<Value> {
    let mut document = first_version();
    let (parent, name) = pointer.rsplit_once('/').context("not a pointer")?;
    let name = name.replace("~1", "/");
    let parent = document.pointer_mut(parent).and_then(Value::as_object_mut).context("no such object")?;
    if value.is_null() {
        parent.remove(&name)
    } else {
        parent.insert(name, value)
    };
    Ok(document)
}

/// Returns the first version with another operation, which exports all orders.
fn with_export() -> Result<Value> {
    with_change("/paths/~1orders~1export", json!({"post": {"operationId": "exportOrders"}}))
}

impl Shop {
    /// Writes the first version of the document, and settings with these lines for the policy.
    async fn new(policy: &str) -> Result<Self> {
        Self::with_upstream(policy, Upstream::succeeding().await?).await
    }

    /// Does the same, and sends the calls to an upstream.
    pub(crate) async fn with_upstream(policy: &str, upstream: Upstream) -> Result<Self> {
        let shop = Self { folder: tempfile::tempdir()?, store: TestStore::new().await?, upstream };
        let base_url = format!("base_url = \"{}\"", shop.upstream.url);
        shop.write_settings(&base_url, "hosts = [\"127.0.0.1\"]", policy)?;
        shop.write(&first_version())?;
        Ok(shop)
    }

    /// Writes the settings of the provider, of its credential and of its policy.
    fn write_settings(&self, provider: &str, credential: &str, policy: &str) -> Result<()> {
        let document = if provider.contains("document = ") { "" } else { "document = \"shop.json\"" };
        let toml = format!(
            "[[provider]]\nid = \"shop\"\n{document}\n{provider}\n[provider.credential]\nkey = \
             \"env:SHOP_KEY\"\n{credential}\n[provider.policy]\ntest = [\"main\"]\n{policy}\n"
        );
        Ok(fs::write(self.folder.path().join("explorer.toml"), toml)?)
    }

    fn write(&self, document: &Value) -> Result<()> {
        Ok(fs::write(self.folder.path().join("shop.json"), document.to_string())?)
    }

    fn config_path(&self) -> String {
        self.folder.path().join("explorer.toml").display().to_string()
    }

    async fn start(&self) -> Result<TestApp> {
        let env = TestEnv::new().set_var("EXPLORER_CONFIG", &self.config_path()).set_var("SHOP_KEY", OPERATOR_KEY);
        self.store.apply_to(env).start_app().await
    }

    /// Starts a server, lets it stop, and starts another one with a new version of the document.
    pub(crate) async fn start_and_change(&self, document: &Value) -> Result<TestApp> {
        drop(self.start().await?);
        self.write(document)?;
        self.start().await
    }

    /// Runs `check` with these arguments.
    async fn check(&self, arguments: &[&str]) -> Result<CommandOutput> {
        let arguments: Vec<String> = ["check"].iter().chain(arguments).map(|text| (*text).to_owned()).collect();
        let variables = [
            ("EXPLORER_CONFIG", self.config_path()),
            ("DATABASE_URL", self.store.url().to_owned()),
            ("EXPLORER_KEY", self.store.key().to_owned()),
            ("SHOP_KEY", OPERATOR_KEY.to_owned()),
        ];
        spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
            run(&arguments, &variables)
        })
        .await?
    }
}

/// Calls an operation through `/tools`.
pub(crate) async fn call(app: &TestApp, operation: &str, arguments: Value) -> Result<TestResponse> {
    app.post_json(&format!("/tools/shop/{operation}"), &json!({"args": arguments})).send().await
}

fn is_denied(response: &TestResponse) -> Result<bool> {
    Ok(response.status == 403 && response.status_and_code()?.1 == "policy_denied")
}

/// Returns the value of a hidden input of the form that accepts the document.
fn hidden_value(page: &str, name: &str) -> Result<String> {
    let form = page.split("action=\"/admin/documents\"").nth(1).context("no form")?;
    let value = form.split(&format!("name=\"{name}\" value=\"")).nth(1).context("no input")?;
    Ok(value.split('"').next().unwrap_or_default().to_owned())
}

/// Accepts the document with the form of the admin page, as a browser without scripts does.
pub(crate) async fn accept(app: &TestApp) -> Result<TestResponse> {
    let page = app.get("/admin").send().await?.text();
    let [sha256, accepted] = [hidden_value(&page, "sha256")?, hidden_value(&page, "accepted")?];
    let fields = [("provider", "shop"), ("sha256", sha256.as_str()), ("accepted", accepted.as_str())];
    app.post_form("/admin/documents", &fields).send().await
}

#[tokio::test]
async fn a_document_is_accepted_when_it_is_first_used() -> Result<()> {
    let shop = Shop::new("").await?;
    let app = shop.start().await?;
    assert_eq!(call(&app, "getOrder", json!({"id": "1"})).await?.status, 200);
    let page = visible_text(&app.get("/admin").send().await?.text());
    assert!(page.contains("Documents") && page.contains("accepted at first use"), "{page}");
    // The same version is accepted after a restart too.
    assert_eq!(call(&shop.start().await?, "getOrder", json!({"id": "1"})).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_new_operation_of_a_changed_document_is_denied_alike_on_the_page_through_tools_and_through_the_proxy()
-> Result<()> {
    let shop = Shop::new("").await?;
    let app = shop.start_and_change(&with_export()?).await?;
    let tool = call(&app, "exportOrders", json!({})).await?;
    assert!(is_denied(&tool)?, "{}", tool.text());
    let text = tool.text();
    for part in
        ["POST /orders/export", "is new", "Shop", "Nothing was sent", "/admin", "check --accept", "your own credential"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(tool.json()?["rule"], "document change: POST /orders/export is new");
    let proxied = app.post("/proxy/shop/orders/export", "").send().await?;
    assert!(is_denied(&proxied)?, "{}", proxied.text());
    let posted = app.post_form("/shop/exportOrders", &[("intent", "send"), ("environment", "main")]).send().await?;
    assert!(posted.text().contains("Nothing was sent"), "{}", posted.text());
    assert!(shop.upstream.received_requests().is_empty());
    // The page says it before anything is sent, and the operations of the first version are still allowed.
    let page = visible_text(&app.get("/shop/exportOrders").send().await?.text());
    assert!(page.contains("is not used for this operation"), "{page}");
    assert!(!app.get("/shop/getOrder").send().await?.text().contains("is not used for this operation"));
    assert_eq!(call(&app, "getOrder", json!({"id": "1"})).await?.status, 200);
    assert_eq!(app.get("/proxy/shop/orders/1").send().await?.status, 200);
    let audit = app.get("/admin/audit.jsonl").send().await?.text();
    assert!(audit.contains("document change: POST /orders/export is new"), "{audit}");
    Ok(())
}

#[tokio::test]
async fn accepting_on_the_admin_page_allows_the_new_operation_and_is_recorded() -> Result<()> {
    let shop = Shop::new("").await?;
    let app = shop.start_and_change(&with_export()?).await?;
    let page = app.get("/admin").send().await?.text();
    let text = visible_text(&page);
    for part in ["Documents", "shop", "Added", "POST /orders/export", "Accept"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        text.contains(&hidden_value(&page, "sha256")?) && text.contains(&hidden_value(&page, "accepted")?),
        "{text}"
    );
    assert_eq!(accept(&app).await?.status, 303);
    assert_eq!(call(&app, "exportOrders", json!({})).await?.status, 200);
    assert!(!app.get("/admin").send().await?.text().contains("action=\"/admin/documents\""));
    let audit = app.get("/admin/audit.jsonl").send().await?.text();
    assert!(audit.contains("\"action\":\"accept_document\""), "{audit}");
    // It stays accepted.
    assert_eq!(call(&shop.start().await?, "exportOrders", json!({})).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn only_administrators_on_a_page_of_ours_accept_and_only_the_version_that_they_saw() -> Result<()> {
    let shop = Shop::new("").await?;
    let app = shop.start_and_change(&with_export()?).await?;
    let page = app.get("/admin").send().await?.text();
    let [sha256, accepted] = [hidden_value(&page, "sha256")?, hidden_value(&page, "accepted")?];
    let form = |sha256: &str, accepted: &str| {
        app.post_form("/admin/documents", &[("provider", "shop"), ("sha256", sha256), ("accepted", accepted)])
    };
    let cross_site =
        form(&sha256, &accepted).header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
    assert_eq!(cross_site.send().await?.status, 403);
    let modest = app.access_token(&[], &[]).await?;
    let refused = form(&sha256, &accepted).bearer_token(&modest).send().await?;
    assert_eq!(refused.status, 403, "{}", refused.text());
    for (sha256, accepted) in [(&accepted, &accepted), (&sha256, &sha256), (&sha256, &String::new())] {
        let refused = form(sha256, accepted).send().await?;
        assert_eq!(refused.status, 400, "{}", refused.text());
        assert!(refused.text().contains("Nothing was accepted"), "{}", refused.text());
    }
    assert!(is_denied(&call(&app, "exportOrders", json!({})).await?)?);
    Ok(())
}

#[tokio::test]
async fn callers_own_credentials_are_not_affected() -> Result<()> {
    let shop = Shop::new("").await?;
    let app = shop.start_and_change(&with_export()?).await?;
    let saved = app.post_json("/api/credential/save", &json!({"provider": "shop", "values": {"key/key": CALLER_KEY}}));
    let cookie = saved.send().await?.cookie()?;
    let response = app.post_json("/tools/shop/exportOrders", &json!({})).header("cookie", &cookie).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(shop.upstream.only_request()?.header("x-key"), CALLER_KEY);
    Ok(())
}

/// Each of these changes would let the credential call something, or go somewhere or in a way, that nobody accepted.
#[tokio::test]
async fn an_operation_whose_server_security_name_tag_or_header_changed_is_denied() -> Result<()> {
    let get_order = |change: Value| {
        let mut operation = first_version()["paths"]["/orders/{id}"]["get"].clone();
        let changes = change.as_object().cloned().unwrap_or_default();
        operation.as_object_mut().context("no operation")?.extend(changes);
        with_change("/paths/~1orders~1{id}/get", operation)
    };
    let path_parameter = |more: Value| {
        let mut parameter = json!({"in": "path", "name": "id", "required": true, "schema": {"type": "string"}});
        parameter.as_object_mut().context("no parameter")?.extend(more.as_object().cloned().unwrap_or_default());
        get_order(json!({"parameters": [parameter]}))
    };
    let id = first_version()["paths"]["/orders/{id}"]["get"]["parameters"][0].clone();
    let header = json!({"in": "header", "name": "X-Act-As", "schema": {"type": "string"}});
    let schemes = "/components/securitySchemes/key";
    for (document, fact) in [
        // A live server takes the name of another one, and so evades the lock of live data.
        (with_change("/servers", json!([{"url": "https://127.0.0.1", "x-name": "test"}]))?, "server names"),
        (
            with_change(
                "/servers",
                json!([{"url": "https://localhost", "x-name": "more"}, {"url": "https://127.0.0.1", "x-name": "main"}]),
            )?,
            "server names",
        ),
        // The key would be sent where logs show it.
        (with_change(schemes, json!({"type": "apiKey", "in": "query", "name": "X-Key"}))?, "security"),
        (with_change(schemes, json!({"type": "apiKey", "in": "header", "name": "X-Note"}))?, "security"),
        (get_order(json!({"security": [{}]}))?, "security"),
        // Rules of the policy name operations and tags.
        (get_order(json!({"operationId": "readOrder"}))?, "name"),
        (get_order(json!({"tags": ["public"]}))?, "tags"),
        // A value could reach other paths, and a header another account.
        (path_parameter(json!({"style": "matrix"}))?, "parameters"),
        (path_parameter(json!({"allowReserved": true}))?, "parameters, path parameters with slashes"),
        (get_order(json!({"x-allow-slashes": ["id"]}))?, "path parameters with slashes"),
        (get_order(json!({"parameters": [id, header]}))?, "parameters"),
    ] {
        let shop = Shop::new("").await?;
        let app = shop.start_and_change(&document).await?;
        let name = if fact == "name" { "readOrder" } else { "getOrder" };
        let response = call(&app, name, json!({"id": "1"})).await?;
        assert!(is_denied(&response)?, "{fact}: {}", response.text());
        let rule = format!("document change: {fact} of GET /orders/{{id}}");
        assert_eq!(response.json()?["rule"], rule, "{document}");
        assert!(shop.upstream.received_requests().is_empty());
        let page = visible_text(&app.get("/admin").send().await?.text());
        let is_shown = fact.split(", ").all(|fact| page.contains(&format!("{fact}: ")));
        assert!(page.contains("Changed") && is_shown, "{fact}: {page}");
        accept(&app).await?;
        assert_eq!(call(&app, name, json!({"id": "1"})).await?.status, 200, "{fact}");
    }
    Ok(())
}

#[tokio::test]
async fn an_operation_that_goes_to_another_server_is_denied_unless_the_settings_name_the_servers() -> Result<()> {
    let shop = Shop::new("").await?;
    shop.write_settings("", HOSTS, "")?;
    let changed = with_change("/servers", json!([{"url": "https://localhost", "x-name": "main"}]))?;
    let app = shop.start_and_change(&changed).await?;
    let response = call(&app, "getOrder", json!({"id": "1"})).await?;
    assert!(is_denied(&response)?, "{}", response.text());
    let page = visible_text(&app.get("/admin").send().await?.text());
    assert!(page.contains("https://127.0.0.1") && page.contains("https://localhost"), "{page}");
    // With servers in the settings, those of the document are not used.
    shop.write_settings("servers = [\"https://127.0.0.1\"]", HOSTS, "")?;
    let response = call(&shop.start().await?, "getOrder", json!({"id": "1"})).await?;
    assert!(!is_denied(&response)?, "{}", response.text());
    Ok(())
}

#[tokio::test]
async fn texts_of_an_operation_may_change() -> Result<()> {
    let operation = json!({"operationId": "listOrders", "tags": ["orders"], "summary": "All", "deprecated": true,
        "parameters": [{"in": "query", "name": "page", "schema": {"type": "integer"}}]});
    let shop = Shop::new("").await?;
    let app = shop.start_and_change(&with_change("/paths/~1orders/get", operation)?).await?;
    assert_eq!(call(&app, "listOrders", json!({"page": 2})).await?.status, 200);
    assert!(visible_text(&app.get("/admin").send().await?.text()).contains("No change affects which operations"));
    Ok(())
}

/// The policy denies `getMyOrder`. Without its path, `GET /orders/{id}` would reach it.
#[tokio::test]
async fn an_operation_does_not_take_over_the_path_of_a_removed_one() -> Result<()> {
    let shop = Shop::new("deny = [\"getMyOrder\"]").await?;
    let app = shop.start_and_change(&with_change("/paths/~1orders~1mine", Value::Null)?).await?;
    for response in
        [call(&app, "getOrder", json!({"id": "mine"})).await?, app.get("/proxy/shop/orders/mine").send().await?]
    {
        assert!(is_denied(&response)?, "{}", response.text());
        assert_eq!(response.json()?["rule"], "document change: this path was that of GET /orders/mine");
    }
    assert_eq!(call(&app, "getOrder", json!({"id": "1"})).await?.status, 200);
    let page = visible_text(&app.get("/admin").send().await?.text());
    assert!(page.contains("Removed") && page.contains("GET /orders/mine"), "{page}");
    Ok(())
}

#[tokio::test]
async fn an_operation_that_was_removed_and_added_again_must_be_accepted_again() -> Result<()> {
    let shop = Shop::new("").await?;
    let without = with_change("/paths/~1orders~1mine", Value::Null)?;
    // Until the version without it is accepted, it is the accepted operation.
    drop(shop.start_and_change(&without).await?);
    shop.write(&first_version())?;
    assert_eq!(call(&shop.start().await?, "getMyOrder", json!({})).await?.status, 200);
    accept(&shop.start_and_change(&without).await?).await?;
    shop.write(&first_version())?;
    let app = shop.start().await?;
    assert!(is_denied(&call(&app, "getMyOrder", json!({})).await?)?);
    accept(&app).await?;
    assert_eq!(call(&app, "getMyOrder", json!({})).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn settings_decide_whether_a_version_is_accepted_without_an_administrator() -> Result<()> {
    let manual = Shop::new("accept = \"manual\"").await?;
    let app = manual.start().await?;
    let response = call(&app, "getOrder", json!({"id": "1"})).await?;
    assert!(is_denied(&response)?, "{}", response.text());
    accept(&app).await?;
    assert_eq!(call(&app, "getOrder", json!({"id": "1"})).await?.status, 200);
    let automatic = Shop::new("accept = \"automatic\"").await?;
    let app = automatic.start_and_change(&with_export()?).await?;
    assert_eq!(call(&app, "exportOrders", json!({})).await?.status, 200);
    // The last version that was accepted automatically is the one that later versions are compared with.
    automatic.write_settings(&format!("base_url = \"{}\"", automatic.upstream.url), "hosts = [\"127.0.0.1\"]", "")?;
    assert_eq!(call(&automatic.start().await?, "exportOrders", json!({})).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn acceptance_is_shared_by_all_servers_and_takes_effect_without_a_restart() -> Result<()> {
    let shop = Shop::new("").await?;
    let first = shop.start_and_change(&with_export()?).await?;
    let second = shop.start().await?;
    for app in [&first, &second] {
        assert!(is_denied(&call(app, "exportOrders", json!({})).await?)?);
    }
    accept(&first).await?;
    let accepted = async {
        while is_denied(&call(&second, "exportOrders", json!({})).await?)? {
            yield_now().await;
        }
        anyhow::Ok(())
    };
    timeout(RESPONSE_TIMEOUT, accepted).await??;
    Ok(())
}

/// The server starts with the stored copy while the address of the document does not respond, and then serves another
/// version without a restart.
#[tokio::test]
async fn a_version_that_is_fetched_while_the_server_runs_is_compared_too() -> Result<()> {
    let shop = Shop::new("").await?;
    let web = DocumentServer::start(Some(&first_version().to_string())).await?;
    let provider = format!("document = \"{}/shop.json\"\nbase_url = \"{}\"", web.upstream.url, shop.upstream.url);
    shop.write_settings(&provider, "hosts = [\"127.0.0.1\"]", "")?;
    drop(shop.start().await?);
    web.set_document(None);
    let app = shop.start().await?;
    assert_eq!(call(&app, "getOrder", json!({"id": "1"})).await?.status, 200);
    web.set_document(Some(&with_export()?.to_string()));
    app.documents.retry(&app.gateway, &["shop".to_owned()]).await;
    assert!(is_denied(&call(&app, "exportOrders", json!({})).await?)?);
    assert_eq!(call(&app, "getOrder", json!({"id": "1"})).await?.status, 200);
    accept(&app).await?;
    assert_eq!(call(&app, "exportOrders", json!({})).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn nothing_is_sent_while_it_is_unknown_what_was_accepted() -> Result<()> {
    let shop = Shop::new("").await?;
    let app = shop.start_and_change(&with_export()?).await?;
    app.store.close().await;
    let response = call(&app, "getOrder", json!({"id": "1"})).await?;
    assert_eq!(response.status, 503, "{}", response.text());
    assert!(shop.upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn check_prints_the_changes_exits_with_status_3_and_accepts_them() -> Result<()> {
    let shop = Shop::new("").await?;
    let output = shop.check(&[]).await?;
    assert!(output.status == 0 && output.stdout.contains("accepted at the first start"), "{output:?}");
    assert!(shop.store.sqlite_path().is_none_or(|path| !path.exists()), "check created a store");
    drop(shop.start().await?);
    assert_eq!(shop.check(&[]).await?.status, 0);
    let mut document = with_export()?;
    document["servers"] = json!([{"url": "https://127.0.0.1", "x-name": "test\u{1b}[2J\n"}]);
    shop.write(&document)?;
    let output = shop.check(&[]).await?;
    assert_eq!(output.status, 3, "{output:?}");
    for part in ["added", "POST /orders/export", "changed", "GET /orders/{id}", "server names", "check --accept"] {
        assert!(output.stdout.contains(part), "{part}: {}", output.stdout);
    }
    let (_, review) = output.stdout.split_once("Accepted documents").context("no review")?;
    assert!(!review.contains('\u{1b}') && review.contains("test\\u{1b}[2J\\n"), "{review}");
    // With a hash, only the document that was printed is accepted.
    let refused = shop.check(&["--accept=0000000000000000"]).await?;
    assert_eq!(refused.status, 3, "{refused:?}");
    let app = shop.start().await?;
    assert!(is_denied(&call(&app, "exportOrders", json!({})).await?)?);
    let accepted = shop.check(&["--accept"]).await?;
    assert!(accepted.status == 0 && accepted.stdout.contains("POST /orders/export"), "{accepted:?}");
    assert_eq!(shop.check(&[]).await?.status, 0);
    let allowed = async {
        while is_denied(&call(&app, "exportOrders", json!({})).await?)? {
            yield_now().await;
        }
        anyhow::Ok(())
    };
    timeout(RESPONSE_TIMEOUT, allowed).await??;
    let audit = app.get("/admin/audit.jsonl").send().await?.text();
    assert!(audit.contains("accept_document") && audit.contains("command-line"), "{audit}");
    Ok(())
}
