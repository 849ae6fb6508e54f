//! Regular expressions and floating point parsing. In the browser its own engine provides both, on the server Rust
//! code.
//!
//! The server's regular expressions match in linear time for every pattern. They support neither look-around nor
//! back-references; patterns with those are checked only by the browser and the provider.

/// Maximum size of a compiled regular expression, in bytes.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) const MAX_COMPILED_PATTERN_BYTES: usize = 1 << 18;

/// Returns true if an ECMA-262 pattern matches anywhere in the text, or if the pattern cannot be compiled.
///
/// Compiled patterns are cached: compiling takes longer than matching, and all items of a list have the same pattern.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn matches_pattern(pattern: &str, text: &str) -> bool {
    use regex::{Regex, RegexBuilder};
    use std::{cell::RefCell, collections::HashMap};
    /// Maximum number of compiled patterns that a thread caches.
    const MAX_CACHED_PATTERNS: usize = 100;
    thread_local! {
        static REGEX_CACHE: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
    }
    REGEX_CACHE.with_borrow_mut(|cache| {
        if cache.len() >= MAX_CACHED_PATTERNS && !cache.contains_key(pattern) {
            cache.clear();
        }
        let compile = || {
            let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
            RegexBuilder::new(&translated).size_limit(MAX_COMPILED_PATTERN_BYTES).build().ok()
        };
        let regex = cache.entry(pattern.to_owned()).or_insert_with(compile);
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    })
}

/// Returns the floating point number nearest to a decimal number.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn parse_f64(decimal: &str) -> f64 {
    decimal.parse().unwrap_or(f64::NAN)
}

/// Returns true if an ECMA-262 pattern matches anywhere in the text, or if the pattern cannot be compiled.
#[cfg(target_arch = "wasm32")]
pub(super) fn matches_pattern(pattern: &str, text: &str) -> bool {
    use js_sys::{Array, Reflect, RegExp};
    use wasm_bindgen::JsValue;
    let arguments = Array::of2(&JsValue::from_str(pattern), &JsValue::from_str("u"));
    // `new RegExp` throws an exception for an invalid pattern; `Reflect.construct` returns it as an error.
    let constructor = Reflect::get(&js_sys::global(), &JsValue::from_str("RegExp"));
    let regexp = constructor.and_then(|constructor| Reflect::construct(&constructor.into(), &arguments));
    regexp.map_or(true, |regexp| RegExp::from(regexp).test(text))
}

/// Returns the floating point number nearest to a decimal number.
#[cfg(target_arch = "wasm32")]
pub(super) fn parse_f64(decimal: &str) -> f64 {
    js_sys::Number::parse_float(decimal)
}
