use super::{NameCase, Sdk, naming::convert_case};
use crate::{
    model::{
        Arguments, fixtures,
        schema::{Field, FieldLocation},
        security::CredentialVariable,
    },
    snippet::SnippetInput,
};
use serde_json::{Value, json};

fn sdk_document() -> Value {
    let sdk = |printer: &str, extra_fields: Value| {
        let mut sdk = json!({
            "printer": printer, "language": "A", "title": "Locks SDK", "install": "install locks", "file": "call", "run": "run call",
            "package": "locks", "suffixes": {"options": "Options"}, "options_argument": "call_options", "clients": {"main": "Client", "other": "OtherClient"}, "error": r"Locks\Error",
            "credential": {"username": "key_id", "password": "key"}, "words": {"totp": "TOTP"},
        });
        if let (Value::Object(sdk), Value::Object(extra_fields)) = (&mut sdk, extra_fields) {
            sdk.extend(extra_fields);
        }
        sdk
    };
    json!({"x-sdks": {
        "methods": {
            "main": {"update": "all_users.update_totp", "gone": "users.gone", "moved": "users.move"},
            "other": {"apart": "users.update"},
        },
        "options": {"X-Session": "authorization.session_token", "X-Trace": "trace"},
        "sdks": {
            "node": sdk("node", json!({"operations": {
                "gone": null, "moved": {"method": "users.other_way", "client": "other"},
            }})),
            "python": sdk("python", json!({
                "models": {"main": "locks.models"}, "options": {"authorization": "locks.options.Authorization"},
            })),
            "ruby": sdk("ruby", json!({
                "clients": {"main": "Locks::Client"}, "options": {"authorization": "Locks::Options::Authorization"},
            })),
            "php": sdk("php", json!({
                "clients": {"main": r"Locks\Client"}, "options": {"authorization": r"Locks\Options\Authorization"},
                "credential": {"username": "keyId", "password": "key"},
            })),
        },
    }})
}

fn find_sdk(id: &str) -> Sdk {
    let sdk = Sdk::parse_all(&sdk_document()["x-sdks"]).into_iter().find(|sdk| sdk.id == id);
    sdk.unwrap_or_else(|| unreachable!("no SDK {id}"))
}

fn render_for(id: &str, operation_id: &str, arguments: &Value) -> Result<String, &'static str> {
    render_sdk(&find_sdk(id), operation_id, arguments)
}

fn render_sdk(sdk: &Sdk, operation_id: &str, arguments: &Value) -> Result<String, &'static str> {
    let (provider, mut operation) = (fixtures::provider(), fixtures::operation_with_every_kind());
    for name in ["X-Session", "X-Trace"] {
        operation
            .fields
            .push(Field { location: FieldLocation::Header, ..fixtures::field(name, fixtures::string_schema()) });
    }
    let arguments: Arguments = arguments.as_object().cloned().unwrap_or_default();
    let basic = CredentialVariable {
        variable: "LOCKS_SECRET".into(),
        username_variable: Some("LOCKS_ID".into()),
        ..CredentialVariable::default()
    };
    let (operation, references, arguments) = (&operation, &[basic], &arguments);
    sdk.render(
        SnippetInput {
            provider: &provider,
            operation,
            credential_variables: references,
            arguments,
            environment: "test",
        },
        operation_id,
    )
}

fn render(id: &str, arguments: &Value) -> Result<String, &'static str> {
    render_for(id, "update", arguments)
}

fn arguments_with_session() -> Value {
    json!({"user_id": "user-1", "roles": ["a", "b"], "X-Session": "{{response 1.session_token}}"})
}

#[test]
fn javascript_passes_options_as_a_second_object() {
    let expected = "import locks from 'locks';\n\nconst client = new locks.Client({\n  key_id: process.env.LOCKS_ID,\n  \
                    key: process.env.LOCKS_SECRET,\n});\n\nconst response = await client.allUsers.updateTOTP(\n  {\n    \
                    user_id: 'user-1',\n    roles: ['a', 'b'],\n  },\n  {\n    authorization: {\n      \
                    session_token: process.env.RESPONSE_1_SESSION_TOKEN,\n    },\n  },\n);\nconsole.log(response);\n";
    assert_eq!(render("node", &arguments_with_session()).as_deref(), Ok(expected));
    // A method whose arguments are all optional takes an object nevertheless.
    assert!(render("node", &json!({})).is_ok_and(|code| code.contains(".updateTOTP({});\n")));
    let code = render("node", &json!({"X-Trace": "t"})).unwrap_or_default();
    assert!(code.contains(".updateTOTP(\n  {},\n  {\n    trace: 't',\n  },\n);"), "{code}");
}

