//! Describes the credentials of a provider: labels on pages and in messages, and variables in code.

use super::{CatalogEntry, ProviderSettings};
use crate::{
    model::security::{
        CredentialLocation, CredentialPart, CredentialVariable, OperationAuthentication, SchemeKind, SchemeRequirement,
        SecurityRequirements, SecurityScheme,
    },
    openapi::{Document, DocumentedOperation},
    text,
};
use anyhow::ensure;

/// Says that a document defines no security scheme, and how the settings can. Follows the name of a setting.
pub(crate) const NO_SECURITY_SCHEME: &str = "the document defines no security scheme. Say how the API takes the \
     credential: [provider.security] with type = \"bearer\" or \"basic\", or with type = \"header\", \"query\" or \
     \"cookie\" and its name.";
/// Names of a key that callers can choose if nothing names one.
const OFFERED_KEYS: [(CredentialLocation, &str, &str); 2] =
    [(CredentialLocation::Header, "header", "X-API-Key"), (CredentialLocation::Query, "query", "api_key")];

/// Adds the security scheme of the settings to a document that defines none. If the settings have none, adds those that
/// callers can choose from, unless their credentials could be sent nowhere. Returns true in this case.
///
/// # Errors
/// Returns an error if both the settings and the document define security schemes.
pub(super) fn complete_security_schemes(document: &mut Document, settings: &ProviderSettings) -> anyhow::Result<bool> {
    let documented: Vec<&str> = document.security_schemes.iter().map(|scheme| scheme.id.as_str()).collect();
    if let Some(scheme) = &settings.security_scheme {
        ensure!(
            documented.is_empty(),
            "`provider.security` is set, but the document defines security schemes: {}. Remove it; \
             `provider.credential.scheme` chooses one of them.",
            documented.join(", ")
        );
        document.add_security_schemes(vec![scheme.clone()], false);
        return Ok(false);
    }
    let is_offered = documented.is_empty() && (settings.base_url.is_some() || !settings.hosts.is_empty());
    if is_offered {
        document.add_security_schemes(offered_schemes(), true);
    }
    Ok(is_offered)
}

/// Returns the security schemes that callers can choose from if nothing names one.
fn offered_schemes() -> Vec<SecurityScheme> {
    let key = |(location, id, name): (_, &str, &str)| {
        SecurityScheme::new(id, SchemeKind::ApiKey { location, name: name.to_owned() })
    };
    std::iter::once(SecurityScheme::new("bearer", SchemeKind::Bearer)).chain(OFFERED_KEYS.map(key)).collect()
}

impl CatalogEntry {
    /// Returns the security schemes that the document or the settings name.
    pub fn named_schemes(&self) -> &[SecurityScheme] {
        if self.has_offered_schemes { &[] } else { &self.document.security_schemes }
    }

    /// Returns the security scheme with an id.
    pub fn security_scheme(&self, id: &str) -> Option<&SecurityScheme> {
        self.document.security_schemes.iter().find(|scheme| scheme.id == id)
    }

    /// Returns the label of a part of a credential, from the settings or by its kind.
    pub fn part_label(&self, kind: &SchemeKind, part: CredentialPart) -> String {
        let names = self.settings.credential_names.as_ref();
        match (part, names, kind) {
            (CredentialPart::Username, Some(names), _) => names.username_label.clone(),
            (CredentialPart::Password, Some(names), _) => names.password_label.clone(),
            (CredentialPart::Username, ..) => text!("credential-part-username").into(),
            (CredentialPart::Password, ..) => text!("credential-part-password").into(),
            (CredentialPart::Key, _, SchemeKind::ApiKey { name, .. }) => {
                text!("credential-part-named-key", name = name)
            }
            (CredentialPart::Key, ..) => text!("credential-part-key").into(),
            (CredentialPart::ClientId, ..) => text!("credential-part-client-id").into(),
            (CredentialPart::ClientSecret, ..) => text!("credential-part-client-secret").into(),
            (CredentialPart::Token, _, SchemeKind::Bearer) => text!("credential-part-bearer-token").into(),
            (CredentialPart::Token, ..) => text!("credential-part-access-token").into(),
        }
    }

