//! A hash of what is simulated: blind to comments, formatting and the order of keys, but not to any value.

use super::tree::{Node, Value};

/// FNV-1a, 64 bits: stable for ever, and nobody attacks a stamp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hasher(u64);

impl Hasher {
    pub(crate) fn new() -> Self {
        Hasher(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    pub(crate) fn finish(self) -> u64 {
        // The last bytes hardly reach the high bits; a product and a fold spread them.
        let mixed = (self.0 ^ self.0 >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 29
    }

    fn word(&mut self, tag: u8, word: u64) {
        self.bytes(&[tag]);
        self.bytes(&word.to_le_bytes());
    }

    /// A value with its type and length before it, so that no two documents look alike.
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
                for item in items {
                    self.node(item);
                }
            }
            Value::Table(entries) => {
                self.word(b't', entries.len() as u64);
                let mut names: Vec<&String> = entries.keys().collect();
                names.sort();
                for name in names {
                    self.text(name);
                    self.node(&entries[name].node);
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.word(b's', text.len() as u64);
        self.bytes(text.as_bytes());
    }
}

/// What a document says beside the simulation: texts, expectations, other variants, how often and with which seed.
const ASIDE: [&str; 8] = ["title", "question", "description", "extends", "expect", "law", "sweep", "variant"];

/// The hash of a merged document.
pub(crate) fn document(root: &Node) -> Hasher {
    let mut simulated = root.clone();
    if let Some(entries) = simulated.entries_mut() {
        entries.retain(|key, _| !ASIDE.contains(&key.as_str()));
        if let Some(run) = entries.get_mut("run").and_then(|run| run.node.entries_mut()) {
            run.retain(|key, _| key != "seed" && key != "replications");
        }
    }
    let mut hasher = Hasher::new();
    hasher.node(&simulated);
    hasher
}
