//! Completes generic titles with the name of the group: "Create" in the group User becomes "Create a user".
//!
//! A title is generic if it is a verb alone, or a verb with a noun that fits any operation: "Get item". The path must
//! confirm that the operation is about what the group is named after: `/v1/users/{user_id}` for the group User. "Create"
//! at `/organizations/{id}/members` in the group Organizations does not create an organization.

use super::{
    noun::{article, is_countable, plural, singular},
    operation_summary::{OperationSummary, UNTAGGED},
};
use std::collections::HashMap;

/// Number of things that an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantity {
    One,
    Many,
    /// It depends on the path: one at `/users/{id}`, many at `/users`.
    FromPath,
}

/// Verbs that fit any operation.
const VERBS: [(&str, Quantity); 22] = [
    ("add", Quantity::One),
    ("browse", Quantity::Many),
    ("create", Quantity::One),
    ("delete", Quantity::FromPath),
    ("destroy", Quantity::FromPath),
    ("edit", Quantity::FromPath),
    ("fetch", Quantity::FromPath),
    ("find", Quantity::FromPath),
    ("get", Quantity::FromPath),
    ("insert", Quantity::One),
    ("list", Quantity::Many),
    ("modify", Quantity::FromPath),
    ("patch", Quantity::FromPath),
    ("query", Quantity::Many),
    ("read", Quantity::FromPath),
    ("remove", Quantity::FromPath),
    ("replace", Quantity::FromPath),
    ("retrieve", Quantity::FromPath),
    ("search", Quantity::Many),
    ("show", Quantity::FromPath),
    ("update", Quantity::FromPath),
    ("view", Quantity::FromPath),
];

/// Words beside a verb that say nothing about the operation, with the quantity that they express.
const GENERIC_WORDS: [(&str, Option<Quantity>); 15] = [
    ("a", None),
    ("all", Some(Quantity::Many)),
    ("an", None),
    ("entities", Some(Quantity::Many)),
    ("entity", Some(Quantity::One)),
    ("item", Some(Quantity::One)),
    ("items", Some(Quantity::Many)),
    ("new", None),
    ("object", Some(Quantity::One)),
    ("objects", Some(Quantity::Many)),
    ("one", Some(Quantity::One)),
    ("record", Some(Quantity::One)),
    ("records", Some(Quantity::Many)),
    ("resource", Some(Quantity::One)),
    ("resources", Some(Quantity::Many)),
];

/// Completes the titles of operations, and keeps the original ones as summaries. A title stays as it is if another
/// operation of the group would have the same.
pub(super) fn complete_titles(operations: &mut [OperationSummary]) {
    let candidates: Vec<(usize, String)> = operations
        .iter()
        .enumerate()
        .filter_map(|(index, operation)| Some((index, complete_title(operation)?)))
        .collect();
    if candidates.is_empty() {
        return;
    }
    let mut uses: HashMap<(String, String), usize> = HashMap::new();
    let key = |operation: &OperationSummary, title: &str| (operation.group.clone(), title.to_lowercase());
    let titles = operations.iter().map(|operation| key(operation, &operation.title));
    for used in titles.chain(candidates.iter().map(|(index, title)| key(&operations[*index], title))) {
        *uses.entry(used).or_default() += 1;
    }
    for (index, title) in candidates {
        if let Some(operation) = operations.get_mut(index)
            && uses.get(&key(operation, &title)) == Some(&1)
        {
            operation.summary = Some(std::mem::replace(&mut operation.title, title).into());
        }
    }
}

