//! Dates and times of RFC 3339, which must exist.

/// Returns true for a date and a time of RFC 3339. Providers also accept a space between them, and no offset.
pub(super) fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= "0000-00-00T00:00:00".len()
        && matches!(bytes[10], b'T' | b't' | b' ')
        && is_date(&bytes[..10])
        && is_time(&bytes[11..])
}

/// Returns true for a date of RFC 3339 that exists.
pub(crate) fn is_date(text: &[u8]) -> bool {
    let [_, _, _, _, b'-', _, _, b'-', _, _] = text else { return false };
    let numbers = (number(&text[..4]), number(&text[5..7]), number(&text[8..]));
    let (Some(year), Some(month), Some(day)) = numbers else { return false };
    let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap_year),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Returns true for a time of RFC 3339. Providers also accept no offset and no seconds.
pub(super) fn is_time(text: &[u8]) -> bool {
    let [_, _, b':', _, _, rest @ ..] = text else { return false };
    let is_below = |digits: &[u8], limit: u32| number(digits).is_some_and(|number| number < limit);
    let is_rest = match rest {
        [] => true,
        // A leap second is the 61st of its minute. The provider checks the fraction and the offset.
        [b':', first, second, rest @ ..] => {
            is_below(&[*first, *second], 61) && rest.iter().all(|byte| b"0123456789.:+-Zz".contains(byte))
        }
        _ => false,
    };
    is_below(&text[..2], 24) && is_below(&text[3..5], 60) && is_rest
}

/// Returns the number that consists of these digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}
