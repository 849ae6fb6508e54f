//! Describes the constraints of a value in a few words, beside the name of its field.

use crate::model::schema::{ArrayConstraints, NumberConstraints, Schema, StringConstraints};
use std::fmt::Display;

/// Maximum length of a pattern that is shown, in characters. A longer one is explained if it is violated.
const MAX_PATTERN_CHARS: usize = 30;

/// Returns the format and the constraints of a value: `email`, `max 128 characters`.
pub(super) fn constraint_labels(schema: &Schema) -> Vec<String> {
    match schema {
        Schema::String(constraints) => describe_text(constraints),
        Schema::Number(constraints) => describe_number(constraints),
        Schema::Array(constraints) => describe_list(constraints),
        _ => Vec::new(),
    }
}

fn describe_text(constraints: &StringConstraints) -> Vec<String> {
    let pattern = constraints.pattern.as_ref().filter(|_| constraints.pattern_description.is_none());
    let pattern = pattern.filter(|pattern| pattern.chars().count() <= MAX_PATTERN_CHARS);
    let length = describe_range(constraints.min_length.filter(|min| *min > 0), constraints.max_length);
    [
        constraints.format.clone(),
        length.map(|length| format!("{length} characters")),
        constraints.pattern_description.clone().or_else(|| pattern.map(|pattern| format!("matches {pattern}"))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn describe_number(constraints: &NumberConstraints) -> Vec<String> {
    [
        describe_range(constraints.minimum.as_ref(), constraints.maximum.as_ref()),
        constraints.exclusive_minimum.as_ref().map(|minimum| format!("more than {minimum}")),
        constraints.exclusive_maximum.as_ref().map(|maximum| format!("less than {maximum}")),
        constraints.multiple_of.as_ref().map(|step| format!("multiple of {step}")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn describe_list(constraints: &ArrayConstraints) -> Vec<String> {
    let count = describe_range(constraints.min_items.filter(|min| *min > 0), constraints.max_items);
    let unit = if constraints.min_items.max(constraints.max_items) == Some(1) { "item" } else { "items" };
    let unique = constraints.unique_items.then(|| "all different".to_owned());
    count.map(|count| format!("{count} {unit}")).into_iter().chain(unique).collect()
}

/// Returns `3 to 5`, `3`, `min 3` or `max 5`.
fn describe_range<T: Display + PartialEq>(min: Option<T>, max: Option<T>) -> Option<String> {
    match (min, max) {
        (Some(min), Some(max)) if min == max => Some(min.to_string()),
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("min {min}")),
        (None, Some(max)) => Some(format!("max {max}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::constraint_labels;
    use crate::model::schema::{ArrayConstraints, NumberConstraints, Schema, StringConstraints};

    #[test]
    fn constraints_are_described_in_a_few_words() {
        let text = |format: Option<&str>, min_length, max_length, pattern: &str| {
            let pattern = Some(pattern.to_owned()).filter(|pattern| !pattern.is_empty());
            let format = format.map(str::to_owned);
            Schema::String(StringConstraints {
                format,
                min_length,
                max_length,
                pattern,
                ..StringConstraints::default()
            })
        };
        let number = |minimum: Option<u32>, maximum: Option<u32>, exclusive_minimum: Option<u32>| {
            let [minimum, maximum, exclusive_minimum] =
                [minimum, maximum, exclusive_minimum].map(|bound| bound.map(Into::into));
            Schema::Number(NumberConstraints { minimum, maximum, exclusive_minimum, ..NumberConstraints::default() })
        };
        let list = |min_items, max_items, unique_items| {
            Schema::Array(ArrayConstraints { min_items, max_items, unique_items, ..ArrayConstraints::default() }.into())
        };
        for (schema, expected) in [
            (text(Some("email"), Some(0), Some(128), ""), "email · max 128 characters"),
            (text(None, Some(2), Some(2), "^[A-Z]+$"), "2 characters · matches ^[A-Z]+$"),
            (text(None, Some(8), None, &"a".repeat(31)), "min 8 characters"),
            (number(Some(1), Some(100), None), "1 to 100"),
            (number(None, Some(5), Some(0)), "max 5 · more than 0"),
            (list(Some(1), Some(1), false), "1 item"),
            (list(None, Some(50), true), "max 50 items · all different"),
            (list(None, Some(1), false), "max 1 item"),
            (Schema::Boolean, ""),
        ] {
            assert_eq!(constraint_labels(&schema).join(" · "), expected);
        }
    }
}
