//! Designs fill what they promise to fill, and sensitivity finds what is known of a function.

use brownout_plan::design::{Factor, Grid, LatinHypercube, Random, Sobol};
use brownout_plan::sensitivity::{Jansen, Morris, OneAtATime, Place};

#[test]
fn a_grid_has_every_combination_once() {
    let factors = vec![Factor { axes: 1, levels: 2 }, Factor { axes: 2, levels: 3 }];
    let grid = Grid::new(factors).expect("six points");
    let points: Vec<Vec<u64>> = (0..grid.points()).map(|index| grid.point(index)).collect();
    assert_eq!(points, [[0, 0, 0], [0, 1, 1], [0, 2, 2], [1, 0, 0], [1, 1, 1], [1, 2, 2]]);
}

#[test]
fn a_grid_of_a_billion_points_is_no_larger_than_its_factors() {
    let grid = Grid::new(vec![Factor { axes: 1, levels: 1000 }; 3]).expect("countable");
    assert_eq!(grid.points(), 1_000_000_000);
    assert_eq!(grid.point(123_456_789), [123, 456, 789]);
    assert_eq!(Grid::new(vec![Factor { axes: 1, levels: 1000 }; 7]), None);
}

#[test]
fn a_latin_hypercube_has_one_point_in_each_part_of_each_axis() {
    for points in [1, 2, 3, 7, 64, 1000] {
        let design = LatinHypercube { points, axes: 3, seed: 5 };
        for axis in 0..3 {
            let mut parts: Vec<u64> =
                (0..points).map(|index| (design.point(index)[axis] * points as f64) as u64).collect();
            parts.sort_unstable();
            assert_eq!(parts, (0..points).collect::<Vec<_>>());
        }
    }
    let large = LatinHypercube { points: 1_000_000_000, axes: 2, seed: 5 };
    assert!(large.point(999_999_999).iter().all(|place| (0.0..1.0).contains(place)));
}

/// The first 2^k points of a Sobol sequence have one in each part of each axis, whatever the scrambling.
#[test]
fn a_sobol_sequence_is_even() {
    let design = Sobol { axes: 5, seed: 3 };
    for axis in 0..5 {
        let mut parts: Vec<usize> = (0..256).map(|at| (design.point(at)[axis] * 256.0) as usize).collect();
        parts.sort_unstable();
        assert_eq!(parts, (0..256).collect::<Vec<_>>());
    }
    assert_ne!(design.point(0), Sobol { axes: 5, seed: 4 }.point(0));
}

#[test]
fn random_points_are_even_on_average() {
    let design = Random { axes: 2, seed: 1 };
    let mean = (0..10_000).map(|index| design.point(index)[1]).sum::<f64>() / 10_000.0;
    // Four standard errors of a mean of uniform numbers: 4 · .2887 / 100.
    assert!((mean - 0.5).abs() < 0.0116, "{mean}");
}

/// The points of a stored design must not change with a version, nor with a platform.
#[test]
fn points_are_pinned() {
    let text =
        |point: Vec<f64>| point.iter().map(|place| format!("{place:.6}")).collect::<Vec<_>>().join(" ");
    assert_eq!(text(Random { axes: 2, seed: 1 }.point(7)), "0.869518 0.386301");
    assert_eq!(text(LatinHypercube { points: 100, axes: 2, seed: 1 }.point(7)), "0.247932 0.138221");
    assert_eq!(text(Sobol { axes: 2, seed: 1 }.point(7)), "0.412351 0.720240");
    assert_eq!(text(Morris { axes: 3, trajectories: 2, seed: 1 }.point(6)), "0.666667 0.000000 0.000000");
}

/// The effects of a linear function are its coefficients, without any spread.
#[test]
fn morris_finds_linear_coefficients_and_what_bends() {
    let design = Morris { axes: 4, trajectories: 20, seed: 2 };
    let output = |x: Vec<f64>| 3.0 * x[0] - 2.0 * x[1] + 8.0 * (x[3] - 0.5).powi(2);
    let outputs: Vec<f64> = (0..design.points()).map(|index| output(design.point(index))).collect();
    let effects = design.effects(&outputs, 0.95);
    for (axis, wanted) in [(0, 3.0), (1, -2.0), (2, 0.0)] {
        assert!((effects[axis].mean.mean - wanted).abs() < 1e-9);
        assert!((effects[axis].absolute.mean - f64::abs(wanted)).abs() < 1e-9);
        assert!(effects[axis].deviation.expect("twenty") < 1e-9);
    }
    assert!(effects[3].deviation.expect("twenty") > 1.0);
    let inside = (0..design.points()).flat_map(|index| design.point(index));
    assert!(inside.into_iter().all(|place| (-1e-9..1.0 + 1e-9).contains(&place)));
}

/// Ishigami's function (1990), whose indices are known, with noise on each output that averages out over seeds.
fn ishigami(x: &[f64]) -> f64 {
    let angle = |x: f64| std::f64::consts::PI * (2.0 * x - 1.0);
    let (a, b, c) = (angle(x[0]), angle(x[1]), angle(x[2]));
    a.sin() + 7.0 * b.sin().powi(2) + 0.1 * c.powi(4) * a.sin()
}

#[test]
fn sobol_indices_are_those_of_the_function_in_spite_of_noise() {
    let design = Jansen { axes: 3, pairs: 1024, seed: 9 };
    let noise = Random { axes: 4, seed: 11 };
    let outputs: Vec<Vec<f64>> = (0..design.points())
        .map(|index| {
            let value = ishigami(&design.point(index));
            let luck = noise.point(index as u64);
            luck.iter().map(|luck| value + 10.0 * (luck - 0.5)).collect()
        })
        .collect();
    let indices = design.indices(&outputs, 0.95).expect("it varies");
    let known = [(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)];
    for (index, (first, total)) in indices.axes.iter().zip(known) {
        // Twice the half widths are four standard errors.
        assert!((index.first - first).abs() < 2.0 * index.first_half, "{index:?} {first}");
        assert!((index.total - total).abs() < 2.0 * index.total_half, "{index:?} {total}");
        assert!(index.first_half < 0.12 && index.total_half < 0.12, "{index:?}");
    }
    // Noise of variance 100/12 beside the function's 13.84.
    assert!((indices.noise.expect("four seeds") - 0.3758).abs() < 0.03, "{:?}", indices.noise);
    assert_eq!(design.indices(&vec![vec![1.0]; design.points()], 0.95), None);
}

#[test]
fn a_tornado_is_sorted_by_what_each_axis_does_alone() {
    let design = OneAtATime { axes: 2 };
    let value = |place: &Place, low: f64, high: f64| match place {
        Place::Base => 0.0,
        Place::Low => low,
        Place::High => high,
    };
    let outputs: Vec<Vec<f64>> = (0..design.points())
        .map(|index| {
            let places = design.point(index);
            let change = value(&places[0], -1.0, 2.0) + value(&places[1], 5.0, 4.0);
            // The luck of a seed is common to all points.
            [10.0, 20.0, 15.0].map(|luck| luck + change).to_vec()
        })
        .collect();
    let swings = design.swings(&outputs, 0.95);
    assert_eq!(
        swings.iter().map(|swing| (swing.axis, swing.size())).collect::<Vec<_>>(),
        [(1, 5.0), (0, 3.0)]
    );
    assert_eq!(swings[1].low.ci95, Some((-1.0, -1.0)));
}
