//! Tests for several servers that share one PostgreSQL behind a proxy, as in `deploy/`: the servers are restarted one
//! after the other, and no request fails.

use crate::{
    draining::wait_until_draining,
    support::{
        CALLER_PROJECT, CALLER_SECRET, OPERATION_PAGE, OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET, TestStore,
        Upstream,
        faulty::MAX_CALL_DURATION,
        process::ServerProcess,
        programs::{Program, find_program, nginx, read_project_file},
        unused_address,
    },
};
use anyhow::{Context, Result, ensure};
use reqwest::Client;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use tempfile::TempDir;
use tokio::{
    task::{JoinSet, yield_now},
    time::timeout,
};

/// Number of clients that send requests concurrently.
const CLIENTS: usize = 6;
/// Number of requests in each stage of a restart.
const REQUESTS: usize = 40;

/// Settings of a public server behind a proxy, with limits that the clients, which are one network, do not reach.
const SETTINGS: &str = r#"
[access]
rule = "public"
proxies = ["127.0.0.1"]
[limits]
requests = "1000000/s"
sessions = "1000000/s"
[[provider]]
id = "stytch"
[provider.policy]
rate = "1000/s"
daily = 100000000
daily_total = 100000000
"#;

/// A server's address, and the settings to start it with.
struct Replica {
    address: String,
    server: Option<ServerProcess>,
}

impl Replica {
    async fn new() -> Result<Self> {
        Ok(Self { address: unused_address().await?.to_string(), server: None })
    }

    fn start(&mut self, folder: &Path, settings: &[(&str, &str)]) -> Result<()> {
        let settings = [settings, &[("LEPTOS_SITE_ADDR", &self.address)]].concat();
        self.server = Some(ServerProcess::start(folder, &settings)?);
        Ok(())
    }
}

/// The progress of all clients.
#[derive(Default)]
struct Load {
    done: AtomicUsize,
    is_over: AtomicBool,
}

impl Load {
    /// Waits until a number of further requests have received a response.
    async fn wait_for_requests(&self, requests: usize) -> Result<()> {
        let enough = self.done.load(Ordering::Relaxed) + requests;
        let waiting = async {
            while self.done.load(Ordering::Relaxed) < enough {
                yield_now().await;
            }
        };
        timeout(MAX_CALL_DURATION, waiting).await.context("the clients receive no responses")
    }

    /// Sends requests as one client until the load ends: reads a page, saves a credential, and makes calls with that
    /// credential and with the operator's.
    async fn run_client(&self, url: &str) -> Result<()> {
        // Connections are not reused, so that each request exercises a new connection.
        let client = Client::builder().pool_max_idle_per_host(0).build()?;
        let post = |path: &str, body: Value| {
            client.post(format!("{url}{path}")).header("content-type", "application/json").body(body.to_string())
        };
        while !self.is_over.load(Ordering::Relaxed) {
            let page = client.get(format!("{url}{OPERATION_PAGE}")).send().await?;
            ensure!(page.status() == 200 && page.text().await?.contains("</html>"), "a page was not served");
            let values = json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET});
            let saved = post("/api/credential/save", json!({"provider": "stytch", "values": values}));
            let saved = saved.header("origin", url).send().await?;
            ensure!(saved.status() == 200, "a credential was not saved: {} {}", saved.status(), saved.text().await?);
            let cookie = saved.headers()["set-cookie"].to_str()?.split(';').next().unwrap_or_default().to_owned();
            for call in [post(OPERATION_TOOL, json!({})), post(OPERATION_TOOL, json!({})).header("cookie", cookie)] {
                let response = call.send().await?;
                let status = response.status();
                let text = response.text().await?;
                ensure!(status == 200 && text.contains("user-test-1"), "a call failed: {status} {text}");
            }
            self.done.fetch_add(4, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// A proxy in front of two servers, and the URL it listens on.
struct Proxy {
    url: String,
    program: Program,
    folder: TempDir,
}

impl Proxy {
    /// Starts nginx with the configuration of `deploy/`, except for the addresses and TLS.
    async fn nginx(servers: [&str; 2]) -> Result<Option<Self>> {
        let Some(program) = find_program("nginx")? else { return Ok(None) };
        let (folder, address) = (tempfile::tempdir()?, unused_address().await?);
        let text = read_project_file("deploy/nginx.conf")?;
        let text = text.lines().filter(|line| !line.trim().starts_with("ssl_")).collect::<Vec<_>>().join("\n");
        let text = text
            .replace("listen 80;", &format!("listen {};", unused_address().await?))
            .replace("listen 443 ssl http2;", &format!("listen {address};"))
            .replace("10.0.0.11:3000", servers[0])
            .replace("10.0.0.12:3000", servers[1]);
        let mut command = Command::new(program);
        command.arg("-c").arg(nginx::write_config(folder.path(), &text)?);
        Ok(Some(Self { url: format!("http://{address}"), program: Program::start(&mut command)?, folder }))
    }

    /// Starts Caddy with the configuration of `deploy/`, without TLS.
    async fn caddy(servers: [&str; 2]) -> Result<Option<Self>> {
        let Some(program) = find_program("caddy")? else { return Ok(None) };
        let (folder, address) = (tempfile::tempdir()?, unused_address().await?);
        let url = format!("http://{address}");
        // The default admin address would be the same in every test.
        let text = ["{\n\tadmin off\n}\n", &read_project_file("deploy/Caddyfile")?].concat();
        let file = folder.path().join("Caddyfile");
        std::fs::write(&file, text)?;
        let mut command = Command::new(program);
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file);
        command.env("HOME", folder.path()).env("EXPLORER_HOST", &url).env("EXPLORER_SERVERS", servers.join(" "));
        command.stderr(std::fs::File::create(folder.path().join("error.log"))?);
        Ok(Some(Self { url, program: Program::start(&mut command)?, folder }))
    }

    async fn wait_until_up(&mut self) -> Result<()> {
        while !reqwest::get(format!("{}/healthz", self.url)).await.is_ok_and(|response| response.status() == 200) {
            self.program.ensure_running()?;
            yield_now().await;
        }
        Ok(())
    }

    /// Returns the log without refused connections, after which the proxy tries the other server.
    fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default();
        log.lines().filter(|line| !line.contains("refused")).collect::<Vec<_>>().join("\n")
    }
}

