//! The reasons why a validation has no result.

use crate::{
    model::error::{ErrorCode, ExplorerError},
    text,
};

/// The reason why a value could not be validated.
///
/// A response is then shown without a comparison. A request is refused: what was not validated is not sent. Only a
/// schema that exceeds the limits of a bundle is no failure: its operation could never be called otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidationFailure {
    /// The value takes more work than one validation may.
    BudgetExhausted,
    /// Crate `jsonschema` panicked, or does not support a schema that it should.
    Validator,
}

impl From<ValidationFailure> for ExplorerError {
    fn from(failure: ValidationFailure) -> Self {
        match failure {
            ValidationFailure::BudgetExhausted => {
                Self::new(ErrorCode::RequestTooLarge, text!("validation-budget-exhausted"))
            }
            ValidationFailure::Validator => Self::new(ErrorCode::Internal, text!("validation-fault")),
        }
    }
}
