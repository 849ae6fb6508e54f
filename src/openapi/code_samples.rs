//! Reads the code samples of an operation: `x-codeSamples` or `x-code-samples`.

use crate::snippet::code_sample::CodeSample;
use serde_json::Value;

/// Maximum number of samples per operation.
const MAX_SAMPLES: usize = 20;
/// Maximum number of entries that are read to find them.
const MAX_SAMPLES_READ: usize = 100;
/// Maximum total size of the samples of an operation, in bytes.
const MAX_TOTAL_BYTES: usize = 200_000;

/// Returns the samples that pass validation, in the order of the document.
pub(super) fn read_code_samples(operation: &Value) -> Vec<CodeSample> {
    let all = ["x-codeSamples", "x-code-samples"].into_iter().find_map(|name| operation.get(name)?.as_array());
    let mut remaining_bytes = MAX_TOTAL_BYTES;
    let mut samples = Vec::new();
    for sample in all.into_iter().flatten().take(MAX_SAMPLES_READ) {
        let source = string_field(sample, ["source", "code"]);
        let (language, label) = (string_field(sample, ["lang", "language"]), string_field(sample, ["label", "name"]));
        let language = if language.is_empty() { label } else { language };
        let Some(rest) = remaining_bytes.checked_sub(source.len()).filter(|_| samples.len() < MAX_SAMPLES) else {
            break;
        };
        if let Ok(sample) = CodeSample::new(language, label, source) {
            samples.push(sample);
            remaining_bytes = rest;
        }
    }
    samples
}

/// Returns the text under the first of two names that has one: the usual name, or the one that `ReadMe` uses.
fn string_field<'a>(sample: &'a Value, names: [&str; 2]) -> &'a str {
    names.into_iter().find_map(|name| sample[name].as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::read_code_samples;
    use serde_json::{Value, json};

    fn labels(operation: &Value) -> Vec<String> {
        read_code_samples(operation).into_iter().map(|sample| [sample.language, sample.label].join("/")).collect()
    }

    #[test]
    fn samples_are_read_from_each_extension_name() {
        let sample = json!({"lang": "js", "label": "Node.js", "source": "f();"});
        let bare = json!({"lang": "curl", "source": "curl x"});
        let of_readme = json!({"language": "curl", "name": "Custom", "code": "curl x"});
        assert_eq!(labels(&json!({"x-codeSamples": [sample, bare]})), ["JavaScript/Node.js", "Shell/"]);
        assert_eq!(labels(&json!({"x-code-samples": [of_readme]})), ["Shell/Custom"]);
        assert_eq!(labels(&json!({"x-codeSamples": [{"label": "Python", "source": "f()"}]})), ["Python/"]);
    }

    #[test]
    fn malformed_samples_are_skipped() {
        for odd in [
            json!({}),
            json!({"x-codeSamples": {}}),
            json!({"x-codeSamples": [null, 1, "x", {}, {"lang": 1, "source": []}]}),
        ] {
            assert!(read_code_samples(&odd).is_empty(), "{odd}");
        }
        let broken = json!({"lang": "js", "source": "f("});
        assert_eq!(labels(&json!({"x-codeSamples": [broken, {"lang": "js", "source": "f()"}]})), ["JavaScript/"]);
    }

    #[test]
    fn the_number_and_size_of_samples_are_limited() {
        let many =
            |source: &str, count: usize| json!({"x-codeSamples": vec![json!({"lang": "js", "source": source}); count]});
        assert_eq!(read_code_samples(&many("f();", 10_000)).len(), 20);
        assert_eq!(read_code_samples(&many(&"f();\n".repeat(3_900), 20)).len(), 10);
    }
}
