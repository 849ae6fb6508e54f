use super::CodeSample;
use crate::{
    model::{
        Arguments,
        fixtures::{field, string_schema},
        operation::Operation,
        schema::{Field, FieldLocation},
    },
    snippet::highlight::{TokenKind, Tokenizer, find_syntax},
};
use serde_json::{Value, json};

fn operation() -> Operation {
    Operation {
        path: "/v1/users/{user_id}/keys/{id}".into(),
        fields: vec![
            Field { location: FieldLocation::Path, ..field("user_id", string_schema()) },
            Field { location: FieldLocation::Path, ..field("id", string_schema()) },
            field("email", string_schema()),
            field("limit", string_schema()),
        ],
        ..Operation::default()
    }
}

fn render(language: &str, source: &str, arguments: &Value) -> Result<String, &'static str> {
    let arguments: Arguments = arguments.as_object().cloned().unwrap_or_default();
    Ok(CodeSample::new(language, "", source)?.render(&operation(), &arguments))
}

#[track_caller]
fn assert_fills(language: &str, source: &str, expected: &str) {
    let arguments = json!({"user_id": "user-1", "id": "key 2", "email": "ada@x.example", "limit": 10});
    assert_eq!(render(language, source, &arguments).as_deref(), Ok(expected));
}

#[test]
fn aliases_of_languages_are_normalized() {
    for (alias, expected) in [
        ("js", "JavaScript"),
        ("Node.js", "JavaScript"),
        ("javascript_v1--nodejs", "JavaScript"),
        ("TypeScript", "TypeScript"),
        ("bash", "Shell"),
        ("csharp", "C#"),
        (".NET", "C#"),
        ("C++", "C++"),
        ("Ruby + Native", "Ruby"),
        ("Haskell", "Haskell"),
        ("", "Code"),
    ] {
        assert_eq!(CodeSample::new(alias, "", "x").map(|sample| sample.language).as_deref(), Ok(expected), "{alias}");
    }
}

#[test]
fn a_label_that_only_repeats_the_language_is_removed() {
    for (label, expected) in [("", ""), ("ruby", ""), (" Our gem\u{202E} ", "Our gem")] {
        assert_eq!(CodeSample::new("rb", label, "x").map(|sample| sample.label).as_deref(), Ok(expected), "{label}");
    }
}

#[test]
fn slots_are_filled_by_their_name_in_every_case_style() {
    assert_fills(
        "js",
        "f('${userId}', \"${USER_ID}\", '{{ user-id }}', '<user_id>');",
        "f('user-1', \"user-1\", 'user-1', 'user-1');",
    );
    assert_fills("js", "g({ max: ${limit} });", "g({ max: 10 });");
}

#[test]
fn slots_are_filled_by_the_name_of_the_key_they_are_the_value_of() {
    assert_fills("python", "f(user_id=\"${exampleUser}\")", "f(user_id=\"user-1\")");
    assert_fills("php", "<?php\nf(['user_id' => '${exampleUser}']);", "<?php\nf(['user_id' => 'user-1']);");
    assert_fills("go", "f{UserID: \"${exampleUser}\"}", "f{UserID: \"user-1\"}");
    assert_fills("java", "setUserId(\"${exampleUser}\");", "setUserId(\"user-1\");");
    assert_fills("bash", "curl -d '{\"email\": \"${exampleEmail}\"}'", "curl -d '{\"email\": \"ada@x.example\"}'");
    assert_fills("kotlin", "f(email = \"${email}\")", "f(email = \"ada@x.example\")");
}

#[test]
fn slots_in_urls_are_filled_by_position_and_percent_encoded() {
    assert_fills(
        "curl",
        "curl https://a.example/v1/users/${exampleUser}/keys/{id}",
        "curl https://a.example/v1/users/user-1/keys/key%202",
    );
    assert_fills("ruby", "get(\"https://a.example/v1/users/{user_id}\")", "get(\"https://a.example/v1/users/user-1\")");
}

#[test]
fn text_that_is_not_a_slot_is_unchanged() {
    for (language, source) in [
        ("js", "const userId = 1;\nf(`/users/${userId}`);"),
        ("js", "const {email} = x;\nf(`${email}`, `/users/${email}`);"),
        ("js", "// GET /v1/users/{user_id}\nf();"),
        ("kotlin", "val email = \"a\"\nprintln(\"${email}\")"),
        ("python", "user_id = 1\nf(f\"/users/{user_id}\")"),
        ("bash", "curl -H \"X: ${EMAIL}\" \"${LIMIT}\""),
        ("bash", "email=a\ncurl \"https://a.example/${email}\""),
        ("ruby", "f(\"#{email}\", { email: 1 })"),
        ("js", "f({email})"),
        ("java", "List<email> list;"),
        ("js", "f('${projectId}', '${secret}', '${}', '${a b}', '${user_id')"),
    ] {
        assert_fills(language, source, source);
    }
}

