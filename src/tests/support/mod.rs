//! Test support: starts the app as its users see it.

pub(crate) mod certificates;
pub(crate) mod command;
pub(crate) mod faulty;
pub(crate) mod identity_provider;
pub(crate) mod imports;
mod listening;
pub(crate) mod locks;
pub(crate) mod login;
pub(crate) mod process;
pub(crate) mod programs;
mod relay;
pub(crate) mod search;
pub(crate) mod snapshot;
mod store;
pub(crate) mod streaming;
mod upstream;

pub(crate) use listening::ListeningServer;
pub(crate) use relay::Relay;
pub(crate) use store::TestStore;
pub(crate) use upstream::{ReceivedRequest, Upstream, unused_address};

use anyhow::{Context, Result};
use api_explorer::{
    gateway::Gateway,
    server::{
        Asset, EmbeddedSite, Routers, SiteFiles, build_routers,
        documents::{DocumentLoader, RetryBackoff},
    },
    settings::Settings,
    store::{Database, Store, access_tokens::NewAccessToken},
};
use axum::{
    Router,
    body::{Body, BodyDataStream},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, Version, header::SET_COOKIE},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::StreamExt;
use secrecy::ExposeSecret;
use serde_json::Value;
use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use tower::ServiceExt;

/// The operator's credential in most tests.
pub(crate) const OPERATOR_PROJECT: &str = "project-test-00000000-0000-4000-8000-000000000000";
pub(crate) const OPERATOR_SECRET: &str = "secret-test-of-the-operator";

/// A caller's own credential.
pub(crate) const CALLER_PROJECT: &str = "project-test-11111111-1111-4111-8111-111111111111";
pub(crate) const CALLER_SECRET: &str = "secret-test-of-a-caller";

/// The `Host` header of requests that set no other.
pub(crate) const DEFAULT_HOST: &str = "127.0.0.1:3000";

/// URLs of the operation that most tests use.
pub(crate) const OPERATION_PAGE: &str = "/stytch/apiUserV1Create";
pub(crate) const OPERATION_TOOL: &str = "/tools/stytch/apiUserV1Create";

/// A site without the browser's files, which these tests do not build.
static SITE: EmbeddedSite = EmbeddedSite {
    output_name: "api-explorer",
    styles: "",
    assets: &[Asset {
        path: "/favicon.svg",
        content_type: "image/svg+xml",
        identity: include_bytes!("../../../public/favicon.svg"),
        brotli: b"compressed with Brotli",
        gzip: b"compressed with gzip",
    }],
};

/// Longer than any response takes.
pub(crate) const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);

/// The environment variables of a server under test.
#[derive(Clone, Debug, Default)]
pub(crate) struct TestEnv(Vec<(String, String)>);

impl TestEnv {
    /// Creates an empty environment.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Creates an environment with the operator's credential and this upstream.
    pub(crate) fn with_upstream(upstream: &Upstream) -> Self {
        Self::new().with_base_url(&upstream.url).with_operator_credential()
    }

    pub(crate) fn set_var(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(existing, _)| existing != name);
        self.0.push((name.into(), value.into()));
        self
    }

    pub(crate) fn with_operator_credential(self) -> Self {
        self.set_var("STYTCH_PROJECT_ID", OPERATOR_PROJECT).set_var("STYTCH_SECRET", OPERATOR_SECRET)
    }

    pub(crate) fn with_base_url(self, url: &str) -> Self {
        self.set_var("STYTCH_BASE_URL", url)
    }

    pub(crate) fn to_settings(&self) -> Result<Settings> {
        Settings::from_env(|name| {
            let variable = self.0.iter().find(|(existing, _)| existing == name);
            // Most tests of administration are not about who the administrator is.
            let default = (name == "EXPLORER_ADMIN_LINK").then(|| "off".to_owned());
            variable.map(|(_, value)| value.clone()).or(default)
        })
    }

    pub(crate) async fn start_app(&self) -> Result<TestApp> {
        TestApp::new(self.to_settings()?).await
    }

    /// Starts the app with a provider whose document is a file, and whose only server is the upstream, a test environment.
    /// `more` are further settings of the provider.
    pub(crate) async fn start_app_with_file(
        id: &str,
        document: &Path,
        upstream: &Upstream,
        more: &str,
    ) -> Result<TestApp> {
        let folder = TempDir::new()?;
        let settings = folder.path().join("explorer.toml");
        let toml = format!(
            "[[provider]]\nid = {id:?}\ndocument = {:?}\nservers = [{:?}]\n[provider.policy]\ntest = [\"server1\"]\n{more}",
            document.display().to_string(),
            upstream.url
        );
        fs::write(&settings, toml)?;
        Self::new().set_var("EXPLORER_CONFIG", &settings.display().to_string()).start_app().await
    }

    /// Does the same with the text of a document.
    pub(crate) async fn start_app_with_document(id: &str, document: &str, upstream: &Upstream) -> Result<TestApp> {
        let folder = TempDir::new()?;
        let file = folder.path().join("document.yaml");
        fs::write(&file, document)?;
        Self::start_app_with_file(id, &file, upstream, "").await
    }

    /// Returns the error with which the server does not start under `--strict`.
    pub(crate) fn startup_error(&self) -> Result<String> {
        let load = async { TestApp::load(self.to_settings()?, RetryBackoff::default(), true).await };
        let result = tokio::runtime::Runtime::new()?.block_on(load);
        Ok(format!("{:#}", result.err().with_context(|| format!("{self:?} was accepted"))?))
    }
}

