//! What is packed is read back to the bit.

use crate::made::{bytes, made, small};
use brownout_analysis::findings::{BASE, Findings, Line, Lines};
use brownout_results::{Contents, MANIFEST, pack, unpack};
use serde_json::{Value, json};

/// That both are the same: numbers that do not exist are not numbers, and equal by their bits alone.
fn assert_same(a: &Contents, b: &Contents) {
    let rest = |contents: &Contents| -> Vec<Findings> {
        contents.findings.iter().map(|all| Findings { lines: Lines::default(), ..all.clone() }).collect()
    };
    assert_eq!(rest(a), rest(b));
    assert_eq!(a.scenarios, b.scenarios);
    let bits = |numbers: &[f64]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
    for (a, b) in a.findings.iter().zip(&b.findings) {
        assert_eq!(bits(&[a.lines.window]), bits(&[b.lines.window]));
        assert_eq!(bits(&a.lines.at), bits(&b.lines.at));
        assert_eq!(a.lines.lines.len(), b.lines.lines.len());
        for (a, b) in a.lines.lines.iter().zip(&b.lines.lines) {
            let parts = |line: &Line| [&line.band.mean, &line.band.low, &line.band.high].map(|all| bits(all));
            assert_eq!((&a.subject, a.metric), (&b.subject, b.metric));
            assert_eq!(parts(a), parts(b), "{} of {}", a.metric.key, a.subject);
        }
    }
}

fn there_and_back(contents: &Contents) {
    let files = pack(contents);
    let back = unpack(&files).unwrap_or_else(|error| panic!("{error}"));
    assert_same(&back, contents);
    assert_eq!(pack(&back), files, "the same contents are the same bytes");
}

#[test]
fn several_variants_with_intervals() {
    let (contents, files) = small();
    assert!(contents.findings.iter().all(|findings| !findings.lines.lines.is_empty()));
    assert_same(&unpack(files).expect("a folder"), contents);
    there_and_back(contents);
}

#[test]
fn language_models_of_one_replication_without_intervals() {
    let contents = made("experiments/vllm-300/scenario.toml", &[BASE], &[], 1);
    assert!(contents.findings[0].service.tiers.iter().any(|tier| tier.tokens));
    assert!(contents.findings[0].lines.lines.iter().all(|line| line.band.low.is_empty()));
    there_and_back(&contents);
}

#[test]
fn faults_symptoms_and_expectations() {
    let contents = made("experiments/retry-storm/scenario.toml", &[BASE], &[], 2);
    assert!(!contents.findings[0].symptoms.is_empty() && !contents.findings[0].marks.is_empty());
    there_and_back(&contents);
    there_and_back(&made("experiments/restart-herd/scenario.toml", &[BASE, "two-at-once"], &[], 2));
}

#[test]
fn results_without_lines() {
    let mut contents = small().0.clone();
    contents.findings[0].lines = Lines::default();
    there_and_back(&contents);
}

#[test]
fn other_numbers_that_are_none_keep_their_bits() {
    let mut contents = small().0.clone();
    let mean = &mut contents.findings[0].lines.lines[0].band.mean;
    mean[0] = f64::from_bits(0x7ff8_dead_beef_0001);
    mean[1] = -0.0;
    mean[2] = f64::INFINITY;
    mean[3] = f64::MIN_POSITIVE / 3.0;
    there_and_back(&contents);
}

#[test]
fn the_scenario_as_it_stands_has_a_name() {
    let (contents, files) = small();
    let manifest: Value = serde_json::from_slice(bytes(files, MANIFEST)).expect("it is JSON");
    let base = &manifest["variants"][0];
    assert_eq!((&base["name"], &base["scenario"]), (&json!("base"), &json!("scenario/base.toml")));
    assert!(contents.findings[0].stamp.is_base() && !contents.findings[1].stamp.is_base());
}
