//! Sentences a reviewer can check by hand.

use parindex::{Evidence, EvidenceRow, Framework, Language};

use crate::fixtures::evidence;

#[test]
fn the_on_time_ratio_of_phu_tho_explains_itself() {
    let evidence = evidence("dvc-766-phu-tho-2026/evidence.csv");
    let card = Framework::bundled("dvc-766/province").unwrap().score(&evidence).unwrap().card("H44").unwrap();
    assert_eq!(
        card.explain("2.1", Language::Vietnamese).unwrap(),
        "2.1 Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn: 528.684/597.918 = 88,42 %; 20 × 528.684/597.918 = 17,684… → \
         17,68 điểm (làm tròn nửa lên, 2 chữ số thập phân), mất 2,32. Nguồn: Bộ chỉ số 766, chỉ tiêu 2.1."
    );
    let lines: Vec<String> = card.lines().map(|line| line.explain(Language::Vietnamese)).collect();
    insta::assert_snapshot!("card_of_phu_tho_vi", lines.join("\n"));
    let lines: Vec<String> = card.lines().map(|line| line.explain(Language::English)).collect();
    insta::assert_snapshot!("card_of_phu_tho_en", lines.join("\n"));
}

#[test]
fn absence_is_said_not_hidden() {
    let rows = [EvidenceRow::counts("u", "2.1", 0, 0), EvidenceRow::value("u", "4.5a", "không áp dụng")];
    let evidence = Evidence::from_rows(rows).unwrap();
    let card = Framework::bundled("dvc-766/unit").unwrap().score(&evidence).unwrap().card("u").unwrap();
    let explain = |code| card.explain(code, Language::English).unwrap();
    assert!(explain("2.1").contains("0/0, the denominator is zero: 0 points, lost 20"), "{}", explain("2.1"));
    assert!(explain("4.5a").contains("not applicable: 0 points, left out of the maximum"), "{}", explain("4.5a"));
    assert!(explain("1.1").contains("no evidence: 0 points, lost 6"), "{}", explain("1.1"));
    assert!(explain("3.1").contains("not applicable: 0 points, lost 2"), "{}", explain("3.1"));
}
