//! Points of several knobs, for each combination of switches.

/// The points of several knobs, once for each category: a combination of what has no order (variants, switches).
///
/// Points are numbered category by category; the last knob changes fastest. A higher level of any knob keeps promises
/// more easily.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lattice {
    /// The number of categories, at least 1.
    pub categories: usize,
    /// The number of levels of each knob, at least 1 each.
    pub knobs: Vec<usize>,
}

impl Lattice {
    /// The number of points of one category.
    ///
    /// # Panics
    /// When there are more than a `usize` counts.
    pub fn size(&self) -> usize {
        let times = |size: usize, levels: &usize| size.checked_mul(*levels).expect("points are countable");
        self.knobs.iter().fold(1, times)
    }

    /// The number of all points.
    ///
    /// # Panics
    /// When there are more than a `usize` counts.
    pub fn points(&self) -> usize {
        self.size().checked_mul(self.categories).expect("points are countable")
    }

    /// The category of a point, and the level of each knob.
    pub fn levels(&self, point: usize) -> (usize, Vec<usize>) {
        let size = self.size();
        let (category, mut rest) = (point / size, point % size);
        let mut levels = vec![0; self.knobs.len()];
        for (level, many) in levels.iter_mut().zip(&self.knobs).rev() {
            *level = rest % many;
            rest /= many;
        }
        (category, levels)
    }

    /// The point of these levels.
    ///
    /// # Panics
    /// When a level is not one of its knob's.
    pub fn point(&self, category: usize, levels: &[usize]) -> usize {
        assert_eq!(levels.len(), self.knobs.len(), "a level for each knob");
        levels.iter().zip(&self.knobs).fold(category, |point, (level, many)| {
            assert!(level < many, "level {level} of {many}");
            point * many + level
        })
    }

    /// Whether every knob of the first is at most where it is at the second, in one category.
    pub fn is_below(&self, point: usize, other: usize) -> bool {
        let size = self.size();
        if point / size != other / size {
            return false;
        }
        let (mut a, mut b) = (point % size, other % size);
        for many in self.knobs.iter().rev() {
            if a % many > b % many {
                return false;
            }
            a /= many;
            b /= many;
        }
        true
    }
}
