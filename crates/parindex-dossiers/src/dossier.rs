//! A dossier as it is recorded.

use serde::{Deserialize, Serialize};

use crate::moment::Moment;
use crate::status::Status;

/// A dossier of an administrative procedure (hồ sơ thủ tục hành chính).
///
/// Every part may be missing, as it may be in a register; the rule says what
/// follows from that.
///
/// ```
/// use parindex_dossiers::{Dossier, Ends};
///
/// let dossier = Dossier {
///     received: Some("2026-03-02 08:00".parse()?),
///     due: Some("2026-03-04 17:00".parse()?),
///     ends: Ends { finished: Some("2026-03-04 17:00".parse()?), ..Ends::default() },
///     ..Dossier::default()
/// };
/// assert_eq!(dossier.ends.end(), dossier.due);
/// # Ok::<(), parindex_dossiers::Problem>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dossier {
    /// Its id.
    pub id: Option<String>,
    /// The unit that answers for it (đơn vị).
    pub unit: Option<String>,
    /// Its administrative procedure (thủ tục hành chính).
    pub procedure: Option<String>,
    /// The procedure's field (lĩnh vực).
    pub field: Option<String>,
    /// The level it is handled at: province, district, commune.
    pub level: Option<String>,
    /// How it was sent in: at the desk, online, by post.
    pub channel: Option<String>,
    /// What state it is said to be in.
    pub status: Option<Status>,
    /// When it was received (ngày tiếp nhận).
    pub received: Option<Moment>,
    /// When its result is promised (ngày hẹn trả).
    pub due: Option<Moment>,
    /// How long its procedure may take.
    pub limit: Option<Limit>,
    /// When it ended.
    pub ends: Ends,
    /// Rounds of waiting for the citizen, in any order.
    pub supplements: Vec<Supplement>,
    /// How often a supplement was asked, where the register counts it; the
    /// rounds in `supplements` count at least.
    pub supplement_requests: Option<u32>,
}

/// One round of waiting for the citizen (yêu cầu bổ sung).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Supplement {
    /// When the officer asked.
    pub requested: Option<Moment>,
    /// When the citizen answered.
    pub answered: Option<Moment>,
}

/// How long a procedure may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Days: working or calendar days, as the reading of the rule says.
    Days(u32),
    /// Working hours, eight a day.
    Hours(u32),
}

/// The moments that can end a dossier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ends {
    /// End of processing as one column (ngày kết thúc xử lý).
    pub finished: Option<Moment>,
    /// Processed (đã xử lý xong).
    pub processed: Option<Moment>,
    /// Result returned (đã trả kết quả).
    pub returned: Option<Moment>,
    /// Stopped or refused (dừng xử lý, từ chối).
    pub stopped: Option<Moment>,
    /// Withdrawn by the citizen (rút hồ sơ).
    pub withdrawn: Option<Moment>,
}

impl Ends {
    /// The moment that counts: finished, else processed, else returned, else
    /// stopped, else withdrawn.
    #[must_use]
    pub fn end(&self) -> Option<Moment> {
        self.finished.or(self.processed).or(self.returned).or(self.stopped).or(self.withdrawn)
    }

    /// Whether the moment that counts ends the dossier without a result.
    pub(crate) fn is_stop(&self) -> bool {
        self.finished.or(self.processed).or(self.returned).is_none() && self.stopped.or(self.withdrawn).is_some()
    }
}
