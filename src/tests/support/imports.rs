//! Reads the imports of the source tree: which file uses an item that another file defines.
//!
//! Both `use` declarations and paths inside code count. A re-exported item counts as an item of the file that defines
//! it. Code under `#[cfg(test)]` is left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

/// A module of the crate.
#[derive(Default)]
struct Module {
    /// Names of the modules that it declares.
    children: BTreeSet<String>,
    imports: Vec<Import>,
    /// Paths with at least two segments, outside of `use` declarations.
    paths: Vec<Vec<String>>,
    /// Identifiers, and other tokens of the source.
    words: BTreeSet<String>,
}

/// A leaf of a `use` declaration.
struct Import {
    path: Vec<String>,
    alias: String,
    is_reexport: bool,
}

/// The modules of the crate, by path: `gateway::policy`. The crate's root has an empty path.
pub(crate) struct SourceTree(BTreeMap<String, Module>);

impl SourceTree {
    /// Reads the modules below the crate's root, except tests.
    pub(crate) fn read(src: &Path) -> io::Result<Self> {
        let mut tree = Self(BTreeMap::new());
        tree.read_module(src, &src.join("lib.rs"), "")?;
        Ok(tree)
    }

    fn read_module(&mut self, folder: &Path, file: &Path, path: &str) -> io::Result<()> {
        let module = parse_module(&without_tests(&tokenize(&fs::read_to_string(file)?)));
        let children: Vec<String> = module.children.iter().cloned().collect();
        self.0.insert(path.to_owned(), module);
        for child in children {
            let child_path = if path.is_empty() { child.clone() } else { format!("{path}::{child}") };
            let subfolder = folder.join(&child);
            let plain_file = folder.join(format!("{child}.rs"));
            let file = if plain_file.exists() { plain_file } else { subfolder.join("mod.rs") };
            self.read_module(&subfolder, &file, &child_path)?;
        }
        Ok(())
    }

    /// Returns the modules whose items each module uses, except its parent.
    pub(crate) fn dependencies(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let uses = |path: &str, module: &Module| -> BTreeSet<&str> {
            let imports = module.imports.iter().filter(|import| !import.is_reexport).map(|import| &import.path);
            let used = imports.chain(&module.paths);
            let is_other = |used: &&str| *used != path && Some(*used) != parent_of(path);
            used.filter_map(|used| self.definition(path, used, 0)).filter(is_other).collect()
        };
        self.0.iter().map(|(path, module)| (path.as_str(), uses(path, module))).collect()
    }

    /// Returns the identifiers in a module and in the modules below it.
    pub(crate) fn words(&self, path: &str) -> BTreeSet<&str> {
        let is_below = |module: &str| module == path || module.starts_with(&format!("{path}::"));
        let modules = self.0.iter().filter(|(module, _)| is_below(module));
        modules.flat_map(|(_, module)| module.words.iter().map(String::as_str)).collect()
    }

    /// Returns the module that defines the item at a path, or `None` if it is a module, or an item of another crate.
    fn definition(&self, module: &str, used: &[String], depth: usize) -> Option<&str> {
        let (first, rest) = used.split_first()?;
        if depth > 16 {
            return None;
        }
        match first.as_str() {
            "crate" => self.descend("", rest, depth),
            "self" => self.descend(module, rest, depth),
            "super" => {
                let parent = parent_of(module)?;
                if rest.first().is_some_and(|next| next == "super") {
                    self.definition(parent, rest, depth)
                } else {
                    self.descend(parent, rest, depth)
                }
            }
            // Names that are neither modules nor imported are items of this module, or of another crate.
            name if self.is_in_scope(module, name) => self.descend(module, used, depth),
            _ => None,
        }
    }

    fn is_in_scope(&self, module: &str, name: &str) -> bool {
        self.0.get(module).is_some_and(|module| {
            module.children.contains(name)
                || module.imports.iter().any(|import| import.alias == *name && import.path[0] != *name)
        })
    }

    /// Follows a path from a module to the module that defines its item.
    fn descend(&self, module: &str, path: &[String], depth: usize) -> Option<&str> {
        let (name, rest) = path.split_first()?;
        let (key, current) = self.0.get_key_value(module)?;
        if current.children.contains(name) {
            let child = if module.is_empty() { name.clone() } else { format!("{module}::{name}") };
            return self.descend(&child, rest, depth);
        }
        match current.imports.iter().find(|import| import.alias == *name) {
            Some(import) => {
                let path: Vec<String> = import.path.iter().chain(rest).cloned().collect();
                self.definition(module, &path, depth + 1)
            }
            None => Some(key),
        }
    }
}

fn parent_of(module: &str) -> Option<&str> {
    (!module.is_empty()).then(|| module.rsplit_once("::").map_or("", |(parent, _)| parent))
}

