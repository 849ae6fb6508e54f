//! Tests for the structure of the source tree: imports go from higher modules to lower ones, and never in circles.

use crate::support::imports::{SourceTree, find_cycles};
use anyhow::Result;
use std::{collections::BTreeMap, path::Path};

/// The top-level modules, the lowest first. A module may import the modules before it.
const LAYERS: [&str; 17] = [
    "texts",
    "model",
    "snippet",
    "openapi",
    "providers",
    "store",
    "auth",
    "audit",
    "gateway",
    "cookies",
    "ui",
    "server_functions",
    "islands",
    "pages",
    "settings",
    "server",
    "cli",
];
/// Names that only code for HTTP routes, cookies and pages needs.
const NAMES_OF_HTTP_AND_PAGES: [&str; 8] =
    ["axum", "leptos", "leptos_axum", "Router", "SET_COOKIE", "to_set_cookie", "from_cookies", "cookie_scope"];

fn read_source_tree() -> Result<SourceTree> {
    Ok(SourceTree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))?)
}

fn layer(module: &str) -> Option<usize> {
    let top_level = module.split("::").next();
    LAYERS.iter().position(|layer| top_level == Some(layer))
}

#[test]
fn modules_import_only_lower_modules() -> Result<()> {
    let tree = read_source_tree()?;
    let mut upward = Vec::new();
    for (module, dependencies) in tree.dependencies() {
        assert!(module.is_empty() || layer(module).is_some(), "{module} has no place in LAYERS");
        let is_higher = |used: &&&str| layer(used) > layer(module);
        upward.extend(dependencies.iter().filter(is_higher).map(|used| format!("{module} imports {used}")));
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
    Ok(())
}

/// A module may import its parent: what the modules of a folder share is in its `mod.rs`.
#[test]
fn files_do_not_import_each_other_in_circles() -> Result<()> {
    let tree = read_source_tree()?;
    let dependencies = tree.dependencies();
    let describe = |cycle: &Vec<&str>| {
        let imports = cycle.iter().flat_map(|module| {
            let within = dependencies[module].iter().filter(|used| cycle.contains(used));
            within.map(move |used| format!("{module} imports {used}\n"))
        });
        imports.collect::<String>()
    };
    let cycles: Vec<String> = find_cycles(&dependencies).iter().map(describe).collect();
    assert!(cycles.is_empty(), "{}", cycles.join("\n"));
    Ok(())
}

#[test]
fn the_gateway_knows_no_route_no_cookie_and_no_page() -> Result<()> {
    let tree = read_source_tree()?;
    let words = tree.words("gateway");
    let found: Vec<_> = NAMES_OF_HTTP_AND_PAGES.iter().filter(|name| words.contains(**name)).collect();
    assert!(found.is_empty(), "src/gateway uses {found:?}");
    Ok(())
}

#[test]
fn circles_are_found_across_reexports_and_paths_in_code() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, source: &str| std::fs::write(folder.path().join(name), source);
    std::fs::create_dir(folder.path().join("b"))?;
    write("lib.rs", "mod a;\nmod b;\nmod c;\n#[cfg(test)]\nmod tests;")?;
    write(
        "a.rs",
        "use crate::b::{Item as Other, self};\n// crate::c::Item\nfn a() -> &'static str { \"crate::c::Item\" }",
    )?;
    write("b/mod.rs", "mod child;\npub use child::Item;\npub struct Own;")?;
    write("b/child.rs", "use super::Own;\npub struct Item;\nfn f() { crate::c::g('\"') }")?;
    write("c.rs", "use crate::a::a;\n#[cfg(test)]\nmod tests { use crate::b::Own; }")?;
    let tree = SourceTree::read(folder.path())?;
    let dependencies = tree.dependencies();
    let used: BTreeMap<&str, Vec<&str>> =
        dependencies.iter().map(|(module, used)| (*module, used.iter().copied().collect())).collect();
    let expected = [("", vec![]), ("a", vec!["b::child"]), ("b", vec![]), ("b::child", vec!["c"]), ("c", vec!["a"])];
    assert_eq!(used, BTreeMap::from(expected));
    assert_eq!(find_cycles(&dependencies), [["a", "b::child", "c"]]);
    Ok(())
}
