"""Places in a rider's sentence: found through slips of every kind, and not found where they are not."""

from __future__ import annotations

from itertools import cycle

import pytest

from knowledge.stations.gazetteer import Gazetteer
from tests.knowledge.stations.housing import TOWN, station

GAZETTEER = Gazetteer(TOWN)
FRAMES = cycle(
    (
        "{}附近有驿站吗", "我在{}哪里能热饭", "{}", "离{}最近的厕所", "到{}那边歇会", "在{}找个地方充电", "{}哪儿有水喝",
        "{}有没有驿站", "去{}路上想上个厕所", "{}这边有能躲雨的地方吗",
    )
)  # fmt: skip

# what is written = the station, or the area, that is meant
EXACT = """
三里庵=a1 三里庵红色驿站=a1 三里庵地铁站=a1 长江西路=a1 合肥南站=a2 合肥南站司机之家=a2 逍遥津=a3 逍遥津公园=a3 逍遥津工会驿站=a3
览山公园=b1 览山公园小哥之家=b1 怀远夜市=b2
怀远夜市红色驿站=b2 五一广场=d1 五一广场红色驿站=d1 梅溪湖国际新城=d2 开福寺=d3 雨花亭=d4 省府新天地商圈=d5 合肥=合肥市
合肥市=合肥市 蜀山区=蜀山区 蜀山=蜀山区 包河区=包河区 庐阳=庐阳区
银川=银川市 银川市兴庆区=兴庆区 兴庆区=兴庆区 金凤区=金凤区 长沙=长沙市 长沙岳麓区=岳麓区 岳麓=岳麓区 开福区=开福区 雨花区=雨花区
天心区=天心区 巴彦浩特=巴彦浩特镇 巴彦浩特镇=巴彦浩特镇
阿拉善左旗=阿拉善左旗 阿拉善=阿拉善盟 湖南=湖南省 安徽省=安徽省 宁夏=宁夏回族自治区 合肥的三里庵=a1 长沙的五一广场=d1
合肥万达广场=a3 银川万达广场=b1
"""
HOMOPHONES = """
三里安红色驿站=a1 三里鞍=a1 三李庵=a1 三里暗地铁站=a1 山里庵红色驿站=a1 长江西陆=a1 长江溪路=a1 合肥南占=a2 合肥难站=a2 河肥南站=a2
何肥南站司机之家=a2 合肥楠站=a2 消遥津=a3 逍摇津=a3 逍遥金公园=a3
逍遥津公元=a3 肖遥津工会驿站=a3 逍遥今=a3 览山公元=b1 揽山公园=b1 览三公园=b1 览珊公园小哥之家=b1 蓝山公园小哥之家=b1 怀远叶市=b2
怀圆夜市=b2 淮远夜市=b2 坏远夜市=b2 怀远夜事=b2 五一广厂=d1 五衣广场=d1
舞一广场=d1 五一光场=d1 梅西湖国际新城=d2 梅溪胡国际新城=d2 煤溪湖国际新城=d2 梅溪湖国际新成=d2 梅溪湖国际心城=d2 梅息湖国际新城=d2
开福四=d3 开服寺=d3 凯福寺=d3 雨花停=d4 雨华亭=d4 羽花亭=d4 省府新天地商全=d5
省付新天地商圈=d5 省府欣天地商圈=d5 合飞=合肥市 和肥市=合肥市 河肥=合肥市 常沙=长沙市 长杀市=长沙市 银穿=银川市 银穿市=银川市
属山区=蜀山区 蜀三区=蜀山区 包合区=包河区 炉阳区=庐阳区 庐杨区=庐阳区 兴清区=兴庆区
金风区=金凤区 岳路区=岳麓区 月麓区=岳麓区 开服区=开福区 雨华区=雨花区 天新区=天心区 巴颜浩特=巴彦浩特镇 巴彦号特镇=巴彦浩特镇
巴彦浩特震=巴彦浩特镇 阿拉善佐旗=阿拉善左旗 啊拉善左旗=阿拉善左旗 阿拉扇左旗=阿拉善左旗
"""
TYPOS = """
梅溪湖国际新域=d2 梅溪湖国标新城=d2 梅溪国际新城=d2 梅溪湖国新城=d2 梅溪湖的国际新城=d2 海溪湖国际新城=d2 梅淫湖国际新城=d2
梅溪湖围际新城=d2 溪梅湖国际新城=d2 梅溪湖国国际新城=d2 梅溪湖际国新城=d2 梅溪潮国际新城=d2
梅溪湖国际新城市=d2 溪湖国际新城小哥之家=d2 梅溪湖周际新城=d2 省府新天地商圆=d5 省府新天商圈=d5 省府新夭地商圈=d5 省俯新天地商圈=d5
省府新地天商圈=d5 省新天地商圈=d5
省府新天他商圈=d5 府新天地商圈=d5 省府新天地的商圈=d5 省府新无地商圈=d5 省席新天地商圈=d5 巴彦浩待镇=巴彦浩特镇
巴彦造特镇=巴彦浩特镇 巴彦浩镇=巴彦浩特镇 巴彦特浩镇=巴彦浩特镇 巳彦浩特镇=巴彦浩特镇
巴产浩特镇=巴彦浩特镇 彦浩特镇=巴彦浩特镇 巴彦浩特特镇=巴彦浩特镇 巴浩特镇=巴彦浩特镇 巴彦洁特=巴彦浩特镇 巴彦浩持=巴彦浩特镇
巴彦浩恃镇=巴彦浩特镇 巴彦皓牛镇=巴彦浩特镇 里三庵红色驿站=a1 三庵里地铁站=a1 合南肥站=a2 肥合南站=a2
遥逍津公园=a3 逍津遥=a3 览公山园=b1 山览公园=b1 怀夜远市=b2 怀远市夜=b2 一五广场=d1 五广一场=d1 开寺福=d3 雨亭花=d4 山蜀区=蜀山区
河包区=包河区 阳庐区=庐阳区 庆兴区=兴庆区 麓岳区=岳麓区 凤金区=金凤区 沙长市=长沙市
花雨区=雨花区 逍逍遥津公园=a3 津逍遥=none 阿善拉盟=阿拉善盟 省府新天地圈商=d5 梅溪湖国际新城城=d2 梅溪湖国x际新城=d2
省府新天地.商圈=d5 怀远夜市红色驿=b2
"""
PINYIN = """
sanlian=none sanli'an=a1 sanlihongseyizhan=none sanlianhongseyizhan=none changjiangxilu=a1 chang_jiang_xi_lu=a1 hefeinanzhan=a2
hefei_nanzhan=a2 hefeinanzhansijizhijia=a2 xiaoyaojin=a3 xiaoyaojingongyuan=a3 xiaoyaojin_gongyuan=a3
xiaoyaojin公园=a3 lanshangongyuan=b1 lanshan_gongyuan=b1 lanshan公园=b1 huaiyuanyeshi=b2 huaiyuan_yeshi=b2 怀远yeshi=b2
wuyiguangchang=d1 wuyi_guangchang=d1 五一guangchang=d1 wuyi广场=d1 meixihuguojixincheng=d2
meixihu_guoji_xincheng=d2 梅溪湖guojixincheng=d2 meixihu国际新城=d2 kaifusi=d3 kaifu寺=d3 yuhuating=d4 yuhua亭=d4
shengfuxintiandishangquan=d5 shengfu_xintiandi_shangquan=d5 省府xintiandi商圈=d5 hefei=合肥市 hefeishi=合肥市
hefei市=合肥市 HEFEI=合肥市 Hefei=合肥市 shushanqu=蜀山区 shushan区=蜀山区 shu_shan_qu=蜀山区 蜀山qu=蜀山区 baohequ=包河区
bao_he_qu=包河区 luyangqu=庐阳区 luyang区=庐阳区 yinchuan=银川市 yinchuanshi=银川市 yinchuan市=银川市
xingqingqu=兴庆区 xingqing区=兴庆区 jinfengqu=金凤区 jinfeng区=金凤区 changsha=长沙市 changshashi=长沙市 changsha市=长沙市
CHANGSHA=长沙市 yueluqu=岳麓区 yuelu区=岳麓区 kaifuqu=开福区 kaifu区=开福区 yuhuaqu=雨花区 yuhua区=雨花区
tianxinqu=天心区 bayanhaote=巴彦浩特镇 bayanhaotezhen=巴彦浩特镇 巴彦haote=巴彦浩特镇 alashanzuoqi=阿拉善左旗
alashan左旗=阿拉善左旗 alashan=阿拉善盟 anhuisheng=安徽省
"""
NOWHERE = """
附近有驿站吗|最近的厕所在哪|哪里能喝水|我在路边手机没电了|高温补贴多少钱|中暑了怎么办|被狗咬了打什么针|工伤认定要什么材料|
平台扣我钱找谁|电动车起火打什么电话|长江东路|长江南路有厕所吗|合肥路|长沙路附近|银川路那边|
北京朝阳区|上海浦东有驿站吗|广州天河|南京鼓楼区|武汉江汉路|成都春熙路|西安钟楼|重庆解放碑|苏州观前街|杭州西湖边|郑州二七广场|
青岛栈桥|大连星海广场|宜春|伊春|上海万达广场附近|北京万达广场|南昌八一广场|
适合肥胖的人跑吗|我要开户|工会会员怎么开户|雨天路滑摔了|路面雨花花的|今天太阳真晒|山里没信号怎么办|长相不好会不会被扣分|我是合肥人|
长沙臭豆腐好吃吗|合肥话怎么说|五一放假吗|五一劳动节有三薪吗|国庆加班怎么算|开会要去吗|
南站|西站附近|火车站哪有厕所|高铁站|公园里能歇吗|夜市几点收摊|广场舞太吵|天上下雨了|金色的车牌|金风玉露|兴庆祝什么|包了个河边的地|
社保怎么交|党员怎么报到|健康证多久办下来|where is the nearest station|hello|i need water|nihao|
zenme ban|gaowen butie duoshao|shouji meidian le|三里屯|三里河附近|三里桥地铁站|逍遥游|逍遥椅在哪买|览众山小|怀化|怀柔区|怀远县城|
梅溪书院|湖国际会议|新城区|巴彦淖尔|巴林左旗|乌拉特中旗|开封|雨花石|雨花台区|天心阁|岳阳楼|岳阳|阿拉尔|阿里|蜀国|山区
"""


