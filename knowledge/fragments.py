"""Messages without a subject (能报不, 过期了怎么办): nothing is left once the words any question may hold are gone."""

from __future__ import annotations

import re

from knowledge.folding import HAN, fold
from knowledge.rewriting import strip_filler
from knowledge.sounds import is_typed_pinyin, sounds

EVERYDAY = (
    "不好意思 对不起 打扰 麻烦 劳驾 请问 请教 问 一下 一哈 谢谢 你好 您好 那个 这个 这样 那样 这种 "
    "那种 个 些 点 下 我们 咱们 俺们 我 俺 咱 你 您 他 它 自己 人家 的 地 得 了 着 过 吗 么 "
    "呢 啊 呀 吧 嘛 哦 喔 噢 咯 嘞 哈 哟 呗 哇 哒 哩 咧 冇 没有 没 不 别 是不是 是 有没有 有 "
    "能不能 能 可不可以 可以 可 行不行 行 中不中 中 要不要 要 想 需要 需 会 该 应该 还 也 都 就 "
    "才 再 又 很 太 挺 最 更 到底 究竟 其实 现在 今天 明天 刚才 刚 以前 以后 之后 之前 后来 然后 "
    "已经 一直 马上 时候 时间 怎么办理 怎么办 怎么弄 怎么搞 怎么样 怎么 怎样 如何 咋办理 咋办 咋整 "
    "咋弄 咋搞 咋个 咋样 咋 办理 办 弄 整 搞 处理 解决 多少 多久 多长 几 天 啥时候 什么时候 啥子 "
    "啥 什么 么子 甚 哪里 哪儿 哪个 哪 谁 为啥 为什么 凭啥 钱 块 来得及 来不及 赶得上 晚了 晚 早 "
    "过期 到期 期限 失效 报名 报 交 退 转 查 算 给 拿 领 补 换 改 取消 撤销 撤 申请 材料 条件 "
    "手续 流程 步骤 去 来 找 打 用 做 开 走 说 看 听说 知道 晓得 记 忘 东西 事情 事 情况 一回 "
    "一次 回 次 上 里 那 这 和 跟 或者 还是 如果 要是 万一 使唔使 唔 嘅 咁 啦 喺 系 佢 边个 "
    "边度 几时 点样 点解 可照 照 算不算 一半 卡住 卡 下一步 第一步 大家 他们 别人 人 觉得 以为 非 "
    "要不 靠谱 真的 假的 对不对 对 好不好 好 一样 结果 消息 动静 通过 批 继续 停 后面 前面 接下来 "
    "缺 少 随便 意思 成 得行 中用 作数 算数 有用 管用 管 行得通 说法 规定 明白 清楚 懂 会不会 哪样 "
    "样 种类 使 啥样 嫩个 恁 恁个 阿拉 伐 撒 嘎 噻 冒 莫 么得 木有 冇得 营生 咋介 "
).split()
_WORDS = re.compile("|".join(sorted(map(re.escape, EVERYDAY), key=len, reverse=True)))
# In pinyin a single syllable is many words (cai: 才, 裁); only these are let go by sound.
SYLLABLES = (
    "我 俺 你 他 的 了 吗 么 呢 啊 呀 吧 不 没 还 也 都 就 能 要 想 会 有 是 咋 办 弄 报 交 退 算 管 几 天 啥 哪 谁 那 这 个"
).split()
_SPOKEN = {" ".join(sounds(word)) for word in EVERYDAY if len(word) > 1} | {" ".join(sounds(word)) for word in SYLLABLES}
_HEARD = re.compile(r"\b(?:" + "|".join(sorted(_SPOKEN, key=len, reverse=True)) + r")\b")


def is_fragment(text: str, left: int = 0) -> bool:
    """Whether a message has no subject of its own; `left` characters may be left (那个证到期了咋弄: one)."""
    folded = strip_filler(fold(text))
    if is_typed_pinyin(folded):
        return not _HEARD.sub(" ", " ".join(sounds(folded))).split()
    if re.search(r"[a-z0-9]", folded):
        return False
    return len(HAN.findall(_WORDS.sub("", folded))) <= left
