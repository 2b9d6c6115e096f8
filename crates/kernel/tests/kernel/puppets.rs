//! A scripted node, so that a test reads as a list of what happens when.

use brownout_kernel::{Assembly, Cx, Instant, Keep, LaneId, Node, NodeId, Sim, TimerId, World};
use brownout_units::Span;

/// One scripted action of a puppet.
#[derive(Clone, Copy, Default)]
pub(crate) enum Do {
    /// Write a line.
    #[default]
    Nothing,
    Say(u32),
    Send(NodeId, u32),
    SendAfter(u64, NodeId, u32),
    WakeAfter(u64, u32),
    WakeAt(u64, u32),
    WakeIn(LaneId, u32),
    /// The n-th timer of that puppet; says 1000 if it was pending and 1001 if not.
    Cancel(usize),
    CancelNone,
}

/// A world of puppets.
pub(crate) struct Stage;

impl World for Stage {
    type Msg = u32;
    type Wake = u32;
    type Shared = ();
    type Record = (u16, u32);
}

/// Acts when it receives a number, and records every number that it receives.
pub(crate) struct Puppet {
    pub(crate) script: Vec<(u32, Do)>,
    pub(crate) timers: Vec<TimerId>,
}

impl Puppet {
    pub(crate) fn new(script: &[(u32, Do)]) -> Self {
        Self { script: script.to_vec(), timers: vec![] }
    }

    fn hear(&mut self, number: u32, cx: &mut Cx<'_, Stage>) {
        say(number, cx);
        for at in 0..self.script.len() {
            if self.script[at].0 == number {
                self.act(self.script[at].1, cx);
            }
        }
    }

    fn act(&mut self, what: Do, cx: &mut Cx<'_, Stage>) {
        let span = Span::from_nanos;
        match what {
            Do::Nothing => {}
            Do::Say(what) => say(what, cx),
            Do::Send(to, what) => cx.send(to, what),
            Do::SendAfter(delay, to, what) => cx.send_after(span(delay), to, what),
            Do::WakeAfter(delay, what) => self.timers.push(cx.wake_after(span(delay), what)),
            Do::WakeAt(at, what) => self.timers.push(cx.wake_at(Instant::from_nanos(at), what)),
            Do::WakeIn(lane, what) => self.timers.push(cx.wake_in(lane, what)),
            Do::Cancel(timer) => {
                let due = cx.due(self.timers[timer]).is_some();
                let was = cx.cancel(self.timers[timer]);
                assert_eq!(was, due);
                say(if was { 1000 } else { 1001 }, cx);
            }
            Do::CancelNone => say(u32::from(cx.cancel(TimerId::default())), cx),
        }
    }
}

fn say(what: u32, cx: &mut Cx<'_, Stage>) {
    cx.record((cx.me().index() as u16, what));
}

impl Node<Stage> for Puppet {
    fn on(&mut self, &msg: &u32, cx: &mut Cx<'_, Stage>) {
        self.hear(msg, cx);
    }

    fn wake(&mut self, wake: u32, cx: &mut Cx<'_, Stage>) {
        self.hear(wake, cx);
    }

    fn sample(&mut self, cx: &mut Cx<'_, Stage>) {
        for at in 0..self.script.len() {
            if self.script[at].0 == SAMPLE {
                self.act(self.script[at].1, cx);
            }
        }
    }

    fn finish(&mut self, cx: &mut Cx<'_, Stage>) {
        say(FINISH, cx);
    }
}

/// The number that a puppet receives when it is asked for gauges.
pub(crate) const SAMPLE: u32 = 2000;
/// What it records at the end.
pub(crate) const FINISH: u32 = 3000;

/// Two puppets, `a` and `b`, and the lanes of 5 and 10 ns; `a` receives 0 at the start.
pub(crate) fn stage(a: &[(u32, Do)], b: &[(u32, Do)]) -> Sim<Stage> {
    let mut assembly = Assembly::new(1, 0);
    let ids = (assembly.reserve("a"), assembly.reserve("b"));
    assert_eq!((assembly.lane(Span::from_nanos(5)), assembly.lane(Span::from_nanos(10))), (SHORT, LONG));
    assembly.place(ids.0, Puppet::new(a));
    assembly.place(ids.1, Puppet::new(b));
    let mut sim = assembly.start(());
    sim.post(Instant::ZERO, A, 0);
    sim
}

pub(crate) const A: NodeId = NodeId::from_index(0);
pub(crate) const B: NodeId = NodeId::from_index(1);
pub(crate) const SHORT: LaneId = LaneId::from_index(0);
pub(crate) const LONG: LaneId = LaneId::from_index(1);

/// The log as `time:node:number`.
pub(crate) fn text(log: &Keep<(u16, u32)>) -> String {
    let line = |at: u64, (node, what): (u16, u32)| format!("{at}:{}:{what}", ["a", "b"][node as usize]);
    log.0.iter().map(|entry| line(entry.at.nanos(), entry.record)).collect::<Vec<_>>().join(" ")
}

/// Runs to the end of time and returns the log.
pub(crate) fn play(a: &[(u32, Do)], b: &[(u32, Do)]) -> String {
    let mut log = Keep::default();
    stage(a, b).run_until(Instant::END, &mut log);
    text(&log)
}
