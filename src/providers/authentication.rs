//! How a provider's credentials are called: on the page, in messages and in code.

use super::CatalogEntry;
use crate::{
    model::security::{Access, KeyPlace, Need, Part, Reference, SchemeKind, Security, SecurityScheme},
    openapi::Documentation,
};

impl CatalogEntry {
    /// The document's scheme with an id.
    pub fn scheme(&self, id: &str) -> Option<&SecurityScheme> {
        self.document.schemes.iter().find(|scheme| scheme.id == id)
    }

    /// What a part of a credential is called, by the settings or by its kind.
    pub fn label(&self, kind: &SchemeKind, part: Part) -> String {
        let words = self.settings.credential.as_ref();
        match (part, words, kind) {
            (Part::Username, Some(words), _) => words.username_label.clone(),
            (Part::Password, Some(words), _) => words.password_label.clone(),
            (Part::Username, ..) => "Username".into(),
            (Part::Password, ..) => "Password".into(),
            (Part::Key, _, SchemeKind::ApiKey { name, .. }) => format!("API key ({name})"),
            (Part::Key, ..) => "API key".into(),
            (Part::ClientId, ..) => "Client ID".into(),
            (Part::ClientSecret, ..) => "Client secret".into(),
            (Part::Token, _, SchemeKind::Bearer) => "Bearer token".into(),
            (Part::Token, ..) => "Access token".into(),
        }
    }

    /// What an id among an operation's needs stands for, in words.
    ///
    /// # Errors
    /// The reason why it cannot be sent from here.
    pub fn scheme_words(&self, id: &str) -> Result<String, String> {
        let Some(scheme) = self.scheme(id) else {
            return Err("the document does not define it".into());
        };
        Ok(match &scheme.kind {
            SchemeKind::Basic => "HTTP Basic".into(),
            SchemeKind::Bearer => "Bearer token".into(),
            SchemeKind::ApiKey { place: KeyPlace::Header, name } => format!("API key in the header {name}"),
            SchemeKind::ApiKey { place: KeyPlace::Query, name } => format!("API key in the query parameter {name}"),
            SchemeKind::ApiKey { place: KeyPlace::Cookie, name } => format!("API key in the cookie {name}"),
            SchemeKind::ClientCredentials { .. } => "OAuth 2.0 client credentials".into(),
            SchemeKind::AccessToken => "OAuth 2.0 access token".into(),
            SchemeKind::Unsupported(reason) => return Err(reason.clone()),
        })
    }

    /// Whether all that an alternative needs can be sent from here.
    pub fn can_send(&self, needs: &[Need]) -> bool {
        needs.iter().all(|need| self.scheme_words(&need.scheme).is_ok())
    }

    /// What the browser may know about an operation's authentication.
    pub fn access(&self, documented: &Documentation) -> Access {
        let Security { alternatives, anonymous } = &documented.security;
        if *anonymous {
            return Access::default();
        }
        let ids = |needs: &Vec<Need>| needs.iter().map(|need| need.scheme.clone()).collect();
        let printed = alternatives.iter().find(|needs| self.can_send(needs)).map_or(&[][..], Vec::as_slice);
        Access { needs: alternatives.iter().map(ids).collect(), references: self.references(printed) }
    }

    fn references(&self, needs: &[Need]) -> Vec<Reference> {
        let schemes: Vec<&SecurityScheme> = needs.iter().filter_map(|need| self.scheme(&need.scheme)).collect();
        let references = schemes.iter().map(|scheme| {
            let is_alike = |other: &&&SecurityScheme| other.kind.parts().last() == scheme.kind.parts().last();
            // Two keys of one call need two variables.
            let of = if schemes.iter().filter(is_alike).count() > 1 { scheme.id.as_str() } else { "" };
            match &scheme.kind {
                SchemeKind::ApiKey { place, name } => Reference {
                    place: *place,
                    name: name.clone(),
                    variable: self.variable(of, Part::Key, "API_KEY"),
                    ..Reference::default()
                },
                SchemeKind::Basic => Reference {
                    username_variable: Some(self.variable(of, Part::Username, "USERNAME")),
                    ..in_authorization("Basic ", self.variable(of, Part::Password, "PASSWORD"))
                },
                SchemeKind::Bearer => in_authorization("Bearer ", self.variable(of, Part::Token, "TOKEN")),
                _ => in_authorization("Bearer ", self.variable(of, Part::Token, "ACCESS_TOKEN")),
            }
        });
        references.collect()
    }

    /// The variable of the settings, or one made of the provider's id: `PETSTORE_API_KEY`.
    fn variable(&self, scheme: &str, part: Part, suffix: &str) -> String {
        match (part, &self.settings.credential) {
            (Part::Username, Some(words)) => return words.username_variable.clone(),
            (Part::Password, Some(words)) => return words.password_variable.clone(),
            _ => {}
        }
        let words = [self.provider.id.as_str(), scheme, suffix].into_iter().filter(|word| !word.is_empty());
        let name: String = words.collect::<Vec<_>>().join("_");
        let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_uppercase();
        if name.starts_with(|c: char| c.is_ascii_digit()) { ["_", &name].concat() } else { name }
    }
}

fn in_authorization(before: &str, variable: String) -> Reference {
    Reference { name: "Authorization".into(), before: before.into(), variable, ..Reference::default() }
}
