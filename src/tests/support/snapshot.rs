//! Comparison of texts with their reviewed snapshots.

/// Compares a text with `src/tests/snapshots/{name}.snap`. A text that differs is written beside it, for
/// `cargo insta review`, unless `INSTA_UPDATE` is `no`.
pub(crate) fn assert_text(name: &str, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Joins texts with headings.
pub(crate) fn join_sections<'a>(sections: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let sections: Vec<String> =
        sections.into_iter().map(|(heading, text)| format!("=== {heading}\n{}", text.trim_end())).collect();
    sections.join("\n\n")
}