/// The complete app, without a socket.
#[derive(Clone)]
pub(crate) struct TestApp {
    router: Router,
    /// Routes of programs, if they have a listener of their own.
    programs: Option<Router>,
    pub(crate) gateway: Arc<Gateway>,
    /// The app's store.
    pub(crate) store: Store,
    /// Loads documents that were unavailable at start.
    pub(crate) documents: DocumentLoader,
    _test_store: Arc<TestStore>,
}

impl TestApp {
    pub(crate) async fn new(settings: Settings) -> Result<Self> {
        Self::load(settings, RetryBackoff::default(), false).await
    }

    /// Starts the app, with this schedule for the loading of unavailable documents. If strict, document files must
    /// exist.
    pub(crate) async fn load(mut settings: Settings, backoff: RetryBackoff, strict: bool) -> Result<Self> {
        // Each app has a store of its own, unless the test sets one.
        let test_store = TestStore::new().await?;
        if matches!(&settings.store.database, Database::Sqlite(path) if path.is_relative()) {
            settings.store = test_store.settings();
        }
        let store = Store::open(&settings.store).await?;
        let documents = DocumentLoader { store: store.clone(), backoff, strict };
        let catalog = documents.load(&mut settings).await?;
        let credentials = std::mem::take(&mut settings.credentials);
        let gateway = Arc::new(Gateway::new(catalog, credentials, settings.limits, store.clone())?);
        let Routers { pages, programs } = build_routers(gateway.clone(), &settings, &SiteFiles::Embedded(&SITE))?;
        Ok(Self { router: pages, programs, gateway, store, documents, _test_store: Arc::new(test_store) })
    }

    /// Returns the app as clients of the listener for programs reach it.
    pub(crate) fn on_program_listener(&self) -> Result<Self> {
        let router = self.programs.clone().context("programs have no listener of their own")?;
        Ok(Self { router, ..self.clone() })
    }

