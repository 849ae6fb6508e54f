//! Turns HTML into elements. All HTML of the browser program goes through this file.
//!
//! The content security policy requires Trusted Types: browsers that support them parse text as HTML only if the policy
//! `api-explorer` has marked it (Trusted Types, §2.3). No other policy may be created, and this one only once. The HTML
//! must come from this program or this server, which escape all other text.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{DocumentFragment, Element, HtmlTemplateElement};

#[wasm_bindgen]
extern "C" {
    /// Policy of Trusted Types.
    type TrustedTypePolicy;

    #[wasm_bindgen(catch, js_namespace = trustedTypes, js_name = createPolicy)]
    fn create_trusted_types_policy(name: &str, rules: &Object) -> Result<TrustedTypePolicy, JsValue>;

    #[wasm_bindgen(method, js_name = createHTML)]
    fn create_html(this: &TrustedTypePolicy, html: &str) -> JsValue;
}

thread_local! {
    /// The policy, or `None` in browsers without Trusted Types.
    static POLICY: Option<TrustedTypePolicy> = {
        let rules = Object::new();
        // The function `String` returns a text as it is.
        let identity = Reflect::get(&js_sys::global(), &"String".into());
        let is_set = identity.and_then(|identity| Reflect::set(&rules, &"createHTML".into(), &identity));
        is_set.and_then(|_| create_trusted_types_policy("api-explorer", &rules)).ok()
    };
}

/// Creates the policy, unless it exists.
pub(super) fn create_policy() {
    POLICY.with(|_| ());
}

/// Replaces the content of an element.
pub(super) fn set_html(element: &Element, html: &str) {
    let html = POLICY.with(|policy| match policy {
        Some(policy) => policy.create_html(html),
        None => html.into(),
    });
    let _ = Reflect::set(element, &"innerHTML".into(), &html);
}

/// Parses HTML that is inserted elsewhere.
pub(super) fn parse_html(html: &str) -> Option<DocumentFragment> {
    let template = leptos::prelude::document().create_element("template").ok()?;
    set_html(&template, html);
    Some(template.unchecked_into::<HtmlTemplateElement>().content())
}
