//! Formats sizes and durations for readers.

use crate::text;

/// Formats a size: `812 B`, `4.2 kB`, `5.0 MB`.
pub(super) fn format_bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => [&bytes.to_string(), " B"].concat(),
        1_000..1_000_000 => [&format_tenths(bytes / 100), " kB"].concat(),
        _ => [&format_tenths(bytes / 100_000), " MB"].concat(),
    }
}

/// Formats a duration: `0.4 ms`, `86 ms`, `1.2 s`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "durations of calls are small and positive"
)]
pub(super) fn format_duration(milliseconds: f64) -> String {
    match milliseconds {
        ..10.0 => [&format_tenths((milliseconds * 10.0) as u64), " ms"].concat(),
        10.0..1000.0 => [&(milliseconds as u64).to_string(), " ms"].concat(),
        _ => [&format_tenths((milliseconds / 100.0) as u64), " s"].concat(),
    }
}

/// Formats a time to wait: `59 s`, `2 min 5 s`.
pub fn format_wait(seconds: u32) -> String {
    let rest = [&(seconds % 60).to_string(), " s"].concat();
    if seconds < 60 { rest } else { [&(seconds / 60).to_string(), " min ", &rest[..]].concat() }
}

fn format_tenths(number: u64) -> String {
    text!("response-decimal", whole = number / 10, tenth = number % 10)
}

#[cfg(test)]
mod tests {
    use super::{format_bytes, format_duration, format_wait};

    #[test]
    fn sizes_and_durations_are_formatted_for_readers() {
        assert_eq!(
            [format_bytes(0), format_bytes(999), format_bytes(1_234), format_bytes(5_000_000)],
            ["0 B", "999 B", "1.2 kB", "5.0 MB"]
        );
        assert_eq!(
            [format_duration(0.44), format_duration(86.5), format_duration(1234.0)],
            ["0.4 ms", "86 ms", "1.2 s"]
        );
        assert_eq!([0, 59, 125, 10_800].map(format_wait), ["0 s", "59 s", "2 min 5 s", "180 min 0 s"]);
    }
}
