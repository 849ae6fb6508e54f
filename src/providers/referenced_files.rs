//! Adds the files that a document or its overlays refer to by `$ref` to the document. They are in the document's folder,
//! or below.

use crate::{
    model::NON_UNRESERVED,
    openapi::{self, REFERENCED_FILES_KEY},
};
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};
use std::collections::HashSet;
use url::Url;

/// Maximum number of files.
const MAX_FILES: usize = 1_000;
/// Endings of the names of files that are read.
const FILE_ENDINGS: [&str; 3] = [".json", ".yaml", ".yml"];

/// Returns true if a text may refer to other files: a `$ref` in it does not begin with `#`.
pub(super) fn may_refer_to_files(text: &str) -> bool {
    let mut references =
        text.split("$ref").skip(1).map(|rest| rest.trim_start_matches(['"', '\'', ':', ' ', '\t', '\r', '\n']));
    references.any(|reference| !reference.starts_with('#'))
}

/// A document and the files that it refers to. Their names are their paths, relative to the document's folder.
pub(super) struct DocumentFiles {
    root: Value,
    /// Names of the document itself: that of its file, and that in `$self`.
    root_names: Vec<String>,
    /// URLs of the document's folder: where it is, and that in `$self` (`OpenAPI` 3.2, §4.1.2.1).
    folder_urls: Vec<Url>,
    /// Content of the files, by name.
    files: Map<String, Value>,
    /// Names of all files that were asked for, in this order.
    names: Vec<String>,
    /// Files whose references are not yet known; `None` for the document.
    unscanned: Vec<Option<String>>,
    /// References of overlays, whose files are not yet known. They are relative to the document.
    overlay_references: Vec<String>,
    /// True if the files were added before, so references that begin with `#` already lead to where they are.
    are_added: bool,
    remaining_bytes: u64,
}

impl DocumentFiles {
    /// Parses a document. `name` is that of its file, and `url` where it is on the web.
    ///
    /// # Errors
    /// Returns an error if the text is neither JSON nor YAML.
    pub(super) fn new(text: &str, name: &str, url: Option<&Url>, max_bytes: u64) -> anyhow::Result<Self> {
        let remaining_bytes = max_bytes.saturating_sub(text.len() as u64);
        Ok(Self { remaining_bytes, unscanned: vec![None], ..Self::from_root(openapi::parse_value(text)?, name, url) })
    }

    /// Reads the files that overlays refer to as well.
    pub(super) fn with_overlay_references(self, references: &[String]) -> Self {
        Self { overlay_references: references.to_vec(), ..self }
    }

    /// Returns a document whose files were added before, and that overlays have changed since.
    pub(super) fn from_changed_document(mut root: Value, name: &str, url: Option<&Url>) -> Self {
        let files = root.as_object_mut().and_then(|object| object.shift_remove(REFERENCED_FILES_KEY));
        let files = match files {
            Some(Value::Object(files)) => files,
            _ => Map::new(),
        };
        let names = files.keys().cloned().collect();
        Self { files, names, are_added: true, ..Self::from_root(root, name, url) }
    }

    fn from_root(root: Value, name: &str, url: Option<&Url>) -> Self {
        let own_url = root["$self"].as_str().and_then(|own| Url::parse(own).ok()).filter(Url::has_host);
        let own_name = own_url.as_ref().and_then(|url| url.path_segments()?.next_back().map(decode)).flatten();
        let folders = [url, own_url.as_ref()].into_iter().flatten().filter_map(|url| url.join(".").ok());
        Self {
            root_names: [Some(name.to_owned()), own_name].into_iter().flatten().collect(),
            folder_urls: folders.collect(),
            root,
            files: Map::new(),
            names: Vec::new(),
            unscanned: Vec::new(),
            overlay_references: Vec::new(),
            are_added: false,
            remaining_bytes: 0,
        }
    }

    /// Returns the names of files that the document or its files refer to, and that were not returned before. Each is to
    /// be added, if it can be read.
    pub(super) fn next_names(&mut self) -> Vec<String> {
        let first = self.names.len();
        let mut known: HashSet<String> = self.names.iter().chain(&self.root_names).cloned().collect();
        let mut scan = |this: &mut Self, reference: &str, file: Option<&str>| {
            let name = this.locate(reference, file).map(|(name, _)| name);
            let name = name.filter(|name| this.names.len() < MAX_FILES && has_file_ending(name));
            if let Some(name) = name.filter(|name| known.insert(name.clone())) {
                this.names.push(name);
            }
        };
        for file in std::mem::take(&mut self.unscanned) {
            self.visit_file(file.as_deref(), &mut |this, reference| scan(this, reference, file.as_deref()));
        }
        for reference in std::mem::take(&mut self.overlay_references) {
            scan(self, &reference, None);
        }
        self.names[first..].to_vec()
    }

    /// Returns the size that files may still have, in bytes.
    pub(super) fn remaining_bytes(&self) -> u64 {
        self.remaining_bytes
    }

    /// Adds a file. Nothing is added if it is neither JSON nor YAML, or too large.
    pub(super) fn add(&mut self, name: String, text: &str) {
        let remaining_bytes = self.remaining_bytes.checked_sub(text.len() as u64);
        if let (Some(remaining_bytes), Ok(content)) = (remaining_bytes, openapi::parse_value(text)) {
            self.remaining_bytes = remaining_bytes;
            self.files.insert(name.clone(), content);
            self.unscanned.push(Some(name));
        }
    }

    /// Returns the document as JSON text, with its files. References to them lead to where they are in the document.
    /// Other references are left as they are, and reported where they are used.
    pub(super) fn into_json(self) -> String {
        self.into_value().to_string()
    }

