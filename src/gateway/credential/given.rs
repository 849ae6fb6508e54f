//! The operator's credentials: read from settings before any document is, and fitted to it afterwards.

use super::{Credential, Typed, at};
use crate::{
    model::security::{Part, SchemeKind, SecurityScheme},
    providers::CatalogEntry,
};
use anyhow::{Context, bail, ensure};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;

/// A credential as settings give it.
#[derive(Clone, Debug, Default)]
pub struct GivenCredential {
    /// The security scheme of the document that it is for; the only one that its parts fit, if not said.
    pub scheme: Option<String>,
    /// `username`, `password`, `token`, `key`, `client_id`, `client_secret`.
    pub parts: BTreeMap<String, SecretString>,
}

impl GivenCredential {
    /// The credential, where it fits the provider's document.
    ///
    /// # Errors
    /// Where it does not: the message names the provider and the key, and repeats no value.
    pub fn resolve(&self, entry: &CatalogEntry) -> anyhow::Result<Credential> {
        let id = &entry.provider.id;
        let scheme = self.scheme_in(entry).with_context(|| format!("the credential of the provider {id}"))?;
        let typed: Typed = self
            .parts
            .iter()
            .map(|(part, value)| ([&scheme.id, "/", part].concat(), value.expose_secret().to_owned()))
            .collect();
        Credential::new(entry, None, &typed).map_err(|problems| {
            let said = scheme.kind.parts().iter().filter_map(|part| {
                let problem = problems.iter().find(|problem| problem.at == at(&scheme.id, *part))?;
                Some(format!("{}: {}", setting(entry, *part), problem.message))
            });
            let said: Vec<String> = said.collect();
            anyhow::anyhow!("the credential of the provider {id} cannot be used. {}", said.join(" "))
        })
    }

    /// The scheme that it is for.
    fn scheme_in<'a>(&self, entry: &'a CatalogEntry) -> anyhow::Result<&'a SecurityScheme> {
        let known = &entry.document.schemes;
        let names: Vec<&str> = known.iter().map(|scheme| scheme.id.as_str()).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let Some(name) = &self.scheme else {
            let mut fitting = known.iter().filter(|scheme| self.misfit(&scheme.kind).is_none());
            return match (fitting.next(), fitting.next()) {
                (Some(only), None) => Ok(only),
                (None, _) => bail!("its parts fit no security scheme of the document, which has: {names}"),
                _ => bail!("`scheme` is missing: its parts fit several of the document's, which are: {names}"),
            };
        };
        let scheme = known.iter().find(|scheme| scheme.id == *name);
        let scheme = scheme.with_context(|| {
            format!("`scheme` names {name:?}, which the document does not define; it defines: {names}")
        })?;
        if let SchemeKind::Unsupported(reason) = &scheme.kind {
            bail!("`scheme` names {name:?}, which cannot be used: {reason}");
        }
        if let Some(part) = self.misfit(&scheme.kind) {
            let parts: Vec<&str> = scheme.kind.parts().iter().map(|part| part.name()).collect();
            bail!("{part:?} is no part of {name:?}, which takes: {}", parts.join(", "));
        }
        ensure!(!self.parts.is_empty(), "it has none of the parts of {name:?}");
        Ok(scheme)
    }

    /// The first part that a scheme of this kind does not have.
    fn misfit(&self, kind: &SchemeKind) -> Option<&str> {
        let is_known = |part: &str| kind.parts().iter().any(|known| known.name() == part);
        self.parts.keys().map(String::as_str).find(|part| !is_known(part))
    }
}

/// How an operator knows a part: its variable, else its key in the settings.
fn setting(entry: &CatalogEntry, part: Part) -> String {
    match (part, &entry.settings.credential) {
        (Part::Username, Some(words)) => words.username_variable.clone(),
        (Part::Password, Some(words)) => words.password_variable.clone(),
        _ => format!("credential.{}", part.name()),
    }
}
