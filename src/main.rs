//! Starts the server.

use anyhow::Context;
use api_explorer::{
    gateway::Gateway,
    providers::Catalog,
    server::{
        check::check,
        command_line::{Command, help},
        router,
        settings::{Settings, help_config},
        site_options, start_telemetry,
    },
    store::{Store, key::Key, sessions::CAPACITY},
};
use secrecy::ExposeSecret;
use std::{env, process::ExitCode, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    signal,
    time::{interval, sleep},
};

fn main() -> ExitCode {
    let good = match Command::parse(env::args().skip(1)) {
        Ok(Command::Help) => print(&help()),
        Ok(Command::HelpConfig) => print(&help_config()),
        Ok(Command::Version) => print(concat!("api-explorer ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(Command::NewKey) => print(&[Key::new_text().expose_secret(), "\n"].concat()),
        Ok(Command::Check { config, strict }) => {
            let report = check(settings(config.as_deref()));
            print(&report.text) && report.is_good(strict)
        }
        Ok(Command::Serve { config }) => {
            let served = run(config.as_deref());
            served.map_err(|error| eprintln!("api-explorer cannot start: {error:#}")).is_ok()
        }
        Err(message) => {
            eprintln!("{message}\n\n{}", help());
            return ExitCode::from(2);
        }
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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
async fn run(config: Option<&str>) -> anyhow::Result<()> {
    let mut settings = settings(config)?;
    start_telemetry(settings.log_json);
    settings.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    let catalog = Catalog::load(std::mem::take(&mut settings.providers))?;
    let store = Store::open(&settings.store).await?;
    let given = std::mem::take(&mut settings.credentials);
    let gateway = Arc::new(Gateway::new(catalog, given, settings.limits, store.clone())?);
    let router = router(gateway.clone(), &settings, site_options()?)?;
    let listener = TcpListener::bind(settings.address)
        .await
        .with_context(|| format!("{} cannot be listened on; LEPTOS_SITE_ADDR says where", settings.address))?;
    tokio::task::spawn_blocking(move || {
        gateway.catalog().check(|entry, fault| {
            tracing::warn!(provider = entry.provider.id, "not understood: {fault}");
        });
    });
    let sweeper = tokio::spawn(sweep(store.clone()));
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let deadline = settings.limits.timeout;
    tokio::select! {
        served = axum::serve(listener, router).with_graceful_shutdown(stop()) => served?,
        () = async { stop().await; sleep(deadline).await } => tracing::warn!("stopped with requests under way"),
    }
    sweeper.abort();
    store.close().await;
    Ok(())
}

/// Forgets what has ended, from time to time.
async fn sweep(store: Store) {
    let mut times = interval(Duration::from_mins(1));
    loop {
        times.tick().await;
        // The store logs what goes wrong.
        let _ = store.sweep(CAPACITY).await;
    }
}

/// Ends with Ctrl-C or `SIGTERM`; calls that are under way are finished first, within the time that a call may take.
async fn stop() {
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = signal::ctrl_c() => {}
        () = terminate => {}
    }
}
