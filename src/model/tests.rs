//! Tests of the conversions between form and arguments, and of the problems that prevent arguments from being sent.

use super::{
    Arguments,
    check::{check_arguments, check_format},
    fixtures::operation_with_every_kind,
    form::{Controls, ParsedForm, parse_arguments, read, write},
};
use serde_json::{Value, json};

fn controls(pairs: &[(&str, &str)]) -> Controls {
    Controls(pairs.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect())
}

fn read_pairs(pairs: &[(&str, &str)]) -> ParsedForm {
    let with_id = [&[("value/user_id", "user-1")], pairs].concat();
    read(&operation_with_every_kind(), &controls(&with_id))
}

fn arguments(value: &Value) -> Arguments {
    value.as_object().cloned().unwrap_or_default()
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "reads better with the value in place")]
fn assert_reads(pairs: &[(&str, &str)], expected: Value) {
    let mut reading = read_pairs(pairs);
    assert_eq!(reading.problems, []);
    reading.arguments.remove("user_id");
    assert_eq!(Value::Object(reading.arguments), expected);
}

#[track_caller]
fn assert_problem(pairs: &[(&str, &str)], control: &str, expected: &str) {
    let problems = read_pairs(pairs).problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].location, control);
    assert!(problems[0].message.contains(expected), "{}", problems[0].message);
}

#[test]
fn empty_controls_are_absent() {
    assert_reads(
        &[
            ("value/email", ""),
            ("value/pending", ""),
            ("value/roles/0", ""),
            ("key/metadata/0", ""),
            ("value/metadata/0", ""),
        ],
        json!({}),
    );
}

#[test]
fn each_kind_of_control_is_read() {
    assert_reads(
        &[
            ("value/tag/0", "a"),
            ("value/email", "a@b.c"),
            ("value/limit", "0"),
            ("value/pending", "false"),
            ("value/operator", "AND"),
            ("value/roles/3", "y"),
            ("value/roles/0", "x"),
            ("value/name/first_name", "Ada"),
            ("key/metadata/0", "plan"),
            ("value/metadata/0", "{\"tier\": 1}"),
            ("key/operands/0/0", "filter_name"),
            ("value/operands/0/0", "\"status\""),
            ("value/anything", "[1, null]"),
        ],
        json!({
            "tag": ["a"], "email": "a@b.c", "limit": 0, "pending": false, "operator": "AND", "roles": ["x", "y"],
            "name": {"first_name": "Ada"}, "metadata": {"plan": {"tier": 1}}, "operands": [{"filter_name": "status"}],
            "anything": [1, null],
        }),
    );
}

#[test]
fn a_json_control_overrides_the_plain_control_of_its_field() {
    assert_reads(
        &[
            ("as/email", "json"),
            ("json/email", "null"),
            ("value/email", "ignored"),
            ("as/name", "json"),
            ("json/name", "{}"),
        ],
        json!({"email": null, "name": {}}),
    );
    assert_problem(&[("as/limit", "json"), ("json/limit", "\"\"")], "json/limit", "a whole number, not text");
}

#[test]
fn undocumented_fields_are_read() {
    assert_reads(&[("key+/0", "new_field"), ("value+/0", "1")], json!({"new_field": 1}));
    assert_problem(&[("key+/0", "email"), ("value+/0", "1")], "key+", "its own input");
}

#[test]
fn invalid_values_are_reported_at_their_controls() {
    let long = "x".repeat(129);
    assert_problem(&[("value/limit", "12x")], "value/limit", "whole number");
    assert_problem(&[("value/limit", "1.5")], "value/limit", "whole number");
    assert_problem(&[("value/limit", "1001")], "value/limit", "1000 or less");
    assert_problem(&[("value/limit", "-1")], "value/limit", "0 or more");
    assert_problem(&[("value/phone_number", "0123")], "value/phone_number", "E.164");
    assert_problem(&[("value/email", "nobody")], "value/email", "email address");
    assert_problem(&[("value/external_id", &long)], "value/external_id", "At most 128 characters; this has 129");
    assert_problem(&[("value/external_id", "a b")], "value/external_id", "Only letters, digits");
    assert_problem(&[("value/operator", "XOR")], "value/operator", "one of the listed values");
    assert_problem(&[("key/metadata/0", "a"), ("value/metadata/0", "gold")], "value/metadata/0", "\"gold\"");
    assert_problem(&[("key/metadata/0", "a"), ("value/metadata/0", "{\"b\":")], "value/metadata/0", "ends before");
    assert_problem(&[("key/metadata/0", "a"), ("value/metadata/0", "")], "value/metadata/0", "JSON value");
    assert_problem(&[("key/metadata/0", ""), ("value/metadata/0", "1")], "key/metadata/0", "Enter a key");
    assert_problem(
        &[("key/metadata/0", "a"), ("value/metadata/0", "1"), ("key/metadata/1", "a"), ("value/metadata/1", "2")],
        "key/metadata/1",
        "twice",
    );
}

