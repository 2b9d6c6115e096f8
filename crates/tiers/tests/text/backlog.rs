//! A full accept queue drops calls silently; the caller's kernel retransmits them while the caller waits.

use crate::parts::*;
use brownout_model::*;

fn dropping(retransmit: Option<u64>, timeout: u64) -> Model {
    let queue = Queue { limit: Some(1), drops: true, retransmit: retransmit.map(ms), ..station(10).queue };
    let client = Client { timeout: Some(ms(timeout)), on_timeout: OnTimeout::Cancel, ..client() };
    stations(Load { client, ..load(&[0, 1, 2]) }, vec![Station { queue, ..station(10) }])
}

#[test]
fn a_drop_is_silent_and_the_caller_waits_for_its_timeout() {
    check(
        &dropping(None, 25),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A Dropped get#2 1
        0.010 A Completed get#0 0.01s
        0.010 A Started get#1 0.009s
        0.010 web Succeeded get#0 0.01s
        0.020 A Completed get#1 0.019s
        0.020 web Succeeded get#1 0.019s
        0.027 web AttemptTimeout get by web 0.025s
        0.027 web FailedTimeout get by web 0.025s
    ",
    );
}

#[test]
fn it_is_sent_again_and_gets_in() {
    check(
        &dropping(Some(4), 50),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A Dropped get#2 1
        0.006 A Dropped get#2 1
        0.010 A Completed get#0 0.01s
        0.010 A Started get#1 0.009s
        0.010 web Succeeded get#0 0.01s
        0.014 A Queued get#0
        0.020 A Completed get#1 0.019s
        0.020 A Started get#0 0.006s
        0.020 web Succeeded get#1 0.019s
        0.030 A Completed get#0 0.016s
        0.030 web Succeeded get#2 0.028s
    ",
    );
}

#[test]
fn it_is_not_sent_again_for_a_caller_that_has_gone() {
    check(
        &dropping(Some(8), 7),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A Dropped get#2 1
        0.007 web AttemptTimeout get by web 0.007s
        0.007 web FailedTimeout get by web 0.007s
        0.007 A Wasted get#0 0.007s
        0.007 A Aborted get#0 0.007s
        0.007 A Cancelled get#0 0.007s
        0.007 A Started get#1 0.006s
        0.008 web AttemptTimeout get by web 0.007s
        0.008 web FailedTimeout get by web 0.007s
        0.008 A Wasted get#1 0.001s
        0.008 A Aborted get#1 0.007s
        0.008 A Cancelled get#1 0.007s
        0.009 web AttemptTimeout get by web 0.007s
        0.009 web FailedTimeout get by web 0.007s
    ",
    );
}
