//! Which replicas of a tier are there, which are coming and which are going: a pure state machine.
//!
//! A place is reused when its replica is gone; a number tells one use from the next, like a token's generation.

use brownout_kernel::Instant;
use brownout_model::REPLICAS_MAX;
use brownout_units::Span;

/// The life cycle of a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// There is none in this place.
    Gone,
    /// It was ordered, and waits for its turn to boot.
    Ordered,
    /// It boots.
    Booting,
    /// It takes calls.
    Serving,
    /// It drains.
    Draining,
}

/// What has to be done after an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// This one was ordered.
    Order(usize),
    /// This one begins to boot.
    Boot(usize),
    /// This one was cancelled before it booted.
    Forget(usize),
    /// This one takes no further calls.
    Drain(usize),
}

#[derive(Clone, Copy, Debug)]
struct Member {
    life: Life,
    /// How often the place was used before.
    uses: u32,
    ordered: Instant,
    /// It belongs to another cloud, under this lease.
    lease: Option<u32>,
}

/// Replicas of another cloud: no autoscaler changes them, and no quota limits them.
#[derive(Clone, Copy, Debug)]
struct Lease {
    name: u32,
    there: usize,
    /// Replicas times nanoseconds up to the last change.
    paid: u128,
}

/// Replicas times nanoseconds since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    /// Of all that were there and are not leased.
    pub(crate) paid: u128,
    /// Of all that took calls.
    pub(crate) served: u128,
    /// … and are not leased.
    pub(crate) own: u128,
    /// Of all that took calls or drained.
    pub(crate) up: u128,
}

/// The replicas of one tier.
#[derive(Debug)]
pub(crate) struct Fleet {
    members: Vec<Member>,
    quota: usize,
    at_once: usize,
    wanted: usize,
    serving: usize,
    draining: usize,
    leases: Vec<Lease>,
    /// Up to `at`.
    times: Times,
    at: Instant,
}

impl Fleet {
    /// A fleet with this many serving replicas; at most `quota` ever, of which `at_once` boot together.
    pub(crate) fn new(replicas: u32, quota: u32, at_once: Option<u32>) -> Self {
        let member = Member { life: Life::Serving, uses: 0, ordered: Instant::ZERO, lease: None };
        Fleet {
            members: vec![member; replicas as usize],
            quota: quota as usize,
            at_once: at_once.map_or(usize::MAX, |n| n as usize),
            wanted: replicas as usize,
            serving: replicas as usize,
            draining: 0,
            leases: Vec::new(),
            times: Times { paid: 0, served: 0, own: 0, up: 0 },
            at: Instant::ZERO,
        }
    }

    /// How many places there are, used or not.
    pub(crate) fn places(&self) -> usize {
        self.members.len()
    }

    /// How many there should be.
    pub(crate) fn wanted(&self) -> usize {
        self.wanted
    }

    /// How many take calls.
    pub(crate) fn serving(&self) -> usize {
        self.serving
    }

    /// How many drain.
    pub(crate) fn draining(&self) -> usize {
        self.draining
    }

    pub(crate) fn life(&self, at: usize) -> Life {
        self.members[at].life
    }

    /// Which use of its place this replica is.
    pub(crate) fn uses(&self, at: usize) -> u32 {
        self.members[at].uses
    }

    /// How long ago it was ordered.
    pub(crate) fn age(&self, at: usize, now: Instant) -> Span {
        now - self.members[at].ordered
    }

    /// How many that are not leased take calls.
    pub(crate) fn own_serving(&self) -> usize {
        self.count_own(Life::Serving)
    }

    /// How long they were there, and took calls, since the start.
    pub(crate) fn time(&self, now: Instant) -> Times {
        let step = u128::from((now - self.at).nanos());
        let leased: usize = self.leases.iter().map(|lease| lease.there).sum();
        Times {
            paid: self.times.paid + step * (self.there() - leased) as u128,
            served: self.served(now),
            own: self.times.own + step * self.own_serving() as u128,
            up: self.times.up + step * (self.serving() + self.draining) as u128,
        }
    }

    /// How long they took calls, since the start: replicas times nanoseconds.
    #[inline]
    pub(crate) fn served(&self, now: Instant) -> u128 {
        self.times.served + u128::from((now - self.at).nanos()) * self.serving() as u128
    }

