//! Limits the cost of one validation.
//!
//! Documents and responses are not trusted, and together they can require unbounded work: a schema that contains itself
//! twice doubles the work at each level of a value. Crate `jsonschema` cannot be interrupted, so the bundle contains a
//! custom keyword that counts visits, and unwinds the stack when there are too many or stack space runs out. Any other
//! panic is a fault of the crate.

use super::ValidationFailure;
use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value};
use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

/// Name of the custom keyword. Its value is the cost of one visit.
pub(super) const COST_KEYWORD: &str = "x-visit";
/// Maximum cost of one validation: a few tenths of a second, and a few tens of megabytes.
const MAX_COST: usize = 250_000;
/// Maximum stack size of a validation, in bytes. Threads have 2 MB.
const MAX_STACK_BYTES: usize = 512 << 10;

thread_local! {
    /// The remaining budget, and the lowest stack address that validation may use.
    static REMAINING: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// Panic payload that ends a validation whose budget is exhausted.
struct BudgetExhausted;

/// Runs a validation within the budget.
///
/// # Errors
/// Returns an error if the validation exceeds the budget, or if it panics for any other reason.
pub(super) fn run_within_budget<T>(validate: impl FnOnce() -> T) -> Result<T, ValidationFailure> {
    let stack_marker = 0_u8;
    REMAINING.set((MAX_COST, address_of(&stack_marker).saturating_sub(MAX_STACK_BYTES)));
    catch_unwind(AssertUnwindSafe(validate)).map_err(|payload| {
        if payload.is::<BudgetExhausted>() { ValidationFailure::BudgetExhausted } else { ValidationFailure::Validator }
    })
}

/// A keyword that counts visits of one schema.
pub(super) struct CostKeyword(usize);

impl CostKeyword {
    /// Builds the keyword from its value in a schema.
    #[expect(clippy::unnecessary_wraps, reason = "keywords may be wrong")]
    pub(super) fn build<'a>(
        _: &'a Map<String, Value>,
        cost: &'a Value,
        _: jsonschema::paths::Location,
    ) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
        Ok(Box::new(Self(cost.as_u64().and_then(|cost| cost.try_into().ok()).unwrap_or(1))))
    }

    fn spend(&self, value: &Value) {
        let size = match value {
            Value::String(text) => text.len() / 256,
            Value::Array(items) => items.len() / 64,
            Value::Object(fields) => fields.len() / 64,
            _ => 0,
        };
        let (remaining, stack_end) = REMAINING.get();
        let stack_marker = 0_u8;
        match remaining.checked_sub(self.0 + size) {
            Some(new_remaining) if address_of(&stack_marker) > stack_end => REMAINING.set((new_remaining, stack_end)),
            // `resume_unwind` does not call the panic hook, so nothing is logged: an exhausted budget is not a failure.
            _ => resume_unwind(Box::new(BudgetExhausted)),
        }
    }
}

impl<'i> Keyword<'i> for CostKeyword {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        self.spend(instance);
        Ok(())
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.spend(instance);
        true
    }
}

fn address_of(byte: &u8) -> usize {
    std::ptr::from_ref(byte).addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exhausted_budget_is_told_from_other_panics() {
        let visit = CostKeyword(1);
        let visit_forever = || -> () {
            loop {
                visit.spend(&Value::Null);
            }
        };
        assert_eq!(run_within_budget(visit_forever), Err(ValidationFailure::BudgetExhausted));
        let panic = || -> () { resume_unwind(Box::new("a fault of the crate")) };
        assert_eq!(run_within_budget(panic), Err(ValidationFailure::Validator));
        assert_eq!(run_within_budget(|| visit.spend(&Value::Null)), Ok(()));
    }
}
