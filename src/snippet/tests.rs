use super::{HTTP_CLIENT_TARGETS, SnippetInput, SnippetTarget};
use crate::model::{
    Arguments, fixtures,
    operation::{DocumentedBody, Operation},
    schema::Schema,
    security::{CredentialLocation, CredentialVariable},
};
use serde_json::json;

/// Renders the code of an HTTP client, or of the generated SDK if no client has the id.
fn render(target_id: &str, arguments: &serde_json::Value) -> String {
    render_with(target_id, arguments, &[basic_auth_variable()])
}

fn basic_auth_variable() -> CredentialVariable {
    CredentialVariable {
        name: "Authorization".into(),
        prefix: "Basic ".into(),
        variable: "PETSTORE_SECRET".into(),
        username_variable: Some("PETSTORE_ID".into()),
        ..CredentialVariable::default()
    }
}

fn render_with(target_id: &str, arguments: &serde_json::Value, credential_variables: &[CredentialVariable]) -> String {
    render_operation(target_id, &fixtures::operation_with_every_kind(), arguments, credential_variables)
}

fn render_operation(
    target_id: &str,
    operation: &Operation,
    arguments: &serde_json::Value,
    credential_variables: &[CredentialVariable],
) -> String {
    let provider = fixtures::provider();
    let arguments: Arguments = arguments.as_object().cloned().unwrap_or_default();
    let source = SnippetInput {
        provider: &provider,
        operation,
        credential_variables,
        arguments: &arguments,
        environment: "test",
    };
    let client = HTTP_CLIENT_TARGETS.into_iter().find(|client| client.id == target_id);
    let target = client.map_or(SnippetTarget::GeneratedSdk(&provider), SnippetTarget::HttpClient);
    target.render(source).unwrap_or_else(str::to_owned)
}

fn api_key_variable(location: CredentialLocation, name: &str, prefix: &str) -> CredentialVariable {
    CredentialVariable {
        location,
        name: name.into(),
        prefix: prefix.into(),
        variable: "LOCKS_KEY".into(),
        username_variable: None,
    }
}

#[test]
fn curl_refers_to_each_kind_of_credential_by_its_variable() {
    for (reference, arguments, expected) in [
        (
            api_key_variable(CredentialLocation::Header, "Authorization", "Bearer "),
            json!({}),
            "  --header \"Authorization: Bearer ${LOCKS_KEY}\"",
        ),
        (
            api_key_variable(CredentialLocation::Header, "X-`Key`$", ""),
            json!({}),
            "  --header 'X-`Key`$: '\"$LOCKS_KEY\"",
        ),
        (
            api_key_variable(CredentialLocation::Query, "the key", ""),
            json!({"user_id": "a"}),
            "/v1/users/a?the%20key=${LOCKS_KEY}\"",
        ),
        (api_key_variable(CredentialLocation::Query, "key", ""), json!({"tag": ["a"]}), "?tag=a&key=${LOCKS_KEY}\""),
        (
            api_key_variable(CredentialLocation::Cookie, "session", ""),
            json!({}),
            "  --header \"cookie: session=${LOCKS_KEY}\"",
        ),
    ] {
        let code = render_with("curl", &arguments, &[reference]);
        assert!(code.contains(expected), "{expected} is not in {code}");
    }
}

#[test]
fn code_for_an_operation_without_security_has_no_credential() {
    for target_id in ["typescript", "curl"] {
        let code = render_with(target_id, &json!({"user_id": "a"}), &[]);
        assert!(!code.contains("PETSTORE") && !code.contains("--user "), "{code}");
    }
}

#[test]
fn typescript_without_arguments_matches_the_seed_page() {
    assert_eq!(
        render("typescript", &json!({})),
        "import petstore from '@utdk/petstore';\n\nawait petstore.updateUser()"
    );
}

#[test]
fn typescript_prints_nested_arguments_one_per_line() {
    assert_eq!(
        render("typescript", &json!({"email": "a@b.c", "name": {"first_name": "A"}, "roles": ["x", "y"], "limit": 0})),
        "import petstore from '@utdk/petstore';\n\nawait petstore.updateUser({\n  email: 'a@b.c',\n  name: {\n    \
         first_name: 'A',\n  },\n  roles: ['x', 'y'],\n  limit: 0,\n})"
    );
}

