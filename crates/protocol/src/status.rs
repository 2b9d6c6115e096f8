//! How a call ends: the statuses that people read in dashboards, in a closed set.

/// How a call ended, as its caller is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// 200: served.
    Ok = 0,
    /// 401: the token has expired.
    Unauthorized = 1,
    /// 429: a limit of this client.
    TooManyRequests = 2,
    /// 500: it was tried and failed.
    Error = 3,
    /// 503: the queue is full, or no replica is available.
    Unavailable = 4,
    /// 504: a tier further down did not answer in time.
    GatewayTimeout = 5,
    /// 529: overloaded, as model providers say it.
    Overloaded = 6,
    /// The client's own clock ran out before any answer.
    Timeout = 7,
    /// 499: the client went away of its own will.
    GaveUp = 8,
    /// 400: no replica could ever serve it, as a prompt longer than the model allows.
    BadRequest = 9,
}

impl Status {
    /// How many there are.
    pub const COUNT: usize = 10;

    /// All, in order of number.
    pub const ALL: [Status; Status::COUNT] = [
        Status::Ok,
        Status::Unauthorized,
        Status::TooManyRequests,
        Status::Error,
        Status::Unavailable,
        Status::GatewayTimeout,
        Status::Overloaded,
        Status::Timeout,
        Status::GaveUp,
        Status::BadRequest,
    ];

    /// The key under which results list it: `timeout`, `http_503`.
    pub const fn key(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Unauthorized => "http_401",
            Status::TooManyRequests => "http_429",
            Status::Error => "http_500",
            Status::Unavailable => "http_503",
            Status::GatewayTimeout => "http_504",
            Status::Overloaded => "http_529",
            Status::Timeout => "timeout",
            Status::GaveUp => "gave_up",
            Status::BadRequest => "http_400",
        }
    }

    /// The HTTP code, where there is one: 499 is what proxies log for a client that left.
    pub const fn code(self) -> Option<u16> {
        Some(match self {
            Status::Ok => 200,
            Status::Unauthorized => 401,
            Status::TooManyRequests => 429,
            Status::Error => 500,
            Status::Unavailable => 503,
            Status::GatewayTimeout => 504,
            Status::Overloaded => 529,
            Status::GaveUp => 499,
            Status::BadRequest => 400,
            Status::Timeout => return None,
        })
    }

    /// The status with that HTTP code.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == Some(code))
    }

    /// The status with that number.
    #[inline]
    pub fn from_number(number: u8) -> Self {
        Self::ALL[number as usize]
    }
}
