//! A load: users who arrive, go through a journey of intents, wait, lose patience, try again, leave and come back.
//!
//! `arrive` brings users, `journey` leads them from intent to intent, `attempt` handles one intent.

mod aid;
mod arrive;
mod attempt;
mod hedge;
mod held;
mod journey;
mod people;
mod set;
mod single;
mod streaming;
mod talk;
mod user;

use self::arrive::Source;
use self::people::People;
use self::single::Single;
use self::talk::Talk;
use self::user::User;
use crate::node::hedge::Hedge;
use crate::node::overrides::Overrides;
use crate::policy::Gate;
use crate::pure::arrivals::{Crowd, Surge};
use crate::pure::slab::Slab;
use brownout_kernel::{Cx, Instant, LaneId, Node, NodeId, Stream};
use brownout_model::{self as model, Operation};
use brownout_protocol::{Kind, Msg, Record, Row, Say, Service, Status, Token, Wake, explain};
use brownout_units::Span;

/// The next user of the base load comes.
const ARRIVE: u32 = 0;
/// The next user of a surge comes; the token's index says which surge.
const CROWD: u32 = 1;
/// The client's clock for this attempt has run out.
const TIMEOUT: u32 = 2;
/// The user presses reload.
const RELOAD: u32 = 3;
/// The user gives the intent up.
const GIVE_UP: u32 = 4;
/// The wait before the next attempt is over.
const RETRY: u32 = 5;
/// The user has thought, or is back: the next intent begins.
const NEXT: u32 = 6;
/// The user is back for another journey.
const RETURN: u32 = 7;
/// The user is back for the intent that failed.
const COME_BACK: u32 = 8;
/// An attempt is late.
const LATE: u32 = 9;
/// A first attempt was held back: this and the number of the status.
const HELD_BACK: u32 = 16;

/// How a load is wired into the rest.
pub(crate) struct Wiring {
    /// Its number in the log.
    pub(crate) place: u16,
    /// The node of the entry tier.
    pub(crate) entry: NodeId,
    /// That of the tier that an intent falls back to.
    pub(crate) fallback: Option<NodeId>,
    /// By path: how long a client waits for one attempt, and the lane of timers of that delay.
    pub(crate) timeouts: Vec<Option<Span>>,
    pub(crate) lanes: Vec<Option<LaneId>>,
    /// The path of each step, and that of the login of the session.
    pub(crate) paths: Vec<u8>,
    pub(crate) login: Option<u8>,
    /// By path: what is asked for.
    pub(crate) operations: Vec<Operation>,
    /// By path: clients watch the answer come token by token.
    pub(crate) streams_tokens: Vec<bool>,
    /// No user takes the fast path: for tests that compare the two paths.
    pub(crate) general_path: bool,
    /// Its log says which user a line without a name is of.
    pub(crate) explains: bool,
    /// Policies that hold attempts back.
    pub(crate) gate: Gate,
    /// Its overrides in mid-run.
    pub(crate) overrides: Overrides,
    /// Its surges.
    pub(crate) surges: Vec<Surge>,
    pub(crate) streams: Streams,
}

/// A load's random numbers, one stream for each purpose.
pub(crate) struct Streams {
    pub(crate) arrivals: Stream,
    pub(crate) surges: Stream,
    pub(crate) journey: Stream,
    pub(crate) think: Stream,
    pub(crate) tokens: Stream,
    pub(crate) tools: Stream,
    pub(crate) patience: Stream,
    pub(crate) session: Stream,
    pub(crate) policies: Stream,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "what the clients of a load never do is worked out once, not at every attempt"
)]
pub(crate) struct Load {
    place: u16,
    options: model::Load,
    /// How its clients behave without overrides.
    usual: model::Client,
    wiring: Wiring,
    source: Source,
    crowds: Vec<Crowd>,
    users: Slab<User>,
    /// How many users have come so far: the next one's number.
    came: u32,
    /// The SLO by path; the longest span if there is none.
    slo: Vec<Span>,
    talk: Talk,
    /// Who is without service.
    people: People,
    /// When the first token of the open attempt arrived, by place of the user; only if answers are streamed.
    firsts: Vec<Instant>,
    /// Whether only the client's timeout ends an attempt.
    plain: bool,
    /// Whether policies may hold an attempt back.
    gated: bool,
    /// Whether attempts carry a deadline, or may go to a fallback.
    aided: bool,
    /// When an attempt is late, if attempts are hedged.
    hedge: Option<Hedge>,
    /// By user, if attempts are hedged: its pair.
    pairs: Vec<hedge::Pair>,
    /// The `Retry-After` of the answer that is being handled.
    hint: Span,
    /// By user, if there are policies: how the last attempt ended, and the node that decided it.
    last: Vec<(Status, u16)>,
    /// By user, if there are policies: whether the attempt that they let out last is a retry or a second one.
    again: Vec<bool>,
    /// How many users are here, on a journey or between two, if there is a limit on them; otherwise 0.
    here: u32,
    journey_is_one: bool,
    /// Whether every user has one plain intent.
    single: Option<Single>,
    /// Whether a user who was served leaves for good.
    leaves: bool,
    /// Set if the only plain intent of every user is also the last one.
    fast_path: bool,
}

