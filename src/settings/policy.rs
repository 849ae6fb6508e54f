//! Reads the policy for calls with a provider's credential.

use super::toml_reader::TomlTable;
use crate::providers::{Acceptance, Policy, RateLimit, Rule};
use std::time::Duration;

/// Reads a `[provider.policy]` table. Settings that are missing are those of the built-in policy.
pub(crate) fn read_policy(table: TomlTable, built_in: Policy) -> Policy {
    let read_rules = |key: &str| -> Option<Vec<Rule>> {
        let rules =
            table.array_items(key).filter_map(|item| table.parse_string_value(key, item, Rule::parse)).collect();
        table.has(key).then_some(rules)
    };
    let read_names = |key: &str| -> Option<Vec<String>> {
        let names = table
            .array_items(key)
            .filter_map(|item| table.parse_string_value(key, item, super::parsers::parse_short_text))
            .collect();
        table.has(key).then_some(names)
    };
    let trusted_origins: Vec<String> = table
        .array_items("trusted_origins")
        .filter_map(|item| table.parse_string_value("trusted_origins", item, super::parsers::parse_origin))
        .collect();
    if table.is_empty_array("allow") {
        table.report_invalid(
            "allow",
            table.value_offset("allow"),
            "is empty, so no operation could be called. Remove it to allow all operations.",
        );
    }
    let unlock_minutes = table.parse_integer("unlock_minutes", 1..=24 * 60);
    Policy {
        allow: read_rules("allow").unwrap_or(built_in.allow),
        deny: read_rules("deny").unwrap_or(built_in.deny),
        rate_limit: table.parse_string("rate", RateLimit::parse).or(built_in.rate_limit),
        calls_per_day: table.parse_integer("daily", 1..=u32::MAX).or(built_in.calls_per_day),
        network_rate_limit: table.parse_string("rate_network", RateLimit::parse).or(built_in.network_rate_limit),
        network_calls_per_day: table.parse_integer("daily_network", 1..=u32::MAX).or(built_in.network_calls_per_day),
        total_calls_per_day: table.parse_integer("daily_total", 1..=u32::MAX).or(built_in.total_calls_per_day),
        live_environments: read_names("live").unwrap_or(built_in.live_environments),
        test_environments: read_names("test").unwrap_or(built_in.test_environments),
        unlock_duration: unlock_minutes.map_or(built_in.unlock_duration, |minutes| Duration::from_mins(minutes.into())),
        read_only_rules: read_rules("reads").unwrap_or(built_in.read_only_rules),
        acceptance: table.parse_string("accept", Acceptance::parse).unwrap_or(built_in.acceptance),
        trusted_origins: if table.has("trusted_origins") { trusted_origins } else { built_in.trusted_origins },
    }
}
