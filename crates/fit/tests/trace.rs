//! Statistics of a real trace, and of traces whose statistics are known.

use brownout_fit::{Block, Columns, Rate, Statistics, TraceRow, block, rows};
use std::fmt::Write as _;

const AZURE: &str = include_str!("../../../models/traffic/azure2023-conv.csv");

fn quantile(lengths: &brownout_fit::Lengths, part: f64) -> u32 {
    lengths.quantiles.iter().find(|(of, _)| (of - part).abs() < 1e-9).expect("that quantile").1
}

#[test]
fn the_azure_trace_has_the_statistics_that_were_published() {
    let rows = rows(AZURE, &Columns::default()).expect("the trace is in order");
    let statistics = Statistics::of(&rows);
    let arrivals = &statistics.arrivals;
    assert_eq!(arrivals.count, 19_366);
    assert!((arrivals.seconds - 3_501.7).abs() < 0.1 && (arrivals.mean_rate - 5.53).abs() < 0.01);
    assert!((arrivals.raw_cv - 1.094).abs() < 0.001 && arrivals.cv < arrivals.raw_cv);
    let (prompt, output) = (statistics.prompt.expect("prompts"), statistics.output.expect("outputs"));
    assert!((prompt.mean - 1_155.0).abs() < 1.0 && (output.mean - 211.0).abs() < 0.5);
    assert_eq!((quantile(&prompt, 0.99), quantile(&output, 0.99)), (4_142, 601));
    // Two peaks, at 400 and 1,100 tokens: no law with a formula is near.
    for lengths in [&prompt, &output] {
        assert_eq!(lengths.law.name, "empirical");
        assert!(
            (lengths.law.mean / lengths.mean - 1.0).abs() < 0.02
                && (lengths.law.cv / lengths.cv - 1.0).abs() < 0.02
        );
        assert!(lengths.law.distance < 0.05 && 0.1 < lengths.law.nearest.1);
    }
}

/// A number from 0 to 1, the same for the same `at`.
fn uniform(at: u64) -> f64 {
    let mut x = at.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ x >> 31) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Arrivals whose next gap is one of mean 1 / rate at that moment, stretched by what `spread` makes of a unit draw.
fn arrivals(until: f64, rate: impl Fn(f64) -> f64, spread: impl Fn(f64) -> f64) -> Vec<TraceRow> {
    let (mut rows, mut at) = (Vec::new(), 0.0);
    while at < until {
        let number = rows.len();
        rows.push(TraceRow { line: number + 2, at, prompt: None, output: None });
        at += spread(uniform(number as u64)) / rate(at);
    }
    rows
}

fn exponential(uniform: f64) -> f64 {
    -(1.0 - uniform).ln()
}

#[test]
fn a_steady_poisson_process_is_one_rate() {
    let statistics = Statistics::of(&arrivals(3_600.0, |_| 5.0, exponential)).arrivals;
    // The standard error of a rate of 18,000 arrivals is 0.75 %.
    assert!(
        matches!(statistics.rate, Rate::Constant(rate) if (rate / 5.0 - 1.0).abs() < 0.03),
        "{statistics:?}"
    );
    assert!((statistics.cv - 1.0).abs() < 0.03);
    for (window, raw, around) in &statistics.dispersion {
        // 60 windows of a minute: the variance of counts has a standard error of √(2/60) = 18 %.
        assert!((raw - 1.0).abs() < 0.55 && (around - 1.0).abs() < 0.55, "{window}: {raw}, {around}");
    }
}

#[test]
fn bursts_are_told_from_a_rate_that_moves() {
    // A rate that doubles, and gaps of cv 2: one in five is nine tenths of all.
    let bursts =
        |u: f64| if u < 0.8 { 0.125 * exponential(u / 0.8) } else { 4.5 * exponential((u - 0.8) / 0.2) };
    // Moments: mean 0.8·0.125 + 0.2·4.5 = 1; second 0.8·2·0.125² + 0.2·2·4.5² = 8.125, so cv = √7.125 = 2.67.
    let rate = |at: f64| if at < 5_000.0 { 4.0 } else { 8.0 };
    let statistics = Statistics::of(&arrivals(10_000.0, rate, bursts)).arrivals;
    assert!((statistics.cv - 2.67).abs() < 0.15, "{}", statistics.cv);
    let Rate::Stages { rates, .. } = &statistics.rate else { panic!("{:?}", statistics.rate) };
    let half = rates.len() / 2;
    let mean = |rates: &[f64]| rates.iter().sum::<f64>() / rates.len() as f64;
    let (before, after) = (mean(&rates[..half]), mean(&rates[half + 1..]));
    // 20,000 gaps of cv 2.67 in each half: a standard error of 1.9 %.
    assert!((before / 4.0 - 1.0).abs() < 0.08 && (after / 8.0 - 1.0).abs() < 0.08, "{before} {after}");
}

