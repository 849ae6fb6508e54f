//! Command-line arguments and the text of `--help`.

use super::{
    audit::AuditCommand, backup::BackupCommand, restore::RestoreCommand, switch::SwitchCommand, token::TokenCommand,
};
use crate::settings::{ENVIRONMENT_VARIABLES, SECRET_FILES_HELP, help_config, variable_names};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint, error::ErrorKind};
use clap_complete::Shell;
use std::fmt::Write;

/// Parsed command line.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(
    name = "api-explorer",
    version,
    about = "API Explorer: try any API from a web page, without the page ever holding its keys.\n\n\
             Without a command, it starts the server.",
    disable_help_subcommand = true
)]
pub struct CommandLine {
    /// Path of explorer.toml; overrides `EXPLORER_CONFIG`. `--help config` lists its keys
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        value_hint = ValueHint::FilePath,
        value_parser = clap::builder::NonEmptyStringValueParser::new()
    )]
    pub config: Option<String>,
    /// Do not start if a document file is missing or invalid
    #[arg(long)]
    pub strict: bool,
    /// Command to run instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Commands.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Check settings and documents, and print a report; exit status 1 if a setting is invalid or a document cannot be
    /// read, 3 if a document has changes that are not accepted
    Check {
        /// Also exit with status 1 if a document has faults
        #[arg(long)]
        strict: bool,
        /// Accept the documents, so that the operator's credential is used for their new and changed operations; with
        /// SHA-256 hashes, only documents with one of these
        #[arg(long, num_args = 0.., require_equals = true, value_delimiter = ',', value_name = "HASH")]
        accept: Option<Vec<String>>,
    },
    /// Create or change the key that encrypts the stored data
    #[command(subcommand)]
    Key(KeyCommand),
    /// Manage access tokens, which users sign in with or send as a bearer token
    #[command(subcommand)]
    Token(TokenCommand),
    /// Disable or enable credentials, tokens and users
    #[command(subcommand)]
    Switch(SwitchCommand),
    /// Print the audit records as JSON lines, newest first, or check that they are as they were written
    Audit(AuditCommand),
    /// Copy the SQLite store to a new file, while servers use it; the key is not included
    Backup(BackupCommand),
    /// Restore a backup to the location in `DATABASE_URL`, if there is no store yet
    Restore(RestoreCommand),
    /// Check that the server on this machine (`LEPTOS_SITE_ADDR`) is ready; exit status 1 if not
    Healthcheck,
    /// Print a shell completion script
    Completions {
        /// Shell to complete in
        shell: Shell,
    },
    /// Print the man page
    Man,
}

/// Commands for the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum KeyCommand {
    /// Print a new key, for `EXPLORER_KEY`
    New,
    /// Encrypt all stored data with another key: a new one in the key file, or `EXPLORER_NEW_KEY` if `EXPLORER_KEY` is
    /// set; start the servers again afterwards
    Rotate,
}

impl CommandLine {
    /// Parses the arguments after the program name.
    ///
    /// # Errors
    /// Returns an error if an argument is invalid, or if the arguments request a text such as the help.
    pub fn parse_args(arguments: impl IntoIterator<Item = String>) -> Result<Self, clap::Error> {
        let matches =
            build_command().try_get_matches_from(std::iter::once("api-explorer".to_owned()).chain(arguments))?;
        let parsed = Self::from_arg_matches(&matches)?;
        if parsed.strict && parsed.command.is_some() {
            let message = "--strict has no effect before a command; write it after `check`: check --strict\n";
            return Err(build_command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(parsed)
    }
}

/// Returns the list of `explorer.toml` keys if the arguments are `--help config`.
pub fn requested_config_help(arguments: &[String]) -> Option<String> {
    matches!(arguments, [help, about] if matches!(help.as_str(), "--help" | "-h") && about == "config")
        .then(help_config)
}

/// Returns the text of `--help`.
pub fn render_help() -> String {
    build_command().render_long_help().to_string()
}

/// Returns the definition of the command line.
pub fn build_command() -> clap::Command {
    let mut settings_help =
        "Settings are read from environment variables and from the file explorer.toml:\n".to_owned();
    for (name, default, meaning) in ENVIRONMENT_VARIABLES {
        let default = if default.is_empty() { String::new() } else { format!(" [default: {default}]") };
        let _ = write!(settings_help, "\n  {}\n      {meaning}{default}\n", variable_names(name).join(", "));
    }
    let _ = write!(settings_help, "\n{SECRET_FILES_HELP}");
    CommandLine::command().after_help(settings_help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::audit::AuditSubcommand;

    fn parse(line: &str) -> Result<CommandLine, clap::Error> {
        CommandLine::parse_args(line.split_whitespace().map(str::to_owned))
    }

    fn verify(hashes: &[&str]) -> Command {
        let contains = hashes.iter().map(|hash| (*hash).to_owned()).collect();
        Command::Audit(AuditCommand { command: Some(AuditSubcommand::Verify { contains }), ..AuditCommand::default() })
    }

    #[test]
    fn every_command_is_parsed() -> Result<(), clap::Error> {
        for (line, config, command) in [
            ("", None, None),
            ("--config a.toml", Some("a.toml"), None),
            ("audit verify", None, Some(verify(&[]))),
            ("audit verify --contains ab --contains cd", None, Some(verify(&["ab", "cd"]))),
            ("check", None, Some(Command::Check { strict: false, accept: None })),
            ("check --config=a.toml --strict", Some("a.toml"), Some(Command::Check { strict: true, accept: None })),
            ("--config a.toml check", Some("a.toml"), Some(Command::Check { strict: false, accept: None })),
            ("check --accept", None, Some(Command::Check { strict: false, accept: Some(Vec::new()) })),
            (
                "check --accept=a,b",
                None,
                Some(Command::Check { strict: false, accept: Some(vec!["a".into(), "b".into()]) }),
            ),
            ("key new", None, Some(Command::Key(KeyCommand::New))),
            ("key rotate --config a.toml", Some("a.toml"), Some(Command::Key(KeyCommand::Rotate))),
        ] {
            let expected = CommandLine { config: config.map(str::to_owned), strict: false, command };
            assert_eq!(parse(line)?, expected, "{line}");
        }
        assert_eq!(parse("--strict")?, CommandLine { config: None, strict: true, command: None });
        Ok(())
    }

    #[test]
    fn invalid_arguments_are_named() {
        for (line, expected) in [
            ("--confg", "--config"),
            ("check check", "check"),
            ("--config", "PATH"),
            ("--config=", "PATH"),
            ("--strict check", "check --strict"),
            ("key new --strict", "--strict"),
            ("key old", "old"),
            ("audit --since 7d verify", "verify"),
        ] {
            let error_message = parse(line).err().filter(|error| error.exit_code() == 2).map(|error| error.to_string());
            assert!(error_message.is_some_and(|message| message.contains(expected)), "{line}");
        }
    }

    #[test]
    fn every_command_has_help() {
        for (line, kind) in [
            ("--help", ErrorKind::DisplayHelp),
            ("check -h", ErrorKind::DisplayHelp),
            ("-V", ErrorKind::DisplayVersion),
        ] {
            assert_eq!(parse(line).map_err(|error| error.kind()), Err(kind), "{line}");
        }
        assert!(
            requested_config_help(&["--help".into(), "config".into()])
                .is_some_and(|keys| keys.contains("[[provider]]"))
        );
        assert_eq!(requested_config_help(&["--help".into()]), None);
    }
}
