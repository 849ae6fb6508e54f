//! A secret that is not shown, and the way to see it: a form, so that it needs no script.

use super::html::HtmlWriter;

/// What the button says while the secret is hidden, and while it is shown.
pub const SHOW_LABEL: &str = "Show";
/// See [`SHOW`].
pub const HIDE_LABEL: &str = "Hide";

/// Writes a handle; with its button, where one may see the secret.
pub fn write_placeholder(html: &mut HtmlWriter, placeholder: &str, can_reveal: bool) {
    html.raw("<form class=\"masked\" method=\"post\" action=\"/reveal\"><span class=\"handle\">").text(placeholder);
    html.raw("</span>");
    if can_reveal {
        html.raw(" <button class=\"quiet\" name=\"handle\" data-action=\"reveal\" value=\"").text(placeholder);
        html.raw("\">").raw(SHOW_LABEL).raw("</button>");
    }
    html.raw("</form>");
}
