//! English nouns: singular, plural and article.

/// Minimum length of the stem of a plural, in bytes.
const MIN_STEM_BYTES: usize = 3;

/// Nouns without a plural, or whose singular has the ending of a plural.
const UNCHANGED: [&str; 31] = [
    "access",
    "alias",
    "analytics",
    "atlas",
    "aws",
    "bias",
    "billing",
    "canvas",
    "content",
    "css",
    "data",
    "dns",
    "equipment",
    "feedback",
    "history",
    "https",
    "information",
    "lens",
    "media",
    "metadata",
    "news",
    "series",
    "sms",
    "software",
    "species",
    "statistics",
    "storage",
    "support",
    "tls",
    "usage",
    "weather",
];

/// Plurals that no rule covers.
const IRREGULAR: [(&str, &str); 11] = [
    ("address", "addresses"),
    ("alias", "aliases"),
    ("analysis", "analyses"),
    ("cache", "caches"),
    ("child", "children"),
    ("cookie", "cookies"),
    ("index", "indices"),
    ("movie", "movies"),
    ("person", "people"),
    ("status", "statuses"),
    ("vertex", "vertices"),
];

/// Returns a word in lowercase without the ending of an English plural: `users` → `user`.
pub fn singular(word: &str) -> String {
    if let Some((singular, _)) = IRREGULAR.iter().find(|(_, plural)| *plural == word) {
        return (*singular).to_owned();
    }
    if UNCHANGED.contains(&word) {
        return word.to_owned();
    }
    let stem = if let Some(stem) = word.strip_suffix("ies") {
        return if stem.len() < MIN_STEM_BYTES { word.to_owned() } else { format!("{stem}y") };
    } else if ["sses", "xes", "ches", "shes"].iter().any(|ending| word.ends_with(ending)) {
        word.strip_suffix("es")
    } else if ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) {
        None
    } else {
        word.strip_suffix('s')
    };
    stem.filter(|stem| stem.len() >= MIN_STEM_BYTES).unwrap_or(word).to_owned()
}

/// Returns the plural of a singular noun.
pub(super) fn plural(word: &str) -> String {
    if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == word) {
        return (*plural).to_owned();
    }
    let stem = word.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    match stem {
        Some(stem) if word.chars().any(char::is_lowercase) => format!("{stem}ies"),
        _ if ["s", "x", "ch", "sh"].iter().any(|ending| word.ends_with(ending)) => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

/// Returns true if a noun in lowercase can be counted: one user, but not one weather.
pub(super) fn is_countable(word: &str) -> bool {
    word == "alias" || !UNCHANGED.contains(&word)
}

/// Returns the indefinite article of a noun: `a user`, `an M2M client`.
pub(super) fn article(noun: &str) -> &'static str {
    let word = noun.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let lower = word.to_ascii_lowercase();
    let is_vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
    // An abbreviation of letters is spoken letter by letter, unless it is long and has a vowel: an SSO, a SAML.
    let is_spelled = word.len() > 1
        && !word.chars().any(|c| c.is_ascii_lowercase())
        && (word.len() < 4 || !lower.chars().skip(1).any(is_vowel));
    let is_an = if is_spelled {
        lower.starts_with(['a', 'e', 'f', 'h', 'i', 'l', 'm', 'n', 'o', 'r', 's', 'x', '8'])
    } else {
        let has_consonant_sound =
            ["eu", "one", "uni", "uu", "use", "usa", "usu"].iter().any(|start| lower.starts_with(start));
        lower.starts_with(is_vowel) && !has_consonant_sound || lower.starts_with("hour")
    };
    if is_an { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_have_singulars_and_back() {
        for (one, many) in [
            ("user", "users"),
            ("repository", "repositories"),
            ("key", "keys"),
            ("address", "addresses"),
            ("box", "boxes"),
            ("branch", "branches"),
            ("cache", "caches"),
            ("status", "statuses"),
            ("response", "responses"),
            ("person", "people"),
            ("index", "indices"),
        ] {
            assert_eq!((singular(many), plural(one)), (one.to_owned(), many.to_owned()));
            assert_eq!(singular(one), one);
        }
        for word in ["news", "status", "access", "ties", "gas", "dns", "analysis", "metadata"] {
            assert_eq!(singular(word), word);
        }
    }

    #[test]
    fn the_article_follows_the_sound() {
        for noun in
            ["organization", "email", "M2M client", "SSO key", "API key", "OIDC key", "hour", "OAuth client", "issue"]
        {
            assert_eq!(article(noun), "an", "{noun}");
        }
        for noun in
            ["user", "SAML key", "SCIM group", "one-time passcode", "unit", "URL", "UUID", "B2B member", "house", ""]
        {
            assert_eq!(article(noun), "a", "{noun}");
        }
    }
}
