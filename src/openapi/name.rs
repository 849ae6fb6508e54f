//! Operation names, as the seed page made them: `api_user_v1_DeleteTOTP` → `apiUserV1DeleteTotp`.

/// The name of an operation with an id: its words, in camel case.
pub(super) fn from_id(id: &str) -> String {
    camel_case(&words(id))
}

/// The name of an operation without an id: `GET /users/{user_id}` → `getUsersByUserId`.
pub(super) fn from_path(method: &str, path: &str) -> String {
    let mut all = words(method);
    for segment in path.split('/') {
        match segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) {
            Some(parameter) => {
                all.push("by".into());
                all.extend(words(parameter));
            }
            None => all.extend(words(segment)),
        }
    }
    camel_case(&all)
}

/// Splits at everything but letters and digits, and at the borders of case and digits.
fn words(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut words: Vec<String> = vec![String::new()];
    for (index, &c) in characters.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = index.checked_sub(1).and_then(|index| characters.get(index));
        let after = characters.get(index + 1);
        let border_of_case = c.is_uppercase()
            && (before.is_some_and(|before| !before.is_uppercase()) || after.is_some_and(|after| after.is_lowercase()));
        let border_of_digits = before.is_some_and(|before| before.is_numeric() != c.is_numeric());
        if border_of_case || border_of_digits {
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
