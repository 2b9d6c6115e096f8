//! A line of equal height through a grid of values: marching squares.

/// From a place to a place, each as (column, row), where whole numbers are the middles of cells.
pub type Segment = [(f64, f64); 2];

/// The pieces of the line at which values cross `level`; `values` are rows of equal length. No line passes between
/// cells of which one has no value.
pub fn contour(values: &[Vec<Option<f64>>], level: f64) -> Vec<Segment> {
    let mut segments = Vec::new();
    for row in 1..values.len() {
        for column in 1..values[row].len() {
            let corners = [(column - 1, row - 1), (column, row - 1), (column, row), (column - 1, row)];
            let heights: Option<Vec<f64>> = corners.iter().map(|(x, y)| values[*y][*x]).collect();
            if let Some(heights) = heights {
                square(&mut segments, corners, &heights, level);
            }
        }
    }
    segments
}

fn square(segments: &mut Vec<Segment>, corners: [(usize, usize); 4], heights: &[f64], level: f64) {
    let mut crossings: Vec<(f64, f64)> = Vec::with_capacity(4);
    for side in 0..4 {
        let (a, b) = (side, (side + 1) % 4);
        if (heights[a] < level) != (heights[b] < level) {
            let part = (level - heights[a]) / (heights[b] - heights[a]);
            let along = |from: usize, to: usize| from as f64 + part * (to as f64 - from as f64);
            crossings.push((along(corners[a].0, corners[b].0), along(corners[a].1, corners[b].1)));
        }
    }
    match crossings[..] {
        [from, to] => segments.push([from, to]),
        [a, b, c, d] => {
            // A saddle: the middle of the four says which corners hang together.
            let middle = heights.iter().sum::<f64>() / 4.0;
            if (middle < level) == (heights[0] < level) {
                segments.extend([[a, b], [c, d]]);
            } else {
                segments.extend([[d, a], [b, c]]);
            }
        }
        _ => {}
    }
}
