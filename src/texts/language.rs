//! The language of a request.

use super::catalog::{LanguageTexts, english, languages};
use fluent_langneg::{LanguageIdentifier, NegotiationStrategy, negotiate_languages};
use serde_json::Value;
use std::{fmt, future::Future};
use tokio::task::JoinHandle;

tokio::task_local! {
    static CURRENT: Language;
}

/// A language that the user interface has texts in.
#[derive(Clone, Copy)]
pub struct Language(&'static LanguageTexts);

impl Language {
    /// Returns all languages, English first.
    pub fn all() -> impl Iterator<Item = Self> {
        languages().map(Self)
    }

    /// Returns the language of the request that is being handled, or English outside of requests.
    pub fn current() -> Self {
        CURRENT.try_with(|language| *language).unwrap_or_default()
    }

    /// Returns the language with a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|language| language.code() == code)
    }

    /// Returns the language that suits an `Accept-Language` header best (RFC 9110, §12.5.4), or English.
    pub fn negotiate(accept_language: &str) -> Self {
        let mut weighted: Vec<(&str, f32)> = accept_language.split(',').map(parse_weight).collect();
        weighted.retain(|(_, weight)| *weight > 0.0);
        weighted.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        let requested: Vec<LanguageIdentifier> = weighted.iter().filter_map(|(range, _)| range.parse().ok()).collect();
        let available: Vec<LanguageIdentifier> =
            Self::all().filter_map(|language| language.code().parse().ok()).collect();
        let strategy = NegotiationStrategy::Lookup;
        let chosen = negotiate_languages(&requested, &available, None, strategy);
        chosen.first().and_then(|chosen| Self::from_code(&chosen.to_string())).unwrap_or_default()
    }

    /// Returns the code of the language (BCP 47): `de`.
    pub fn code(self) -> &'static str {
        self.0.code
    }

    /// Returns the name of the language in the language itself: `Deutsch`.
    pub fn name(self) -> &'static str {
        self.0.texts.get("language-name").and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns the URL path of the texts that the browser's program uses.
    pub fn browser_texts_path(self) -> String {
        format!("/assets/texts/{}.{}.json", self.code(), self.0.browser_hash)
    }

    /// Returns the texts that the browser's program uses, as JSON.
    pub fn browser_texts(self) -> &'static str {
        &self.0.browser_json
    }

    /// Runs a future whose texts are in this language.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }

    /// Runs a function whose texts are in this language.
    pub fn sync_scope<T>(self, function: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, function)
    }
}

/// Returns the language range and the weight of an item of `Accept-Language`: `de;q=0.5`.
fn parse_weight(item: &str) -> (&str, f32) {
    let (range, parameter) = item.split_once(';').unwrap_or((item, ""));
    let weight = parameter.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
    (range.trim(), weight.unwrap_or(1.0))
}

/// Runs work that blocks its thread, with texts in the current language.
pub fn spawn_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let language = Language::current();
    tokio::task::spawn_blocking(move || language.sync_scope(work))
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code()
    }
}

impl Default for Language {
    fn default() -> Self {
        Self(english())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Returns a pattern in the current language, or else in English.
pub(super) fn find_pattern(id: &str) -> Option<&'static Value> {
    Language::current().0.texts.get(id).or_else(|| english().texts.get(id))
}

/// Returns the plural category of a number in the current language.
pub(super) fn plural_category(number: &str) -> String {
    Language::current().0.plural_category(number)
}
