"""The federation as data: its clouds, what each of them offers, its users, and what these may do where."""
import dataclasses

from .state import STATE, wanted_services

ADMIN_PASSWORD = "admin-secret"
SERVICE_PASSWORD = "service-secret"
PORTS = {"keystone": 5000, "glance": 9292, "cinder": 8776, "nova": 8774, "placement": 8778, "neutron": 9696,
         "swift": 8080}
STORAGE = ("glance", "cinder")
FULL = (*STORAGE, "nova", "placement", "neutron")


@dataclasses.dataclass(frozen=True)
class Cloud:
    name: str
    ip: str
    region: str
    saml: str  # "idp", "shib" or "mellon"
    offers: tuple[str, ...] = FULL
    tls: bool = False
    shares: tuple[str, ...] = ()  # what a further region has of its cloud's

    @property
    def dir(self):
        return STATE / self.name

    @property
    def services(self):
        """What it runs beside Keystone: what it offers, as far as `up` was asked for it."""
        return [s for s in self.offers if s in wanted_services()]

    @property
    def runs(self):
        """What of the services with databases it runs itself."""
        return ("keystone", *self.services)

    @property
    def inside(self):
        """The address that its services listen on. Behind TLS that is not the one its users know."""
        return self.ip.replace("127.0.0.", "127.0.1.") if self.tls else self.ip

    def url(self, service):
        return f"{'https' if self.tls else 'http'}://{self.ip}:{PORTS[service]}"

    def inside_url(self, service):
        return f"http://{self.inside}:{PORTS[service]}"

    @property
    def keystone(self):
        return self.url("keystone") + "/v3"

    def db(self, service):
        return f"{self.name.replace('-', '_')}_{service}"

    def db_url(self, service):
        return f"mysql+pymysql://root@localhost/{self.db(service)}?unix_socket={STATE}/mariadb/sock&charset=utf8"


@dataclasses.dataclass(frozen=True)
class Region(Cloud):
    """One more region of a cloud: services of its own, and beside them the cloud's Keystone and what else it shares."""
    of: Cloud = None

    @property
    def runs(self):
        return tuple(self.services)

    def url(self, service):
        return super().url(service) if service in self.offers else self.of.url(service)

    def inside_url(self, service):
        return super().inside_url(service) if service in self.offers else self.of.inside_url(service)


HOME = Cloud("home", "127.0.0.1", "HomeRegion", "idp")
SWIFT = Cloud("sp-a", "127.0.0.2", "RegionA", "shib", (*FULL, "swift"))
SPS = [SWIFT, Cloud("sp-b", "127.0.0.3", "RegionB", "mellon"),
       Cloud("sp-c", "127.0.0.4", "RegionC", "mellon", STORAGE, tls=True)]
CLOUDS = [HOME, *SPS]
# A Cinder and nothing else, under sp-b's Keystone: what is shared has the same URL in both regions.
SECOND = Region("sp-b2", "127.0.1.3", "RegionB2", "mellon", ("cinder",), of=SPS[1], shares=("keystone", "glance"))
REGIONS = [*CLOUDS, SECOND]

FEDERATED_AUTH = "/v3/OS-FEDERATION/identity_providers/home/protocols/saml2/auth"
IDP_ENTITY = f"{HOME.keystone}/OS-FEDERATION/saml2/idp"

# user at home: password, project
USERS = {"alice": ("alice-secret", "research"), "bob": ("bob-secret", "teaching"),
         "carol": ("carol-secret", "teaching"), "dave": ("dave-secret", "testing"),
         "erin": ("erin-secret", "testing-two")}
# those of them who are for other projects' tests
TESTERS = ("dave", "erin")
# alice's application credential: name, secret
APP_CREDENTIAL = ("alice-fed", "alice-app-secret")
# provider: user: projects there. A user who is not named here is one whom the provider's mapping does not know.
GRANTS = {"sp-a": {"alice": ["research-one", "research-two"], "bob": ["teaching-a"], "dave": ["testing-a"]},
          "sp-b": {"alice": ["lab"], "dave": ["testing-b"]}, "sp-c": {"alice": ["archive"], "dave": ["testing-c"]}}


def more_regions(cloud):
    return [region for region in REGIONS if isinstance(region, Region) and region.of is cloud]


def named(name):
    return next(cloud for cloud in CLOUDS if cloud.name == name)
