//! Counts equal refusals, so that a flood of refused calls does not become a flood of records.

use crate::store::audit::AuditRecord;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Period after which the counted refusals are recorded.
const PERIOD: Duration = Duration::from_mins(1);
/// Maximum number of different refusals in a period. Beyond it, refusals are counted by action, provider and code, for
/// all callers together.
const MAX_KINDS: usize = 100;
/// Subject of a record that stands for refusals of several callers.
const SEVERAL_SUBJECTS: &str = "*";

/// Refusals of the current period. The first of each kind is recorded at once, the others as one record at the end of
/// the period.
#[derive(Debug, Default)]
pub(super) struct RefusalCounter {
    /// The record of all but the first refusal of each kind, if there was more than one.
    kinds: HashMap<RefusalKind, Option<AuditRecord>>,
    period_end: Option<Instant>,
}

/// The fields that equal refusals have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
struct RefusalKind {
    subject: String,
    action: String,
    details: [Option<String>; 6],
}

impl RefusalKind {
    fn of(record: &AuditRecord) -> Self {
        let AuditRecord { provider, operation, environment, code, rule, target, .. } = record;
        Self {
            subject: record.subject.clone(),
            action: record.action.clone(),
            details: [provider, operation, environment, code, rule, target].map(Clone::clone),
        }
    }
}

impl RefusalCounter {
    /// Returns the time at which the period ends, if refusals were added in it.
    pub(super) fn period_end(&self) -> Option<Instant> {
        self.period_end
    }

    /// Adds a refusal. Returns its record if it is the first of its kind in the period.
    pub(super) fn add(&mut self, mut record: AuditRecord) -> Option<AuditRecord> {
        self.period_end.get_or_insert_with(|| Instant::now() + PERIOD);
        let mut kind = RefusalKind::of(&record);
        if self.kinds.len() >= MAX_KINDS && !self.kinds.contains_key(&kind) {
            record = AuditRecord {
                subject: SEVERAL_SUBJECTS.into(),
                display_name: None,
                operation: None,
                environment: None,
                rule: None,
                request_id: None,
                target: None,
                ..record
            };
            kind = RefusalKind::of(&record);
        }
        match self.kinds.get_mut(&kind) {
            None => {
                self.kinds.insert(kind, None);
                Some(record)
            }
            Some(Some(counted)) => {
                counted.count += 1;
                counted.last_at = Some(record.started_at.max(counted.last_at.unwrap_or(counted.started_at)));
                counted.started_at = counted.started_at.min(record.started_at);
                (counted.duration_us, counted.request_id) = (None, None);
                None
            }
            Some(counted @ None) => {
                *counted = Some(record);
                None
            }
        }
    }

    /// Ends the period, and returns the records of the refusals that were counted.
    pub(super) fn end_period(&mut self) -> impl Iterator<Item = AuditRecord> + use<> {
        self.period_end = None;
        std::mem::take(&mut self.kinds).into_values().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(subject: &str) -> AuditRecord {
        AuditRecord {
            provider: Some("stytch".into()),
            code: Some("policy_denied".into()),
            ..AuditRecord::new(subject, None, "call")
        }
    }

    #[test]
    fn equal_refusals_of_a_period_become_two_records() {
        let mut counter = RefusalCounter::default();
        let first: Vec<_> = (0..20_000).filter_map(|_| counter.add(refusal("local"))).collect();
        let later: Vec<_> = counter.end_period().collect();
        assert_eq!((first.len(), later.len()), (1, 1));
        assert_eq!((first[0].count, later[0].count, later[0].last_at.is_some()), (1, 19_999, true));
        assert!(counter.add(refusal("local")).is_some());
    }

    #[test]
    fn a_flood_from_ever_new_callers_is_counted_for_all_of_them_together() -> anyhow::Result<()> {
        let mut counter = RefusalCounter::default();
        let first = (0..20_000).filter_map(|number| counter.add(refusal(&format!("session:{number}")))).count();
        let later: Vec<_> = counter.end_period().collect();
        assert_eq!(first, MAX_KINDS + 1);
        let [rest] = later.as_slice() else { anyhow::bail!("{later:?}") };
        assert_eq!((rest.subject.as_str(), rest.count), ("*", 20_000 - i64::try_from(first).unwrap_or_default()));
        Ok(())
    }
}
