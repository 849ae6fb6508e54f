//! Joins the files of a built-in provider's document. `build.rs` compiles this file, so it uses nothing else of this
//! crate.

use anyhow::{Context, bail, ensure};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The root file of a document. It lists the other files in order.
pub(crate) const ROOT_FILE: &str = "document.yaml";
/// The key of the root file that lists the other files.
const PARTS_KEY: &str = "x-parts";

/// Merges YAML files deeply, and returns the document.
///
/// # Errors
/// Returns an error if a file is missing, not listed in the root file or not YAML, or if two files set the same key to
/// different values.
pub(crate) fn join_files(files: &BTreeMap<String, String>) -> anyhow::Result<Value> {
    let mut whole = parse(files, ROOT_FILE)?;
    let names = whole.shift_remove(PARTS_KEY).with_context(|| format!("{ROOT_FILE} has no `{PARTS_KEY}`"))?;
    let names: Vec<String> =
        serde_json::from_value(names).with_context(|| format!("`{PARTS_KEY}` is not a list of files"))?;
    for file in files.keys() {
        ensure!(file == ROOT_FILE || names.contains(file), "{file} is not in the list `{PARTS_KEY}` of {ROOT_FILE}");
    }
    let mut joined = vec![(ROOT_FILE, whole.clone())];
    for name in &names {
        let part = parse(files, name)?;
        if let Err(key_path) = merge_object(&mut whole, &part, &mut Vec::new()) {
            let is_first = |(_, earlier_part): &&(&str, Map<String, Value>)| contains_path(earlier_part, &key_path);
            let first = joined.iter().find(is_first).map_or(ROOT_FILE, |(file, _)| file);
            bail!("{first} and {name} set `{}` to different values", key_path.join(" → "));
        }
        joined.push((name, part));
    }
    Ok(Value::Object(whole))
}

/// Parses a file as an object. It is first parsed into YAML values, because that rejects duplicate keys.
fn parse(files: &BTreeMap<String, String>, name: &str) -> anyhow::Result<Map<String, Value>> {
    let text = files.get(name).with_context(|| format!("{name} is missing"))?;
    let yaml: serde_norway::Value = serde_norway::from_str(text).with_context(|| format!("{name} is not YAML"))?;
    match serde_json::to_value(yaml).with_context(|| format!("{name} contains YAML that has no JSON equivalent"))? {
        Value::Object(object) => Ok(object),
        _ => bail!("{name} is not an object"),
    }
}

/// Merges `source` into `target`.
///
/// # Errors
/// Returns the path of the first key that both objects set to different values.
fn merge_object(
    target: &mut Map<String, Value>,
    source: &Map<String, Value>,
    path: &mut Vec<String>,
) -> Result<(), Vec<String>> {
    for (key, value) in source {
        path.push(key.clone());
        match (target.get_mut(key), value) {
            (Some(Value::Object(existing)), Value::Object(added)) => merge_object(existing, added, path)?,
            (Some(existing), value) if existing == value => {}
            (Some(_), _) => return Err(path.clone()),
            (None, _) => drop(target.insert(key.clone(), value.clone())),
        }
        path.pop();
    }
    Ok(())
}

fn contains_path(object: &Map<String, Value>, path: &[String]) -> bool {
    let Some((key, rest)) = path.split_first() else { return true };
    match object.get(key) {
        Some(Value::Object(nested)) => contains_path(nested, rest),
        value => value.is_some() && rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::join_files;
    use anyhow::Result;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn join_sources(files: &[(&str, &str)]) -> Result<Value> {
        let files: BTreeMap<String, String> =
            files.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
        join_files(&files)
    }

    fn refusal(files: &[(&str, &str)]) -> String {
        join_sources(files).map_or_else(|error| format!("{error:#}"), |document| format!("joined to {document}"))
    }

    #[test]
    fn parts_are_merged_in_the_listed_order() -> Result<()> {
        let document = join_sources(&[
            ("document.yaml", "x-parts: [z.yaml, a.yaml]\npaths: {}\ninfo: { title: T }"),
            ("a.yaml", "paths: { /two: { get: {} } }\ninfo: { title: T }"),
            ("z.yaml", "paths: { /one: {}, /two: { put: {} } }"),
        ])?;
        assert_eq!(
            document.to_string(),
            json!({"paths": {"/one": {}, "/two": {"put": {}, "get": {}}}, "info": {"title": "T"}}).to_string()
        );
        Ok(())
    }

    #[test]
    fn a_key_with_different_values_in_two_files_is_refused_with_both_names() {
        let error = refusal(&[
            ("document.yaml", "x-parts: [a.yaml, b.yaml, c.yaml]"),
            ("a.yaml", "components: { schemas: { Other: {} } }"),
            ("b.yaml", "components: { schemas: { Id: { type: string } } }"),
            ("c.yaml", "components: { schemas: { Id: { type: integer } } }"),
        ]);
        assert_eq!(error, "b.yaml and c.yaml set `components → schemas → Id → type` to different values");
    }

    #[test]
    fn a_key_that_one_file_sets_twice_is_refused() {
        let error = refusal(&[("document.yaml", "x-parts: [a.yaml]"), ("a.yaml", "a: 1\nb: 2\na: 3")]);
        assert!(error.starts_with("a.yaml is not YAML: duplicate"), "{error}");
    }

    #[test]
    fn every_file_must_be_listed_and_exist() {
        assert_eq!(refusal(&[("document.yaml", "x-parts: [a.yaml]")]), "a.yaml is missing");
        let error = refusal(&[("document.yaml", "x-parts: []"), ("a.yaml", "{}")]);
        assert_eq!(error, "a.yaml is not in the list `x-parts` of document.yaml");
        assert_eq!(refusal(&[("document.yaml", "{}")]), "document.yaml has no `x-parts`");
    }
}
