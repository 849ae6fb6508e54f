//! Reads the security scheme of a provider whose document defines none.

use super::{parsers, toml_reader::TomlTable};
use crate::{
    model::security::{CredentialLocation, SchemeKind, SecurityScheme},
    openapi::is_key_name,
};

/// The types of a scheme. Its ID is its type.
const TYPES: &str = "bearer, basic, header, query or cookie";

/// Reads a `[provider.security]` table.
pub(crate) fn read_security_scheme(table: TomlTable) -> Option<SecurityScheme> {
    let advice = format!("Set it to {TYPES}.");
    let (id, kind) = table.parse_required_string("type", &advice, |text| Ok((text.to_owned(), parse_kind(text)?)))?;
    let kind = match kind {
        SchemeKind::ApiKey { location, .. } => {
            let advice = "Set it to the name of the header, query parameter or cookie.";
            let name = table.parse_required_string("name", advice, |text| parse_key_name(location, text))?;
            SchemeKind::ApiKey { location, name }
        }
        kind => {
            if table.has("name") {
                let message = format!("has no effect with the type {id}. Remove it.");
                table.report_invalid("name", table.value_offset("name"), &message);
            }
            kind
        }
    };
    Some(SecurityScheme::new(&id, kind))
}

/// Parses the type of a scheme. The name of a key is read afterwards.
fn parse_kind(text: &str) -> Result<SchemeKind, String> {
    let key = |location| SchemeKind::ApiKey { location, name: String::new() };
    match text {
        "bearer" => Ok(SchemeKind::Bearer),
        "basic" => Ok(SchemeKind::Basic),
        "header" => Ok(key(CredentialLocation::Header)),
        "query" => Ok(key(CredentialLocation::Query)),
        "cookie" => Ok(key(CredentialLocation::Cookie)),
        _ => Err(format!("must be {TYPES}.")),
    }
}

fn parse_key_name(location: CredentialLocation, text: &str) -> Result<String, String> {
    let name = parsers::parse_short_text(text)?;
    let message = "must be the name of a header or cookie, like \"X-API-Key\".";
    is_key_name(location, &name).then_some(name).ok_or_else(|| message.into())
}
