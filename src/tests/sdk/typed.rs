//! Tests for the code of typed SDKs: it uses the names that Stytch publishes (`names.json`: those of the samples in its
//! own `OpenAPI` document, and of the crate), is formatted as the formatter of its language does, and compiles with the
//! SDK if that is available.

use super::{
    cases::{self, Case},
    find, print, test_file, works,
};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{collections::HashMap, ffi::OsString, fs, path::Path, process::Command};
use tempfile::TempDir;

const TYPED: [&str; 5] = ["stytch-go", "stytch-java", "stytch-kotlin", "stytch-csharp", "stytch-rust"];

/// Returns the code of every case that an SDK prints.
fn printed(id: &str) -> Result<Vec<(Case, String)>> {
    let sdk = find(id)?;
    let mut printed = Vec::new();
    for case in cases::all()? {
        if let Ok(code) = print(sdk, &case)? {
            printed.push((case, code));
        }
    }
    Ok(printed)
}

/// Writes each case's code to a file such as `case_1.go`, and returns the paths.
fn files(id: &str, folder: &Path, extension: &str) -> Result<Vec<OsString>> {
    let mut names = Vec::new();
    for (number, (_, code)) in printed(id)?.into_iter().enumerate() {
        let path = folder.join(format!("case_{number}.{extension}"));
        fs::write(&path, code)?;
        names.push(path.into_os_string());
    }
    Ok(names)
}

fn names() -> Result<Value> {
    Ok(serde_json::from_str(include_str!("names.json"))?)
}

#[test]
fn typed_sdks_render_the_required_arguments_of_every_operation() -> Result<()> {
    for id in TYPED {
        for case in cases::all()?.iter().filter(|case| case.kind == "required") {
            let code = print(find(id)?, case)?;
            assert!(code.is_ok(), "{id} {}: {code:?}", case.name());
        }
    }
    Ok(())
}

/// Returns the names that Stytch publishes for an operation: the crate's request and, if samples have them, the package
/// and request for Go, and the path of the method in Go and in Kotlin.
fn published(names: &Value, id: &str, operation: &str) -> Result<Vec<String>> {
    let parts = names["operations"][operation].as_str().with_context(|| operation.to_owned())?;
    let parts: Vec<&str> = parts.split(' ').collect();
    let crate_path: Vec<&str> = parts[0].split("::").collect();
    let [client, module, request] = crate_path[..] else { anyhow::bail!("{operation}: {parts:?}") };
    let import = ["import com.stytch.java.", client, ".models.", &module.replace('_', ""), ".", request].concat();
    let &[_, go, go_method, jvm_method] = parts.as_slice() else {
        return Ok(match id {
            "stytch-java" => vec![import + ";"],
            "stytch-kotlin" => vec![import],
            "stytch-rust" => vec![["use stytch::", parts[0], ";"].concat()],
            _ => Vec::new(),
        });
    };
    Ok(match id {
        "stytch-go" => {
            let (folder, params) = go.split_once('.').context("no package")?;
            let package = folder.rsplit('/').next().unwrap_or_default();
            vec![
                ["/stytch/", folder, "\"\n"].concat(),
                ["params := &", package, ".", params, "{"].concat(),
                ["client.", go_method, "(ctx, params"].concat(),
            ]
        }
        "stytch-csharp" => {
            let csharp_method = names["csharp"][operation].as_str().unwrap_or(go_method);
            vec![["await client.", csharp_method, "(request"].concat()]
        }
        "stytch-java" => {
            let parts: Vec<&str> = jvm_method.split('.').collect();
            let (first, rest) = parts.split_first().context("no service")?;
            let (method, services) = rest.split_last().context("no method")?;
            let getter = |name: &&str| format!(".get{}{}()", name[..1].to_uppercase(), &name[1..]);
            let services: String = services.iter().map(getter).collect();
            vec![import + ";", ["client.", first, &services, ".", method, "Completable(request"].concat()]
        }
        "stytch-kotlin" => vec![import, ["client.", jvm_method, "("].concat()],
        _ => vec![["use stytch::", parts[0], ";"].concat()],
    })
}

