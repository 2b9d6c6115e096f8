//! Which targets of a balancer may take a call, and the share of calls of each priority level.
//!
//! Source: Envoy, "Priority levels" and "Panic threshold". A level takes `overprovisioning` times its healthy fraction,
//! at most all; the next level gets the rest. Two things are not Envoy's: a level counts by weights, so that a target
//! whose share was lowered by hand, or that starts slowly, leaves the rest to the next level; and earlier answers are
//! kept, for clients that have cached them.

use brownout_kernel::Instant;
use brownout_units::{Ratio, Span};

/// The least share of a target that starts slowly, as Envoy has it.
const SHARE_MIN: f64 = 0.1;

/// Options that are the same for all targets.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) overprovisioning: f64,
    /// Panic threshold: below this healthy fraction of a level, health is ignored; 0: never.
    pub(crate) panic: Ratio,
    /// Slow start: how long a returning target takes to get its whole share.
    pub(crate) slow_start: Span,
    /// Whether earlier answers are asked for.
    pub(crate) remembers: bool,
}

/// A target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Member {
    /// Its priority: 0 is first.
    pub(crate) level: usize,
    /// Its weight.
    pub(crate) weight: f64,
    /// The fraction of its share that an operator has set.
    keep: f64,
    well: bool,
    /// Since when it starts slowly.
    ramps: Option<Instant>,
}

impl Member {
    /// A healthy target with its whole share.
    pub(crate) const fn new(level: usize, weight: f64) -> Self {
        Member { level, weight, keep: 1.0, well: true, ramps: None }
    }

    fn is_drained(&self) -> bool {
        self.keep <= 0.0
    }
}

/// One priority level at some instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Level {
    /// The share of calls it gets.
    pub(crate) load: f64,
    /// Whether too few of its targets are healthy, so that health is ignored.
    pub(crate) panics: bool,
}

/// The routing table between two changes.
#[derive(Clone, Debug)]
struct Table {
    since: Instant,
    members: Vec<Member>,
    /// As it changed.
    levels: Vec<Level>,
    /// By level: the targets that may be chosen, in order.
    open: Vec<Vec<u32>>,
}

/// The targets of one balancer.
#[derive(Debug)]
pub(crate) struct Routes {
    rules: Rules,
    /// Earlier ones first; the last one holds now.
    tables: Vec<Table>,
}

impl Routes {
    /// All targets are healthy.
    pub(crate) fn new(members: Vec<Member>, rules: Rules) -> Self {
        let table = rules.table(Instant::ZERO, members);
        Routes { rules, tables: vec![table] }
    }

    fn now(&self) -> &Table {
        self.tables.last().expect("there is a table at any time")
    }

    /// How many are healthy, and whether any level panics.
    pub(crate) fn health(&self) -> (usize, bool) {
        let table = self.now();
        let well = table.members.iter().filter(|member| member.well).count();
        (well, table.levels.iter().any(|level| level.panics))
    }

    /// Sets whether a target is healthy.
    pub(crate) fn set_well(&mut self, at: usize, well: bool, now: Instant) {
        let member = self.now().members[at];
        if member.well != well {
            self.change(at, Member { well, ..member }, now);
        }
    }

    /// Sets the fraction of its share that a target gets.
    pub(crate) fn keep(&mut self, at: usize, keep: f64, now: Instant) {
        let member = self.now().members[at];
        if member.keep.total_cmp(&keep).is_ne() {
            self.change(at, Member { keep, ..member }, now);
        }
    }

    fn change(&mut self, at: usize, mut member: Member, now: Instant) {
        let before = self.now().members[at];
        let takes = |member: &Member| member.well && !member.is_drained();
        if takes(&member) != takes(&before) {
            member.ramps = (takes(&member) && !self.rules.slow_start.is_zero()).then_some(now);
        }
        let mut members = self.now().members.clone();
        members[at] = member;
        let table = self.rules.table(now, members);
        if self.rules.remembers && self.now().since < now {
            self.tables.push(table);
        } else {
            *self.tables.last_mut().expect("there is a table at any time") = table;
        }
    }

    fn table_at(&self, asked: Instant) -> &Table {
        let after = self.tables.partition_point(|table| table.since <= asked);
        &self.tables[after.max(1) - 1]
    }

