//! The state a dossier is in, as the systems that hold dossiers write it.

use parindex::{Basis, composed};
use serde::{Deserialize, Serialize};

/// The state of a dossier (trạng thái hồ sơ).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Sent in, not yet received (mới đăng ký).
    Registered,
    /// Refused before it was received (không được tiếp nhận).
    NotAccepted,
    /// Received and under way.
    InProcess,
    /// Waiting for the citizen to supplement it (yêu cầu bổ sung).
    AwaitingSupplement,
    /// Processing stopped (dừng xử lý).
    Stopped,
    /// Refused (từ chối).
    Refused,
    /// Withdrawn at the citizen's request (rút hồ sơ).
    Withdrawn,
    /// Processed (đã xử lý xong).
    Processed,
    /// Result returned (đã trả kết quả).
    Returned,
}

use Basis::{Assumed, Reported};
use Status::{
    AwaitingSupplement, InProcess, NotAccepted, Processed, Refused, Registered, Returned, Stopped, Withdrawn,
};

impl Status {
    /// The word that names each.
    pub const NAMES: [(&str, Self); 9] = [
        ("registered", Registered),
        ("not-accepted", NotAccepted),
        ("in-process", InProcess),
        ("awaiting-supplement", AwaitingSupplement),
        ("stopped", Stopped),
        ("refused", Refused),
        ("withdrawn", Withdrawn),
        ("processed", Processed),
        ("returned", Returned),
    ];

    /// Words and numbers that systems write, and on what each rests. The words
    /// of Decision 766's description are reported; the numbers 1 to 10 of the
    /// national portal's interface and the other words are assumed.
    pub const WORDS: [(&str, Self, Basis); 34] = [
        ("đã xử lý xong", Processed, Reported),
        ("đã trả kết quả", Returned, Reported),
        ("dừng xử lý", Stopped, Reported),
        ("từ chối", Refused, Reported),
        ("công dân yêu cầu rút hồ sơ", Withdrawn, Assumed),
        ("rút hồ sơ", Withdrawn, Assumed),
        ("mới đăng ký", Registered, Assumed),
        ("chờ tiếp nhận", Registered, Assumed),
        ("không được tiếp nhận", NotAccepted, Assumed),
        ("từ chối tiếp nhận", NotAccepted, Assumed),
        ("được tiếp nhận", InProcess, Assumed),
        ("đã tiếp nhận", InProcess, Assumed),
        ("mới tiếp nhận", InProcess, Assumed),
        ("đang xử lý", InProcess, Assumed),
        ("đang giải quyết", InProcess, Assumed),
        ("yêu cầu thực hiện nghĩa vụ tài chính", InProcess, Assumed),
        ("yêu cầu bổ sung", AwaitingSupplement, Assumed),
        ("yêu cầu bổ sung giấy tờ", AwaitingSupplement, Assumed),
        ("chờ bổ sung", AwaitingSupplement, Assumed),
        ("đã giải quyết", Processed, Assumed),
        ("hoàn thành", Processed, Assumed),
        ("received", InProcess, Assumed),
        ("processing", InProcess, Assumed),
        ("pending", InProcess, Assumed),
        ("1", Registered, Assumed),
        ("2", InProcess, Assumed),
        ("3", NotAccepted, Assumed),
        ("4", InProcess, Assumed),
        ("5", AwaitingSupplement, Assumed),
        ("6", InProcess, Assumed),
        ("7", Withdrawn, Assumed),
        ("8", Stopped, Assumed),
        ("9", Processed, Assumed),
        ("10", Returned, Assumed),
    ];

    /// The state a word or number means; letters may be small or capital.
    ///
    /// ```
    /// use parindex_dossiers::Status;
    /// assert_eq!(Status::read("Đã trả kết quả"), Some(Status::Returned));
    /// assert_eq!(Status::read("chuyển tiếp"), None);
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let word = composed(text).to_lowercase();
        let named = Self::NAMES.iter().find(|(name, _)| *name == word).map(|(_, status)| *status);
        named.or_else(|| Self::WORDS.iter().find(|(known, ..)| *known == word).map(|(_, status, _)| *status))
    }

    /// Whether it says that nothing more will be done.
    #[must_use]
    pub fn is_end(self) -> bool {
        matches!(self, Stopped | Refused | Withdrawn | Processed | Returned)
    }

    /// Whether it ends a dossier without a result: stopped, refused or withdrawn.
    #[must_use]
    pub fn is_stop(self) -> bool {
        matches!(self, Stopped | Refused | Withdrawn | NotAccepted)
    }
}
