//! Sweeps with known shapes.

use super::*;
use crate::swept::{Cell, Place, Shows};
use brownout_metrics::{Badge, Subject, clients};

fn place(number: f64) -> Place {
    Place { shown: number.to_string(), number: Some(number) }
}

fn word(shown: &str) -> Place {
    Place { shown: shown.to_owned(), number: None }
}

fn swept(axes: usize, points: Vec<(Vec<Place>, u32, Option<&str>)>) -> Swept {
    let promise = Shows {
        title: "web.get.success_rate > 99%".to_owned(),
        when: String::new(),
        metric: &clients::SUCCESS_RATE,
        subject: Subject::Total,
        is_promise: true,
        bound: Some(0.99),
    };
    let spot = |(number, (levels, passed, first)): (usize, (Vec<Place>, u32, Option<&str>))| Spot {
        number: number as u64,
        levels,
        found: Ok(Seen {
            replications: 20,
            broken: 0,
            first_broken: None,
            badge: Some(Badge::Unharmed),
            back: passed,
            worst: None,
            first: first.map(str::to_owned),
            cost: None,
            hidden: None,
            cells: vec![Cell { value: None, passed: Some(passed) }],
        }),
    };
    Swept {
        left_out: Vec::new(),
        title: "Small".to_owned(),
        axes: (0..axes).map(|at| format!("axis.{at}")).collect(),
        units: vec![None; axes],
        columns: vec![promise],
        points: points.into_iter().enumerate().map(spot).collect(),
    }
}

fn line(passed: &[u32]) -> Swept {
    let numbers = passed.iter().enumerate().map(|(at, passed)| (vec![place(at as f64 + 1.0)], *passed, None));
    swept(1, numbers.collect())
}

#[test]
fn a_promise_ends_at_an_edge() {
    let edge = |passed: &[u32]| Terrain::of(&line(passed)).edge(0);
    assert_eq!(edge(&[20, 19, 18, 0]), Some(Edge::Until(1, 2)));
    assert_eq!(edge(&[0, 18, 20]), Some(Edge::From(1, 2)));
    assert_eq!((edge(&[20, 20]), edge(&[0, 0])), (Some(Edge::Always), Some(Edge::Never)));
    assert_eq!(edge(&[20, 0, 20]), Some(Edge::Mixed));
}

#[test]
fn axes_that_move_together_are_one() {
    let zipped = [(1.0, "a"), (2.0, "b"), (3.0, "c")];
    let zipped = swept(2, zipped.map(|(number, name)| (vec![place(number), word(name)], 20, None)).to_vec());
    let terrain = Terrain::of(&zipped);
    assert_eq!((terrain.dims.len(), &terrain.dims[0].with), (1, &vec![1]));
    let drawn = [(1.0, 5.0), (2.0, 1.0), (3.0, 4.0), (4.0, 2.0), (5.0, 3.0)];
    let drawn = swept(2, drawn.map(|(a, b)| (vec![place(a), place(b)], 20, None)).to_vec());
    let terrain = Terrain::of(&drawn);
    assert_eq!((terrain.dims.len(), terrain.is_grid), (2, false));
}

#[test]
fn like_factors_are_a_logarithmic_axis() {
    let spacing = |numbers: &[f64]| {
        let points = numbers.iter().map(|number| (vec![place(*number)], 20, None)).collect();
        Terrain::of(&swept(1, points)).dims[0].spacing
    };
    assert_eq!(spacing(&[1.0, 2.0, 4.0, 8.0]), Spacing::Log);
    assert_eq!(spacing(&[1.0, 2.0, 5.0, 10.0, 20.0]), Spacing::Log);
    assert_eq!(spacing(&[1.0, 2.0, 3.0, 4.0]), Spacing::Even);
    assert_eq!(spacing(&[0.0, 1.0, 10.0]), Spacing::Even);
}

#[test]
fn a_region_hangs_together() {
    // auth breaks in two corners that do not touch, and app between them.
    let tiers = [["auth", "app", "app"], ["app", "app", "app"], ["app", "app", "auth"]];
    let grid = (0..9).map(|at| {
        let (x, y) = (at % 3, at / 3);
        (vec![place(x as f64), place(y as f64)], 20, Some(tiers[y][x]))
    });
    let grid = swept(2, grid.collect());
    let terrain = Terrain::of(&grid);
    let regions = terrain.regions();
    let sizes: Vec<(Option<&str>, usize)> =
        regions.iter().map(|one| (one.tier.as_deref(), one.points)).collect();
    assert_eq!(sizes, [(Some("app"), 7), (Some("auth"), 1), (Some("auth"), 1)]);
    assert_eq!(regions[1].ranges, [(0, 0), (0, 0)]);
    assert_eq!(terrain.summary().first, [("app".to_owned(), 7), ("auth".to_owned(), 2)]);
}

#[test]
fn a_contour_passes_between_cells() {
    let some = |rows: &[[f64; 2]]| rows.iter().map(|row| row.map(Some).to_vec()).collect::<Vec<_>>();
    assert_eq!(contour(&some(&[[0.0, 1.0], [0.0, 1.0]]), 0.25), [[(0.25, 0.0), (0.25, 1.0)]]);
    assert!(contour(&some(&[[0.0, 0.0], [0.0, 0.0]]), 0.5).is_empty());
    assert_eq!(contour(&some(&[[1.0, 0.0], [0.0, 1.0]]), 0.5).len(), 2);
    assert!(contour(&[vec![None, Some(1.0)], vec![Some(0.0), Some(0.0)]], 0.5).is_empty());
}
