//! The Authentication card: what the operation accepts, and nothing else.

use super::Submission;
use crate::{
    model::{
        credential::{CredentialSource, CredentialStatus},
        security::{Access, Need, Part, SchemeKind, SecurityScheme},
    },
    openapi::Documentation,
    providers::CatalogEntry,
    ui::words,
};
use leptos::prelude::*;

/// What the card is drawn from.
#[derive(Clone, Copy)]
struct Card<'a> {
    submission: &'a Submission,
    entry: &'a CatalogEntry,
}

pub(super) fn authentication(
    submission: &Submission,
    entry: &CatalogEntry,
    documented: &Documentation,
    status: &CredentialStatus,
    access: &Access,
) -> AnyView {
    let security = &documented.security;
    let content = if security.alternatives.is_empty() {
        view! { <p class="note">"This operation needs no credential."</p> }.into_any()
    } else {
        let optional = security
            .anonymous
            .then(|| view! { <p class="note">"This operation answers without a credential too."</p> });
        let general = submission.credential_problems.iter().find(|problem| problem.at.is_empty());
        view! {
            <p class="note">"Configure credentials for "{entry.document.title.clone()}</p>
            {optional}
            <p id="credential-status" class="credential-status" role="status">{words::credential(status, access)}</p>
            <form id="credential" method="post">
                {Card { submission, entry }.alternatives(&security.alternatives)}
                <div class="buttons">
                    <button type="submit" name="credential" value="save">"Save credentials"</button>
                    <button type="submit" id="clear-credential" name="credential" value="clear" disabled=status.source != CredentialSource::Visitor>"Clear"</button>
                    <span id="credential-news" class="news" role="status">{general.map(|problem| problem.message.clone())}</span>
                </div>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="card" id="authentication" aria-labelledby="authentication-title">
            <h3 id="authentication-title">"Authentication"</h3>
            {content}
        </section>
    }
    .into_any()
}

impl Card<'_> {
    /// The inputs of the only alternative, or a group for each.
    fn alternatives(self, alternatives: &[Vec<Need>]) -> AnyView {
        let mut drawn = Vec::new();
        if let [only] = alternatives {
            let hint = (only.len() > 1).then(|| view! { <p class="note">"All of these are needed."</p> });
            return view! { {hint}{self.schemes(only, only.len() > 1, &mut drawn)} }.into_any();
        }
        let groups: Vec<_> = alternatives
            .iter()
            .map(|needs| {
                let names: Vec<String> = needs.iter().map(|need| self.words(need)).collect();
                let hint = (needs.len() > 1).then(|| view! { <p class="note">"All of these are needed."</p> });
                let schemes = self.schemes(needs, needs.len() > 1, &mut drawn);
                view! { <fieldset><legend>{names.join(" and ")}</legend>{hint}{schemes}</fieldset> }
            })
            .collect();
        view! {
            <div role="group" aria-labelledby="alternatives">
                <p class="note" id="alternatives">"One of these"</p>
                {groups}
            </div>
        }
        .into_any()
    }

    /// The schemes of one alternative. One that another alternative has too is drawn once.
    fn schemes(self, needs: &[Need], with_names: bool, drawn: &mut Vec<String>) -> Vec<AnyView> {
        needs
            .iter()
            .map(|need| {
                let words = self.words(need);
                let content = match self.entry.scheme_words(&need.scheme) {
                    Err(reason) => view! { <p class="note">"Cannot be used here: "{reason}"."</p> }.into_any(),
                    Ok(_) if drawn.contains(&need.scheme) => {
                        view! { <p class="note">{words.clone()}": the same as above."</p> }.into_any()
                    }
                    Ok(_) => {
                        self.entry.scheme(&need.scheme).map_or_else(|| ().into_any(), |scheme| self.scheme(scheme))
                    }
                };
                drawn.push(need.scheme.clone());
                if with_names {
                    view! { <fieldset><legend>{words}</legend>{content}</fieldset> }.into_any()
                } else {
                    content
                }
            })
            .collect()
    }

    fn scheme(self, scheme: &SecurityScheme) -> AnyView {
        let fields: Vec<_> = scheme.kind.parts().iter().map(|part| self.field(scheme, *part)).collect();
        let pasted = matches!(scheme.kind, SchemeKind::ClientCredentials { .. }).then(|| {
            view! {
                <p class="note">"This server fetches an access token with the client ID and secret, and renews it. Or paste a token alone."</p>
            }
        });
        view! { <div class="description" inner_html=scheme.description.clone()></div>{pasted}{fields} }.into_any()
    }

    fn field(self, scheme: &SecurityScheme, part: Part) -> AnyView {
        let name = [&scheme.id, "/", part.name()].concat();
        let id = ["credential/", &name.replace(char::is_whitespace, "-")].concat();
        let about = [&id, "/problem"].concat();
        let found = self.submission.credential_problems.iter().find(|problem| problem.at == name);
        let problem = found.map(|problem| problem.message.clone());
        let kind = if part.is_secret() { "password" } else { "text" };
        view! {
            <div class="field">
                <label for=id.clone()>{self.entry.label(&scheme.kind, part)}</label>
                <input id=id name=name type=kind autocomplete="off" spellcheck="false" aria-describedby=about.clone() aria-invalid=problem.is_some().then_some("true")/>
                <p class="problem" id=about>{problem}</p>
            </div>
        }
        .into_any()
    }

    /// What a need is called; by its id, where it cannot be used.
    fn words(self, need: &Need) -> String {
        self.entry.scheme_words(&need.scheme).unwrap_or_else(|_| need.scheme.clone())
    }
}
