//! Tests that the search finds the operation that a reader means, also with typing errors and other verbs.

use anyhow::{Context, Result, ensure};
use api_explorer::providers::{self, Catalog, DocumentSource, ProviderSettings};

/// One line per intent: `delete user => DELETE /v1/users/{user_id}`.
const INTENTS: &str = include_str!("intents.txt");
/// Results in which the operation must be.
const FIRST_RESULTS: usize = 3;

fn load_catalog() -> Result<Catalog> {
    let example = |id: &str, text: &'static str| ProviderSettings::new(id, DocumentSource::from(text.to_owned()));
    Catalog::load(vec![
        providers::stytch_settings(None),
        example("github", include_str!("../providers/examples/github.yaml")),
        example("open-meteo", include_str!("../providers/examples/open-meteo.yaml")),
    ])
}

/// Returns the methods and paths of the first results.
fn find(catalog: &Catalog, query: &str) -> Vec<String> {
    let results = catalog.search(query, None, FIRST_RESULTS);
    results.operations.iter().map(|(_, operation)| format!("{} {}", operation.method, operation.path)).collect()
}

#[test]
fn nine_of_ten_intents_are_among_the_first_three_results() -> Result<()> {
    let catalog = load_catalog()?;
    let exists = |wanted: &str| {
        let mut operations = catalog.entries().flat_map(|entry| &entry.document.operations);
        operations.any(|operation| format!("{} {}", operation.method, operation.path) == wanted)
    };
    let (mut missed, mut first, mut total) = (Vec::new(), 0, 0);
    for line in INTENTS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (query, wanted) = line.split_once(" => ").with_context(|| format!("no arrow in {line}"))?;
        ensure!(exists(wanted), "no operation is {wanted}");
        let found = find(&catalog, query);
        first += usize::from(found.first().is_some_and(|operation| operation == wanted));
        if !found.iter().any(|operation| operation == wanted) {
            missed.push(format!("{query}: {found:?}"));
        }
        total += 1;
    }
    println!("{first} of {total} first, {} not among the first three:\n{}", missed.len(), missed.join("\n"));
    assert!(total >= 200, "{total} intents");
    assert!(missed.len() * 10 <= total, "{} of {total}:\n{}", missed.len(), missed.join("\n"));
    Ok(())
}

/// The first result is that of the group and the verb, not of an operation that also names them.
#[test]
fn group_and_verb_come_first() -> Result<()> {
    let catalog = load_catalog()?;
    for (query, wanted) in [
        ("create a user", "POST /v1/users"),
        ("new user", "POST /v1/users"),
        ("usr create", "POST /v1/users"),
        ("crete a usr", "POST /v1/users"),
        ("User Create", "POST /v1/users"),
        ("remove user", "DELETE /v1/users/{user_id}"),
        ("delete user", "DELETE /v1/users/{user_id}"),
        ("update user", "PUT /v1/users/{user_id}"),
        ("search users", "POST /v1/users/search"),
        ("add member", "POST /v1/b2b/organizations/{organization_id}/members"),
        ("remove organization", "DELETE /v1/b2b/organizations/{organization_id}"),
        ("isue", "POST /repos/{owner}/{repo}/issues"),
    ] {
        let found = find(&catalog, query);
        assert_eq!(found.first().map(String::as_str), Some(wanted), "{query}: {found:?}");
    }
    Ok(())
}

/// Many operations of a large provider have the words of a query in longer titles.
#[test]
fn the_operation_whose_title_the_query_names_comes_first() -> Result<()> {
    let titles = [
        ("delete", "/repos/{owner}/{repo}/subscription", "Delete a repository subscription"),
        ("delete", "/repos/{owner}/{repo}/rulesets/{id}", "Delete a repository ruleset"),
        ("delete", "/repos/{owner}/{repo}", "Delete a repository"),
        ("get", "/repos/{owner}/{repo}/delta", "Get the delta of a repository"),
        ("post", "/repos/{owner}/{repo}/deltek", "Deltek a repository"),
        ("get", "/orgs/{org}/repository/delete-requests", "List requests to delete a repository"),
    ];
    let mut paths = serde_json::Map::new();
    for (method, path, title) in titles {
        paths.insert(path.to_owned(), serde_json::json!({method: {"summary": title, "tags": ["repos"]}}));
    }
    let document = serde_json::json!({"openapi": "3.1.0", "info": {"title": "Git", "version": "1"}, "paths": paths});
    let catalog = Catalog::load(vec![ProviderSettings::new("git", document.to_string().into())])?;
    for query in [
        "delete repository",
        "delte repository",
        "delete repositry",
        "repository delete",
        "remove a repository",
        "how do I delete a repository",
        "Delete repositories",
        "deleting a repository",
        "DELETE repositorys",
    ] {
        let found = find(&catalog, query);
        assert_eq!(found.first().map(String::as_str), Some("DELETE /repos/{owner}/{repo}"), "{query}: {found:?}");
    }
    Ok(())
}

#[test]
fn every_word_must_match_and_words_without_meaning_are_only_ignored_beside_others() -> Result<()> {
    let catalog = load_catalog()?;
    for query in ["delete unicorn", "how do I delete a unicorn", "create user xyzzy", "the", "of a", "remove"] {
        let results = catalog.search(query, None, FIRST_RESULTS);
        let are_exact = ["the", "of a", "remove"].contains(&query);
        assert_eq!((results.total > 0, results.are_nearest), (true, !are_exact), "{query}: {}", results.total);
    }
    for query in ["xyzzy", "xyzzy unicorn qwertz", "delete xyzzy unicorn"] {
        assert_eq!(catalog.search(query, None, FIRST_RESULTS).total, 0, "{query}");
    }
    assert_eq!(find(&catalog, "delete a user"), find(&catalog, "delete user"));
    Ok(())
}