def cases(block: str) -> list[tuple[str, str]]:
    found = []
    for pair in block.split():
        name, meant = pair.split("=")
        if meant != "none":
            found.append((next(FRAMES).format(name.replace("_", " ")), meant))
    return found


def means(text: str, meant: str) -> bool:
    place = GAZETTEER.locate(text)
    if place is None or place.ambiguous:
        return False
    return place.name == meant if place.kind == "area" else meant in place.stations


@pytest.mark.parametrize(("text", "meant"), cases(EXACT))
def test_a_place_spelt_right_is_found(text: str, meant: str) -> None:
    assert means(text, meant), GAZETTEER.locate(text)


@pytest.mark.parametrize("noise", ["homophones", "typos", "pinyin"])
def test_there_are_sixty_cases_of_each_noise(noise: str) -> None:
    blocks = {"homophones": HOMOPHONES, "typos": TYPOS, "pinyin": PINYIN}
    assert len(cases(blocks[noise])) >= 60
    assert len(NOWHERE.replace("\n", "").split("|")) >= 60


@pytest.mark.parametrize(("text", "meant"), cases(HOMOPHONES))
def test_a_place_spelt_by_sound_is_found(text: str, meant: str) -> None:
    assert means(text, meant), GAZETTEER.locate(text)


@pytest.mark.parametrize(("text", "meant"), cases(TYPOS))
def test_a_place_with_a_typo_is_found(text: str, meant: str) -> None:
    assert means(text, meant), GAZETTEER.locate(text)


