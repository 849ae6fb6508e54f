//! Whatever text claims to be an `OpenAPI` document: it is read, all of its operations are read, and nothing breaks.

#![no_main]

use api_explorer::openapi;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(document) = openapi::read(text) {
        document.check();
        for listing in &document.listings {
            let media = document.operation(&listing.name).map(|documented| documented.media.clone());
            for media in media.unwrap_or_default() {
                document.operation_with(&listing.name, Some(&media));
            }
        }
    }
});
