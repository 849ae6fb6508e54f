//! Further work of the search: remembers the operations that were opened, and chooses the theme and the environment.

use super::{dom, form};
use leptos::prelude::{document, window};

/// Key of the paths of the operations opened last in the browser's storage, one per line.
const RECENT_KEY: &str = "recent";
const MAX_RECENT: usize = 8;

/// Returns the paths of the operations opened last, one per line.
pub(super) fn recent_paths() -> Option<String> {
    dom::local_storage()?.get_item(RECENT_KEY).ok().flatten()
}

/// Adds the operation of this page to those opened last. Only its path is stored.
pub(super) fn remember_operation() {
    let (Some(storage), true) = (dom::local_storage(), form::call_form().is_some()) else { return };
    let path = window().location().pathname().unwrap_or_default();
    let recent = recent_paths().unwrap_or_default();
    let others = recent.lines().filter(|other| *other != path).take(MAX_RECENT - 1);
    let paths: Vec<&str> = std::iter::once(path.as_str()).chain(others).collect();
    let _ = storage.set_item(RECENT_KEY, &paths.join("\n"));
}

/// Shows a theme, and lets the server remember it.
pub(super) fn choose_theme(theme: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme);
    }
    for button in dom::elements(document().query_selector_all("#theme button")) {
        let is_chosen = button.get_attribute("value").is_some_and(|value| value == theme);
        let _ = button.set_attribute("aria-pressed", if is_chosen { "true" } else { "false" });
    }
    let _ = window().navigator().send_beacon_with_opt_str("/theme", Some(&["theme=", theme].concat()));
}

/// Chooses an environment on an operation's page, as if the user did.
pub(super) fn choose_environment(name: &str) {
    let Some(select) = dom::find("#environment") else { return };
    dom::set_control_value(&select, name);
    if let Ok(event) = document().create_event("Event") {
        event.init_event_with_bubbles("input", true);
        let _ = select.dispatch_event(&event);
    }
}
