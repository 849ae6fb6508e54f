//! Columns in Go literals, aligned as by gofmt.

/// Separator between a key and its value. The vertical tab, which no literal contains unescaped, precedes a column.
pub(super) const COLUMN_SEPARATOR: &str = ":\u{b}";

/// Aligns the values of consecutive single lines in a column, unless the lengths of their keys differ too much.
pub(super) fn align_columns(code: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut rows: Vec<(&str, &str)> = Vec::new();
    let mut log_sum = 0.0;
    for line in code.split('\n') {
        let row = line.split_once('\u{b}').filter(|_| !line.ends_with('{'));
        let Some(row) = row else {
            flush_rows(&mut rows, &mut lines);
            log_sum = 0.0;
            lines.push(line.replace('\u{b}', " "));
            continue;
        };
        let size = key_size(row.0);
        if let Some(previous_size) = rows.last().map(|(key, _)| key_size(key)) {
            // The rule of go/printer (nodes.go, `exprList`).
            let mean = (log_sum / to_f64(rows.len())).exp();
            let ratio = to_f64(size) / mean;
            if (previous_size > 40 || size > 40) && (2.5 * ratio <= 1.0 || ratio >= 2.5) {
                flush_rows(&mut rows, &mut lines);
                log_sum = 0.0;
            }
        }
        log_sum += to_f64(size).ln();
        rows.push(row);
    }
    flush_rows(&mut rows, &mut lines);
    lines.join("\n")
}

/// Returns the length of a key, without its indentation and its colon, in bytes.
fn key_size(key: &str) -> usize {
    key.trim_start_matches('\t').len().saturating_sub(1)
}

fn to_f64(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn flush_rows(rows: &mut Vec<(&str, &str)>, lines: &mut Vec<String>) {
    let width = rows.iter().map(|(key, _)| key.chars().count()).max().unwrap_or_default();
    lines.extend(rows.drain(..).map(|(key, value)| format!("{key:width$} {value}")));
}
