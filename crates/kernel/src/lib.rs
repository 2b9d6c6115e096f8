//! A discrete-event kernel: time, messages, streams, the log. It does not know what a request is.
