"""Settings of the desk: who may come in, what people listen to, how it is served."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may come in, and for how long."""

    password_characters: Annotated[
        int, "a password must have so many characters | 密码至少要有这么多个字符"
    ] = 10
    login_tries: Annotated[
        int,
        "so many wrong passwords for one name within login_minutes, and it has to wait"
        " | 一个账号在 login_minutes 分钟内输错这么多次密码，就要等",
    ] = 5
    login_minutes: Annotated[
        float, "the time in which wrong passwords are counted | 在多长时间内计算输错次数"
    ] = 15.0
    address_tries: Annotated[
        int,
        "so many tries from one address within a minute, and it has to wait"
        " | 一个地址在一分钟内尝试这么多次，就要等",
    ] = 20
    idle_minutes: Annotated[
        float, "who does nothing for so long has to log in again | 这么久没有操作就要重新登录"
    ] = 30.0
    session_hours: Annotated[
        float, "after so long everybody has to log in again | 登录这么久之后都要重新登录"
    ] = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewing:
    """What people listen to, and what becomes of it."""

    random_share: Annotated[
        float,
        "so large a share of all calls is heard whatever the machine says, so that averages are"
        " honest | 不管机器怎么说，随机抽听这么大比例的通话，平均分才可信",
    ] = 0.02
    neighbours: Annotated[
        int,
        "of a problem call, so many of the agent's recordings before and after it are queued"
        " | 发现问题通话后，把该坐席前后各这么多条录音排入队列",
    ] = 1
    problem_share: Annotated[
        float,
        "a call that lost so much of its points, or has a fatal item, is a problem call"
        " | 扣分达到这个比例，或有一票否决项，就是问题通话",
    ] = 0.2
    days: Annotated[
        int,
        "days after a call within which it should have been inspected | 通话之后多少天内应完成质检",
    ] = 2
    release_at_once: Annotated[
        bool,
        "show a card to its agent as soon as it is confirmed; false: when somebody releases it"
        " | 确认后立即让坐席看到；false 表示等人发布",
    ] = False
    reasons: Annotated[
        tuple[str, ...],
        "why people override the machine, for the list to choose from; one's own words always do"
        " | 改判的理由，供选择；也可以自己写",
    ] = ("misheard", "context", "quoted", "wrong-speaker", "rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The desk: `zhiyin serve`."""

    host: Annotated[
        str,
        "address that the desk listens on; others than this machine's own want TLS"
        " | 质检台监听的地址；对外的地址要用 TLS",
    ] = "127.0.0.1"
    port: Annotated[int, "its port | 端口"] = 8420
    hosts: Annotated[
        tuple[str, ...],
        "names by which browsers reach it, as in desk.example.com, beside this machine's own"
        " | 浏览器用什么名字访问，例如 desk.example.com；本机自己的名字不用写",
    ] = ()
    tls_cert: Annotated[
        str,
        "certificate for HTTPS (PEM, with those in between); empty: no TLS"
        " | HTTPS 证书（PEM，含中间证书）；空：不用 TLS",
    ] = ""
    tls_key: Annotated[str, "its private key (PEM) | 证书的私钥（PEM）"] = ""
    plain_http: Annotated[
        bool,
        "listen on such an address without TLS, as a proxy in front speaks it"
        " | 对外的地址也不用 TLS，因为前面的代理用",
    ] = False
    proxies: Annotated[
        tuple[str, ...],
        "addresses or networks of proxies in front, as in 127.0.0.1 or 10.0.0.0/24; who else says"
        " to be one is not believed"
        " | 前面代理的地址或网段，例如 127.0.0.1、10.0.0.0/24；别的来源自称是代理都不信",
    ] = ()
    proxy_header: Annotated[
        str,
        "header in which these proxies say who is in, as in X-Remote-User; empty: none"
        " | 这些代理用哪个请求头说明谁已登录，例如 X-Remote-User；空：不用",
    ] = ""
    oidc_issuer: Annotated[
        str,
        "OpenID Connect provider to log in at, as in https://login.example.com; empty: none"
        " | 用哪个 OpenID Connect 服务登录，例如 https://login.example.com；空：不用",
    ] = ""
    oidc_client: Annotated[str, "the desk's client id there | 质检台在那里的 client id"] = ""
    oidc_secret: Annotated[str, "its secret | 它的密钥"] = ""
    oidc_claim: Annotated[
        str,
        "what the provider says of people that is their login here | 服务返回的哪一项是这里的账号",
    ] = "preferred_username"
    reach: Annotated[
        tuple[str, ...],
        "hosts that the desk itself may ask, as in login.example.com or localhost:9000; no others"
        " | 质检台自己可以访问哪些主机，例如 login.example.com、localhost:9000；别的都不访问",
    ] = ()
    sound_gigabytes: Annotated[
        float,
        "room for sound made ready to listen to; what was heard longest ago goes first"
        " | 备好供收听的声音最多占多少；最久没听的先删",
    ] = 20.0
    exports_at_once: Annotated[
        int,
        "so many workbooks are put together at the same time; who comes next is told to wait"
        " | 同时最多生成几份导出文件；再来的请稍后再试",
    ] = 2
    requests_per_minute: Annotated[
        int,
        "a program may ask the API so often with one token | 一个令牌每分钟最多请求接口多少次",
    ] = 600
