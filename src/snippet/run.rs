//! What a reader types to run a snippet: bring the library, take the secrets from where they are, run the file.
//!
//! Code reads environment variables, whatever keeps the secrets; the commands beside it fill them. So code stays what
//! people would commit, and no secret stands in it.

use super::{Choice, Source, posix::quote, text::masked};

/// Where a reader keeps secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keeper {
    /// Nowhere: they are typed into environment variables.
    #[default]
    Environment,
    /// A file `.env`.
    DotEnv,
    /// 1Password, whose command line reads references (`op://vault/item/field`).
    OnePassword,
    /// AWS Secrets Manager.
    Aws,
    /// `HashiCorp` Vault's key-value store.
    Vault,
}

impl Keeper {
    /// All of them, the default first.
    pub const ALL: [Self; 5] = [Self::Environment, Self::DotEnv, Self::OnePassword, Self::Aws, Self::Vault];

    /// The keeper with an id.
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|keeper| keeper.id() == id)
    }

    /// Its name in markup and in the cookie.
    pub fn id(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::DotEnv => "dotenv",
            Self::OnePassword => "1password",
            Self::Aws => "aws",
            Self::Vault => "vault",
        }
    }

    /// Its name on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Environment => "environment variables",
            Self::DotEnv => "a .env file",
            Self::OnePassword => "1Password",
            Self::Aws => "AWS Secrets Manager",
            Self::Vault => "Vault",
        }
    }
}

/// The commands that run a choice's code, for a POSIX shell; empty where nothing runs it.
pub fn commands(choice: &Choice, source: Source, keeper: Keeper) -> String {
    let run = choice.run();
    if run.is_empty() {
        return String::new();
    }
    let names = variables(source);
    let item = &source.provider.id;
    let loads: Vec<String> = names.iter().map(|(name, is_secret)| load(keeper, item, name, *is_secret)).collect();
    let mut lines: Vec<String> = Vec::new();
    lines.extend(Some(choice.install()).filter(|install| !install.is_empty()));
    match keeper {
        _ if names.is_empty() => lines.push(run.into()),
        Keeper::DotEnv => {
            let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
            lines.push(["# .env sets ", &names.join(", ")].concat());
            lines.extend(["set -a; . ./.env; set +a".to_owned(), run.into()]);
        }
        // It puts the secrets in place of their references, for this one program.
        Keeper::OnePassword => lines.push([&loads.join(" \\\n  "), " \\\n  op run -- ", run].concat()),
        Keeper::Environment | Keeper::Aws | Keeper::Vault => {
            lines.extend(loads);
            lines.push(run.into());
        }
    }
    lines.join("\n")
}

/// The command that fills one variable.
fn load(keeper: Keeper, item: &str, name: &str, is_secret: bool) -> String {
    let place = |separator: &str| quote(&[item, separator, name].concat());
    match keeper {
        // What is typed is not shown, and does not come into the shell's history.
        Keeper::Environment if is_secret => {
            ["printf '", name, ": '; stty -echo; IFS= read -r ", name, "; stty echo; export ", name].concat()
        }
        Keeper::Environment => ["printf '", name, ": '; IFS= read -r ", name, "; export ", name].concat(),
        Keeper::DotEnv => String::new(),
        Keeper::OnePassword => [name, "=", &quote(&["op://Private/", item, "/", name].concat())].concat(),
        Keeper::Aws => {
            let read = "aws secretsmanager get-secret-value --query SecretString --output text --secret-id ";
            ["export ", name, "=\"$(", read, &place("/"), ")\""].concat()
        }
        Keeper::Vault => {
            ["export ", name, "=\"$(vault kv get -mount=secret -field=", name, " ", &quote(item), ")\""].concat()
        }
    }
}

/// The variables that a call's code reads, and whether they are secret.
fn variables(source: Source) -> Vec<(String, bool)> {
    let usernames = source.references.iter().filter_map(|reference| reference.username_variable.clone());
    let mut secrets: Vec<String> = source.references.iter().map(|reference| reference.variable.clone()).collect();
    source.arguments.values().for_each(|value| masked(value, &mut secrets));
    usernames.map(|name| (name, false)).chain(secrets.into_iter().map(|name| (name, true))).collect()
}
