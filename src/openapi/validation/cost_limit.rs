//! How much work one validation may be.
//!
//! Documents and replies are not trusted, and together they can ask for work without end: schemas that contain themselves
//! twice double it with every level of a value. The crate cannot be told to stop, so the bundle carries a keyword of ours
//! that counts visits, and leaves by unwinding when there are too many or the stack is used up.

use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value};
use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

/// The keyword that counts. Its value is what a visit costs.
pub(super) const COST_KEYWORD: &str = "x-visit";
/// What one validation may cost: some tenths of a second, some tens of megabytes.
const MAX_COST: usize = 250_000;
/// Bytes of the stack that validation may use; threads have 2 MB.
const MAX_STACK_BYTES: usize = 512 << 10;

thread_local! {
    /// What is left of the budget, and the address at which the stack must stop.
    static REMAINING: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// What validation leaves with.
struct BudgetExhausted;

/// Runs a validation within the budget; nothing where it takes more, or fails.
pub(super) fn run_within_budget<T>(validate: impl FnOnce() -> T) -> Option<T> {
    let stack_marker = 0_u8;
    REMAINING.set((MAX_COST, address_of(&stack_marker).saturating_sub(MAX_STACK_BYTES)));
    catch_unwind(AssertUnwindSafe(validate)).ok()
}

/// Counts visits of one schema.
pub(super) struct CostKeyword(usize);

impl CostKeyword {
    /// The keyword as a document has it.
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
            // No hook is called, so nothing is logged: this is no failure.
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