#[test]
fn a_slot_without_a_value_is_unchanged() {
    let source = "f('${user_id}', '${email}', '${limit}')";
    for arguments in [json!({}), json!({"user_id": null, "email": ["a"], "limit": {"a": 1}, "unknown": "x"})] {
        assert_eq!(render("js", source, &arguments).as_deref(), Ok(source));
    }
}

#[test]
fn a_placeholder_of_a_masked_secret_is_not_filled_in() {
    let source = "f('${email}', '/users/${user_id}/')";
    let arguments = json!({"email": "{{response 1.token}}", "user_id": "{{response 1.token}}"});
    assert_eq!(render("js", source, &arguments).as_deref(), Ok(source));
}

/// Checks that values do not change the number and order of strings and comments.
#[test]
fn no_value_ends_the_string_or_comment_that_contains_it() {
    let string_and_comment_kinds = |language: &str, code: &str| -> Vec<TokenKind> {
        let kinds = Tokenizer::new(find_syntax(language), code).filter_map(|(kind, _)| kind);
        kinds.filter(|kind| matches!(kind, TokenKind::String | TokenKind::Comment)).collect()
    };
    let values = [
        "'",
        "\"",
        "`",
        "\\",
        "\n",
        "\r",
        "\u{2028}",
        "\u{202E}",
        "${x}",
        "$(x)",
        "$x",
        "#{x}",
        "#@x",
        "\\(x)",
        "{x}",
        "%s",
        "!x",
        "@file",
        "-o",
        "\"\"\"",
        "'''",
        "*/",
        "//",
        "a b",
        "a;b",
        "a&b",
        "a|b",
        "a: b",
        ")",
        "EOF",
        "\0",
        "é",
        "😀",
        "<b>",
        "..",
        ".",
        "/etc/passwd",
        "~",
        "1e5",
        "\u{FEFF}",
        "",
        "+1-2_3.4:5,6/7=8@9",
    ];
    for (language, source) in [
        ("JavaScript", "f('${email}', \"/x/${email}/y\", `a ${email}`, ${email});"),
        ("Python", "f('${email}', \"\"\"a ${email}\"\"\", f\"/x/{{email}}\", ${email})"),
        ("Ruby", "f('${email}', \"a ${email}\", \"/x/${email}\")"),
        (
            "Shell",
            "curl -d '{\"email\": \"${email}\"}' -H \"a: ${email}\" https://x/${email} ${email} 'a ${email}'\ncat <<EOF\n${email}\nEOF",
        ),
        ("PHP", "f('${email}', \"a {{email}}\");"),
        ("Kotlin", "f(\"${email}\", \"\"\"a ${email}\"\"\")"),
        ("C#", "f($\"a ${email}\", @\"${email}\", \"/x/${email}\");"),
        ("Swift", "f(\"${email}\", #\"a ${email}\"#)"),
        ("Rust", "f(\"${email}\", r#\"a ${email}\"#);"),
        ("PowerShell", "f '${email}' \"a ${email}\" @'\n${email}\n'@"),
        ("Elixir", "f(\"${email}\", ~s(a ${email}))"),
        ("R", "f(\"${email}\", r\"(a ${email})\")"),
        ("HTTP", "GET /users/${email} HTTP/1.1\nhost: ${email}"),
    ] {
        let expected = render(language, source, &json!({}))
            .map(|code| (string_and_comment_kinds(language, &code), code.lines().count()));
        assert!(expected.is_ok(), "{language} {expected:?}");
        for value in values {
            for value in [value.to_owned(), ["a", value, "b"].concat()] {
                let code = render(language, source, &json!({"email": value}));
                let kinds = code
                    .as_ref()
                    .map(|code| (string_and_comment_kinds(language, code), code.lines().count()))
                    .map_err(|reason| *reason);
                assert_eq!(kinds, expected, "{language} {value:?} {code:?}");
            }
        }
    }
}

#[test]
fn a_value_with_shell_metacharacters_is_not_filled_in() {
    for value in ["@/etc/passwd", "-o/tmp/x", "$(id)", "`id`", "a'b", "a\nb", "a!b", "~root"] {
        let code = render("bash", "curl -d '${email}' ${email}", &json!({"email": value}));
        assert!(code.as_ref().is_ok_and(|code| code.contains("${email}")), "{code:?}");
    }
}

