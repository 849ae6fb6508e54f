//! Bodies of responses that pages can request as files for a short time: to save them without scripts, and to show images
//! and other media. They are in the memory of this server only, and contain nothing that masking hides.

use super::Gateway;
use crate::{
    auth::identity::Caller,
    model::response::{CallResponse, ResponseBody},
    store::{sessions::SessionId, with_timeout},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use moka::{ops::compute::Op, policy::EvictionPolicy, sync::Cache};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// Time for which a file is kept.
const LIFETIME: Duration = Duration::from_mins(15);
/// Maximum size of all files together, and of those of one signed-in caller or network, in bytes.
const MAX_BYTES: u64 = 64_000_000;
const MAX_OWNER_BYTES: usize = 16_000_000;
/// Maximum number of files of one signed-in caller or network.
const MAX_OWNER_FILES: usize = 16;

/// The body of a response as a file.
#[derive(Debug)]
pub struct ResponseFile {
    /// Random ID, which only the page of the response knows.
    id: String,
    /// Subject of the caller that received the response.
    subject: String,
    /// Name for saving the file, safe in any folder.
    pub name: String,
    /// The content type that the provider named.
    pub content_type: String,
    /// The body that the caller may see.
    pub bytes: Vec<u8>,
}

/// The files of all callers.
pub(super) struct ResponseFiles {
    /// The files of each signed-in caller or network, the oldest first.
    by_owner: Cache<String, Vec<Arc<ResponseFile>>>,
}

impl Default for ResponseFiles {
    fn default() -> Self {
        let size = |_: &String, files: &Vec<Arc<ResponseFile>>| u32::try_from(total_bytes(files)).unwrap_or(u32::MAX);
        let by_owner = Cache::builder().weigher(size).max_capacity(MAX_BYTES).time_to_live(LIFETIME);
        // Otherwise the first of a new caller would be dropped instead of the oldest one.
        Self { by_owner: by_owner.eviction_policy(EvictionPolicy::lru()).build() }
    }
}

impl ResponseFiles {
    /// Keeps a file. The oldest files of its owner make room for it. Returns false if it is too large.
    fn insert(&self, owner: String, file: ResponseFile) -> bool {
        if file.bytes.len() > MAX_OWNER_BYTES {
            return false;
        }
        let file = Arc::new(file);
        self.by_owner.entry(owner).and_compute_with(|entry| {
            let mut files = entry.map(moka::Entry::into_value).unwrap_or_default();
            files.push(file);
            while total_bytes(&files) > MAX_OWNER_BYTES || files.len() > MAX_OWNER_FILES {
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
    /// Keeps the body of a response as a file for its caller, and adds the path of the file to the response. An anonymous
    /// caller without a session gets one, so that nobody else of its network can request the file.
    pub async fn keep_response_file(
        &self,
        caller: &Caller,
        response: &mut CallResponse,
        new_session: &mut Option<SessionId>,
    ) {
        let Some(bytes) = body_bytes(response) else { return };
        let Some(subject) = self.file_subject(caller, new_session).await else { return };
        let id = Uuid::new_v4().simple().to_string();
        let file = ResponseFile {
            id: id.clone(),
            subject,
            name: response.file_name.clone().unwrap_or_default(),
            content_type: response.header("content-type").unwrap_or_default().to_owned(),
            bytes,
        };
        if self.response_files.insert(caller.share_key(), file) {
            response.file_url = Some(format!("/responses/{id}"));
        }
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

    fn file(id: &str, size: usize) -> ResponseFile {
        ResponseFile {
            id: id.into(),
            subject: "local".into(),
            name: "a".into(),
            content_type: String::new(),
            bytes: vec![0; size],
        }
    }

    fn ids(files: &ResponseFiles, owner: &str) -> Vec<String> {
        let kept = files.by_owner.get(owner).unwrap_or_default();
        kept.iter().map(|file| file.id.clone()).collect()
    }

    #[test]
    fn the_oldest_files_of_an_owner_make_room_for_new_ones() {
        let files = ResponseFiles::default();
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
        let files = ResponseFiles::default();
        for number in 0..20 {
            files.insert(number.to_string(), file("x", 10_000_000));
            files.by_owner.run_pending_tasks();
        }
        files.by_owner.run_pending_tasks();
        assert!(files.by_owner.weighted_size() <= 64_000_000, "{}", files.by_owner.weighted_size());
        assert_eq!(ids(&files, "19"), ["x"], "the newest one is kept");
    }
}
