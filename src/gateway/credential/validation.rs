//! What cannot be right about a part of a credential, in words that never repeat it.

use super::{find_environment, is_optional};
use crate::{
    model::security::{CredentialPart, SchemeKind},
    providers::CatalogEntry,
};

/// Longest user name or password that is taken, in bytes.
pub(crate) const MAX_BASIC_BYTES: usize = 256;
/// Longest key, token or client's secret: tokens carry signed claims.
pub(crate) const MAX_SECRET_BYTES: usize = 4096;
/// A secret that is shorter would be found everywhere in replies.
const MIN_SECRET_BYTES: usize = 4;

/// Why a part cannot be right; `text` is what was typed for each.
pub(crate) fn find_problem<'a>(
    entry: &CatalogEntry,
    kind: &SchemeKind,
    part: CredentialPart,
    text: impl Fn(CredentialPart) -> &'a str,
) -> Option<String> {
    let (settings, input, label) = (&entry.settings, text(part), entry.part_label(kind, part));
    if input.is_empty() {
        // A token makes up for a client's id and secret that are not there, not for one of the two.
        let has_token =
            [CredentialPart::ClientId, CredentialPart::ClientSecret].iter().all(|part| text(*part).is_empty())
                && !text(CredentialPart::Token).is_empty();
        return (!is_optional(settings, kind, part, has_token)).then(|| format!("{label} is missing."));
    }
    let is_basic = matches!(part, CredentialPart::Username | CredentialPart::Password);
    let max_bytes = if is_basic { MAX_BASIC_BYTES } else { MAX_SECRET_BYTES };
    if part == CredentialPart::Token && input.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        return Some(format!("{label} is what stands behind the word Bearer. Copy it without that word."));
    }
    let is_allowed = |c: char| c.is_ascii_graphic() && (part != CredentialPart::Username || c != ':');
    if input.len() > max_bytes || !input.chars().all(is_allowed) {
        return Some(format!("{label} holds characters that it cannot have. Copy it again, without quotes."));
    }
    if part == CredentialPart::Username {
        let prefixes = &settings.credential_rules.username_prefixes;
        let prefixes: Vec<&str> = prefixes.iter().map(|(_, prefix)| &**prefix).collect();
        let is_unknown = find_environment(settings, input).is_none() && !prefixes.is_empty();
        return is_unknown
            .then(|| format!("{label} begins with {}. This does not: is it another value?", prefixes.join(" or ")));
    }
    let min_bytes = match part {
        CredentialPart::ClientId => 1,
        CredentialPart::Password => settings.credential_rules.password_min_length.max(MIN_SECRET_BYTES),
        _ => MIN_SECRET_BYTES,
    };
    (input.len() < min_bytes).then(|| format!("{label} is too short to be one. Copy it again, whole."))
}