#[test]
fn names_match_those_that_stytch_publishes() -> Result<()> {
    let names = names()?;
    for id in TYPED {
        for (case, code) in printed(id)? {
            // A long method chain has one call per line.
            let joined = code.replace("\n            .", ".");
            for name in published(&names, id, &case.id)? {
                assert!(joined.contains(&name), "{id} {}: no {name} in\n{code}", case.name());
            }
        }
    }
    Ok(())
}

#[test]
fn fields_are_spelled_as_in_stytchs_samples() -> Result<()> {
    let names = names()?;
    for (id, list, end) in [("stytch-go", "go_fields", ":"), ("stytch-kotlin", "jvm_fields", " =")] {
        let names_by_lowercase = names[list].as_str().context(list)?.split(' ').map(|name| (name.to_lowercase(), name));
        let names_by_lowercase: HashMap<String, &str> = names_by_lowercase.collect();
        for (case, code) in printed(id)? {
            let fields = code.lines().filter_map(|line| Some(line.trim_start().split_once(end)?.0));
            for field in fields.filter(|field| field.bytes().all(|b| b.is_ascii_alphanumeric())) {
                let name = names_by_lowercase.get(&field.to_lowercase());
                assert!(name.is_none_or(|name| *name == field), "{id} {}: {field} is {name:?}", case.name());
            }
        }
    }
    Ok(())
}

#[test]
fn go_code_is_formatted_like_gofmt() -> Result<()> {
    if !works("gofmt", &["-h"])? && !works("go", &["version"])? {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let output = Command::new("gofmt").arg("-l").args(files("stytch-go", folder.path(), "go")?).output()?;
    let output_text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output_text.is_empty(), "{output_text}");
    Ok(())
}

#[test]
fn rust_code_is_formatted_like_rustfmt() -> Result<()> {
    if !works("rustfmt", &["--version"])? {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let files = files("stytch-rust", folder.path(), "rs")?;
    let output = Command::new("rustfmt").args(["--check", "--edition", "2024"]).args(files).output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

/// Writes all code into one crate, so that the SDK is compiled once.
fn crate_of_all() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for file in ["Cargo.toml", "Cargo.lock"] {
        fs::copy(test_file("rust").join(file), folder.path().join(file))?;
    }
    let source = folder.path().join("src");
    fs::create_dir(&source)?;
    let count = files("stytch-rust", &source, "rs")?.len();
    let modules = (0..count).map(|number| format!("mod case_{number};\n")).collect::<Vec<_>>().concat();
    fs::write(source.join("lib.rs"), ["#![allow(dead_code)]\n", &modules].concat())?;
    Ok(folder)
}

#[test]
fn rust_code_compiles_with_the_sdk() -> Result<()> {
    let manifest = test_file("rust").join("Cargo.toml");
    let manifest = manifest.to_str().context("no path")?;
    let has_crates = [
        "metadata",
        "--offline",
        "--locked",
        "--filter-platform",
        "x86_64-unknown-linux-gnu",
        "--manifest-path",
        manifest,
    ];
    if !works("cargo", &[&has_crates[..], &["--format-version", "1"]].concat())? {
        return Ok(());
    }
    let folder = crate_of_all()?;
    let target = Path::new(option_env!("CARGO_TARGET_TMPDIR").unwrap_or("target/tmp")).join("stytch-rust");
    let mut command = Command::new("cargo");
    command.args(["check", "--offline", "--locked", "--quiet"]).current_dir(folder.path());
    let output = command.env("CARGO_TARGET_DIR", target).env("RUSTFLAGS", "-D warnings").output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

#[test]
fn java_code_parses() -> Result<()> {
    if !works("javac", &["--version"])? {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    files("stytch-java", folder.path(), "java")?;
    let output = Command::new("java").arg(test_file("Parse.java")).arg(folder.path()).output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
