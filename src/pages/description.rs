//! Descriptions of a document: a long one is folded after its beginning.

use crate::{text, ui::html::HtmlWriter};

/// Writes a description. If `beginning` is its beginning as text, only that is shown until the user unfolds the rest.
pub(super) fn write_description(html: &mut HtmlWriter, description: &str, beginning: Option<&str>) {
    match beginning {
        Some(beginning) => {
            html.raw("<details class=\"long\"><summary><span>").text(beginning);
            html.raw(" <b>").text(text!("description-more")).raw("</b></span><b>").text(text!("description-less"));
            html.raw("</b></summary>").sanitized(description).raw("</details>");
        }
        None => drop(html.sanitized(description)),
    }
}