/// Returns the groups of modules that depend on each other in a circle.
pub(crate) fn find_cycles<'a>(dependencies: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<Vec<&'a str>> {
    let reachable: BTreeMap<&str, BTreeSet<&str>> = dependencies
        .keys()
        .map(|module| {
            let (mut visited, mut pending) = (BTreeSet::new(), vec![*module]);
            while let Some(module) = pending.pop() {
                let next = dependencies.get(module).into_iter().flatten().copied();
                pending.extend(next.filter(|next| visited.insert(*next)));
            }
            (*module, visited)
        })
        .collect();
    let is_mutual = |a: &str, b: &str| reachable[a].contains(b) && reachable[b].contains(a);
    let mut cycles: Vec<Vec<&str>> = Vec::new();
    for module in dependencies.keys().filter(|module| is_mutual(module, module)) {
        match cycles.iter_mut().find(|cycle| is_mutual(cycle[0], module)) {
            Some(cycle) => cycle.push(module),
            None => cycles.push(vec![module]),
        }
    }
    cycles
}

/// Splits Rust source into identifiers, `::`, string literals (with a leading quotation mark) and single characters.
fn tokenize(source: &str) -> Vec<String> {
    let chars: Vec<char> = source.chars().collect();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let (mut tokens, mut i) = (Vec::new(), 0);
    while i < chars.len() {
        let start = i;
        match at(i) {
            '/' if at(i + 1) == '/' => i += chars[i..].iter().take_while(|c| **c != '\n').count(),
            '"' => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                tokens.push(chars[start..i.min(chars.len())].iter().collect());
                i += 1;
            }
            'b' if at(i + 1) == 'r' && matches!(at(i + 2), '"' | '#') => i += 1,
            'r' if at(i + 1) == '"' || (at(i + 1) == '#' && matches!(at(i + 2), '"' | '#')) => {
                let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
                i += hashes + 2;
                while i < chars.len() && !(at(i) == '"' && (1..=hashes).all(|n| at(i + n) == '#')) {
                    i += 1;
                }
                tokens.push(chars[start + hashes + 1..i.min(chars.len())].iter().collect());
                i += hashes + 1;
            }
            // Character literals, as opposed to lifetimes.
            '\'' if at(i + 1) == '\\' => i += 3 + chars[i + 3..].iter().take_while(|c| **c != '\'').count() + 1,
            '\'' if at(i + 2) == '\'' => i += 3,
            ':' if at(i + 1) == ':' => {
                tokens.push("::".to_owned());
                i += 2;
            }
            c if is_word(c) => {
                i += chars[i..].iter().take_while(|c| is_word(**c)).count();
                tokens.push(chars[start..i].iter().collect());
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                i += 1;
            }
        }
    }
    tokens
}

/// Removes the items under `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if tokens[i..].iter().map(String::as_str).take(7).eq(["#", "[", "cfg", "(", "test", ")", "]"]) {
            i += 7;
            let ends_with_block = !tokens[i..].iter().take(4).any(|token| token == "use");
            let mut depth = 0;
            while i < tokens.len() {
                match tokens[i].as_str() {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    _ => {}
                }
                i += 1;
                let is_end = tokens[i - 1] == ";" || (tokens[i - 1] == "}" && ends_with_block);
                if depth == 0 && is_end {
                    break;
                }
            }
        } else {
            kept.push(tokens[i].clone());
            i += 1;
        }
    }
    kept
}

fn parse_module(tokens: &[String]) -> Module {
    let mut module = Module { words: tokens.iter().cloned().collect(), ..Module::default() };
    let token = |index: usize| tokens.get(index).map_or("", String::as_str);
    let mut i = 0;
    while i < tokens.len() {
        match token(i) {
            "mod" if token(i + 2) == ";" => {
                module.children.insert(token(i + 1).to_owned());
                i += 3;
            }
            "use" => {
                let is_reexport = i > 0 && matches!(token(i - 1), "pub" | ")");
                i += 1;
                parse_use_tree(tokens, &mut i, &[], is_reexport, &mut module.imports);
            }
            first if first.starts_with(|c: char| c.is_alphabetic() || c == '_') && token(i + 1) == "::" => {
                let mut path = vec![first.to_owned()];
                while token(i + 1) == "::" && token(i + 2).starts_with(|c: char| c.is_alphabetic() || c == '_') {
                    path.push(token(i + 2).to_owned());
                    i += 2;
                }
                module.paths.push(path);
                i += 1;
            }
            _ => i += 1,
        }
    }
    module
}

/// Parses a `use` tree that starts at `i`, and moves `i` behind it.
fn parse_use_tree(tokens: &[String], i: &mut usize, prefix: &[String], is_reexport: bool, imports: &mut Vec<Import>) {
    let token = |index: usize| tokens.get(index).map_or("", String::as_str);
    let mut path = prefix.to_vec();
    loop {
        match token(*i) {
            "::" => *i += 1,
            "{" => {
                *i += 1;
                while !matches!(token(*i), "}" | ";" | "") {
                    parse_use_tree(tokens, i, &path, is_reexport, imports);
                    *i += usize::from(token(*i) == ",");
                }
                *i += 1;
                return;
            }
            "as" => {
                let alias = token(*i + 1).to_owned();
                *i += 2;
                imports.push(Import { path, alias, is_reexport });
                return;
            }
            "," | "}" | ";" | "" => {
                if let Some(alias) = path.last().cloned() {
                    imports.push(Import { path, alias, is_reexport });
                }
                return;
            }
            name => {
                if name != "self" || path.is_empty() {
                    path.push(name.to_owned());
                }
                *i += 1;
            }
        }
    }
}
