//! Finds the documented response of a status.

use serde_json::{Map, Value};

/// Returns the response that is documented for a status, for its range, or as the default.
pub(super) fn find_by_status(responses: &Map<String, Value>, status: u16) -> Option<(&String, &Value)> {
    let exact = status.to_string();
    let is_matching_range =
        |name: &str| name.len() == 3 && name[..1] == exact[..1] && name[1..].eq_ignore_ascii_case("xx");
    let find = |predicate: &dyn Fn(&str) -> bool| responses.iter().find(|(name, _)| predicate(name));
    find(&|name| name == exact)
        .or_else(|| find(&|name| is_matching_range(name)))
        .or_else(|| find(&|name| name == "default"))
}
