//! Reads the categories of an API from `info.x-apisguru-categories`, an extension of public directories of documents.

use serde_json::Value;

/// Maximum number of categories of a document, and maximum length of one in characters.
const MAX_CATEGORIES: usize = 5;
const MAX_CATEGORY_CHARS: usize = 40;

/// Returns the names of the categories that an Info Object lists: `open_data` → `Open data`.
pub(super) fn read_categories(info: &Value) -> Vec<String> {
    let listed = info["x-apisguru-categories"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut categories: Vec<String> = Vec::new();
    for name in listed.iter().filter_map(Value::as_str).filter_map(category_name) {
        if categories.len() < MAX_CATEGORIES && !categories.contains(&name) {
            categories.push(name);
        }
    }
    categories
}

fn category_name(text: &str) -> Option<String> {
    let words: Vec<&str> =
        text.split(|c: char| c == '_' || c.is_whitespace()).filter(|word| !word.is_empty()).collect();
    let name = words.join(" ");
    let mut characters = name.chars();
    let first = characters.next()?;
    let is_valid = name.chars().count() <= MAX_CATEGORY_CHARS && !name.chars().any(char::is_control);
    is_valid.then(|| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::read_categories;
    use serde_json::json;

    #[test]
    fn categories_are_named_for_readers_and_bounded() {
        let categories = |value| read_categories(&json!({"x-apisguru-categories": value}));
        assert_eq!(categories(json!(["open_data", " cloud ", "Cloud", "", "_", 7, "a\u{7}b"])), ["Open data", "Cloud"]);
        assert_eq!(categories(json!(["ärzte"])), ["Ärzte"]);
        assert_eq!(categories(json!(["a", "b", "c", "d", "e", "f"])).len(), 5);
        for nothing in [json!(null), json!("cloud"), json!({}), json!(["x".repeat(41)])] {
            assert!(categories(nothing.clone()).is_empty(), "{nothing}");
        }
    }
}