impl Load {
    /// A load without users so far; it begins with [`Msg::START`].
    pub(crate) fn new(options: model::Load, mut wiring: Wiring) -> Self {
        let source = Source::new(&options.arrivals, &mut wiring.streams.arrivals);
        let crowds = wiring.surges.iter().copied().map(Crowd::new).collect();
        let slo = wiring.operations.iter().map(|o| o.slo.unwrap_or(Span::MAX)).collect();
        let client = &options.client;
        let plain = client.give_up.is_none() && client.reload.is_none() && client.first_token.is_none();
        let journey_is_one = options.journey.len() == 1
            && options.journey[0].times.is_none()
            && options.journey[0].think.is_none()
            && options.journey[0].tools.is_none()
            && options.session.is_none();
        let talk = Talk::new(&options, &wiring.operations);
        let single = Single::of(&options, &wiring, journey_is_one, plain);
        let leaves = journey_is_one
            && options.returns.is_none()
            && !matches!(options.arrivals, model::Arrivals::Closed { .. });
        Load {
            place: wiring.place,
            talk,
            people: People::default(),
            plain,
            gated: !wiring.gate.is_open(),
            aided: client.tells_deadline || client.fallback.is_some(),
            hedge: client.hedge.map(Hedge::new),
            pairs: Vec::new(),
            hint: Span::ZERO,
            last: Vec::new(),
            here: 0,
            again: Vec::new(),
            journey_is_one,
            single,
            leaves,
            fast_path: single.is_some() && leaves,
            source,
            crowds,
            users: Slab::new(),
            came: 0,
            slo,
            firsts: Vec::new(),
            usual: options.client.clone(),
            options,
            wiring,
        }
    }

    #[inline]
    fn record(&self, kind: Kind, user: &User, call: u32, value: u64, cx: &mut Cx<'_, Service>) {
        self.log(kind, row_of(user), call, value, cx);
    }

    #[inline]
    fn log(&self, kind: Kind, row: Row, call: u32, value: u64, cx: &mut Cx<'_, Service>) {
        cx.record(Record { kind, row, place: self.place, call, value });
    }

    /// The next line is of this user, in a log that explains.
    fn explain_name(&self, token: Token, user: &User, cx: &mut Cx<'_, Service>) {
        if self.wiring.explains {
            cx.record(explain::is_of(self.place, row_of(user), token.index));
        }
    }

    /// The user's key, the same at every tier.
    #[inline]
    fn key(&self, number: u32) -> u64 {
        u64::from(self.place) << 32 | u64::from(number)
    }

    fn is_closed(&self) -> bool {
        matches!(self.options.arrivals, model::Arrivals::Closed { .. })
    }
}

/// The row of the log for a user.
#[inline]
fn row_of(user: &User) -> Row {
    Row::new(user.path, 0 < user.tries)
}

impl Node<Service> for Load {
    #[inline(always)]
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.success() {
            Some(token) if self.fast_path => self.answered_single(token, cx),
            _ => self.on_general(msg, cx),
        }
    }

    #[inline(always)]
    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        match self.single {
            Some(single) if wake.verb() == ARRIVE => self.arrive_single(single, cx),
            _ => self.wake_general(wake, cx),
        }
    }

    #[inline(always)]
    fn prefetch(&self, wake: Wake) {
        self.users.prefetch(wake.token());
    }

    fn finish(&mut self, cx: &mut Cx<'_, Service>) {
        for token in self.users.tokens() {
            let user = *self.users.live(token);
            if user.has(user::SHADOW) {
                self.record(Kind::HedgeInside, &user, token.index, 0, cx);
            } else if user.has(user::TRIES) {
                self.record(Kind::IntentInside, &user, token.index, (cx.now() - user.came).nanos(), cx);
            }
        }
        self.close_people(cx);
    }
}

impl Load {
    /// A message to a load whose users may do more than one plain intent, or a message without a fast path.
    #[inline(never)]
    fn on_general(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.open() {
            Say::Reply { token, status, origin } => {
                let after = msg.retry_after();
                if !after.is_zero() {
                    self.hint = after;
                }
                self.replied(token, status, origin, cx);
            }
            Say::First { token } => self.first_token(token, cx),
            Say::Start => self.begin(cx),
            Say::Call(_) | Say::Cancel { .. } => unreachable!("a load serves no calls"),
            Say::Fault { fault, on, .. } => self.set(fault, on),
            Say::Ask { .. } | Say::Sample(_) | Say::Scale { .. } => {}
        }
    }

    /// A timer of such a load.
    #[inline(never)]
    fn wake_general(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        match wake.verb() {
            ARRIVE => self.arrive(cx),
            TIMEOUT => self.timed_out(wake.token(), cx),
            RETRY => self.retry(wake.token(), cx),
            NEXT => self.begin_intent(wake.token(), cx),
            CROWD => self.join_crowd(wake.token().index as usize, cx),
            RELOAD => self.reload(wake.token(), cx),
            GIVE_UP => self.lose_patience(wake.token(), cx),
            RETURN => self.begin_journey(wake.token(), cx),
            COME_BACK => self.come_back(wake.token(), cx),
            LATE => self.is_late(wake.token(), cx),
            held if HELD_BACK <= held => self.was_held_back(wake.token(), held - HELD_BACK, cx),
            other => unreachable!("a load has no timer {other}"),
        }
    }
}

/// A token that means a place in a list of the load rather than a row.
fn place(index: usize) -> Token {
    Token { index: index as u32, generation: 0 }
}
