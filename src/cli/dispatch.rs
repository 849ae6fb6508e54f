//! Runs the commands of the command line.

use super::{
    accept::{accept_documents, review_documents},
    arguments::{Command, KeyCommand},
    audit::{self, AuditCommand, AuditSubcommand},
    backup::run_backup,
    check::check_settings,
    completions::render_completions,
    environment::Environment,
    healthcheck::check_readiness,
    man::render_man_page,
    restore::run_restore,
    switch,
    token::{self, TokenCommand},
};
use crate::{
    server::{
        documents::{DocumentLoader, RetryBackoff},
        format_error, start_telemetry,
    },
    settings::{Settings, read_listen_address},
    store::{Store, key::SealingKey, rotation::rotate_key},
};
use secrecy::ExposeSecret;
use std::{
    env,
    io::{Write, stdout},
    process::ExitCode,
};
use tokio::runtime::Runtime;

/// Runs a command. `config` is the path of the settings file that the command line names.
pub fn run(command: Command, config: Option<&str>) -> ExitCode {
    match command {
        Command::Check { strict, accept } => run_check(config, strict, accept.as_deref()),
        Command::Key(KeyCommand::New) => {
            print_result("No key was created", Ok([SealingKey::generate_base64().expose_secret(), "\n"].concat()))
        }
        Command::Key(KeyCommand::Rotate) => print_result("The key was not changed", block_on(rotate_store_key(config))),
        Command::Token(command) => print_result("Nothing was changed", block_on(run_token_command(config, command))),
        Command::Switch(command) => print_result(
            "Nothing was changed",
            block_on(async {
                let (_, store) = open_store(config).await?;
                let message = switch::run_switch_command(&command, &store).await?;
                store.close().await;
                Ok(message)
            }),
        ),
        Command::Audit(AuditCommand { command: Some(AuditSubcommand::Verify { contains }), .. }) => report_result(
            "The audit log is not intact",
            block_on(async {
                let (_, store) = open_store(config).await?;
                let result = audit::verify_audit(&contains, &store, &mut stdout().lock()).await;
                store.close().await;
                result
            }),
        ),
        Command::Audit(command) => report_result(
            "The audit records cannot be printed",
            block_on(async {
                let (_, store) = open_store(config).await?;
                audit::export_audit(&command, &store, &mut stdout().lock()).await?;
                store.close().await;
                Ok(())
            }),
        ),
        Command::Backup(command) => print_result(
            "No backup was created",
            block_on(async { run_backup(&command, &load_settings_for_command(config)?.store).await }),
        ),
        Command::Restore(command) => print_result(
            "Nothing was restored",
            block_on(async { run_restore(&command, &load_settings_for_command(config)?.store).await }),
        ),
        Command::Healthcheck => print_result(
            "Not healthy",
            block_on(async { check_readiness(read_listen_address(|name| env::var(name).ok())?).await }),
        ),
        Command::Completions { shell } => {
            print_result("The completion script cannot be printed", Ok(render_completions(shell)))
        }
        Command::Man => print_result("The man page cannot be printed", render_man_page()),
    }
}

/// Exit status of `check` if a document has changes that are not accepted.
const UNACCEPTED_STATUS: u8 = 3;

/// Checks the settings and documents. Accepts the documents if `accept` is set: all, or those with one of its hashes.
fn run_check(config: Option<&str>, strict: bool, accept: Option<&[String]>) -> ExitCode {
    let settings = load_settings_for_command(config);
    let store_settings = settings.as_ref().ok().map(|settings| settings.store.clone());
    let report = check_settings(settings);
    print(&report.text);
    let Some(store_settings) = store_settings.filter(|_| !report.documents.is_empty()) else {
        return exit_code(report.is_success(strict));
    };
    let mut has_unaccepted = false;
    let review = block_on(async {
        let mut review = review_documents(&report.documents, &store_settings).await;
        print(&review.text);
        if let Some(hashes) = accept {
            let (_, store) = open_store(config).await?;
            let accepted = accept_documents(&report.documents, &mut review, hashes, &store).await;
            store.close().await;
            print(&accepted?);
        }
        has_unaccepted = review.has_unaccepted();
        Ok(())
    });
    match report_result("Not all documents were accepted", review) {
        ExitCode::SUCCESS if !report.is_success(strict) => ExitCode::FAILURE,
        ExitCode::SUCCESS if has_unaccepted => UNACCEPTED_STATUS.into(),
        exit_code => exit_code,
    }
}

/// Prints a failure to standard error, and returns the exit status.
pub fn report_result(failure: &str, result: anyhow::Result<()>) -> ExitCode {
    exit_code(result.map_err(|error| eprintln!("{failure}: {}", format_error(&error))).is_ok())
}

/// Prints a text to standard output. Errors are ignored: the reader of a pipe may close it early.
pub fn print(text: &str) {
    let _ = stdout().write_all(text.as_bytes());
}

/// Reads the settings. A settings file given on the command line overrides `EXPLORER_CONFIG`.
///
/// # Errors
/// Returns an error if a setting is invalid.
pub fn load_settings(config_path: Option<&str>, environment: &Environment) -> anyhow::Result<Settings> {
    Settings::from_env(|name| {
        let override_path = config_path.filter(|_| name == "EXPLORER_CONFIG");
        override_path.map(str::to_owned).or_else(|| environment.get(name))
    })
}

/// Reads the settings of a command, whose environment soon ends with it.
fn load_settings_for_command(config_path: Option<&str>) -> anyhow::Result<Settings> {
    load_settings(config_path, &Environment::default())
}

fn print_result(failure: &str, result: anyhow::Result<String>) -> ExitCode {
    report_result(failure, result.map(|text| print(&text)))
}

fn exit_code(is_success: bool) -> ExitCode {
    if is_success { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    Runtime::new()?.block_on(future)
}

async fn rotate_store_key(config_path: Option<&str>) -> anyhow::Result<String> {
    let settings = load_settings_for_command(config_path)?;
    let message = rotate_key(&settings.store, settings.new_key.as_ref()).await?;
    Ok([&message, " Start the servers that use this store again.\n"].concat())
}

/// Reads the settings, and opens the store that they name.
async fn open_store(config_path: Option<&str>) -> anyhow::Result<(Settings, Store)> {
    let settings = load_settings_for_command(config_path)?;
    start_telemetry(settings.log_json, None, &[])?;
    let store = Store::open(&settings.store).await?;
    Ok((settings, store))
}

async fn run_token_command(config_path: Option<&str>, command: TokenCommand) -> anyhow::Result<String> {
    let (mut settings, store) = open_store(config_path).await?;
    let message = match command {
        TokenCommand::List => token::list_tokens(&store).await?,
        TokenCommand::Revoke { id } => token::revoke_token(&id, &store).await?,
        TokenCommand::Create(create_command) => {
            let documents = DocumentLoader { store: store.clone(), backoff: RetryBackoff::default(), strict: false };
            let catalog = documents.load(&mut settings).await?;
            let (summary, token) = token::create_token(&create_command, &catalog, &store).await?;
            // Only the token goes to standard output, so that scripts can read it.
            eprintln!("{summary}");
            [token.expose_secret(), "\n"].concat()
        }
    };
    store.close().await;
    Ok(message)
}
