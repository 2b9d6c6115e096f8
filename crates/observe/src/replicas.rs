//! How the calls of a tier were spread over its replicas.

use brownout_protocol::{Kind, Record};

/// Calls that were sent to each replica, by place: empty where none got any.
#[derive(Debug)]
pub(crate) struct Replicas {
    /// Since the current segment of the run began.
    sent: Vec<Vec<u64>>,
}

impl Replicas {
    pub(crate) fn new(places: usize) -> Self {
        Replicas { sent: vec![Vec::new(); places] }
    }

    /// A sample of one replica.
    pub(crate) fn add(&mut self, record: &Record) {
        assert!(record.kind == Kind::SentToReplica, "{:?} is not of one replica", record.kind);
        let (sent, at) = (&mut self.sent[usize::from(record.place)], record.call as usize);
        if sent.len() <= at {
            sent.resize(at + 1, 0);
        }
        sent[at] += record.value;
    }

    /// Ends the current segment.
    pub(crate) fn close_segment(&mut self) -> Vec<Vec<u64>> {
        let empty = vec![Vec::new(); self.sent.len()];
        std::mem::replace(&mut self.sent, empty)
    }
}

/// Adds what was sent in another stretch.
pub(crate) fn merge(mine: &mut Vec<Vec<u64>>, theirs: &[Vec<u64>]) {
    if mine.is_empty() {
        *mine = theirs.to_vec();
        return;
    }
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        mine.resize(mine.len().max(theirs.len()), 0);
        mine.iter_mut().zip(theirs).for_each(|(sum, more)| *sum += more);
    }
}
