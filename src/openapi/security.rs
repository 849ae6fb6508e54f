//! Reads security schemes, and the security requirements of operations.

use super::{
    Diagnostic, Document, markdown,
    operation_summary::{MAX_TEXT_BYTES, truncate},
    reference::Resolver,
    string_or_empty,
};
use crate::model::{
    is_token,
    security::{CredentialLocation, SchemeKind, SchemeRequirement, SecurityRequirements, SecurityScheme, TokenFlow},
};
use serde_json::Value;
use url::Url;

/// Maximum number of schemes, and of alternatives per operation: more than any real document has.
const MAX_ENTRIES: usize = 50;

/// The flows of `OAuth` 2.0: their field, and the field with the URL that a user starts them at.
const FLOWS: [(&str, &str); 5] = [
    ("authorizationCode", "authorizationUrl"),
    ("implicit", "authorizationUrl"),
    ("deviceAuthorization", "deviceAuthorizationUrl"),
    ("password", "tokenUrl"),
    ("clientCredentials", "tokenUrl"),
];
/// Fields with the URLs of metadata that describes flows.
const METADATA_URLS: [&str; 2] = ["oauth2MetadataUrl", "openIdConnectUrl"];

/// Reads the schemes that a document defines. Unsupported schemes are included with their reason, and reported.
pub(super) fn read_security_schemes(resolver: Resolver, diagnostics: &mut Vec<Diagnostic>) -> Vec<SecurityScheme> {
    let defined = resolver.entry("components", "securitySchemes").as_object().into_iter().flatten().take(MAX_ENTRIES);
    let schemes = defined.map(|(id, scheme)| {
        let scheme = resolver.resolve(scheme).map(|resolved| resolved.to_merged_value());
        let kind = match &scheme {
            Ok(scheme) => scheme_kind(scheme),
            Err(reason) => SchemeKind::Unsupported(reason.clone()),
        };
        if let SchemeKind::Unsupported(reason) = &kind {
            diagnostics
                .push(Diagnostic { location: format!("components.securitySchemes.{id}"), reason: reason.clone() });
        }
        let scheme = scheme.unwrap_or_default();
        SecurityScheme {
            id: id.clone(),
            kind,
            description: markdown::to_html(&string_or_empty(&scheme["description"])),
            flows: read_flows(&scheme),
            is_deprecated: scheme["deprecated"] == true,
        }
    });
    schemes.collect()
}

/// Returns the security requirements of an operation: its own, or those of the document. Without any, no credential is
/// needed.
pub(super) fn effective_security(default: &Value, operation: &Value) -> SecurityRequirements {
    let operation_security = operation.get("security").filter(|security| security.is_array());
    let requirements = operation_security.unwrap_or(default).as_array().into_iter().flatten().take(MAX_ENTRIES);
    let alternatives: Vec<Vec<SchemeRequirement>> =
        requirements.filter_map(Value::as_object).map(read_requirement).collect();
    let anonymous = alternatives.iter().all(Vec::is_empty) || alternatives.iter().any(Vec::is_empty);
    SecurityRequirements {
        alternatives: alternatives.into_iter().filter(|alternative| !alternative.is_empty()).collect(),
        is_optional: anonymous,
    }
}

fn read_requirement(alternative: &serde_json::Map<String, Value>) -> Vec<SchemeRequirement> {
    let requirements = alternative.iter().map(|(scheme, scopes)| SchemeRequirement {
        scheme: scheme.clone(),
        scopes: scopes.as_array().into_iter().flatten().filter_map(Value::as_str).map(Into::into).collect(),
    });
    requirements.collect()
}

fn scheme_kind(scheme: &Value) -> SchemeKind {
    let unsupported = |reason: &str| SchemeKind::Unsupported(reason.to_owned());
    match scheme["type"].as_str() {
        Some("http") => match scheme["scheme"].as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("basic") => SchemeKind::Basic,
            Some("bearer") => SchemeKind::Bearer,
            Some(other) => SchemeKind::Unsupported(format!("HTTP authentication {other:?} is not supported")),
            None => unsupported("the HTTP authentication scheme is missing"),
        },
        Some("apiKey") => api_key_kind(scheme),
        Some("oauth2") => {
            let token_url = scheme["flows"]["clientCredentials"]["tokenUrl"].as_str();
            match token_url.filter(|url| Url::parse(url).is_ok_and(|url| url.has_host())) {
                Some(token_url) => SchemeKind::ClientCredentials { token_url: token_url.to_owned() },
                None => SchemeKind::AccessToken,
            }
        }
        Some("openIdConnect") => SchemeKind::AccessToken,
        Some("mutualTLS") => unsupported("TLS client certificates are not supported"),
        Some(other) => SchemeKind::Unsupported(format!("the type {other:?} is unknown")),
        None => unsupported("the type is missing"),
    }
}

/// Reads the flows of `OAuth` 2.0 that a scheme has, and the URLs that a user starts them at.
fn read_flows(scheme: &Value) -> Vec<TokenFlow> {
    let token_flow = |field: &'static str, url: &Value| {
        let url = url.as_str().filter(|url| Url::parse(url).is_ok_and(|url| url.has_host()));
        TokenFlow { field, url: url.map(|url| truncate(url, MAX_TEXT_BYTES).to_owned()) }
    };
    let flows = FLOWS.into_iter().filter_map(|(field, url)| {
        let flow = scheme["flows"].get(field).filter(|flow| flow.is_object())?;
        Some(token_flow(field, &flow[url]))
    });
    let metadata = METADATA_URLS.into_iter().filter_map(|field| Some(token_flow(field, scheme.get(field)?)));
    flows.chain(metadata).collect()
}

