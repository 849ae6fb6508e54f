//! Measures the time that masking adds to responses of Stytch. Run with `make masking`.

use super::{
    Visibility,
    harmless_share_tests::{mask_bytes, response_with},
};
use crate::providers::{Catalog, stytch_settings};
use anyhow::{Context, Result};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Time for which each response is masked repeatedly, and minimum number of repeats.
const DURATION: Duration = Duration::from_secs(1);
const MIN_REPEATS: usize = 5;

/// Returns an example response whose first list of objects is repeated until it has about `size` bytes.
fn grow(example: &Value, list: &str, size: usize) -> Result<Vec<u8>> {
    let mut grown = example.clone();
    let items = grown[list].as_array().cloned().context("no list")?;
    let item_size = serde_json::to_vec(&items)?.len();
    grown[list] = items.iter().cycle().take(items.len() * (size / item_size).max(1)).cloned().collect();
    Ok(serde_json::to_vec(&grown)?)
}

#[test]
#[ignore = "measures times, and asserts nothing"]
fn print_the_time_that_masking_takes() -> Result<()> {
    let catalog = Catalog::load(vec![stytch_settings(None)])?;
    let document = &catalog.entry("stytch").context("no Stytch")?.document;
    let example_of = |name: &str| -> Result<Value> {
        let (_, text) =
            document.example_response(name, None).and_then(|example| example.body.clone()).context("no example")?;
        Ok(serde_json::from_str(&text)?)
    };
    let login = "apiPasswordV1Authenticate";
    let search = "apiUserV1Search";
    let bodies = [
        (login, serde_json::to_vec(&example_of(login)?)?),
        (search, grow(&example_of(search)?, "results", 50_000)?),
        (search, grow(&example_of(search)?, "results", 1_000_000)?),
    ];
    for (operation, body) in bodies {
        let expected = document.expected_response(operation, 200, "application/json");
        for (caller, visibility) in
            [("with reveal", Visibility::AllButSecrets), ("without reveal", Visibility::OnlyKnown)]
        {
            let response = response_with(body.clone())?;
            let (mut micros, begin) = (Vec::new(), Instant::now());
            while micros.len() < MIN_REPEATS || begin.elapsed() < DURATION {
                let start = Instant::now();
                std::hint::black_box(mask_bytes(visibility, &expected, &response));
                micros.push(start.elapsed().as_micros());
            }
            micros.sort_unstable();
            let (p50, p99) = (micros[micros.len() / 2], micros[micros.len() * 99 / 100]);
            println!("{operation}, {} bytes, {caller}: p50 {p50} µs, p99 {p99} µs", body.len());
        }
    }
    Ok(())
}
