//! Reads the bodies of error responses: problem details (RFC 9457), and other forms that are common.

use super::problem::Problem;
use serde_json::Value;

/// Maximum number of invalid fields that are listed.
const MAX_FIELDS: usize = 20;
/// Names of the message of an error, the most specific one first.
const MESSAGE_NAMES: [&str; 6] = ["error_message", "detail", "title", "message", "error_description", "error"];
/// Names of the list of invalid fields.
const LIST_NAMES: [&str; 6] = ["errors", "invalid-params", "invalid_params", "violations", "detail", "details"];
/// Names of the place of an invalid field, in an item of the list.
const PLACE_NAMES: [&str; 9] =
    ["pointer", "field", "name", "property", "propertyPath", "path", "param", "parameter", "loc"];
/// Names of the reason why a field is invalid.
const REASON_NAMES: [&str; 6] = ["detail", "message", "reason", "msg", "description", "title"];

/// The JSON body of an error response.
#[derive(Clone, Copy, Debug)]
pub struct ErrorBody<'a>(pub &'a Value);

impl<'a> ErrorBody<'a> {
    /// Returns a text of the body, or of an object `error` in it.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.find(name, |value| value.as_str().filter(|text| !text.is_empty()))
    }

    /// Returns the message of the error, in one sentence or more.
    pub fn message(self) -> Option<&'a str> {
        MESSAGE_NAMES.iter().find_map(|name| self.text(name))
    }

    /// Returns the fields that the error says are invalid, with the reasons.
    pub fn invalid_fields(self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let lists = LIST_NAMES.iter().filter_map(|name| self.find(name, |value| (!value.is_string()).then_some(value)));
        for list in lists {
            match list {
                Value::Array(items) => problems.extend(items.iter().filter_map(read_item)),
                Value::Object(fields) => problems.extend(fields.iter().filter_map(|(name, reasons)| {
                    let reasons = reasons.as_array().map_or(std::slice::from_ref(reasons), Vec::as_slice);
                    let reasons: Vec<&str> = reasons.iter().filter_map(Value::as_str).collect();
                    (!reasons.is_empty()).then(|| Problem::new(name, reasons.join(" ")))
                })),
                _ => {}
            }
        }
        problems.truncate(MAX_FIELDS);
        problems
    }

    fn find<T>(self, name: &str, read: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        let places = [Some(self.0), self.0.get("error")];
        places.into_iter().flatten().find_map(|place| place.get(name).and_then(&read))
    }
}

/// Reads an item of a list of invalid fields: an object with a place and a reason, or a text.
fn read_item(item: &Value) -> Option<Problem> {
    if let Some(reason) = item.as_str() {
        return Some(Problem::new("", reason));
    }
    let reason = REASON_NAMES.iter().find_map(|name| item.get(name)?.as_str())?;
    let source = item.get("source").unwrap_or(item);
    let place = PLACE_NAMES.iter().find_map(|name| source.get(name)).map(read_place).unwrap_or_default();
    Some(Problem::new(place.trim_start_matches('#'), reason))
}

/// Reads a place: a text, or a list of names and indices.
fn read_place(place: &Value) -> String {
    match place {
        Value::String(text) => text.clone(),
        Value::Array(segments) => segments.iter().map(read_place).collect::<Vec<_>>().join("/"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorBody;
    use serde_json::{Value, json};

    fn fields(body: &Value) -> Vec<(String, String)> {
        let problems = ErrorBody(body).invalid_fields();
        problems.into_iter().map(|problem| (problem.location, problem.message)).collect()
    }

    #[test]
    fn the_message_of_an_error_is_found() {
        for (body, message) in [
            (json!({"type": "about:blank", "title": "No good", "status": 422}), Some("No good")),
            (json!({"title": "No good", "detail": "The age is negative."}), Some("The age is negative.")),
            (json!({"detail": [{"loc": ["body"], "msg": "x"}], "message": "Invalid."}), Some("Invalid.")),
            (json!({"error": "invalid_grant", "error_description": "Expired."}), Some("Expired.")),
            (json!({"error": {"message": "No such customer.", "code": 7}}), Some("No such customer.")),
            (json!({"error_message": "a", "message": "b"}), Some("a")),
            (json!({"message": "", "error": "x"}), Some("x")),
            (json!(["x"]), None),
            (json!({"message": 7}), None),
        ] {
            assert_eq!(ErrorBody(&body).message(), message, "{body}");
        }
    }

    #[test]
    fn invalid_fields_are_found_in_all_common_forms() {
        for (body, expected) in [
            (json!({"errors": [{"detail": "Negative.", "pointer": "#/age"}]}), vec![("/age", "Negative.")]),
            (json!({"invalid-params": [{"name": "age", "reason": "Negative."}]}), vec![("age", "Negative.")]),
            (
                json!({"errors": {"Age": ["Negative.", "Not a number."], "Name": "Missing."}}),
                vec![("Age", "Negative. Not a number."), ("Name", "Missing.")],
            ),
            (json!({"violations": [{"propertyPath": "a.b", "message": "Missing."}]}), vec![("a.b", "Missing.")]),
            (json!({"detail": [{"loc": ["body", "tags", 0], "msg": "Missing."}]}), vec![("body/tags/0", "Missing.")]),
            (
                json!({"errors": [{"title": "Invalid", "detail": "Too short.", "source": {"pointer": "/data/a"}}]}),
                vec![("/data/a", "Too short.")],
            ),
            (json!({"error": {"errors": [{"message": "Missing."}]}}), vec![("", "Missing.")]),
            (json!({"errors": ["One.", 2, {}]}), vec![("", "One.")]),
            (json!({"errors": "One.", "detail": "x"}), vec![]),
        ] {
            let expected: Vec<(String, String)> =
                expected.into_iter().map(|(place, reason): (&str, &str)| (place.into(), reason.into())).collect();
            assert_eq!(fields(&body), expected, "{body}");
        }
        assert_eq!(fields(&json!({"errors": vec!["x"; 100]})).len(), 20);
    }
}
