//! Renders streams: the items as they arrive, and what is said about all of them.

use super::html::HtmlWriter;
use crate::{
    model::response::{IncompleteReason, StreamSummary},
    text,
};

/// Maximum number of items that a page shows. Older ones are removed.
pub const MAX_SHOWN_ITEMS: u32 = 200;

/// Renders an item for the list of a stream: the type and the id of an event, which can be empty, and the data. Each item
/// ends with a line end, so that the text of the list can be copied.
pub fn render_item(event: [&str; 2], data: &str) -> String {
    let mut html = HtmlWriter::default();
    html.raw("<li>");
    for value in event.into_iter().filter(|value| !value.is_empty()) {
        html.raw("<code class=\"event\">").text(value).raw("</code> ");
    }
    html.raw("<code>").text(data).raw("\n</code></li>");
    html.finish()
}

/// Writes the empty list of a stream that is being received. Screen readers do not announce each item.
pub(super) fn write_list(html: &mut HtmlWriter) {
    html.raw("<div aria-live=\"off\"><p class=\"note\" id=\"receiving\">").text(text!("receiving-stream"));
    html.raw("</p></div><div id=\"items\" class=\"items\" role=\"log\" aria-live=\"off\" aria-label=\"");
    html.text(text!("stream-items")).raw("\" tabindex=\"0\"><ol></ol></div>");
}

/// Writes the place that the list is moved to once the stream has ended.
pub(super) fn write_place_of_list(html: &mut HtmlWriter) {
    html.raw("<div id=\"items-place\"></div>");
}

/// Describes the number of items. Pages with scripts show only the last ones.
pub fn describe_count(count: u32, has_script: bool) -> String {
    if has_script && count > MAX_SHOWN_ITEMS {
        text!("stream-last-items", count = count, shown = MAX_SHOWN_ITEMS)
    } else {
        text!("stream-item-count", count = count)
    }
}

/// Writes the number of items of a stream, and why further ones are missing.
pub(super) fn write_summary(html: &mut HtmlWriter, stream: StreamSummary, has_script: bool) {
    html.raw("<p class=\"note\">").text(&describe_count(stream.item_count, has_script)).raw(" ");
    html.text(match stream.incomplete {
        None => text!("stream-ended"),
        Some(IncompleteReason::TimeLimit) => text!("stream-time-limit"),
        Some(IncompleteReason::SizeLimit) => text!("stream-size-limit"),
        Some(IncompleteReason::Stopping) => text!("stream-stopping"),
        Some(IncompleteReason::Interrupted) => text!("stream-interrupted"),
    });
    html.raw("</p>");
}

#[cfg(test)]
mod tests {
    use super::{MAX_SHOWN_ITEMS, describe_count, render_item};

    #[test]
    fn items_are_never_markup() {
        let html = render_item(["<b>", "<i>"], "<script>");
        assert!(!["<b>", "<i>", "<script>"].iter().any(|markup| html.contains(markup)), "{html}");
        assert_eq!(render_item(["", ""], "1"), "<li><code>1\n</code></li>");
    }

    #[test]
    fn the_count_says_how_many_items_are_shown() {
        assert_eq!([describe_count(1, true), describe_count(200, true)], ["1 item.", "200 items."]);
        assert_eq!(describe_count(1000, false), "1000 items.");
        assert_eq!(describe_count(1000, true), format!("1000 items. The last {MAX_SHOWN_ITEMS} are shown."));
    }
}