/// The state of a server as its proxy sees it.
#[derive(Clone, Copy)]
enum Health {
    Draining,
    Ready,
}

/// Restarts two servers, one after the other. Each drains until the proxy knows that it drains, and the next one drains
/// only after the proxy knows that this one is ready again.
async fn restart_in_turn(
    start_proxy: impl AsyncFn([&str; 2]) -> Result<Option<Proxy>>,
    is_detected: impl Fn(&Proxy, &str, Health) -> bool,
) -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    if store.sqlite_path().is_some() {
        println!("TEST_POSTGRES is missing (scripts/postgres sets it), so this test is skipped.");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let mut replicas = [Replica::new().await?, Replica::new().await?];
    let Some(mut proxy) = start_proxy([&replicas[0].address, &replicas[1].address]).await? else { return Ok(()) };
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, SETTINGS)?;
    let file = file.display().to_string();
    let settings = [
        ("EXPLORER_HOSTS", "explorer.example.com"),
        ("EXPLORER_CONFIG", &file),
        ("DATABASE_URL", store.url()),
        ("EXPLORER_KEY", store.key()),
        ("EXPLORER_DRAIN", "3600"),
        ("STYTCH_BASE_URL", &upstream.url),
        ("STYTCH_PROJECT_ID", OPERATOR_PROJECT),
        ("STYTCH_SECRET", OPERATOR_SECRET),
    ];
    for replica in &mut replicas {
        replica.start(folder.path(), &settings)?;
    }
    timeout(MAX_CALL_DURATION, proxy.wait_until_up()).await.context("the proxy does not start")??;
    let load = Arc::new(Load::default());
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (load, url) = (load.clone(), proxy.url.clone());
        clients.spawn(async move { load.run_client(&url).await });
    }
    let client = Client::new();
    load.wait_for_requests(REQUESTS).await?;
    for replica in &mut replicas {
        let server = replica.server.take().context("the server does not run")?;
        server.signal(Signal::TERM)?;
        wait_until_draining(&client, &server.url).await?;
        load.wait_for_requests(REQUESTS).await?;
        while !is_detected(&proxy, &replica.address, Health::Draining) {
            load.wait_for_requests(1).await?;
        }
        server.signal(Signal::TERM)?;
        ensure!(server.wait_for_exit().await?.success(), "the server did not exit successfully");
        load.wait_for_requests(REQUESTS).await?;
        replica.start(folder.path(), &settings)?;
        while !is_detected(&proxy, &replica.address, Health::Ready) {
            load.wait_for_requests(1).await?;
        }
        load.wait_for_requests(REQUESTS).await?;
    }
    load.is_over.store(true, Ordering::Relaxed);
    for result in clients.join_all().await {
        result.with_context(|| proxy.log())?;
    }
    Ok(())
}

/// nginx detects a stopped server only when it refuses a connection.
#[tokio::test(flavor = "multi_thread")]
async fn behind_nginx_no_request_fails_while_servers_are_restarted() -> Result<()> {
    restart_in_turn(Proxy::nginx, |_, _, _| true).await
}

/// Caddy queries `/readyz` once a second, and sends no requests to a draining server.
#[tokio::test(flavor = "multi_thread")]
async fn behind_caddy_no_request_fails_while_servers_are_restarted() -> Result<()> {
    restart_in_turn(Proxy::caddy, |proxy, address, health| {
        let message = match health {
            Health::Draining => "status code out of tolerances",
            Health::Ready => "host is up",
        };
        proxy.log().lines().rfind(|line| line.contains(address)).is_some_and(|line| line.contains(message))
    })
    .await
}
