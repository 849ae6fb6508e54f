//! Validates the parts of a credential. No message contains an entered value.

use super::{find_environment, is_optional};
use crate::{
    model::security::{CredentialLocation, CredentialPart, SchemeKind},
    providers::CatalogEntry,
    text,
};

/// Maximum length of a user name or password, in bytes.
pub(crate) const MAX_BASIC_BYTES: usize = 256;
/// Maximum length of a key, token or client secret, in bytes. Tokens contain signed claims, so they can be long.
pub(crate) const MAX_SECRET_BYTES: usize = 4096;

/// Returns the problem of a part, if there is one. `text` returns the entered value of each part.
pub(crate) fn find_problem<'a>(
    entry: &CatalogEntry,
    kind: &SchemeKind,
    part: CredentialPart,
    text: impl Fn(CredentialPart) -> &'a str,
) -> Option<String> {
    let (settings, input, label) = (&entry.settings, text(part), entry.part_label(kind, part));
    if input.is_empty() {
        // A token replaces a client ID and secret only if both are empty.
        let has_token =
            [CredentialPart::ClientId, CredentialPart::ClientSecret].iter().all(|part| text(*part).is_empty())
                && !text(CredentialPart::Token).is_empty();
        return (!is_optional(settings, kind, part, has_token))
            .then(|| text!("credential-part-missing", label = label));
    }
    let is_basic = matches!(part, CredentialPart::Username | CredentialPart::Password);
    let max_bytes = if is_basic { MAX_BASIC_BYTES } else { MAX_SECRET_BYTES };
    if part == CredentialPart::Token && input.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        return Some(text!("credential-part-bearer-word", label = label));
    }
    if input.len() > max_bytes || !input.chars().all(|c| is_allowed(kind, part, c)) {
        return Some(text!("credential-part-invalid", label = label));
    }
    if part == CredentialPart::Username {
        let prefixes = &settings.credential_rules.username_prefixes;
        let prefixes: Vec<&str> = prefixes.iter().map(|(_, prefix)| &**prefix).collect();
        let is_unknown = find_environment(settings, input).is_none() && !prefixes.is_empty();
        return is_unknown.then(|| {
            let prefixes = prefixes.join(text!("list-or"));
            text!("credential-part-unknown-prefix", label = label, prefixes = prefixes)
        });
    }
    let is_too_short = part == CredentialPart::Password && input.len() < settings.credential_rules.password_min_length;
    is_too_short.then(|| text!("credential-part-too-short", label = label))
}

/// Returns true if a character may be in a part: what the scheme's standard allows.
fn is_allowed(kind: &SchemeKind, part: CredentialPart, c: char) -> bool {
    match (part, kind) {
        // RFC 7617, §2: the user name has no colon.
        (CredentialPart::Username, _) => !c.is_control() && c != ':',
        // RFC 6749, appendix A.1 and A.2.
        (CredentialPart::ClientId | CredentialPart::ClientSecret, _) => c.is_ascii_graphic() || c == ' ',
        // RFC 6265, §5.2: a cookie ends at a semicolon. RFC 9110, §5.5: fields may have characters beyond ASCII.
        (CredentialPart::Key, SchemeKind::ApiKey { location: CredentialLocation::Cookie, .. }) => {
            !c.is_control() && c != ';'
        }
        (CredentialPart::Password | CredentialPart::Key, _) => !c.is_control(),
        // RFC 6750, §2.1, and tokens of other forms that clients send in the same way.
        (CredentialPart::Token, _) => c.is_ascii_graphic(),
    }
}
