//! What the browser has an engine for and the server needs code for: regular expressions and floating point numbers.
//!
//! The server's expressions match in linear time, whatever a document says. They know no look-around and no
//! back-references: a pattern with those is left to the browser and to the provider.

/// Whether an ECMA-262 pattern matches somewhere in the text. A pattern that cannot be read matches everything.
///
/// Reading a pattern takes longer than matching it, and the items of a list all have the same one.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn matches_pattern(pattern: &str, text: &str) -> bool {
    use regex::Regex;
    use std::{cell::RefCell, collections::HashMap};
    /// How many patterns a thread keeps.
    const MAX_CACHED_PATTERNS: usize = 100;
    thread_local! {
        static REGEX_CACHE: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
    }
    REGEX_CACHE.with_borrow_mut(|cache| {
        if cache.len() >= MAX_CACHED_PATTERNS && !cache.contains_key(pattern) {
            cache.clear();
        }
        let regex = cache.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    })
}

/// The floating point number nearest to a decimal one.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn parse_f64(decimal: &str) -> f64 {
    decimal.parse().unwrap_or(f64::NAN)
}

/// Whether an ECMA-262 pattern matches somewhere in the text. A pattern that cannot be read matches everything.
#[cfg(target_arch = "wasm32")]
pub(super) fn matches_pattern(pattern: &str, text: &str) -> bool {
    use js_sys::{Array, Reflect, RegExp};
    use wasm_bindgen::JsValue;
    let arguments = Array::of2(&JsValue::from_str(pattern), &JsValue::from_str("u"));
    // `new RegExp` throws where a pattern is bad; Reflect makes that a value.
    let constructor = Reflect::get(&js_sys::global(), &JsValue::from_str("RegExp"));
    let regexp = constructor.and_then(|constructor| Reflect::construct(&constructor.into(), &arguments));
    regexp.map_or(true, |regexp| RegExp::from(regexp).test(text))
}

/// The floating point number nearest to a decimal one.
#[cfg(target_arch = "wasm32")]
pub(super) fn parse_f64(decimal: &str) -> f64 {
    js_sys::Number::parse_float(decimal)
}
