//! A masked secret, and the buttons to show it and to use it in a call: a form, so that it needs no script.

use super::html::HtmlWriter;
use crate::text;

/// Returns the label of the button while the secret is hidden.
pub fn show_label() -> &'static str {
    text!("masked-show")
}

/// Returns the label of the button while the secret is shown.
pub fn hide_label() -> &'static str {
    text!("masked-hide")
}

/// Writes a placeholder, with a button to use it, and one to show the secret if `can_reveal` is true.
pub fn write_placeholder(html: &mut HtmlWriter, placeholder: &str, can_reveal: bool) {
    html.raw("<form class=\"masked\" method=\"post\" action=\"/reveal\"><span class=\"placeholder\">")
        .text(placeholder);
    html.raw("</span>");
    if can_reveal {
        html.raw(" <button class=\"quiet\" name=\"placeholder\" data-action=\"reveal\" value=\"").text(placeholder);
        html.raw("\">").text(show_label()).raw("</button>");
    }
    html.raw(
        " <button class=\"quiet\" name=\"placeholder\" formmethod=\"get\" formaction=\"/responses/uses\" value=\"",
    );
    html.text(placeholder).raw("\">").text(text!("placeholder-uses-title")).raw("</button></form>");
}
