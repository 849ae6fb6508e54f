//! The operator's credentials: read from the settings before the documents, and resolved against them afterwards.

use super::{Credential, CredentialInput, part_key};
use crate::{
    model::security::{CredentialPart, SchemeKind, SecurityScheme},
    providers::{CatalogEntry, NO_SECURITY_SCHEME},
};
use anyhow::{Context, bail, ensure};
use secrecy::SecretString;
use std::collections::BTreeMap;

/// A credential as configured in the settings.
#[derive(Clone, Debug, Default)]
pub struct CredentialConfig {
    /// Id of the security scheme in the document. Optional if the parts match exactly one scheme.
    pub scheme: Option<String>,
    /// Values by part name: `username`, `password`, `token`, `key`, `client_id`, `client_secret`.
    pub parts: BTreeMap<String, SecretString>,
}

impl CredentialConfig {
    /// Returns the credential if it matches the provider's document.
    ///
    /// # Errors
    /// Returns an error if it does not match. The message names the provider and the setting, and contains no value.
    pub fn resolve(&self, entry: &CatalogEntry) -> anyhow::Result<Credential> {
        let id = &entry.provider.id;
        let scheme = self.find_scheme(entry).with_context(|| format!("the credential of the provider {id}"))?;
        let input: CredentialInput =
            self.parts.iter().map(|(part, value)| ([&scheme.id, "/", part].concat(), value.clone())).collect();
        Credential::new(entry, None, &input).map_err(|problems| {
            let messages = scheme.kind.parts().iter().filter_map(|part| {
                let problem = problems.iter().find(|problem| problem.location == part_key(&scheme.id, *part))?;
                Some(format!("{}: {}", setting_name(entry, *part), problem.message))
            });
            let messages: Vec<String> = messages.collect();
            anyhow::anyhow!("the credential of the provider {id} cannot be used. {}", messages.join(" "))
        })
    }

    /// Returns the security scheme that the credential is for.
    fn find_scheme<'a>(&self, entry: &'a CatalogEntry) -> anyhow::Result<&'a SecurityScheme> {
        let schemes = entry.named_schemes();
        ensure!(!schemes.is_empty(), "{NO_SECURITY_SCHEME}");
        let scheme_names = schemes.iter().map(|scheme| scheme.id.as_str()).collect::<Vec<_>>().join(", ");
        let Some(name) = &self.scheme else {
            let mut candidates = schemes.iter().filter(|scheme| self.find_unknown_part(&scheme.kind).is_none());
            return match (candidates.next(), candidates.next()) {
                (Some(only), None) => Ok(only),
                (None, _) => bail!("its parts match no security scheme of the document, which defines: {scheme_names}"),
                _ => bail!(
                    "`scheme` is missing: its parts match several security schemes of the document, which \
                            defines: {scheme_names}"
                ),
            };
        };
        let scheme = schemes.iter().find(|scheme| scheme.id == *name);
        let scheme = scheme.with_context(|| {
            format!("`scheme` names {name:?}, which the document does not define; it defines: {scheme_names}")
        })?;
        if let SchemeKind::Unsupported(reason) = &scheme.kind {
            bail!("`scheme` names {name:?}, which cannot be used: {reason}");
        }
        if let Some(part) = self.find_unknown_part(&scheme.kind) {
            let parts: Vec<&str> = scheme.kind.parts().iter().map(|part| part.name()).collect();
            bail!("{part:?} is not a part of {name:?}, which has: {}", parts.join(", "));
        }
        ensure!(!self.parts.is_empty(), "it has none of the parts of {name:?}");
        Ok(scheme)
    }

    /// Returns the first part that a scheme of this kind does not have.
    fn find_unknown_part(&self, kind: &SchemeKind) -> Option<&str> {
        let is_known = |part: &str| kind.parts().iter().any(|known_part| known_part.name() == part);
        self.parts.keys().map(String::as_str).find(|part| !is_known(part))
    }
}

/// Returns the name of a part's setting: its environment variable, or its key in the settings file.
fn setting_name(entry: &CatalogEntry, part: CredentialPart) -> String {
    match (part, &entry.settings.credential_names) {
        (CredentialPart::Username, Some(names)) => names.username_variable.clone(),
        (CredentialPart::Password, Some(names)) => names.password_variable.clone(),
        _ => format!("credential.{}", part.name()),
    }
}
