//! Reads what an operator lets others do with a provider's credential.

use super::table::Table;
use crate::providers::{Policy, Rate, Rule};
use std::time::Duration;

/// The `[provider.policy]` of a file, over what is built in.
pub(crate) fn read(table: Table, built_in: Policy) -> Policy {
    let rules = |key: &str| -> Option<Vec<Rule>> {
        let rules = table.list(key).filter_map(|item| table.text_of(key, item, Rule::parse)).collect();
        table.has(key).then_some(rules)
    };
    let names = |key: &str| -> Option<Vec<String>> {
        let names = table.list(key).filter_map(|item| table.text_of(key, item, super::address::words)).collect();
        table.has(key).then_some(names)
    };
    if table.is_empty_list("allow") {
        table.wrong(
            "allow",
            table.at("allow"),
            "is empty, so nothing could be called. Leave it out to allow everything.",
        );
    }
    let minutes = table.number("unlock_minutes", 1..=24 * 60);
    Policy {
        allow: rules("allow").unwrap_or(built_in.allow),
        deny: rules("deny").unwrap_or(built_in.deny),
        rate: table.text("rate", Rate::parse).or(built_in.rate),
        daily: table.number("daily", 1..=u32::MAX).or(built_in.daily),
        daily_total: table.number("daily_total", 1..=u32::MAX).or(built_in.daily_total),
        live: names("live").unwrap_or(built_in.live),
        unlock: minutes.map_or(built_in.unlock, |minutes| Duration::from_mins(minutes.into())),
        reads: rules("reads").unwrap_or(built_in.reads),
    }
}
