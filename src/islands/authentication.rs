//! The Authentication card: sets, replaces and clears a visitor's own credential. It is never read back.

use super::{dom, remote, state::State};
use crate::{
    model::{
        credential::{CredentialSource, CredentialStatus},
        error::ExplorerError,
    },
    ui::words,
};
use leptos::{prelude::*, task::spawn_local};

/// Keeps the card up to date.
pub(super) fn start(state: State) {
    Effect::new(move || {
        let status = state.credential.get();
        dom::set_text("#credential-status", &words::credential(&status));
        dom::set_flag("#clear-credential", "disabled", status.source != CredentialSource::Visitor);
    });
}

/// Saves what the form holds, or clears what is saved.
pub(super) fn submit(state: State, is_clear: bool) {
    let provider = state.provider.with_value(|provider| provider.id.clone());
    let (username, password) = (dom::value("#username"), dom::value("#password"));
    dom::set_text("#credential-news", "…");
    spawn_local(async move {
        if is_clear {
            finish(state, remote::clear_credential(provider).await, "Cleared.");
        } else {
            finish(state, remote::save_credential(provider, username, password).await, "Saved for this session.");
        }
    });
}

fn finish(state: State, outcome: Result<CredentialStatus, ExplorerError>, done: &str) {
    let (news, problems) = match outcome {
        Ok(status) => {
            for control in ["#username", "#password"].into_iter().filter_map(dom::find) {
                dom::set_value(&control, "");
            }
            state.credential.set(status);
            (done.to_owned(), Vec::new())
        }
        Err(error) if error.detail.is_empty() => (error.message, error.detail),
        Err(error) => (String::new(), error.detail),
    };
    dom::set_text("#credential-news", &news);
    for part in ["password", "username"] {
        let problem = problems.iter().find(|problem| problem.at == part);
        let control = ["#", part].concat();
        dom::set_text(&[control.as_str(), "-problem"].concat(), problem.map_or("", |problem| &problem.message));
        dom::set_flag(&control, "aria-invalid", problem.is_some());
        if let Some(control) = problem.and_then(|_| dom::find(&control)) {
            dom::focus(&control);
        }
    }
}