@pytest.mark.parametrize(("text", "meant"), cases(PINYIN))
def test_a_place_in_pinyin_is_found(text: str, meant: str) -> None:
    assert means(text, meant), GAZETTEER.locate(text)


@pytest.mark.parametrize("text", NOWHERE.replace("\n", "").split("|"))
def test_what_is_no_place_of_ours_is_not_found(text: str) -> None:
    assert GAZETTEER.locate(text) is None


def test_a_name_in_two_cities_gives_both_to_choose_from() -> None:
    place = GAZETTEER.locate("万达广场附近有驿站吗")
    assert place is not None
    assert [option.area for option in place.options] == ["宁夏回族自治区/银川市/金凤区", "安徽省/合肥市/庐阳区"]
    assert [option.name for option in place.options] == ["万达广场", "万达广场"]


def test_two_cities_in_one_sentence_give_both_to_choose_from() -> None:
    place = GAZETTEER.locate("从银川到长沙的路上")
    assert place is not None
    assert {option.name for option in place.options} == {"银川市", "长沙市"}


def test_a_landmark_of_another_city_gives_the_city_that_was_named() -> None:
    place = GAZETTEER.locate("长沙的万达广场附近")
    assert place is not None
    assert (place.name, place.ambiguous) == ("长沙市", False)


def test_a_district_of_the_same_name_is_told_apart_by_its_city() -> None:
    twice = Gazetteer([station("x", area="安徽省/合肥市/新站区"), station("y", 28.2, 112.9, area="湖南省/长沙市/新站区")])
    both = twice.locate("新站区有驿站吗")
    assert both is not None
    assert len(both.options) == 2
    one = twice.locate("长沙新站区有驿站吗")
    assert one is not None
    assert one.area == "湖南省/长沙市/新站区"


def test_numbers_tell_stations_apart() -> None:
    numbered = Gazetteer([station(f"s{number}", 31 + number, title=f"演示驿站 {number:02}") for number in range(1, 13)])
    for text, meant in (("演示驿站01", "s1"), ("演示驿站 1 在哪", "s1"), ("演示驿站12怎么走", "s12"), ("yanshiyizhan 7", "s7")):
        place = numbered.locate(text)
        assert place is not None, text
        assert place.stations == {meant}
    assert numbered.locate("演示驿站99") is None


def test_a_place_lies_in_the_middle_of_its_stations() -> None:
    place = Gazetteer([station("a", 31.0), station("b", 31.2)]).locate("蜀山区")
    assert place is not None
    assert place.location.lat == pytest.approx(31.1)
    assert place.spread_m == pytest.approx(11_119, abs=5)
    assert place.stations == {"a", "b"}


@pytest.mark.parametrize(
    "text", ["", " ", "？！", "😀" * 50, "合肥" * 500, "a" * 5000, "三里庵" * 200, "\ud800", "１２３", "zzzzzz"]
)
def test_no_text_whatever_breaks_it(text: str) -> None:
    GAZETTEER.locate(text)


def test_an_empty_directory_knows_no_place() -> None:
    assert Gazetteer([]).locate("合肥哪里有驿站") is None
