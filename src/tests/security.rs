//! Tests that the security documentation names tests and attacks that exist.

use anyhow::{Context, Result};
use std::{fs, path::Path};

#[test]
fn every_test_that_the_documentation_names_exists() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documentation = fs::read_to_string(root.join("docs/security.md"))?;
    let names: Vec<(&str, &str)> =
        documentation.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::")).collect();
    let names: Vec<_> = names.into_iter().filter(|(_, test)| *test != "TEST").collect();
    assert!(names.len() > 10, "{names:?}");
    for (file, test) in names {
        let paths = [format!("src/tests/{file}.rs"), format!("src/tests/{file}/mod.rs"), format!("src/{file}.rs")];
        let paths = paths.into_iter().chain([format!("src/{file}/tests.rs"), format!("src/{file}/mod.rs")]);
        let sources: Vec<String> = paths.filter_map(|path| fs::read_to_string(root.join(path)).ok()).collect();
        let is_found = sources.iter().any(|source| source.contains(&format!("fn {test}(")));
        is_found
            .then_some(())
            .with_context(|| format!("docs/security.md names {file}::{test}, which does not exist"))?;
    }
    Ok(())
}

#[test]
fn the_documentation_names_every_file_of_attacks() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documentation = fs::read_to_string(root.join("docs/security.md"))?;
    for file in fs::read_dir(root.join("attack/attacks"))? {
        let name = file?.file_name().to_string_lossy().into_owned();
        assert!(documentation.contains(&format!("`{name}`")), "docs/security.md does not name {name}");
    }
    Ok(())
}
