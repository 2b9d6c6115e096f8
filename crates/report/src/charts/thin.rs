//! Fewer points than an eye can tell apart, with every peak kept: at most two in each column of two pixels.

use super::canvas::Point;

/// The width of a column, in pixels of the sheet.
const COLUMN: f64 = 2.0;

/// What has to survive where many points share a column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Both extremes, in the order in which they came: a line.
    Both,
    /// The point that is highest on the sheet: the upper edge of a band.
    Highest,
    /// The point that is lowest on the sheet: the lower edge of a band.
    Lowest,
}

/// The points to draw, from left to right as they were given; all of them where they are few.
///
/// A mean over a column would hide the one window in which everything failed, so that extremes are kept as they are.
/// The first and the last point always stay: a line begins and ends where it did.
pub(crate) fn thin(points: Vec<Point>, keep: Keep) -> Vec<Point> {
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return points };
    let each = if keep == Keep::Both { 2.0 } else { 1.0 };
    if points.len() as f64 <= each * (last.0 - first.0).abs() / COLUMN {
        return points;
    }
    let mut kept = vec![first];
    for column in points.chunk_by(|a, b| (a.0 / COLUMN).floor() as i64 == (b.0 / COLUMN).floor() as i64) {
        let by_height = |a: &&Point, b: &&Point| a.1.total_cmp(&b.1);
        let high = column.iter().min_by(by_height).expect("a chunk has a point");
        let low = column.iter().max_by(by_height).expect("a chunk has a point");
        let (one, other) = match keep {
            Keep::Both if low.0 < high.0 => (low, high),
            Keep::Both => (high, low),
            Keep::Highest => (high, high),
            Keep::Lowest => (low, low),
        };
        kept.extend([*one, *other]);
    }
    kept.push(last);
    kept.dedup();
    kept
}

/// The same for areas on top of one another: groups of windows that share half a pixel, each of which is drawn as its
/// mean, so that the area stays what it was.
pub(crate) fn groups(windows: usize, pixels: f64) -> Vec<std::ops::Range<usize>> {
    let each = (windows as f64 / (2.0 * pixels).max(1.0)).ceil().max(1.0) as usize;
    (0..windows).step_by(each).map(|from| from..(from + each).min(windows)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saw(points: usize, wide: f64) -> Vec<Point> {
        let y = |i: usize| if i == 777 { 0.0 } else { 50.0 + (i % 7) as f64 };
        (0..points).map(|i| (i as f64 / points as f64 * wide, y(i))).collect()
    }

    #[test]
    fn few_points_stay() {
        assert_eq!(thin(saw(100, 300.0), Keep::Both), saw(100, 300.0));
        assert_eq!(thin(Vec::new(), Keep::Both), []);
    }

    #[test]
    fn many_become_two_a_column_with_the_peak_among_them() {
        let all = saw(20_000, 300.0);
        let few = thin(all.clone(), Keep::Both);
        assert!(few.len() <= 302 && few.iter().any(|p| p.1 < 1.0), "{} points", few.len());
        assert_eq!((few[0], few.last()), (all[0], all.last()));
        assert!(few.is_sorted_by(|a, b| a.0 <= b.0), "from left to right");
    }

    #[test]
    fn an_edge_of_a_band_never_moves_inwards() {
        let all = saw(20_000, 300.0);
        let high = thin(all.clone(), Keep::Highest);
        assert!(high.iter().any(|p| p.1 < 1.0));
        let low = thin(all, Keep::Lowest);
        assert!(low[1..low.len() - 1].iter().all(|p| 55.9 < p.1));
    }

    #[test]
    fn groups_cover_every_window_once() {
        assert_eq!(groups(5, 300.0).len(), 5);
        let many = groups(21_600, 300.0);
        assert!(many.len() <= 600 && many.iter().map(ExactSizeIterator::len).sum::<usize>() == 21_600);
    }
}
