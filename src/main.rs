//! Starts the server.

use anyhow::Context;
#[cfg(embedded_site)]
use api_explorer::server::Asset;
use api_explorer::{
    cli::{
        arguments::{CommandLine, asked_for_keys},
        dispatch::{done, print, run, settings},
    },
    gateway::Gateway,
    server::{
        EmbeddedSite, SiteFiles, connections,
        documents::{Documents, Schedule, log_faults},
        router,
        shutdown::{self, Draining},
        start_telemetry,
        systemd::Notifier,
    },
    store::{Store, sessions::CAPACITY},
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{env, process::ExitCode, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    task::spawn_blocking,
    time::{interval, timeout},
};

/// What a call that is under way when the server stops may take beside its own time.
const TO_ANSWER: Duration = Duration::from_secs(5);
/// How long a server that stops waits for the store to take what is to be recorded.
const TO_RECORD: Duration = Duration::from_secs(5);

#[cfg(embedded_site)]
const EMBEDDED_SITE: Option<&EmbeddedSite> =
    Some(&include!(concat!(env!("CARGO_MANIFEST_DIR"), "/target/site/site.rs")));
#[cfg(not(embedded_site))]
const EMBEDDED_SITE: Option<&EmbeddedSite> = None;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some(keys) = asked_for_keys(&arguments) {
        print(&keys);
        return ExitCode::SUCCESS;
    }
    let CommandLine { config, strict, command } = match CommandLine::parse_from_arguments(arguments) {
        Ok(command_line) => command_line,
        Err(said) => said.exit(),
    };
    let config = config.as_deref();
    match command {
        None => done("api-explorer cannot start", serve(config, strict)),
        Some(command) => run(command, config),
    }
}

/// Every connection is a file to the system, which lets a process have few at first, and most often many more if it asks.
fn allow_many_connections() {
    let limit = getrlimit(Resource::Nofile);
    // Where it does not, there are as many as there were.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

#[tokio::main]
async fn serve(config: Option<&str>, strict: bool) -> anyhow::Result<()> {
    allow_many_connections();
    let mut settings = settings(config)?;
    let traces = start_telemetry(settings.log_json, settings.traces.as_ref())?;
    settings.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    let store = Store::open(&settings.store).await?;
    let documents = Documents { store: store.clone(), schedule: Schedule::default(), strict };
    let catalog = documents.load(&mut settings).await?;
    let given = std::mem::take(&mut settings.credentials);
    let gateway = Arc::new(Gateway::new(catalog, given, settings.limits, store.clone())?);
    let draining = Draining::default();
    let router = draining.layer(router(gateway.clone(), &settings, &SiteFiles::locate(EMBEDDED_SITE)?)?);
    let listener = TcpListener::bind(settings.address)
        .await
        .with_context(|| format!("{} cannot be listened on; LEPTOS_SITE_ADDR says where", settings.address))?;
    let recorder = gateway.clone();
    log_faults(gateway.catalog().slots().iter().filter_map(|slot| slot.entry.clone()).collect());
    let retries = tokio::spawn(documents.keep_retrying(gateway));
    let sweeper = tokio::spawn(sweep(store.clone(), settings.audit_age));
    let notifier = Arc::new(Notifier::from_variables(|name| env::var(name).ok())?);
    let stop = shutdown::signals(settings.drain, draining, notifier.clone())?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    notifier.ready();
    let watchdog = tokio::spawn(async move { notifier.watch().await });
    let to_finish = settings.limits.timeout + TO_ANSWER;
    connections::serve(listener, router, settings.patience, stop, to_finish).await?;
    sweeper.abort();
    watchdog.abort();
    retries.abort();
    if timeout(TO_RECORD, recorder.audit().flush()).await.is_err() {
        tracing::warn!("stopped before everything was recorded: the store does not answer");
    }
    if timeout(TO_RECORD, store.close()).await.is_err() {
        tracing::warn!("stopped before the store did: it does not answer");
    }
    if let Some(traces) = traces {
        spawn_blocking(move || traces.end()).await?;
    }
    Ok(())
}

/// Forgets what has ended, from time to time.
async fn sweep(store: Store, audit_age: Duration) {
    let mut times = interval(Duration::from_mins(1));
    loop {
        times.tick().await;
        // The store logs what goes wrong.
        let _ = store.sweep(CAPACITY).await;
        let _ = store.forget_records(audit_age).await;
    }
}