/// Returns the title of an operation with the name of its group; `None` if the title is not generic, or the path does
/// not confirm the group.
fn complete_title(operation: &OperationSummary) -> Option<String> {
    let is_named = operation.title != operation.name && operation.group != UNTAGGED && operation.group.is_ascii();
    let mut words = operation.title.trim_end_matches('.').split_whitespace();
    let verb = words.next().filter(|_| is_named)?;
    let is_shouted = verb.chars().all(char::is_uppercase);
    let (_, mut quantity) = VERBS.iter().copied().find(|(name, _)| !is_shouted && name.eq_ignore_ascii_case(verb))?;
    let mut is_about_all = false;
    for word in words {
        let (known, word_quantity) = GENERIC_WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word))?;
        is_about_all |= *known == "all";
        quantity = word_quantity.unwrap_or(quantity);
    }
    let target = PathTarget::new(&operation.path, verb)?;
    let (one, last_word) = singular_name(&operation.group)?;
    if noun_key(&operation.group) != noun_key(target.name) || !is_countable(&last_word.to_ascii_lowercase()) {
        return None;
    }
    let many = || [one.strip_suffix(&last_word).unwrap_or_default(), &plural(&last_word)].concat();
    Some(match quantity {
        Quantity::Many if is_about_all => format!("{verb} all {}", many()),
        Quantity::Many => format!("{verb} {}", many()),
        Quantity::FromPath if !target.is_one && target.is_plural() => format!("{verb} {}", many()),
        Quantity::FromPath if !target.is_one => format!("{verb} the {one}"),
        Quantity::One | Quantity::FromPath => format!("{verb} {} {one}", article(&one)),
    })
}

/// Thing that a path is about.
struct PathTarget<'a> {
    /// The last segment that is neither a parameter nor the verb.
    name: &'a str,
    /// True if a parameter selects one of many, or the verb is a part of the path: its body then selects one.
    is_one: bool,
}

impl<'a> PathTarget<'a> {
    fn new(path: &'a str, verb: &str) -> Option<Self> {
        let path = path.split(['#', '?']).next().unwrap_or_default();
        let mut is_one = false;
        for segment in path.rsplit(['/', ':']).filter(|segment| !segment.is_empty()) {
            if segment.contains('{') || segment.eq_ignore_ascii_case(verb) {
                is_one = true;
            } else {
                return Some(Self { name: segment, is_one });
            }
        }
        None
    }

    fn is_plural(&self) -> bool {
        let lower = self.name.to_ascii_lowercase();
        let last = lower.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        singular(last) != last
    }
}

/// Returns the name of a group in the singular, and its last word: `Connected Apps` → `connected app`. Abbreviations
/// keep their case.
fn singular_name(group: &str) -> Option<(String, String)> {
    let mut words: Vec<String> =
        group.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-')).map(decapitalize).collect();
    words.retain(|word| !word.is_empty());
    let last = words.pop()?;
    let last = match last.strip_suffix('s') {
        // "APIs" and "M2Ms", but not "SMS".
        Some(stem) if is_abbreviation(&last) => stem.to_owned(),
        _ if is_abbreviation(&last) && last.ends_with('S') && is_countable(&last.to_ascii_lowercase()) => return None,
        _ if is_abbreviation(&last) => last,
        _ => singular(&last),
    };
    words.push(last.clone());
    Some((words.join(" "), last))
}

/// Returns a word in lowercase, unless it has other capitals than the first letter.
fn decapitalize(word: &str) -> String {
    if is_abbreviation(word) { word.to_owned() } else { word.to_ascii_lowercase() }
}

fn is_abbreviation(word: &str) -> bool {
    word.chars().skip(1).any(|c| c.is_ascii_uppercase())
}

/// Returns the letters and digits of a noun in lowercase, in the singular, for comparison: `connected_apps` →
/// `connectedapp`.
fn noun_key(noun: &str) -> String {
    let lower = noun.to_ascii_lowercase();
    let mut words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let last = words.pop().map(singular).unwrap_or_default();
    [words.concat(), last].concat()
}

#[cfg(test)]
mod tests {
    use super::super::parse_document;
    use anyhow::Result;
    use serde_json::{Map, json};

