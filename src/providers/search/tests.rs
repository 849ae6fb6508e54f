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
        summary: None,
        group: path.split('/').nth(2).unwrap_or("Other").into(),
        is_deprecated: false,
    };
    (listing, fields)
}

fn index(all: &[Operation]) -> SearchIndex {
    SearchIndex::new(
        all.iter()
            .map(|(listing, fields)| ("stytch Stytch API", listing, fields.iter().map(ToString::to_string).collect())),
    )
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
    let hits = index(&all).search(query, 0..all.len(), 20);
    assert_eq!(hits.total, hits.operations.len());
    if hits.are_nearest {
        return Vec::new();
    }
    hits.operations.into_iter().map(|number| all[number].0.name.clone()).collect()
}

#[test]
fn names_are_split_at_case_boundaries() {
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
fn an_operation_ranks_first_for_its_method_and_path() {
    for query in ["POST /v1/users", "users post", "post users", "POST users v1", "/v1/users POST"] {
        assert_eq!(find(query)[0], "apiUserV1Create", "{query}");
    }
    assert_eq!(find("DELETE /v1/users/{user_id}")[0], "apiUserV1Delete");
    assert_eq!(find("/v1/users")[0], "apiUserV1Create");
}

#[test]
fn every_word_of_a_query_must_match() {
    assert_eq!(find("delete oauth"), ["apiUserV1DeleteOAuthRegistration"]);
    assert!(find("delete nonsense").is_empty());
    assert!(find("get otps").is_empty());
}

#[test]
fn operations_are_found_by_full_name_prefix_and_camel_case() {
    assert_eq!(find("apiUserV1Create"), ["apiUserV1Create"]);
    assert_eq!(find("apiuserv1cr"), ["apiUserV1Create"]);
    assert_eq!(find("createUser")[0], "apiUserV1Create");
    assert_eq!(find("OAuth"), ["apiUserV1DeleteOAuthRegistration"]);
}

#[test]
fn titles_rank_above_fields_and_whole_words_above_parts() {
    assert_eq!(find("create"), ["apiUserV1Create", "apiOtpV1Send"]);
    assert_eq!(find("user")[0], "apiUserV1Create", "the shorter of equal matches");
    assert_eq!(find("session")[0], "apiSessionV1Authenticate");
    assert_eq!(find("crete"), ["apiUserV1Create", "apiConcreteV1Get", "apiOtpV1Send"]);
}

#[test]
fn fields_are_found_by_their_parts_and_as_one_word() {
    for query in ["phone_number", "phone", "phonenumber", "PHONE-NUMBER"] {
        assert_eq!(find(query), ["apiUserV1Create"], "{query}");
    }
}

#[test]
fn typos_are_tolerated() {
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
    for query in ["su", "xyzzy", "authxyzcate", "seXXion"] {
        assert!(find(query).is_empty(), "{query}: {:?}", find(query));
    }
}

#[test]
fn a_short_word_may_have_one_typo_if_it_stands_for_a_whole_word() {
    for (query, expected) in [
        ("usr create", "apiUserV1Create"),
        ("crete a usr", "apiUserV1Create"),
        ("gte user", "apiUserV1Get"),
        ("delte usr", "apiUserV1Delete"),
        ("mxi", "apiConcreteV1Get"),
        ("mux", "apiConcreteV1Get"),
        ("cde", "apiOtpV1Send"),
    ] {
        assert_eq!(find(query).first().map(String::as_str), Some(expected), "{query}");
    }
    assert!(find("aut").contains(&"apiSessionV1Authenticate".to_owned()), "a prefix without a typing error");
    assert!(find("atu").is_empty(), "{:?}", find("atu"));
}

#[test]
fn the_nearest_operations_match_at_least_half_of_the_words() {
    let all = all();
    let index = index(&all);
    let nearest = |query: &str| {
        let hits = index.search(query, 0..all.len(), 20);
        assert!(hits.are_nearest || hits.total == 0, "{query}");
        hits.operations.into_iter().map(|number| all[number].0.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(nearest("create user unicorn")[0], "apiUserV1Create");
    assert_eq!(nearest("delete unicorn").len(), 2);
    assert_eq!(nearest("sexxion"), ["apiSessionV1Authenticate"]);
    assert!(nearest("unicorn xyzzy create").is_empty());
    assert!(nearest("xyzzy").is_empty());
    assert!(nearest("cursor unicorn").is_empty(), "fields are not near");
}

#[test]
fn verbs_of_two_words_are_one_word() {
    for query in ["sign in session", "log in session", "session login"] {
        assert_eq!(find(query), ["apiSessionV1Authenticate"], "{query}");
    }
}

#[test]
fn a_completed_title_is_also_found_by_the_summary_of_the_document() {
    let mut all = all();
    all[1].0.summary = Some("Create".into());
    all.push(operation(Method::Post, "/v1/otps/create", "apiOtpV1Create", "Create a code", &[]));
    let hits = index(&all).search("create", 0..all.len(), 20);
    assert_eq!(all[hits.operations[0]].0.name, "apiUserV1Create");
}

#[test]
fn typos_are_counted_as_single_edits() {
    let errors = |typed: &str, word: &str, most| typo::typo_distance(typed.as_bytes(), word.as_bytes(), most);
    assert_eq!(errors("user", "user", 1), Some(0));
    assert_eq!(errors("usre", "user", 1), Some(1));
    assert_eq!(errors("uxser", "user", 1), Some(1));
    assert_eq!(errors("ser", "user", 1), Some(1));
    assert_eq!(errors("kitten", "sitting", 1), None);
    assert_eq!(errors("kitten", "sitten", 1), Some(1));
    assert_eq!(errors("authen", "authenticate", 1), Some(0), "a prefix is sufficient");
    assert_eq!(errors("authenticate", "authen", 2), None);
    assert_eq!(errors("abcdef", "badcfe", 2), None);
    assert_eq!(errors("abcdef", "badcef", 2), Some(2));
    let whole = |typed: &str, word: &str| typo::whole_typo_distance(typed.as_bytes(), word.as_bytes(), 1);
    assert_eq!((whole("usr", "user"), whole("usr", "users"), whole("usr", "us")), (Some(1), None, Some(1)));
    assert_eq!((whole("aut", "authenticate"), whole("user", "user"), whole("usr", "run")), (None, Some(0), None));
}

#[test]
fn a_query_without_words_has_no_results_and_a_long_one_is_truncated() {
    for query in ["", "  ", "/", "{}", "\n", "--"] {
        assert!(find(query).is_empty(), "{query:?}");
    }
    assert_eq!(find(&"user ".repeat(1000)).len(), 6);
    assert!(find(&"ü".repeat(1000)).is_empty());
}

#[test]
fn a_search_can_be_restricted_to_a_range_and_returns_the_total() {
    let all = all();
    let index = index(&all);
    let hits = index.search("v1", 0..all.len(), 3);
    assert_eq!((hits.total, hits.operations.len()), (8, 3));
    assert_eq!(index.search("delete", 0..4, 9).operations, [3]);
    assert_eq!(index.search("search", 1..8, 9).total, 0);
    assert_eq!(SearchIndex::default().search("user", 0..0, 9).total, 0);
}
