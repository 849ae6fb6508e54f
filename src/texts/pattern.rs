//! Fills in the patterns that `fluent.rs` describes.

use serde_json::Value;
use std::fmt::Display;

/// Arguments of a text, by name.
pub type TextArguments<'a> = [(&'a str, &'a dyn Display)];

/// Returns a text with its arguments. `plural_category` returns the plural category of a number: `one`, `other`.
pub(super) fn fill_in(
    pattern: &Value,
    arguments: &TextArguments,
    plural_category: fn(&str) -> String,
    escape: fn(&str) -> String,
) -> String {
    match pattern {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .map(|part| {
                let Some(name) = part.get(0).and_then(Value::as_str) else {
                    return fill_in(part, arguments, plural_category, escape);
                };
                let argument = arguments.iter().find(|(key, _)| *key == name);
                let argument = argument.map(|(_, argument)| argument.to_string()).unwrap_or_default();
                let Some(variants) = part.get(1) else { return escape(&argument) };
                let variant = variants
                    .get(&argument)
                    .or_else(|| variants.get(plural_category(&argument)))
                    .or_else(|| variants.get(part.get(2)?.as_str()?));
                variant.map(|pattern| fill_in(pattern, arguments, plural_category, escape)).unwrap_or_default()
            })
            .collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::fill_in;
    use serde_json::json;
    use std::fmt::Display;

    #[test]
    fn arguments_and_plural_forms_are_filled_in() {
        let category: fn(&str) -> String = |number| if number == "1" { "one" } else { "other" }.to_owned();
        let pattern = json!(["In ", ["place"], ": ", ["count", {"0": "none", "one": "one", "other": [["count"], " of them"]}, "other"]]);
        for (count, expected) in [("0", "none"), ("1", "one"), ("2", "2 of them"), ("many", "many of them")] {
            let arguments: [(&str, &dyn Display); 2] = [("place", &"<a>"), ("count", &count)];
            let plain = fill_in(&pattern, &arguments, category, str::to_owned);
            assert_eq!(plain, format!("In <a>: {expected}"));
            let escaped = fill_in(&pattern, &arguments, category, |text| text.replace('<', "&lt;"));
            assert_eq!(escaped, format!("In &lt;a>: {expected}"));
        }
        assert_eq!(fill_in(&pattern, &[], category, str::to_owned), "In :  of them");
    }
}
