//! Says before a call what a caller may not call.

use super::{Gateway, policy};
use crate::{
    auth::identity::{Caller, Grant},
    model::{
        credential::{CredentialSource, CredentialStatus},
        operation::Method,
    },
};

impl Gateway {
    /// Returns the reason why a caller may not call an operation, if the operator's credential is in effect and its
    /// rules or the caller's grants deny the operation in every environment that the credential is for. The call itself
    /// is judged again.
    pub fn denied_reason(
        &self,
        caller: &Caller,
        (provider, operation): (&str, &str),
        credential: &CredentialStatus,
    ) -> Option<String> {
        let identity = caller.identity.as_ref().filter(|_| credential.source == CredentialSource::Operator)?;
        let (entry, documented) = self.find_operation(provider, operation, None).ok()?;
        let policy = &entry.settings.policy;
        let is_reachable = |name: &str| credential.environment.as_ref().is_none_or(|own| own == name);
        let mut reachable = documented.environments.iter().filter(|server| is_reachable(&server.name)).peekable();
        let changes_live_data = !policy.is_read_only(&entry, &documented)
            && reachable.peek().is_some()
            && reachable.all(|server| policy.is_live_environment(server));
        let is_deletion = documented.operation.method == Method::Delete;
        let grants = [(changes_live_data, Grant::Live), (is_deletion, Grant::Delete)];
        let judged = policy::judge_operation(&entry, &documented, identity).and_then(|_| {
            let mut required = grants.into_iter().filter(|(is_required, _)| *is_required);
            required.try_for_each(|(_, grant)| policy::judge_grant(&entry, identity, grant))
        });
        judged.err().map(|denial| denial.reason)
    }
}