    /// Replicas times nanoseconds that each lease has been paid for, by its name.
    pub(crate) fn leased(&self, now: Instant) -> impl Iterator<Item = (u32, u128)> + '_ {
        let step = u128::from((now - self.at).nanos());
        self.leases.iter().map(move |lease| (lease.name, lease.paid + step * lease.there as u128))
    }

    /// Under which lease a replica is here, if it belongs to another cloud.
    pub(crate) fn lease_of(&self, at: usize) -> Option<u32> {
        self.members[at].lease
    }

    /// How many are there, in any state.
    pub(crate) fn there(&self) -> usize {
        self.members.len() - self.count(Life::Gone) - self.count(Life::Ordered)
    }

    fn count(&self, life: Life) -> usize {
        self.members.iter().filter(|member| member.life == life).count()
    }

    fn count_own(&self, life: Life) -> usize {
        let own = |member: &&Member| member.life == life && member.lease.is_none();
        self.members.iter().filter(own).count()
    }

    fn set(&mut self, at: usize, life: Life, now: Instant) {
        self.times = self.time(now);
        let step = u128::from((now - self.at).nanos());
        self.leases.iter_mut().for_each(|lease| lease.paid += step * lease.there as u128);
        self.at = now;
        let member = &mut self.members[at];
        self.serving -= usize::from(member.life == Life::Serving);
        self.serving += usize::from(life == Life::Serving);
        self.draining -= usize::from(member.life == Life::Draining);
        self.draining += usize::from(life == Life::Draining);
        if let Some(lease) = self.leases.iter_mut().find(|lease| Some(lease.name) == member.lease) {
            lease.there -= usize::from(is_there(member.life));
            lease.there += usize::from(is_there(life));
        }
        member.life = life;
    }

    /// Another cloud provides `replicas`: all of them begin to boot.
    pub(crate) fn lease(&mut self, name: u32, replicas: usize, now: Instant) -> Vec<Step> {
        if self.leases.iter().all(|lease| lease.name != name) {
            self.leases.push(Lease { name, there: 0, paid: 0 });
        }
        let mut steps = Vec::new();
        for _ in 0..replicas.min(REPLICAS_MAX as usize - self.there().min(REPLICAS_MAX as usize)) {
            let at = self.order(now);
            self.members[at].lease = Some(name);
            self.set(at, Life::Booting, now);
            steps.extend([Step::Order(at), Step::Boot(at)]);
        }
        steps
    }

    /// All replicas of a lease are given back.
    pub(crate) fn give_back(&mut self, name: u32, now: Instant) -> Vec<Step> {
        let mut steps = Vec::new();
        for at in 0..self.members.len() {
            match self.members[at].life {
                _ if self.members[at].lease != Some(name) => {}
                Life::Booting => {
                    self.set(at, Life::Gone, now);
                    steps.push(Step::Forget(at));
                }
                Life::Serving => {
                    self.set(at, Life::Draining, now);
                    steps.push(Step::Drain(at));
                }
                Life::Gone | Life::Ordered | Life::Draining => {}
            }
        }
        steps
    }

    /// Sets the desired number: the youngest go first, those that do not serve yet before all others.
    pub(crate) fn scale(&mut self, replicas: usize, now: Instant) -> Vec<Step> {
        let replicas = replicas.min(self.quota);
        let mut steps = Vec::new();
        for _ in self.wanted..replicas {
            steps.push(Step::Order(self.order(now)));
        }
        for _ in replicas..self.wanted {
            steps.push(self.let_go(now));
        }
        self.wanted = replicas;
        self.boot_next(now, &mut steps);
        steps
    }

    fn order(&mut self, now: Instant) -> usize {
        let place = self.members.iter().position(|member| member.life == Life::Gone);
        let at = place.unwrap_or_else(|| {
            self.members.push(Member { life: Life::Gone, uses: u32::MAX, ordered: now, lease: None });
            self.members.len() - 1
        });
        self.members[at].lease = None;
        self.set(at, Life::Ordered, now);
        let member = &mut self.members[at];
        (member.uses, member.ordered) = (member.uses.wrapping_add(1), now);
        at
    }

    fn let_go(&mut self, now: Instant) -> Step {
        for life in [Life::Ordered, Life::Booting, Life::Serving] {
            let youngest = (0..self.members.len())
                .filter(|&at| self.members[at].life == life && self.members[at].lease.is_none())
                .max_by_key(|&at| (self.members[at].ordered, at));
            let Some(at) = youngest else { continue };
            if life == Life::Serving {
                self.set(at, Life::Draining, now);
                return Step::Drain(at);
            }
            self.set(at, Life::Gone, now);
            return Step::Forget(at);
        }
        unreachable!("as many are coming or serving as there should be")
    }

    /// Replicas whose turn it is begin to boot, in the order in which they were ordered.
    fn boot_next(&mut self, now: Instant, steps: &mut Vec<Step>) {
        let mut booting = self.count_own(Life::Booting);
        while booting < self.at_once {
            let ordered = (0..self.members.len()).filter(|&at| self.members[at].life == Life::Ordered);
            let Some(at) = ordered.min_by_key(|&at| (self.members[at].ordered, at)) else { return };
            self.set(at, Life::Booting, now);
            steps.push(Step::Boot(at));
            booting += 1;
        }
    }

    /// A replica has booted: it serves, and others may have their turn.
    pub(crate) fn booted(&mut self, at: usize, now: Instant) -> Vec<Step> {
        assert!(self.members[at].life == Life::Booting, "only one that boots has booted");
        self.set(at, Life::Serving, now);
        let mut steps = Vec::new();
        self.boot_next(now, &mut steps);
        steps
    }

    /// One that was draining has gone.
    pub(crate) fn gone(&mut self, at: usize, now: Instant) {
        assert!(self.members[at].life == Life::Draining, "only one that drains is gone");
        self.set(at, Life::Gone, now);
    }
}

