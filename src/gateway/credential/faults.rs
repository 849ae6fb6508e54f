//! What cannot be right about a part of a credential, in words that never repeat it.

use super::{environment, may_lack};
use crate::{
    model::security::{Part, SchemeKind},
    providers::CatalogEntry,
};

/// Longest user name or password that is taken, in bytes.
pub(crate) const LONGEST: usize = 256;
/// Longest key, token or client's secret: tokens carry signed claims.
pub(crate) const LONGEST_TOKEN: usize = 4096;
/// A secret that is shorter would be found everywhere in replies.
const SHORTEST: usize = 4;

/// Why a part cannot be right; `text` is what was typed for each.
pub(crate) fn of<'a>(
    entry: &CatalogEntry,
    kind: &SchemeKind,
    part: Part,
    text: impl Fn(Part) -> &'a str,
) -> Option<String> {
    let (settings, typed, label) = (&entry.settings, text(part), entry.label(kind, part));
    if typed.is_empty() {
        // A token makes up for a client's id and secret that are not there, not for one of the two.
        let has_token = [Part::ClientId, Part::ClientSecret].iter().all(|part| text(*part).is_empty())
            && !text(Part::Token).is_empty();
        return (!may_lack(settings, kind, part, has_token)).then(|| format!("{label} is missing."));
    }
    let is_basic = matches!(part, Part::Username | Part::Password);
    let longest = if is_basic { LONGEST } else { LONGEST_TOKEN };
    if part == Part::Token && typed.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        return Some(format!("{label} is what stands behind the word Bearer. Copy it without that word."));
    }
    let is_allowed = |c: char| c.is_ascii_graphic() && (part != Part::Username || c != ':');
    if typed.len() > longest || !typed.chars().all(is_allowed) {
        return Some(format!("{label} holds characters that it cannot have. Copy it again, without quotes."));
    }
    if part == Part::Username {
        let prefixes = &settings.credential_rules.username_prefixes;
        let prefixes: Vec<&str> = prefixes.iter().map(|(_, prefix)| &**prefix).collect();
        let is_unknown = environment(settings, typed).is_none() && !prefixes.is_empty();
        return is_unknown
            .then(|| format!("{label} begins with {}. This does not: is it another value?", prefixes.join(" or ")));
    }
    let shortest = match part {
        Part::ClientId => 1,
        Part::Password => settings.credential_rules.password_min_length.max(SHORTEST),
        _ => SHORTEST,
    };
    (typed.len() < shortest).then(|| format!("{label} is too short to be one. Copy it again, whole."))
}
