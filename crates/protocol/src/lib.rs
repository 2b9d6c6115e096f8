//! What the nodes of a service say to each other, and what is logged.
