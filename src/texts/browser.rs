//! The texts of the page's language, which the browser's program uses.

use js_sys::{Array, Intl::PluralRules, JsString, Number, Object};
use serde_json::Value;
use std::cell::Cell;

thread_local! {
    static TEXTS: Cell<Option<&'static Texts>> = const { Cell::new(None) };
}

struct Texts {
    patterns: Value,
    plural_rules: PluralRules,
}

/// Sets the texts of the page, an object, and its language. They are kept as long as the page.
pub(crate) fn set_texts(patterns: Value, language: &str) {
    let plural_rules = PluralRules::new(&Array::of1(&JsString::from(language)), &Object::new());
    TEXTS.set(Some(Box::leak(Box::new(Texts { patterns, plural_rules }))));
}

pub(super) fn find_pattern(id: &str) -> Option<&'static Value> {
    TEXTS.get()?.patterns.get(id)
}

/// Returns the plural category of a number in the language of the page.
pub(super) fn plural_category(number: &str) -> String {
    let category = |texts: &Texts| texts.plural_rules.select(Number::parse_float(number)).into();
    TEXTS.get().map(category).unwrap_or_default()
}
