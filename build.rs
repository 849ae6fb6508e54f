//! Build script: joins the documents of the built-in providers, each a folder of YAML files, into one JSON file
//! per provider.

#[cfg(feature = "ssr")]
#[path = "src/providers/join.rs"]
mod join;

#[cfg(feature = "ssr")]
fn main() -> anyhow::Result<()> {
    use anyhow::Context;
    use std::{env, fs, path::Path};

    let providers = Path::new("src/providers");
    println!("cargo::rerun-if-changed={}", providers.display());
    let target = env::var("OUT_DIR")?;
    for folder in fs::read_dir(providers)? {
        let folder = folder?.path();
        if folder.join(join::ROOT_FILE).exists() {
            let folder_path = || folder.display().to_string();
            let document =
                read_yaml_files(&folder).and_then(|files| join::join_files(&files)).with_context(folder_path)?;
            let name = folder.with_extension("json");
            let name = name.file_name().with_context(folder_path)?;
            fs::write(Path::new(&target).join(name), document.to_string()).with_context(folder_path)?;
        }
    }
    Ok(())
}

/// Reads the YAML files in a folder and its subfolders, keyed by their paths relative to the folder.
#[cfg(feature = "ssr")]
fn read_yaml_files(root: &std::path::Path) -> anyhow::Result<std::collections::BTreeMap<String, String>> {
    let mut files = std::collections::BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                files.insert(name, std::fs::read_to_string(&path)?);
            }
        }
    }
    Ok(files)
}

/// Does nothing: the browser build embeds no documents.
#[cfg(not(feature = "ssr"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
