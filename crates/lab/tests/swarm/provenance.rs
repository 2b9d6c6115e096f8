//! Provenance explains a run and changes nothing of it: whatever the model, the log is the same but for lines that
//! explain, and the reasons of intents that were not served add up to their totals, which each run asserts.

use crate::draw;
use brownout_lab::{Of, layout, run};
use brownout_observe::{Digest, Keep, Legend, Outcome};
use std::sync::Arc;

/// A run with provenance or without it.
fn digest(model: &brownout_model::Model, seed: u64, provenance: bool) -> Option<Digest> {
    let legend = Arc::new(Legend::new(layout(model)));
    let keep = Keep { provenance, ..Keep::new(&legend.layout, [], true) };
    run(Of { model, seed, replication: 0 }, &legend, &keep, &crate::Bounded).ok()
}

#[test]
fn a_run_is_the_same_with_its_provenance() {
    let mut unserved = [0_u64; 3];
    for seed in 0..150 {
        let model = draw::model(seed);
        let Some(without) = digest(&model, seed, false) else { continue };
        let with = digest(&model, seed, true).expect("the same run");
        assert!(without.provenance.is_none(), "model {seed}: not asked for");
        let provenance = with.provenance.clone().expect("asked for");
        for (why, ended) in &provenance.ends {
            assert!(0 < ended.count, "model {seed}: {why:?}");
            assert_eq!(ended.split.iter().sum::<u64>(), ended.waited, "model {seed}: {why:?}");
        }
        for (sum, outcome) in unserved.iter_mut().zip(Outcome::ALL) {
            *sum += (0..model.paths.len() as u8).map(|path| provenance.count(path, outcome)).sum::<u64>();
        }
        let (keep, provenance) = (without.keep.clone(), None);
        assert!(Digest { keep, provenance, ..with } == without, "model {seed}: something else differs");
    }
    assert!(unserved.iter().all(|&count| 1_000 < count), "failed, late and open: {unserved:?}");
}
