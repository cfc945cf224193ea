"""Names of provinces and cities, as far as they are needed to see that a policy is about one place only."""

from __future__ import annotations

import re

from knowledge.folding import fold
from knowledge.sounds import sounds

NAMES = (
    "北京 天津 上海 重庆 河北 山西 内蒙古 内蒙 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 "
    "湖南 广东 广西 海南 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾 石家庄 唐山 秦皇岛 "
    "邯郸 保定 张家口 廊坊 太原 大同 呼和浩特 呼市 包头 鄂尔多斯 通辽 赤峰 巴彦淖尔 乌兰察布 阿拉善 沈阳 大连 "
    "丹东 长春 哈尔滨 大庆 齐齐哈尔 南京 苏州 无锡 常州 南通 徐州 扬州 盐城 杭州 宁波 温州 嘉兴 绍兴 金华 "
    "义乌 余杭 合肥 包河 芜湖 蚌埠 滁州 凤阳 安庆 阜阳 马鞍山 福州 厦门 海沧 泉州 漳州 南昌 赣州 九江 济南 "
    "青岛 烟台 潍坊 临沂 淄博 郑州 洛阳 开封 新乡 南阳 驻马店 红安 武汉 宜昌 襄阳 十堰 长沙 株洲 湘潭 衡阳 "
    "岳阳 常德 广州 深圳 东莞 佛山 珠海 中山 惠州 汕头 江门 湛江 南宁 柳州 桂林 海口 三亚 成都 绵阳 德阳 "
    "雅安 若尔盖 贵阳 遵义 昆明 大理 拉萨 西安 咸阳 宝鸡 兰州 西宁 海东 乐都 银川 乌鲁木齐 "
).split()
PATTERN = re.compile("|".join(sorted(map(re.escape, set(NAMES)), key=len, reverse=True)))
_HEARD = {name: " ".join(sounds(name)) for name in set(NAMES)}


def places_in(text: str) -> frozenset[str]:
    """The places named in a text of the library."""
    return frozenset(PATTERN.findall(fold(text)))


def names_one_of(places: frozenset[str], folded: str, heard: str) -> bool:
    """Whether a question (its folded text, and its sounds joined by blanks) names one of the places, if only by sound."""
    return any(place in folded or f" {_HEARD[place]} " in f" {heard} " for place in places)
