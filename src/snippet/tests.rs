use super::{Language, Source};
use crate::model::{
    Arguments, fixtures,
    schema::{Field, Place},
    security::{KeyPlace, Reference},
};
use serde_json::json;

fn print(language: Language, arguments: &serde_json::Value) -> String {
    print_with(language, arguments, &[basic()])
}

fn basic() -> Reference {
    Reference {
        name: "Authorization".into(),
        before: "Basic ".into(),
        variable: "STYTCH_SECRET".into(),
        username_variable: Some("STYTCH_PROJECT_ID".into()),
        ..Reference::default()
    }
}

fn print_with(language: Language, arguments: &serde_json::Value, references: &[Reference]) -> String {
    let (provider, operation) = (fixtures::provider(), fixtures::every_kind());
    let arguments: Arguments = arguments.as_object().cloned().unwrap_or_default();
    let source =
        Source { provider: &provider, operation: &operation, references, arguments: &arguments, environment: "test" };
    language.print(source)
}

fn reference(place: KeyPlace, name: &str, before: &str) -> Reference {
    Reference { place, name: name.into(), before: before.into(), variable: "LOCKS_KEY".into(), username_variable: None }
}

#[test]
fn curl_refers_to_each_kind_of_credential_by_its_variable() {
    for (reference, arguments, expected) in [
        (
            reference(KeyPlace::Header, "Authorization", "Bearer "),
            json!({}),
            "  --header \"Authorization: Bearer $LOCKS_KEY\"",
        ),
        (reference(KeyPlace::Header, "X-`Key`$", ""), json!({}), "  --header \"X-\\`Key\\`\\$: $LOCKS_KEY\""),
        (reference(KeyPlace::Query, "the key", ""), json!({"user_id": "a"}), "/v1/users/a'\"?the%20key=$LOCKS_KEY\""),
        (reference(KeyPlace::Query, "key", ""), json!({"tag": ["a"]}), "?tag=a'\"&key=$LOCKS_KEY\""),
        (reference(KeyPlace::Cookie, "session", ""), json!({}), "  --header \"cookie: session=$LOCKS_KEY\""),
    ] {
        let code = print_with(Language::Curl, &arguments, &[reference]);
        assert!(code.contains(expected), "{expected} is not in {code}");
    }
}

#[test]
fn code_for_an_operation_that_needs_no_credential_names_none() {
    for language in [Language::TypeScript, Language::Curl, Language::Node] {
        let code = print_with(language, &json!({"user_id": "a"}), &[]);
        assert!(!code.contains("STYTCH") && !code.contains("--user "), "{code}");
    }
}

#[test]
fn typescript_without_arguments_reads_as_on_the_seed_page() {
    assert_eq!(
        print(Language::TypeScript, &json!({})),
        "import stytch from '@utdk/stytch';\n\nawait stytch.updateUser()"
    );
}

#[test]
fn typescript_prints_nested_arguments_one_per_line() {
    assert_eq!(
        print(
            Language::TypeScript,
            &json!({"email": "a@b.c", "name": {"first_name": "A"}, "roles": ["x", "y"], "limit": 0})
        ),
        "import stytch from '@utdk/stytch';\n\nawait stytch.updateUser({\n  email: 'a@b.c',\n  name: {\n    \
         first_name: 'A',\n  },\n  roles: ['x', 'y'],\n  limit: 0,\n})"
    );
}

#[test]
fn javascript_strings_survive_any_input() {
    let code = print(Language::Node, &json!({"email": "it's \\ \"q\" ${x} `y`\n\r\t\u{0}\u{2028}😀"}));
    assert!(code.contains(r#"email: 'it\'s \\ "q" ${x} `y`\n\r\t\u{0}\u{2028}😀',"#), "{code}");
}

#[test]
fn javascript_keys_that_are_no_identifiers_are_quoted() {
    let code = print(Language::TypeScript, &json!({"a-b": 1, "__proto__": 2, "$ok_1": 3}));
    assert!(code.contains("  'a-b': 1,\n  ['__proto__']: 2,\n  $ok_1: 3,\n"), "{code}");
}

#[test]
fn node_sdk_reads_the_credential_from_the_environment() {
    assert_eq!(
        print(Language::Node, &json!({"user_id": "user-1"})),
        "import stytch from 'stytch';\n\nconst client = new stytch.Client({\n  project_id: process.env.STYTCH_PROJECT_ID,\n  \
         secret: process.env.STYTCH_SECRET,\n});\n\nawait client.users.update({\n  user_id: 'user-1',\n});"
    );
}

#[test]
fn node_sdk_calls_the_client_that_has_the_method_and_passes_options_apart() {
    let (provider, mut operation) = (fixtures::provider(), fixtures::every_kind());
    operation.node_client = Some("stytch.OtherClient".into());
    for (name, option) in [("X-Session", "authorization.session_token"), ("X-Trace", "trace")] {
        let place = Place::Header;
        operation.fields.push(Field {
            place,
            node_option: Some(option.into()),
            ..fixtures::field(name, fixtures::text())
        });
    }
    let call = |arguments: &serde_json::Value| {
        let arguments: Arguments = arguments.as_object().cloned().unwrap_or_default();
        let (operation, arguments) = (&operation, &arguments);
        let source = Source { provider: &provider, operation, references: &[basic()], arguments, environment: "test" };
        Language::Node.print(source)
    };
    let code = call(&json!({"X-Session": "s", "user_id": "user-1", "X-Trace": "t"}));
    assert!(code.contains("new stytch.OtherClient({"), "{code}");
    let expected = "await client.users.update({\n  user_id: 'user-1',\n}, {\n  authorization: {\n    session_token: 's',\n  },\n  \
                    trace: 't',\n});";
    assert!(code.ends_with(expected), "{code}");
    let code = call(&json!({"X-Trace": "t"}));
    assert!(code.ends_with("await client.users.update({}, {\n  trace: 't',\n});"), "{code}");
}

#[test]
fn an_operation_without_a_method_in_the_node_sdk_is_not_printed_for_it() {
    let (provider, mut operation) = (fixtures::provider(), fixtures::every_kind());
    assert!(Language::of(&provider, &operation).any(|language| language == Language::Node));
    operation.node_method = None;
    assert!(Language::of(&provider, &operation).all(|language| language != Language::Node));
}

#[test]
fn curl_prints_the_request_that_is_sent() {
    assert_eq!(
        print(Language::Curl, &json!({"user_id": "user 1", "tag": ["a", "b"], "email": "it's $HOME \\ `x`"})),
        "curl --request PUT 'https://test.stytch.com/v1/users/user%201?tag=a&tag=b' \\\n  \
         --user \"$STYTCH_PROJECT_ID:$STYTCH_SECRET\" \\\n  --header 'content-type: application/json' \\\n  \
         --data-raw '{\"email\":\"it'\\''s $HOME \\\\ `x`\"}'"
    );
}
