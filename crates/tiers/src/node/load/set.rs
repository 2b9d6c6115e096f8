//! Overrides in mid-run: from an instant on, clients behave in another way.
//!
//! An attempt that is out keeps the clock that it began with; everything after it follows the new settings.

use super::Load;
use brownout_model::{Enforced, Setting};

impl Load {
    /// An override begins or ends.
    #[cold]
    pub(super) fn set(&mut self, change: u32, on: bool) {
        if !self.wiring.overrides.switch(change, on) {
            return;
        }
        let mut client = self.usual.clone();
        let mut enforced: Enforced = Vec::new();
        for setting in self.wiring.overrides.in_force() {
            if let Setting::Client(patch, policies) = setting {
                patch.apply(&mut client);
                enforced.extend(policies);
            }
        }
        self.wiring.gate.enforce(&client.policies, &enforced);
        self.plain = client.give_up.is_none() && client.reload.is_none() && client.first_token.is_none();
        for (path, operation) in self.wiring.operations.iter().enumerate() {
            let timeout = operation.timeout.or(client.timeout);
            if self.wiring.timeouts[path] != timeout {
                self.wiring.timeouts[path] = timeout;
                self.wiring.lanes[path] = timeout.map(|timeout| {
                    self.wiring.overrides.lane(timeout).expect("each timeout that may hold has its lane")
                });
            }
        }
        self.options.client = client;
    }
}
