//! Finds arguments that an operation does not document.

use crate::{
    model::{
        Arguments,
        operation::Operation,
        problem::{Problem, join_pointer},
        schema::FieldLocation,
    },
    openapi::Document,
    text,
};
use strsim::levenshtein;

/// Maximum length of a name that is compared with others, in bytes.
const MAX_COMPARED_BYTES: usize = 64;

/// Returns a problem for each argument that the document does not name, in any place of the request. If the schema of the
/// body has named properties and does not exclude others, callers can send others by `additionalArguments`.
pub(crate) fn find_unknown_arguments(
    document: &Document,
    operation: &Operation,
    arguments: &Arguments,
    allows_additional: bool,
) -> Vec<Problem> {
    let written_body = operation.written_body(arguments).map(|(name, _)| name);
    let is_documented = |name: &str| {
        written_body == Some(name)
            || operation.fields.iter().any(|field| field.name == name || field.sent_name() == name)
    };
    let mut unknown = arguments.keys().filter(|name| !is_documented(name)).peekable();
    if unknown.peek().is_none() {
        return Vec::new();
    }
    let has_named_properties = operation.fields.iter().any(|field| field.location == FieldLocation::BodyField);
    let accepts_additional = operation.allows_additional_fields() && document.accepts_additional_properties(operation);
    if accepts_additional && (allows_additional || !has_named_properties) {
        return Vec::new();
    }
    let to_problem = |name: &String| {
        let mut sentences = vec![text!("check-unknown-field", name = name)];
        sentences.extend(nearest_name(operation, name).map(|nearest| text!("argument-did-you-mean", name = nearest)));
        sentences.extend(accepts_additional.then(|| text!("argument-send-anyway").to_owned()));
        Problem::new(join_pointer("", name), sentences.join(" "))
    };
    unknown.map(to_problem).collect()
}

/// Returns the name of the field that a name was probably meant to be.
fn nearest_name<'a>(operation: &'a Operation, name: &str) -> Option<&'a str> {
    let letters = |name: &str| name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let written = letters(name);
    if name.len() > MAX_COMPARED_BYTES {
        return None;
    }
    let names =
        operation.fields.iter().map(|field| field.name.as_str()).filter(|name| name.len() <= MAX_COMPARED_BYTES);
    let distances = names.map(|name| (levenshtein(&written, &letters(name)), name));
    let nearest = distances.min_by_key(|(distance, _)| *distance);
    nearest.filter(|(distance, _)| *distance <= written.chars().count().div_ceil(3)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest_name;
    use crate::model::{operation::Operation, schema::Field};
    use strsim::levenshtein;

    #[test]
    fn the_nearest_name_differs_by_few_letters() {
        assert_eq!(["", "a", "email", "emial"].map(|text| levenshtein(text, "email")), [5, 4, 0, 2]);
        let fields = ["email", "phone_number", "userId"].map(|name| Field { name: name.into(), ..Field::default() });
        let operation = Operation { fields: fields.into(), ..Operation::default() };
        for (written, expected) in [
            ("emial", Some("email")),
            ("phoneNumber", Some("phone_number")),
            ("user-ID", Some("userId")),
            ("e_mail", Some("email")),
            ("roles", None),
            ("x", None),
        ] {
            assert_eq!(nearest_name(&operation, written), expected, "{written}");
        }
    }
}