#[test]
fn a_value_in_an_unknown_language_has_only_letters_and_digits() {
    assert_eq!(render("Perl", "f(\"${email}\")", &json!({"email": "a-1"})).as_deref(), Ok("f(\"a-1\")"));
    assert_eq!(render("Perl", "f(\"${email}\")", &json!({"email": "a@b.c"})).as_deref(), Ok("f(\"${email}\")"));
}

#[test]
fn invalid_samples_are_refused() {
    for (language, source, reason) in [
        ("js", " \n ", "It is empty."),
        ("js", &"x;\n".repeat(10_000), "It is too long."),
        ("js", "f(\u{202E}1)", "It contains invisible characters."),
        ("bash", "curl x\u{1b}[2K", "It contains invisible characters."),
        ("curl", "import requests", "It is labeled as curl but does not contain curl."),
        ("bash", "import requests\nrequests.get('x')", "It is not in the declared language."),
        ("csharp", "const x = require('x');\nx.f();", "It is not in the declared language."),
        ("python", "const x = 1;", "It is not in the declared language."),
        ("js", "<?php\necho 1;", "It is not in the declared language."),
        ("ruby", "curl https://a.example", "It is not in the declared language."),
        ("js", "f('a);", "It contains an unterminated string or comment."),
        ("bash", "curl -d '{\"it's\": 1}'", "It contains an unterminated string or comment."),
        ("js", "f({ a: [1, 2 });", "It contains unbalanced brackets."),
        ("js", "f({ a: , b: 1 });", "It lacks a value."),
        ("php", "$response = $client->users->get(['id' => '1']);", "It uses an object that it does not define."),
        ("js", "await client.users.get();", "It uses an object that it does not define."),
        ("go", "package main\nfunc main() { client.Get(\"x\") }", "It uses an object that it does not define."),
        ("rust", "fn main() { let x = f().await; }", "It uses await without an async function."),
    ] {
        assert_eq!(CodeSample::new(language, "", source).err(), Some(reason), "{source:?}");
    }
}

#[test]
fn valid_samples_are_accepted() {
    for (language, source) in [
        ("js", "import client from 'x';\nclient.get().then(response => response.json()).then(console.log);"),
        ("js", "const { api: client } = f();\nclient\n  .get();\nmodule.exports = process.env.X;"),
        ("js", "try { f(); } catch (error) { error.print(); }\n$.ajax({ x: 1 });"),
        ("python", "import requests as r\nwith r.Session() as s:\n    print(s.get('x').text, x[:, 1])"),
        ("ruby", "require 'x'\nclient = X.new\nclient.users.each { |user| puts user.id }"),
        ("go", "import (\n\t\"net/http\"\n)\nfunc main() {\n\tres, err := http.Get(\"x\")\n\tres.Body.Close()\n}"),
        ("php", "$client = new Client();\n$client->get($a . $b . 'x');"),
        ("java", "import java.net.URI;\nclass A { void f(String x) { x.length(); java.util.List.of(1); } }"),
        ("rust", "use a::b;\n#[tokio::main]\nasync fn main() { let x = b::f().await; x.y(); }"),
        ("kotlin", "fun main() { listOf(1).map { it.toString() } }"),
        ("dart", "import 'dart:convert';\nvar x = utf8.encode('👩\u{200D}💻');"),
        ("python", "from sdk import *\nclient.get()"),
        ("bash", "$ curl https://a.example -d @- <<EOF\n{\"import \": \"const x\"}\nEOF"),
        ("http", "https://a.example/v1?x=it's"),
        ("Haskell", "main = print ('"),
        ("c", "CURL *hnd = curl_easy_init();"),
    ] {
        assert_eq!(CodeSample::new(language, "", source).err(), None, "{source:?}");
    }
}

#[test]
fn the_time_to_validate_and_to_render_is_limited() {
    let arguments = Arguments::from_iter([("email".to_owned(), json!("a".repeat(4_000)))]);
    for part in [
        "'${email}' ",
        "${",
        "{{",
        "<a",
        "/${email}",
        "a.",
        "import a.b\n",
        "\"",
        "((",
        ": ",
        "a=\"${a}\" ",
        "${aaaaaaaaaaaaaaaa",
    ] {
        let source = ["curl ", &part.repeat(19_000 / part.len())].concat();
        for language in ["curl", "js", "kotlin", "php", "go", "x"] {
            let started = std::time::Instant::now();
            let printed = CodeSample::new(language, "", &source).map(|sample| sample.render(&operation(), &arguments));
            assert!(
                printed.is_ok_and(|code| code.len() < 500_000) || started.elapsed().as_millis() < 2_000,
                "{language} {part}"
            );
            assert!(started.elapsed().as_millis() < 2_000, "{language} {part} {:?}", started.elapsed());
        }
    }
}
