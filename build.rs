//! Build script: joins the documents of the built-in providers, each a folder of YAML files, into one JSON file
//! per provider; and the texts of all languages into one file.

#[cfg(feature = "ssr")]
#[path = "src/texts/fluent.rs"]
mod fluent;
#[cfg(feature = "ssr")]
#[path = "src/providers/join.rs"]
mod join;

/// Folder with the texts of each language.
#[cfg(feature = "ssr")]
const LOCALES: &str = "locales";
/// Folders with code that also runs in the browser.
#[cfg(feature = "ssr")]
const BROWSER_CODE: [&str; 3] = ["src/islands", "src/model", "src/ui"];
/// Files in these folders whose texts only the server shows.
#[cfg(feature = "ssr")]
const SERVER_TEXTS: [&str; 6] = ["check.rs", "form/mod.rs", "form/reader.rs", "schema.rs", "security.rs", "snippet.rs"];

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
                read_files(&folder, "yaml").and_then(|files| join::join_files(&files)).with_context(folder_path)?;
            let name = folder.with_extension("json");
            let name = name.file_name().with_context(folder_path)?;
            fs::write(Path::new(&target).join(name), document.to_string()).with_context(folder_path)?;
        }
    }
    fs::write(Path::new(&target).join("texts.json"), join_texts()?)?;
    Ok(())
}

/// Returns the texts of all languages, and the IDs of those that the browser's program uses, as `texts::catalog` reads
/// them.
#[cfg(feature = "ssr")]
fn join_texts() -> anyhow::Result<String> {
    use anyhow::Context;
    use std::{collections::BTreeMap, path::Path};

    println!("cargo::rerun-if-changed={LOCALES}");
    let mut languages = BTreeMap::new();
    for (name, source) in read_files(Path::new(LOCALES), "ftl")? {
        let texts = fluent::parse_texts(&source).with_context(|| format!("{LOCALES}/{name}"))?;
        languages.insert(name.trim_end_matches(".ftl").to_owned(), texts);
    }
    let english = languages.remove("en").with_context(|| format!("{LOCALES}/en.ftl is missing"))?;
    let mut browser_ids = std::collections::BTreeSet::new();
    for folder in BROWSER_CODE {
        println!("cargo::rerun-if-changed={folder}");
        let sources = read_files(Path::new(folder), "rs")?;
        let server_only = sources.get("mod.rs").map(|modules| server_modules(modules)).unwrap_or_default();
        let is_server_only = |name: &str| {
            SERVER_TEXTS.contains(&name) || server_only.contains(&name.split(['/', '.']).next().unwrap_or_default())
        };
        for (_, source) in sources.iter().filter(|(name, _)| !is_server_only(name)) {
            let calls = ["text!(", "text_html!("].into_iter().flat_map(|call| source.split(call).skip(1));
            for rest in calls {
                let id = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                browser_ids.extend(id.filter(|id| english.contains_key(*id)).map(str::to_owned));
            }
        }
    }
    let others: Vec<_> = languages.into_iter().collect();
    Ok(serde_json::json!({"english": english, "others": others, "browser_ids": browser_ids}).to_string())
}

/// Returns the names of the modules that only the server has, from the source of their parent.
#[cfg(feature = "ssr")]
fn server_modules(parent: &str) -> Vec<&str> {
    let gated = parent.split("#[cfg(feature = \"ssr\")]\n").skip(1).filter_map(|rest| rest.lines().next());
    gated.filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')).collect()
}

/// Reads the files in a folder and its subfolders that have an extension, keyed by their paths relative to the folder.
#[cfg(feature = "ssr")]
fn read_files(root: &std::path::Path, extension: &str) -> anyhow::Result<std::collections::BTreeMap<String, String>> {
    let mut files = std::collections::BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
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
