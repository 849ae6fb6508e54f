//! Derives operation names: `api_user_v1_DeleteTOTP` → `apiUserV1DeleteTotp`.

/// Returns the name of an operation with an id: the words of the id in camel case.
pub(super) fn from_id(id: &str) -> String {
    camel_case(&split_words(id))
}

/// Returns the name of an operation without an id: `GET /users/{user_id}` → `getUsersByUserId`.
pub(super) fn from_path(method: &str, path: &str) -> String {
    let mut name_words = split_words(method);
    for segment in path.split('/') {
        match segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) {
            Some(parameter) => {
                name_words.push("by".into());
                name_words.extend(split_words(parameter));
            }
            None => name_words.extend(split_words(segment)),
        }
    }
    camel_case(&name_words)
}

/// Splits a text at characters that are neither letters nor digits, and at case and digit borders.
fn split_words(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut words: Vec<String> = vec![String::new()];
    for (index, &c) in characters.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let previous = index.checked_sub(1).and_then(|index| characters.get(index));
        let next = characters.get(index + 1);
        let is_case_boundary = c.is_uppercase()
            && (previous.is_some_and(|before| !before.is_uppercase())
                || next.is_some_and(|after| after.is_lowercase()));
        let is_digit_boundary = previous.is_some_and(|before| before.is_numeric() != c.is_numeric());
        if is_case_boundary || is_digit_boundary {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn camel_case(words: &[String]) -> String {
    let mut name = String::new();
    for word in words {
        let mut characters = word.chars();
        match characters.next() {
            Some(first) if name.is_empty() => name.extend(first.to_lowercase()),
            Some(first) => name.extend(first.to_uppercase()),
            None => {}
        }
        name.extend(characters.flat_map(char::to_lowercase));
    }
    name
}
