//! The bar above every page of a provider while its live data is unlocked for the caller.

use super::html::HtmlWriter;
use crate::{
    auth::identity::Caller,
    gateway::{Gateway, format_minutes},
    text, text_html,
};
use std::time::Duration;

/// The live data of a provider that is unlocked for the caller, as context of the provider's pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlockedLiveData {
    /// Id of the provider.
    pub provider: String,
    /// Title of the provider.
    pub title: String,
    /// Time until it is locked again.
    pub remaining: Duration,
}

/// Returns the live data of a provider, if it is unlocked for the caller. If the store is unavailable, no call can change
/// it.
pub async fn find_unlocked_live_data(gateway: &Gateway, caller: &Caller, provider: &str) -> Option<UnlockedLiveData> {
    let catalog = gateway.catalog();
    let provider = catalog.provider(provider)?;
    let id = &provider.settings.id;
    let remaining = gateway.remaining_unlock(caller, id).await.ok()??;
    Some(UnlockedLiveData { provider: id.clone(), title: provider.title().to_owned(), remaining })
}

/// Renders the bar as HTML. Its button returns to `page`, a path of this site.
pub fn render_live_bar(unlocked: &UnlockedLiveData, page: &str) -> String {
    // Less than a second is left of a minute that has begun.
    let remaining = format_minutes(unlocked.remaining.max(Duration::from_secs(1)));
    let mut html = HtmlWriter::default();
    html.raw("<div class=\"live-bar\"><p>");
    html.sanitized(&text_html!("live-bar-unlocked", provider = unlocked.title, remaining = remaining));
    html.raw("</p><form method=\"post\" action=\"/").text(&unlocked.provider);
    html.raw("\"><input type=\"hidden\" name=\"next\" value=\"").text(page);
    html.raw("\"><button type=\"submit\" name=\"live\" value=\"lock\">").text(text!("live-bar-lock"));
    html.raw("</button></form></div>");
    html.finish()
}
