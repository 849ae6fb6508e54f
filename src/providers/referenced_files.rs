//! Reads the files that a document refers to by `$ref`, and adds them to the document. Only files in the document's
//! folder, or below, are read.

use crate::openapi::{self, REFERENCED_FILES_KEY};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

/// Maximum number of files.
const MAX_FILES: usize = 1_000;
/// Endings of the names of files that are read.
const FILE_ENDINGS: [&str; 3] = [".json", ".yaml", ".yml"];
/// Keywords whose values are data, which can contain a `$ref` that is none.
const DATA_KEYWORDS: [&str; 4] = ["const", "default", "enum", "example"];

/// Returns true if a text may refer to other files: a `$ref` in it does not begin with `#`.
pub(super) fn may_refer_to_files(text: &str) -> bool {
    let mut references =
        text.split("$ref").skip(1).map(|rest| rest.trim_start_matches(['"', '\'', ':', ' ', '\t', '\r', '\n']));
    references.any(|reference| !reference.starts_with('#'))
}

/// Returns a document as JSON text, with the files that it refers to and that are in its folder. Other references are
/// left as they are, and reported where they are used.
///
/// # Errors
/// Returns an error if the text is neither JSON nor YAML.
pub(super) fn add_referenced_files(path: &Path, text: &str, max_bytes: u64) -> anyhow::Result<String> {
    let mut root = openapi::parse_value(text)?;
    let path = path.canonicalize()?;
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(text.to_owned());
    };
    let remaining_bytes = max_bytes.saturating_sub(text.len() as u64);
    let mut reader = FileReader { folder, root_name: name, names: Vec::new(), files: Map::new(), remaining_bytes };
    reader.rewrite(&mut root, name, false);
    let mut index = 0;
    while let Some(name) = reader.names.get(index).cloned() {
        if let Some(mut file) = reader.files.remove(&name) {
            reader.rewrite(&mut file, &name, false);
            reader.files.insert(name, file);
        }
        index += 1;
    }
    if let Some(object) = root.as_object_mut().filter(|_| !reader.files.is_empty()) {
        object.insert(REFERENCED_FILES_KEY.into(), Value::Object(reader.files));
    }
    Ok(root.to_string())
}

/// Reads files, and rewrites the references to them.
struct FileReader<'a> {
    /// The document's folder, without symbolic links.
    folder: &'a Path,
    /// Name of the document's file.
    root_name: &'a str,
    /// Names of the files that were read, relative to the folder, in the order of reading.
    names: Vec<String>,
    /// Content of the files, by name.
    files: Map<String, Value>,
    remaining_bytes: u64,
}

impl FileReader<'_> {
    /// Rewrites the references of a value that is part of a file. The keys of an object of properties are names, not
    /// keywords.
    fn rewrite(&mut self, value: &mut Value, file: &str, has_names: bool) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.rewrite(item, file, false)),
            Value::Object(object) => {
                for (key, value) in object.iter_mut() {
                    match value {
                        Value::String(reference) if key == "$ref" && !has_names => self.rewrite_text(reference, file),
                        Value::Object(mapping) if key == "mapping" && !has_names => {
                            self.rewrite_mapping(mapping, file);
                        }
                        _ if !has_names && DATA_KEYWORDS.contains(&key.as_str()) => {}
                        _ => self.rewrite(value, file, !has_names && key == "properties"),
                    }
                }
            }
            _ => {}
        }
    }

    /// Rewrites the values of a discriminator's mapping that are references. The others are names of schemas.
    fn rewrite_mapping(&mut self, mapping: &mut Map<String, Value>, file: &str) {
        for value in mapping.values_mut() {
            if let Value::String(reference) = value
                && (reference.starts_with('#') || has_file_ending(reference.split('#').next().unwrap_or_default()))
            {
                self.rewrite_text(reference, file);
            }
        }
    }

    fn rewrite_text(&mut self, reference: &mut String, file: &str) {
        if let Some(rewritten) = self.resolve(reference, file) {
            *reference = rewritten;
        }
    }

    /// Returns the reference within the document for a reference of a file. Returns `None` if its file cannot be read.
    fn resolve(&mut self, reference: &str, file: &str) -> Option<String> {
        let (target, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let name = if target.is_empty() { file.to_owned() } else { join(file, target)? };
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return None;
        }
        if name == self.root_name {
            return Some(["#", pointer].concat());
        }
        if !self.files.contains_key(&name) && !self.names.contains(&name) {
            let content = self.read(&name)?;
            self.names.push(name.clone());
            self.files.insert(name.clone(), content);
        }
        Some(openapi::to_reference(&["#/", REFERENCED_FILES_KEY].concat(), &name) + pointer)
    }

    /// Reads a file of the folder, unless a limit is exceeded.
    fn read(&mut self, name: &str) -> Option<Value> {
        if self.names.len() == MAX_FILES {
            return None;
        }
        let path = self.folder.join(name).canonicalize().ok().filter(|path| path.starts_with(self.folder))?;
        if !has_file_ending(path.to_str()?) || !fs::metadata(&path).ok()?.is_file() {
            return None;
        }
        let mut text = String::new();
        File::open(path).ok()?.take(self.remaining_bytes + 1).read_to_string(&mut text).ok()?;
        self.remaining_bytes = self.remaining_bytes.checked_sub(text.len() as u64)?;
        openapi::parse_value(&text).ok()
    }
}

/// Returns the path of a reference, relative to the document's folder. `file` is the file that contains the reference.
/// Returns `None` if the path leads out of the folder.
fn join(file: &str, target: &str) -> Option<String> {
    let target = percent_decode_str(target).decode_utf8().ok()?;
    if target.starts_with('/') || target.contains([':', '\\', '\0', '?']) {
        return None;
    }
    let mut segments: Vec<&str> = file.split('/').collect();
    segments.pop();
    for segment in target.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()?),
            hidden if hidden.starts_with('.') => return None,
            segment => segments.push(segment),
        }
    }
    let path: PathBuf = segments.iter().collect();
    path.is_relative().then(|| segments.join("/"))
}

fn has_file_ending(path: &str) -> bool {
    FILE_ENDINGS.into_iter().any(|ending| path.ends_with(ending))
}
