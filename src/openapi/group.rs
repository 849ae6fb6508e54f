//! Groups the operations of a document by tag, and the tags by heading.

use super::{
    OperationSummary, external_docs_url, markdown,
    operation_summary::{self, UNTAGGED},
    reference::Resolver,
    string_or_empty,
};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Maximum number of groups that list the same operation.
const MAX_GROUPS_PER_OPERATION: usize = 20;

/// A tag, its documentation and its operations.
#[derive(Clone, Debug)]
pub struct OperationGroup {
    /// Name of the tag.
    pub name: String,
    /// Name in URLs and anchors, unique within the document: `magic-links`.
    pub slug: String,
    /// Heading that the group is listed under (`x-tagGroups`).
    pub heading: Option<String>,
    /// `description` as HTML.
    pub description: String,
    /// Beginning of the description, as plain text.
    pub summary: String,
    /// `externalDocs.url`, if it is an HTTP or HTTPS URL.
    pub documentation_url: Option<String>,
    /// Indices of the operations in [`Document::operations`](super::Document::operations).
    pub operation_indices: Vec<usize>,
}

/// Builds the groups of all tags that have operations.
///
/// Described tags come first, in the order of the document, followed by those that only operations name. Then the
/// groups are sorted by heading; those without a heading come last.
pub(super) fn build_groups(root: &Value, operation_summaries: &[OperationSummary]) -> Vec<OperationGroup> {
    let mut groups: Vec<OperationGroup> = Vec::new();
    let mut group_indices: HashMap<&str, usize> = HashMap::new();
    let mut slugs = HashSet::new();
    let described = root["tags"].as_array().into_iter().flatten();
    let described = described.filter_map(|tag| Some((tag["name"].as_str()?, tag)));
    let tags: Vec<Vec<&str>> = operation_summaries.iter().map(|operation| read_tags(root, operation)).collect();
    for (name, tag) in described.chain(tags.iter().flatten().map(|name| (*name, &Value::Null))) {
        group_indices.entry(name).or_insert_with(|| {
            groups.push(OperationGroup {
                name: name.to_owned(),
                slug: unique_slug(name, &mut slugs),
                heading: None,
                description: markdown::to_html(&string_or_empty(&tag["description"])),
                summary: markdown::to_plain_text(&string_or_empty(&tag["description"])),
                documentation_url: external_docs_url(tag),
                operation_indices: Vec::new(),
            });
            groups.len() - 1
        });
    }
    for (index, name) in tags.iter().enumerate().flat_map(|(index, names)| names.iter().map(move |name| (index, name)))
    {
        if let Some(group) = group_indices.get(name).and_then(|group_index| groups.get_mut(*group_index)) {
            group.operation_indices.push(index);
        }
    }
    let headings = tag_headings(root);
    for group in &mut groups {
        group.heading = headings.get(group.name.as_str()).map(|(_, heading)| (*heading).to_owned());
    }
    groups.retain(|group| !group.operation_indices.is_empty());
    groups.sort_by_key(|group| headings.get(group.name.as_str()).map_or(usize::MAX, |(position, _)| *position));
    groups
}

/// Returns the names of the groups that list an operation: its tags, each once.
fn read_tags<'a>(root: &'a Value, operation: &OperationSummary) -> Vec<&'a str> {
    let operation = operation.resolve(Resolver::Whole(root)).unwrap_or(&Value::Null);
    let mut names = Vec::new();
    for name in operation_summary::tags(operation).take(MAX_GROUPS_PER_OPERATION) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { vec![UNTAGGED] } else { names }
}

/// Reads `x-tagGroups: [{name, tags}]`. Returns the position and name of the heading by tag.
fn tag_headings(root: &Value) -> HashMap<&str, (usize, &str)> {
    let mut headings = HashMap::new();
    for (position, heading) in root["x-tagGroups"].as_array().into_iter().flatten().enumerate() {
        for tag in heading["tags"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            headings.entry(tag).or_insert((position, heading["name"].as_str().unwrap_or_default()));
        }
    }
    headings
}

/// Joins the words of a name with hyphens. Appends a number if another group has the same slug.
fn unique_slug(name: &str, used_slugs: &mut HashSet<String>) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let plain = if words.is_empty() { "group".to_owned() } else { words.join("-") };
    let mut slug = plain.clone();
    let mut count = 1;
    while !used_slugs.insert(slug.clone()) {
        count += 1;
        slug = format!("{plain}-{count}");
    }
    slug
}
