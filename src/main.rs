//! Starts the server.

use anyhow::Context;
#[cfg(feature = "embed")]
use api_explorer::server::Asset;
use api_explorer::{
    gateway::Gateway,
    providers::Catalog,
    server::{
        EmbeddedSite, SiteFiles,
        check::check,
        command_line::{Command, CommandLine, KeyCommand, asked_for_keys},
        commands::{
            audit::{self, AuditCommand},
            switches::{self, SwitchCommand},
            tokens::{self, TokenCommand},
        },
        connections,
        documents::{Documents, Schedule, log_faults},
        router,
        settings::Settings,
        start_telemetry,
    },
    store::{Store, key::Key, rotation::rotate, sessions::CAPACITY},
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use secrecy::{ExposeSecret, SecretString};
use std::{env, process::ExitCode, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    task::spawn_blocking,
    time::{interval, timeout},
};

/// What a call that is under way when the server stops may take beside its own time.
const TO_ANSWER: Duration = Duration::from_secs(5);
/// How long a server that stops waits for the store to take what is to be recorded.
const TO_RECORD: Duration = Duration::from_secs(5);

#[cfg(feature = "embed")]
const EMBEDDED_SITE: Option<&EmbeddedSite> =
    Some(&include!(concat!(env!("CARGO_MANIFEST_DIR"), "/target/site/site.rs")));
#[cfg(not(feature = "embed"))]
const EMBEDDED_SITE: Option<&EmbeddedSite> = None;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some(keys) = asked_for_keys(&arguments) {
        return status(print(&keys));
    }
    let CommandLine { config, strict, command } = match CommandLine::parse_from_arguments(arguments) {
        Ok(command_line) => command_line,
        Err(said) => said.exit(),
    };
    let config = config.as_deref();
    match command {
        None => done("api-explorer cannot start", serve(config, strict)),
        Some(Command::Check { strict }) => {
            let report = check(settings(config));
            status(print(&report.text) && report.is_good(strict))
        }
        Some(Command::Key(KeyCommand::New)) => status(print(&[Key::new_text().expose_secret(), "\n"].concat())),
        Some(Command::Key(KeyCommand::Rotate)) => done("The key was not changed", rotate_key(config)),
        Some(Command::Token(command)) => done("Nothing was changed", manage_tokens(config, command)),
        Some(Command::Switch(command)) => done("Nothing was switched", switch(config, &command)),
        Some(Command::Audit(command)) => done("The audit cannot be printed", export_audit(config, &command)),
    }
}

fn status(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn done(failure: &str, outcome: anyhow::Result<()>) -> ExitCode {
    status(outcome.map_err(|error| eprintln!("{failure}: {error:#}")).is_ok())
}

fn print(text: &str) -> bool {
    use std::io::Write;
    // A reader who closes the pipe early has seen enough.
    let _ = std::io::stdout().write_all(text.as_bytes());
    true
}

/// The settings; a file that the command line names wins over the variable's.
fn settings(config: Option<&str>) -> anyhow::Result<Settings> {
    Settings::from_variables(|name| {
        let named = config.filter(|_| name == "EXPLORER_CONFIG");
        named.map(str::to_owned).or_else(|| env::var(name).ok())
    })
}

#[tokio::main]
async fn rotate_key(config: Option<&str>) -> anyhow::Result<()> {
    let given = env::var("EXPLORER_NEW_KEY").ok().filter(|key| !key.is_empty()).map(SecretString::from);
    let said = rotate(&settings(config)?.store, given.as_ref()).await?;
    print(&[&said, " Start the servers that use this store again.\n"].concat());
    Ok(())
}

/// The settings, and the store that they name.
async fn open_store(config: Option<&str>) -> anyhow::Result<(Settings, Store)> {
    let settings = settings(config)?;
    start_telemetry(settings.log_json, None)?;
    let store = Store::open(&settings.store).await?;
    Ok((settings, store))
}

#[tokio::main]
async fn switch(config: Option<&str>, command: &SwitchCommand) -> anyhow::Result<()> {
    let (_, store) = open_store(config).await?;
    print(&switches::switch(command, &store).await?);
    store.close().await;
    Ok(())
}

#[tokio::main]
async fn export_audit(config: Option<&str>, command: &AuditCommand) -> anyhow::Result<()> {
    let (_, store) = open_store(config).await?;
    audit::export(command, &store, &mut std::io::stdout().lock()).await?;
    store.close().await;
    Ok(())
}

#[tokio::main]
async fn manage_tokens(config: Option<&str>, command: TokenCommand) -> anyhow::Result<()> {
    let (mut settings, store) = open_store(config).await?;
    let said = match command {
        TokenCommand::List => tokens::list(&store).await?,
        TokenCommand::Revoke { id } => tokens::revoke(&id, &store).await?,
        TokenCommand::Create(asked) => {
            let catalog = Catalog::load(std::mem::take(&mut settings.providers))?;
            let (words, token) = tokens::create(&asked, &catalog, &store).await?;
            // The token alone goes where a script reads it.
            eprintln!("{words}");
            [token.expose_secret(), "\n"].concat()
        }
    };
    print(&said);
    store.close().await;
    Ok(())
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
    let router = router(gateway.clone(), &settings, &SiteFiles::locate(EMBEDDED_SITE)?)?;
    let listener = TcpListener::bind(settings.address)
        .await
        .with_context(|| format!("{} cannot be listened on; LEPTOS_SITE_ADDR says where", settings.address))?;
    let recorder = gateway.clone();
    log_faults(gateway.catalog().slots().iter().filter_map(|slot| slot.entry.clone()).collect());
    let retries = tokio::spawn(documents.keep_retrying(gateway));
    let sweeper = tokio::spawn(sweep(store.clone(), settings.audit_age));
    let stop = stop()?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let to_finish = settings.limits.timeout + TO_ANSWER;
    connections::serve(listener, router, settings.patience, stop, to_finish).await?;
    sweeper.abort();
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

/// Ends with Ctrl-C or `SIGTERM`, which are heeded from this moment on, not from when it is first waited for.
fn stop() -> anyhow::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
