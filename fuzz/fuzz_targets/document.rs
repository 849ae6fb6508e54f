//! Whatever text claims to be an `OpenAPI` document: it is read, all of its operations are read and used, there is an end
//! to it, and nothing breaks.

#![no_main]

mod mutation;

use api_explorer::{
    model::{check::check, form, operation::Operation, request::Request},
    openapi::{self, Documentation},
};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|text: &str| {
    let Ok(document) = openapi::read(text) else { return };
    document.check();
    document.json();
    for listing in &document.listings {
        let Some(first) = document.operation(&listing.name) else { panic!("{} is only listed", listing.name) };
        use_it(&first);
        for media in first.media.iter().skip(1) {
            document.operation_with(&listing.name, Some(media)).iter().for_each(|other| use_it(other));
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutation::mutate(data, size, max_size, seed).unwrap_or_else(|| fuzzer_mutate(data, size, max_size))
});

/// What happens to an operation: it travels to the browser, its examples fill its form, and make a request.
fn use_it(documented: &Documentation) {
    let travelled = serde_json::to_value(&documented.operation).map(Operation::from);
    let Ok(operation) = travelled else { panic!("{} cannot travel", documented.operation.name) };
    for example in &documented.examples {
        let reading = form::read(&operation, &form::write(&operation, &example.arguments));
        assert_eq!(reading.arguments, example.arguments);
        check(&operation, &example.arguments);
        Request::new(&operation, &example.arguments);
    }
}