#[test]
fn python_passes_options_as_objects_of_classes() {
    let expected = "import os\n\nimport locks\nfrom locks.models.all_users import UpdateTOTPOptions\n\
                    from locks.options import Authorization\n\nclient = locks.Client(\n    \
                    key_id=os.environ[\"LOCKS_ID\"],\n    key=os.environ[\"LOCKS_SECRET\"],\n)\n\n\
                    response = client.all_users.update_totp(\n    user_id=\"user-1\",\n    roles=[\"a\", \"b\"],\n    \
                    call_options=UpdateTOTPOptions(\n        authorization=Authorization(\n            \
                    session_token=os.environ[\"RESPONSE_1_SESSION_TOKEN\"],\n        ),\n    ),\n)\n\
                    print(response)\n";
    assert_eq!(render("python", &arguments_with_session()).as_deref(), Ok(expected));
}

#[test]
fn ruby_nests_the_classes_of_options_in_the_services() {
    let expected = "# frozen_string_literal: true\n\nrequire 'locks'\n\nclient = Locks::Client.new(\n  \
                    key_id: ENV.fetch('LOCKS_ID'),\n  key: ENV.fetch('LOCKS_SECRET')\n)\n\n\
                    response = client.all_users.update_totp(\n  user_id: 'user-1',\n  roles: ['a', 'b'],\n  \
                    call_options: Locks::AllUsers::UpdateTOTPOptions.new(\n    \
                    authorization: Locks::Options::Authorization.new(\n      \
                    session_token: ENV.fetch('RESPONSE_1_SESSION_TOKEN')\n    )\n  )\n)\n\
                    \npp response\n";
    assert_eq!(render("ruby", &arguments_with_session()).as_deref(), Ok(expected));
}

#[test]
fn php_imports_the_classes_of_options() {
    let expected = "<?php\n\ndeclare(strict_types=1);\n\nuse Locks\\Client;\nuse Locks\\Error;\nuse Locks\\Options\\Authorization;\n\n\
                    require __DIR__ . '/vendor/autoload.php';\n\n$client = new Client(\n    \
                    keyId: getenv('LOCKS_ID'),\n    key: getenv('LOCKS_SECRET'),\n);\n\ntry {\n    \
                    $response = $client->allUsers->updateTOTP([\n        'user_id' => 'user-1',\n        \
                    'roles' => ['a', 'b'],\n    ], [\n        'authorization' => new Authorization(\n            \
                    sessionToken: getenv('RESPONSE_1_SESSION_TOKEN'),\n        ),\n    ]);\n    print_r($response);\n\
                    } catch (Error $error) {\n    fwrite(STDERR, $error->getMessage() . PHP_EOL);\n    exit(1);\n}\n";
    assert_eq!(render("php", &arguments_with_session()).as_deref(), Ok(expected));
}

#[test]
fn the_document_describes_conventions_of_an_sdk() {
    let with_metadata = |id: &str, key: &str, value: Value| {
        let mut document = sdk_document();
        document["x-sdks"]["sdks"][id][key] = value;
        let sdks = Sdk::parse_all(&document["x-sdks"]);
        let sdk = sdks.into_iter().find(|sdk| sdk.id == id).unwrap_or_else(|| unreachable!("no SDK {id}"));
        render_sdk(&sdk, "update", &arguments_with_session()).unwrap_or_else(str::to_owned)
    };
    for (id, key, value, expected) in [
        ("python", "to_json", json!("to_json"), "print(response.to_json(indent=2))\n"),
        (
            "ruby",
            "error_fields",
            json!({"type": "error_type", "message": "text"}),
            "\nabort response['text'] if response['error_type']\n\npp response\n",
        ),
        ("php", "snake_case_client_fields", json!(true), "$client->all_users->updateTOTP(["),
    ] {
        let code = with_metadata(id, key, value);
        assert!(code.contains(expected), "{code}");
    }
}

#[test]
fn empty_objects_stay_objects_in_php() {
    let metadata = [json!({"a": {}, "b": []}), json!({"a": {}, "b": [], "c": {"0": 1}})];
    let code: String = metadata.map(|value| render("php", &json!({"metadata": value})).unwrap_or_default()).concat();
    for expected in
        ["'a' => new stdClass(),", "'b' => [],", "'metadata' => json_decode('{\"a\":{},\"b\":[],\"c\":{\"0\":1}}'),"]
    {
        assert!(code.contains(expected), "{expected} is not in {code}");
    }
}

