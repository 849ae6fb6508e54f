//! Texts into the words that are searched for.

/// Calls `take` with the words of a text in lower case: runs of letters and digits, and the parts of a run that is written
/// in camel case (`deleteOAuth` → `delete`, `o`, `auth`, `deleteoauth`); and whether a word has such parts.
pub(super) fn for_each_word(text: &str, mut visit: impl FnMut(&str, bool)) {
    for run in alphanumeric_runs(text) {
        let parts = split_camel_case(run);
        if parts.len() > 1 {
            for part in &parts {
                visit(&part.to_lowercase(), false);
            }
        }
        visit(&run.to_lowercase(), parts.len() > 1);
    }
}

/// Runs of letters and digits: `/v1/users/{user_id}` → `v1`, `users`, `user`, `id`.
pub(super) fn alphanumeric_runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty())
}

/// Splits a run at the borders of case: `apiUserV1DeleteTOTP` → `api`, `User`, `V1`, `Delete`, `TOTP`.
pub(super) fn split_camel_case(run: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut previous: Option<char> = None;
    let mut characters = run.char_indices().peekable();
    while let Some((index, c)) = characters.next() {
        let mut is_last_capital = || characters.peek().is_some_and(|(_, after)| after.is_lowercase());
        if c.is_uppercase() && previous.is_some_and(|before| before.is_lowercase() || is_last_capital()) {
            parts.push(&run[start..index]);
            start = index;
        }
        previous = Some(c);
    }
    parts.push(&run[start..]);
    parts
}
