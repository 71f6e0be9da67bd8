"""A broken front: it accepts connections, and never answers (`hang`) or gives every request one and the same answer.

usage: standin.py hang|503|html CERTIFICATE KEY ADDRESS PORT...
"""
import asyncio
import ssl
import sys

PAGE = """<!DOCTYPE html>
<html><head><title>{title}</title></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""
ANSWERS = {
    "503": ("503 Service Unavailable", "No server is available to handle this request."),
    "html": ("200 OK", "Welcome. This is not the page that you are looking for."),
}


async def hang(reader, writer):
    await asyncio.Event().wait()


def answer(manner):
    status, text = ANSWERS[manner]
    page = PAGE.format(title=status, text=text).encode()
    head = (f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n"
            "Connection: close\r\n\r\n").encode()

    async def respond(reader, writer):
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            await drain(reader, request)
            writer.write(head if request.startswith(b"HEAD ") else head + page)
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # no request after all: another program's probe, or a client that left
        finally:
            writer.close()

    return respond


async def drain(reader, request):
    """Read the body: a connection closed with data unread is reset, and the client might not see the answer."""
    headers = dict(line.lower().split(b":", 1) for line in request.split(b"\r\n")[1:] if b":" in line)
    if b"content-length" in headers:
        await reader.readexactly(int(headers[b"content-length"]))
    elif b"chunked" in headers.get(b"transfer-encoding", b""):
        await reader.readuntil(b"0\r\n\r\n")


async def main(manner, certificate, key, address, *ports):
    # `hang` does not even begin TLS
    handler, tls = hang, None
    if manner != "hang":
        handler, tls = answer(manner), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, key)
    servers = [await asyncio.start_server(handler, address, int(port), ssl=tls) for port in ports]
    await asyncio.gather(*[server.serve_forever() for server in servers])


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
