//! Entry point: parses the command line, and serves or runs a command.

use anyhow::Context;
#[cfg(embedded_site)]
use api_explorer::server::Asset;
use api_explorer::{
    auth::startup_token::StartupToken,
    cli::{
        arguments::{CommandLine, requested_config_help},
        dispatch::{load_settings, print, report_result, run},
        environment::Environment,
        process::{forbid_core_dumps, raise_open_file_limit},
    },
    gateway::Gateway,
    server::{
        EmbeddedSite, Routers, SiteFiles, build_routers, connections,
        documents::{DocumentLoader, RetryBackoff, spawn_document_check},
        shutdown::{self, Draining},
        start_telemetry,
        systemd::Notifier,
    },
    settings::Settings,
    store::{Store, sessions::SESSION_CAPACITY},
};
use futures::{
    FutureExt,
    future::{OptionFuture, try_join},
};
use mimalloc::MiMalloc;
use std::{
    env,
    io::{self, IsTerminal},
    net::SocketAddr,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    task::spawn_blocking,
    time::{interval, timeout},
};

/// Time that a call in progress may take during shutdown, in addition to the call timeout.
const RESPONSE_GRACE_PERIOD: Duration = Duration::from_secs(5);
/// Timeout for writing audit records and closing the store during shutdown.
const STORE_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns the memory that reading many documents takes, unlike that of the C library.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[cfg(embedded_site)]
const EMBEDDED_SITE: Option<&EmbeddedSite> =
    Some(&include!(concat!(env!("CARGO_MANIFEST_DIR"), "/target/site/site.rs")));
#[cfg(not(embedded_site))]
const EMBEDDED_SITE: Option<&EmbeddedSite> = None;

fn main() -> ExitCode {
    forbid_core_dumps();
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some(help_text) = requested_config_help(&arguments) {
        print(&help_text);
        return ExitCode::SUCCESS;
    }
    let CommandLine { config, strict, command } = match CommandLine::parse_args(arguments) {
        Ok(command_line) => command_line,
        Err(error) => error.exit(),
    };
    let config = config.as_deref();
    match command {
        None => report_result("api-explorer cannot start", start(config, strict)),
        Some(command) => run(command, config),
    }
}

/// Reads the settings, removes secrets from the environment, and serves.
fn start(config_path: Option<&str>, strict: bool) -> anyhow::Result<()> {
    let environment = Environment::receive()?;
    let settings = load_settings(config_path, &environment)?;
    environment.remove_secrets(&settings)?;
    serve(settings, strict)
}

#[tokio::main]
async fn serve(mut settings: Settings, strict: bool) -> anyhow::Result<()> {
    raise_open_file_limit();
    let traces = start_telemetry(settings.log_json, settings.otlp_endpoint.as_ref(), &settings.otlp_headers)?;
    settings.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    let store = Store::open(&settings.store).await?;
    let documents = DocumentLoader { store: store.clone(), backoff: RetryBackoff::default(), strict };
    let catalog = documents.load(&mut settings).await?;
    let credentials = std::mem::take(&mut settings.credentials);
    let gateway = Arc::new(Gateway::new(catalog, credentials, settings.limits, store.clone())?);
    if let Some(export) = settings.audit_export.clone() {
        export.ensure_usable()?;
        gateway.audit().export_to(export).await;
    }
    let draining = Draining::default();
    let listener = bind(settings.listen_address, "LEPTOS_SITE_ADDR").await?;
    let program_listener = match settings.api_address {
        Some(address) => Some(bind(address, "EXPLORER_API_ADDR").await?),
        None => None,
    };
    if let Some(program_listener) = &program_listener {
        settings.api_address = Some(program_listener.local_addr()?);
    }
    let Routers { pages, programs } = build_routers(gateway.clone(), &settings, &SiteFiles::locate(EMBEDDED_SITE)?)?;
    let audit_gateway = gateway.clone();
    spawn_document_check(
        gateway.catalog().providers().iter().filter_map(|provider_state| provider_state.entry.clone()).collect(),
    );
    let retry_task = tokio::spawn(documents.retry_until_loaded(gateway));
    let sweep_task = tokio::spawn(sweep(store.clone(), settings.audit_retention, settings.max_audit_bytes));
    let notifier = Arc::new(Notifier::from_env(|name| env::var(name).ok())?);
    let shutdown_signal = shutdown::shutdown_signal(settings.drain_delay, draining.clone(), notifier.clone())?.shared();
    let (stream_gateway, stopping) = (audit_gateway.clone(), shutdown_signal.clone());
    tokio::spawn(async move {
        stopping.await;
        stream_gateway.end_streams();
    });
    if let Some(address) = settings.api_address {
        tracing::info!("listening for programs on http://{address}");
    }
    tracing::info!("listening on http://{}", listener.local_addr()?);
    if let Some(token) = &settings.access.startup_token {
        print_sign_in_link(token, listener.local_addr()?);
    }
    notifier.notify_ready();
    let watchdog_task = tokio::spawn(async move { notifier.run_watchdog().await });
    let shutdown_timeout = settings.limits.timeout + RESPONSE_GRACE_PERIOD;
    let serve = |listener, router| {
        let router = draining.apply_to(router);
        connections::serve(listener, router, settings.client_timeouts, shutdown_signal.clone(), shutdown_timeout)
    };
    let serve_programs = program_listener.zip(programs).map(|(listener, router)| serve(listener, router));
    let serve_programs = OptionFuture::from(serve_programs).map(|result| result.unwrap_or(Ok(())));
    try_join(serve(listener, pages), serve_programs).await?;
    sweep_task.abort();
    watchdog_task.abort();
    retry_task.abort();
    if timeout(STORE_SHUTDOWN_TIMEOUT, audit_gateway.audit().flush()).await.is_err() {
        tracing::warn!("stopped before all audit records were written: the store is unavailable");
    }
    if timeout(STORE_SHUTDOWN_TIMEOUT, store.close()).await.is_err() {
        tracing::warn!("stopped before the store was closed: the store is unavailable");
    }
    if let Some(traces) = traces {
        spawn_blocking(move || traces.shutdown()).await?;
    }
    Ok(())
}

/// Prints the link that signs in as administrator. It is a secret of the user who started the server, so it goes to the
/// terminal and never to a log.
fn print_sign_in_link(token: &StartupToken, address: SocketAddr) {
    if io::stderr().is_terminal() {
        eprintln!(
            "To administer this server (audit, disabling, accepting documents), open http://{address}{}",
            token.sign_in_link()
        );
    } else {
        tracing::info!(
            "no terminal shows the link for administration; create an access token with `token create --may admin`"
        );
    }
}

/// Listens on the address that a setting names.
async fn bind(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("cannot listen on {address}; check {setting}"))
}

/// Deletes expired data from the store once a minute.
async fn sweep(store: Store, audit_age: Duration, max_audit_bytes: i64) {
    let mut ticker = interval(Duration::from_mins(1));
    loop {
        ticker.tick().await;
        // The store logs its errors.
        let _ = store.sweep(SESSION_CAPACITY).await;
        let _ = store.delete_records_older_than(audit_age).await;
        if let Ok(dropped @ 1..) = store.limit_audit_bytes(max_audit_bytes).await {
            tracing::warn!(dropped, "the audit log is full (EXPLORER_AUDIT_MB): its oldest refusals were dropped");
        }
    }
}
