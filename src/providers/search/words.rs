//! Splits texts into the words that can be searched.

/// Calls `visit` with each word of a text in lowercase, and with true if the word is compound. Words are runs of
/// letters and digits, and the parts of a run in camel case (`deleteOAuth` → `delete`, `o`, `auth`, `deleteoauth`).
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

/// Returns the runs of letters and digits: `/v1/users/{user_id}` → `v1`, `users`, `user`, `id`.
pub(super) fn alphanumeric_runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty())
}

/// Splits a run at case borders: `apiUserV1DeleteTOTP` → `api`, `User`, `V1`, `Delete`, `TOTP`.
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