    /// Returns the titles, each with the original one if it was changed, of operations: group, summary, method, path.
    fn titles(operations: &[(&str, &str, &str, &str)]) -> Result<Vec<String>> {
        let mut paths = Map::new();
        for (group, summary, method, path) in operations {
            let item = paths.entry((*path).to_owned()).or_insert_with(|| json!({}));
            item[*method] = json!({"summary": summary, "tags": [group]});
        }
        let document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths});
        let document = parse_document(&document.to_string())?;
        let text = |(_, _, method, path): &(&str, &str, &str, &str)| {
            let mut found = document.operations.iter();
            let found = found.find(|found| found.path == *path && found.method.as_str().eq_ignore_ascii_case(method));
            found.map(|found| match &found.summary {
                Some(summary) => format!("{} ({summary})", found.title),
                None => found.title.clone(),
            })
        };
        Ok(operations.iter().filter_map(text).collect())
    }

    fn title(group: &str, summary: &str, method: &str, path: &str) -> Result<String> {
        Ok(titles(&[(group, summary, method, path)])?.concat())
    }

    #[test]
    fn a_verb_alone_gets_the_group_as_its_object() -> Result<()> {
        let all = [
            ("User", "Create", "post", "/v1/users", "Create a user"),
            ("User", "Get", "get", "/v1/users/{user_id}", "Get a user"),
            ("User", "Search", "post", "/v1/users/search", "Search users"),
            ("User", "List", "get", "/v1/users", "List users"),
            ("users", "Delete", "delete", "/users/{id}", "Delete a user"),
            ("Users", "Delete", "delete", "/users", "Delete users"),
            ("Users", "Remove", "post", "/users/remove", "Remove a user"),
            ("Users", "Update.", "patch", "/users/{id}/", "Update a user"),
            ("Organization", "Create", "post", "/organizations", "Create an organization"),
            ("Connected Apps", "Create", "post", "/v1/connected_apps", "Create a connected app"),
            ("Connected Apps", "List", "get", "/v1/connected-apps", "List connected apps"),
            ("API Keys", "Create", "post", "/apiKeys", "Create an API key"),
            ("Repositories", "Retrieve", "get", "/repositories/{owner}/{name}", "Retrieve a repository"),
            ("Repositories", "Retrieve", "get", "/repositories", "Retrieve repositories"),
            ("Profile", "Get", "get", "/me/profile", "Get the profile"),
            ("People", "Add", "post", "/people", "Add a person"),
            ("User", "Get all", "get", "/users", "Get all users"),
            ("User", "Get one", "get", "/users/{id}", "Get a user"),
            ("User", "Create new item", "post", "/users", "Create a user"),
            ("User", "List resources", "get", "/users", "List users"),
        ];
        for (group, summary, method, path, expected) in all {
            assert_eq!(title(group, summary, method, path)?, format!("{expected} ({summary})"), "{group} {path}");
        }
        Ok(())
    }

    #[test]
    fn other_titles_stay_as_they_are() -> Result<()> {
        for (group, summary, path) in [
            ("User", "Create a user", "/users"),
            ("User", "Create user", "/users"),
            ("User", "Create session", "/users"),
            ("User", "Authenticate", "/users"),
            ("User", "CREATE", "/users"),
            ("Organizations", "Create", "/organizations/{id}/members"),
            ("Discovery", "Create", "/discovery/organizations/create"),
            ("Usuários", "Create", "/usuários"),
            ("Benutzer", "Erstellen", "/benutzer"),
            ("Metadata", "Create", "/metadata"),
            ("Other", "Create", "/others"),
            ("User", "Create", "/"),
            ("User", "Create", "/{tenant}"),
            ("USERS", "Create", "/users"),
        ] {
            assert_eq!(title(group, summary, "post", path)?, summary, "{group} {path}");
        }
        Ok(())
    }

    #[test]
    fn a_title_without_a_summary_stays_the_name() -> Result<()> {
        let document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {
            "/users": {"post": {"operationId": "create", "tags": ["User"]}},
        }});
        let document = parse_document(&document.to_string())?;
        assert_eq!((document.operations[0].title.as_str(), &document.operations[0].summary), ("create", &None));
        Ok(())
    }

    #[test]
    fn two_operations_of_a_group_never_get_the_same_title() -> Result<()> {
        let sessions = [("Session", "Get", "get", "/v1/sessions"), ("Session", "Get", "get", "/v1/b2b/sessions")];
        assert_eq!(titles(&sessions)?, ["Get", "Get"]);
        let users = [("User", "Create", "post", "/users"), ("User", "create A user", "post", "/v2/users")];
        assert_eq!(titles(&users)?, ["Create", "create A user"]);
        let groups = [("User", "Create", "post", "/users"), ("Users", "Create", "post", "/v2/users")];
        assert_eq!(titles(&groups)?, ["Create a user (Create)", "Create a user (Create)"]);
        Ok(())
    }
}
