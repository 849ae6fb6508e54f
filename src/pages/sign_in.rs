//! `/sign-in`: the sign-in page.

use super::list::encode_query_value;
use crate::{auth::access::AccessSettings, text};
use leptos::prelude::*;

/// Renders the methods to sign in.
pub fn sign_in_page(access: &AccessSettings, next: &str, error: Option<&str>) -> AnyView {
    let error = error.map(|fault| view! { <p class="problem" role="alert">{fault.to_owned()}</p> });
    let autofocus = access.oidc.is_none().then_some(true);
    let oidc_link = access.oidc.as_ref().map(|_| {
        // This is a link because the policy does not allow forms to redirect to another site.
        let href = format!("/auth/begin?next={}", encode_query_value(next));
        view! {
            <p><a class="button" href=href>{text!("sign-in-organization")}</a></p>
            <p class="or">{text!("sign-in-or")}</p>
        }
    });
    view! {
        <h1>{text!("sign-in-title")}</h1>
        <p class="lead">{text!("sign-in-lead")}</p>
        <section class="card narrow">
            {error}
            {oidc_link}
            <form method="post" action="/sign-in">
                <input type="hidden" name="next" value=next.to_owned()/>
                <label for="token">{text!("sign-in-token")}</label>
                <input id="token" name="token" type="password" autocomplete="current-password" autocapitalize="none"
                    spellcheck="false" required autofocus=autofocus aria-describedby="token-hint"/>
                <p id="token-hint" class="note">{text!("sign-in-token-hint")}</p>
                <div class="buttons"><button type="submit" class="primary">{text!("sign-in-submit")}</button></div>
            </form>
        </section>
    }
    .into_any()
}