#[test]
fn overrides_for_one_operation_take_precedence() {
    assert!(
        !find_sdk("node").has_method("gone")
            && find_sdk("python").has_method("gone")
            && !find_sdk("node").has_method("unknown")
    );
    assert!(render_for("node", "gone", &json!({})).is_err());
    let code = render_for("node", "moved", &json!({})).unwrap_or_default();
    assert!(code.contains("new locks.OtherClient(") && code.contains("client.users.otherWay("), "{code}");
    let code = render_for("python", "apart", &json!({})).unwrap_or_default();
    assert!(code.contains("locks.OtherClient("), "{code}");
}

#[test]
fn calls_that_a_method_cannot_make_are_refused() {
    let (large, null, other) =
        (json!({"limit": 9_007_199_254_740_993_i64}), json!({"limit": null}), json!({"other": 1}));
    for (id, arguments, is_possible) in [
        ("node", &large, false),
        ("python", &large, true),
        ("php", &large, true),
        ("php", &json!({"metadata": {"a": 18_446_744_073_709_551_615_u64}}), false),
        ("node", &null, true),
        ("python", &null, false),
        ("ruby", &null, false),
        ("node", &other, false),
    ] {
        assert_eq!(render(id, arguments).is_ok(), is_possible, "{id} {arguments}");
    }
    let (provider, operation) = (fixtures::provider(), fixtures::operation_with_every_kind());
    let (operation, arguments) = (&operation, &Arguments::new());
    let source =
        SnippetInput { provider: &provider, operation, credential_variables: &[], arguments, environment: "test" };
    assert!(find_sdk("node").render(source, "update").is_err());
}

#[test]
fn malformed_sdk_metadata_is_ignored() {
    const BAD: &str = "</script>'\"; rm -rf /";
    for key in ["printer", "language", "title", "install", "file", "run"] {
        for bad in [json!(BAD), json!(1), Value::Null] {
            let mut facts = sdk_document();
            facts["x-sdks"]["sdks"]["node"][key] = bad;
            let ids: Vec<String> = Sdk::parse_all(&facts["x-sdks"]).into_iter().map(|sdk| sdk.id).collect();
            assert_eq!(ids, ["python", "ruby", "php"], "{key}");
        }
    }
    for pointer in ["/package", "/clients/main", "/credential/username", "/credential/password"] {
        let mut facts = sdk_document();
        if let Some(value) = facts["x-sdks"]["sdks"]["node"].pointer_mut(pointer) {
            *value = json!(BAD);
        }
        let node = Sdk::parse_all(&facts["x-sdks"]).swap_remove(0);
        let (provider, operation) = (fixtures::provider(), fixtures::operation_with_every_kind());
        let basic = CredentialVariable { username_variable: Some("LOCKS_ID".into()), ..CredentialVariable::default() };
        let (operation, references, arguments) = (&operation, &[basic], &Arguments::new());
        let source = SnippetInput {
            provider: &provider,
            operation,
            credential_variables: references,
            arguments,
            environment: "test",
        };
        assert!(node.render(source, "update").is_err(), "{pointer}");
    }
    for method in [BAD, "", ".", "users.", "Users.create", "users create", "users.1"] {
        let mut facts = sdk_document();
        facts["x-sdks"]["methods"]["main"]["update"] = json!(method);
        assert!(!Sdk::parse_all(&facts["x-sdks"]).swap_remove(0).has_method("update"), "{method}");
    }
    for document in [json!({}), json!({"x-sdks": 1}), json!({"x-sdks": {"sdks": [1], "methods": [BAD]}})] {
        assert!(Sdk::parse_all(&document["x-sdks"]).is_empty());
    }
}

#[test]
fn names_are_converted_to_the_case_of_the_language() {
    let special_word = |word: &str| (word == "totp").then(|| "TOTP".to_owned());
    for (name, case, expected) in [
        ("delete_totp", NameCase::Snake, "delete_totp"),
        ("delete_totp", NameCase::Camel, "deleteTOTP"),
        ("delete_totp", NameCase::Pascal, "DeleteTOTP"),
        ("totp_code", NameCase::Camel, "totpCode"),
        ("totp_code", NameCase::Pascal, "TOTPCode"),
        ("get", NameCase::Camel, "get"),
    ] {
        assert_eq!(convert_case(name, case, special_word), expected);
    }
}
