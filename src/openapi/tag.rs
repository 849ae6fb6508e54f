//! The tags of a document: those for navigation, and labels such as badges.

use serde_json::Value;
use std::collections::HashSet;

/// Returns the described tags of a document, each with its name.
pub(super) fn described_tags(tags: &Value) -> impl Iterator<Item = (&str, &Value)> {
    tags.as_array().into_iter().flatten().filter_map(|tag| Some((tag["name"].as_str()?, tag)))
}

/// Returns the kind of a tag that is a label; `None` if the tag is for navigation (`kind`, `OpenAPI` 3.2).
pub(super) fn label_kind(tag: &Value) -> Option<&str> {
    tag["kind"].as_str().filter(|kind| *kind != "nav")
}

/// Returns the names of the tags that are labels.
pub(super) fn label_names(tags: &Value) -> HashSet<&str> {
    described_tags(tags).filter(|(_, tag)| label_kind(tag).is_some()).map(|(name, _)| name).collect()
}
