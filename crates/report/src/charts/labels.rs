//! Labels that would lie on one another, moved apart as little as possible.

/// Where labels that want to be at these heights can be, `gap` apart and between `top` and `bottom`.
///
/// This is isotonic regression (pool adjacent violators) of the heights less their share of the gaps: the sum of
/// squared moves is the least that is possible. If they cannot fit at all, the gap shrinks.
pub(crate) fn spread(wanted: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    let n = wanted.len();
    let gap = if n > 1 { gap.min((bottom - top) / (n - 1) as f64) } else { gap };
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    // Each block is a run of labels that touch: the sum of where they want the first of them, and how many they are.
    let mut blocks: Vec<(f64, usize)> = Vec::with_capacity(n);
    for (i, &label) in order.iter().enumerate() {
        let mut block = (wanted[label] - i as f64 * gap, 1);
        while let Some(&(sum, count)) = blocks.last() {
            if sum / count as f64 <= block.0 / block.1 as f64 {
                break;
            }
            block = (block.0 + sum, block.1 + count);
            blocks.pop();
        }
        blocks.push(block);
    }
    let last_first = (bottom - n.saturating_sub(1) as f64 * gap).max(top);
    let mut placed = vec![0.0; n];
    let mut i = 0;
    for (sum, count) in blocks {
        let first = (sum / count as f64).clamp(top, last_first);
        for _ in 0..count {
            placed[order[i]] = first + i as f64 * gap;
            i += 1;
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn labels_far_apart_stay() {
        assert_eq!(spread(&[90.0, 10.0, 50.0], 14.0, 0.0, 100.0), [90.0, 10.0, 50.0]);
    }

    #[test]
    fn labels_in_one_place_part_evenly() {
        assert_eq!(spread(&[50.0, 50.0, 50.0], 10.0, 0.0, 100.0), [40.0, 50.0, 60.0]);
    }

    #[test]
    fn labels_stay_on_the_chart() {
        assert_eq!(spread(&[0.0, 1.0], 10.0, 0.0, 100.0), [0.0, 10.0]);
        assert_eq!(spread(&[99.0, 100.0], 10.0, 0.0, 100.0), [90.0, 100.0]);
        let crowded = spread(&[5.0; 30], 10.0, 0.0, 100.0);
        assert!(crowded.iter().all(|y| (-1e-9..=100.0 + 1e-9).contains(y)), "{crowded:?}");
    }
}
