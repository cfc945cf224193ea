"""Where it is, as people type it right after a card: 三楼, 在桥底下, G42 往西 120 公里处.

What is found is read aloud to an operator, so it must be a place: better none than "我在没反应".
"""

from __future__ import annotations

import re

from knowledge.emergency.evidence import gather
from knowledge.folding import fold, words

LONGEST = 48  # characters of an address
LEAD = re.compile(r"^(?:[我俺他她]们?|人|位置|地址|定位)?(?:现在|就|正)?(?:在|是|[:：])+\s*")
TRAIL = re.compile(r"(?:这里|这儿|那里|那儿|这边|那边|的地方|附近)?[了啊呀哈哦吧的,，。.!！~\s]*$")
NAMED = re.compile(
    r"[路街道巷弄桥楼层栋幢座室站店场城厦园院校村庄屯镇乡县区市湖河江渠塘沟寺庵馆厅库坊苑府湾岗坡台房厂口处边旁侧里内外上下面头角]$"
    r"|\d+(?:号|楼|层|栋|单元|公里|千米|km|米)|大道|高速|国道|省道|路口|门口|对面|旁边|底下|\b[gsxk]\d+"
    r"|\b(?:at|in|on|near|under|behind|beside|opposite|outside|floor|road|street|gate|exit|bridge|building|entrance)\b"
)
NO_PLACE = re.compile(  # single characters that hardly stand in names of places, then words
    r"[哪吗么呢?？没不死疼痛血晕昏醒喘吐抽怎咋啥谁倒撞摔送想帮等快]|着火|起火|失火|冒烟|来人|来了|来啦|有人|有个|救命|救我|谢谢|打1|[去到]\w{0,4}医院|多少|多久|什么"
    r"|\b(?:not|is|are|was|help|how|what|who|can)\b"
)
DOING = re.compile(r"^[跑做干叫喊抢吃开骑流哭烧按看找问着充冒漏动睡躺趴跪抖上下]")  # 在 before a verb: something goes on


def place_in(text: str) -> str:
    """The place that a short message names and nothing else, in its own words; "" if it is no place."""
    folded = fold(text).strip()
    if not 0 < len(words(folded)) <= LONGEST or NO_PLACE.search(folded) or gather(text).signs:
        return ""
    bare = TRAIL.sub("", LEAD.sub("", folded)) or folded
    said_so = LEAD.match(folded) is not None and not DOING.match(bare) and len(words(bare)) > 1
    if not said_so and not NAMED.search(folded):
        return ""
    return TRAIL.sub("", LEAD.sub("", text.strip())) or text.strip()
