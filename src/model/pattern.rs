//! Regular expressions of documents are ECMA-262: the browser has an engine for them, the server a crate.

/// Whether the pattern matches somewhere in the text. A pattern that cannot be read matches everything.
#[cfg(target_arch = "wasm32")]
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    use wasm_bindgen::JsValue;
    let arguments = js_sys::Array::of2(&JsValue::from_str(pattern), &JsValue::from_str("u"));
    // `new RegExp` throws on a bad pattern; Reflect turns that into a value.
    let constructor = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("RegExp"));
    constructor
        .and_then(|constructor| js_sys::Reflect::construct(&constructor.into(), &arguments))
        .map_or(true, |regexp| js_sys::RegExp::from(regexp).test(text))
}

/// Whether the pattern matches somewhere in the text. A pattern that cannot be read matches everything.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    regress::Regex::with_flags(pattern, "u").map_or(true, |regex| regex.find(text).is_some())
}