fn api_key_kind(scheme: &Value) -> SchemeKind {
    let location = match scheme["in"].as_str() {
        Some("header") => CredentialLocation::Header,
        Some("query") => CredentialLocation::Query,
        Some("cookie") => CredentialLocation::Cookie,
        _ => return SchemeKind::Unsupported("the location of the key is not header, query or cookie".into()),
    };
    let name = string_or_empty(&scheme["name"]);
    if !is_key_name(location, &name) {
        return SchemeKind::Unsupported("the name of the key is missing or invalid".into());
    }
    SchemeKind::ApiKey { location, name }
}

/// Returns true if a key can have a name: that of a header or cookie is a token (RFC 9110, §5.6.2).
pub fn is_key_name(location: CredentialLocation, name: &str) -> bool {
    is_token(name) || location == CredentialLocation::Query && !name.is_empty()
}

impl Document {
    /// Adds security schemes to a document that defines none. One of them suffices for each operation, except those
    /// that the document opens to everyone. Must be called before an operation is read.
    pub fn add_security_schemes(&mut self, schemes: Vec<SecurityScheme>, is_optional: bool) {
        let require =
            |scheme: &SecurityScheme| vec![SchemeRequirement { scheme: scheme.id.clone(), scopes: Vec::new() }];
        let alternatives = schemes.iter().map(require).collect();
        self.added_security = Some(SecurityRequirements { alternatives, is_optional });
        self.security_schemes = schemes;
    }
}

/// Returns true if the document says that an operation needs no credential.
pub(super) fn is_open(operation: &Value) -> bool {
    operation.get("security").and_then(Value::as_array).is_some_and(Vec::is_empty)
}

#[cfg(test)]
mod tests {
    use super::{
        super::parse_document,
        CredentialLocation,
        SchemeKind::{self, AccessToken, ApiKey, Basic, Bearer, ClientCredentials, Unsupported},
    };

    const DOCUMENT: &str = r##"
openapi: 3.0.3
info: { title: Locks, version: "1" }
security: [ { basic: [] } ]
paths:
  /document: { get: {} }
  /none: { get: { security: [] } }
  /optional: { get: { security: [ {}, { key: [] } ] } }
  /either: { get: { security: [ { key: [] }, { bearer: [], machine: [read, write] } ] } }
  /malformed: { get: { security: nonsense } }
components:
  securitySchemes:
    basic: { type: http, scheme: Basic, description: "Of *two* parts." }
    bearer: { type: http, scheme: bearer }
    key: { type: apiKey, in: query, name: "the key" }
    header: { type: apiKey, in: header, name: "the key" }
    machine: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://a.example/token", scopes: {} } } }
    person: { type: oauth2, flows: { implicit: { authorizationUrl: "https://a.example/", scopes: {} } } }
    relative: { type: oauth2, flows: { clientCredentials: { tokenUrl: "/token", scopes: {} } } }
    connect: { type: openIdConnect, openIdConnectUrl: "https://a.example/" }
    certificate: { type: mutualTLS }
    digest: { type: http, scheme: digest }
    nothing: {}
    lost: { $ref: "#/nowhere" }
"##;

    #[test]
    fn each_kind_of_scheme_is_read() -> anyhow::Result<()> {
        let document = parse_document(DOCUMENT)?;
        let kinds: Vec<(&str, &SchemeKind)> =
            document.security_schemes.iter().map(|scheme| (&*scheme.id, &scheme.kind)).collect();
        let key = ApiKey { location: CredentialLocation::Query, name: "the key".into() };
        let machine = ClientCredentials { token_url: "https://a.example/token".into() };
        assert_eq!(kinds[..3], [("basic", &Basic), ("bearer", &Bearer), ("key", &key)]);
        assert_eq!(
            kinds[4..8],
            [("machine", &machine), ("person", &AccessToken), ("relative", &AccessToken), ("connect", &AccessToken)]
        );
        assert_eq!(document.security_schemes[0].description, "<p>Of <em>two</em> parts.</p>");
        Ok(())
    }

    #[test]
    fn unsupported_schemes_are_kept_and_reported() -> anyhow::Result<()> {
        let document = parse_document(DOCUMENT)?;
        for id in ["header", "certificate", "digest", "nothing", "lost"] {
            let unsupported = document.security_schemes.iter().find(|scheme| scheme.id == id);
            assert!(unsupported.is_some_and(|scheme| matches!(scheme.kind, Unsupported(_))), "{id}");
            let location = format!("components.securitySchemes.{id}");
            assert!(
                document.diagnostics.iter().any(|fault| fault.location == location),
                "{id}: {:?}",
                document.diagnostics
            );
        }
        Ok(())
    }

    #[test]
    fn the_security_of_an_operation_overrides_that_of_the_document() -> anyhow::Result<()> {
        let document = parse_document(DOCUMENT)?;
        let accepted: Vec<(Vec<String>, bool)> = document
            .operations
            .iter()
            .filter_map(|listing| document.operation(&listing.name))
            .map(|operation| {
                let alternatives = operation.security.alternatives.iter();
                let ids = alternatives.map(|alternative| {
                    alternative
                        .iter()
                        .map(|requirement| [&*requirement.scheme, &requirement.scopes.join(" ")].join(":"))
                        .collect::<Vec<_>>()
                });
                (ids.map(|ids| ids.join(" and ")).collect(), operation.security.is_optional)
            })
            .collect();
        let expected: [(&[&str], bool); 5] = [
            (&["basic:"], false),
            (&[], true),
            (&["key:"], true),
            (&["key:", "bearer: and machine:read write"], false),
            (&["basic:"], false),
        ];
        assert_eq!(
            accepted,
            expected.map(|(ids, anonymous)| (ids.iter().map(ToString::to_string).collect(), anonymous))
        );
        Ok(())
    }
}
