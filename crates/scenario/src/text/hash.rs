//! A hash of what is simulated: independent of comments, formatting and the order of keys, but of no value.

use super::tree::{Entries, Entry, Node, Value};

/// FNV-1a, 64 bits: it never changes, and a stamp needs no resistance to attacks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hasher(u64);

/// That of FNV-1a, and its eighth power.
const PRIME: u64 = 0x0000_0100_0000_01b3;
const PRIME_8: u64 = PRIME.wrapping_pow(8);

/// A table with more keys is sorted in memory of its own.
const FEW: usize = 16;

impl Hasher {
    pub(crate) fn new() -> Self {
        Hasher(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    }

    pub(crate) fn finish(self) -> u64 {
        // The last bytes barely reach the high bits; a product and a fold spread them.
        let mixed = (self.0 ^ self.0 >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 29
    }

    fn word(&mut self, tag: u8, word: u64) {
        self.bytes(&[tag]);
        // Lengths are most of the words, and a byte of 0 is a multiplication alone: seven of them are one.
        if word < 1 << 8 {
            self.0 = (self.0 ^ word).wrapping_mul(PRIME_8);
            return;
        }
        self.bytes(&word.to_le_bytes());
    }

    /// A value preceded by its type and length, so that no two documents feed the same bytes.
    pub(crate) fn node(&mut self, node: &Node) {
        match &node.value {
            Value::Null => self.word(b'n', 0),
            Value::Flag(flag) => self.word(b'b', u64::from(*flag)),
            // 4 and 4.0 mean the same in every key.
            Value::Integer(number) => self.word(b'f', (*number as f64).to_bits()),
            Value::Float(number) => self.word(b'f', number.to_bits()),
            Value::Text(text) | Value::Date(text) => self.text(text),
            Value::List(items) => {
                self.word(b'l', items.len() as u64);
                for item in items.iter() {
                    self.node(item);
                }
            }
            Value::Table(entries) => self.table(entries, Depth::Below),
        }
    }

    fn table(&mut self, entries: &Entries, depth: Depth) {
        let simulated = |(name, _): &(&String, &Entry)| !depth.aside().contains(&name.as_str());
        let simulated = entries.iter().filter(simulated);
        // Most tables are small: they are sorted without asking for memory.
        let (mut few, mut many) = ([None; FEW], Vec::new());
        let sorted = if entries.len() <= FEW {
            let mut len = 0;
            for entry in simulated {
                few[len] = Some(entry);
                len += 1;
            }
            &mut few[..len]
        } else {
            many.extend(simulated.map(Some));
            &mut many[..]
        };
        sorted.sort_unstable_by_key(|entry| entry.map(|(name, _)| name));
        self.word(b't', sorted.len() as u64);
        for (name, entry) in sorted.iter().flatten() {
            self.text(name);
            match entry.node.entries() {
                Some(run) if depth == Depth::Top && *name == "run" => self.table(run, Depth::Run),
                _ => self.node(&entry.node),
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.word(b's', text.len() as u64);
        self.bytes(text.as_bytes());
    }
}

/// Which table of a document is hashed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Top,
    Run,
    Below,
}

impl Depth {
    /// Keys that do not affect the simulation: texts, expectations, other variants, replications and seed.
    fn aside(self) -> &'static [&'static str] {
        match self {
            Depth::Top => {
                &["title", "question", "description", "extends", "expect", "law", "sweep", "plan", "variant"]
            }
            Depth::Run => &["seed", "replications"],
            Depth::Below => &[],
        }
    }
}

/// The hash of a merged document.
pub(crate) fn document(root: &Node) -> Hasher {
    let mut hasher = Hasher::new();
    match root.entries() {
        Some(entries) => hasher.table(entries, Depth::Top),
        None => hasher.node(root),
    }
    hasher
}
