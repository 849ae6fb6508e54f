//! Fills in the form with the arguments of a link.

use super::Submission;
use crate::model::{form, operation::Operation};

impl Submission {
    /// Fills in the form with the arguments of a link. Arguments that cannot be read are ignored.
    pub fn from_link(operation: &Operation, arguments: &str) -> Self {
        let mut submission = Self::default();
        if let Ok(arguments) = form::parse_arguments(arguments) {
            submission.fill_arguments(operation, &arguments);
            submission.update_json_view(operation);
        }
        submission
    }
}
