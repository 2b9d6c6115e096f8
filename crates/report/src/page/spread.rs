//! How calls were spread over the replicas of a tier, as rows of a table.

use crate::number::{self, Shown};
use brownout_analysis::findings::Balance;
use brownout_metrics::Unit;

/// More replicas than this are not listed one by one.
const LISTED_MAX: usize = 12;

/// A row of the table.
pub(super) enum SpreadRow {
    /// A replica by its number, and its share.
    Replica(usize, Shown),
    /// So many that got no less than those before and no more than those after.
    LeftOut(usize),
}

/// In the order of replicas; of many, those that got least and most, in the order of their shares.
pub(super) fn spread(of: &Balance) -> Vec<SpreadRow> {
    let mut order: Vec<usize> = (0..of.shares.len()).collect();
    let row = |&at: &usize| SpreadRow::Replica(at, number::said_parts(&of.shares[at], Unit::Share));
    if order.len() <= LISTED_MAX {
        return order.iter().map(row).collect();
    }
    order.sort_by(|&a, &b| of.shares[a].mean.total_cmp(&of.shares[b].mean));
    let (least, most) = (&order[..LISTED_MAX / 2], &order[order.len() - LISTED_MAX / 2..]);
    let left_out = SpreadRow::LeftOut(order.len() - least.len() - most.len());
    least.iter().map(row).chain([left_out]).chain(most.iter().map(row)).collect()
}
