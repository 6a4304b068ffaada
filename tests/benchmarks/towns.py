"""An invented town: four services, and needs whose words only the past explains."""

from directory.exchange.townfolder import Confirmed, Listing

STALLS, NOISE, WATER, BUSES = LISTINGS = (
    Listing("S1", "城管局", ("市容", "占道", "占道经营"), "流动摊贩、摆摊"),
    Listing("S2", "城管局", ("市容", "噪声", "工地噪声"), "夜间施工"),
    Listing("S3", "供水公司", ("公用事业", "供水", "停水"), "水管、爆裂"),
    Listing("S4", "公交公司", ("交通", "公交", "线路"), "班次、站点"),
)


def confirmed(text, listing):
    return Confirmed(text, listing.provider, listing.tree[1:])


NEEDS = (
    confirmed("巷口烤串的油烟熏人", STALLS),
    confirmed("烤串的炉子支到马路中间", STALLS),
    confirmed("卖烤串的把路堵死了", STALLS),
    confirmed("打桩震得窗户响", NOISE),
    confirmed("半夜打桩睡不着", NOISE),
    confirmed("龙头一滴都不出", WATER),
    confirmed("龙头出不来水", WATER),
    confirmed("等了一小时车也不来", BUSES),
)
