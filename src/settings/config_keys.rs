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
pub const CONFIG_KEYS: [ConfigKey; 68] = [
    config_key("provider", "a provider, one `[[provider]]` table each; `id = \"stytch\"` changes the built-in one", ""),
    config_key(
        "provider.id",
        "first part of its URLs: lowercase letters, digits and hyphens (required)",
        r#""github""#,
    ),
    config_key(
        "provider.document",
        "its OpenAPI document, read at startup: a path relative to this file, or an https URL (required)",
        r#""github.yaml""#,
    ),
    config_key(
        "provider.overlays",
        "overlays that change the document, in this order: paths of files, relative to this file",
        r#"["github.overlay.yaml"]"#,
    ),
    config_key("provider.title", "display name (default: the document's `info.title`)", r#""GitHub""#),
    config_key(
        "provider.logo",
        "its logo: the path of a square SVG, PNG, JPEG or WebP image, relative to this file (default: its first letter)",
        r#""github.svg""#,
    ),
    config_key(
        "provider.category",
        "category on the home page (default: the document's `info.x-apisguru-categories`)",
        r#""Developer tools""#,
    ),
    config_key(
        "provider.servers",
        "servers that calls are sent to: URLs, or tables with `name` and `url`; they replace those of the document",
        r#"[{ name = "main", url = "https://api.github.com" }]"#,
    ),
    config_key("provider.servers.name", "name of a server, shown in the list of environments", r#""main""#),
    config_key(
        "provider.servers.url",
        "https URL of a server (http only on this machine)",
        r#""https://api.github.com""#,
    ),
    config_key(
        "provider.base_url",
        "URL that its calls are sent to instead of its servers, such as a private gateway or a mock server",
        r#""https://gateway.example.com/github""#,
    ),
    config_key(
        "provider.package",
        "npm package of its TypeScript SDK, for snippets (default: `@utdk/` and the ID)",
        r#""@utdk/github""#,
    ),
    config_key(
        "provider.path_slashes",
        "path parameters in which `/` is sent as itself, not as `%2F`: names of the operation and the parameter",
        r#"["reposGetContent.path"]"#,
    ),
    config_key("provider.security", "how the API takes a credential, if the document defines no security scheme", ""),
    config_key(
        "provider.security.type",
        "`bearer` or `basic`: in the header Authorization; `header`, `query` or `cookie`: a key in the one that `name` \
         names (required)",
        r#""bearer""#,
    ),
    config_key(
        "provider.security.name",
        "name of the header, query parameter or cookie with the key",
        r#""X-API-Key""#,
    ),
    config_key("provider.credential", "the operator's credential; without one, callers supply their own", ""),
    config_key(
        "provider.credential.scheme",
        "security scheme of the document that it belongs to (default: the one that has these parts)",
        r#""bearerAuth""#,
    ),
    config_key(
        "provider.credential.hosts",
        "the only hosts that it may be sent to, regardless of the document (required with a secret)",
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
    config_key(
        "provider.preset",
        "arguments that fill in an operation's form, one `[[provider.preset]]` table each",
        "",
    ),
    config_key("provider.preset.operation", "name of the operation, as shown on its page (required)", r#""reposGet""#),
    config_key("provider.preset.title", "short description of the preset (required)", r#""The source of Rust""#),
    config_key(
        "provider.preset.arguments",
        "values that it fills in, by field name (required)",
        r#"{ owner = "rust-lang", repo = "rust" }"#,
    ),
    config_key(
        "provider.policy",
        "what callers may do with the operator's credential, and what requires confirmation",
        "",
    ),
    config_key(
        "provider.policy.allow",
        "the only operations that may be called with it: by method, tag or name; `*` matches any characters (default: \
         all)",
        r#"["GET", "tag:User", "apiSession*"]"#,
    ),
    config_key(
        "provider.policy.deny",
        "operations that may not be called with it, even if `allow` lists them",
        r#"["DELETE"]"#,
    ),
    config_key(
        "provider.policy.rate",
        "maximum rate of calls with it, per caller or token (s, min, h, day)",
        r#""30/min""#,
    ),
    config_key("provider.policy.daily", "maximum number of calls per day (UTC), per caller or token", "500"),
    config_key(
        "provider.policy.rate_network",
        "maximum rate of calls with it, of the anonymous callers of one network together, which is an IPv4 address or \
         an IPv6 /64 (default: `rate`)",
        r#""60/min""#,
    ),
    config_key(
        "provider.policy.daily_network",
        "maximum number of calls per day (UTC), of the anonymous callers of one network together (default: `daily`)",
        "1000",
    ),
    config_key(
        "provider.policy.daily_total",
        "maximum number of calls per day (UTC), of all callers and tokens together",
        "5000",
    ),
    config_key(
        "provider.policy.live",
        "environments with real data, which are read-only until unlocked (default: all that `test` does not list and \
         whose name or host does not say test, sandbox, staging, dev or example)",
        r#"["live"]"#,
    ),
    config_key("provider.policy.test", "environments without real data", r#"["eu-trial"]"#),
    config_key("provider.policy.unlock_minutes", "minutes for which an environment stays unlocked (default: 15)", "15"),
    config_key(
        "provider.policy.reads",
        "operations that change nothing, although their method is not GET",
        r#"["*Search"]"#,
    ),
    config_key(
        "provider.policy.accept",
        "versions of the document whose operations may be called with it, before an administrator accepts them: the \
         first one (`first-use`, the default), none (`manual`), all (`automatic`)",
        r#""manual""#,
    ),
    config_key(
        "provider.policy.trusted_origins",
        "origins of URLs that callers may send together with a secret that they cannot see",
        r#"["https://app.example.com"]"#,
    ),
    config_key("access", "who may use the explorer, if other people can reach it", ""),
    config_key(
        "access.rule",
        "`sign-in`: users with an access token, or with a sign-in method set below; `public`: everyone, within the \
         budgets of the providers' policies; EXPLORER_ACCESS overrides it",
        r#""sign-in""#,
    ),
    config_key("access.reading", "`open`: pages can be read without signing in (default: `signed-in`)", r#""open""#),
    config_key(
        "access.may",
        "what signed-in users may do with the operator's credentials besides calling: `live`, `delete`, `reveal` \
         (default: all three); tokens have their own grants",
        r#"["reveal"]"#,
    ),
    config_key(
        "access.admins",
        "names of users who are administrators: they view the audit, disable credentials, tokens and users, and accept documents",
        r#"["ann@example.com"]"#,
    ),
    config_key(
        "access.proxies",
        "addresses of trusted reverse proxies: their headers identify the caller",
        r#"["10.0.0.0/24"]"#,
    ),
    config_key(
        "access.user_header",
        "header in which these proxies name the signed-in user; they must remove it from the requests of clients",
        r#""x-forwarded-user""#,
    ),
    config_key("access.oidc", "sign-in with an identity provider (OpenID Connect)", ""),
    config_key("access.oidc.issuer", "URL of the identity provider (required)", r#""https://accounts.example.com""#),
    config_key(
        "access.oidc.client_id",
        "client ID of this explorer at the identity provider (required)",
        r#""api-explorer""#,
    ),
    config_key(
        "access.oidc.client_secret",
        "client secret of this explorer, as `env:NAME` or `file:PATH` (required)",
        r#""env:OIDC_SECRET""#,
    ),
    config_key(
        "access.oidc.allow",
        "e-mail addresses that may sign in; `*` matches any characters (required)",
        r#"["*@example.com"]"#,
    ),
    config_key("site", "how this explorer presents itself", ""),
    config_key(
        "site.name",
        "its name, in the header and in the titles of pages (default: API Explorer)",
        r#""Acme APIs""#,
    ),
    config_key(
        "site.logo",
        "its logo: the path of a square SVG, PNG, JPEG or WebP image, relative to this file",
        r#""acme.svg""#,
    ),
    config_key(
        "site.accent",
        "color of links and of the button Send; it must be readable on light backgrounds (contrast 4.5)",
        r##""#0b5cad""##,
    ),
    config_key(
        "site.accent_dark",
        "the same on dark backgrounds (default: `site.accent`, lightened until it is readable)",
        r##""#7fb6ff""##,
    ),
    config_key(
        "site.notice",
        "plain text that every page shows at its top, at most 500 characters",
        r#""For employees only. Do not enter personal data.""#,
    ),
    config_key(
        "limits",
        "what one network (an IPv4 address, or an IPv6 /64) and each signed-in user or token may use of the server",
        "",
    ),
    config_key(
        "limits.requests",
        "maximum rate of requests (default: 100/s; a server that only this machine can reach has no limit)",
        r#""100/s""#,
    ),
    config_key(
        "limits.sessions",
        "maximum rate of new sessions, each of which stores credentials or secrets (default: 120/h)",
        r#""120/h""#,
    ),
    config_key(
        "limits.sign_ins",
        "maximum rate of sign-in attempts with an access token (default: 60/min)",
        r#""60/min""#,
    ),
    config_key(
        "limits.discoveries",
        "maximum rate of sign-in attempts that contact the identity provider (default: 60/min)",
        r#""60/min""#,
    ),
    config_key(
        "limits.calls",
        "maximum number of concurrent calls of all callers, of which a provider gets up to three quarters, and one caller \
         two thirds of those (default: 64)",
        "64",
    ),
    config_key(
        "limits.body_mb",
        "memory for the bodies of requests in progress, in megabytes, of which one network or user gets up to two thirds \
         (default: 96)",
        "96",
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
        "explorer.toml: settings of providers and access. Set its path with --config or EXPLORER_CONFIG. Paths in it \
         are relative to it.\nIt never contains a secret: env:NAME reads one from a variable, file:PATH from a file.\n",
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
