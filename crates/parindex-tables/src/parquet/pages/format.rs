//! The fields of Parquet's metadata, after `parquet.thrift` of the format.

/// The fields of a struct by number.
pub(super) type Fields = &'static [(i16, Kind)];

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Flag,
    Byte,
    Whole,
    Double,
    Bytes,
    List(&'static Kind),
    Struct(Fields),
}

use Kind::{Byte, Bytes, Double, Flag, List, Struct, Whole};

impl Kind {
    /// Whether the compact protocol's kind is this one.
    pub(super) fn is(self, kind: u8) -> bool {
        match self {
            Flag => matches!(kind, 1 | 2),
            Byte => kind == 3,
            // Whole numbers of 16, 32 and 64 bits are written alike.
            Whole => matches!(kind, 4..=6),
            Double => kind == 7,
            Bytes => kind == 8,
            List(_) => kind == 9,
            Struct(_) => kind == 12,
        }
    }

    /// What a list holds.
    pub(super) fn inside(self) -> Option<Self> {
        if let List(inside) = self { Some(*inside) } else { None }
    }

    /// The fields of a struct.
    pub(super) fn fields(self) -> Fields {
        if let Struct(fields) = self { fields } else { &[] }
    }
}

pub(super) const FILE_METADATA: Fields = &[
    (1, Whole),
    (2, List(&Struct(SCHEMA_ELEMENT))),
    (3, Whole),
    (4, List(&Struct(ROW_GROUP))),
    (5, List(&Struct(KEY_VALUE))),
    (6, Bytes),
    (7, List(&Struct(EMPTY_UNION))),
    (8, Struct(&[])),
    (9, Bytes),
];

pub(super) const PAGE_HEADER: Fields = &[
    (1, Whole),
    (2, Whole),
    (3, Whole),
    (4, Whole),
    (5, Struct(&[(1, Whole), (2, Whole), (3, Whole), (4, Whole), (5, Struct(STATISTICS))])),
    (6, Struct(&[])),
    (7, Struct(&[(1, Whole), (2, Whole), (3, Flag)])),
    (
        8,
        Struct(&[
            (1, Whole),
            (2, Whole),
            (3, Whole),
            (4, Whole),
            (5, Whole),
            (6, Whole),
            (7, Flag),
            (8, Struct(STATISTICS)),
        ]),
    ),
];

const SCHEMA_ELEMENT: Fields = &[
    (1, Whole),
    (2, Whole),
    (3, Whole),
    (4, Bytes),
    (5, Whole),
    (6, Whole),
    (7, Whole),
    (8, Whole),
    (9, Whole),
    (10, Struct(LOGICAL_TYPE)),
];

const TIME: Fields = &[(1, Flag), (2, Struct(EMPTY_UNION))];

/// A union; types without parameters are empty structs.
const LOGICAL_TYPE: Fields = &[
    (1, Struct(&[])),
    (2, Struct(&[])),
    (3, Struct(&[])),
    (4, Struct(&[])),
    (5, Struct(&[(1, Whole), (2, Whole)])),
    (6, Struct(&[])),
    (7, Struct(TIME)),
    (8, Struct(TIME)),
    (10, Struct(&[(1, Byte), (2, Flag)])),
    (11, Struct(&[])),
    (12, Struct(&[])),
    (13, Struct(&[])),
    (14, Struct(&[])),
    (15, Struct(&[])),
    (16, Struct(&[(1, Byte)])),
    (17, Struct(&[(1, Bytes)])),
    (18, Struct(&[(1, Bytes), (2, Whole)])),
];

/// Units of time, orders of columns: a union of empty structs.
const EMPTY_UNION: Fields = &[(1, Struct(&[])), (2, Struct(&[])), (3, Struct(&[]))];

const ROW_GROUP: Fields = &[
    (1, List(&Struct(COLUMN_CHUNK))),
    (2, Whole),
    (3, Whole),
    (4, List(&Struct(&[(1, Whole), (2, Flag), (3, Flag)]))),
    (5, Whole),
    (6, Whole),
    (7, Whole),
];

const COLUMN_CHUNK: Fields = &[
    (1, Bytes),
    (2, Whole),
    (3, Struct(COLUMN_METADATA)),
    (4, Whole),
    (5, Whole),
    (6, Whole),
    (7, Whole),
    (8, Struct(&[])),
    (9, Bytes),
];

const COLUMN_METADATA: Fields = &[
    (1, Whole),
    (2, List(&Whole)),
    (3, List(&Bytes)),
    (4, Whole),
    (5, Whole),
    (6, Whole),
    (7, Whole),
    (8, List(&Struct(KEY_VALUE))),
    (9, Whole),
    (10, Whole),
    (11, Whole),
    (12, Struct(STATISTICS)),
    (13, List(&Struct(&[(1, Whole), (2, Whole), (3, Whole)]))),
    (14, Whole),
    (15, Whole),
    (16, Struct(&[(1, Whole), (2, List(&Whole)), (3, List(&Whole))])),
    (17, Struct(&[(1, Struct(BOUNDING_BOX)), (2, List(&Whole))])),
];

const BOUNDING_BOX: Fields =
    &[(1, Double), (2, Double), (3, Double), (4, Double), (5, Double), (6, Double), (7, Double), (8, Double)];

const KEY_VALUE: Fields = &[(1, Bytes), (2, Bytes)];

const STATISTICS: Fields =
    &[(1, Bytes), (2, Bytes), (3, Whole), (4, Whole), (5, Bytes), (6, Bytes), (7, Flag), (8, Flag), (9, Whole)];
