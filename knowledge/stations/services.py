"""What a station may offer: canonical names, and the words officials write and riders say for them."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.folding import fold

# canonical name: other words for it. The glossary of the library adds its own (knowledge/library/glossary.tsv).
WORDS: dict[str, str] = {
    "饮水": "饮用水 饮水机 直饮水 热水供应 热水 开水 茶水 净水 喝水 接水 打水 喝口水 口渴 渴了",
    "休息": "歇脚 休憩 休息区 休息室 歇会 歇歇 坐会 坐一会 眯一会 躺会 睡会 小睡 打盹 午休",
    "避暑": "纳凉 乘凉 空调 冷气 凉快 避暑纳凉 躲太阳 蹭空调 吹空调 避暑降温 防暑降温",
    "取暖": "暖气 供暖 烤火 保暖 御寒 暖和 避寒 暖手",
    "避雨": "躲雨 避避雨 避风避雨 遮雨",
    "热饭": "加热饭 加热饭菜 饭菜加热 微波炉 热菜 热个饭 热一热饭 叮饭 热热饭 饭凉 热盒饭",
    "手机充电": "充手机 手机充 充电线 充电宝 手机没电 手机快没电 充个手机 数据线 手机要没电",
    "电动车充电": "电瓶车充电 电动自行车充电 给车充电 充电瓶 充电桩 电瓶没电 车没电 电车没电 电动车没电 电瓶车没电 充电柜 车充电",
    "换电": "换电柜 换电站 换电池 换电瓶 换块电",
    "如厕": "厕所 卫生间 洗手间 公厕 上厕所 尿尿 撒尿 尿急 小便 大便 拉肚子 解手 方便一下 内急 想尿 憋不住 拉屎 公共卫生间",
    "洗澡": "淋浴 洗浴 沐浴 冲凉 冲澡 冲个澡 洗个澡 洗热水澡 热水澡 淋浴间",
    "洗衣": "洗衣机 洗衣服 烘干 烘干机 洗工服",
    "应急药品": "药箱 医药箱 急救箱 应急药箱 急救包 药品 常用药 应急医疗 创可贴 碘伏 纱布 藿香正气 清凉油 风油精 有药 包扎 急救药",
    "AED": "除颤器 除颤仪 自动体外除颤器 aed",
    "货车停车": "大车停车 停大车 停货车 货车停放 货车停车位 大车停 货车停 卡车停 挂车停 停挂车 停卡车",
    "维修工具": "修车工具 工具箱 打气筒 打气 补胎 维修 修车 扳手 螺丝刀 充气泵",
    "Wi-Fi": "wifi 无线网 无线网络 免费网络 上网 蹭网 连网",
    "雨具": "雨衣 雨伞 雨披 借伞 爱心伞",
    "理发": "剪头 剃头 剪发 剪头发 理个发 义剪",
    "阅读": "看书 读书 图书 书报 报刊 阅览 图书角 阅读学习",
    "住宿": "过夜 住一晚 住一宿 睡一晚 住店 床位",
    "用餐": "吃饭 就餐 餐饮 堂食 餐食 盒饭 爱心餐 工作餐 餐厅 食堂",
    "法律咨询": "法律服务 维权咨询",
    "政策咨询": "政策宣传",
    "车辆清洗": "洗车",
}  # fmt: skip
BARE_CHARGING = re.compile(r"充(?:个|会儿?|点|一下|下)?电(?!宝|线|桩|柜|瓶)")
CHARGING = ("手机充电", "电动车充电")
SPLIT = re.compile(r"[、,，;；|/\n]+|\s{1,}")


def _variants() -> dict[str, str]:
    return {fold(word): name for name, words in WORDS.items() for word in (name, *words.split())}


VARIANTS = _variants()
CANONICAL = frozenset(WORDS)


@lru_cache(maxsize=10_000)
def canonical(written: str) -> str | None:
    """The canonical name of a service as an official wrote it; None where it is not one we know."""
    folded = fold(re.sub(r"[()（）].*$", "", written)).strip()
    for trimmed in (folded, re.sub(r"^(?:免费|提供|可)", "", folded)):
        found = VARIANTS.get(trimmed) or VARIANTS.get(re.sub(r"(?:服务|设施|功能|区|处)$", "", trimmed))
        if found:
            return found
    return None


def split_services(text: str) -> list[str]:
    """The services in a cell, however they are separated, in order and once each."""
    return list(dict.fromkeys(part for part in SPLIT.split(text.strip()) if part))
