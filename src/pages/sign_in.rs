//! `/sign-in`: who one is, to be told before anything else.

use super::list::in_query;
use crate::auth::access::Access;
use leptos::prelude::*;

/// The ways to sign in.
pub fn sign_in(access: &Access, next: &str, fault: Option<&str>) -> AnyView {
    let fault = fault.map(|fault| view! { <p class="problem" role="alert">{fault.to_owned()}</p> });
    let token = access.oidc.is_none().then_some(true);
    let elsewhere = access.oidc.as_ref().map(|_| {
        // A link, as a form may not lead to another site.
        let href = ["/auth/begin?next=", &in_query(next)].concat();
        view! {
            <p><a class="button" href=href>"Sign in with your organisation"</a></p>
            <p class="or">"or"</p>
        }
    });
    view! {
        <h1>"Sign in"</h1>
        <p class="lead">"This explorer calls with credentials of whoever runs it, so it asks who you are."</p>
        <section class="card narrow">
            {fault}
            {elsewhere}
            <form method="post" action="/sign-in">
                <input type="hidden" name="next" value=next.to_owned()/>
                <label for="token">"Access token"</label>
                <input id="token" name="token" type="password" autocomplete="current-password" autocapitalize="none"
                    spellcheck="false" required autofocus=token aria-describedby="token-hint"/>
                <p id="token-hint" class="note">"It begins with aex_. Whoever runs this server makes one for you."</p>
                <div class="buttons"><button type="submit" class="primary">"Sign in"</button></div>
            </form>
        </section>
    }
    .into_any()
}
