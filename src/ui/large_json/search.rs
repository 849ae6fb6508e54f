//! Finds a text in the names and values of a JSON text, in one pass.

use super::reader::{string_end, unquote, value_end};
use crate::model::problem::join_pointer;
use memchr::memchr2_iter;

/// The values that a search has found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// JSON Pointers of the values.
    pub(super) matches: Vec<String>,
    /// True if there are more.
    pub(super) has_more: bool,
}

/// An object or a list around the current value.
enum Level<'a> {
    /// The name of the current field, with its quotes; `None` before the name.
    Object(Option<&'a str>),
    /// The index of the current item.
    List(usize),
}

/// Returns the pointers of the values whose name or text contains `query`, in any case. Expects valid JSON.
pub(super) fn find_matches(text: &str, query: &str, limit: usize) -> Found {
    let (bytes, query) = (text.as_bytes(), query.to_lowercase());
    let (mut found, mut levels, mut offset) = (Found::default(), Vec::new(), 0);
    while let Some(byte) = bytes.get(offset) {
        let start = offset;
        offset += 1;
        match byte {
            b'{' => levels.push(Level::Object(None)),
            b'[' => levels.push(Level::List(0)),
            b'}' | b']' => drop(levels.pop()),
            b',' => match levels.last_mut() {
                Some(Level::Object(name)) => *name = None,
                Some(Level::List(index)) => *index += 1,
                None => {}
            },
            b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => {
                let is_string = *byte == b'"';
                offset = if is_string { string_end(bytes, start) } else { start + value_end(&bytes[start..]) };
                let token = &text[start..offset];
                if let Some(Level::Object(name @ None)) = levels.last_mut() {
                    *name = Some(token);
                }
                let is_found = if is_string { contains(&unquote(token), &query) } else { contains(token, &query) };
                let pointer = is_found.then(|| pointer(&levels)).filter(|at| found.matches.last() != Some(at));
                if pointer.is_some() && found.matches.len() == limit {
                    found.has_more = true;
                    break;
                }
                found.matches.extend(pointer);
            }
        }
    }
    found
}

fn pointer(levels: &[Level]) -> String {
    levels.iter().fold(String::new(), |parent, level| match level {
        Level::Object(name) => join_pointer(&parent, &unquote(name.unwrap_or_default())),
        Level::List(index) => join_pointer(&parent, &index.to_string()),
    })
}

/// Returns true if a text contains another one, which is in lower case.
fn contains(text: &str, query: &str) -> bool {
    let Some(first) = query.bytes().next() else { return false };
    if !text.is_ascii() || !query.is_ascii() {
        return text.to_lowercase().contains(query);
    }
    let (text, query) = (text.as_bytes(), query.as_bytes());
    memchr2_iter(first, first.to_ascii_uppercase(), text)
        .any(|start| text.get(start..start + query.len()).is_some_and(|part| part.eq_ignore_ascii_case(query)))
}

#[cfg(test)]
mod tests {
    use super::{Found, find_matches};

    fn found(text: &str, query: &str) -> Vec<String> {
        find_matches(text, query, 10).matches
    }

    #[test]
    fn names_and_values_are_found_in_any_case() {
        let text = r#"{"Users": [{"na/me": "Ann \u00c4", "age": 41}, {"na/me": "annA", "tags": ["x,\"ann", null, true]}], "": "ANN"}"#;
        assert_eq!(found(text, "ann"), ["/Users/0/na~1me", "/Users/1/na~1me", "/Users/1/tags/0", "/"]);
        assert_eq!(found(text, "users"), ["/Users"]);
        assert_eq!(found(text, "ä"), ["/Users/0/na~1me"]);
        assert_eq!(found(text, "41"), ["/Users/0/age"]);
        assert_eq!(found(text, "TRUE"), ["/Users/1/tags/2"]);
        assert_eq!(found(text, "tags"), ["/Users/1/tags"]);
        assert_eq!(found(r#"{"ann": "ann"}"#, "ann"), ["/ann"], "a value is found once");
        assert_eq!(found(text, ""), [""; 0]);
        assert_eq!(found("\"ann\"", "ann"), [""]);
    }

    #[test]
    fn the_number_of_results_is_bounded() {
        let text = format!("[{}1]", "1,".repeat(50));
        let result = find_matches(&text, "1", 10);
        assert_eq!((result.matches.len(), result.has_more), (10, true));
        assert_eq!(find_matches("[1]", "1", 1), Found { matches: vec!["/0".into()], has_more: false });
    }
}