#[test]
fn days_have_hours() {
    // From midnight on, three days: twice as many at noon as on average, hardly any at midnight.
    let day = |at: f64| 0.5 * (1.0 - 0.99 * (at / 86_400.0 * std::f64::consts::TAU).cos());
    let statistics = Statistics::of(&arrivals(3.0 * 86_400.0, day, exponential));
    let Rate::Daily { mean, hours } = &statistics.arrivals.rate else {
        panic!("{:?}", statistics.arrivals.rate)
    };
    assert!(
        (mean - 0.5).abs() < 0.01 && (hours[12] - 1.99).abs() < 0.1 && hours[0] < 0.1,
        "{mean} {hours:?}"
    );
    // 130,000 gaps: a standard error of 0.3 %, and straight lines are not a cosine.
    assert!((statistics.arrivals.cv - 1.0).abs() < 0.02, "{}", statistics.arrivals.cv);
    let names = Block { trace: "days.csv".to_owned(), name: "web".to_owned() };
    let text = block(&statistics, &names);
    assert!(
        text.contains("diurnal = { shape = [") && text.contains("[run] start = 1970-01-01T00:00:00Z"),
        "{text}"
    );
}

#[test]
fn a_small_trace_becomes_a_block() {
    let mut table = String::from("time,prompt,output\n");
    for row in arrivals(600.0, |_| 2.0, exponential) {
        let at = row.line as u64;
        let prompt = (5.0 + 2.0 * (uniform(7 * at) + uniform(11 * at) + uniform(13 * at) - 1.5)).exp();
        let output = if at.is_multiple_of(3) { 10 } else { 400 };
        let _ = writeln!(table, "{:.3},{},{output}", row.at, prompt.round());
    }
    let statistics = Statistics::of(&rows(&table, &Columns::default()).expect("a table"));
    insta::assert_snapshot!(block(
        &statistics,
        &Block { trace: "small.csv".to_owned(), name: "chat".to_owned() }
    ));
}

/// Arrivals at 20/s of which rushes of 5 s come at 80/s and lulls of 45 s at 13.3/s, in the mean.
fn rushes(until: f64) -> Vec<TraceRow> {
    let (mut rows, mut at, mut drawn) = (Vec::new(), 0.0, 1_000_000);
    let mut draw = || {
        drawn += 1;
        exponential(uniform(drawn))
    };
    let mut rush = false;
    while at < until {
        let (rate, mean) = if rush { (80.0, 5.0) } else { (40.0 / 3.0, 45.0) };
        let end = at + mean * draw();
        loop {
            at += draw() / rate;
            if end <= at {
                break;
            }
            rows.push(TraceRow { line: rows.len() + 2, at, prompt: None, output: None });
        }
        (at, rush) = (end, !rush);
    }
    rows
}

#[test]
fn rushes_keep_their_counts_and_their_wait() {
    let statistics = Statistics::of(&rushes(20_000.0));
    let arrivals = &statistics.arrivals;
    let bursts = &arrivals.bursts;
    let chosen = bursts.counts.as_ref().expect("gaps alone do not wait like that");
    assert!(matches!(chosen.process, brownout_fit::Process::Mmpp(_)), "{chosen:?}");
    for ((window, _, seen), here) in arrivals.dispersion.iter().zip(&chosen.dispersion) {
        // Poisson has 1 in all of them; the trace has 3 in 0.1 s, 20 in 1 s and 250 in a minute.
        if *window <= 60.0 {
            assert!((here / seen - 1.0).abs() < 0.25, "{window}: {here}, not {seen}");
        }
    }
    let wait = bursts.wait.mean;
    assert!((chosen.wait / wait - 1.0).abs() < 0.15, "{} {wait}", chosen.wait);
    // A renewal process of the same gaps: the reason why counts are fitted.
    assert!(bursts.gaps.wait < 0.2 * wait, "{} {wait}", bursts.gaps.wait);
    let text = block(&statistics, &Block { trace: "rushes.csv".to_owned(), name: "web".to_owned() });
    assert!(text.contains("arrivals = { kind = \"mmpp\", states = [{ factor = "), "{text}");
    assert!(text.contains("# mean wait at a server that is 80.0 % busy"), "{text}");
}