#[test]
fn the_generated_sdk_keeps_every_digit_of_a_number() {
    for (number, code) in [
        ("0", "0"),
        ("-12", "-12"),
        ("1.10", "1.10"),
        ("2e+3", "2e+3"),
        ("-1.5e-7", "-1.5e-7"),
        ("9007199254740991", "9007199254740991"),
        ("-9007199254740991", "-9007199254740991"),
        ("9007199254740993", "9007199254740993n"),
        ("-9223372036854775808", "-9223372036854775808n"),
        ("89014103211118510720", "89014103211118510720n"),
        ("0.1234567890123456789", "JSON.rawJSON('0.1234567890123456789')"),
        ("12345678901234567.5", "JSON.rawJSON('12345678901234567.5')"),
        ("1e+400", "JSON.rawJSON('1e+400')"),
    ] {
        let value: serde_json::Value = serde_json::from_str(number).unwrap_or_default();
        let rendered = render("", &json!({"a": value, "nested": {"list": [value]}}));
        assert!(rendered.contains(&format!("  a: {code},\n")), "{number}: {rendered}");
        assert!(rendered.contains(&format!("    list: [{code}],\n")), "{number}: {rendered}");
    }
}

#[test]
fn javascript_clients_send_the_digits_of_a_number_as_text() {
    let number: serde_json::Value = serde_json::from_str("9007199254740993").unwrap_or_default();
    for client in ["javascript-fetch", "javascript-undici", "javascript-axios", "typescript-fetch"] {
        let code = render(client, &json!({"user_id": "u", "nested": {"number": number}}));
        assert!(code.contains(r#"'{"nested":{"number":9007199254740993}}'"#), "{client}: {code}");
    }
}

#[test]
fn javascript_strings_are_escaped() {
    let code = render("typescript", &json!({"email": "it's \\ \"q\" ${x} `y`\n\r\t\u{0}\u{2028}😀"}));
    assert!(code.contains(r#"email: 'it\'s \\ "q" ${x} `y`\n\r\t\u{0}\u{2028}😀',"#), "{code}");
}

#[test]
fn javascript_keys_that_are_not_identifiers_are_quoted() {
    let code = render("typescript", &json!({"a-b": 1, "__proto__": 2, "$ok_1": 3}));
    assert!(code.contains("  'a-b': 1,\n  ['__proto__']: 2,\n  $ok_1: 3,\n"), "{code}");
}

#[test]
fn urllib_escapes_the_names_of_parts_and_files() {
    let operation = Operation {
        fields: vec![fixtures::field("the \"photo\"\r\n", Schema::File)],
        body: Some(DocumentedBody {
            required: true,
            content_type: "multipart/form-data".into(),
            ..DocumentedBody::default()
        }),
        ..Operation::default()
    };
    let file = json!({"filename": "a\"b\r\nX-Evil: 1", "contentType": "image/png", "base64": ""});
    let code = render_operation("python-urllib", &operation, &json!({"the \"photo\"\r\n": file}), &[]);
    let part_headers =
        r#"name="the %22photo%22%0D%0A"; filename="a%22b%0D%0AX-Evil: 1"\r\nContent-Type: image/png\r\n"#;
    assert!(code.contains(part_headers), "{code}");
}

#[test]
fn curl_prints_the_request_that_is_sent() {
    assert_eq!(
        render("curl", &json!({"user_id": "user 1", "tag": ["a", "b"], "email": "it's $HOME \\ `x`"})),
        "curl --request PUT 'https://test.petstore.example/v1/users/user%201?tag=a&tag=b' \\\n  \
         --user \"$PETSTORE_ID:$PETSTORE_SECRET\" \\\n  --header 'content-type: application/json' \\\n  \
         --data-raw '{\"email\":\"it'\\''s $HOME \\\\ `x`\"}'"
    );
}
