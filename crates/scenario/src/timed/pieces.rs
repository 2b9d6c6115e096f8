//! When each override holds: where two set the same key at the same time, the later one in the list does, and the
//! earlier one before and after.

use super::items::Item;
use brownout_units::Span;

/// A time: from when, and until when; [`Span::MAX`] is the end of the run.
pub(super) type Window = (Span, Span);

/// By override: its times, in order. None are left of one that others of its key cover.
pub(super) fn windows(items: &[Item]) -> Vec<Vec<Window>> {
    let whole = |item: &Item| (item.from, item.until.unwrap_or(Span::MAX));
    let left = |(nth, item): (usize, &Item)| {
        let later = items[nth + 1..].iter().filter(|later| covers(&later.path, &item.path));
        later.fold(vec![whole(item)], |left, later| without(&left, whole(later)))
    };
    items.iter().enumerate().map(left).collect()
}

/// The times between those of an override that begins with the run, and after them: the key has its own value again.
pub(super) fn gaps(windows: &[Window]) -> Vec<Window> {
    windows.iter().fold(vec![(Span::ZERO, Span::MAX)], |left, window| without(&left, *window))
}

/// Whether an override of the one path says all that one of the other does: they are the same key, or it is a table
/// that the other is in.
pub(super) fn covers(one: &str, other: &str) -> bool {
    let keys = |path: &str| path.split('.').map(|key| key.trim().to_owned()).collect::<Vec<_>>();
    keys(other).starts_with(&keys(one))
}

/// Whether two times have an instant in common.
pub(super) fn overlap(one: Window, other: Window) -> bool {
    one.0.max(other.0) < one.1.min(other.1)
}

fn without(windows: &[Window], (from, until): Window) -> Vec<Window> {
    let parts =
        windows.iter().flat_map(|&(begins, ends)| [(begins, ends.min(from)), (begins.max(until), ends)]);
    parts.filter(|(begins, ends)| begins < ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(from: u64, until: u64) -> Window {
        (Span::from_secs(from), Span::from_secs(until))
    }

    #[test]
    fn what_is_covered_is_cut_out() {
        assert_eq!(without(&[at(10, 40)], at(20, 30)), [at(10, 20), at(30, 40)]);
        assert_eq!(without(&[at(10, 20), at(30, 40)], at(15, 35)), [at(10, 15), at(35, 40)]);
        assert_eq!(without(&[at(10, 20)], at(20, 30)), [at(10, 20)]);
        assert_eq!(without(&[at(10, 20)], at(5, 30)), []);
        assert_eq!(gaps(&[at(0, 10), at(20, 30)]), [at(10, 20), (Span::from_secs(30), Span::MAX)]);
    }

    #[test]
    fn a_table_covers_its_keys_and_not_its_neighbours() {
        assert!(covers("tier.a.queue", "tier.a. queue.limit") && covers("tier.a.queue", "tier.a.queue"));
        assert!(!covers("tier.a.queue.limit", "tier.a.queue") && !covers("tier.a", "tier.ab.queue"));
    }
}
