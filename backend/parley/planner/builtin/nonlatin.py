"""Chinese and Hindi requests, glossed phrase by phrase into English that the tagger reads; and whether too little of it was known."""

import re

_DIGIT = {"一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "日": "0", "天": "0"}
_DAYS = {"1": "monday", "2": "tuesday", "3": "wednesday", "4": "thursday", "5": "friday", "6": "saturday", "0": "sunday"}

# In order: phrases before the words in them. Chinese has no spaces, so nothing marks where a word ends.
_CHINESE: tuple[tuple[str, str], ...] = (
    (r"[，、；]", ", "),
    (r"[。！]", ". "),
    (r"？", "? "),
    (r"：", ": "),
    (r"每个?工作日", " every weekday "),
    (r"每天|每日", " every day "),
    (r"每个?小时", " every hour "),
    (r"每隔?\s*(\d+)\s*分钟", r" every \1 minutes "),
    (r"每隔?\s*(\d+)\s*个?小时", r" every \1 hours "),
    (r"每个?月\s*(\d+)\s*[日号]", r" on the \1th of every month "),
    (r"每个?月", " every month "),
    (r"每周(?![一二三四五六日天])|每个?星期(?![一二三四五六日天])", " every week "),
    (r"(?:早上|上午|凌晨|清晨)\s*(\d+)\s*[点时]半", r" at \1:30 am "),
    (r"(?:下午|晚上|傍晚|中午)\s*(\d+)\s*[点时]半", r" at \1:30 pm "),
    (r"(?:早上|上午|凌晨|清晨)\s*(\d+)\s*[点时](?:\s*(\d\d)\s*分?)?", r" at \1:\2! am "),
    (r"(?:下午|晚上|傍晚)\s*(\d+)\s*[点时](?:\s*(\d\d)\s*分?)?", r" at \1:\2! pm "),
    (r"(?:中午\s*)?(\d+)\s*[点时]半", r" at \1:30 "),
    (r"(?:中午\s*)?(\d+)\s*[点时](?:\s*(\d\d)\s*分?)?", r" at \1:\2! "),
    (r"如果(?:没有|什么都没)(?:找到|结果)[^,，]*", " if nothing is found "),
    (r"否则|不然", " , otherwise "),
    (r"如果|若是|要是|若", " , if "),
    (r"就|则(?=\S)", " , "),
    (r"(?:有人|客户|用户|顾客|访客)(?:在聊天中)?提问时?", " when a customer asks a question , "),
    (r"当(?:有)?新?(.{1,12}?)(?:通过|从|由)\s*webhook\s*(?:到达|进来|收到|传来)时?", r" when a \1 arrives by webhook , "),
    (r"当(.{1,16}?)(?:到达|进来|收到)(?:的)?时?", r" when \1 arrives , "),
    (r"对于?每[一个条封份名位]*", " for each "),
    (r"并?同时", " and in parallel "),
    (r"然后|接着|之后|随后|再", " , then "),
    (r"并且|并|和|以及|、", " and "),
    (r"或者|或", " or "),
    (r"也要?|还要", " also "),
    (r"(?:查询|读取|查|读)\s*(?:数据库)?表\s*([\w⟨⟩]+)", r" query the table \1 "),
    (r"(?:查询|读取|查|读)\s*([A-Za-z_]\w*)\s*表", r" query the table \1 "),
    (r"(?:保存|存储|存|写入|记录|写)(?:到|进|入|在)?\s*(?:数据库)?表\s*([\w⟨⟩]+)中?", r" save it to the table \1 "),
    (r"(?:保存|存储|存|写入|记录|写)(?:到|进|入|在)?\s*([A-Za-z_]\w*)\s*表中?", r" save it to the table \1 "),
    (r"表\s*([A-Za-z_]\w*)|([A-Za-z_]\w*)\s*表", r" table \1\2 "),
    (r"(?:用|让|由|请)\s*(?:AI|人工智能|语言模型|大模型|模型)\s*(?:来)?写(?:一?[段个份篇])?(?:简短的)?(?:总结|摘要)", " AI summarises it "),
    (r"(?:用|让|由|请)\s*(?:AI|人工智能|语言模型|大模型|模型)\s*(?:来)?", " AI "),
    (r"(?:写|做|生成)?(?:一?[段个份篇])?(?:总结|摘要|概括)(?:一下|它|结果|内容)?", " summarise it "),
    (r"翻译成(?:英文|英语)", " translate it into English "),
    (r"翻译成(?:德文|德语)", " translate it into German "),
    (r"翻译成中文", " translate it into Chinese "),
    (r"翻译", " translate it "),
    (r"分类", " classify it "),
    (r"(?:获取|抓取|调用|访问|请求|拉取)", " fetch "),
    (r"(?:在)?网上搜索|搜索(?:互联网|网络)|上网(?:搜索|查)", " search the web "),
    (r"(?:在|从)?知识库(?:中|里)?(?:搜索|查找|查询|检索)", " search the knowledge base "),
    (r"(?:搜索|查找|检索)知识库", " search the knowledge base "),
    (r"(?:搜索|查找|检索)", " search "),
    (r"(?:发|发送|寄)(?:一封)?(?:电子)?邮件(?:到|给|至)?", " email it to "),
    (r"(?:通过|用)?(?:电子)?邮件(?:发送|发)?(?:到|给|至)", " email it to "),
    (r"(?:发送|发布|发|推送|通知)(?:消息)?(?:到|给|至|在)?\s*(?:Slack|slack)?\s*的?\s*(?=⟨c)", " post it to "),
    (r"(?:Slack|slack)\s*的?\s*(?=⟨c)", " Slack channel "),
    (r"频道(?:中|里)?", " channel "),
    (r"(?:发送|发布|发)(?:到|给|至)?", " send it to "),
    (r"通知", " notify "),
    (r"等待|等", " wait "),
    (r"(\d+)\s*天", r" \1 days "),
    (r"(\d+)\s*个?小时", r" \1 hours "),
    (r"(\d+)\s*分钟", r" \1 minutes "),
    (r"(?:请|需要|要)?(?:经理|主管|老板|我)?(?:的)?(?:审批|批准|同意|确认)", " ask for approval "),
    (r"回答(?:问题)?", " answer the question "),
    (r"(?:大于|超过|高于|多于)\s*", " is above "),
    (r"(?:小于|低于|少于|不足)\s*", " is below "),
    (r"关于", " is about "),
    (r"订单", " order "),
    (r"金额", " amount "),
    (r"温度", " temperature "),
    (r"问题|提问", " question "),
    (r"结果|数据", " result "),
    (r"把|将|的|了|它|从|一下", " "),
)
_HINDI: tuple[tuple[str, str], ...] = (
    (r"।", ". "),
    (r"(?:हर|प्रत्येक)\s+(?:कार्यदिवस|कामकाजी दिन)", "every weekday"),
    (r"(?:हर|प्रत्येक)\s+(?:दिन|रोज़?)|रोज़ाना|रोज|प्रतिदिन", "every day"),
    (r"(?:हर|प्रत्येक)\s+घंटे", "every hour"),
    (r"(?:हर|प्रत्येक)\s+(\d+)\s+मिनट", r"every \1 minutes"),
    (r"(?:हर|प्रत्येक)\s+(?:हफ़्ते|हफ्ते|सप्ताह)", "every week"),
    (r"(?:हर|प्रत्येक)\s+(?:महीने|माह)", "every month"),
    (r"सोमवार(?:\s+को)?", "monday"),
    (r"मंगलवार(?:\s+को)?", "tuesday"),
    (r"बुधवार(?:\s+को)?", "wednesday"),
    (r"(?:गुरुवार|बृहस्पतिवार)(?:\s+को)?", "thursday"),
    (r"शुक्रवार(?:\s+को)?", "friday"),
    (r"शनिवार(?:\s+को)?", "saturday"),
    (r"(?:रविवार|इतवार)(?:\s+को)?", "sunday"),
    (r"(?:शाम|दोपहर|रात)\s+(?:को\s+)?(\d+)\s+बजे", r"at \1:00 pm"),
    (r"(?:सुबह|सवेरे)\s+(\d+)\s+बजे", r"at \1:00 am"),
    (r"(\d+)\s+बजे", r"at \1:00"),
    (r"अगर कुछ (?:न|नहीं) मिले(?:\s+तो)?", "if nothing is found,"),
    (r"(?:नहीं तो|वरना|अन्यथा)", ", otherwise"),
    (r"(?:अगर|यदि)", ", if"),
    (r"(?<=\s)तो(?=\s)", ","),
    (r"जब\s+(?:कोई|भी)?", "when a "),
    (r"(?:आए|आता है|आती है|आये|मिले)", "arrives"),
    (r"(?:हर|प्रत्येक)(?=\s+(?:mon|tues|wednes|thurs|fri|satur|sun)day)", "every"),
    (r"(?:हर|प्रत्येक)", "for each"),
    (r"(?:और फिर|फिर|उसके बाद|इसके बाद)", ", then"),
    (r"और|तथा", "and"),
    (r"या", "or"),
    (r"(?:एआई|AI|मॉडल) से", "AI"),
    (r"(?:सारांश|संक्षेप)\s+(?:बनाओ|बनाएं|लिखो|लिखें|करो|करें|तैयार करो)", "summarise"),
    (r"अनुवाद\s+(?:करो|करें)", "translate"),
    (r"(?:लाओ|लाएं|लाइए|प्राप्त करो|प्राप्त करें|पढ़ो|पढ़ें|निकालो|निकालें)", "fetch"),
    (r"(?:खोजो|खोजें|ढूंढो|ढूंढें)", "search"),
    (r"(?:जवाब|उत्तर)\s+(?:दो|दें|दीजिए|लिखो|लिखें)", "answer"),
    (r"(?:भेजो|भेजें|भेज दो|भेजिए)", "send"),
    (r"(?:सहेजो|सहेजें|सेव करो|सेव करें|रखो|डालो|डालें)", "save"),
    (r"(?:प्रतीक्षा करो|इंतज़ार करो|इंतजार करो|रुको)", "wait"),
    (r"(?:मंज़ूरी|मंजूरी|स्वीकृति|अनुमति)\s+(?:लो|लें|मांगो)", "ask for approval"),
    (r"(?:तालिका|टेबल)\s+(\S+)", r"table \1"),
    (r"(\S+)\s+(?:तालिका|टेबल)", r"table \1"),
    (r"(?:ईमेल|मेल)\s+(?:करो|करें)", "email"),
    (r"(?:ईमेल|ई-मेल|मेल)", "email"),
    (r"(?:चैनल)", "channel"),
    (r"(?:वेब पर|इंटरनेट पर)", "on the web"),
    (r"(?:ज्ञानकोष|नॉलेज बेस)", "knowledge base"),
    (r"(\S+)\s+से\s+(?:ज़्यादा|ज्यादा|अधिक|ऊपर)\s*(?:हो)?", r"is above \1"),
    (r"(\S+)\s+से\s+(?:कम|नीचे)\s*(?:हो)?", r"is below \1"),
    (r"(⟨u\d+⟩)\s+से", r"from \1"),
    (r"(⟨[cm]\d+⟩)\s+(?:channel\s+)?(?:में|पर|को)", r"to \1"),
    (r"(?:तापमान)", "temperature"),
    (r"(?:डेटा|आंकड़े)", "the data"),
    (r"(?:सवाल|प्रश्न)", "question"),
    (r"दिन", "days"),
    (r"घंटे", "hours"),
    (r"मिनट", "minutes"),
    (r"(?<=\s)(?:के|की|का|को|में|पर|से|है|हैं|इसे|उसे|यह|वह)(?=\s|$)", " "),
)
_RULES = {
    "zh": [(re.compile(pattern, re.I), english) for pattern, english in _CHINESE],
    "hi": [(re.compile(rf"(?<![\u0900-\u097f]){pattern}(?![\u0900-\u097f])", re.I), english) for pattern, english in _HINDI],
}
_WEEKDAY = re.compile(r"每?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])")
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f]")


def script(text: str) -> str | None:
    """ "zh" for Chinese characters, "hi" for Devanagari, None where there are none to speak of."""
    if len(re.findall(r"[\u4e00-\u9fff]", text)) >= 3 and not re.search(r"[\u3040-\u30ff]", text):
        return "zh"
    return "hi" if len(re.findall(r"[\u0900-\u097f]", text)) >= 4 else None


def gloss(text: str, language: str) -> str:
    if language == "zh":
        text = _WEEKDAY.sub(lambda match: f" every {_DAYS[_DIGIT[match[1]]]} ", text)
    for pattern, english in _RULES[language]:
        text = pattern.sub(english, text)
    text = re.sub(r":!", ":00", text).replace("!", "")
    text = re.sub(r"(?:\s*,\s*)+", ", ", re.sub(r"[^\S\n]+", " ", text)).strip(" ,")
    return re.sub(r",\s*\.", ".", text)


def too_foreign(masked: str) -> bool:
    """Whether, after glossing, much of it is still in letters of another script: what is drawn from the rest would be a guess."""
    foreign = len(_FOREIGN.findall(masked))
    latin = len(re.findall(r"[a-zA-Z]", masked))
    return foreign >= 4 and foreign * 6 > latin
