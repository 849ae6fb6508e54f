//! Groups the operations of a document by tag, and the tags by heading and by parent.

use super::{
    Diagnostic, OperationSummary, external_docs_url, markdown,
    operation_summary::{self, MAX_TEXT_BYTES, UNTAGGED, truncate},
    reference::Resolver,
    string_or_empty,
    tag::{described_tags, label_kind, label_names},
};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Maximum number of groups that list the same operation.
const MAX_GROUPS_PER_OPERATION: usize = 20;
/// Maximum depth of a group below its ancestors. Deeper groups are beside each other.
const MAX_DEPTH: usize = 8;

/// A tag, its documentation and its operations.
#[derive(Clone, Debug)]
pub struct OperationGroup {
    /// Name of the tag.
    pub name: String,
    /// `summary` of the tag (`OpenAPI` 3.2), or its name.
    pub title: String,
    /// Name in URLs and anchors, unique within the document: `magic-links`.
    pub slug: String,
    /// Heading that the group is listed under (`x-tagGroups`).
    pub heading: Option<String>,
    /// Number of its ancestors (`parent`, `OpenAPI` 3.2), which are listed before it.
    pub depth: usize,
    /// `description` as HTML.
    pub description: String,
    /// Beginning of the description, as plain text.
    pub summary: String,
    /// `externalDocs.url`, if it is an HTTP or HTTPS URL.
    pub documentation_url: Option<String>,
    /// Indices of the operations in [`Document::operations`](super::Document::operations).
    pub operation_indices: Vec<usize>,
}

/// Builds the groups of all tags that have operations, or are ancestors of such tags. Reports parents that do not exist.
///
/// Described tags come first, in the order of the document, followed by those that only operations name. Then the
/// groups are sorted by heading; those without a heading come last. Each group is followed by its children.
pub(super) fn build_groups(
    root: &Value,
    operation_summaries: &[OperationSummary],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<OperationGroup> {
    let mut groups: Vec<OperationGroup> = Vec::new();
    let mut group_indices: HashMap<&str, usize> = HashMap::new();
    let mut slugs = HashSet::new();
    let labels = label_names(&root["tags"]);
    let described = described_tags(&root["tags"]).filter(|(name, _)| !labels.contains(name));
    let tags: Vec<Vec<&str>> =
        operation_summaries.iter().map(|operation| read_tags(root, operation, &labels)).collect();
    for (name, tag) in described.chain(tags.iter().flatten().map(|name| (*name, &Value::Null))) {
        group_indices.entry(name).or_insert_with(|| {
            groups.push(OperationGroup {
                name: name.to_owned(),
                title: tag_title(name, tag),
                slug: unique_slug(name, &mut slugs),
                heading: None,
                depth: 0,
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
    let parents = read_parents(root, &group_indices, groups.len(), diagnostics);
    let headings = tag_headings(root);
    // A group is under the heading of its first ancestor.
    let ancestor = |index: usize| ancestors(&parents, index).last().unwrap_or(index);
    let heading_of = |index: usize| headings.get(groups[ancestor(index)].name.as_str());
    let facts: Vec<_> = (0..groups.len()).map(|index| heading_of(index).copied()).collect();
    for (group, heading) in groups.iter_mut().zip(&facts) {
        group.heading = heading.map(|(_, heading)| heading.to_owned());
    }
    order_groups(groups, &parents, |index| facts[index].map_or(usize::MAX, |(position, _)| position))
}

/// Sorts groups by position and then by parent. Those without operations are left out, unless one below them has some.
fn order_groups(
    groups: Vec<OperationGroup>,
    parents: &[Option<usize>],
    position: impl Fn(usize) -> usize,
) -> Vec<OperationGroup> {
    let mut is_shown: Vec<bool> = groups.iter().map(|group| !group.operation_indices.is_empty()).collect();
    for index in 0..groups.len() {
        if is_shown[index] {
            ancestors(parents, index).for_each(|ancestor| is_shown[ancestor] = true);
        }
    }
    let mut order: Vec<(usize, Vec<usize>, usize)> = Vec::new();
    for index in (0..groups.len()).filter(|index| is_shown[*index]) {
        let mut lineage: Vec<usize> = ancestors(parents, index).collect();
        lineage.reverse();
        lineage.push(index);
        order.push((position(index), lineage, index));
    }
    order.sort();
    let mut groups: Vec<Option<OperationGroup>> = groups.into_iter().map(Some).collect();
    let ordered = order
        .into_iter()
        .filter_map(|(_, lineage, index)| Some(OperationGroup { depth: lineage.len() - 1, ..groups[index].take()? }));
    ordered.collect()
}

/// Reads the index of each group's parent. Parents that do not exist are reported.
fn read_parents(
    root: &Value,
    group_indices: &HashMap<&str, usize>,
    group_count: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Option<usize>> {
    let mut parents = vec![None; group_count];
    for (name, tag) in described_tags(&root["tags"]) {
        let (Some(parent), Some(&index)) = (tag["parent"].as_str(), group_indices.get(name)) else { continue };
        let mut report = |reason: &str| {
            let reason = format!("{:?} {reason}, so the tag has no parent", truncate(parent, MAX_TEXT_BYTES));
            diagnostics.push(Diagnostic::new(format!("tags.{}.parent", truncate(name, MAX_TEXT_BYTES)), reason));
        };
        match group_indices.get(parent) {
            None => report("is not a tag for navigation"),
            Some(&parent_index) if parent_index == index || ancestors(&parents, parent_index).any(|at| at == index) => {
                report("is the tag itself, or below it");
            }
            Some(&parent_index) if ancestors(&parents, parent_index).count() < MAX_DEPTH => {
                parents[index] = Some(parent_index);
            }
            Some(_) => report("is nested too deeply"),
        }
    }
    parents
}

/// Returns the ancestors of a group, the closest first.
fn ancestors(parents: &[Option<usize>], index: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(parents[index], |ancestor| parents[*ancestor]).take(2 * MAX_DEPTH)
}

/// Returns the labels of an operation, each with its kind: `audience: Partners`.
pub(super) fn read_labels(tags: &Value, operation: &Value) -> Vec<String> {
    let names: Vec<&str> = operation_summary::tags(operation).take(MAX_GROUPS_PER_OPERATION).collect();
    let labels = described_tags(tags).filter(|(name, _)| names.contains(name)).filter_map(|(name, tag)| {
        Some(format!("{}: {}", truncate(label_kind(tag)?, MAX_TEXT_BYTES), tag_title(name, tag)))
    });
    labels.collect()
}

/// Returns the summary of a tag, or its name if it has none.
fn tag_title(name: &str, tag: &Value) -> String {
    let summary = tag["summary"].as_str().map(str::trim).filter(|summary| !summary.is_empty());
    truncate(summary.unwrap_or(name), MAX_TEXT_BYTES).to_owned()
}

/// Returns the names of the groups that list an operation: its tags, each once.
fn read_tags<'a>(root: &'a Value, operation: &OperationSummary, labels: &HashSet<&str>) -> Vec<&'a str> {
    let operation = operation.resolve(Resolver::Whole(root)).unwrap_or(&Value::Null);
    let mut names = Vec::new();
    for name in operation_summary::tags(operation).take(MAX_GROUPS_PER_OPERATION) {
        if !names.contains(&name) && !labels.contains(name) {
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
