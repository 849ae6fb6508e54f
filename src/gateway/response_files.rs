//! Bodies of responses that pages can request as files for a short time: to save them, to show images and other media, and
//! to show large bodies in parts. They are in the memory of this server only, and contain nothing that masking hides.

use super::Gateway;
use crate::{
    auth::identity::Caller,
    model::{
        media_type::MediaType,
        problem::Problem,
        response::{CallResponse, ResponseBody},
    },
    store::{sessions::SessionId, with_timeout},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use moka::{ops::compute::Op, policy::EvictionPolicy, sync::Cache};
use serde::de::IgnoredAny;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use uuid::Uuid;

/// Time for which a file is kept.
const LIFETIME: Duration = Duration::from_mins(15);
/// Maximum size of all files together, as a multiple of those of one signed-in caller or network.
const MAX_OWNERS: u64 = 4;
/// Maximum size of the files of one signed-in caller or network, in bytes, unless a response can be larger.
const MAX_OWNER_BYTES: usize = 16_000_000;
/// Maximum number of files of one signed-in caller or network.
const MAX_OWNER_FILES: usize = 16;

/// The body of a response as a file.
#[derive(Debug)]
pub struct ResponseFile {
    /// Random ID, which only the page of the response knows.
    pub id: String,
    /// Subject of the caller that received the response.
    subject: String,
    /// Name for saving the file, safe in any folder.
    pub name: String,
    /// The content type that the provider named.
    pub content_type: String,
    /// The body that the caller may see.
    pub bytes: Vec<u8>,
    /// True if the caller may see the secrets that placeholders in the body refer to.
    pub can_reveal: bool,
    /// The differences from the documentation that are listed.
    pub problems: Vec<Problem>,
    /// True if the body is JSON; empty until it is checked.
    is_json: OnceLock<bool>,
}

impl ResponseFile {
    /// Returns the body if it is an object or a list in JSON, and not nested too deeply to be shown. The first time, all of
    /// it is checked.
    pub fn json_text(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.bytes).ok()?.trim_start_matches('\u{feff}');
        let is_json = || {
            let has_json_form = text.trim_start().starts_with(['{', '[']);
            // Lines of JSON are text, even if there is only one.
            has_json_form
                && !MediaType::parse(&self.content_type).is_json_lines()
                && serde_json::from_str::<IgnoredAny>(text).is_ok()
        };
        self.is_json.get_or_init(is_json).then_some(text)
    }
}

/// The files of all callers.
pub(super) struct ResponseFiles {
    /// The files of each signed-in caller or network, the oldest first.
    by_owner: Cache<String, Vec<Arc<ResponseFile>>>,
    /// Maximum size of the files of one signed-in caller or network, in bytes.
    max_owner_bytes: usize,
}

impl ResponseFiles {
    /// Creates a store for files of responses up to a size. Placeholders can be longer than the secrets they replace.
    pub(super) fn new(max_response_bytes: usize) -> Self {
        let max_owner_bytes = MAX_OWNER_BYTES.max(max_response_bytes.saturating_add(max_response_bytes / 4));
        let size = |_: &String, files: &Vec<Arc<ResponseFile>>| u32::try_from(total_bytes(files)).unwrap_or(u32::MAX);
        let capacity = MAX_OWNERS.saturating_mul(max_owner_bytes as u64);
        let by_owner = Cache::builder().weigher(size).max_capacity(capacity).time_to_live(LIFETIME);
        // Otherwise the first of a new caller would be dropped instead of the oldest one.
        Self { by_owner: by_owner.eviction_policy(EvictionPolicy::lru()).build(), max_owner_bytes }
    }

    /// Keeps a file. The oldest files of its owner make room for it. Returns false if it is too large.
    fn insert(&self, owner: String, file: Arc<ResponseFile>) -> bool {
        if file.bytes.len() > self.max_owner_bytes {
            return false;
        }
        self.by_owner.entry(owner).and_compute_with(|entry| {
            let mut files = entry.map(moka::Entry::into_value).unwrap_or_default();
            files.push(file);
            while total_bytes(&files) > self.max_owner_bytes || files.len() > MAX_OWNER_FILES {
                files.remove(0);
            }
            Op::Put(files)
        });
        true
    }
}

fn total_bytes(files: &[Arc<ResponseFile>]) -> usize {
    files.iter().map(|file| file.bytes.len()).sum()
}