    /// Returns the document with its files, as [`Self::into_json`] does.
    pub(super) fn into_value(mut self) -> Value {
        let files: Vec<Option<String>> = std::iter::once(None).chain(self.names.iter().cloned().map(Some)).collect();
        for file in files {
            self.visit_file(file.as_deref(), &mut |this, reference| {
                if let Some(rewritten) = this.rewrite(reference, file.as_deref()) {
                    *reference = rewritten;
                }
            });
        }
        if let Some(object) = self.root.as_object_mut().filter(|_| !self.files.is_empty()) {
            object.insert(REFERENCED_FILES_KEY.into(), Value::Object(self.files));
        }
        self.root
    }

    /// Calls a function for each reference of a file, or of the document.
    fn visit_file(&mut self, file: Option<&str>, visit: &mut dyn FnMut(&mut Self, &mut String)) {
        let place = match file {
            None => Some(&mut self.root),
            Some(name) => self.files.get_mut(name),
        };
        let Some(mut content) = place.map(Value::take) else { return };
        visit_references(&mut content, &mut |reference| visit(self, reference));
        match file {
            None => self.root = content,
            Some(name) => drop(self.files.insert(name.to_owned(), content)),
        }
    }

    /// Returns the reference within the document for a reference of a file. Returns `None` if its file was not added.
    fn rewrite(&self, reference: &str, file: Option<&str>) -> Option<String> {
        if self.are_added && reference.starts_with('#') {
            return None;
        }
        let (name, fragment) = self.locate(reference, file)?;
        if self.root_names.contains(&name) {
            return Some(format!("#{fragment}"));
        }
        let is_added = self.files.contains_key(&name) && (fragment.is_empty() || fragment.starts_with('/'));
        is_added.then(|| openapi::to_reference(&format!("#/{REFERENCED_FILES_KEY}"), &name) + fragment)
    }

    /// Returns the name of the file that a reference of a file leads to, and the fragment. Returns `None` if it is not in
    /// the document's folder.
    fn locate<'r>(&self, reference: &'r str, file: Option<&str>) -> Option<(String, &'r str)> {
        let (target, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let file = file.or(self.root_names.first().map(String::as_str))?;
        if target.is_empty() {
            return Some((file.to_owned(), fragment));
        }
        if target.contains(':') || target.starts_with('/') {
            let mut names = self.folder_urls.iter().filter_map(|folder| {
                let url = folder.join(target).ok().filter(|url| url.query().is_none() && url.username().is_empty())?;
                join("", url.as_str().strip_prefix(folder.as_str())?)
            });
            return Some((names.next()?, fragment));
        }
        Some((join(file, target)?, fragment))
    }
}

/// Calls a function for each reference of a value, among them those in the mappings of discriminators.
fn visit_references(content: &mut Value, visit: &mut dyn FnMut(&mut String)) {
    openapi::visit_objects(content, &mut |object| {
        if let Some(Value::String(reference)) = object.get_mut("$ref") {
            visit(reference);
        }
        let discriminator = object.get_mut("discriminator").and_then(Value::as_object_mut);
        let mappings = discriminator.into_iter().flatten().filter_map(|(key, value)| match (key.as_str(), value) {
            ("mapping", Value::Object(mapping)) => Some(mapping.values_mut().collect()),
            ("defaultMapping", value) => Some(vec![value]),
            _ => None,
        });
        for value in mappings.collect::<Vec<Vec<&mut Value>>>().into_iter().flatten() {
            // The other values are names of schemas.
            if let Value::String(reference) = value
                && (reference.starts_with('#') || has_file_ending(reference.split('#').next().unwrap_or_default()))
            {
                visit(reference);
            }
        }
    });
}

/// Returns the references to files in the text of an overlay, or none if it is neither JSON nor YAML.
pub(super) fn references_of_overlay(text: &str) -> Vec<String> {
    let mut references = Vec::new();
    collect_references(&openapi::parse_value(text).unwrap_or_default(), &mut references);
    references
}

/// Collects the references to files in a value, wherever they are: what an action adds may be data or objects.
fn collect_references(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, references)),
        Value::Object(object) => {
            for (key, value) in object {
                let mapped = value.as_object().filter(|_| key == "mapping").into_iter().flat_map(Map::values);
                let own = Some(value).filter(|_| matches!(key.as_str(), "$ref" | "defaultMapping"));
                let texts = mapped.chain(own).filter_map(Value::as_str).filter(|text| !text.starts_with('#'));
                references.extend(texts.map(str::to_owned));
                collect_references(value, references);
            }
        }
        _ => {}
    }
}

/// Returns the URL of a file in a folder.
pub(super) fn file_url(document: &Url, name: &str) -> Option<Url> {
    let segments = name.split('/').map(|segment| utf8_percent_encode(segment, NON_UNRESERVED).to_string());
    document.join(".").ok()?.join(&segments.collect::<Vec<_>>().join("/")).ok()
}

/// Returns the path of a reference, relative to the document's folder. `file` is the file that contains the reference.
/// Returns `None` if the path leads out of the folder.
fn join(file: &str, target: &str) -> Option<String> {
    let target = decode(target)?;
    if target.starts_with('/') || target.contains([':', '\\', '\0', '?', '#']) {
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
    (!segments.is_empty()).then(|| segments.join("/"))
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// Returns true if the name is that of a JSON or YAML file.
pub(super) fn has_file_ending(name: &str) -> bool {
    FILE_ENDINGS.into_iter().any(|ending| name.ends_with(ending))
}