    /// The share of calls of each level at an instant.
    pub(crate) fn levels(&self, asked: Instant) -> Vec<Level> {
        let table = self.table_at(asked);
        if table.members.iter().any(|member| member.ramps.is_some()) {
            return self.rules.levels(&table.members, asked);
        }
        table.levels.clone()
    }

    /// The targets that could be chosen at an instant, in order, by a number from 0 to 1; empty: none.
    pub(crate) fn open(&self, asked: Instant, draw: f64) -> &[u32] {
        let table = self.table_at(asked);
        let Some(level) = level(&self.levels(asked), draw) else { return &[] };
        &table.open[level]
    }

    /// The fraction of its usual share that a target got at an instant.
    pub(crate) fn part(&self, at: usize, asked: Instant) -> f64 {
        self.rules.part(&self.table_at(asked).members[at], asked)
    }

    /// One of some targets by their shares at an instant, and by a number from 0 to 1.
    pub(crate) fn by_share(&self, among: &[u32], asked: Instant, draw: f64) -> usize {
        let table = self.table_at(asked);
        let share = |&at: &u32| {
            let member = &table.members[at as usize];
            member.weight * self.rules.part(member, asked)
        };
        let mut left = draw * among.iter().map(share).sum::<f64>();
        for at in among {
            left -= share(at);
            if left < 0.0 {
                return *at as usize;
            }
        }
        let last = among.iter().rev().find(|at| 0.0 < share(at)).or(among.last());
        *last.expect("a target can be chosen") as usize
    }
}

/// The level of a number from 0 to 1; none if no level gets anything.
fn level(levels: &[Level], draw: f64) -> Option<usize> {
    let mut left = draw;
    for (at, level) in levels.iter().enumerate() {
        left -= level.load;
        if left < 0.0 {
            return Some(at);
        }
    }
    levels.iter().rposition(|level| 0.0 < level.load)
}

impl Rules {
    fn table(&self, since: Instant, members: Vec<Member>) -> Table {
        let levels = self.levels(&members, since);
        let open = |at: usize| {
            let may = |member: &Member| {
                member.level == at && !member.is_drained() && (member.well || levels[at].panics)
            };
            (0..members.len()).filter(|&at| may(&members[at])).map(|at| at as u32).collect()
        };
        let open = (0..levels.len()).map(open).collect();
        Table { since, members, levels, open }
    }

    /// The fraction of its usual share that a target gets.
    fn part(&self, member: &Member, at: Instant) -> f64 {
        let Some(since) = member.ramps else { return member.keep };
        let share = at.saturating_since(since).as_secs_f64() / self.slow_start.as_secs_f64();
        member.keep * share.clamp(SHARE_MIN, 1.0)
    }

    fn levels(&self, members: &[Member], at: Instant) -> Vec<Level> {
        let count = members.iter().map(|member| member.level + 1).max().unwrap_or(0);
        let of = |level: usize| members.iter().filter(move |member| member.level == level);
        let health = |level: usize| {
            let all: f64 = of(level).map(|member| member.weight).sum();
            let well = of(level).filter(|member| member.well);
            let well: f64 = well.map(|member| member.weight * self.part(member, at)).sum();
            if well <= 0.0 { 0.0 } else { (self.overprovisioning * well / all).min(1.0) }
        };
        let health: Vec<f64> = (0..count).map(health).collect();
        let total = health.iter().sum::<f64>().min(1.0);
        let there = |level: usize| of(level).filter(|member| !member.is_drained()).count();
        let panics = |level: usize| {
            let well = of(level).filter(|member| !member.is_drained() && member.well).count();
            total < 1.0 && (well as f64) < self.panic.fraction() * there(level) as f64
        };
        let everywhere = (0..count).all(|level| panics(level) || there(level) == 0);
        let all: usize = (0..count).map(there).sum();
        let mut left = 1.0_f64;
        let level = |level: usize| {
            let load = if 0 < all && everywhere {
                there(level) as f64 / all as f64
            } else if total <= 0.0 {
                f64::from(u8::from(level == 0 && 0 < all))
            } else {
                left.min(health[level] / total)
            };
            left -= load;
            Level { load, panics: panics(level) }
        };
        (0..count).map(level).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Span::from_secs(seconds)
    }