impl Gateway {
    /// Keeps the body of a response as a file for its caller, adds the path of the file to the response, and returns the file.
    /// An anonymous caller without a session gets one, so that nobody else of its network can request the file.
    pub async fn keep_response_file(
        &self,
        caller: &Caller,
        response: &mut CallResponse,
        new_session: &mut Option<SessionId>,
    ) -> Option<Arc<ResponseFile>> {
        let bytes = body_bytes(response)?;
        let file = Arc::new(ResponseFile {
            id: Uuid::new_v4().simple().to_string(),
            subject: self.file_subject(caller, new_session).await?,
            name: response.file_name.clone().unwrap_or_default(),
            content_type: response.header("content-type").unwrap_or_default().to_owned(),
            bytes,
            can_reveal: response.can_reveal(),
            problems: response.differences.iter().flat_map(|differences| differences.problems.clone()).collect(),
            is_json: OnceLock::new(),
        });
        let is_kept = self.response_files.insert(caller.share_key(), file.clone());
        response.file_url = is_kept.then(|| format!("/responses/{}", file.id));
        is_kept.then_some(file)
    }

    /// Returns a file that the caller received; `None` if it is no longer kept, or belongs to another caller.
    pub fn find_response_file(&self, caller: &Caller, id: &str) -> Option<Arc<ResponseFile>> {
        let subject = &caller.identity.as_ref()?.subject;
        let files = self.response_files.by_owner.get(&caller.share_key())?;
        files.iter().find(|file| file.id == id && file.subject == *subject).cloned()
    }

    /// Returns the subject that a file belongs to: the caller's own, or that of a new session.
    async fn file_subject(&self, caller: &Caller, new_session: &mut Option<SessionId>) -> Option<String> {
        let identity = caller.identity.as_ref()?;
        if !identity.is_address() {
            return Some(identity.subject.clone());
        }
        if let Some(session_id) = new_session {
            return Some(with_timeout(self.store.find_session(*session_id)).await.ok()??.subject);
        }
        self.admission().admit_session(caller).ok()?;
        let created = with_timeout(self.store.create_anonymous_session(&caller.network.to_string())).await;
        let (session_id, session) = created.ok()?;
        *new_session = Some(session_id);
        Some(session.subject)
    }
}

/// Returns the bytes of a body: a text in UTF-8, with a byte order mark if it declares another charset and is no stream.
fn body_bytes(response: &CallResponse) -> Option<Vec<u8>> {
    match &response.body {
        ResponseBody::Empty => None,
        ResponseBody::Binary(base64) => BASE64_STANDARD.decode(base64).ok(),
        ResponseBody::Text(text) => {
            let mark = if response.charset.is_some() && response.stream.is_none() { "\u{feff}" } else { "" };
            Some([mark, text].concat().into_bytes())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ResponseFile, ResponseFiles};
    use std::sync::{Arc, OnceLock};

    fn file(id: &str, size: usize) -> Arc<ResponseFile> {
        file_of(id, vec![0; size], "")
    }

    fn file_of(id: &str, bytes: Vec<u8>, content_type: &str) -> Arc<ResponseFile> {
        Arc::new(ResponseFile {
            id: id.into(),
            subject: "local".into(),
            name: "a".into(),
            content_type: content_type.into(),
            bytes,
            can_reveal: false,
            problems: Vec::new(),
            is_json: OnceLock::new(),
        })
    }

    #[test]
    fn only_objects_and_lists_of_json_are_json() {
        for (text, content_type, expected) in [
            ("\u{feff} {\"a\": 1} ", "text/plain", Some(" {\"a\": 1} ")),
            ("[1]", "", Some("[1]")),
            ("[1]", "application/x-ndjson", None),
            ("[1", "application/json", None),
            ("1", "application/json", None),
            (&"[".repeat(100_000), "application/json", None),
        ] {
            assert_eq!(file_of("1", text.into(), content_type).json_text(), expected, "{text:.20}");
        }
        assert_eq!(file_of("1", b"[\"\xff\"]".to_vec(), "").json_text(), None);
    }

    fn ids(files: &ResponseFiles, owner: &str) -> Vec<String> {
        let kept = files.by_owner.get(owner).unwrap_or_default();
        kept.iter().map(|file| file.id.clone()).collect()
    }

    #[test]
    fn the_oldest_files_of_an_owner_make_room_for_new_ones() {
        let files = ResponseFiles::new(10_000_000);
        assert!(!files.insert("a".into(), file("large", 16_000_001)));
        for number in 0..4 {
            assert!(files.insert("a".into(), file(&number.to_string(), 6_000_000)));
        }
        assert_eq!(ids(&files, "a"), ["2", "3"]);
        for number in 0..20 {
            files.insert("b".into(), file(&number.to_string(), 1));
        }
        assert_eq!(ids(&files, "b").len(), 16);
        assert_eq!(ids(&files, "a").len(), 2, "one owner does not displace the files of another");
    }

    #[test]
    fn all_files_together_are_bounded() {
        let files = ResponseFiles::new(10_000_000);
        for number in 0..20 {
            files.insert(number.to_string(), file("x", 10_000_000));
            files.by_owner.run_pending_tasks();
        }
        files.by_owner.run_pending_tasks();
        assert!(files.by_owner.weighted_size() <= 64_000_000, "{}", files.by_owner.weighted_size());
        assert_eq!(ids(&files, "19"), ["x"], "the newest one is kept");
    }
}
