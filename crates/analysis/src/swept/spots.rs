//! The points of a sweep, packed: of each what is its own, and every name once, so that a million fit into memory.
//!
//! What stays of a point is what a table or a map of all of them shows: where its bytes end (8 bytes), its number, its
//! values, counts and names (about 15), what the worst operation lost (29), its cost (28) and hidden capacity (9) where
//! it has them, and 30 for each column: about 120 bytes for a point of a grid with one promise. A value that no other
//! point has, as laws draw them, adds about 100.

use super::{Cell, OperationHarm, Place, Seen, Spot};
use brownout_metrics::{Badge, Subject};
use brownout_stats::Estimate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// Points in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spots {
    bytes: Vec<u8>,
    /// Where those of each point end.
    ends: Vec<usize>,
    /// The values of each axis.
    levels: Vec<Names<Place>>,
    subjects: Names<Subject>,
    /// Tiers, problems, and why runs left nothing.
    texts: Names<String>,
}

/// Names, each once, in the order in which they came.
#[derive(Clone, Debug, PartialEq)]
struct Names<T> {
    all: Vec<T>,
    /// The place of each by its hash, or by the next free number after that.
    at: BTreeMap<u64, u32>,
}

#[derive(Serialize, Deserialize)]
struct Packed {
    number: u64,
    levels: Vec<u32>,
    found: Result<PackedSeen, u32>,
}

#[derive(Serialize, Deserialize)]
struct PackedSeen {
    replications: u32,
    broken: u32,
    first_broken: Option<(u64, u32)>,
    badge: Option<Badge>,
    back: u32,
    worst: Option<(u32, Estimate)>,
    first: Option<u32>,
    cost: Option<Estimate>,
    hidden: Option<f64>,
    cells: Vec<(Option<Estimate>, Option<u32>)>,
}

impl Spots {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds one.
    ///
    /// # Panics
    /// Never: a point is plain data.
    pub fn push(&mut self, spot: Spot) {
        let Spot { number, levels, found } = spot;
        self.levels.resize_with(self.levels.len().max(levels.len()), Names::default);
        let levels = self.levels.iter_mut().zip(levels).map(|(names, level)| names.place(level)).collect();
        let found = match found {
            Ok(seen) => Ok(self.pack(seen)),
            Err(problem) => Err(self.texts.place(problem)),
        };
        let packed = Packed { number, levels, found };
        self.bytes.extend(postcard::to_allocvec(&packed).expect("a point is plain data"));
        self.ends.push(self.bytes.len());
    }

    fn pack(&mut self, seen: Seen) -> PackedSeen {
        PackedSeen {
            replications: seen.replications,
            broken: seen.broken,
            first_broken: seen.first_broken.map(|(number, why)| (number, self.texts.place(why))),
            badge: seen.badge,
            back: seen.back,
            worst: seen.worst.map(|worst| (self.subjects.place(worst.subject), worst.minutes_down)),
            first: seen.first.map(|tier| self.texts.place(tier)),
            cost: seen.cost,
            hidden: seen.hidden,
            cells: seen.cells.iter().map(|cell| (cell.value, cell.passed)).collect(),
        }
    }

    /// The one at a place.
    ///
    /// # Panics
    /// If there is none.
    pub fn get(&self, at: usize) -> Spot {
        let packed: Packed = postcard::from_bytes(self.own(at)).expect("it was packed here");
        let level = |(names, level): (&Names<Place>, &u32)| names.all[*level as usize].clone();
        let text = |at: u32| self.texts.all[at as usize].clone();
        let seen = |seen: PackedSeen| Seen {
            replications: seen.replications,
            broken: seen.broken,
            first_broken: seen.first_broken.map(|(number, why)| (number, text(why))),
            badge: seen.badge,
            back: seen.back,
            worst: seen.worst.map(|(subject, minutes_down)| OperationHarm {
                subject: self.subjects.all[subject as usize].clone(),
                minutes_down,
            }),
            first: seen.first.map(text),
            cost: seen.cost,
            hidden: seen.hidden,
            cells: seen.cells.into_iter().map(|(value, passed)| Cell { value, passed }).collect(),
        };
        Spot {
            number: packed.number,
            levels: self.levels.iter().zip(&packed.levels).map(level).collect(),
            found: packed.found.map(seen).map_err(text),
        }
    }

    /// All of them, each made when it is asked for.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Spot> + ExactSizeIterator + Clone {
        (0..self.len()).map(|at| self.get(at))
    }

    /// The values of an axis that points have, in the order in which they came.
    pub fn values(&self, axis: usize) -> &[Place] {
        self.levels.get(axis).map_or(&[], |names| &names.all)
    }

    /// Of a point the place of its value among those of each axis.
    pub(crate) fn places(&self, at: usize) -> Vec<u32> {
        let packed: Result<(u64, Vec<u32>), _> = postcard::from_bytes(self.own(at));
        packed.expect("it was packed here").1
    }

    fn own(&self, at: usize) -> &[u8] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[from..self.ends[at]]
    }
}

impl FromIterator<Spot> for Spots {
    fn from_iter<I: IntoIterator<Item = Spot>>(all: I) -> Self {
        let mut spots = Spots::default();
        all.into_iter().for_each(|spot| spots.push(spot));
        spots
    }
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Names { all: Vec::new(), at: BTreeMap::new() }
    }
}

/// What tells names apart.
trait Named {
    fn key(&self) -> impl Hash + PartialEq;
}

/// Numbers by their bits and text, since two may be written alike.
impl Named for Place {
    fn key(&self) -> impl Hash + PartialEq {
        (self.number.map(f64::to_bits), &self.shown)
    }
}

impl Named for String {
    fn key(&self) -> impl Hash + PartialEq {
        self
    }
}

impl Named for Subject {
    fn key(&self) -> impl Hash + PartialEq {
        self
    }
}

impl<T: Named> Names<T> {
    /// The place of a name, which is new or not.
    fn place(&mut self, name: T) -> u32 {
        let mut hasher = DefaultHasher::new();
        name.key().hash(&mut hasher);
        let mut hash = hasher.finish();
        while let Some(at) = self.at.get(&hash) {
            if self.all[*at as usize].key() == name.key() {
                return *at;
            }
            hash = hash.wrapping_add(1);
        }
        let at = u32::try_from(self.all.len()).expect("fewer points than that are run");
        self.at.insert(hash, at);
        self.all.push(name);
        at
    }
}