    /// Creates an access token with these allow rules and grants.
    pub(crate) async fn access_token(&self, allow: &[&str], grants: &[&str]) -> Result<String> {
        let [allow, grants] = [allow, grants].map(|texts| texts.iter().map(|text| (*text).to_owned()).collect());
        let new_token = NewAccessToken { name: "a test".into(), expires_at: None, allow_rules: allow, grants };
        let (_, secret) = self.store.create_token(&new_token).await.ok().context("no token")?;
        Ok(secret.expose_secret().to_owned())
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> TestRequest {
        TestRequest {
            router: self.router.clone(),
            method: method.into(),
            path: path.into(),
            headers: Vec::new(),
            peer: Some(([127, 0, 0, 1], 40_000).into()),
            version: Version::HTTP_11,
            body: Body::empty(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> TestRequest {
        self.request("GET", path)
    }

    /// Creates a request with a body that is sent unchanged.
    pub(crate) fn request_with_body(&self, method: &str, path: &str, body: impl Into<Body>) -> TestRequest {
        TestRequest { body: body.into(), ..self.request(method, path) }
    }

    /// Creates a POST request with a body that is sent unchanged.
    pub(crate) fn post(&self, path: &str, body: impl Into<Body>) -> TestRequest {
        self.request_with_body("POST", path, body)
    }

    pub(crate) fn post_json(&self, path: &str, body: &Value) -> TestRequest {
        self.post(path, body.to_string()).header("content-type", "application/json")
    }

    /// Creates a request that posts a form as a browser without scripts does.
    pub(crate) fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> TestRequest {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post(path, body)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html")
            .header("origin", &format!("http://{DEFAULT_HOST}"))
            .header("sec-fetch-site", "same-origin")
    }
}

/// A request that is being built.
pub(crate) struct TestRequest {
    router: Router,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    peer: Option<SocketAddr>,
    version: Version,
    body: Body,
}

impl TestRequest {
    /// Sets a header, and replaces its previous value.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(existing, _)| existing != name);
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a header to those of the same name.
    pub(crate) fn add_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Removes the headers that only browsers send.
    pub(crate) fn without_browser_headers(mut self) -> Self {
        self.headers.retain(|(name, _)| !["origin", "sec-fetch-site", "accept"].contains(&&**name));
        self
    }

    /// Sets the version of HTTP.
    pub(crate) fn with_version(self, version: Version) -> Self {
        Self { version, ..self }
    }

    /// Removes the client's address.
    pub(crate) fn without_client_address(self) -> Self {
        Self { peer: None, ..self }
    }

    /// Sets the client's address. The default is loopback.
    pub(crate) fn with_client_address(mut self, address: IpAddr) -> Self {
        self.peer = Some((address, 40_000).into());
        self
    }

    /// Adds an access token.
    pub(crate) fn bearer_token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Sends the request, and reads the whole response.
    pub(crate) async fn send(self) -> Result<TestResponse> {
        let path = self.path.clone();
        let exchange = async {
            let OpenResponse { status, headers, mut chunks } = self.open().await?;
            let mut body = Vec::new();
            while let Some(chunk) = chunks.next().await {
                body.extend_from_slice(&chunk?);
            }
            anyhow::Ok(TestResponse { status, headers, body })
        };
        let response = tokio::time::timeout(RESPONSE_TIMEOUT, exchange).await;
        response.with_context(|| format!("{path} received no response"))?
    }

    /// Sends the request, by default with a `Host` header for this machine. The body can be read as it arrives.
    pub(crate) async fn open(self) -> Result<OpenResponse> {
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.path).version(self.version);
        if !self.headers.iter().any(|(name, _)| name == "host") {
            request = request.header("host", DEFAULT_HOST);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(peer) = self.peer {
            request = request.extension(ConnectInfo(peer));
        }
        let response = tokio::time::timeout(RESPONSE_TIMEOUT, self.router.oneshot(request.body(self.body)?)).await;
        let response = response.with_context(|| format!("{} received no response", self.path))??;
        let (parts, body) = response.into_parts();
        Ok(OpenResponse { status: parts.status, headers: parts.headers, chunks: body.into_data_stream() })
    }
}

/// A response whose body is still arriving. Dropping it disconnects the client.
#[derive(Debug)]
pub(crate) struct OpenResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    chunks: BodyDataStream,
}

impl OpenResponse {
    /// Returns the next chunk of the body, or `None` at its end.
    pub(crate) async fn next_chunk(&mut self) -> Result<Option<String>> {
        let chunk = tokio::time::timeout(RESPONSE_TIMEOUT, self.chunks.next()).await.context("no further chunk")?;
        chunk.map(|chunk| Ok(String::from_utf8(chunk?.to_vec())?)).transpose()
    }

    /// Returns the first value of a header, or an empty text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The app's response.
#[derive(Debug)]
pub(crate) struct TestResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl TestResponse {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("not JSON: {}", self.text()))
    }

    /// Returns the first value of a header, or an empty text.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// Returns the status and the code of an explorer error.
    pub(crate) fn status_and_code(&self) -> Result<(u16, String)> {
        let code = self.json()?["code"].as_str().unwrap_or_default().to_owned();
        Ok((self.status.as_u16(), code))
    }

    /// Returns the names of the fields that an error's detail lists.
    pub(crate) fn invalid_fields(&self) -> Result<Vec<String>> {
        let json = self.json()?;
        let detail = json["detail"].as_array().context("no detail")?.iter();
        Ok(detail.filter_map(|problem| problem["field"].as_str()).map(str::to_owned).collect())
    }

    /// Returns the cookie that the response sets, as a browser sends it back.
    pub(crate) fn cookie(&self) -> Result<String> {
        let cookie = self.headers.get(SET_COOKIE).context("no cookie was set")?.to_str()?;
        Ok(cookie.split(';').next().unwrap_or_default().to_owned())
    }

    /// Returns the unmodified headers and body as one text to search.
    pub(crate) fn full_text(&self) -> String {
        let lines = self.headers.iter();
        let lines = lines.map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
        lines.collect::<String>() + "\n" + &self.text()
    }
}

/// Returns the value of an `Authorization` header for HTTP Basic.
pub(crate) fn basic_authorization(username: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{username}:{password}")))
}

/// Returns the visible text of a page: without tags, with entities decoded and white space collapsed.
pub(crate) fn visible_text(html: &str) -> String {
    const INLINE: [&str; 9] = ["a", "b", "code", "em", "i", "span", "strong", "!", "label"];
    let body = html.find("<body").map_or(html, |start| &html[start..]);
    let mut text = String::new();
    for segment in body.split('<').skip(1) {
        let (tag, rest) = segment.split_once('>').unwrap_or((segment, ""));
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        if !INLINE.contains(&name) {
            text.push(' ');
        }
        text.push_str(rest);
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&amp;", "&")];
    let text = entities.iter().fold(text, |text, (entity, c)| text.replace(entity, c));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
