//! The Authentication card: inputs for the credentials that the operation accepts.

use super::Submission;
use crate::{
    model::{
        credential::{CredentialSource, CredentialStatus},
        security::{CredentialPart, OperationAuthentication, SchemeKind, SchemeRequirement, SecurityScheme},
    },
    openapi::DocumentedOperation,
    pages::provider::token_sources,
    providers::CatalogEntry,
    text,
    ui::{icon::icon, messages},
};
use leptos::prelude::*;

/// The data that the card is rendered from.
#[derive(Clone, Copy)]
struct AuthenticationCard<'a> {
    submission: &'a Submission,
    entry: &'a CatalogEntry,
}

pub(super) fn authentication_card(
    submission: &Submission,
    entry: &CatalogEntry,
    documented: &DocumentedOperation,
    status: &CredentialStatus,
    authentication: &OperationAuthentication,
) -> AnyView {
    let security = &documented.security;
    let content = if security.alternatives.is_empty() {
        let names_none = entry.document.security_schemes.is_empty();
        let note = if names_none { no_credential_named() } else { text!("authentication-card-none-needed") };
        view! { <p class="note">{note}</p> }.into_any()
    } else {
        let note =
            if entry.has_offered_schemes { no_credential_named() } else { text!("authentication-card-optional") };
        let optional = security.is_optional.then(|| view! { <p class="note">{note}</p> });
        let general_problem = submission.credential_problems.iter().find(|problem| problem.location.is_empty());
        view! {
            <p id="credential-status" class="credential-status" role="status">{messages::describe_credential(status, authentication)}</p>
            <details open=!submission.credential_problems.is_empty()>
                <summary>{text!("authentication-card-configure", provider = entry.document.title)}</summary>
                {optional}
                <form id="credential" method="post">
                    {AuthenticationCard { submission, entry }.alternatives(&security.alternatives)}
                    <div class="buttons">
                        <button type="submit" name="credential" value="save">{text!("authentication-card-save")}</button>
                        <button type="submit" id="clear-credential" name="credential" value="clear" disabled=status.source != CredentialSource::Caller>{text!("authentication-card-clear")}</button>
                        <span id="credential-news" class="news" role="status">{general_problem.map(|problem| problem.message.clone())}</span>
                    </div>
                </form>
            </details>
        }
        .into_any()
    };
    view! {
        <section class="card setting" id="authentication" aria-labelledby="authentication-title">
            <h3 id="authentication-title">{icon("lock")}{text!("authentication-card-title")}</h3>
            {content}
        </section>
    }
    .into_any()
}

/// Returns the note if the document defines no security scheme.
fn no_credential_named() -> &'static str {
    text!("authentication-card-none-named")
}

impl AuthenticationCard<'_> {
    /// Renders the inputs of the only alternative, or a group for each alternative.
    fn alternatives(self, alternatives: &[Vec<SchemeRequirement>]) -> AnyView {
        let mut rendered_schemes = Vec::new();
        if let [only] = alternatives {
            let hint =
                (only.len() > 1).then(|| view! { <p class="note">{text!("authentication-card-all-required")}</p> });
            return view! { {hint}{self.schemes(only, only.len() > 1, &mut rendered_schemes)} }.into_any();
        }
        let groups: Vec<_> = alternatives
            .iter()
            .map(|requirements| {
                let names: Vec<String> = requirements.iter().map(|requirement| self.scheme_name(requirement)).collect();
                let hint = (requirements.len() > 1)
                    .then(|| view! { <p class="note">{text!("authentication-card-all-required")}</p> });
                let schemes = self.schemes(requirements, requirements.len() > 1, &mut rendered_schemes);
                view! { <fieldset><legend>{names.join(text!("list-and"))}</legend>{hint}{schemes}</fieldset> }
            })
            .collect();
        view! {
            <div role="group" aria-labelledby="alternatives">
                <p class="note" id="alternatives">{text!("authentication-card-alternatives")}</p>
                {groups}
            </div>
        }
        .into_any()
    }

    /// Renders the schemes of one alternative. A scheme that several alternatives share is rendered once.
    fn schemes(
        self,
        requirements: &[SchemeRequirement],
        show_names: bool,
        rendered_schemes: &mut Vec<String>,
    ) -> Vec<AnyView> {
        requirements
            .iter()
            .map(|requirement| {
                let name = self.scheme_name(requirement);
                let content = match self.entry.describe_scheme(&requirement.scheme) {
                    Err(reason) => {
                        view! { <p class="note">{text!("authentication-card-unusable", reason = reason)}</p> }
                            .into_any()
                    }
                    Ok(_) if rendered_schemes.contains(&requirement.scheme) => {
                        view! { <p class="note">{text!("authentication-card-repeated", scheme = name)}</p> }.into_any()
                    }
                    Ok(_) => self
                        .entry
                        .security_scheme(&requirement.scheme)
                        .map_or_else(|| ().into_any(), |scheme| self.scheme_fields(scheme)),
                };
                rendered_schemes.push(requirement.scheme.clone());
                if show_names {
                    view! { <fieldset><legend>{name}</legend>{content}</fieldset> }.into_any()
                } else {
                    content
                }
            })
            .collect()
    }

    fn scheme_fields(self, scheme: &SecurityScheme) -> AnyView {
        let fields: Vec<_> = scheme.kind.parts().iter().map(|part| self.field(scheme, *part)).collect();
        let pasted = matches!(scheme.kind, SchemeKind::ClientCredentials { .. }).then(|| {
            view! {
                <p class="note">
                    {text!("authentication-card-client-credentials")}
                </p>
            }
        });
        view! { <div class="description" inner_html=scheme.description.clone()></div>{token_sources(scheme)}{pasted}{fields} }.into_any()
    }

    fn field(self, scheme: &SecurityScheme, part: CredentialPart) -> AnyView {
        let name = format!("{}/{}", scheme.id, part.name());
        let id = format!("credential/{}", name.replace(char::is_whitespace, "-"));
        let problem_id = format!("{id}/problem");
        let matching_problem = self.submission.credential_problems.iter().find(|problem| problem.location == name);
        let problem = matching_problem.map(|problem| problem.message.clone());
        let kind = if part.is_secret() { "password" } else { "text" };
        view! {
            <div class="field">
                <label for=id.clone()>{self.entry.part_label(&scheme.kind, part)}</label>
                <input id=id name=name type=kind autocomplete="off" spellcheck="false" aria-describedby=problem_id.clone() aria-invalid=problem.is_some().then_some("true")/>
                <p class="problem" id=problem_id>{problem}</p>
            </div>
        }
        .into_any()
    }

    /// Returns the display name of a scheme; its id if the scheme cannot be used.
    fn scheme_name(self, requirement: &SchemeRequirement) -> String {
        self.entry.describe_scheme(&requirement.scheme).unwrap_or_else(|_| requirement.scheme.clone())
    }
}
