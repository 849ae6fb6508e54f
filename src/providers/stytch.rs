//! Settings of the built-in provider Stytch, an authentication API.

use super::{
    BasicCredentialNames, CredentialRules, DEFAULT_DOCUMENT_LIMIT_MB, DocumentSource, Policy, ProviderSettings, Rule,
};
use url::Url;

/// Returns the settings of Stytch. Its document is written for this explorer: `build.rs` joins the files in `stytch/`.
pub fn stytch_settings(base_url: Option<Url>) -> ProviderSettings {
    ProviderSettings {
        id: "stytch".into(),
        source_location: "built in".into(),
        logo: None,
        title: Some("Stytch".into()),
        category: None,
        package: "@utdk/stytch".into(),
        overlays: Vec::new(),
        document: DocumentSource::Text(include_str!(concat!(env!("OUT_DIR"), "/stytch.json")).into()),
        document_limit_mb: DEFAULT_DOCUMENT_LIMIT_MB,
        servers: Vec::new(),
        slash_parameters: Vec::new(),
        presets: Vec::new(),
        credential_names: Some(BasicCredentialNames {
            username_label: "Project ID".into(),
            password_label: "Secret".into(),
            username_variable: "STYTCH_PROJECT_ID".into(),
            password_variable: "STYTCH_SECRET".into(),
        }),
        credential_rules: CredentialRules {
            username_prefixes: vec![("test".into(), "project-test-".into()), ("live".into(), "project-live-".into())],
            password_min_length: 8,
        },
        security_scheme: None,
        credential_scheme: None,
        hosts: vec!["test.stytch.com".into(), "api.stytch.com".into(), "telemetry.stytch.com".into()],
        base_url,
        // Searches use POST, but change nothing.
        policy: Policy { read_only_rules: Rule::parse("*Search").into_iter().collect(), ..Policy::default() },
        environment_id_markers: vec![("test".into(), "-test-".into()), ("live".into(), "-live-".into())],
    }
}
