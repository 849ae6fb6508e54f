//! `/admin`: the operator's credentials, the access tokens and the users, and which of them are disabled.

use super::admin_documents::documents_section;
use crate::{
    gateway::{DocumentFaults, DocumentStatus},
    store::{
        access_tokens::AccessToken,
        disabled_items::{DisabledItem, is_user_item, person_item_id},
    },
    text,
};
use leptos::{nonce::use_nonce, prelude::*};

/// Returns the styles of the admin pages.
pub(super) fn admin_styles() -> impl IntoView {
    view! { <style nonce=use_nonce() inner_html=include_str!("../../style/admin.css")></style> }
}

/// A credential, token or user that can be disabled.
struct AdminItem<'a> {
    subject: String,
    name: &'a str,
    details: String,
}

/// Renders the operator's credentials (provider and fingerprint), the valid access tokens, and the names of the users who
/// are signed in or disabled, with a button to disable or enable each; and the documents, with a button to accept each and their faults.
pub fn admin_page(
    credentials: &[(String, String)],
    tokens: &[AccessToken],
    users: &[String],
    disabled: &[DisabledItem],
    documents: &[DocumentStatus],
    faults: &[DocumentFaults],
) -> AnyView {
    let mut user_items: Vec<String> = users.iter().map(|name| person_item_id(name)).collect();
    user_items.extend(disabled.iter().map(|item| item.item_id.clone()).filter(|item_id| is_user_item(item_id)));
    user_items.sort_unstable();
    user_items.dedup();
    let user_items = user_items.iter().map(|item_id| AdminItem {
        subject: item_id.clone(),
        name: item_id.strip_prefix("person:").unwrap_or(item_id),
        details: String::new(),
    });
    let user_rows: Vec<_> = user_items.map(|item| item_row(&item, disabled)).collect();
    let credentials = credentials.iter().map(|(provider, fingerprint)| AdminItem {
        subject: format!("credential:{provider}"),
        name: provider,
        details: text!("admin-credential-fingerprint", fingerprint = fingerprint),
    });
    let tokens = tokens.iter().filter(|token| token.is_valid()).map(|token| AdminItem {
        subject: format!("token:{}", token.id),
        name: &token.name,
        details: match token.allow_rules.as_slice() {
            [] => token.id.clone(),
            allow => text!("admin-token-rules", id = token.id, rules = allow.join(", ")),
        },
    });
    let (credentials, tokens): (Vec<_>, Vec<_>) = (
        credentials.map(|item| item_row(&item, disabled)).collect(),
        tokens.map(|item| item_row(&item, disabled)).collect(),
    );
    let list = |rows: Vec<AnyView>, none: &'static str| {
        if rows.is_empty() {
            view! { <p>{none}</p> }.into_any()
        } else {
            view! { <ul class="switches">{rows}</ul> }.into_any()
        }
    };
    view! {
        {admin_styles()}
        <h1>{text!("admin-heading")}</h1>
        <p class="lead">{text!("admin-lead")}</p>
        <p><a href="/admin/audit">{text!("admin-audit")}</a></p>
        <section aria-labelledby="credentials"><h2 id="credentials">{text!("admin-credentials")}</h2>{list(credentials, text!("admin-credentials-none"))}</section>
        {documents_section(documents, faults)}
        <section aria-labelledby="tokens"><h2 id="tokens">{text!("admin-tokens")}</h2>{list(tokens, text!("admin-tokens-none"))}</section>
        <section aria-labelledby="users">
            <h2 id="users">{text!("admin-users")}</h2>
            {list(user_rows, text!("admin-users-none"))}
            <form class="filter" method="post" action="/admin/switch">
                <label for="user">{text!("admin-user-name")}</label>
                <input id="user" name="user" required autocomplete="off" autocapitalize="none" spellcheck="false"/>
                <button type="submit" name="to" value="off">{text!("admin-disable-user")}</button>
            </form>
        </section>
    }
    .into_any()
}

fn item_row(item: &AdminItem, disabled: &[DisabledItem]) -> AnyView {
    let AdminItem { subject, name, details } = item;
    let disabled_item = disabled.iter().find(|entry| entry.item_id == *subject);
    let (to, label, full_label) = if disabled_item.is_some() {
        ("on", text!("admin-enable"), text!("admin-enable-item", name = *name))
    } else {
        ("off", text!("admin-disable"), text!("admin-disable-item", name = *name))
    };
    let state = disabled_item.map(|entry| text!("admin-disabled-by", name = entry.disabled_by));
    view! {
        <li>
            <span><strong>{(*name).to_owned()}</strong>" "<span class="note">{details.clone()}</span></span>
            <strong class="bad">{state}</strong>
            <form method="post" action="/admin/switch">
                <input type="hidden" name="subject" value=subject.clone()/>
                <button type="submit" name="to" value=to aria-label=full_label>{label}</button>
            </form>
        </li>
    }
    .into_any()
}
