//! The same points from every format; faults with their lines.

use std::io::{Cursor, Write};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_ipc::writer::StreamWriter;
use parindex::{Framework, Units};
use parindex_tables::{Columns, Format, evidence, pairs, units};
use parquet::arrow::ArrowWriter;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Two rows of H44.100 as every format writes them: 7,368 of 8,253, and 90.5.
fn batch() -> RecordBatch {
    let columns: [(&str, ArrayRef); 5] = [
        ("unit", Arc::new(StringArray::from(vec!["H44.100", "H44.100"]))),
        ("code", Arc::new(StringArray::from(vec!["2.1", "3.2"]))),
        ("numerator", Arc::new(Int64Array::from(vec![Some(7368), None]))),
        ("denominator", Arc::new(Int64Array::from(vec![Some(8253), None]))),
        ("value", Arc::new(Float64Array::from(vec![None, Some(90.5)]))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

pub(crate) fn stream(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), batches[0].schema_ref()).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.into_inner().unwrap()
}

pub(crate) fn parquet(batches: &[RecordBatch]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batches[0].schema(), None).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.close().unwrap();
    bytes
}

/// A workbook of one sheet, with these rows, shared strings and styles as XML.
pub(crate) fn workbook(rows: &str, strings: &str, styles: &str) -> Vec<u8> {
    let main = r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
    let parts = [
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="r0" Target="xl/workbook.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"#.to_owned(),
        ),
        (
            "xl/workbook.xml",
            format!(r#"<workbook {main}><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>"#),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>"#.to_owned(),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>")),
        ("xl/styles.xml", format!("<styleSheet>{styles}</styleSheet>")),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The points of 2.1 and of 3.2 in Decision 766.
fn points(format: Format, bytes: Vec<u8>) -> [String; 2] {
    let columns = Columns::from_bytes("evidence", format, bytes).unwrap();
    let (evidence, faults) = evidence::read(&columns, '.').unwrap();
    faults.check().unwrap();
    let assessment = Framework::bundled("dvc-766/unit").unwrap().score(&evidence).unwrap();
    let card = assessment.card("H44.100").unwrap();
    ["2.1", "3.2"].map(|code| card.line(code).unwrap().points().to_string())
}

#[test]
fn every_format_gives_the_same_points() {
    let csv = "unit,code,numerator,denominator,value\nH44.100,2.1,7368,8253,\nH44.100,3.2,,,90.5\n";
    let rows = concat!(
        r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="str"><v>numerator</v></c>"#,
        r#"<c r="D1" t="str"><v>denominator</v></c><c r="E1" t="str"><v>value</v></c></row>"#,
        r#"<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="str"><v>2.1</v></c><c r="C2"><v>7368</v></c>"#,
        r#"<c r="D2"><v>8253</v></c></row>"#,
        r#"<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="str"><v>3.2</v></c><c r="E3"><v>90.5</v></c></row>"#,
    );
    let strings = "<si><t>unit</t></si><si><t>code</t></si><si><t>H44.100</t></si>";
    let files = [
        (Format::Csv, csv.into()),
        (Format::ArrowStream, stream(&[batch()])),
        (Format::Parquet, parquet(&[batch()])),
        (Format::Xlsx, workbook(rows, strings, "")),
    ];
    for (format, bytes) in files {
        // What the portal published of H44.100, and 90.5 % of four points.
        assert_eq!(points(format, bytes), ["17.86", "3.62"], "{format:?}");
    }
}

#[test]
fn all_faults_are_told_with_their_lines() {
    let csv = "unit,code,value\n,2.1,1\nH44,7.1,\"88\n\",\nH44,x,1\n";
    let error = Columns::from_bytes("evidence", Format::Csv, csv.into()).unwrap_err();
    assert_eq!(error.to_string(), "line 3: the line has 4 fields, the first line has 3 [incomplete-row]");

    let columns = Columns::from_bytes("evidence", Format::Csv, "unit,code,value\n,2.1,1\n\nH44,,1\n".into()).unwrap();
    let (evidence, faults) = evidence::read(&columns, '.').unwrap();
    assert!(evidence.is_empty());
    let lines: Vec<_> = faults.into_iter().map(|fault| (fault.place.line, fault.problem.code())).collect();
    assert_eq!(lines, [(Some(2), "incomplete-row"), (Some(4), "incomplete-row")]);
}

#[test]
fn units_and_crosswalks_are_read_from_tables() {
    let table = |csv: &str| Columns::from_bytes("table", Format::Csv, csv.into()).unwrap();
    let units: Units = units::read(&table("unit;name;level\n22;Quảng Ninh;province\n01;Hà Nội;city\n")).unwrap();
    assert_eq!(units.name("22"), Some("Quảng Ninh"));
    let faults = pairs::crosswalk(&table("old_code,new_code\n1,\n1.x.,2\n")).unwrap_err();
    let codes: Vec<_> = faults.faults().map(|fault| (fault.place.line, fault.problem.code())).collect();
    assert_eq!(codes, [(Some(2), "incomplete-row"), (Some(3), "bad-code")]);
}
