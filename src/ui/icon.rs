//! The icons: symbols at the end of each page, which `<use>` elements show.

use super::html::HtmlWriter;
use leptos::prelude::*;

/// The symbols, drawn with lines in a square of 16 units. `style/base.css` sets their color and width.
pub const SYMBOLS: [(&str, &str); 10] = [
    ("check", "M3 8.5 6.5 12 13 4.5"),
    ("code", "M5.5 4.5 2 8l3.5 3.5m5-7L14 8l-3.5 3.5"),
    ("copy", "M6 4.5V2.5h7.5V10h-2M2.5 6H10v7.5H2.5Z"),
    ("external", "M6 3.5H3.5v9h9V10M9 2.5h4.5V7m0-4.5L7.5 8.5"),
    ("lock", "M3.5 7.5h9v6h-9Zm2 0V5a2.5 2.5 0 0 1 5 0v2.5"),
    ("menu", "M2.5 4.5h11M2.5 8h11m-11 3.5h11"),
    ("search", "M11 11l3 3M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Z"),
    ("send", "M2.5 8h11M9 3.5 13.5 8 9 12.5"),
    ("server", "M2.5 3h11v4h-11Zm0 6h11v4h-11ZM5 5h.1M5 11h.1"),
    ("warning", "M8 2.5 14.5 13.5h-13ZM8 6.5v3.5m0 1.6v.1"),
];

/// Renders an icon beside a text, by the name of its symbol.
pub fn icon(name: &'static str) -> AnyView {
    debug_assert!(SYMBOLS.iter().any(|(symbol, _)| *symbol == name), "there is no icon {name}");
    view! { <svg class="icon" aria-hidden="true" inner_html=["<use href=\"#icon-", name, "\"/>"].concat()></svg> }
        .into_any()
}

/// Renders the symbols, which every page contains once.
pub fn symbols() -> AnyView {
    let mut html = HtmlWriter::default();
    for (name, path) in SYMBOLS {
        html.raw("<symbol id=\"icon-")
            .raw(name)
            .raw("\" viewBox=\"0 0 16 16\"><path d=\"")
            .raw(path)
            .raw("\"/></symbol>");
    }
    view! { <svg hidden aria-hidden="true" inner_html=html.finish()></svg> }.into_any()
}
