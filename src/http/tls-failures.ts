interface TlsVerdict {
  readonly message: string;
  readonly hint?: string;
}

const TRUST_HINT =
  'Name the file of the CA that signed it with OS_CACERT or cacert: in clouds.yaml; if the system trusts it already, that file is often /etc/ssl/certs/ca-certificates.crt.';

const UNTRUSTED: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'it is signed by a CA that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its CA is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its CA is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its CA is not known here',
  CERT_UNTRUSTED: 'its CA is not trusted here',
  INVALID_CA: 'its CA is not one',
};

const INVALID: Readonly<Record<string, TlsVerdict>> = {
  CERT_HAS_EXPIRED: {
    message: 'has expired',
    hint: "Its operator must renew it; if it was renewed, check this machine's clock.",
  },
  CERT_NOT_YET_VALID: { message: 'is not valid yet', hint: "Check this machine's clock." },
  CERT_REVOKED: { message: 'has been revoked' },
  CERT_SIGNATURE_FAILURE: { message: 'has a wrong signature' },
  CERT_CHAIN_TOO_LONG: { message: 'has too long a chain' },
};

/**
 * What a TLS error means, by its code: Node's names for OpenSSL's verification results, and OpenSSL's own errors.
 * Undefined when the error is not about TLS.
 */
export function tlsFailure(
  error: { readonly code: string; readonly message: string },
  { peer, hostname }: { readonly peer: string; readonly hostname: string },
): TlsVerdict | undefined {
  const code = openSslCode(error);
  const untrusted = UNTRUSTED[code];
  if (untrusted !== undefined) {
    return { message: `the certificate of ${peer} is not trusted: ${untrusted}`, hint: TRUST_HINT };
  }
  const invalid = INVALID[code];
  if (invalid !== undefined) return { ...invalid, message: `the certificate of ${peer} ${invalid.message}` };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      message: `the certificate of ${peer} is for other names than ${hostname}`,
      hint: 'Use the host name that the certificate was made for.',
    };
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return {
      message: `${peer} does not speak TLS`,
      hint: 'If the service does not use TLS, its URL begins with http://.',
    };
  }
  if (/CERTIFICATE_REQUIRED|ALERT_(BAD|UNKNOWN)_C|ALERT_HANDSHAKE_FAILURE/.test(code)) {
    return {
      message: `${peer} refused the TLS handshake (${spoken(code)})`,
      hint: 'If it wants a client certificate, name that with OS_CERT and OS_KEY, or cert: and key: in clouds.yaml.',
    };
  }
  if (/^(ERR_SSL_|ERR_TLS_|ERR_OSSL_)|^EPROTO$|^CERT_|^CRL_/.test(code)) {
    return { message: `no TLS connection to ${peer} (${spoken(code)})` };
  }
  return undefined;
}

/** Node says EPROTO when OpenSSL's error is met while writing, and has its code in the message only. */
function openSslCode({ code, message }: { readonly code: string; readonly message: string }): string {
  const reason = code === 'EPROTO' ? /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] : undefined;
  return reason === undefined ? code : `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
}

function spoken(code: string): string {
  const bare = code.replace(/^ERR_(SSL|TLS)_/, '');
  return bare.toLowerCase().replaceAll('_', ' ');
}
