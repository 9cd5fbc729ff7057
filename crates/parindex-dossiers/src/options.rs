//! How a table is read: which column is which part of a dossier.

use std::collections::{BTreeMap, BTreeSet};

use arrow_schema::{DataType, Field, Schema};
use parindex::{Basis, composed};
use serde::{Deserialize, Serialize};

use crate::columns::Selection;
use crate::error::Error;
use crate::question::Question;
use crate::status::Status;

/// A part of a dossier that a column may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is the part of `Dossier` of the same name")]
pub enum Part {
    Id,
    Unit,
    Procedure,
    Field,
    Level,
    Channel,
    Status,
    Received,
    Due,
    Finished,
    Processed,
    Returned,
    Stopped,
    Withdrawn,
    SupplementRequested,
    SupplementAnswered,
    SupplementRequests,
    LimitDays,
    LimitHours,
}

use Basis::{Assumed, Reported};

impl Part {
    /// Every part with the name of its column, and the name that the national
    /// portal gives it, which a description of Decision 766 has (reported) or
    /// nobody has read (assumed).
    pub const NAMES: [(Self, &str, &str, Basis); 19] = [
        (Self::Id, "id", "MaHoSo", Assumed),
        (Self::Unit, "unit", "MaDonVi", Assumed),
        (Self::Procedure, "procedure", "MaThuTuc", Assumed),
        (Self::Field, "field", "MaLinhVuc", Assumed),
        (Self::Level, "level", "CapDonVi", Assumed),
        (Self::Channel, "channel", "HinhThucNop", Assumed),
        (Self::Status, "status", "TrangThai", Assumed),
        (Self::Received, "received", "NgayTiepNhan", Reported),
        (Self::Due, "due", "NgayHenTra", Reported),
        (Self::Finished, "finished", "NgayKetThucXuLy", Reported),
        (Self::Processed, "processed", "NgayXuLyXong", Assumed),
        (Self::Returned, "returned", "NgayTraKetQua", Assumed),
        (Self::Stopped, "stopped", "NgayDungXuLy", Assumed),
        (Self::Withdrawn, "withdrawn", "NgayRutHoSo", Assumed),
        (Self::SupplementRequested, "supplement_requested", "NgayYeuCauBoSung", Assumed),
        (Self::SupplementAnswered, "supplement_answered", "NgayBoSung", Assumed),
        (Self::SupplementRequests, "supplement_requests", "SoLanYeuCauBoSung", Assumed),
        (Self::LimitDays, "limit_days", "ThoiHanNgay", Assumed),
        (Self::LimitHours, "limit_hours", "ThoiHanGio", Assumed),
    ];

    /// The name of its column.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.names().0
    }

    /// The name of its column, and the portal's.
    pub(crate) fn names(self) -> (&'static str, &'static str) {
        let found = Self::NAMES.iter().find(|(part, ..)| *part == self);
        found.map_or(("", ""), |(_, name, portal, _)| (*name, *portal))
    }

    /// Whether its column is called so, here or by the portal.
    pub(crate) fn is_called(self, name: &str) -> bool {
        let (own, portal) = self.names();
        name == own || name == portal
    }

    /// The part whose column has this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, own, ..)| *own == name).map(|(part, ..)| *part)
    }
}

/// A question, and how the tables that answer it are read.
///
/// ```
/// use parindex_dossiers::{Options, Part, Question};
///
/// let mut options = Options::new(Question::new("2026-H1".parse()?).by(["unit"]));
/// options.columns.insert(Part::Received, "ngay_nhan".to_owned());
/// # Ok::<(), parindex_dossiers::Problem>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// What is counted.
    pub question: Question,
    /// The columns of the table by part, where they are not called as
    /// [`Part::NAMES`] says.
    #[serde(default)]
    pub columns: BTreeMap<Part, String>,
    /// States by the words the table has for them, beside [`Status::WORDS`];
    /// letters may be small or capital.
    #[serde(default)]
    pub statuses: BTreeMap<String, Status>,
    /// Whether bad rows are an error. They leave the count and are listed otherwise.
    #[serde(default)]
    pub strict: bool,
}

impl Options {
    /// The question, asked of tables with the usual columns.
    #[must_use]
    pub fn new(question: Question) -> Self {
        Self { question, columns: BTreeMap::new(), statuses: BTreeMap::new(), strict: false }
    }

    /// The positions of the columns that are read, of a table with these: what
    /// need not be sent to where the rows are tallied can stay away.
    ///
    /// # Errors
    /// `missing-column` for each column that is given or needed and not there.
    ///
    /// ```
    /// use parindex_dossiers::{Options, Question};
    ///
    /// let options = Options::new(Question::new("2026-H1".parse()?).by(["unit"]));
    /// let names = ["note", "finished", "unit", "id", "received", "due"];
    /// assert_eq!(options.columns_read(names)?, [1, 2, 4, 5].into());
    /// # Ok::<(), parindex_dossiers::Error>(())
    /// ```
    pub fn columns_read<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<BTreeSet<usize>, Error> {
        let fields: Vec<Field> = names.into_iter().map(|name| Field::new(name, DataType::Null, true)).collect();
        Ok(Selection::new(&Schema::new(fields), self)?.positions().collect())
    }

    /// The state a word means.
    pub(crate) fn status(&self, word: &str) -> Option<Status> {
        let plain = |word: &str| composed(word).to_lowercase();
        let given = self.statuses.iter().find(|(own, _)| plain(own) == plain(word)).map(|(_, status)| *status);
        given.or_else(|| Status::read(word))
    }
}
