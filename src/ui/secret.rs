//! A secret that is not shown, and the way to see it: a form, so that it needs no script.

use super::html::Html;

/// What the button says while the secret is hidden, and while it is shown.
pub const SHOW: &str = "Show";
/// See [`SHOW`].
pub const HIDE: &str = "Hide";

/// Writes a handle; with its button, where one may see the secret.
pub fn write(html: &mut Html, handle: &str, may_reveal: bool) {
    html.raw("<form class=\"masked\" method=\"post\" action=\"/reveal\"><span class=\"handle\">").text(handle);
    html.raw("</span>");
    if may_reveal {
        html.raw(" <button class=\"quiet\" name=\"handle\" data-action=\"reveal\" value=\"").text(handle);
        html.raw("\">").raw(SHOW).raw("</button>");
    }
    html.raw("</form>");
}