    fn rules(panic: f64) -> Rules {
        let panic = Ratio::new(panic).expect("a part");
        Rules { overprovisioning: 1.4, panic, slow_start: Span::ZERO, remembers: false }
    }

    /// Loads in per cent of levels of 100 targets each, by their numbers of healthy targets.
    fn loads(well: &[usize], panic: f64) -> Vec<(u32, bool)> {
        let members = (0..well.len()).flat_map(|level| (0..100).map(move |_| Member::new(level, 1.0)));
        let mut members: Vec<Member> = members.collect();
        for (at, member) in members.iter_mut().enumerate() {
            member.well = at % 100 < well[at / 100];
        }
        let levels = rules(panic).levels(&members, at(0));
        levels.iter().map(|level| ((100.0 * level.load).round() as u32, level.panics)).collect()
    }

    #[test]
    fn a_level_takes_what_it_can_and_the_next_one_the_rest() {
        // The table of Envoy's documentation.
        let of = |first, second| loads(&[first, second], 0.5).iter().map(|l| l.0).collect::<Vec<_>>();
        assert_eq!(of(100, 100), [100, 0]);
        assert_eq!(of(72, 72), [100, 0]);
        assert_eq!(of(71, 71), [99, 1]);
        assert_eq!(of(50, 50), [70, 30]);
        assert_eq!(of(25, 100), [35, 65]);
        assert_eq!(of(25, 25), [50, 50]);
        assert_eq!(of(0, 100), [0, 100]);
        let of = |well: &[usize]| loads(well, 0.0).iter().map(|l| l.0).collect::<Vec<_>>();
        assert_eq!(of(&[20, 20, 100]), [28, 28, 44]);
        assert_eq!(of(&[20, 20, 20]), [33, 33, 33]);
        assert_eq!(of(&[0, 0]), [100, 0], "without panic the first level has no target for its share");
    }

    #[test]
    fn a_level_panics_only_where_all_together_are_too_few() {
        assert_eq!(loads(&[10, 100], 0.5), [(14, false), (86, false)]);
        assert_eq!(loads(&[5, 65], 0.5), [(7, true), (93, false)]);
        assert_eq!(loads(&[0, 0], 0.5), [(50, true), (50, true)]);
    }

    #[test]
    fn a_share_by_hand_leaves_the_rest_to_the_next_level() {
        let members = vec![Member::new(0, 1.0), Member::new(1, 1.0)];
        let mut routes = Routes::new(members, Rules { overprovisioning: 1.0, ..rules(0.5) });
        routes.keep(0, 0.25, at(1));
        assert_eq!(routes.levels(at(1)).iter().map(|l| l.load).collect::<Vec<_>>(), [0.25, 0.75]);
        assert_eq!((routes.open(at(1), 0.2), routes.open(at(1), 0.3)), (&[0][..], &[1][..]));
        routes.keep(0, 0.0, at(2));
        assert_eq!(routes.open(at(2), 0.0), [1]);
        // An operator drained it on purpose: it is not chosen in panic either.
        routes.set_well(1, false, at(3));
        assert_eq!((routes.open(at(3), 0.0), routes.health()), (&[1][..], (1, true)));
        routes.keep(1, 0.0, at(4));
        assert_eq!(routes.open(at(4), 0.5), [0; 0]);
    }

    #[test]
    fn a_returning_target_starts_slowly_and_cached_answers_are_kept() {
        let members = vec![Member::new(0, 1.0), Member::new(0, 3.0)];
        let slow = Rules { slow_start: Span::from_secs(10), remembers: true, ..rules(0.0) };
        let mut routes = Routes::new(members, slow);
        routes.set_well(1, false, at(100));
        routes.set_well(1, true, at(200));
        assert_eq!([at(99), at(100), at(199), at(200)].map(|at| routes.open(at, 0.5).len()), [2, 1, 1, 2]);
        let part = |seconds| (100.0 * routes.part(1, at(seconds))).round() as u32;
        assert_eq!([50, 200, 205, 210, 300].map(part), [100, 10, 50, 100, 100]);
        // Of 1 and 3 × 0.5 the first has two fifths.
        let all = [0, 1];
        assert_eq!([0.39, 0.41].map(|draw| routes.by_share(&all, at(205), draw)), [0, 1]);
        assert_eq!([0.24, 0.26].map(|draw| routes.by_share(&all, at(99), draw)), [0, 1]);
    }
}