#[test]
fn a_missing_required_field_is_reported_at_its_control() {
    let problems = read(&operation_with_every_kind(), &Controls::default()).problems;
    assert_eq!(problems.len(), 1);
    assert_eq!(
        (problems[0].location.as_str(), problems[0].message.as_str()),
        ("value/user_id", "This field is required.")
    );
}

#[test]
fn problems_are_listed_in_the_order_of_the_page() {
    let reading = read_pairs(&[("value/limit", "x"), ("value/email", "x"), ("value/user_id", "")]);
    let places: Vec<&str> = reading.problems.iter().map(|problem| problem.location.as_str()).collect();
    assert_eq!(places, ["value/email", "value/limit"]);
}

#[test]
fn path_values_stay_within_their_segment() {
    for value in ["", ".", "..", "a/..", "%2e%2e", "..\\b", "a\u{0}"] {
        let problems = check_arguments(&operation_with_every_kind(), &arguments(&json!({"user_id": value})));
        assert_eq!(problems.len(), 1, "{value:?} passed");
    }
    assert_eq!(check_arguments(&operation_with_every_kind(), &arguments(&json!({"user_id": null}))).len(), 1);
    assert_eq!(check_arguments(&operation_with_every_kind(), &arguments(&json!({"user_id": "%2e%2e user@x:1?#"}))), []);
}

#[test]
fn arguments_pass_through_the_form_unchanged() {
    let values = [
        json!({"email": "a@b.c", "limit": 10, "pending": true, "operator": "OR", "roles": ["x"], "anything": {"a": [1]}}),
        json!({"email": "", "limit": null, "pending": null, "roles": [], "name": {}, "metadata": {}, "anything": null}),
        json!({"email": 5, "limit": "5", "pending": "true", "operator": 3, "roles": "x", "name": [], "metadata": 1}),
        json!({"email": "two\nlines", "roles": ["", "a"], "name": {"unknown": 1}, "metadata": {"": 1}}),
        json!({"email": " spaced ", "metadata": {"a/b~c": "x", "0": null}, "operands": [{"a": 1}, {}]}),
        json!({"operands": [{"a": 1}, {"b": {"c": []}}], "name": {"first_name": null, "last_name": ""}}),
        json!({"new_field": {"deep": [1, 2]}, "another": "text", "operator": "3"}),
    ];
    for value in values {
        let controls = write(&operation_with_every_kind(), &arguments(&value));
        let reading = read(&operation_with_every_kind(), &controls);
        assert_eq!(Value::Object(reading.arguments), value, "{controls:?}");
    }
}

#[test]
fn numbers_keep_their_digits() -> Result<(), String> {
    let text = r#"{"limit":123456789012345678901234567890,"anything":0.10000000000000000001}"#;
    let read_back =
        read(&operation_with_every_kind(), &write(&operation_with_every_kind(), &parse_arguments(text)?)).arguments;
    assert_eq!(Value::Object(read_back).to_string(), text);
    Ok(())
}

#[test]
fn invalid_json_is_explained() {
    assert_eq!(parse_arguments(" "), Ok(Arguments::new()));
    assert!(parse_arguments("[1]").is_err_and(|message| message.contains("one JSON object")));
    assert!(parse_arguments("{\"a\": }").is_err_and(|message| message.contains("line 1, column 7, before }")));
}

#[test]
fn dates_and_times_must_exist() {
    for (format, valid, invalid) in [
        (
            "date",
            &["2026-11-23", "2024-02-29", "2000-02-29", "0000-01-31"][..],
            &[
                "2026-13-45",
                "2026-00-10",
                "2026-11-31",
                "2026-02-29",
                "1900-02-29",
                "2026-11-00",
                "2026-11-2",
                "tomorrow",
            ][..],
        ),
        (
            "date-time",
            &["2026-11-23T09:30:00Z", "2026-11-23t09:30:00.123+01:00", "2026-11-23 09:30:00", "2016-12-31T23:59:60Z"],
            &[
                "2026-13-45T09:30:00Z",
                "2026-11-23T24:00:00Z",
                "2026-11-23T09:60:00Z",
                "2026-11-23",
                "2026-11-23T09:30",
                "2026-11-23T09:30:61Z",
                "2026-11-23X09:30:00Z",
                "2026-11-23T09:30:00 or so",
                "2026-11-2\u{e9}09:30:00Z",
            ],
        ),
        (
            "time",
            &["09:30:00Z", "23:59:59.5-08:00", "09:30"],
            &["25:00:00Z", "09:60:00Z", "9:30", "noon", "", "09:30Z"],
        ),
    ] {
        for text in valid {
            assert_eq!(check_format(format, text), None, "{format}: {text}");
        }
        for text in invalid {
            assert!(check_format(format, text).is_some(), "{format}: {text}");
        }
    }
}
