//! Logos of providers.

use crate::providers::ProviderSettings;
use leptos::prelude::*;

/// Renders the logo of a provider, or the first letter of its title if it has none. It stands beside the title.
pub(super) fn provider_logo(settings: &ProviderSettings, title: &str) -> AnyView {
    if let Some(logo) = &settings.logo {
        let url = logo.url(Some(&settings.id));
        return view! { <img class="logo" src=url alt="" width="40" height="40"/> }.into_any();
    }
    let letter: String = title.chars().find(|c| c.is_alphanumeric()).into_iter().flat_map(char::to_uppercase).collect();
    view! { <span class="logo" aria-hidden="true">{letter}</span> }.into_any()
}
