//! What the tests stand on: the app as its users meet it.

pub(crate) mod certificates;
pub(crate) mod command;
pub(crate) mod faulty;
mod listening;
pub(crate) mod locks;
pub(crate) mod login;
pub(crate) mod process;
pub(crate) mod programs;
mod relay;
pub(crate) mod search;
mod store;
mod upstream;

pub(crate) use listening::Listening;
pub(crate) use relay::Relay;
pub(crate) use store::TestStore;
pub(crate) use upstream::{Upstream, unused_address};

use anyhow::{Context, Result};
use api_explorer::{
    gateway::Gateway,
    server::{
        Asset, EmbeddedSite, SiteFiles,
        documents::{Documents, Schedule},
        router,
    },
    settings::Settings,
    store::{Database, Store, tokens::NewToken},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header::SET_COOKIE},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tower::ServiceExt;

/// The operator's credential in most tests.
pub(crate) const PROJECT: &str = "project-test-00000000-0000-4000-8000-000000000000";
pub(crate) const SECRET: &str = "secret-test-of-the-operator";

/// A visitor's own.
pub(crate) const OWN_PROJECT: &str = "project-test-11111111-1111-4111-8111-111111111111";
pub(crate) const OWN_SECRET: &str = "secret-test-of-a-visitor";

/// What requests name as their host, unless they say otherwise.
pub(crate) const HOST: &str = "127.0.0.1:3000";

/// Addresses of the operation that most tests use.
pub(crate) const PAGE: &str = "/stytch/apiUserV1Create";
pub(crate) const TOOL: &str = "/tools/stytch/apiUserV1Create";

/// A site without the browser's program, which these tests do not build.
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

/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The environment variables of a server under test.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup(Vec<(String, String)>);

impl Setup {
    /// No variable is set.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The operator's credential is set, and calls go to this upstream.
    pub(crate) fn calling(upstream: &Upstream) -> Self {
        Self::new().upstream(&upstream.url).operator()
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.into(), value.into()));
        self
    }

    pub(crate) fn operator(self) -> Self {
        self.set("STYTCH_PROJECT_ID", PROJECT).set("STYTCH_SECRET", SECRET)
    }

    pub(crate) fn upstream(self, url: &str) -> Self {
        self.set("STYTCH_BASE_URL", url)
    }

    pub(crate) fn settings(&self) -> Result<Settings> {
        Settings::from_variables(|name| {
            let found = self.0.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        })
    }

    pub(crate) async fn start(&self) -> Result<TestApp> {
        TestApp::new(self.settings()?).await
    }

    /// Why it does not start with `--strict`.
    pub(crate) fn refusal(&self) -> Result<String> {
        let start = async { TestApp::load(self.settings()?, Schedule::default(), true).await };
        let started = tokio::runtime::Runtime::new()?.block_on(start);
        Ok(format!("{:#}", started.err().with_context(|| format!("{self:?} was accepted"))?))
    }
}

/// The whole site, without a socket.
#[derive(Clone)]
pub(crate) struct TestApp {
    router: Router,
    pub(crate) gateway: Arc<Gateway>,
    /// What it keeps its data in.
    pub(crate) store: Store,
    /// Loads documents that are missing.
    pub(crate) documents: Documents,
    _own: Arc<TestStore>,
}

impl TestApp {
    pub(crate) async fn new(settings: Settings) -> Result<Self> {
        Self::load(settings, Schedule::default(), false).await
    }

    /// Loads documents that are missing by this schedule; if strict, files must be there.
    pub(crate) async fn load(mut settings: Settings, schedule: Schedule, strict: bool) -> Result<Self> {
        // One of its own, unless the test says which.
        let own = TestStore::new().await?;
        if matches!(&settings.store.database, Database::Sqlite(path) if path.is_relative()) {
            settings.store = own.settings();
        }
        let store = Store::open(&settings.store).await?;
        let documents = Documents { store: store.clone(), schedule, strict };
        let catalog = documents.load(&mut settings).await?;
        let credentials = std::mem::take(&mut settings.credentials);
        let gateway = Arc::new(Gateway::new(catalog, credentials, settings.limits, store.clone())?);
        let router = router(gateway.clone(), &settings, &SiteFiles::Embedded(&SITE))?;
        Ok(Self { router, gateway, store, documents, _own: Arc::new(own) })
    }

