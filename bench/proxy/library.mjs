/** The same forwarding by a Node library. usage: node library.mjs UPSTREAM; prints its address */
import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';

const fastify = Fastify({ bodyLimit: Number.MAX_SAFE_INTEGER });
await fastify.register(proxy, { upstream: process.argv[2], disableRequestLogging: true });
process.stdout.write(`${await fastify.listen({ port: 0, host: '127.0.0.1' })}\n`);
