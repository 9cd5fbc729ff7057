"""Where provinces lie on a grid of tiles, before and since the merger of 1 July 2025."""

from typing import Literal

Count = Literal[63, 34]

# A code in each cell: north above, the coast at the right. Neighbours mostly touch, areas all look alike.
_GRIDS: dict[Count, str] = {
    63: """
        .. .. .. .. 02 04 .. ..
        .. .. 12 10 08 06 20 ..
        .. 11 14 15 25 19 24 22
        .. .. .. .. 26 27 30 31
        .. .. .. 17 01 33 34 ..
        .. .. .. .. 35 36 .. ..
        .. .. .. 38 37 .. .. ..
        .. .. .. 40 .. .. .. ..
        .. .. .. .. 42 .. .. ..
        .. .. .. .. 44 .. .. ..
        .. .. .. .. .. 45 .. ..
        .. .. .. .. .. 46 48 ..
        .. .. .. .. .. .. 49 ..
        .. .. .. .. .. 62 51 ..
        .. .. .. .. .. 64 52 ..
        .. .. .. .. .. 66 54 ..
        .. .. .. .. 67 68 56 ..
        .. .. 72 70 .. .. 58 ..
        .. .. .. 74 75 60 .. ..
        89 87 80 79 77 .. .. ..
        91 92 82 83 .. .. .. ..
        .. 93 86 84 .. .. .. ..
        96 95 94 .. .. .. .. ..
    """,
    34: """
        .. 12 15 08 04
        11 14 25 19 20
        .. .. 01 24 22
        .. .. 37 33 31
        .. .. 38 .. ..
        .. .. 40 .. ..
        .. .. 42 .. ..
        .. .. .. 44 ..
        .. .. .. .. 46
        .. .. .. .. 48
        .. .. .. .. 51
        .. .. .. .. 52
        .. .. .. .. 66
        .. .. .. 68 56
        .. 80 75 .. ..
        91 82 79 .. ..
        .. 92 86 .. ..
        96 .. .. .. ..
    """,
}

NAMES: dict[Count, dict[str, str]] = {
    63: {
        "01": "Hà Nội", "02": "Hà Giang", "04": "Cao Bằng", "06": "Bắc Kạn", "08": "Tuyên Quang", "10": "Lào Cai",
        "11": "Điện Biên",
        "12": "Lai Châu", "14": "Sơn La", "15": "Yên Bái", "17": "Hòa Bình", "19": "Thái Nguyên", "20": "Lạng Sơn",
        "22": "Quảng Ninh",
        "24": "Bắc Giang", "25": "Phú Thọ", "26": "Vĩnh Phúc", "27": "Bắc Ninh", "30": "Hải Dương", "31": "Hải Phòng",
        "33": "Hưng Yên",
        "34": "Thái Bình", "35": "Hà Nam", "36": "Nam Định", "37": "Ninh Bình", "38": "Thanh Hóa", "40": "Nghệ An",
        "42": "Hà Tĩnh",
        "44": "Quảng Bình", "45": "Quảng Trị", "46": "Huế", "48": "Đà Nẵng", "49": "Quảng Nam", "51": "Quảng Ngãi",
        "52": "Bình Định",
        "54": "Phú Yên", "56": "Khánh Hòa", "58": "Ninh Thuận", "60": "Bình Thuận", "62": "Kon Tum", "64": "Gia Lai",
        "66": "Đắk Lắk",
        "67": "Đắk Nông", "68": "Lâm Đồng", "70": "Bình Phước", "72": "Tây Ninh", "74": "Bình Dương", "75": "Đồng Nai",
        "77": "Bà Rịa - Vũng Tàu", "79": "Hồ Chí Minh", "80": "Long An", "82": "Tiền Giang", "83": "Bến Tre",
        "84": "Trà Vinh",
        "86": "Vĩnh Long", "87": "Đồng Tháp", "89": "An Giang", "91": "Kiên Giang", "92": "Cần Thơ",
        "93": "Hậu Giang", "94": "Sóc Trăng",
        "95": "Bạc Liêu", "96": "Cà Mau",
    },
    34: {
        "01": "Hà Nội", "04": "Cao Bằng", "08": "Tuyên Quang", "11": "Điện Biên", "12": "Lai Châu", "14": "Sơn La",
        "15": "Lào Cai",
        "19": "Thái Nguyên", "20": "Lạng Sơn", "22": "Quảng Ninh", "24": "Bắc Ninh", "25": "Phú Thọ",
        "31": "Hải Phòng", "33": "Hưng Yên",
        "37": "Ninh Bình", "38": "Thanh Hóa", "40": "Nghệ An", "42": "Hà Tĩnh", "44": "Quảng Trị", "46": "Huế",
        "48": "Đà Nẵng",
        "51": "Quảng Ngãi", "52": "Gia Lai", "56": "Khánh Hòa", "66": "Đắk Lắk", "68": "Lâm Đồng", "75": "Đồng Nai",
        "79": "Hồ Chí Minh",
        "80": "Tây Ninh", "82": "Đồng Tháp", "86": "Vĩnh Long", "91": "An Giang", "92": "Cần Thơ", "96": "Cà Mau",
    },
}  # fmt: skip


def cells(provinces: Count) -> dict[str, tuple[int, int]]:
    """Column and row of every province, from 0 at the top left.

    >>> from parindex.chart.provinces import cells
    >>> cells(34)["01"], len(cells(63))
    ((2, 2), 63)
    """
    rows = _GRIDS[provinces].split("\n")[1:-1]
    places = ((code, (column, row)) for row, line in enumerate(rows) for column, code in enumerate(line.split()))
    return {code: place for code, place in places if code != ".."}