    /// Describes the security scheme with an id in words.
    ///
    /// # Errors
    /// Returns an error with the reason if the scheme is not defined or not supported.
    pub fn describe_scheme(&self, id: &str) -> Result<String, String> {
        let Some(scheme) = self.security_scheme(id) else {
            return Err(text!("scheme-undefined").into());
        };
        let kind: String = match &scheme.kind {
            SchemeKind::Basic => text!("scheme-basic").into(),
            SchemeKind::Bearer => text!("scheme-bearer").into(),
            SchemeKind::ApiKey { location: CredentialLocation::Header, name } => {
                text!("scheme-key-in-header", name = name)
            }
            SchemeKind::ApiKey { location: CredentialLocation::Query, name } => {
                text!("scheme-key-in-query", name = name)
            }
            SchemeKind::ApiKey { location: CredentialLocation::Cookie, name } => {
                text!("scheme-key-in-cookie", name = name)
            }
            SchemeKind::ClientCredentials { .. } => text!("scheme-client-credentials").into(),
            SchemeKind::AccessToken => text!("scheme-access-token").into(),
            SchemeKind::Unsupported(reason) => return Err(reason.clone()),
        };
        Ok(if scheme.is_deprecated { text!("scheme-deprecated", scheme = kind) } else { kind })
    }

    /// Returns true if all schemes of an alternative are supported.
    pub fn can_authenticate(&self, requirements: &[SchemeRequirement]) -> bool {
        requirements.iter().all(|requirement| self.describe_scheme(&requirement.scheme).is_ok())
    }

    /// Returns the facts about the authentication of an operation that the browser may know.
    pub fn authentication(&self, documented: &DocumentedOperation) -> OperationAuthentication {
        let SecurityRequirements { alternatives, is_optional: anonymous } = &documented.security;
        if *anonymous {
            return OperationAuthentication::default();
        }
        let scheme_ids = |requirements: &Vec<SchemeRequirement>| {
            requirements.iter().map(|requirement| requirement.scheme.clone()).collect()
        };
        let snippet_requirements =
            alternatives.iter().find(|requirements| self.can_authenticate(requirements)).map_or(&[][..], Vec::as_slice);
        OperationAuthentication {
            alternatives: alternatives.iter().map(scheme_ids).collect(),
            credential_variables: self.credential_variables(snippet_requirements),
        }
    }

    fn credential_variables(&self, requirements: &[SchemeRequirement]) -> Vec<CredentialVariable> {
        let schemes: Vec<&SecurityScheme> =
            requirements.iter().filter_map(|requirement| self.security_scheme(&requirement.scheme)).collect();
        let variables = schemes.iter().map(|scheme| {
            let has_same_secret = |other: &&&SecurityScheme| other.kind.parts().last() == scheme.kind.parts().last();
            // Two secrets of one call need variables with different names.
            let scheme_suffix =
                if schemes.iter().filter(has_same_secret).count() > 1 { scheme.id.as_str() } else { "" };
            match &scheme.kind {
                SchemeKind::ApiKey { location, name } => CredentialVariable {
                    location: *location,
                    name: name.clone(),
                    variable: self.variable_name(scheme_suffix, CredentialPart::Key, "API_KEY"),
                    ..CredentialVariable::default()
                },
                SchemeKind::Basic => CredentialVariable {
                    username_variable: Some(self.variable_name(scheme_suffix, CredentialPart::Username, "USERNAME")),
                    ..authorization_variable(
                        "Basic ",
                        self.variable_name(scheme_suffix, CredentialPart::Password, "PASSWORD"),
                    )
                },
                SchemeKind::Bearer => {
                    authorization_variable("Bearer ", self.variable_name(scheme_suffix, CredentialPart::Token, "TOKEN"))
                }
                _ => authorization_variable(
                    "Bearer ",
                    self.variable_name(scheme_suffix, CredentialPart::Token, "ACCESS_TOKEN"),
                ),
            }
        });
        variables.collect()
    }

    /// Returns the variable of the settings, or one derived from the provider's id: `PETSTORE_API_KEY`.
    fn variable_name(&self, scheme: &str, part: CredentialPart, suffix: &str) -> String {
        match (part, &self.settings.credential_names) {
            (CredentialPart::Username, Some(names)) => return names.username_variable.clone(),
            (CredentialPart::Password, Some(names)) => return names.password_variable.clone(),
            _ => {}
        }
        let name_parts = [self.provider.id.as_str(), scheme, suffix].into_iter().filter(|word| !word.is_empty());
        let name: String = name_parts.collect::<Vec<_>>().join("_");
        let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_uppercase();
        if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
    }
}

fn authorization_variable(prefix: &str, variable: String) -> CredentialVariable {
    CredentialVariable {
        name: "Authorization".into(),
        prefix: prefix.into(),
        variable,
        ..CredentialVariable::default()
    }
}
