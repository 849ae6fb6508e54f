//! Reads who may use the explorer, and how they say who they are.

use super::{address, reference::References, table::Table, variables::Variables};
use crate::auth::{
    access::{Access, Oidc, Rule},
    identity::Grant,
};
use axum::http::HeaderName;
use ipnet::IpNet;
use std::net::IpAddr;
use toml::{Spanned, de::DeValue};

/// The `[access]` of a file.
pub(crate) fn read(table: Table, references: References, warnings: &mut Vec<String>) -> Access {
    let words = |key: &str| -> Vec<String> {
        table.list(key).filter_map(|item| table.text_of(key, item, address::words)).collect()
    };
    let may = table.list("may").filter_map(|item| table.text_of("may", item, grant));
    let proxies = table.list("proxies").filter_map(|item| table.text_of("proxies", item, network));
    let access = Access {
        rule: table.text("rule", rule),
        reading: table.text("reading", reading).unwrap_or_default(),
        may: if table.has("may") { may.collect() } else { Grant::OF_CALLS.into() },
        admins: words("admins"),
        proxies: proxies.collect(),
        user_header: table.text("user_header", header),
        oidc: table.table("oidc", "access.oidc").and_then(|table| oidc(table, references, warnings)),
    };
    if access.user_header.is_some() && access.proxies.is_empty() {
        let advice = "List the addresses of the proxies whose `user_header` counts: anybody else could send one.";
        table.missing("proxies", advice);
    }
    access
}

/// The rule of a variable wins over the file's.
pub(crate) fn read_variable(access: &mut Access, variables: Variables) -> anyhow::Result<()> {
    let text = variables.value("EXPLORER_ACCESS");
    if !text.is_empty() {
        access.rule = Some(rule(&text).map_err(|message| anyhow::anyhow!("EXPLORER_ACCESS {message}"))?);
    }
    Ok(())
}

fn rule(text: &str) -> Result<Rule, String> {
    match text {
        "sign-in" => Ok(Rule::SignIn),
        "public" => Ok(Rule::Public),
        _ => Err("must be sign-in or public.".into()),
    }
}

fn reading(text: &str) -> Result<bool, String> {
    match text {
        "open" => Ok(true),
        "signed-in" => Ok(false),
        _ => Err("must be open or signed-in.".into()),
    }
}

fn grant(text: &str) -> Result<Grant, String> {
    let found = Grant::OF_CALLS.into_iter().find(|grant| grant.name() == text);
    found.ok_or_else(|| "must be live, delete or reveal. Who may administer stands in `access.admins`.".into())
}

fn network(text: &str) -> Result<IpNet, String> {
    let alone = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| alone()).map_err(|_| "must be addresses, like \"10.0.0.2\" or \"10.0.0.0/24\".".into())
}

fn header(text: &str) -> Result<HeaderName, String> {
    HeaderName::try_from(text).map_err(|_| "must be the name of a header, like \"x-forwarded-user\".".into())
}

fn oidc(table: Table, references: References, warnings: &mut Vec<String>) -> Option<Oidc> {
    let issuer = table.required("issuer", "It is the address of the provider of identities.", address::web_address);
    let client_id = table.required("client_id", "The provider of identities gives it.", address::words);
    let secret = |reference: &str| references.read(reference);
    let client_secret = table.required("client_secret", "Take it from a variable: \"env:OIDC_SECRET\".", secret);
    let pattern = |item: &Spanned<DeValue>| table.text_of("allow", item, address::words);
    let allow: Vec<String> = table.list("allow").filter_map(pattern).collect();
    if !table.has("allow") || table.is_empty_list("allow") {
        let advice = "Say who may sign in, by e-mail address: allow = [\"*@example.com\"]. Else everybody whom the provider \
                      knows could.";
        table.missing("allow", advice);
    }
    let client_secret = client_secret.map(|found| {
        warnings.extend(found.warning);
        found.secret
    });
    Some(Oidc { issuer: issuer?, client_id: client_id?, client_secret: client_secret?, allow })
}
