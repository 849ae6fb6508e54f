//! Runs what the command line asks for, other than serving.

use super::{
    arguments::{Command, KeyCommand},
    check::check,
};
use super::{
    audit,
    backup::backup,
    completions::completions,
    healthcheck::healthcheck,
    man::man,
    restore::restore,
    switches,
    tokens::{self, TokenCommand},
};
use crate::{
    server::{
        documents::{Documents, Schedule},
        start_telemetry,
    },
    settings::{Settings, site_address},
    store::{Store, key::Key, rotation::rotate},
};
use secrecy::ExposeSecret;
use std::{
    env,
    io::{Write, stdout},
    process::ExitCode,
};
use tokio::runtime::Runtime;

/// Runs a command to its end. `config` is the file of settings that the command line names.
pub fn run(command: Command, config: Option<&str>) -> ExitCode {
    match command {
        Command::Check { strict } => {
            let report = check(settings(config));
            print(&report.text);
            status(report.is_good(strict))
        }
        Command::Key(KeyCommand::New) => {
            printed("No key was made", Ok([Key::new_text().expose_secret(), "\n"].concat()))
        }
        Command::Key(KeyCommand::Rotate) => printed("The key was not changed", wait(rotate_key(config))),
        Command::Token(command) => printed("Nothing was changed", wait(manage_tokens(config, command))),
        Command::Switch(command) => printed(
            "Nothing was switched",
            wait(async {
                let (_, store) = open_store(config).await?;
                let said = switches::switch(&command, &store).await?;
                store.close().await;
                Ok(said)
            }),
        ),
        Command::Audit(command) => done(
            "The audit cannot be printed",
            wait(async {
                let (_, store) = open_store(config).await?;
                audit::export(&command, &store, &mut stdout().lock()).await?;
                store.close().await;
                Ok(())
            }),
        ),
        Command::Backup(asked) => {
            printed("There is no backup", wait(async { backup(&asked, &settings(config)?.store).await }))
        }
        Command::Restore(asked) => {
            printed("Nothing was restored", wait(async { restore(&asked, &settings(config)?.store).await }))
        }
        Command::Healthcheck => {
            printed("Not healthy", wait(async { healthcheck(site_address(|name| env::var(name).ok())?).await }))
        }
        Command::Completions { shell } => printed("There are no completions", Ok(completions(shell))),
        Command::Man => printed("There is no man page", man()),
    }
}

/// Reports an outcome: a failure on standard error, and the status to end with.
pub fn done(failure: &str, outcome: anyhow::Result<()>) -> ExitCode {
    status(outcome.map_err(|error| eprintln!("{failure}: {error:#}")).is_ok())
}

/// Prints a text; a reader who closes the pipe early has seen enough.
pub fn print(text: &str) {
    let _ = stdout().write_all(text.as_bytes());
}

/// Reads the settings; a file that the command line names wins over the variable's.
///
/// # Errors
/// If a setting cannot be used.
pub fn settings(config: Option<&str>) -> anyhow::Result<Settings> {
    Settings::from_variables(|name| {
        let named = config.filter(|_| name == "EXPLORER_CONFIG");
        named.map(str::to_owned).or_else(|| env::var(name).ok())
    })
}

fn printed(failure: &str, outcome: anyhow::Result<String>) -> ExitCode {
    done(failure, outcome.map(|text| print(&text)))
}

fn status(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn wait<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    Runtime::new()?.block_on(work)
}

async fn rotate_key(config: Option<&str>) -> anyhow::Result<String> {
    let settings = settings(config)?;
    let said = rotate(&settings.store, settings.new_key.as_ref()).await?;
    Ok([&said, " Start the servers that use this store again.\n"].concat())
}

/// The settings, and the store that they name.
async fn open_store(config: Option<&str>) -> anyhow::Result<(Settings, Store)> {
    let settings = settings(config)?;
    start_telemetry(settings.log_json, None)?;
    let store = Store::open(&settings.store).await?;
    Ok((settings, store))
}

async fn manage_tokens(config: Option<&str>, command: TokenCommand) -> anyhow::Result<String> {
    let (mut settings, store) = open_store(config).await?;
    let said = match command {
        TokenCommand::List => tokens::list(&store).await?,
        TokenCommand::Revoke { id } => tokens::revoke(&id, &store).await?,
        TokenCommand::Create(asked) => {
            let documents = Documents { store: store.clone(), schedule: Schedule::default(), strict: false };
            let catalog = documents.load(&mut settings).await?;
            let (words, token) = tokens::create(&asked, &catalog, &store).await?;
            // The token alone goes where a script reads it.
            eprintln!("{words}");
            [token.expose_secret(), "\n"].concat()
        }
    };
    store.close().await;
    Ok(said)
}
