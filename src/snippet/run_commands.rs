//! What a reader types to run a snippet: bring the library, take the secrets from where they are, run the file.
//!
//! Code reads environment variables, whatever keeps the secrets; the commands beside it fill them. So code stays what
//! people would commit, and no secret stands in it.

use super::{SnippetInput, SnippetTarget, posix::quote, text_template::collect_masked_variables};

/// Where a reader keeps secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecretSource {
    /// Nowhere: they are typed into environment variables.
    #[default]
    Environment,
    /// A file `.env`.
    DotEnv,
    /// 1Password, whose command line reads references (`op://vault/item/field`).
    OnePassword,
    /// AWS Secrets Manager.
    AwsSecretsManager,
    /// `HashiCorp` Vault's key-value store.
    Vault,
}

impl SecretSource {
    /// All of them, the default first.
    pub const ALL: [Self; 5] =
        [Self::Environment, Self::DotEnv, Self::OnePassword, Self::AwsSecretsManager, Self::Vault];

    /// The keeper with an id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|keeper| keeper.id() == id)
    }

    /// Its name in markup and in the cookie.
    pub fn id(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::DotEnv => "dotenv",
            Self::OnePassword => "1password",
            Self::AwsSecretsManager => "aws",
            Self::Vault => "vault",
        }
    }

    /// Its name on the page.
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

/// The commands that run a choice's code, for a POSIX shell; empty where nothing runs it.
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
            lines.push(["# .env sets ", &names.join(", ")].concat());
            lines.extend(["set -a; . ./.env; set +a".to_owned(), run_command.into()]);
        }
        // It puts the secrets in place of their references, for this one program.
        SecretSource::OnePassword => {
            lines.push([&export_commands.join(" \\\n  "), " \\\n  op run -- ", run_command].concat());
        }
        SecretSource::Environment | SecretSource::AwsSecretsManager | SecretSource::Vault => {
            lines.extend(export_commands);
            lines.push(run_command.into());
        }
    }
    lines.join("\n")
}

/// The command that fills one variable.
fn render_export_command(secret_source: SecretSource, item: &str, name: &str, is_secret: bool) -> String {
    let secret_id = |separator: &str| quote(&[item, separator, name].concat());
    match secret_source {
        // What is typed is not shown, and does not come into the shell's history.
        SecretSource::Environment if is_secret => {
            ["printf '", name, ": '; stty -echo; IFS= read -r ", name, "; stty echo; export ", name].concat()
        }
        SecretSource::Environment => ["printf '", name, ": '; IFS= read -r ", name, "; export ", name].concat(),
        SecretSource::DotEnv => String::new(),
        SecretSource::OnePassword => [name, "=", &quote(&["op://Private/", item, "/", name].concat())].concat(),
        SecretSource::AwsSecretsManager => {
            let read_command = "aws secretsmanager get-secret-value --query SecretString --output text --secret-id ";
            ["export ", name, "=\"$(", read_command, &secret_id("/"), ")\""].concat()
        }
        SecretSource::Vault => {
            ["export ", name, "=\"$(vault kv get -mount=secret -field=", name, " ", &quote(item), ")\""].concat()
        }
    }
}

/// The variables that a call's code reads, and whether they are secret.
fn required_variables(input: SnippetInput) -> Vec<(String, bool)> {
    let usernames = input.credential_variables.iter().filter_map(|reference| reference.username_variable.clone());
    let mut secrets: Vec<String> =
        input.credential_variables.iter().map(|reference| reference.variable.clone()).collect();
    input.arguments.values().for_each(|value| collect_masked_variables(value, &mut secrets));
    usernames.map(|name| (name, false)).chain(secrets.into_iter().map(|name| (name, true))).collect()
}
