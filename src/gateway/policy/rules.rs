//! Which operations may be called with the operator's credential.

use super::Passage;
use crate::{
    model::error::{Code, ExplorerError},
    providers::Rule,
};

/// The rule that lets an operation pass; an error that names the one that does not.
pub(crate) fn allowed(passage: Passage) -> Result<String, ExplorerError> {
    let Passage { entry, documented, identity, is_operators, .. } = passage;
    if !is_operators {
        return Ok("no credential of the operator's".into());
    }
    let means = |rule: &&Rule| rule.means(entry, documented);
    let policy = &entry.settings.policy;
    let title = &entry.provider.title;
    if let Some(rule) = policy.deny.iter().find(means) {
        let why = format!("The operator's policy for {title} denies {rule}.");
        return Err(denied(&why, format!("deny {rule}")));
    }
    let mut passed = Vec::new();
    for (whose, allow) in [("allow", &policy.allow), ("token allow", &identity.allow)] {
        match allow.iter().find(means) {
            Some(rule) => passed.push(format!("{whose} {rule}")),
            None if allow.is_empty() => {}
            None if whose == "allow" => {
                let why = format!("The operator's policy for {title} allows only {}.", list(allow));
                return Err(denied(&why, format!("allow {}", list(allow))));
            }
            None => {
                let why = format!("Your access token may call only {}.", list(allow));
                return Err(denied(&why, format!("token allow {}", list(allow))));
            }
        }
    }
    Ok(if passed.is_empty() { "everything is allowed".into() } else { passed.join(", ") })
}

fn list(rules: &[Rule]) -> String {
    rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A refusal, with the rule.
pub(crate) fn denied(why: &str, rule: String) -> ExplorerError {
    let message = format!("{why} Nothing was sent. Ask whoever runs this server, or save a credential of your own.");
    ExplorerError { rule: Some(rule), ..ExplorerError::new(Code::PolicyDenied, message) }
}
