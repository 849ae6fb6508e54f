//! Keeps the JSON of a document in memory, compressed, and reads the parts of it that somebody asks for.
//!
//! A part is an entry of `paths`, of `components/schemas` or the like, and is identified by its JSON Pointer. Parts are
//! compressed together in blocks, because most are too small to compress well by themselves. So the memory that a
//! document takes follows its use.

use crate::model::problem::{decode_pointer_key, join_pointer};
use elsa::FrozenMap;
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use moka::sync::Cache;
use serde_json::{Map, Value};
use std::{
    collections::HashMap,
    fmt,
    io::{Read, Write},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// Size at which a block ends, in bytes before compression. A larger block compresses better, and takes longer to read.
const BLOCK_BYTES: usize = 64 * 1024;
/// Maximum size of the decompressed blocks in the cache, in bytes.
const MAX_CACHED_BYTES: u64 = 32 * 1024 * 1024;

type BlockCache = Cache<(DocumentId, usize), Arc<[u8]>>;

/// Blocks of all documents that were read lately, decompressed.
static RECENT_BLOCKS: LazyLock<BlockCache> = LazyLock::new(|| {
    let weight = |_: &_, block: &Arc<[u8]>| u32::try_from(block.len()).unwrap_or(u32::MAX);
    Cache::builder().max_capacity(MAX_CACHED_BYTES).weigher(weight).build()
});

/// Identifies a document in memory as the key of caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct DocumentId(u64);

impl DocumentId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The JSON of a document, compressed.
pub(super) struct DocumentJson {
    pub(super) id: DocumentId,
    blocks: Vec<Box<[u8]>>,
    parts: HashMap<Box<str>, Part>,
}

/// Location of a part in the blocks.
#[derive(Clone, Copy)]
struct Part {
    block: usize,
    start: usize,
    end: usize,
}

impl DocumentJson {
    /// Divides a document into parts and compresses them.
    ///
    /// # Errors
    /// Returns an error if a part cannot be written as JSON, which does not happen for parsed documents.
    pub(super) fn new(root: &Value) -> anyhow::Result<Self> {
        let mut json = Self { id: DocumentId::next(), blocks: Vec::new(), parts: HashMap::new() };
        let mut block = Vec::new();
        for (pointer, value) in split(root) {
            let start = block.len();
            serde_json::to_writer(&mut block, value)?;
            json.parts.insert(pointer.into(), Part { block: json.blocks.len(), start, end: block.len() });
            if block.len() >= BLOCK_BYTES {
                json.blocks.push(compress(&block)?);
                block.clear();
            }
        }
        json.blocks.push(compress(&block)?);
        Ok(json)
    }

    /// Returns the whole document.
    pub(super) fn read_all(&self) -> Value {
        self.assemble("").unwrap_or_default()
    }

    /// Returns the value at a pointer that consists of several parts. The blocks are not cached, because there can be
    /// many of them.
    fn assemble(&self, pointer: &str) -> Option<Value> {
        let mut parts: Vec<_> =
            self.parts.iter().filter_map(|(part, place)| Some((part.strip_prefix(pointer)?, *place))).collect();
        parts.retain(|(key, _)| key.starts_with('/'));
        parts.sort_unstable_by_key(|(_, part)| (part.block, part.start));
        let mut assembled = (!parts.is_empty()).then(|| Value::Object(Map::new()))?;
        let mut block = (usize::MAX, Vec::new());
        for (key, part) in parts {
            if block.0 != part.block {
                block = (part.block, decompress(&self.blocks[part.block]));
            }
            let target = key.split('/').skip(1).fold(&mut assembled, |parent, token| {
                if !parent.is_object() {
                    *parent = Value::Object(Map::new());
                }
                &mut parent[decode_pointer_key(token)]
            });
            *target = parse(&block.1, part);
        }
        Some(assembled)
    }

    fn read(&self, part: Part) -> Value {
        let block = RECENT_BLOCKS.get_with((self.id, part.block), || decompress(&self.blocks[part.block]).into());
        parse(&block, part)
    }
}

impl fmt::Debug for DocumentJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentJson({} parts)", self.parts.len())
    }
}

/// A document whose parts are read when they are needed, each once.
pub(super) struct DocumentParts<'a> {
    json: &'a DocumentJson,
    values: FrozenMap<String, Box<Value>>,
}

impl<'a> DocumentParts<'a> {
    /// Creates a document of which nothing is read yet.
    pub(super) fn new(json: &'a DocumentJson) -> Self {
        Self { json, values: FrozenMap::new() }
    }

    /// Returns the value at a JSON Pointer.
    pub(super) fn find(&self, pointer: &str) -> Option<&Value> {
        let mut prefix = pointer;
        loop {
            if let Some(value) = self.values.get(prefix) {
                return value.pointer(&pointer[prefix.len()..]);
            }
            if let Some(part) = self.json.parts.get(prefix) {
                let value = self.values.insert(prefix.to_owned(), Box::new(self.json.read(*part)));
                return value.pointer(&pointer[prefix.len()..]);
            }
            match prefix.rfind('/') {
                Some(end) => prefix = &prefix[..end],
                None => return Some(self.values.insert(pointer.to_owned(), Box::new(self.json.assemble(pointer)?))),
            }
        }
    }
}

impl fmt::Debug for DocumentParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentParts of {:?}", self.json)
    }
}

/// Divides a document into its parts, in their order: the entries of its fields, and for `components` the entries of
/// those.
fn split(root: &Value) -> Vec<(String, &Value)> {
    let mut parts = Vec::new();
    for (key, value) in root.as_object().into_iter().flatten() {
        let levels = if key == "components" { 2 } else { 1 };
        add_parts(join_pointer("", key), value, levels, &mut parts);
    }
    parts
}

fn add_parts<'a>(pointer: String, value: &'a Value, levels: usize, parts: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(fields) if levels > 0 && !fields.is_empty() => {
            for (key, value) in fields {
                add_parts(join_pointer(&pointer, key), value, levels - 1, parts);
            }
        }
        _ => parts.push((pointer, value)),
    }
}

/// Returns the value of a part of a block.
fn parse(block: &[u8], part: Part) -> Value {
    let bytes = block.get(part.start..part.end).unwrap_or_default();
    serde_json::from_slice(bytes).unwrap_or_else(|error| {
        tracing::error!(%error, "a part of a document in memory cannot be read");
        Value::Null
    })
}

/// Compresses bytes.
///
/// # Errors
/// Returns an error if they cannot be compressed, which does not happen in memory.
pub(super) fn compress(bytes: &[u8]) -> std::io::Result<Box<[u8]>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.into_boxed_slice())
}

/// Decompresses what [`compress`] returned.
pub(super) fn decompress(compressed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Err(error) = DeflateDecoder::new(compressed).read_to_end(&mut bytes) {
        tracing::error!(%error, "a document in memory cannot be decompressed");
    }
    bytes
}
