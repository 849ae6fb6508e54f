//! The keys of `explorer.toml`, which the reader accepts, `--help config` prints and `docs/settings.md` lists.

use std::fmt::Write;

/// A key of `explorer.toml`: its path, its description and an example.
#[derive(Clone, Copy, Debug)]
pub struct ConfigKey {
    /// Path of the key, including its tables: `provider.credential.token`.
    pub path: &'static str,
    /// Description of the key.
    pub description: &'static str,
    /// Example value in TOML; empty for a table.
    pub example: &'static str,
}

const fn config_key(path: &'static str, description: &'static str, example: &'static str) -> ConfigKey {
    ConfigKey { path, description, example }
}

/// All keys. Other keys are rejected.
pub const CONFIG_KEYS: [ConfigKey; 43] = [
    config_key("provider", "a provider, one `[[provider]]` each; `id = \"stytch\"` changes the built-in one", ""),
    config_key("provider.id", "first part of its URLs: small letters, digits and hyphens (required)", r#""github""#),
    config_key(
        "provider.document",
        "its OpenAPI document: a path, relative to this file, or an https URL, read at start (required)",
        r#""github.yaml""#,
    ),
    config_key("provider.title", "what people call it (default: the document's `info.title`)", r#""GitHub""#),
    config_key(
        "provider.servers",
        "where calls go, URLs or tables with `name` and `url`; they replace the document's own",
        r#"[{ name = "main", url = "https://api.github.com" }]"#,
    ),
    config_key("provider.servers.name", "name of a server, shown where one chooses the environment", r#""main""#),
    config_key(
        "provider.servers.url",
        "https URL of a server (http only on this machine)",
        r#""https://api.github.com""#,
    ),
    config_key(
        "provider.base_url",
        "send its calls here instead of its servers: a private gateway, a test double",
        r#""https://gateway.example.com/github""#,
    ),
    config_key(
        "provider.package",
        "package of its TypeScript SDK, for snippets (default: `@utdk/` and the id)",
        r#""@utdk/github""#,
    ),
    config_key("provider.credential", "the operator's credential; without one, visitors bring theirs", ""),
    config_key(
        "provider.credential.scheme",
        "the security scheme of the document that it is for (default: the one that takes these parts)",
        r#""bearerAuth""#,
    ),
    config_key(
        "provider.credential.hosts",
        "the only hosts that it may be sent to, whatever the document says (required with a secret)",
        r#"["api.github.com"]"#,
    ),
    config_key(
        "provider.credential.token",
        "a bearer or access token, as `env:NAME` or `file:PATH`",
        r#""env:GITHUB_TOKEN""#,
    ),
    config_key(
        "provider.credential.username",
        "user name, as `env:NAME` or `file:PATH`; with `password`",
        r#""env:API_USERNAME""#,
    ),
    config_key(
        "provider.credential.password",
        "password, as `env:NAME` or `file:PATH`",
        r#""file:/run/secrets/password""#,
    ),
    config_key("provider.credential.key", "an API key, as `env:NAME` or `file:PATH`", r#""env:API_KEY""#),
    config_key(
        "provider.credential.client_id",
        "OAuth 2 client ID, as `env:NAME` or `file:PATH`; with `client_secret`",
        r#""env:API_CLIENT_ID""#,
    ),
    config_key(
        "provider.credential.client_secret",
        "OAuth 2 client secret, as `env:NAME` or `file:PATH`",
        r#""env:API_CLIENT_SECRET""#,
    ),
    config_key("provider.preset", "arguments that fill an operation's form, one `[[provider.preset]]` each", ""),
    config_key("provider.preset.operation", "name of the operation, as its page has it (required)", r#""reposGet""#),
    config_key("provider.preset.title", "what the preset shows, in a few words (required)", r#""The source of Rust""#),
    config_key(
        "provider.preset.arguments",
        "what it fills in, by field name (required)",
        r#"{ owner = "rust-lang", repo = "rust" }"#,
    ),
    config_key("provider.policy", "what others may do with the operator's credential, and what is asked before", ""),
    config_key(
        "provider.policy.allow",
        "the only operations that may be called with it: by method, tag or name, `*` stands for any characters (default: all)",
        r#"["GET", "tag:User", "apiSession*"]"#,
    ),
    config_key(
        "provider.policy.deny",
        "operations that may not be called with it, though `allow` means them",
        r#"["DELETE"]"#,
    ),
    config_key(
        "provider.policy.rate",
        "how often each visitor or token may call with it (s, min, h, day)",
        r#""30/min""#,
    ),
    config_key("provider.policy.daily", "how many calls each visitor or token has in a day (UTC)", "500"),
    config_key("provider.policy.daily_total", "how many all of them have together", "5000"),
    config_key(
        "provider.policy.live",
        "environments with real data, read-only until they are unlocked (default: live, production, prod)",
        r#"["live"]"#,
    ),
    config_key("provider.policy.unlock_minutes", "how long they are unlocked for (default: 15)", "15"),
    config_key(
        "provider.policy.reads",
        "operations that change nothing, though their method is not GET",
        r#"["*Search"]"#,
    ),
    config_key("access", "who may use the explorer, where others than its operator can reach it", ""),
    config_key(
        "access.rule",
        "`sign-in`: with an access token, or in a way that is set below; `public`: everybody, within the budgets of the \
         providers' policies; EXPLORER_ACCESS wins over it",
        r#""sign-in""#,
    ),
    config_key("access.reading", "`open`: pages may be read without signing in (default: `signed-in`)", r#""open""#),
    config_key(
        "access.may",
        "what people who sign in may do with the operator's credentials beside calling: `live`, `delete`, `reveal` \
         (default: all three); tokens say it themselves",
        r#"["reveal"]"#,
    ),
    config_key(
        "access.admins",
        "names of people who may see the audit and switch things off",
        r#"["ann@example.com"]"#,
    ),
    config_key(
        "access.proxies",
        "addresses of reverse proxies in front: what they say about who asks is taken",
        r#"["10.0.0.0/24"]"#,
    ),
    config_key(
        "access.user_header",
        "the header in which these proxies name who has signed in with them; they must take it out of what others send",
        r#""x-forwarded-user""#,
    ),
    config_key("access.oidc", "sign-in at a provider of identities (OpenID Connect)", ""),
    config_key("access.oidc.issuer", "its address (required)", r#""https://accounts.example.com""#),
    config_key("access.oidc.client_id", "this explorer's name there (required)", r#""api-explorer""#),
    config_key(
        "access.oidc.client_secret",
        "its secret there, as `env:NAME` or `file:PATH` (required)",
        r#""env:OIDC_SECRET""#,
    ),
    config_key(
        "access.oidc.allow",
        "who may sign in: e-mail addresses, `*` stands for any characters (required)",
        r#"["*@example.com"]"#,
    ),
];

/// Returns the names of the keys that a table may contain.
pub(crate) fn key_names(table: &str) -> impl Iterator<Item = &'static str> {
    CONFIG_KEYS.iter().filter_map(move |key| match key.path.rsplit_once('.') {
        Some((parent, name)) => (parent == table).then_some(name),
        None => table.is_empty().then_some(key.path),
    })
}

/// Returns the text of `--help config`.
pub fn render_config_help() -> String {
    let mut text = String::from(
        "explorer.toml: providers by settings. --config or EXPLORER_CONFIG says where it is; paths in it are relative to \
         it.\nA credential never stands in it: env:NAME reads it from a variable, file:PATH from a file.\n",
    );
    for ConfigKey { path, description: meaning, example } in CONFIG_KEYS {
        let name = path.rsplit('.').next().unwrap_or_default();
        let line = match path {
            "provider" | "provider.preset" => format!("[[{path}]]"),
            _ if example.is_empty() => format!("[{path}]"),
            _ => format!("{name} = {example}"),
        };
        let prefix = if path.starts_with("provider.servers.") { "  in servers: " } else { "" };
        let _ = write!(text, "\n  {prefix}{line}\n      {meaning}\n");
    }
    text
}
