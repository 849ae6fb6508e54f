//! The texts of all languages, which the server holds.

use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// The content of the file that `build.rs` writes.
#[derive(Default, Deserialize)]
struct Generated {
    english: Map<String, Value>,
    /// The texts of the other languages, by the codes of these.
    others: Vec<(String, Map<String, Value>)>,
    /// IDs of the texts that the browser's program uses.
    browser_ids: Vec<String>,
}

static GENERATED: LazyLock<Generated> =
    LazyLock::new(|| serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/texts.json"))).unwrap_or_default());
static ENGLISH: LazyLock<LanguageTexts> = LazyLock::new(|| LanguageTexts::new("en", &GENERATED.english));
static OTHERS: LazyLock<Vec<LanguageTexts>> =
    LazyLock::new(|| GENERATED.others.iter().map(|(code, texts)| LanguageTexts::new(code, texts)).collect());

/// The texts of a language.
pub(super) struct LanguageTexts {
    /// Code of the language (BCP 47).
    pub(super) code: &'static str,
    /// Patterns by ID.
    pub(super) texts: &'static Map<String, Value>,
    plural_rules: Option<PluralRules>,
    /// The texts for the browser's program, as JSON.
    pub(super) browser_json: String,
    /// Start of the hash of `browser_json`.
    pub(super) browser_hash: String,
}

impl LanguageTexts {
    fn new(code: &'static str, texts: &'static Map<String, Value>) -> Self {
        let plural_rules = code
            .parse::<LanguageIdentifier>()
            .ok()
            .and_then(|code| PluralRules::create(code, PluralRuleType::CARDINAL).ok());
        let for_browser: Map<String, Value> =
            GENERATED.browser_ids.iter().filter_map(|id| Some((id.clone(), texts.get(id)?.clone()))).collect();
        let browser_json = Value::Object(for_browser).to_string();
        let browser_hash = hex::encode(&Sha256::digest(&browser_json)[..8]);
        Self { code, texts, plural_rules, browser_json, browser_hash }
    }

    /// Returns the plural category of a number: `one`.
    pub(super) fn plural_category(&self, number: &str) -> String {
        let rules = self.plural_rules.as_ref();
        let category = rules.and_then(|rules| rules.select(number).ok()).unwrap_or(PluralCategory::OTHER);
        format!("{category:?}").to_ascii_lowercase()
    }
}

/// Returns the English texts.
pub(super) fn english() -> &'static LanguageTexts {
    &ENGLISH
}

/// Returns the texts of all languages, English first.
pub(super) fn languages() -> impl Iterator<Item = &'static LanguageTexts> {
    [english()].into_iter().chain(&*OTHERS)
}