/// Whether it costs money.
fn is_there(life: Life) -> bool {
    !matches!(life, Life::Gone | Life::Ordered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Step::{Boot, Drain, Forget, Order};

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Span::from_secs(seconds)
    }

    #[test]
    fn they_come_in_turn_and_the_youngest_go_first() {
        let mut fleet = Fleet::new(2, 5, Some(1));
        assert_eq!(fleet.scale(9, at(10)), [Order(2), Order(3), Order(4), Boot(2)]);
        assert_eq!((fleet.wanted(), fleet.serving()), (5, 2));
        assert_eq!(fleet.booted(2, at(20)), [Boot(3)]);
        assert_eq!(fleet.scale(2, at(30)), [Forget(4), Forget(3), Drain(2)]);
        assert_eq!((fleet.wanted(), fleet.serving(), fleet.draining()), (2, 2, 1));
        // The place of one that still drains is taken, those that never booted are free.
        assert_eq!(fleet.scale(3, at(40)), [Order(3), Boot(3)]);
        fleet.gone(2, at(50));
        assert_eq!((fleet.uses(3), fleet.age(3, at(45))), (1, Span::from_secs(5)));
    }

    #[test]
    fn what_is_there_is_paid_for() {
        let mut fleet = Fleet::new(1, 9, None);
        fleet.scale(3, at(10));
        fleet.booted(1, at(20));
        fleet.booted(2, at(30));
        fleet.scale(1, at(40));
        fleet.gone(2, at(45));
        fleet.gone(1, at(50));
        let seconds = |times: Times| [times.paid, times.served, times.up].map(|nanos| nanos / 1_000_000_000);
        // One for 60 s, one from 10 to 50 and one from 10 to 45; the young serve from 20 and 30 until 40, then drain.
        assert_eq!(seconds(fleet.time(at(60))), [60 + 40 + 35, 60 + 20 + 10, 60 + 30 + 15]);
    }

    #[test]
    fn leased_replicas_are_not_scaled() {
        let mut fleet = Fleet::new(1, 1, Some(1));
        assert_eq!(fleet.lease(7, 2, at(10)), [Order(1), Boot(1), Order(2), Boot(2)]);
        assert_eq!(fleet.booted(1, at(20)), []);
        assert_eq!((fleet.wanted(), fleet.serving(), fleet.own_serving()), (1, 2, 1));
        // The quota applies to replicas that are not leased, and leased ones are not scaled down.
        assert_eq!((fleet.scale(9, at(25)), fleet.scale(0, at(30))), (vec![], vec![Drain(0)]));
        assert_eq!(fleet.give_back(7, at(40)), [Drain(1), Forget(2)]);
        fleet.gone(1, at(50));
        assert_eq!((fleet.lease_of(1), fleet.give_back(7, at(55))), (Some(7), vec![]));
        // One from 10 to 50 and one from 10 to 40.
        let paid: Vec<_> = fleet.leased(at(60)).map(|(name, nanos)| (name, nanos / 1_000_000_000)).collect();
        assert_eq!(paid, [(7, 40 + 30)]);
        let seconds = |times: Times| (times.paid, times.served, times.own).into();
        let [paid, served, own] =
            <[u128; 3]>::map(seconds(fleet.time(at(60))), |nanos| nanos / 1_000_000_000);
        assert_eq!((paid, served, own), (60, 30 + 20, 30));
    }
}
