use super::{SearchIndex, typo, words};
use crate::{model::operation::Method, openapi::OperationSummary};

/// An operation and the names of its fields.
type Operation = (OperationSummary, &'static [&'static str]);

fn operation(method: Method, path: &str, name: &str, title: &str, fields: &'static [&'static str]) -> Operation {
    let listing = OperationSummary {
        name: name.into(),
        method,
        path: path.into(),
        title: title.into(),
        group: path.split('/').nth(2).unwrap_or("Other").into(),
        is_deprecated: false,
    };
    (listing, fields)
}

fn index(all: &[Operation]) -> SearchIndex {
    SearchIndex::new(all.iter().map(|(listing, fields)| ("stytch Stytch API", listing, fields.to_vec())))
}

fn all() -> Vec<Operation> {
    vec![
        operation(Method::Post, "/v1/users/search", "apiUserV1Search", "Search users", &["cursor", "limit"]),
        operation(Method::Post, "/v1/users", "apiUserV1Create", "Create a user", &["email", "phone_number"]),
        operation(Method::Get, "/v1/users/{user_id}", "apiUserV1Get", "Get a user", &["user_id"]),
        operation(Method::Delete, "/v1/users/{user_id}", "apiUserV1Delete", "Delete a user", &["user_id"]),
        operation(Method::Delete, "/v1/users/oauth/{id}", "apiUserV1DeleteOAuthRegistration", "Delete OAuth", &["id"]),
        operation(
            Method::Post,
            "/v1/sessions/authenticate",
            "apiSessionV1Authenticate",
            "Authenticate a session",
            &["token"],
        ),
        operation(Method::Post, "/v1/otps", "apiOtpV1Send", "Send a code", &["email", "create_user_as_pending"]),
        operation(Method::Get, "/v1/concrete", "apiConcreteV1Get", "Mix", &["ratio"]),
    ]
}

/// Returns the names of the operations that match a query, best first.
fn find(query: &str) -> Vec<String> {
    let all = all();
    let found = index(&all).search(query, 0..all.len(), 20);
    assert_eq!(found.total, found.operations.len());
    found.operations.into_iter().map(|number| all[number].0.name.clone()).collect()
}

#[test]
fn names_are_taken_apart_at_the_borders_of_case() {
    let words = |text| {
        let mut all = Vec::new();
        words::for_each_word(text, |word, _| all.push(word.to_owned()));
        all
    };
    assert_eq!(words("apiUserV1DeleteTOTP"), ["api", "user", "v1", "delete", "totp", "apiuserv1deletetotp"]);
    assert_eq!(words("/v1/users/{user_id}"), ["v1", "users", "user", "id"]);
    assert_eq!(words("OAuth B2BScim Über"), ["o", "auth", "oauth", "b2b", "scim", "b2bscim", "über"]);
}

#[test]
fn a_method_and_a_path_find_their_operation_first() {
    for query in ["POST /v1/users", "users post", "post users", "POST users v1", "/v1/users POST"] {
        assert_eq!(find(query)[0], "apiUserV1Create", "{query}");
    }
    assert_eq!(find("DELETE /v1/users/{user_id}")[0], "apiUserV1Delete");
    assert_eq!(find("/v1/users")[0], "apiUserV1Create");
}

#[test]
fn every_word_must_be_hit() {
    assert_eq!(find("delete oauth"), ["apiUserV1DeleteOAuthRegistration"]);
    assert!(find("delete nonsense").is_empty());
    assert!(find("get otps").is_empty());
}

#[test]
fn names_are_found_whole_begun_and_in_camel_case() {
    assert_eq!(find("apiUserV1Create"), ["apiUserV1Create"]);
    assert_eq!(find("apiuserv1cr"), ["apiUserV1Create"]);
    assert_eq!(find("createUser")[0], "apiUserV1Create");
    assert_eq!(find("OAuth"), ["apiUserV1DeleteOAuthRegistration"]);
}

#[test]
fn titles_beat_fields_and_whole_words_beat_beginnings_and_these_the_inside() {
    assert_eq!(find("create"), ["apiUserV1Create", "apiOtpV1Send"]);
    assert_eq!(find("user")[0], "apiUserV1Create", "the shorter of equal hits");
    assert_eq!(find("session")[0], "apiSessionV1Authenticate");
    assert_eq!(find("crete"), ["apiConcreteV1Get", "apiUserV1Create", "apiOtpV1Send"]);
}

#[test]
fn fields_are_found_in_parts_and_as_one_word() {
    for query in ["phone_number", "phone", "phonenumber", "PHONE-NUMBER"] {
        assert_eq!(find(query), ["apiUserV1Create"], "{query}");
    }
}

#[test]
fn typing_errors_are_forgiven() {
    for (query, expected) in [
        ("athenticate", "apiSessionV1Authenticate"),
        ("autehnticaet", "apiSessionV1Authenticate"),
        ("sessoin", "apiSessionV1Authenticate"),
        ("serach users", "apiUserV1Search"),
        ("usre craete", "apiUserV1Create"),
        ("phone_nubmer", "apiUserV1Create"),
        ("authentcat", "apiSessionV1Authenticate"),
    ] {
        assert_eq!(find(query).first().map(String::as_str), Some(expected), "{query}");
    }
    for query in ["gte", "xyzzy", "authxyzcate", "seXXion"] {
        assert!(find(query).is_empty(), "{query}: {:?}", find(query));
    }
}

#[test]
fn errors_are_counted_as_people_make_them() {
    let errors = |typed: &str, word: &str, most| typo::typo_distance(typed.as_bytes(), word.as_bytes(), most);
    assert_eq!(errors("user", "user", 1), Some(0));
    assert_eq!(errors("usre", "user", 1), Some(1));
    assert_eq!(errors("uxser", "user", 1), Some(1));
    assert_eq!(errors("ser", "user", 1), Some(1));
    assert_eq!(errors("kitten", "sitting", 1), None);
    assert_eq!(errors("kitten", "sitten", 1), Some(1));
    assert_eq!(errors("authen", "authenticate", 1), Some(0), "how a word begins is enough");
    assert_eq!(errors("authenticate", "authen", 2), None);
    assert_eq!(errors("abcdef", "badcfe", 2), None);
    assert_eq!(errors("abcdef", "badcef", 2), Some(2));
}

#[test]
fn a_query_without_words_finds_nothing_and_a_long_one_is_cut() {
    for query in ["", "  ", "/", "{}", "\n", "--"] {
        assert!(find(query).is_empty(), "{query:?}");
    }
    assert_eq!(find(&"user ".repeat(1000)).len(), 6);
    assert!(find(&"ü".repeat(1000)).is_empty());
}

#[test]
fn a_search_can_be_kept_within_a_range_and_says_how_many_there_are() {
    let all = all();
    let index = index(&all);
    let found = index.search("v1", 0..all.len(), 3);
    assert_eq!((found.total, found.operations.len()), (8, 3));
    assert_eq!(index.search("delete", 0..4, 9).operations, [3]);
    assert_eq!(index.search("search", 1..8, 9).total, 0);
    assert_eq!(SearchIndex::default().search("user", 0..0, 9).total, 0);
}
