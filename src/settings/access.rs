//! Reads the access settings: who may use the explorer, and how users are identified.

use super::{env_vars::EnvVars, parsers, secret_reference::SecretResolver, toml_reader::TomlTable};
use crate::auth::{
    access::{AccessMode, AccessSettings, OidcSettings},
    identity::Grant,
};
use axum::http::HeaderName;
use ipnet::IpNet;
use std::net::IpAddr;
use toml::{Spanned, de::DeValue};

/// Reads the `[access]` table of a settings file.
pub(crate) fn read_access_settings(
    table: TomlTable,
    secret_resolver: SecretResolver,
    warnings: &mut Vec<String>,
) -> AccessSettings {
    let read_strings = |key: &str| -> Vec<String> {
        table
            .array_items(key)
            .filter_map(|item| table.parse_string_value(key, item, parsers::parse_short_text))
            .collect()
    };
    let grants = table.array_items("may").filter_map(|item| table.parse_string_value("may", item, parse_grant));
    let proxies =
        table.array_items("proxies").filter_map(|item| table.parse_string_value("proxies", item, parse_network));
    let access = AccessSettings {
        mode: table.parse_string("rule", parse_access_mode),
        is_reading_public: table.parse_string("reading", parse_public_reading).unwrap_or_default(),
        user_grants: if table.has("may") { grants.collect() } else { Grant::FOR_CALLS.into() },
        admins: read_strings("admins"),
        trusted_proxies: proxies.collect(),
        user_header: table.parse_string("user_header", parse_header_name),
        oidc: table.subtable("oidc", "access.oidc").and_then(|table| read_oidc(table, secret_resolver, warnings)),
        startup_token: None,
    };
    if access.user_header.is_some() && access.trusted_proxies.is_empty() {
        let advice =
            "List the addresses of the proxies that set `user_header`. Without them, any client could send it.";
        table.report_missing("proxies", advice);
    }
    access
}

/// Overrides the access mode of the file with the one of `EXPLORER_ACCESS`, if that is set.
pub(crate) fn override_from_env(access: &mut AccessSettings, env_vars: EnvVars) -> anyhow::Result<()> {
    let text = env_vars.value("EXPLORER_ACCESS");
    if !text.is_empty() {
        access.mode = Some(parse_access_mode(&text).map_err(|message| anyhow::anyhow!("EXPLORER_ACCESS {message}"))?);
    }
    Ok(())
}

fn parse_access_mode(text: &str) -> Result<AccessMode, String> {
    match text {
        "sign-in" => Ok(AccessMode::SignIn),
        "public" => Ok(AccessMode::Public),
        _ => Err("must be sign-in or public.".into()),
    }
}

fn parse_public_reading(text: &str) -> Result<bool, String> {
    match text {
        "open" => Ok(true),
        "signed-in" => Ok(false),
        _ => Err("must be open or signed-in.".into()),
    }
}

fn parse_grant(text: &str) -> Result<Grant, String> {
    let grant = Grant::parse(text).ok().filter(|grant| Grant::FOR_CALLS.contains(grant));
    grant.ok_or_else(|| "must be live, delete or reveal. List administrators in `access.admins`.".into())
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    let parse_single_address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse()
        .or_else(|_| parse_single_address())
        .map_err(|_| "must contain IP addresses or networks, like \"10.0.0.2\" or \"10.0.0.0/24\".".into())
}

fn parse_header_name(text: &str) -> Result<HeaderName, String> {
    HeaderName::try_from(text).map_err(|_| "must be the name of a header, like \"x-forwarded-user\".".into())
}

fn read_oidc(table: TomlTable, secret_resolver: SecretResolver, warnings: &mut Vec<String>) -> Option<OidcSettings> {
    let issuer =
        table.parse_required_string("issuer", "Set it to the URL of the identity provider.", parsers::parse_web_url);
    let client_id =
        table.parse_required_string("client_id", "The identity provider assigns it.", parsers::parse_short_text);
    let read_secret = |reference: &str| secret_resolver.resolve(reference);
    let client_secret =
        table.parse_required_string("client_secret", "Read it from a variable: \"env:OIDC_SECRET\".", read_secret);
    let read_pattern = |item: &Spanned<DeValue>| table.parse_string_value("allow", item, parsers::parse_short_text);
    let allow: Vec<String> = table.array_items("allow").filter_map(read_pattern).collect();
    if !table.has("allow") || table.is_empty_array("allow") {
        let advice = "List the e-mail addresses that may sign in: allow = [\"*@example.com\"]. Otherwise, all users \
                      of the identity provider could.";
        table.report_missing("allow", advice);
    }
    let client_secret = client_secret.map(|resolved| {
        warnings.extend(resolved.warning);
        resolved.secret
    });
    Some(OidcSettings { issuer: issuer?, client_id: client_id?, client_secret: client_secret?, allowed_emails: allow })
}
