//! Describes the constraints of a value in a few words, beside the name of its field.

use crate::{
    model::schema::{ArrayConstraints, NumberConstraints, Schema, StringConstraints},
    text,
};

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

/// The bounds of a number, or of the length of a text or list.
enum Range<T> {
    Exactly(T),
    Between(T, T),
    AtLeast(T),
    AtMost(T),
}

impl<T: PartialEq> Range<T> {
    /// Creates a range, if it has a bound.
    fn new(min: Option<T>, max: Option<T>) -> Option<Self> {
        match (min, max) {
            (Some(min), Some(max)) if min == max => Some(Self::Exactly(min)),
            (Some(min), Some(max)) => Some(Self::Between(min, max)),
            (Some(min), None) => Some(Self::AtLeast(min)),
            (None, Some(max)) => Some(Self::AtMost(max)),
            (None, None) => None,
        }
    }
}

fn describe_text(constraints: &StringConstraints) -> Vec<String> {
    let pattern = constraints.pattern.as_ref().filter(|_| constraints.pattern_description.is_none());
    let pattern = pattern.filter(|pattern| pattern.chars().count() <= MAX_PATTERN_CHARS);
    let length = Range::new(constraints.min_length.filter(|min| *min > 0), constraints.max_length);
    let length = length.map(|length| match length {
        Range::Exactly(count) => text!("constraint-characters", count = count),
        Range::Between(min, max) => text!("constraint-characters-between", min = min, max = max),
        Range::AtLeast(min) => text!("constraint-min-characters", min = min),
        Range::AtMost(max) => text!("constraint-max-characters", max = max),
    });
    let pattern = pattern.map(|pattern| text!("constraint-pattern", pattern = pattern));
    [constraints.format.clone(), length, constraints.pattern_description.clone().or(pattern)]
        .into_iter()
        .flatten()
        .collect()
}

fn describe_number(constraints: &NumberConstraints) -> Vec<String> {
    let range = Range::new(constraints.minimum.as_ref(), constraints.maximum.as_ref());
    let range = range.map(|range| match range {
        Range::Exactly(number) => number.to_string(),
        Range::Between(min, max) => text!("constraint-between", min = min, max = max),
        Range::AtLeast(min) => text!("constraint-min", min = min),
        Range::AtMost(max) => text!("constraint-max", max = max),
    });
    let more_than = constraints.exclusive_minimum.as_ref().map(|bound| text!("constraint-more-than", bound = bound));
    let less_than = constraints.exclusive_maximum.as_ref().map(|bound| text!("constraint-less-than", bound = bound));
    let multiple = constraints.multiple_of.as_ref().map(|step| text!("constraint-multiple", step = step));
    [range, more_than, less_than, multiple].into_iter().flatten().collect()
}

fn describe_list(constraints: &ArrayConstraints) -> Vec<String> {
    let count = Range::new(constraints.min_items.filter(|min| *min > 0), constraints.max_items);
    let count = count.map(|count| match count {
        Range::Exactly(count) => text!("constraint-items", count = count),
        Range::Between(min, max) => text!("constraint-items-between", min = min, max = max),
        Range::AtLeast(min) => text!("constraint-min-items", min = min),
        Range::AtMost(max) => text!("constraint-max-items", max = max),
    });
    let unique = constraints.unique_items.then(|| text!("constraint-unique-items").to_owned());
    count.into_iter().chain(unique).collect()
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
