//! Names in the order in which they were first given, each once, with its place.
//!
//! Most scenarios have a handful of each kind, which are compared faster than they are hashed; of more, a sorted index
//! is kept.

/// The most names that are searched one by one.
const LINEAR_MAX: usize = 24;

/// A set of names.
#[derive(Clone, Debug, Default)]
pub(crate) struct NameSet {
    names: Vec<String>,
    /// Places in order of their names; only if there are more than [`LINEAR_MAX`].
    sorted: Vec<u32>,
}

impl NameSet {
    /// The place of a name, if it is there; if not, it becomes the last.
    pub(crate) fn insert(&mut self, name: &str) -> usize {
        if let Some(at) = self.get_index_of(name) {
            return at;
        }
        let at = self.names.len();
        self.names.push(name.to_owned());
        if !self.sorted.is_empty() {
            let place = self.sorted.partition_point(|&other| self.names[other as usize].as_str() < name);
            self.sorted.insert(place, at as u32);
        } else if LINEAR_MAX <= at {
            self.sorted = (0..=at as u32).collect();
            self.sorted.sort_by_key(|&at| &self.names[at as usize]);
        }
        at
    }

    /// The place of a name.
    pub(crate) fn get_index_of(&self, name: &str) -> Option<usize> {
        if self.sorted.is_empty() {
            return self.names.iter().position(|other| other == name);
        }
        let at = self.sorted.binary_search_by_key(&name, |&at| self.names[at as usize].as_str()).ok()?;
        Some(self.sorted[at] as usize)
    }

    /// The name at a place.
    pub(crate) fn get_index(&self, at: usize) -> Option<&String> {
        self.names.get(at)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.get_index_of(name).is_some()
    }

    /// The names in their order.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, String> {
        self.names.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl<S: AsRef<str>> FromIterator<S> for NameSet {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let mut set = NameSet::default();
        for name in names {
            set.insert(name.as_ref());
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_places_however_many_there_are() {
        // Neither in order nor against it: 37 and 101 have no common factor.
        let names: Vec<String> = (0..101).map(|n| format!("name-{:03}", n * 37 % 101)).collect();
        let mut set = NameSet::default();
        for (at, name) in names.iter().enumerate() {
            assert!(!set.contains(name));
            assert_eq!((set.insert(name), set.insert(name), set.len()), (at, at, at + 1));
            assert!(names[..=at].iter().enumerate().all(|(at, name)| set.get_index_of(name) == Some(at)));
        }
        assert_eq!((set.get_index_of("other"), set.get_index(100)), (None, names.last()));
        assert!(set.iter().eq(&names));
    }
}
