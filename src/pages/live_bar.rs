//! The bar above every page of a provider while its live data is unlocked for the caller.

use crate::gateway::format_minutes;
use leptos::prelude::*;
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

/// Renders the bar. Its button returns to `page`, a path of this site.
pub fn live_bar(unlocked: &UnlockedLiveData, page: &str) -> AnyView {
    // Less than a second is left of a minute that has begun.
    let remaining = format_minutes(unlocked.remaining.max(Duration::from_secs(1)));
    view! {
        <div class="live-bar" role="status">
            <p><strong>"LIVE unlocked"</strong>{format!(" Calls can change real data of {}. {remaining} left.", unlocked.title)}</p>
            <form method="post" action=format!("/{}", unlocked.provider)>
                <input type="hidden" name="next" value=page.to_owned()/>
                <button type="submit" name="live" value="lock">"Lock again"</button>
            </form>
        </div>
    }
    .into_any()
}
