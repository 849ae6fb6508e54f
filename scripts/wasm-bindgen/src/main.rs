//! Generates the JavaScript bindings of a WebAssembly module: `wasm-bindgen --target=web --out-dir=DIR --out-name=NAME FILE`.
//!
//! Understands the arguments that `cargo leptos` passes to `wasm-bindgen`, and refuses every other one.

use anyhow::{Context, Result, bail};
use std::env;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut bindgen = Bindgen::new();
    let (mut input, mut out_dir, mut web) = (None, None, false);
    for argument in env::args().skip(1) {
        match argument.split_once('=').unwrap_or((&argument, "")) {
            ("--version" | "-V", "") => {
                println!("wasm-bindgen {}", env!("CARGO_PKG_VERSION"));
                return Ok(());
            }
            ("--target", "web") => web = true,
            ("--out-dir", dir) => out_dir = Some(dir.to_owned()),
            ("--out-name", name) => _ = bindgen.out_name(name),
            ("--no-typescript", "") => _ = bindgen.typescript(false),
            ("--debug", "") => _ = bindgen.debug(true),
            ("--keep-debug", "") => _ = bindgen.keep_debug(true),
            ("--no-demangle", "") => _ = bindgen.demangle(false),
            ("--keep-lld-exports", "") => _ = bindgen.keep_lld_exports(true),
            (option, _) if option.starts_with('-') => bail!("unknown argument {argument}"),
            _ => input = Some(argument),
        }
    }
    if !web {
        bail!("only --target=web is supported");
    }
    let input = input.context("the path of the WebAssembly module is missing")?;
    bindgen
        .web(true)?
        .omit_default_module_path(true)
        .input_path(input)
        .generate(out_dir.context("--out-dir is missing")?)
}
