//! No result depends on `run.window`: every number of the table, the verdict, the symptoms and the expectations are the
//! same at any three windows, one of which does not divide the run.

use brownout::findings::Findings;
use brownout::{Case, Library, NoFiles, Overrides, Settings, Silent, open, simulate};
use brownout_shipped::{SCHEME, experiments};

/// Events of one run that the suite has time for.
const EVENTS_MAX: f64 = 300_000.0;
/// How many windows a run has: many, a number that does not divide it, so that the last one is cut short, and one.
const WINDOWS: [f64; 3] = [400.0, 36.7, 1.0];

fn cases(path: &str, set: Vec<(String, String)>) -> Vec<Case> {
    let overrides = Overrides { set, replications: Some(1), ..Overrides::default() };
    let mut cases = open(&format!("{SCHEME}/{path}"), &Library::with(NoFiles), &overrides)
        .unwrap_or_else(|problems| panic!("{problems}"));
    cases.retain(|case| case.scenario.events <= EVENTS_MAX);
    cases
}

fn found(path: &str, windows: f64) -> Vec<Findings> {
    let Some(case) = cases(path, Vec::new()).pop() else { return Vec::new() };
    let window = (case.scenario.model.duration.as_secs_f64() / windows * 1e3).round();
    let cases = cases(path, vec![("run.window".to_owned(), format!("\"{window}ms\""))]);
    let settings = Settings { threads: 0, windows: true, beside: true, provenance: false };
    simulate(&cases, settings, &vec![Silent; cases.len()]).expect("nothing interrupts it")
}

#[test]
fn nothing_that_is_found_depends_on_the_window() {
    let mut compared = 0;
    for experiment in experiments() {
        let first = found(experiment.path, WINDOWS[0]);
        for windows in &WINDOWS[1..] {
            for (one, other) in first.iter().zip(found(experiment.path, *windows)) {
                let name = format!("{} {} in {windows} windows", experiment.name(), one.stamp.variant);
                assert_eq!(one.stamp.fingerprint, other.stamp.fingerprint, "{name}");
                assert_eq!(one.values.subjects.len(), other.values.subjects.len(), "{name}");
                for (numbers, others) in one.values.subjects.iter().zip(&other.values.subjects) {
                    for (number, same) in numbers.numbers.iter().zip(&others.numbers) {
                        let what = format!("{name}: {:?} {}", numbers.subject, number.metric.key);
                        assert_eq!(number.metric.key, same.metric.key, "{what}");
                        assert_eq!(number.samples, same.samples, "{what}");
                        assert_eq!(number.estimate, same.estimate, "{what}");
                    }
                }
                assert_eq!(one.verdict, other.verdict, "{name}");
                assert_eq!(one.symptoms, other.symptoms, "{name}");
                assert_eq!(one.expectations, other.expectations, "{name}");
                compared += 1;
            }
        }
    }
    assert!(50 <= compared, "only {compared} pairs of runs");
}
