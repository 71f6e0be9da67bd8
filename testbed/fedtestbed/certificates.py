"""Keys and certificates: each cloud's for SAML, and a private authority's for the providers behind TLS."""
from .processes import sh
from .state import CA, once, write


def self_signed(key, certificate, name, *more):
    """`more`: extensions, and the authority that signs instead."""
    sh("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", f"/CN={name}",
       "-keyout", key, "-out", certificate, *more)
    certificate.chmod(0o644)


def saml(cloud):
    folder = cloud.dir / "saml"
    folder.mkdir(parents=True, exist_ok=True)

    def make():
        self_signed(folder / "key.pem", folder / "cert.pem", cloud.ip)
        (folder / "key.pem").chmod(0o644)  # Keystone and shibd read it as users of their own

    once(f"saml-key-{cloud.name}", make)


# Without a configuration of its own, OpenSSL adds Debian's extensions to those that are asked for.
PLAIN = """
[req]
distinguished_name = name
[name]
"""


def authority():
    CA.parent.mkdir(parents=True, exist_ok=True)
    write(CA.parent / "openssl.cnf", PLAIN)
    once("authority", lambda: self_signed(
        CA.parent / "ca.key", CA, "fed testbed authority", "-config", CA.parent / "openssl.cnf",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        "-addext", "subjectKeyIdentifier=hash"))


def server_files(cloud):
    return cloud.dir / "tls/cert.pem", cloud.dir / "tls/key.pem"


def server(cloud):
    certificate, key = server_files(cloud)
    certificate.parent.mkdir(parents=True, exist_ok=True)
    once(f"tls-{cloud.name}", lambda: self_signed(
        key, certificate, cloud.ip, "-CA", CA, "-CAkey", CA.parent / "ca.key",
        "-config", CA.parent / "openssl.cnf", "-addext", f"subjectAltName=IP:{cloud.ip}",
        "-addext", "basicConstraints=critical,CA:FALSE",
        "-addext", "keyUsage=critical,digitalSignature,keyEncipherment",
        "-addext", "extendedKeyUsage=serverAuth", "-addext", "subjectKeyIdentifier=hash",
        "-addext", "authorityKeyIdentifier=keyid"))
