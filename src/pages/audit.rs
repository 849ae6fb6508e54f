//! `/admin/audit`: the audit records.

use super::admin::admin_styles;
use crate::{pages::list::encode_query_value, store::audit::AuditRecord, text};
use jiff::Timestamp;
use leptos::prelude::*;

/// The filter of the audit page.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Text that the subject or the name of the actor must contain.
    pub actor: String,
    /// Text that the action or its details must contain: provider, operation, environment, code, rule or target.
    pub details: String,
}

/// Renders a filter form and the records, the newest first.
pub fn audit_page(filter: &AuditFilter, records: &[AuditRecord], has_more: bool) -> AnyView {
    let query = format!("who={}&what={}", encode_query_value(&filter.actor), encode_query_value(&filter.details));
    let older_link = records.last().filter(|_| has_more).map(|last| {
        let href = format!("/admin/audit?{query}&before={}", last.id);
        view! { <nav class="paging" aria-label=text!("list-pages")><a rel="next" href=href>{text!("audit-older")}</a></nav> }
    });
    let table = if records.is_empty() {
        view! { <p>{text!("audit-none")}</p> }.into_any()
    } else {
        let rows: Vec<_> = records.iter().map(record_row).collect();
        view! {
            <div class="scrolling" tabindex="0" role="region" aria-label=text!("audit-records")>
                <table>
                    <thead>
                        <tr><th scope="col">{text!("audit-when")}</th><th scope="col">{text!("audit-who")}</th><th scope="col">{text!("audit-what")}</th><th scope="col">{text!("audit-environment")}</th><th scope="col">{text!("audit-result")}</th><th scope="col">{text!("audit-duration")}</th><th scope="col">{text!("audit-rule")}</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        {admin_styles()}
        <h1>{text!("audit-heading")}</h1>
        <p class="lead">{text!("audit-lead")}</p>
        <form class="filter" method="get" action="/admin/audit">
            <label>{text!("audit-who")}<input name="who" value=filter.actor.clone() placeholder=text!("audit-who-hint")/></label>
            <label>{text!("audit-what")}<input name="what" value=filter.details.clone() placeholder=text!("audit-what-hint")/></label>
            <button type="submit">{text!("audit-filter")}</button>
        </form>
        <p><a href=format!("/admin/audit.jsonl?{query}") download="audit.jsonl">{text!("audit-download")}</a>" · "<a href="/admin">{text!("admin-heading")}</a></p>
        {table}
        {older_link}
    }
    .into_any()
}

/// Returns the words for an action: `switch_off` is shown as `disable`, like the button on the admin page.
fn describe_action(action: &str) -> String {
    text!("audit-action", action = action, words = action.replace('_', " "))
}

fn record_row(record: &AuditRecord) -> AnyView {
    let when = Timestamp::from_millisecond(record.started_at)
        .map_or_else(|_| String::new(), |at| at.strftime("%F %T").to_string());
    let actor = record.display_name.clone().unwrap_or_else(|| record.subject.clone());
    let operation = match (&record.provider, &record.operation, &record.target) {
        (Some(provider), Some(operation), _) => {
            let href = format!("/{provider}/{operation}");
            view! { <a href=href>{operation.clone()}</a> }.into_any()
        }
        (provider, _, target) => {
            [provider, target].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ").into_any()
        }
    };
    let action = (record.action != "call").then(|| format!("{} ", describe_action(&record.action)));
    let result = match (record.status, &record.code) {
        (_, Some(code)) => code.clone(),
        (Some(status), None) => status.to_string(),
        (None, None) => text!("audit-done").into(),
    };
    let result =
        if record.count > 1 { text!("audit-result-times", result = result, count = record.count) } else { result };
    let is_bad = record.code.is_some() || record.status.is_some_and(|status| status >= 400);
    // The duration is in microseconds; it is shown in milliseconds with one decimal.
    let duration = record.duration_us.map(|duration| format!("{}.{} ms", duration / 1000, duration / 100 % 10));
    view! {
        <tr>
            <td>{when}</td>
            <td title=record.subject.clone()>{actor}</td>
            <td>{action}{operation}</td>
            <td>{record.environment.clone()}</td>
            <td class=is_bad.then_some("bad")>{result}</td>
            <td class="amount">{duration}</td>
            <td>{record.rule.clone()}</td>
        </tr>
    }
    .into_any()
}
