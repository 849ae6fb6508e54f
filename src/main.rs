//! Starts the server.

use anyhow::Context;
use api_explorer::{
    gateway::Gateway,
    providers::Catalog,
    server::{
        router,
        settings::{Settings, help},
        site_options, start_telemetry,
    },
};
use std::{process::ExitCode, sync::Arc};
use tokio::{net::TcpListener, signal, time::sleep};

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some("--help" | "-h") => return print(&help()),
        Some("--version" | "-V") => return print(concat!("api-explorer ", env!("CARGO_PKG_VERSION"), "\n")),
        Some(other) => {
            eprintln!("api-explorer has no argument {other:?}.\n\n{}", help());
            return ExitCode::from(2);
        }
    }
    if let Err(error) = run() {
        eprintln!("api-explorer cannot start: {error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn print(text: &str) -> ExitCode {
    use std::io::Write;
    // A reader who closes the pipe early has seen enough.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

#[tokio::main]
async fn run() -> anyhow::Result<()> {
    let mut settings = Settings::from_variables(|name| std::env::var(name).ok())?;
    start_telemetry(settings.log_json);
    let catalog = Catalog::load(std::mem::take(&mut settings.providers))?;
    let gateway = Arc::new(Gateway::new(catalog, std::mem::take(&mut settings.credentials), settings.limits)?);
    let router = router(gateway, &settings, site_options()?)?;
    let listener = TcpListener::bind(settings.address)
        .await
        .with_context(|| format!("{} cannot be listened on; LEPTOS_SITE_ADDR says where", settings.address))?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let deadline = settings.limits.timeout;
    tokio::select! {
        served = axum::serve(listener, router).with_graceful_shutdown(stop()) => served?,
        () = async { stop().await; sleep(deadline).await } => tracing::warn!("stopped with requests under way"),
    }
    Ok(())
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
