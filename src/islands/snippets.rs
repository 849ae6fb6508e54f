//! The call as source code, which the server renders whenever it reads the form.

use super::{dom, export, reading, state::TryItState};
use crate::{model::response::ResponseBody, text, ui::snippet::RenderedSnippet};
use leptos::prelude::*;
use web_sys::Element;

const CODE_SELECTOR: &str = "#snippet code";

/// Shows the snippet whenever the server has read the form.
pub(super) fn start(state: TryItState) {
    Effect::new(move || {
        state.form_state.with(|(controls, form_state)| {
            if !controls.is_empty() {
                show_snippet(&form_state.snippet);
            }
        });
    });
}

/// Returns the label of the shown snippet.
fn current_label() -> String {
    dom::find("#snippet").and_then(|code| code.get_attribute("aria-label")).unwrap_or_default()
}

/// Empties the input when it gets the focus, and shows the current choice as its `placeholder`: the browser suggests
/// only entries that contain the input's text.
pub(super) fn clear_target_input() {
    if let Some(list) = dom::find(reading::TARGET_SELECTOR) {
        let _ = list.set_attribute("placeholder", &dom::control_value(reading::TARGET_SELECTOR));
        dom::set_control_value(&list, "");
    }
}

/// Shows the current choice again when the input loses the focus.
pub(super) fn restore_target_input() {
    if let Some(list) = dom::find(reading::TARGET_SELECTOR) {
        dom::set_control_value(&list, &current_label());
    }
}

/// Requests the snippet for the target in the input.
pub(super) fn select_target(state: TryItState) {
    let label = dom::control_value(reading::TARGET_SELECTOR);
    if !label.is_empty() {
        reading::choose_target(&label);
    }
    reading::refresh(state);
}

/// Requests the snippet for the target of a button.
pub(super) fn choose_tab(state: TryItState, button: &Element) {
    if let (Some(label), Some(input)) = (button.get_attribute("data-client"), dom::find(reading::TARGET_SELECTOR)) {
        dom::set_control_value(&input, &label);
        select_target(state);
    }
}

/// Shows a snippet from the server, and hides empty parts. If the chosen target does not exist, only says so.
fn show_snippet(snippet: &RenderedSnippet) {
    dom::set_html("#snippet-note", &snippet.note);
    if snippet.label.is_empty() {
        reading::choose_target(&current_label());
        return;
    }
    dom::set_html(CODE_SELECTOR, &snippet.code);
    dom::set_html("#run code", &snippet.run_commands);
    dom::set_text("#snippet-length", &snippet.line_count);
    dom::toggle_attribute("#snippet-panel", "hidden", snippet.file_name.is_empty());
    dom::toggle_attribute("#run", "hidden", snippet.run_commands.is_empty());
    for tab in dom::elements(document().query_selector_all("[data-client]")) {
        let is_chosen = tab.get_attribute("data-client").as_deref() == Some(&snippet.label);
        let _ = tab.set_attribute("aria-pressed", if is_chosen { "true" } else { "false" });
    }
    if let (Some(pre), Some(code), Some(list)) =
        (dom::find("#snippet"), dom::find(CODE_SELECTOR), dom::find(reading::TARGET_SELECTOR))
    {
        let _ = pre.set_attribute("aria-label", &snippet.label);
        let _ = code.set_attribute("data-file", &snippet.file_name);
        // While the input has the focus, the user is choosing another target.
        if document().active_element().as_ref() != Some(&list) {
            dom::set_control_value(&list, &snippet.label);
        }
    }
}

/// Saves the code as a file.
pub(super) fn save_snippet() {
    if let Some(code) = dom::find(CODE_SELECTOR) {
        let name = code.get_attribute("data-file").unwrap_or_default();
        let _ = export::download(&ResponseBody::Text(code.text_content().unwrap_or_default()), &name);
    }
}

/// Copies the code.
pub(super) fn copy_snippet(button: &Element) {
    let code = dom::find(CODE_SELECTOR).and_then(|code| code.text_content());
    export::copy_text(button, text!("copy-button"), &code.unwrap_or_default());
}