    /// A new access token that may call what rules say, and do what grants say.
    pub(crate) async fn access_token(&self, allow: &[&str], may: &[&str]) -> Result<String> {
        let [allow, may] = [allow, may].map(|texts| texts.iter().map(|text| (*text).to_owned()).collect());
        let new = NewToken { name: "a test".into(), expires: None, allow, may };
        let (_, text) = self.store.create_token(&new).await.ok().context("no token")?;
        Ok(text.expose_secret().to_owned())
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask {
        Ask {
            router: self.router.clone(),
            method: method.into(),
            path: path.into(),
            headers: Vec::new(),
            peer: None,
            body: Body::empty(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Ask {
        self.ask("GET", path)
    }

    /// Sends a body as it stands.
    pub(crate) fn body(&self, method: &str, path: &str, body: impl Into<Body>) -> Ask {
        Ask { body: body.into(), ..self.ask(method, path) }
    }

    /// Posts a body as it stands.
    pub(crate) fn post(&self, path: &str, body: impl Into<Body>) -> Ask {
        self.body("POST", path, body)
    }

    pub(crate) fn post_json(&self, path: &str, body: &Value) -> Ask {
        self.post(path, body.to_string()).header("content-type", "application/json")
    }

    /// Posts a form as a browser without scripts does.
    pub(crate) fn post_form(&self, path: &str, controls: &[(&str, &str)]) -> Ask {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(controls).finish();
        self.post(path, body)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html")
            .header("origin", &format!("http://{HOST}"))
            .header("sec-fetch-site", "same-origin")
    }
}

/// A request under construction.
pub(crate) struct Ask {
    router: Router,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    peer: Option<SocketAddr>,
    body: Body,
}

impl Ask {
    /// Sets a header; what it was before is forgotten.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends it from an address.
    pub(crate) fn from(mut self, address: IpAddr) -> Self {
        self.peer = Some((address, 40_000).into());
        self
    }

    /// Sends it with an access token.
    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Sends it, by default to this machine's own name.
    pub(crate) async fn send(self) -> Result<Answer> {
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.path);
        if !self.headers.iter().any(|(name, _)| name == "host") {
            request = request.header("host", HOST);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(peer) = self.peer {
            request = request.extension(ConnectInfo(peer));
        }
        let answer = async {
            let response = self.router.oneshot(request.body(self.body)?).await?;
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await?.to_vec();
            anyhow::Ok(Answer { status: parts.status, headers: parts.headers, body })
        };
        tokio::time::timeout(PATIENCE, answer).await.with_context(|| format!("{} was not answered", self.path))?
    }
}

/// What the site answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("not JSON: {}", self.text()))
    }

    /// A header's first value, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The status and the code of an error of the explorer's own.
    pub(crate) fn failure(&self) -> Result<(u16, String)> {
        let code = self.json()?["code"].as_str().unwrap_or_default().to_owned();
        Ok((self.status.as_u16(), code))
    }

    /// The names of the fields that an error's detail lists.
    pub(crate) fn wrong_fields(&self) -> Result<Vec<String>> {
        let json = self.json()?;
        let detail = json["detail"].as_array().context("no detail")?.iter();
        Ok(detail.filter_map(|problem| problem["field"].as_str()).map(str::to_owned).collect())
    }

    /// The cookie that it set, as a browser sends it back.
    pub(crate) fn cookie(&self) -> Result<String> {
        let cookie = self.headers.get(SET_COOKIE).context("no cookie was set")?.to_str()?;
        Ok(cookie.split(';').next().unwrap_or_default().to_owned())
    }

    /// Headers and body as they stand, as one text to search.
    pub(crate) fn everything(&self) -> String {
        let lines = self.headers.iter();
        let lines = lines.map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
        lines.collect::<String>() + "\n" + &self.text()
    }
}

/// The `Authorization` header of HTTP Basic.
pub(crate) fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{username}:{password}")))
}

/// What a reader sees of a page: its text without tags, with entities read and white space collapsed.
pub(crate) fn visible_text(html: &str) -> String {
    const INLINE: [&str; 9] = ["a", "b", "code", "em", "i", "span", "strong", "!", "label"];
    let body = html.find("<body").map_or(html, |start| &html[start..]);
    let mut text = String::new();
    for piece in body.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').unwrap_or((piece, ""));
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
