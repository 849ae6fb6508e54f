//! Renders the shell commands that run a snippet: install the library, load the secrets, run the file.
//!
//! Snippets read environment variables, whatever the secret source; these commands set the variables. The code can
//! therefore be committed unchanged, and contains no secret.

use super::{SnippetInput, SnippetTarget, posix::quote, text_template::collect_masked_variables};
use strum::{Display, EnumString, VariantArray};

/// A place in which a user stores secrets. Markup and the cookie contain its id, which is its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum SecretSource {
    /// No store: the user types the secrets into environment variables.
    #[default]
    Environment,
    /// A `.env` file.
    DotEnv,
    /// 1Password, whose command line resolves references (`op://vault/item/field`).
    #[strum(serialize = "1password")]
    OnePassword,
    /// AWS Secrets Manager.
    #[strum(serialize = "aws")]
    AwsSecretsManager,
    /// The key-value store of `HashiCorp` Vault.
    Vault,
}

impl SecretSource {
    /// Returns the label shown on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Environment => "environment variables",
            Self::DotEnv => "a .env file",
            Self::OnePassword => "1Password",
            Self::AwsSecretsManager => "AWS Secrets Manager",
            Self::Vault => "Vault",
        }
    }
}

/// Renders the commands that run a target's code in a POSIX shell; empty if the code cannot be run.
pub fn render_run_commands(target: &SnippetTarget, input: SnippetInput, secret_source: SecretSource) -> String {
    let run_command = target.run_command();
    if run_command.is_empty() {
        return String::new();
    }
    let names = required_variables(input);
    let item = &input.provider.id;
    let export_commands: Vec<String> =
        names.iter().map(|(name, is_secret)| render_export_command(secret_source, item, name, *is_secret)).collect();
    let mut lines: Vec<String> = Vec::new();
    lines.extend(Some(target.install_command()).filter(|install| !install.is_empty()));
    match secret_source {
        _ if names.is_empty() => lines.push(run_command.into()),
        SecretSource::DotEnv => {
            let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
            lines.push(format!("# .env sets {}", names.join(", ")));
            lines.extend(["set -a; . ./.env; set +a".to_owned(), run_command.into()]);
        }
        // `op run` replaces the references with the secrets, for this one process.
        SecretSource::OnePassword => {
            lines.push(format!("{} \\\n  op run -- {run_command}", export_commands.join(" \\\n  ")));
        }
        SecretSource::Environment | SecretSource::AwsSecretsManager | SecretSource::Vault => {
            lines.extend(export_commands);
            lines.push(run_command.into());
        }
    }
    lines.join("\n")
}

/// Renders the command that sets one variable; empty for `.env` files, which set all variables at once.
fn render_export_command(secret_source: SecretSource, item: &str, name: &str, is_secret: bool) -> String {
    let secret_id = |separator: &str| quote(&format!("{item}{separator}{name}"));
    match secret_source {
        // The input is neither echoed nor added to the shell's history.
        SecretSource::Environment if is_secret => {
            format!("printf '{name}: '; stty -echo; IFS= read -r {name}; stty echo; export {name}")
        }
        SecretSource::Environment => format!("printf '{name}: '; IFS= read -r {name}; export {name}"),
        SecretSource::DotEnv => String::new(),
        SecretSource::OnePassword => format!("{name}={}", quote(&format!("op://Private/{item}/{name}"))),
        SecretSource::AwsSecretsManager => {
            let read_command = "aws secretsmanager get-secret-value --query SecretString --output text --secret-id ";
            format!("export {name}=\"$({read_command}{})\"", secret_id("/"))
        }
        SecretSource::Vault => {
            format!("export {name}=\"$(vault kv get -mount=secret -field={name} {})\"", quote(item))
        }
    }
}

/// Returns the variables that the code of a call reads, each with true if it is secret.
fn required_variables(input: SnippetInput) -> Vec<(String, bool)> {
    let usernames = input
        .credential_variables
        .iter()
        .filter_map(|credential_variable| credential_variable.username_variable.clone());
    let mut secrets: Vec<String> =
        input.credential_variables.iter().map(|credential_variable| credential_variable.variable.clone()).collect();
    input.arguments.values().for_each(|value| collect_masked_variables(value, &mut secrets));
    usernames.map(|name| (name, false)).chain(secrets.into_iter().map(|name| (name, true))).collect()
}
