"""The SAML side of the federation: home's metadata, and the service providers' modules in Apache."""
from . import certificates
from .clouds import FEDERATED_AUTH, HOME, IDP_ENTITY
from .processes import sh, start, wait_for
from .state import LOG, RUN, once, write

IDP_METADATA = HOME.dir / "saml/idp-metadata.xml"


def publish_home():
    """What every service provider has to know about home: its name and its key. Needs home's keystone.conf."""
    certificates.saml(HOME)
    once("idp-metadata", lambda: write(IDP_METADATA, sh(
        "keystone-manage", "--config-file", HOME.dir / "etc/keystone.conf", "saml_idp_metadata")))


def sp_url(cloud):
    """Where the cloud takes assertions."""
    if cloud.saml == "shib":
        return f"{cloud.url('keystone')}/Shibboleth.sso/SAML2/ECP"
    return f"{cloud.url('keystone')}{FEDERATED_AUTH}/mellon/paosResponse"


def relay_state_prefix(cloud):
    """mellon redirects to the RelayState, and refuses one that is no URL of its own host."""
    return "ss:mem:" if cloud.saml == "shib" else f"{cloud.keystone}/?relay="


def remote_id_attribute(cloud):
    return {"idp": "REMOTE_ID", "shib": "Shib-Identity-Provider", "mellon": "MELLON_IDP"}[cloud.saml]


def user_attribute(cloud):
    return "MELLON_openstack_user" if cloud.saml == "mellon" else "openstack_user"


def configure(cloud):
    """Write the files of the cloud's SAML module; returns its lines for the server and for Keystone's virtual host."""
    certificates.saml(cloud)
    return {"idp": lambda _: ("", ""), "shib": shibboleth, "mellon": mellon}[cloud.saml](cloud)


def shibboleth(cloud):
    d = cloud.dir / "saml"
    write(d / "attribute-map.xml", '<Attributes xmlns="urn:mace:shibboleth:2.0:attribute-map" '
          'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n' + "".join(
              f'  <Attribute name="openstack_{a}" id="openstack_{a}"/>\n'
              for a in ("user", "user_domain", "roles", "project", "project_domain", "groups")) + "</Attributes>\n")
    write(d / "shibboleth2.xml", f"""
<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" xmlns:conf="urn:mace:shibboleth:3.0:native:sp:config" clockSkew="180">
  <OutOfProcess logger="{d}/shibd.logger"/>
  <InProcess logger="{d}/native.logger"/>
  <UnixListener address="{d}/shibd.sock"/>
  <ApplicationDefaults entityID="{cloud.url('keystone')}/shibboleth" REMOTE_USER="openstack_user">
    <Sessions lifetime="28800" timeout="3600" relayState="ss:mem" checkAddress="false" handlerSSL="false" cookieProps="http">
      <SSO ECP="true" entityID="{IDP_ENTITY}">SAML2</SSO>
      <Handler type="MetadataGenerator" Location="/Metadata" signing="false"/>
    </Sessions>
    <Errors supportContact="root@localhost"/>
    <MetadataProvider type="XML" validate="false" path="{IDP_METADATA}"/>
    <AttributeExtractor type="XML" validate="false" path="{d}/attribute-map.xml"/>
    <AttributeFilter type="XML" validate="true" path="/etc/shibboleth/attribute-policy.xml"/>
    <CredentialResolver type="File" key="{d}/key.pem" certificate="{d}/cert.pem"/>
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" validate="true" path="/etc/shibboleth/security-policy.xml"/>
  <ProtocolProvider type="XML" validate="true" reloadChanges="false" path="/etc/shibboleth/protocols.xml"/>
</SPConfig>
""")
    for name in ("shibd", "native"):
        write(d / f"{name}.logger", f"""
log4j.rootCategory=INFO, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.fileName={LOG}/{cloud.name}-{name}.log
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=%d{{%Y-%m-%d %H:%M:%S}} %p %c %x: %m%n
""")
    return f"""
LoadModule mod_shib /usr/lib/apache2/modules/mod_shib.so
ShibConfig {d}/shibboleth2.xml""", f"""
  <Location /Shibboleth.sso>
    SetHandler shib
    Require all granted
  </Location>
  <Location {FEDERATED_AUTH}>
    AuthType shibboleth
    ShibRequestSetting requireSession 1
    ShibExportAssertion Off
    Require valid-user
  </Location>"""


def start_shibd(cloud):
    name = f"{cloud.name}-shibd"
    start(name, "shibd", "-F", "-f", "-c", cloud.dir / "saml/shibboleth2.xml", "-p", RUN / f"{name}.own-pid",
          env={"LD_LIBRARY_PATH": ""})
    wait_for(name, (cloud.dir / "saml/shibd.sock").exists, "makes no socket")


def mellon(cloud):
    d = cloud.dir / "saml"
    write(d / "sp-metadata.xml", sp_metadata(cloud))
    return "\nLoadModule auth_mellon_module /usr/lib/apache2/modules/mod_auth_mellon.so", f"""
  <Location /v3>
    MellonEnable "info"
    MellonSPPrivateKeyFile {d}/key.pem
    MellonSPCertFile {d}/cert.pem
    MellonSPMetadataFile {d}/sp-metadata.xml
    MellonIdPMetadataFile {IDP_METADATA}
    MellonEndpointPath {FEDERATED_AUTH}/mellon
    MellonIdP "IDP"
    MellonSecureCookie {'On' if cloud.tls else 'Off'}
  </Location>
  <Location {FEDERATED_AUTH}>
    AuthType "Mellon"
    MellonEnable "auth"
    Require valid-user
  </Location>"""


def sp_metadata(cloud):
    base = f"{cloud.url('keystone')}{FEDERATED_AUTH}/mellon"
    cert = "".join((cloud.dir / "saml/cert.pem").read_text().splitlines()[1:-1])
    key = f"""<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{cert}</X509Certificate></X509Data></KeyInfo>"""
    return f"""<EntityDescriptor entityID="{base}/metadata" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">
 <SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
  <KeyDescriptor use="signing">{key}</KeyDescriptor>
  <NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</NameIDFormat>
  <AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{base}/postResponse"/>
  <AssertionConsumerService index="1" Binding="urn:oasis:names:tc:SAML:2.0:bindings:PAOS" Location="{base}/paosResponse"/>
 </SPSSODescriptor>
</EntityDescriptor>
"""
