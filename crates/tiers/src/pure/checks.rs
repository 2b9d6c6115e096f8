//! Active health checks: consecutive failures take a replica out, consecutive passes bring it back.

/// What a checker knows about the replicas of one tier.
#[derive(Debug)]
pub(crate) struct Checks {
    unhealthy: u32,
    healthy: u32,
    members: Vec<Member>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Member {
    ill: bool,
    /// Consecutive results that contradict the current state.
    against: u32,
}

impl Checks {
    /// All replicas are healthy; `unhealthy` failures or `healthy` passes in a row change that.
    pub(crate) fn new(unhealthy: u32, healthy: u32) -> Self {
        Checks { unhealthy, healthy, members: Vec::new() }
    }

    pub(crate) fn is_ill(&self, at: usize) -> bool {
        self.members.get(at).is_some_and(|member| member.ill)
    }

    fn member(&mut self, at: usize) -> &mut Member {
        if self.members.len() <= at {
            self.members.resize(at + 1, Member::default());
        }
        &mut self.members[at]
    }

    /// A probe has passed or failed; whether that changes the health of the replica.
    pub(crate) fn probed(&mut self, at: usize, passed: bool) -> bool {
        let (unhealthy, healthy) = (self.unhealthy, self.healthy);
        let member = self.member(at);
        if passed != member.ill {
            member.against = 0;
            return false;
        }
        member.against += 1;
        let enough = if member.ill { healthy } else { unhealthy };
        if member.against < enough {
            return false;
        }
        *member = Member { ill: !member.ill, against: 0 };
        true
    }

    /// Another replica is in that place from now on.
    pub(crate) fn forget(&mut self, at: usize) {
        *self.member(at) = Member::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failures_take_it_out_and_two_passes_bring_it_back() {
        let mut checks = Checks::new(3, 2);
        let mut probe = |passed| checks.probed(1, passed);
        assert_eq!([probe(false), probe(false), probe(true), probe(false), probe(false)], [false; 5]);
        assert!(probe(false));
        assert_eq!([probe(true), probe(false), probe(true)], [false; 3]);
        assert!(probe(true));
        assert!(!checks.is_ill(1) && !checks.is_ill(7));
    }
}
