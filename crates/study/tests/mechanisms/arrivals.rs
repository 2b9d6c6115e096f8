//! A rate that switches at random: the mean wait of a queue behind it has a closed form.

use crate::{class, near, of, run};
use brownout::metrics::clients;

type Matrix = [[f64; 2]; 2];

fn product(a: Matrix, b: Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| a[i][0] * b[0][j] + a[i][1] * b[1][j]))
}

fn inverse(a: Matrix) -> Matrix {
    let det = a[0][0] * a[1][1] - a[0][1] * a[1][0];
    [[a[1][1] / det, -a[0][1] / det], [-a[1][0] / det, a[0][0] / det]]
}

fn sum(a: Matrix, b: Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| a[i][j] + b[i][j]))
}

fn times(a: Matrix, factor: f64) -> Matrix {
    a.map(|row| row.map(|one| one * factor))
}

fn row(v: [f64; 2], a: Matrix) -> [f64; 2] {
    std::array::from_fn(|j| v[0] * a[0][j] + v[1] * a[1][j])
}

const UNIT: Matrix = [[1.0, 0.0], [0.0, 1.0]];

/// The mean time in an MMPP/M/1 queue, by Neuts' matrix-geometric solution: levels have the weights π0 R^n.
fn mean_sojourn(rates: [f64; 2], leaves: [f64; 2], service: f64) -> f64 {
    let up = [[rates[0], 0.0], [0.0, rates[1]]];
    let down = times(UNIT, service);
    let phases = [[-leaves[0], leaves[0]], [leaves[1], -leaves[1]]];
    let empty = sum(phases, times(up, -1.0));
    let busy = sum(empty, times(down, -1.0));
    let mut r = [[0.0; 2]; 2];
    for _ in 0..100_000 {
        r = product(times(sum(up, product(product(r, r), down)), -1.0), inverse(busy));
    }
    // π0 (B + R D) = 0 with B the generator of the empty system; two states, so one equation and the sum fix it.
    let level = sum(empty, product(r, down));
    let weight = [level[1][0], -level[0][0]];
    let over = inverse(sum(UNIT, times(r, -1.0)));
    let all: f64 = row(weight, over).iter().sum();
    let inside: f64 = row(row(row(weight, r), over), over).iter().sum();
    let share = leaves[1] / (leaves[0] + leaves[1]);
    inside / all / (share * rates[0] + (1.0 - share) * rates[1])
}

#[test]
fn a_switching_rate_waits_as_its_matrix_says() {
    // Two rates alike are M/M/1: 1 / (μ - λ).
    near("the formula", mean_sojourn([0.6, 0.6], [0.1, 0.3], 1.0), 2.5, 1e-9);
    // Rushes of 4 s at 20/s, lulls of 12 s at 20/3 per s, a server that does 16.7/s.
    let expect = mean_sojourn([20.0, 20.0 / 3.0], [1.0 / 4.0, 1.0 / 12.0], 1.0 / 0.06);
    let findings = run(r#"
[run]
duration = "20000s"
warmup = "100s"
replications = 8
[load.u]
rate = "10/s"
arrivals = { kind = "mmpp", states = [{ factor = 3, mean = "4s" }, { factor = 1, mean = "12s" }] }
journey = [{ do = "get" }]
[tier.s]
kind = "service"
workers = 1
service = { dist = "exponential", mean = "60ms" }
"#);
    // 10,000 rushes: about 2 %. Independent arrivals would take 150 ms.
    assert!(0.6 < expect, "{expect}");
    near(
        "sojourn",
        of(&findings, &class("u"), &clients::LATENCY[brownout::metrics::MEAN]),
        expect,
        0.06 * expect,
    );
}
